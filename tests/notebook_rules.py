"""What a stored notebook must be so that strict nbval compares all of it; each rule returns complaints."""

import ast
import re
from statistics import median

HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
UNCOMPARED = {
    "nbval-ignore-output",
    "nbval-skip",
    "nbval-raises-exception",
    "nbval-test-listed",
    "skip-execution",
    "raises-exception",
}
UNCOMPARED_COMMENTS = (
    "NBVAL_IGNORE_OUTPUT",
    "NBVAL_SKIP",
    "NBVAL_RAISES_EXCEPTION",
    "PYTEST_VALIDATE_IGNORE_OUTPUT",
)
# What could reach another host: a chapter must run with no network at all, and everywhere the same.
REACHING = set("socket ssl http urllib urllib3 requests httpx aiohttp ftplib subprocess webbrowser".split())
COMMAND = re.compile(r"\s*(!|%pip|%conda|%%?bash|%%?sh\b|%system)")
SHOWS = {"print", "exercise", "explore", "glue", "display", "check", "hint", "solution"}
LONGEST, MEDIAN, SETUP = 20, 6, 6


def code_cells(notebook):
    """Return (number, cell) of every code cell that has any code, counted from 1."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return list(enumerate(cells, start=1))


def tags(cell):
    """Return the tags of a cell as a set."""
    return set(cell.metadata.get("tags", []))


def lines(cell):
    """Count the lines of a cell that are not empty."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def unrun(notebook):
    """Every code cell has been run, from top to bottom: counts are 1 … n."""
    return [
        f"cell {number}: execution count is {cell.execution_count}, expected {number}"
        for number, cell in code_cells(notebook)
        if cell.execution_count != number
    ]


def uncompared(notebook):
    """A cell whose output is not compared says why, in the metadata key ``reason``."""
    return [
        f"cell {number}: tagged {sorted(tags(cell) & UNCOMPARED)} without a reason"
        for number, cell in code_cells(notebook)
        if tags(cell) & UNCOMPARED and len(str(cell.metadata.get("reason", ""))) < 10
    ]


def uncompared_by_comment(notebook):
    """Nothing is kept from comparison by a comment, where no reason can be given."""
    return [
        f"cell {number}: contains {word}; use a tag and a reason"
        for number, cell in code_cells(notebook)
        for word in UNCOMPARED_COMMENTS
        if word in cell.source
    ]


def too_long(notebook):
    """Cells have at most 20 lines, and half of the visible ones at most 6; a hidden set-up cell has at most 6."""
    found = [
        f"cell {number}: {lines(cell)} lines, at most {LONGEST}"
        for number, cell in code_cells(notebook)
        if lines(cell) > LONGEST
    ]
    visible = [lines(cell) for _, cell in code_cells(notebook) if not tags(cell) & HIDDEN]
    if visible and (middle := median(visible)) > MEDIAN:
        found.append(f"median of visible cells is {middle} lines, at most {MEDIAN}")
    first = code_cells(notebook)[:1]
    found += [
        f"set-up cell: {lines(cell)} lines, at most {SETUP}"
        for _, cell in first
        if tags(cell) & HIDDEN and lines(cell) > SETUP
    ]
    return found


def heavy_outputs(notebook):
    """No pictures and no widget views are stored: they are not compared, and they make changes unreadable."""
    found = [
        f"cell {number}: stores {mime}"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        for mime in output.get("data", {})
        if mime.startswith("image/") or "widget-view" in mime
    ]
    return found + (["the notebook stores the state of widgets"] if "widgets" in notebook.metadata else [])


def failures(notebook):
    """No cell is stored with an error or with a warning on stderr."""
    return [
        f"cell {number}: stores {output.get('name', output.output_type)}"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def called(statement):
    """Return the name of the function that a statement calls, or None."""
    call = getattr(statement, "value", None)
    if not isinstance(statement, ast.Expr) or not isinstance(call, ast.Call):
        return None
    return getattr(call.func, "attr", getattr(call.func, "id", None))


def shows_something(source):
    """Tell whether a cell's code must leave an output: it prints, or it ends with a value."""
    body = ast.parse(source).body
    last = body[-1]
    shown_value = isinstance(last, ast.Expr) and not isinstance(last.value, (ast.Call, ast.Constant))
    return shown_value or any(called(statement) in SHOWS for statement in body)


def silent(notebook):
    """A cell that shows something has a stored output, or else strict comparison passes over it."""
    return [
        f"cell {number}: shows something but stores no output"
        for number, cell in code_cells(notebook)
        if not cell.outputs and not cell.source.lstrip().startswith("%") and shows_something(cell.source)
    ]


def code_of(source):
    """The syntax tree of a cell without its magic lines."""
    return ast.parse("\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))))


def reached(source):
    """What in a cell could reach another host: modules, addresses, shell commands, installations."""
    found = [line.strip() for line in source.splitlines() if COMMAND.match(line)]
    for node in ast.walk(code_of(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in REACHING]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module] if str(node.module).partition(".")[0] in REACHING else []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [node.value] if re.match(r"(https?|ftp)://", node.value) else []
    return found


def reaching_out(notebook):
    """No cell can ask another host for something, or install something."""
    return [
        f"cell {number}: {what} could reach another host; ship what the chapter needs with the package"
        for number, cell in code_cells(notebook)
        for what in reached(cell.source)
    ]


def waiting(notebook):
    """No cell waits: a chapter's time is for computing."""
    return [
        f"cell {number}: waits"
        for number, cell in code_cells(notebook)
        for node in ast.walk(code_of(cell.source))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("sleep", "input")
    ]


RULES = (unrun, uncompared, uncompared_by_comment, too_long, heavy_outputs, failures, silent, reaching_out, waiting)
