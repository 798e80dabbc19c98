"""Measure what the tests run: branches of nnbook by coverage.py, blocks of the browser's scripts by Chromium.

python scripts/measure_coverage.py            build the book, run all the tests, and judge
python scripts/measure_coverage.py --again    judge what was measured last
python scripts/measure_coverage.py tests/…    run some tests and judge, which shows what they reach

What is left unrun stands in tests/uncovered.toml, each with its reason. The command fails when something else is
unrun, when something listed is run, and when less than 95 % is. Chromium tells of a block only if it has its own count,
so an `if` without `else` whose condition always held shows only where coverage.py counts, in Python.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from chromium import main as chromium
from gaps import compare, read_browser, read_python
from inputs import BUILD, ROOT
from kernels import isolate_kernels

FOLDER = BUILD / "coverage"
RESULT = BUILD / "coverage.json"
LIST = ROOT / "tests" / "uncovered.toml"
LEAST = 95.0
BUILD_BOOK = ("-m", "coverage", "run", "--parallel-mode", "--concurrency=multiprocessing", "scripts/build.py")
PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
PYTEST = ("-m", "pytest", "-q", *PARALLEL, "--cov=nnbook", "--cov-report=")


def run(*command):
    """Run a command of the environment in the book's folder; tell whether it succeeded."""
    return subprocess.run([sys.executable, *command], cwd=ROOT).returncode == 0


def measure(targets):
    """Build the book and run tests while all is counted; tell whether both went well."""
    isolate_kernels()
    with tempfile.TemporaryDirectory() as aside:  # a clean build removes everything from the place of builds
        os.environ["COVERAGE_FILE"] = str(Path(aside, ".coverage"))
        built = chromium(["--install"]) == 0 and run(*BUILD_BOOK, *([] if targets else ["--clean"]))
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(aside, FOLDER / "build")
    os.environ["COVERAGE_FILE"] = str(FOLDER / ".coverage")
    os.environ["NNBOOK_COVERAGE"] = str(FOLDER)
    return built and run(*PYTEST, *(targets or ["tests"]))


def judge():
    """Compare what was measured with the list; print, write _build/coverage.json, and tell whether all is well."""
    os.environ["COVERAGE_FILE"] = str(FOLDER / ".coverage")
    report = FOLDER / "python.json"
    if parts := [str(path) for path in FOLDER.rglob(".coverage.*")]:
        run("-m", "coverage", "combine", "--quiet", "--append", *parts)
    if not run("-m", "coverage", "json", "--quiet", "-o", str(report)):
        return False
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["unrun"]
    python, javascript = read_python(report), read_browser(FOLDER)
    result = {
        "python": figures("Python, branches of nnbook", *python[:2]),
        "javascript": figures("JavaScript, blocks in Chromium", *javascript[:2]),
    }
    complaints = compare([*python[2], *javascript[2]], entries)
    complaints += [f"{part}: less than {LEAST:g} % is run" for part in result if result[part]["percent"] < LEAST]
    for complaint in complaints:
        print(complaint)
    print(f"Left unrun, each with its reason: {len(entries)} (tests/uncovered.toml)")
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return not complaints


def figures(name, ran, total):
    """Print one line on a part, and return it as data."""
    percent = round(100 * ran / max(total, 1), 2)
    print(f"{name}: {ran} of {total} run, {percent} %")
    return {"ran": ran, "branches": total, "percent": percent}


def main(argv):
    """Measure and judge; return the exit code."""
    again = argv == ["--again"]
    passed = again or measure(argv)
    return 0 if judge() and passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
