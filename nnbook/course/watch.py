"""What a process and everything it started use, and how to end all of it; by /proc, so on Linux only."""

import contextlib
import os
import signal
from pathlib import Path

__all__ = ["descendants", "end_all", "memory", "running"]

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(process):
    """A process's children, their children, and so on."""
    found, waiting = [], [process]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(process):
    children = []
    # A process may end while it is looked at.
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{process}/task"):
            with contextlib.suppress(OSError):
                children += map(int, Path(f"/proc/{process}/task/{task}/children").read_text().split())
    return children


def memory(processes):
    """Bytes that processes hold; what several share counts once, where the system lets us see that it is shared."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError, IndexError):
            total += _held(process)
    return total


def _held(process):
    """A process's bytes that are no file's: its share of them, or if that cannot be seen, all of them."""
    with contextlib.suppress(OSError, IndexError):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        return int(text.partition("Pss_Anon:")[2].split()[0]) * 1024
    fields = Path(f"/proc/{process}/statm").read_text().split()
    return (int(fields[1]) - int(fields[2])) * PAGE


def running():
    """How many processes and threads this user has: the system counts them together."""
    user, count = os.getuid(), 0
    for name in os.listdir("/proc") if os.path.isdir("/proc/self/task") else ():
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{name}").st_uid == user:
                    count += len(os.listdir(f"/proc/{name}/task"))
    return count


def end_all(process):
    """Kills a process and all that it started; those that are being started meanwhile as well."""
    for _ in range(100):
        found = descendants(process)
        for child in found:  # first they are stopped, so that none can start another
            _signal(child, signal.SIGSTOP)
        for child in found:
            _signal(child, signal.SIGKILL)
        if not [child for child in found if not _is_zombie(child)]:
            break
    _signal(process, signal.SIGKILL)


def _signal(process, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _is_zombie(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
