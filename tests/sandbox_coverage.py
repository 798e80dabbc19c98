"""Counts also what nnbook runs in students' processes, for ``make coverage``; without its variable, nothing is done."""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import coverage
import pytest

from nnbook.course import sandbox, watch

FOLDER = os.environ.get("NNBOOK_COVERAGE")
SCRIPT = Path(__file__).with_name("measured_jail.py")
ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT
PATIENCE = 2.0  # seconds that a process has to send its counts before it is killed


@contextlib.contextmanager
def measured(folder=FOLDER):
    """Count in all sandboxes that are opened meanwhile, if a folder for the counts is named."""
    if not folder:
        yield
        return
    with tempfile.TemporaryFile() as sent, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "subprocess", SimpleNamespace(**vars(sandbox.subprocess)))
        patch.setattr(sandbox.subprocess, "Popen", counting(sandbox.subprocess.Popen, sent.fileno()))
        patch.setattr(sandbox, "watch", SimpleNamespace(**vars(watch)))
        patch.setattr(sandbox.watch, "end_all", patient(watch.end_all))
        yield
        sent.seek(0)
        collect(sent, Path(folder, f".coverage.students-{os.getpid()}"))


def counting(start, file):
    """Return a way of starting jail.py that has it counted."""

    def started(command, *, pass_fds, **options):
        python, *flags, jail, settings = command
        return start([python, *flags, SCRIPT, jail, str(file), settings], pass_fds=(*pass_fds, file), **options)

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


def collect(sent, path):
    """Add up what the processes have sent, in a file of coverage.py."""
    total = coverage.CoverageData(basename=str(path))
    while header := sent.read(8):
        part = coverage.CoverageData(no_disk=True)
        part.loads(sent.read(int.from_bytes(header, "big")))
        total.update(part)
    total.write()
