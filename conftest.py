"""No notebook may take more of a machine than a launched one gets; nbval's runs measure it, so nothing is run twice."""

import os
from pathlib import Path

import pytest

MEMORY = 1000  # megabytes of a kernel; Binder gives 2 GB to kernel, server and all
# Seconds of processor time, which does not grow while others use the machine. A chapter is to take 20 s; slower
# processors get half as much again.
SECONDS = 30


def used(pid):
    """(megabytes held at most, seconds of processor time) of a process so far; None where the system does not say."""
    status, stat = Path(f"/proc/{pid}/status"), Path(f"/proc/{pid}/stat")
    if not status.exists():
        return None
    megabytes = int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return megabytes, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After a notebook's last cell, look at its kernel; complain when the kernel has been ended in order."""
    notebook = item.parent
    last = nextitem is None or nextitem.parent is not notebook
    manager = getattr(getattr(notebook, "kernel", None), "km", None) if last else None
    spent = used(manager.provisioner.process.pid) if manager else None
    yield
    if spent is None:
        return
    megabytes, seconds = spent
    if megabytes > MEMORY:
        pytest.fail(f"{notebook.path.name}: its kernel held {megabytes:.0f} MB, at most {MEMORY} MB are allowed")
    if seconds > SECONDS:
        pytest.fail(f"{notebook.path.name}: its kernel computed for {seconds:.0f} s, at most {SECONDS} s are allowed")
