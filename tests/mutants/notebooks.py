"""Defects of the notebooks: what is not run, not compared, or no longer true."""

import re

from mutants.planting import Defect, code, notebook

SHORT = "book/00-refresher.ipynb"
GLUED = "book/01-neurons.ipynb"
RULES = "pytest tests/test_notebooks.py"
RECORD = "application/papermill.record/text/plain"


def code_cells(cells):
    """The cells that hold code."""
    return [cell for cell in cells if cell.cell_type == "code"]


def clear(cells):
    """Take away all outputs and counts."""
    for cell in code_cells(cells):
        cell.outputs, cell.execution_count = [], None


def other_digit(text):
    """The text with its last digit exchanged for another; None if it holds none."""
    found = list(re.finditer(r"\d", text))
    if not found:
        return None
    at = found[-1].start()
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


def change_printed_number(cells):
    """Exchange a digit in the first printed text that holds one."""
    outputs = (output for cell in code_cells(cells) for output in cell.outputs)
    printed = next(output for output in outputs if output.get("name") == "stdout" and other_digit(output.text))
    printed.text = other_digit(printed.text)


def change_glued_number(cells):
    """Exchange a digit in the first glued text that holds one."""
    outputs = (output for cell in code_cells(cells) for output in cell.outputs)
    glued = next(output for output in outputs if other_digit(output.get("data", {}).get(RECORD, "")))
    glued.data[RECORD] = other_digit(glued.data[RECORD])


def append(source, **options):
    """A change: one more cell at the end, run in its turn unless `count` says otherwise."""

    def change(cells):
        count = options.get("count", len(code_cells(cells)) + 1)
        cells.append(code(source, options.get("outputs", ()), count))

    return change


def tag_uncompared(cells):
    """Keep the second cell of code from comparison, without a reason."""
    code_cells(cells)[1].metadata["tags"] = ["nbval-ignore-output"]


def lose_output(cells):
    """Delete the outputs of a cell that prints."""
    next(cell for cell in code_cells(cells) if cell.source.startswith("print") or "\nprint" in cell.source).outputs = []


def compute_on(cells):
    """Add cells of which none takes too long by itself."""
    busy = "import time\n\nend = time.process_time() + 9\nwhile time.process_time() < end:\n    pass"
    for _ in range(12):
        append(busy)(cells)


DEFECTS = (
    Defect("a notebook was cleared", notebook(SHORT, clear), RULES, quick=True),
    Defect("a cell was never run", notebook(SHORT, append("print(1)", count=None)), RULES),
    Defect("a printed cell lost its output", notebook(SHORT, lose_output), RULES),
    Defect("a cell is kept from comparison without a reason", notebook(SHORT, tag_uncompared), RULES),
    Defect("a printed number was changed", notebook(SHORT, change_printed_number), f"nbval {SHORT}"),
    Defect("a glued number is stale", notebook(GLUED, change_glued_number), f"nbval {GLUED}"),
    Defect("a cell raises", notebook(SHORT, append("1 / 0")), f"nbval {SHORT}"),
    Defect("a claim asserted in a cell is false", notebook(SHORT, append("assert 0.1 + 0.2 == 0.3")), f"nbval {SHORT}"),
    Defect(
        "a notebook fetches something",
        notebook(SHORT, append("import urllib.request\n\nurllib.request.urlopen('https://example.org')")),
        RULES,
    ),
    Defect("a notebook waits", notebook(SHORT, append("import time\n\ntime.sleep(60)")), RULES),
    Defect("a notebook installs something", notebook(SHORT, append("%pip install torch")), RULES),
    Defect(
        "a notebook computes far longer than it may",
        notebook(SHORT, append("total = 0\nfor i in range(10**12):\n    total += i")),
        f"nbval {SHORT}",
    ),
    Defect(
        "a notebook takes its time in many cells",
        notebook(SHORT, compute_on),
        f"nbval {SHORT}",
    ),
    Defect(
        "a notebook holds more memory than a launched one gets",
        notebook(SHORT, append("held = bytearray(1_500_000_000)")),
        f"nbval {SHORT}",
    ),
)
