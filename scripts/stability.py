"""Run strict nbval over the book again and again, in every way in which machines differ; no cell may notice, no figure.

    python scripts/stability.py                        the oldest and the newest Python found here
    python scripts/stability.py python3.12 …           these

Twelve runs: two Pythons, one and two BLAS threads, three types of processor. A type of processor is a set of OpenBLAS
kernels (OPENBLAS_CORETYPE) together with the instructions that numpy may use, because both round in their own ways.
Each Python has an environment from requirements.txt alone, in _build/stability, which is kept for the next time. Then
every figure is drawn as on each type of processor, and compared with its picture, in the environment of the tests.
"""

import argparse
import itertools
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from inputs import BUILD, ROOT
from kernels import isolate_kernels
from pythons import answer, interpreters, version

FOLDER = BUILD / "stability"
THREADS = (1, 2)
BOOKS = ["book"]
# From old to new. Of numpy's faster instructions, a machine of that type has the ones named.
CORES = {"Nehalem": (), "Haswell": ("X86_V3",), "SkylakeX": ("X86_V3", "X86_V4"), "NEOVERSEN1": (), "ARMV8": ()}
# Threads without work sleep at once: by default they spin, and with more threads than cores all wait for each other.
IDLE = {"OPENBLAS_THREAD_TIMEOUT": "4"}

# Run in an environment of the book: which instructions numpy can choose here, and which kernels OpenBLAS took.
PROBE = """
import numpy, threadpoolctl
from numpy._core import _multiarray_umath as umath
numpy.ones((200, 200)) @ numpy.ones((200, 200))
print(*(name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]))
print(*(pool["architecture"] for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas"))
"""


# What is compared, and pytest's options for it. The limits of memory and time in conftest.py are meant for today's
# machines, not for an old processor's pace.
CELLS = ("--noconftest", "--nbval", "--nbval-cell-timeout=600")
FIGURES = ("tests/test_figures.py", "--mpl-results-path={results}")  # each run's pictures in a folder of its own


class Run(NamedTuple):
    """One way to run the book: a Python's environment, its version, BLAS threads, processor, variables that say so."""

    python: Path
    version: str
    threads: int
    core: str
    variables: dict

    @property
    def name(self):
        return f"{self.version}-{self.threads}-{self.core}"


def environment(command):
    """The interpreter of an environment made from requirements.txt by a Python; makes it if there is none yet."""
    folder = FOLDER / "python{}.{}".format(*version(command))
    pins, done = ROOT / "requirements.txt", folder / "complete"
    if not done.exists() or done.read_text() != pins.read_text():
        print(f"Making an environment from requirements.txt with {command} ...", flush=True)
        subprocess.run([command, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", pins], check=True)
        done.write_text(pins.read_text())
    return folder / "bin" / "python"


def processor(python, core):
    """The variables that make numpy compute as on a processor of that type, or None if this one cannot."""
    probed = answer(python, PROBE, OPENBLAS_CORETYPE=core)
    # OpenBLAS answers with kernels of its own choice if it lacks those that were asked for.
    if probed is None or core.lower() not in probed[1].lower().split():
        return None
    if not set(CORES[core]) <= set(probed[0].split()):
        return None
    unused = [name for name in probed[0].split() if name not in CORES[core]]
    return {"OPENBLAS_CORETYPE": core} | ({"NPY_DISABLE_CPU_FEATURES": " ".join(unused)} if unused else {})


def plan(pythons, numbers=THREADS):
    """All runs, and the types of processor that are left out here."""
    runs, missing = [], set()
    for python, threads, core in itertools.product(pythons, numbers, CORES):
        variables = processor(python, core)
        if variables is None:
            missing.add(core)
        else:
            number = answer(python, "import platform; print(platform.python_version())")[0]
            variables |= {"OPENBLAS_NUM_THREADS": str(threads), "PYTHONPATH": str(ROOT), **IDLE}
            runs.append(Run(python, number, threads, core, variables))
    return runs, missing


def compare(run, what):
    """Compare all cells or figures in one run; return ({name: message, or None if it is as stored}, seconds)."""
    report = FOLDER / f"{run.name}.xml"
    report.unlink(missing_ok=True)
    start = time.perf_counter()
    with (FOLDER / f"{run.name}.log").open("w") as log:
        options = [option.format(results=FOLDER / run.name) for option in what]
        command = [run.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *options]
        environ = os.environ | run.variables
        subprocess.run(command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT, check=False)
    return (outcomes(report) if report.exists() else {}), time.perf_counter() - start


def outcomes(report):
    """Read a report of pytest: {cell: message, or None if it passed}."""
    cells = {}
    for case in ElementTree.parse(report).iter("testcase"):
        wrong = [child.text or child.get("message") for child in case if child.tag in ("failure", "error")]
        # A notebook's teardown is reported beside its last cell, under the same name.
        name = f"{case.get('classname')} {case.get('name')}"
        cells[name] = "\n".join(wrong) or cells.get(name)
    return cells


def show(run, cells, seconds, name):
    """Print a run's line of the table."""
    differing = sum(message is not None for message in cells.values())
    result = f"{len(cells):5} {name}, {differing:3} differ" if cells else f"no result; see {FOLDER / run.name}.log"
    print(f"{run.version:8} {run.threads:7}  {run.core:10} {result}  {seconds:5.0f} s", flush=True)


def lanes(runs, what):
    """Run as many at a time as there are processors; yield (run, cells, seconds) in the order of the runs."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for run, result in zip(runs, pool.map(lambda run: compare(run, what), runs), strict=True):
            yield run, *result


def differences(results):
    """{cell: names of the runs in which it differed or was missing}, in the order of the book."""
    everything = dict.fromkeys(cell for _, cells in results for cell in cells)
    wrong = {
        cell: [run.name for run, cells in results if cells.get(cell, "missing") is not None] for cell in everything
    }
    return {cell: names for cell, names in wrong.items() if names}


def main(argv=None):
    """Run all; return 1 if a cell or a figure differed in any run, or a run had no result."""
    parser = argparse.ArgumentParser(description="Compare all cells and figures on different machines.")
    parser.add_argument("pythons", nargs="*", help="Python interpreters; default: the oldest and newest found")
    parser.add_argument("--books", nargs="+", default=BOOKS, help="notebooks; default: all")
    options = parser.parse_args(argv)
    os.environ.pop("NNBOOK_STATIC", None)
    isolate_kernels()
    FOLDER.mkdir(parents=True, exist_ok=True)
    runs, missing = plan([environment(command) for command in options.pythons or interpreters()])
    print(f"Left out, since this processor cannot: {', '.join(sorted(missing)) or 'none'}")
    print("Python   threads  processor  result", flush=True)
    same = is_same(runs, (*CELLS, *options.books), "cells")
    if options.books == BOOKS:
        drawn = [run._replace(version="figures") for run in plan([Path(sys.executable)], numbers=(1,))[0]]
        same &= is_same(drawn, FIGURES, "figures")
    return 0 if same else 1


def is_same(runs, what, name):
    """Run all, say what differed in any of them, and tell whether all had a result and nothing differed."""
    results = []
    for run, cells, seconds in lanes(runs, what):
        show(run, cells, seconds, name)
        results.append((run, cells))
    wrong = differences(results)
    for cell, names in wrong.items():
        print(f"{cell}: differs in {len(names)} of {len(runs)} runs: {', '.join(names)}")
    if wrong:
        print(f"What differs stands in {FOLDER.relative_to(ROOT)}, in the log of each run.")
    most = max((len(cells) for _, cells in results), default=0)
    print(f"{name} compared {most}, runs {len(runs)}, flakes {len(wrong)}", flush=True)
    return bool(most) and not wrong and all(cells for _, cells in results)


if __name__ == "__main__":
    sys.exit(main())
