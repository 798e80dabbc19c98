"""Run the tests: a browser, lint, a clean build of the book, pytest, notebooks; whatever fails makes the whole fail.

python scripts/test.py                        everything
python scripts/test.py tests/test_layers.py   a part: no lint, and the book is built only if it is stale
"""

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

from chromium import main as chromium
from inputs import BUILD, ROOT
from kernels import isolate_kernels

PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
# A test waits for its browser for much of its time: three share two processors better than two do.
TESTS = ("-n", "3", *PARALLEL[2:])
# Whoever adds a test sees what it costs.
SLOWEST = ("--durations=25", "--durations-min=2")
# What a complete run leaves for the README's table.
RESULT = BUILD / "tests.json"


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


def passes(report):
    """How many tests passed, as pytest's report says."""
    suite = ElementTree.parse(report).getroot().find("testsuite")
    return int(suite.get("tests")) - sum(int(suite.get(kind)) for kind in ("failures", "errors", "skipped"))


def run_everything():
    """Run all there is, and say at the end what failed; a book that does not build stops the rest."""
    start = time.monotonic()
    passed = {"lint": run("-m", "ruff", "check", "."), "build": run("scripts/build.py", "--clean")}
    built = time.monotonic()
    if passed["build"]:
        tests, cells = f"--junitxml={BUILD / 'tests.xml'}", f"--junitxml={BUILD / 'cells.xml'}"
        passed["tests"] = run("-m", "pytest", *TESTS, *SLOWEST, tests, "tests")
        passed["notebooks"] = run("-m", "pytest", *PARALLEL, cells, "--nbval", "--nbval-cell-timeout=30", "book")
        # What chapters assert must hold for other random numbers as well.
        passed["other seeds"] = run("scripts/seeds.py")
        counts = {"tests": passes(BUILD / "tests.xml"), "cells": passes(BUILD / "cells.xml")}
        times = {"seconds": time.monotonic() - start, "build_seconds": built - start}
        RESULT.write_text(json.dumps(counts | times), encoding="utf-8")
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
