"""Run as a script in place of nnbook/course/jail.py: counts what runs in a student's process, shut in as it is.

Arguments: jail.py, a file descriptor, and jail.py's own. No file of the machine can be written there, so each process
sends its counts, with their length in front, through the descriptor when it ends.
"""

import contextlib
import os
import runpy
import sys

import coverage


def measured_exit(measuring, file, leave):
    """Return a way of ending at once that sends the counts first."""

    def end(status):
        measuring.stop()
        counts = measuring.get_data().dumps()
        # The process that waits for the one shut in has closed everything.
        with contextlib.suppress(OSError):
            os.write(file, len(counts).to_bytes(8, "big") + counts)
        leave(status)

    return end


if __name__ == "__main__":
    _, jail, descriptor, *arguments = sys.argv
    sys.argv = [jail, *arguments]
    measuring = coverage.Coverage(data_file=None, config_file=False, branch=True, include=["*/package/nnbook/*"])
    os._exit = measured_exit(measuring, int(descriptor), os._exit)
    measuring.start()
    runpy.run_path(jail, run_name="__main__")
