"""No notebook may take more of a machine than a launched one gets; nbval's runs measure it, so nothing is run twice."""

import functools
import os
import time
from pathlib import Path

import numpy as np
import pytest

MEMORY = 1000  # megabytes of a kernel; Binder gives 2 GB to kernel, server and all
# Processor time of a kernel, which does not grow while others use the machine, in units of a fixed piece of work: that
# takes 0.1 s where a chapter is to take 20 s, and more on a slower processor. Half as much again is allowed.
UNITS = 300


@functools.cache
def unit():
    """Seconds of processor time that the fixed piece of work takes here: small products and plain code."""
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(32, 64)), rng.normal(size=(64, 64)) / 8

    def work():
        started, a = time.process_time(), x
        for _ in range(9_000):
            a = np.tanh(a @ W)
            sum(i * i for i in range(100))
        return time.process_time() - started

    return min(work() for _ in range(3))



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
    if seconds > UNITS * unit():
        allowed = f"at most {UNITS * unit():.0f} s are allowed on this machine"
        pytest.fail(f"{notebook.path.name}: its kernel computed for {seconds:.0f} s, {allowed}")
