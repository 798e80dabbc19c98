"""Calls a reader's function on cases and comes back, whatever the function does.

On Linux the calls run in a forked child that is killed when a call takes too long: endless loops, C code
that never returns, exits, crashes and memory bombs all end there, and nothing the function changes
reaches the notebook. Elsewhere they run in a thread that is sent an exception, and is left behind if it
does not stop.
"""

import contextlib
import copy
import ctypes
import io
import json
import os
import queue
import select
import signal
import sys
import threading
import time
import traceback
import types
import warnings
from pathlib import Path

import numpy as np

from nnbook.exercises.plain import clean, plain, type_name

__all__ = ["attempt", "outcomes"]

PRINTED = 2_000  # characters of the reader's own prints that are passed on, per call
MEMORY = 2 * 1024**3  # bytes that the calls may claim
PATIENCE = 3  # a call that waits, instead of computing, may take so many times its seconds


class TimeUp(BaseException):
    """Sent into a thread whose call took too long; no Exception, so that `except Exception` lets it pass."""


def outcomes(function, cases, call, seconds):
    """What came of each call, as plain data; a call that does not end is the last.

    {"value": …}, {"stub": True}, {"error": {"type", "message", "line", "source"}}, {"changed": name},
    {"timeout": seconds} or {"ended": True}; with "printed" where prints could be kept apart. cases: dicts
    of arguments by name; call(function, case) makes the call.
    """

    def work(index):
        return attempt(function, cases[index], call)

    run = _in_child if sys.platform == "linux" else _in_thread
    return run(work, len(cases), seconds)


def attempt(function, case, call):
    """One call, in this very thread, on a copy of the case."""
    arguments = copy.deepcopy(case)
    try:
        value = call(function, arguments)
        outcome = {"stub": True} if value is Ellipsis else {"value": plain(value)}
    except TimeUp:
        raise
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: they are the reader's here
        # Only the very exception that stubs raise: input() where none can be given raises a child of it.
        stub = type(error) is NotImplementedError
        outcome = {"stub": True} if stub else {"error": _error(function, error)}
    changed = next((name for name in case if not _same(case[name], arguments[name])), None)
    if changed and "value" in outcome:
        outcome = {"changed": changed}
    return outcome


class Printed(io.TextIOBase):
    """Keeps the first characters written to it."""

    def __init__(self):
        self.kept, self.count = [], 0

    def write(self, text):
        """Keeps what fits."""
        self.kept.append(text[: max(0, PRINTED - self.count)])
        self.count += len(text)
        return len(text)

    def text(self):
        """What was kept, and how much was not."""
        more = self.count - PRINTED
        return clean("".join(self.kept)) + (f"\n… and {more} more characters\n" if more > 0 else "")


def _same(before, after):
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.dtype == after.dtype and np.array_equal(before, after)
    return plain(before) == plain(after)


def _error(function, error):
    """The reader's exception, with the last line of the function's own file that it came through."""
    code = function.__code__ if type(function) is types.FunctionType else None
    frames = traceback.extract_tb(error.__traceback__) if code else []
    own = [frame for frame in frames if frame.filename == code.co_filename]
    where = {"line": own[-1].lineno, "source": clean(own[-1].line or "")} if own else {"line": None, "source": ""}
    return {"type": type_name(type(error)).split()[-1], "message": _message(error), **where}


def _message(error):
    try:
        return clean(str(error)).strip()[:300]
    except Exception:  # its own __str__ failed, and all there is to tell is that
        return "(its message could not be made)"


def _in_child(work, count, seconds):
    readable, writable = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of forking beside threads
        child = os.fork()
    if child == 0:
        _serve(work, count, writable, seconds)
    os.close(writable)
    try:
        return _collect(readable, count, seconds, child)
    finally:
        os.close(readable)
        with contextlib.suppress(ProcessLookupError):  # the child may not have become a group leader yet
            os.killpg(child, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve(work, count, writable, seconds):
    """The child: writes one line of JSON per case, and never returns."""
    try:
        os.setsid()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(PATIENCE * seconds * count) + 10)  # it ends even when the parent was killed before it
        warnings.simplefilter("default")  # an answer with a warning may be right, also where they are errors
        _limit_memory()
        for index in range(count):
            printed = Printed()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                outcome = work(index)
            line = json.dumps({**outcome, "printed": printed.text()}).encode() + b"\n"
            while line:
                line = line[os.write(writable, line) :]
    finally:
        os._exit(0)


def _limit_memory():
    import resource  # only POSIX has it

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit, most = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _collect(readable, count, seconds, child):
    """The parent: the lines that arrive, each within its time.

    The time is the child's own on the processor, so that a busy machine does not end a right answer; a call that
    sleeps gets PATIENCE times as long by the clock.
    """
    found, buffer = [], b""
    start, spent = time.monotonic(), _processor_seconds(child)
    while len(found) < count:
        ready, _, _ = select.select([readable], [], [], seconds / 10)
        if not ready:
            waited = time.monotonic() - start
            if _processor_seconds(child) - spent > 0.9 * seconds or waited > PATIENCE * seconds:
                return [*found, {"timeout": seconds}]
            continue
        chunk = os.read(readable, 1 << 16)
        if not chunk:
            return [*found, {"ended": True}]
        *lines, buffer = (buffer + chunk).split(b"\n")
        if lines:
            found += [json.loads(line) for line in lines]
            start, spent = time.monotonic(), _processor_seconds(child)
    return found


def _processor_seconds(process):
    """Processor time that a process has used; 0 for one that has just ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _in_thread(work, count, seconds):
    box, found = queue.SimpleQueue(), []

    def serve():
        with contextlib.suppress(TimeUp):
            for index in range(count):
                box.put(work(index))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        while len(found) < count:
            found.append(box.get(timeout=seconds))
    except queue.Empty:
        _stop(thread)
        found.append({"timeout": seconds})
    return found


def _stop(thread):
    """Raises in the thread until it ends; a bare `except:` may catch some of them, sleeping C code none."""
    for _ in range(40):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeUp))
        thread.join(0.05)
        if not thread.is_alive():
            return
