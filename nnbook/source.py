"""The library's own source as a cell output, so that a chapter never retypes it."""

import inspect
import textwrap


class Source:
    """The source of a function, method or class, shown as highlighted code."""

    def __init__(self, thing):
        self.text = textwrap.dedent(inspect.getsource(thing)).rstrip()

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return f"```python\n{self.text}\n```"


def source(thing) -> Source:
    """Show how something in nnbook is written. Raises TypeError for what has no Python source."""
    return Source(thing)
