"""Turn the logs of failed notebooks into one block that names notebook, cell and error."""

import re
from pathlib import Path

import nbformat

ANSI = re.compile(r"\x1b\[[0-9;]*m")
FENCE = re.compile(r"-{10,}\n(.*?)\n-{10,}\n", re.DOTALL)


def failing_cell(notebook, log):
    """Return (number, first line) of the code cell quoted in an execution log, counting code cells from 1."""
    quoted = FENCE.search(log)
    source = quoted.group(1).strip() if quoted else None
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        if cell.source.strip() == source:
            return number, source.splitlines()[0]
    return None


def error_line(log):
    """Return the last line of a log that says something: the exception and its message."""
    lines = [line for line in ANSI.sub("", log).splitlines() if line.strip()]
    return lines[-1].strip()


def describe_failure(log_path, reports, root):
    """Return the lines for one failed notebook."""
    name = log_path.relative_to(reports).as_posix().removesuffix(".err.log") + ".ipynb"
    log = ANSI.sub("", log_path.read_text(encoding="utf-8"))
    cell = failing_cell(nbformat.read(root / name, as_version=4), log)
    where = f"code cell {cell[0]}: {cell[1]}" if cell else "cell not found in the notebook"
    return f"  notebook  {name}\n  cell      {where}\n  error     {error_line(log)}\n  log       {log_path}"


def describe_failures(reports, root):
    """Return the block for all failed notebooks, or a pointer to the warnings above when none failed."""
    logs = sorted(Path(reports).rglob("*.err.log"))
    if not logs:
        return "\nThe build failed: mend the warnings and errors printed above, then build again."
    blocks = [describe_failure(log, Path(reports), Path(root)) for log in logs]
    return "\nThe build failed: a notebook raised an error.\n\n" + "\n\n".join(blocks)
