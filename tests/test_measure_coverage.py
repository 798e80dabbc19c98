"""The measure of what tests run is itself right: what is unrun is found, and the list of it may not grow stale."""

import json

import pytest
from gaps import compare, read_browser, read_python, stretches
from js_coverage import SCRIPTS, Tally
from js_coverage import stretches as ones

NAME = "pages.js"
LENGTH = len(SCRIPTS[NAME])
REASON = "nobody can reach it without a second machine"


def block(start, end, count):
    return {"startOffset": start, "endOffset": end, "count": count}


def tally(*takes, length=LENGTH):
    """Return a tally to which V8 has reported a script some times: blocks, in any order."""
    tally = Tally()
    for blocks in takes:
        whole = [block(0, length, 1), *blocks]
        tally.add(NAME, ("page", "7"), [{"ranges": [each]} for each in whole])
    return tally


def test_of_nested_blocks_the_innermost_tells():
    ran = tally([block(50, 60, 2), block(40, 100, 0)]).ran[NAME]
    assert ones(ran) == [(0, 40), (50, 60), (100, LENGTH)]


def test_what_ran_once_has_run():
    first, second = [block(40, 100, 0)], [block(70, 100, 0)]
    assert ones(tally(first, second).ran[NAME]) == [(0, 70), (100, LENGTH)]
    assert tally(first, second).begins[NAME] == {0, 40, 70}


def test_a_script_that_a_test_has_changed_is_another_one():
    assert ones(tally([block(10, 20, 1)], length=LENGTH + 1).ran[NAME]) == []


def test_blocks_are_found_with_their_lines(tmp_path):
    at = SCRIPTS[NAME].index("window.print()")
    tally([block(at, at + 9, 0)]).write(tmp_path)
    ran, blocks, gaps = read_browser(tmp_path)
    assert (ran, blocks) == (1, 2)
    (line,) = [gap["line"] for gap in gaps if gap["file"].endswith(NAME)]
    assert "window.print()" in line
    assert {gap["file"] for gap in gaps} > {"nnbook/static/explorers.js", "scripts/paper.js"}, "of these, nothing ran"


@pytest.fixture
def report(tmp_path):
    """Return a report of coverage.py on one small module, beside it."""
    (tmp_path / "m.py").write_text("def f(x):\n    if x:\n        a = 1\n        b = 2\n    return x\n")
    parts = {"f": {"missing_lines": [3, 4], "missing_branches": [[2, 3]]}}
    totals = {"covered_branches": 1, "num_branches": 2}
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"files": {"m.py": {"functions": parts}}, "totals": totals}))
    return path


def test_lines_and_branches_are_found_by_function(report):
    ran, branches, gaps = read_python(report, report.parent)
    assert (ran, branches) == (1, 2)
    assert [(gap["function"], gap["at"], gap["line"]) for gap in gaps] == [("f", "3-4", "a = 1"), ("f", "2", "if x:")]
    assert stretches([1, 2, 4]) == [(1, 2), (4, 4)]


def test_the_list_and_the_measure_must_agree(report):
    gaps = read_python(report, report.parent)[2]
    assert compare(gaps, [{"file": "m.py", "function": "f", "reason": REASON}]) == []
    one = [{"file": "m.py", "line": "if x:", "reason": REASON}]
    assert compare(gaps, one) == ["m.py:3-4: not run by any test: a = 1"]
    stale = compare(gaps[1:], [*one, {"file": "m.py", "line": "return x", "reason": REASON}])
    assert stale == ["m.py: return x: listed as not run, but it is; take it off the list"]
    assert compare(gaps[1:], [{**one[0], "reason": "because"}]) == ["m.py: if x:: listed without a reason"]
