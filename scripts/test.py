"""Run the tests: a browser, lint, a clean build of the book, pytest; whatever fails makes the whole fail.

python scripts/test.py                        everything
python scripts/test.py tests/test_layers.py   a part: no lint, and the book is built only if it is stale
"""

import os
import subprocess
import sys

from chromium import main as chromium
from inputs import ROOT
from kernels import isolate_kernels

PARALLEL = ("-n", "2", "--dist", "loadfile")
# Whoever adds a test sees what it costs.
SLOWEST = ("--durations=25", "--durations-min=2")


def run(*command):
    """Run a command of the environment in the book's folder; tell whether it succeeded."""
    return subprocess.run([sys.executable, *command], cwd=ROOT).returncode == 0


def needs_book(targets):
    """Tell whether any of the test files named looks at the built book."""
    paths = [ROOT / target.partition("::")[0] for target in targets]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.is_file()]
    return any("built_book" in text or "book_url" in text for text in texts)


def run_part(targets):
    """Run some test files in this process's environment."""
    if needs_book(targets) and not run("scripts/build.py"):
        return False
    return run("-m", "pytest", *targets)


def run_everything():
    """Run all there is, and say at the end what failed; a book that does not build stops the rest."""
    passed = {"lint": run("-m", "ruff", "check", "."), "build": run("scripts/build.py", "--clean")}
    if passed["build"]:
        passed["tests"] = run("-m", "pytest", *PARALLEL, *SLOWEST, "tests")
        passed["notebooks"] = run("-m", "pytest", *PARALLEL, "--nbval", "--nbval-cell-timeout=120", "book")
    failed = [name for name, good in passed.items() if not good]
    print("Failed: " + ", ".join(failed) if failed else "Everything passed.", flush=True)
    return not failed


def main(argv):
    """Run what is asked for; return the exit code."""
    targets = [argument for argument in argv if argument != "tests"]
    # Two processes at a time, each with one thread: more threads than cores only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    isolate_kernels()
    if chromium(["--install"]) != 0:
        return 1
    passed = run_part(targets) if targets else run_everything()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
