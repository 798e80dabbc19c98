"""Find a Chromium for the browser tests, and get one if there is none.

    python scripts/chromium.py              print the path of the one found
    python scripts/chromium.py --install    a package of the system where that is possible, else Playwright's own

The shell without windows comes first: the same engine, but a new profile costs it a fifth of the time, and a browser
test begins with one. Set CHROMIUM to the path of a browser to use that one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Headless as any user, root included, and silent: nothing of the browser's own goes over the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ADVICE = (
    "browser tests: no Chromium found and none could be installed; install Chromium or Chrome, or set "
    "CHROMIUM to its path, then run `make test` again"
)


def playwright_path():
    """Return where Playwright keeps its own Chromium, whether or not it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find_chromium():
    """Return the path of a Chromium, or None."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    candidates = [*NAMES, *APPLICATIONS]
    found = next((path for path in map(shutil.which, candidates) if path and works(path)), None)
    own = found or playwright_path()
    return own if Path(own).exists() else None


def works(path):
    """Tell whether a browser starts: some systems put a stub there that only says how to install one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def run(command):
    """Run one installation command, showing what it does; tell whether it succeeded."""
    print("+", " ".join(command), file=sys.stderr, flush=True)
    try:
        return subprocess.run(command, stdout=sys.stderr).returncode == 0
    except OSError:
        return False


def install_system_package():
    """Install a package of the system where apt and the rights for it are there; tell whether that worked."""
    if not shutil.which("apt-get"):
        return False
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"]
    more = ["--no-install-recommends", "--no-remove"]
    return run([*root, "apt-get", "update", "-qq"]) and any(run([*install, *more, name]) for name in NAMES[:2])


def install_playwrights_own():
    """Let Playwright download its own Chromium; tell whether that worked."""
    return run([sys.executable, "-m", "playwright", "install", "chromium"])


def get(install=False):
    """Return the path of a Chromium, after trying to install one if asked to; None if that did not help."""
    path = find_chromium()
    for attempt in (install_system_package, install_playwrights_own) if install else ():
        if path is None and attempt():
            path = find_chromium()
    return path


def main(arguments):
    """Print the path of a Chromium; return the exit code."""
    path = get(install="--install" in arguments)
    if path is None:
        print(ADVICE, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
