"""No notebook may hold more memory than a launched one gets: nbval's runs measure it, so that nothing is run twice."""

from pathlib import Path

import pytest

LIMIT = 1000  # megabytes of a kernel; Binder gives 2 GB to kernel, server and all


def peak(pid):
    """The most memory that a process has held so far, in megabytes; None where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After a notebook's last cell, look at its kernel; complain when the kernel has been ended in order."""
    notebook = item.parent
    last = nextitem is None or nextitem.parent is not notebook
    manager = getattr(getattr(notebook, "kernel", None), "km", None) if last else None
    held = peak(manager.provisioner.process.pid) if manager else None
    yield
    if held is not None and held > LIMIT:
        pytest.fail(f"{notebook.path.name}: its kernel held {held:.0f} MB, at most {LIMIT} MB are allowed")
