"""Run every notebook with other random numbers: what a cell asserts must hold for seeds that nobody has looked at.

    python scripts/seeds.py                     one other set of seeds
    python scripts/seeds.py 1000 2000 3000      these, by what is added to every seed
    python scripts/seeds.py --books book/07-momentum-and-adam.ipynb 1000

Every seed that reaches numpy.random.default_rng in the kernel, from the chapter or from nnbook, is shifted. Printed
numbers are not compared; an exception, failed assertions above all, is a failure. The assertions of a cell tagged
``one-seed`` are about the one data set drawn there, as its metadata ``reason`` says; they are left out. So are cells
that do nothing but call something to show it, an explorer for the most part: they claim nothing, and take their time.
"""

import argparse
import ast
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from kernels import isolate_kernels
from nbclient import NotebookClient
from notebooks import notebook_paths, read

TAG = "one-seed"
SHIFT = 1000

# Run in a kernel before the notebook's first cell. Seeds may also be sequences, whose first number is then shifted.
SHIFTING = """
def shift_seeds():
    import numpy

    drawn = numpy.random.default_rng

    def shifted(seed=None):
        if isinstance(seed, (int, numpy.integer)):
            return drawn(int(seed) + {shift})
        if isinstance(seed, (list, tuple)):
            return drawn([seed[0] + {shift}, *seed[1:]])
        return drawn(seed)

    numpy.random.default_rng = shifted

shift_seeds()
del shift_seeds
"""


def is_one_seed(cell):
    """Tell whether a cell's assertions are about one data set only."""
    return TAG in cell.metadata.get("tags", [])


def complaints(notebook):
    """What is wrong with the tags: one without a reason, or on a cell that asserts nothing."""
    tagged = [(place, cell) for place, cell in enumerate(notebook.cells, start=1) if is_one_seed(cell)]
    mute = [f"cell {place}: tagged {TAG}, but asserts nothing" for place, cell in tagged if not asserts(cell.source)]
    return mute + [
        f"cell {place}: tagged {TAG} without a reason of ten characters or more"
        for place, cell in tagged
        if len(str(cell.metadata.get("reason", ""))) < 10
    ]


def asserts(source):
    """The assertions in some code, outermost ones of each branch, as syntax trees."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]


def only_shows(source):
    """Tell whether some code is a single call, of whose result nothing is kept."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a magic of IPython
        return False
    return len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Call)


def without_assertions(source):
    """The same code, every assertion replaced by ``pass``, lines kept."""
    lines = source.splitlines()
    for node in asserts(source):
        lines[node.lineno - 1] = lines[node.lineno - 1][: node.col_offset] + "pass"
        lines[node.lineno : node.end_lineno] = [""] * (node.end_lineno - node.lineno)
    return "\n".join(lines)


def shifted(notebook, shift):
    """The notebook as it is run with other seeds: a first cell that shifts them, one-seed assertions left out."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        if only_shows(cell.source):
            cell.source = ""  # kept in its place, so that failures name cells as the notebook counts them
        elif is_one_seed(cell):
            cell.source = without_assertions(cell.source)
    first = nbformat.v4.new_code_cell(SHIFTING.format(shift=shift))
    return nbformat.v4.new_notebook(cells=[first, *cells], metadata=notebook.metadata)


def failures(path, shift):
    """Run a notebook with shifted seeds, to its end; return one line and the failing cell for each exception."""
    notebook = read(path)
    if wrong := complaints(notebook):
        return wrong
    notebook = shifted(notebook, shift)
    where = {"metadata": {"path": str(Path(path).parent)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True, resources=where).execute()
    return [
        f"code cell {place}: {output.ename}: {output.evalue}\n    " + cell.source.replace("\n", "\n    ")
        for place, cell in enumerate(notebook.cells)
        for output in cell.outputs
        if output.output_type == "error"
    ]


def report(path, shift, found):
    """Print what failed in one notebook with one shift; return how many cells."""
    print(f"{Path(path).stem}, seeds + {shift}: {len(found) or 'nothing'} failed", flush=True)
    for line in found:
        print(f"  {line}", flush=True)
    return len(found)


def main(argv=None):
    """Run the notebooks, as many at a time as there are processors; return 1 if anything failed."""
    parser = argparse.ArgumentParser(description="Run every notebook with other random numbers.")
    parser.add_argument("shifts", nargs="*", type=int, default=[SHIFT], help="what is added to every seed")
    parser.add_argument("--books", nargs="+", type=Path, default=notebook_paths(), help="notebooks; default: all")
    options = parser.parse_args(argv)
    os.environ.pop("NNBOOK_STATIC", None)
    isolate_kernels()
    jobs = [(path, shift) for shift in options.shifts for path in options.books]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(failures, *zip(*jobs, strict=True))
        failed = sum(report(*job, found) for job, found in zip(jobs, results, strict=True))
    print(f"notebooks {len(options.books)}, shifts {len(options.shifts)}, failures {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
