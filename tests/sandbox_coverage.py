"""Counts also what nnbook runs in students' processes, for ``make coverage``; without its variable, nothing is done."""

import contextlib
import os
import socket
import threading
import time
import zlib
from pathlib import Path
from types import SimpleNamespace

import coverage
import pytest

from nnbook.course import sandbox, watch

FOLDER = os.environ.get("NNBOOK_COVERAGE")
SCRIPT = Path(__file__).with_name("measured_jail.py")
ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT
END, LONGEST = b"end", 1 << 20
PATIENCE = 2.0  # seconds that a process has to send its counts before it is killed


@contextlib.contextmanager
def measured(folder=FOLDER):
    """Count in all sandboxes that are opened meanwhile, if a folder for the counts is named."""
    if not folder:
        yield
        return
    total = coverage.CoverageData(basename=str(Path(folder, f".coverage.students-{os.getpid()}")))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)  # of which each message arrives whole
    receiver = threading.Thread(target=collect, args=(ours, total))
    receiver.start()
    with ours, theirs, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "subprocess", SimpleNamespace(**vars(sandbox.subprocess)))
        patch.setattr(sandbox.subprocess, "Popen", counting(sandbox.subprocess.Popen, theirs.fileno()))
        patch.setattr(sandbox, "watch", SimpleNamespace(**vars(watch)))
        patch.setattr(sandbox.watch, "end_all", patient(watch.end_all))
        yield
        theirs.send(END)
        receiver.join()


def collect(ours, total):
    """Add up what the processes send, in a file of coverage.py."""
    while (sent := ours.recv(LONGEST)) != END:
        part = coverage.CoverageData(no_disk=True)
        # A student's notebook may write into everything that is open: that is tried, too.
        with contextlib.suppress(coverage.exceptions.DataError, zlib.error):
            part.loads(sent)
            total.update(part)
    total.write()


def counting(start, place):
    """Return a way of starting jail.py that has it counted."""

    def started(command, *, pass_fds, **options):
        python, *flags, jail, settings = command
        return start([python, *flags, SCRIPT, jail, str(place), settings], pass_fds=(*pass_fds, place), **options)

    return started


def patient(end):
    """Return a way of ending a process that lets it end by itself first."""

    def ended(process):
        deadline = time.monotonic() + PATIENCE
        with contextlib.suppress(ChildProcessError):  # it has ended, and that was noticed
            while time.monotonic() < deadline and not os.waitid(os.P_PID, process, ENDED):
                time.sleep(0.01)
        end(process)

    return ended
