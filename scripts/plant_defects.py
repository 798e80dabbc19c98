"""Plant defects one at a time in a copy of the repository, and demand that the checks catch each one.

    python scripts/plant_defects.py                  all of them, with the book built first
    python scripts/plant_defects.py --only sigmoid   those whose name or check holds a word
    python scripts/plant_defects.py --jobs 2         two copies at a time

A check that fails without a defect proves nothing, so each is seen passing first. The last line says how many
were caught of how many planted; the numbers go to _build/mutants.json.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue

from inputs import BUILD, ROOT, stamp
from kernels import isolate_kernels

sys.path.insert(0, str(ROOT / "tests"))
from mutants import defects
from mutants.planting import copy_repository

PYTEST = ("-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider")
COMMANDS = {
    "pytest": (*PYTEST, "-p", "no:nbval"),  # which takes a second to import
    "nbval": (*PYTEST, "--nbval", "--nbval-cell-timeout=30"),
    "build": ("scripts/build.py",),
    "ruff": ("-m", "ruff", "check", "--no-cache"),
}


def own_files():
    """The files of the repository as they are now, those not committed yet included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@contextmanager
def copied():
    """A copy of the repository for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="nnbook-mutants-") as folder:
        yield copy_repository(ROOT, Path(folder), own_files())


def run_check(copy, check):
    """Run a check in a copy; return (whether it passed, what it said)."""
    command, *arguments = shlex.split(check)
    # As if the pages had been built from the damaged sources: what is damaged in them is damaged in the pages too.
    if (copy.root / "_build").is_dir():
        (copy.root / "_build" / "inputs.json").write_text(json.dumps(stamp(copy.root)))
    result = subprocess.run(
        [sys.executable, *COMMANDS[command], *arguments],
        cwd=copy.root,
        env=os.environ | {"PYTHONPATH": str(copy.root), "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    return result.returncode == 0, result.stdout + result.stderr


def is_caught(copy, defect):
    """Plant a defect, run its check, mend; return (whether the check went red, what it said)."""
    try:
        defect.plant(copy)
        passed, said = run_check(copy, defect.check)
    finally:
        copy.mend()
    return not passed, said


@contextmanager
def borrowed(copies):
    """One of the copies, for as long as it is needed."""
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def seen_passing(copies, checks):
    """Run every check on the undamaged book; return those that fail, with what they said."""

    def attempt(check):
        with borrowed(copies) as copy:
            passed, said = run_check(copy, check)
        return None if passed else (check, said)

    with ThreadPoolExecutor(copies.qsize()) as pool:
        return [failure for failure in pool.map(attempt, checks) if failure]


def plant_all(copies, planted):
    """Yield (defect, whether it was caught, what the check said), in order."""

    def attempt(defect):
        with borrowed(copies) as copy:
            return defect, *is_caught(copy, defect)

    with ThreadPoolExecutor(copies.qsize()) as pool:
        yield from pool.map(attempt, planted)


def run(planted, jobs):
    """Plant them all; print one line for each; return how many were caught, or None if a check is no check."""
    copies = Queue()
    with ExitStack() as stack:
        for _ in range(jobs):
            copies.put(stack.enter_context(copied()))
        print("Running the checks on the undamaged book ...", flush=True)
        failures = seen_passing(copies, sorted({defect.check for defect in planted}))
        for check, said in failures:
            print(f"{check}: fails without any defect, so it proves nothing:\n{said[-3000:]}")
        if failures:
            return None
        caught = 0
        for defect, red, said in plant_all(copies, planted):
            caught += red
            print(f"{'caught  ' if red else 'UNSEEN  '}{defect.name:72} {defect.check}", flush=True)
            if not red:
                print(said[-1500:])
    return caught


def main(argv=None):
    """Plant what is asked for; return 0 if every defect was caught."""
    parser = argparse.ArgumentParser(description="Plant defects and count those that the checks catch.")
    parser.add_argument("--only", default="", help="a word in the name or the check of the defects to plant")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2, help="how many copies at a time")
    options = parser.parse_args(argv)
    isolate_kernels()
    planted = [defect for defect in defects() if options.only in f"{defect.name} {defect.check}"]
    if not planted:
        sys.exit(f"mutants: no defect holds {options.only!r} in its name or check; run without --only to see them all")
    caught = run(planted, options.jobs)
    if caught is None:
        return 1
    if not options.only:
        BUILD.mkdir(exist_ok=True)
        (BUILD / "mutants.json").write_text(json.dumps({"caught": caught, "planted": len(planted)}))
    print(f"caught {caught} / planted {len(planted)}")
    return 0 if caught == len(planted) else 1


if __name__ == "__main__":
    sys.exit(main())
