"""Run as a script in place of nnbook/course/jail.py: counts what runs in a student's process, shut in as it is.

Arguments: jail.py, the number of a socket, and jail.py's own. No file of the machine can be written there, so each
process sends its counts through the socket when it ends. Not so the children in which functions are called: they
are killed as soon as they have answered, and would be measured at a price in memory.
"""

import contextlib
import itertools
import json
import os
import runpy
import sys

import coverage


def measured_exit(measuring, place, leave, forks):
    """Return a way of ending at once that sends the counts first, for a process after so many forks."""
    generation = itertools.count()
    os.register_at_fork(after_in_child=lambda: next(generation))

    def end(status):
        if next(generation) > forks:
            leave(status)
        # There may be no memory left, and the process that waits for the one shut in has closed everything.
        with contextlib.suppress(MemoryError, OSError):
            measuring.stop()
            os.write(place, measuring.get_data().dumps())
        leave(status)

    return end


if __name__ == "__main__":
    _, jail, descriptor, *arguments = sys.argv
    sys.argv = [jail, *arguments]
    measuring = coverage.Coverage(data_file=None, config_file=False, branch=True, include=["*/package/nnbook/*"])
    forks = 1 if json.loads(arguments[0])["level"] == "namespaces" else 0
    os._exit = measured_exit(measuring, int(descriptor), os._exit, forks)
    measuring.start()
    runpy.run_path(jail, run_name="__main__")
