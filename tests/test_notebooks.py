"""Every stored notebook keeps every rule, and every rule notices a notebook that breaks it."""

import nbformat
import pytest
from notebook_rules import (
    RULES,
    failures,
    heavy_outputs,
    reaching_out,
    silent,
    too_long,
    uncompared,
    uncompared_by_comment,
    unrun,
    waiting,
)
from notebooks import WIDGET_VIEW, normal_form, notebook_paths, read

v4 = nbformat.v4


def notebook(*cells):
    """Return a notebook of code cells given as (source, output or None, metadata)."""
    made = []
    for count, (source, outputs, metadata) in enumerate(cells, start=1):
        made.append(v4.new_code_cell(source, outputs=outputs, metadata=metadata, execution_count=count))
    return v4.new_notebook(cells=made)


def shown(text, **data):
    """Return the output of a cell that ends with a value."""
    return v4.new_output("execute_result", {"text/plain": text, **data}, execution_count=1)


GOOD = notebook(
    ("x = 1", [], {"tags": ["hide-cell"]}),
    ("x", [shown("1")], {}),
    ("now()", [shown("12:00")], {"tags": ["nbval-ignore-output"], "reason": "shows the time of day"}),
)

CLEARED = notebook(("x", [shown("1")], {}))
CLEARED.cells[0].execution_count = None
SHUFFLED = notebook(("x", [shown("1")], {}), ("y", [shown("2")], {}))
SHUFFLED.cells.reverse()
STATEFUL = notebook(("x", [shown("1")], {}))
STATEFUL.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}

BROKEN = [
    (unrun, CLEARED),
    (unrun, SHUFFLED),
    (uncompared, notebook(("x", [shown("1")], {"tags": ["nbval-ignore-output"]}))),
    (uncompared, notebook(("x", [shown("1")], {"tags": ["nbval-skip"], "reason": ""}))),
    (uncompared_by_comment, notebook(("# NBVAL_IGNORE_OUTPUT\nx", [shown("1")], {}))),
    (too_long, notebook(("\n".join(["x = 1"] * 21), [], {}), *[("x", [shown("1")], {})] * 9)),
    (too_long, notebook(("x", [shown("1")], {}), ("\n".join(["x = 1"] * 21), [], {"tags": ["hide-input"]}))),
    (too_long, notebook(("\n".join(["x = 1"] * 7), [], {}))),
    (too_long, notebook(("\n".join(["x = 1"] * 7), [], {"tags": ["remove-cell"]}))),
    (heavy_outputs, notebook(("x", [shown("1", **{"image/png": "iVBORw0KGgo="})], {}))),
    (heavy_outputs, notebook(("x", [shown("1", **{WIDGET_VIEW: {"model_id": "1"}})], {}))),
    (heavy_outputs, STATEFUL),
    (
        failures,
        notebook(("1 / 0", [v4.new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])], {})),
    ),
    (failures, notebook(("warn()", [v4.new_output("stream", name="stderr", text="UserWarning")], {}))),
    (silent, notebook(("print(1)", [], {}))),
    (waiting, notebook(("import time\ntime.sleep(60)", [], {}))),
    (reaching_out, notebook(("import urllib.request as web", [], {}))),
    (reaching_out, notebook(("from requests import get", [], {}))),
    (reaching_out, notebook(("load('https://example.org/data.csv')", [], {}))),
    (reaching_out, notebook(("!curl example.org", [], {}))),
    (reaching_out, notebook(("%pip install torch", [], {}))),
    (silent, notebook(("x = 1\nx", [], {}))),
    (silent, notebook(("answer = ...\nq.check(answer)", [], {}))),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_notebook_passes(rule):
    assert rule(GOOD) == []


@pytest.mark.parametrize(("rule", "broken"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_notebook_is_noticed(rule, broken):
    assert rule(broken)


def test_every_rule_has_a_broken_notebook():
    assert {rule for rule, _ in BROKEN} == set(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_the_books_notebooks(path, rule):
    assert rule(read(path)) == [], f"mend {path.name}, then run `make notebooks`"


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_notebooks_are_stored_in_normal_form(path):
    stored = read(path)
    assert stored == normal_form(stored), f"{path.name} was edited since; run `make notebooks`"


def test_normal_form_drops_what_changes_and_keeps_what_is_compared():
    messy = notebook(
        (
            "x",
            [shown("1", **{"image/png": "iVBORw0KGgo=", WIDGET_VIEW: {"model_id": "7"}})],
            {"execution": {"iopub.execute_input": "2026"}, "tags": ["hide-input"]},
        )
    )
    messy.cells[0].execution_count = 41
    cell = normal_form(messy).cells[0]
    assert cell.outputs[0].data == {"text/plain": "1"}
    assert cell.metadata == {"tags": ["hide-input"]}
    assert cell.execution_count == cell.outputs[0].execution_count == 1
    assert messy.cells[0].execution_count == 41
