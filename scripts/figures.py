"""The README's tables of figures: measured here, kept in benchmarks/measured.json, written into README.md.

    python scripts/figures.py              measure everything (about an hour), then write the tables
    python scripts/figures.py speed pages  measure some of it anew; the rest stays as it was measured last
    python scripts/figures.py --write      measure nothing, write the tables from what was measured

Nobody types a figure: a test compares README.md with what was measured.
"""

import argparse
import json
import os
import platform
import subprocess
import sys

from inputs import BUILD, ROOT

MEASURED = ROOT / "benchmarks" / "measured.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- written by `make figures` -->\n", "<!-- until here -->\n"
# What is run for each; a benchmark prints its table, the others leave a file in _build.
COMMANDS = {
    "speed": ("-m", "benchmarks", "speed"),
    "pages": ("-m", "benchmarks", "pages"),
    "notebooks": ("-m", "benchmarks", "notebooks"),
    "tests": ("scripts/test.py", "tests"),
    "coverage": ("scripts/measure_coverage.py",),
    "mutants": ("scripts/plant_defects.py",),
}


def rows(table):
    """The cells of a Markdown table's rows, without its heads, as lists of texts."""
    lines = [line.strip() for line in table.splitlines() if line.strip().startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def measure(name):
    """Run one command; return what it measured. CalledProcessError if it fails."""
    print(f"Measuring {name} ...", flush=True)
    printed = COMMANDS[name][0] == "-m"
    result = subprocess.run(
        [sys.executable, *COMMANDS[name]], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE if printed else None
    )
    return rows(result.stdout) if printed else json.loads((BUILD / f"{name}.json").read_text(encoding="utf-8"))


def machine():
    """What the figures were measured on, in words."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def number(text):
    """The number at the beginning of a cell such as "242 kB"."""
    return float(text.split()[0])


def facts(measured):
    """(what, how much) for each line of the second table."""
    first, later = ([number(row[column]) for row in measured["pages"]] for column in (1, 2))
    seconds, memory = ([number(row[column]) for row in measured["notebooks"]] for column in (1, 2))
    tests, mutants = measured["tests"], measured["mutants"]
    yield "a chapter's page at a first visit, formulas included", f"{min(first):.0f} to {max(first):.0f} kB"
    yield "… after another chapter", f"at most {max(later):.0f} kB"
    yield "a chapter's notebook, run from top to bottom", f"at most {max(seconds):.0f} s"
    yield "… the memory of its kernel", f"at most {max(memory):.0f} MB"
    yield "a clean build of the book", f"{tests['build_seconds'] / 60:.1f} min"
    yield "`make test`", f"{tests['seconds'] / 60:.0f} min"
    yield "tests, and cells of notebooks compared", f"{tests['tests']:,} and {tests['cells']:,}"
    if coverage := measured.get("coverage"):  # which takes longest; a table without it is better than an old figure
        yield "branches of nnbook that the tests take", f"{coverage['python']['percent']:.1f} %"
        yield "… and of the pages' scripts, in Chromium", f"{coverage['javascript']['percent']:.1f} %"
    yield "planted defects that the tests catch (`make mutants`)", f"{mutants['caught']} of {mutants['planted']}"


def section(measured):
    """The tables as Markdown."""
    head = (
        "| network | batch | threads | against PyTorch | against scikit-learn | against plain numpy |\n"
        "|---|---|---|---|---|---|\n"
    )
    speed = "".join(f"| {' | '.join(row)} |\n" for row in measured["speed"])
    lines = "".join(f"| {what} | {much} |\n" for what, much in facts(measured))
    return f"{head}{speed}\n| measured | |\n|---|---|\n{lines}\nMeasured on {measured['machine']}.\n"


def written(readme, measured):
    """The README with its tables as they were measured."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{section(measured)}{END}{after}"


def main(argv=None):
    """Measure what is asked for, write the README; return the exit code."""
    parser = argparse.ArgumentParser(description="Measure the figures of the README and write its tables.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(COMMANDS)} (default: all)")
    parser.add_argument("--write", action="store_true", help="measure nothing")
    options = parser.parse_args(argv)
    unknown = [name for name in options.names if name not in COMMANDS]
    if unknown:
        parser.error(f"there is no figure {unknown[0]!r}; choose from {', '.join(COMMANDS)}")
    measured = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    if not options.write:
        for name in options.names or COMMANDS:
            measured[name] = measure(name)
        measured["machine"] = machine()
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    README.write_text(written(README.read_text(encoding="utf-8"), measured), encoding="utf-8")
    print(section(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
