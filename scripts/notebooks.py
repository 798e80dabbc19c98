"""The form in which notebooks are stored: executed, with texts and counts, without what changes by itself."""

from pathlib import Path

import nbformat
from inputs import ROOT

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# What a cell may remember about itself; times of execution, collapsed states and the like are dropped.
CELL_METADATA = {"tags", "reason", "mystnb", "nbgrader"}


def notebook_paths(folder=ROOT / "book"):
    """Return the notebooks of the book, sorted by name."""
    return sorted(path for path in folder.glob("*.ipynb"))


def is_volatile(mime):
    """Tell whether an output of this MIME type is left out: pictures and views of widgets."""
    return mime.startswith("image/") or mime == WIDGET_VIEW


def normal_output(output):
    """Return an output without pictures and widget views, or None if nothing is left of it."""
    if "data" not in output:
        return output
    data = {mime: value for mime, value in output.data.items() if not is_volatile(mime)}
    return {**output, "data": data, "metadata": {}} if data else None


def normal_cell(cell, count):
    """Return a cell as it is stored; ``count`` is its place among the code cells, from 1."""
    metadata = {key: value for key, value in cell.metadata.items() if key in CELL_METADATA}
    stored = {**cell, "metadata": metadata}
    if cell.cell_type == "code":
        kept = [output for output in map(normal_output, cell.outputs) if output is not None]
        results = [
            {**o, "execution_count": count} if o["output_type"] == "execute_result" else o for o in kept
        ]
        stored |= {"outputs": results, "execution_count": count if cell.source.strip() else None}
    return stored


def normal_form(notebook):
    """Return a new notebook with the same cells in the form in which it is stored; the given one is kept."""
    cells, count = [], 0
    for cell in notebook.cells:
        count += cell.cell_type == "code" and bool(cell.source.strip())
        cells.append(normal_cell(cell, count))
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def read(path):
    """Read a notebook."""
    return nbformat.read(Path(path), as_version=4)


def write(notebook, path):
    """Write a notebook; equal notebooks make equal files."""
    Path(path).write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8")
