"""A line on a terminal that tells how far a command is; nothing where nobody looks."""

import sys

__all__ = ["progress"]

WIDTH = 30


def progress(items, count, what):
    """Yields the items, and draws a bar on stderr when that is a terminal."""
    shown = sys.stderr.isatty()
    for done, item in enumerate(items, 1):
        yield item
        if shown:
            bar = "█" * (WIDTH * done // count)
            sys.stderr.write(f"\r{what} {bar:·<{WIDTH}} {done} of {count}" + "\n" * (done == count))
            sys.stderr.flush()
