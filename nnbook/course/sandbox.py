"""Starts a student's process, talks with it within limits, and ends it with everything it started."""

import contextlib
import dataclasses
import functools
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nnbook.course import stage, watch
from nnbook.course.errors import CourseError

__all__ = ["LEVELS", "Gone", "Limits", "Sandbox", "best_level", "works"]

LEVELS = ("namespaces", "user", "limits")  # "user": as root, who can become somebody else
CANNOT = 97
LONGEST = 8 * 2**20  # bytes of one message
FIRST_USER = 1_000_000_000  # beyond all accounts, so that limits of a user are limits of one notebook
QUIET = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Limits:
    """What one notebook may use: seconds of processor time a cell and in all, megabytes, processes, characters."""

    cell: float = 10.0
    processor: int = 120
    memory: int = 2048
    disk: int = 32
    processes: int = 64
    output: int = 10_000_000


class Gone(Exception):
    """The student's process is no longer there, or is not to be spoken with; its text says why in a word."""


class Sandbox:
    """One student's process. `folder` is a `staged` folder; `private`: folders it must not see."""

    def __init__(self, folder, limits, level, private=()):
        self.limits, self.buffer = limits, b""
        self.place = Path(tempfile.mkdtemp(dir=folder))
        os.chmod(self.place, 0o777)
        self.start, self.deadline = time.monotonic(), time.monotonic() + 3 * limits.processor
        theirs_to_read, writable = os.pipe()
        readable, theirs_to_write = os.pipe()
        self.readable, self.writable = readable, writable
        os.set_blocking(writable, False)
        settings = self._settings(folder, level, private) | {"readable": theirs_to_read, "writable": theirs_to_write}
        jail = Path(folder, "package", "nnbook", "course", "jail.py")
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(jail), json.dumps(settings)],
            pass_fds=(theirs_to_read, theirs_to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=QUIET,
            start_new_session=True,
        )
        os.close(theirs_to_read)
        os.close(theirs_to_write)

    def _settings(self, folder, level, private):
        visible, paths = stage.visible_paths()
        (self.place / "root").mkdir()
        (self.place / "empty").mkdir(mode=0o777)
        running = watch.running() if level == "limits" else 0
        return {
            "level": level,
            "package": str(Path(folder, "package")),
            "paths": paths,
            "visible": visible,
            "masked": [str(path) for path in (stage.PACKAGE, *private) if _lies_in(path, [*visible, "/usr"])],
            "root": str(self.place / "root"),
            "folder": str(self.place / "empty"),
            "user": FIRST_USER + os.getpid() % 10**6 * 1000 + id(self) // 16 % 1000,
            "limits": dataclasses.asdict(self.limits) | {"running": running},
        }

    def send(self, data):
        """One message. Raises Gone."""
        line = json.dumps(data).encode() + b"\n"
        while line:
            self._wait((), (self.writable,))
            try:
                line = line[os.write(self.writable, line) :]
            except BrokenPipeError:
                raise Gone("ended") from None

    def receive(self, seconds):
        """The next message, whatever a student may have written into the pipe. Raises Gone."""
        self.deadline = min(time.monotonic() + seconds, self.start + 3 * self.limits.processor)
        while b"\n" not in self.buffer:
            if len(self.buffer) > LONGEST:
                raise Gone("garbage")
            self._wait((self.readable,), ())
            chunk = os.read(self.readable, 1 << 18)
            if not chunk:
                raise Gone("cannot" if self.process.wait() == CANNOT else "ended")
            self.buffer += chunk
        line, self.buffer = self.buffer.split(b"\n", 1)
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise Gone("garbage") from None
        if not isinstance(message, dict):
            raise Gone("garbage")
        return message

    def _wait(self, readable, writable):
        """Until the pipe is ready; meanwhile looks at what is used. Raises Gone."""
        while True:
            ready = select.select(readable, writable, [], 0.1)
            if any(ready):
                return
            if time.monotonic() > self.deadline:
                raise Gone("time")
            if sys.platform == "linux":
                self._look()

    def _look(self):
        processes = [self.process.pid, *watch.descendants(self.process.pid)]
        if len(processes) > self.limits.processes // 2:
            raise Gone("processes")
        if watch.memory(processes) > 1.25 * self.limits.memory * 2**20:
            raise Gone("memory")

    def close(self):
        """Ends all of it, and removes what it left."""
        os.close(self.readable)
        os.close(self.writable)
        if sys.platform == "linux":
            watch.end_all(self.process.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        subprocess.run(["rm", "-rf", "--", str(self.place)], check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _lies_in(path, folders):
    return any(Path(path).resolve().is_relative_to(folder) for folder in folders)


@functools.cache
def works(level):
    """Whether a process can be shut in at a level here: an empty notebook is run."""
    if os.name != "posix" or level == "namespaces" and sys.platform != "linux" or level == "user" and os.geteuid() != 0:
        return False
    with stage.staged() as folder, Sandbox(folder, Limits(), level) as sandbox:
        try:
            sandbox.send({"cells": [], "names": []})
            return "end" in sandbox.receive(60)
        except Gone:
            return False


def best_level():
    """The strictest level that works here. Raises CourseError when none does."""
    for level in LEVELS:
        if works(level):
            return level
    raise CourseError("grade: no student code can be run here; it takes Linux, macOS, or WSL on Windows.")
