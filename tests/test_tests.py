"""The tests keep their own rules: each can fail, none waits, none tries again, none is skipped without our knowing."""

import ast
import os
import re
import runpy

import pytest
from inputs import ROOT

FILES = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "mutants" not in path.parts]
# What raises when something is wrong, besides `assert`.
RAISING = re.compile(r"assert_|raises|warns|\bfail\b|wait_for|expect_")
WAITING = {"sleep", "wait_for_timeout"}
# These look at another process until it does what they are about, or are themselves the code that does not end.
PATIENT = {"sandbox_coverage.py", "test_course_parallel.py", "test_exercise_answers.py"}
TRYING_AGAIN = {"flaky", "rerun", "reruns", "retry", "repeat_until"}
# Where a test may be left out, and how often that stands there: what a system cannot do is tested on those that can.
LEFT_OUT = {
    "test_course_class.py": 1,
    "test_course_page.py": 1,
    "test_course_sandbox.py": 2,
    "test_figures.py": 1,
    "test_training.py": 1,
}
LEAVING_OUT = {"skip", "skipif", "importorskip", "xfail", "skipTest"}


def names(tree):
    """Every name and attribute in a piece of code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def functions_of(tree):
    """The test functions of a module."""
    return [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.name.startswith("test_")]


def can_fail(function, helpers):
    """Whether a test asserts, raises what a helper of its module asserts, or hands a picture over to be compared."""
    if any(isinstance(node, (ast.Assert, ast.Raise)) for node in ast.walk(function)):
        return True
    # pytest refuses what a test returns, unless it is a picture that pytest-mpl compares.
    if isinstance(function.body[-1], ast.Return):
        return True
    used = set(names(function))
    return any(RAISING.search(name) for name in used) or bool(used & helpers)


def vacuous(function):
    """The assertions of a test that hold whatever the code does: of a constant, or of a tuple."""
    asserted = [node.test for node in ast.walk(function) if isinstance(node, ast.Assert)]
    return [ast.unparse(test) for test in asserted if isinstance(test, (ast.Constant, ast.Tuple, ast.JoinedStr))]


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_test_can_fail(path):
    tree = parsed(path)
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
    helpers = {f.name for f in functions if any(isinstance(node, ast.Assert) for node in ast.walk(f))}
    assert [test.name for test in functions_of(tree) if not can_fail(test, helpers)] == []
    assert [(test.name, vacuous(test)) for test in functions_of(tree) if vacuous(test)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_waits_or_tries_again(path):
    called = [node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    called = {getattr(function, "attr", getattr(function, "id", "")) for function in called}
    assert called & TRYING_AGAIN == set()
    assert bool(called & WAITING) == (path.name in PATIENT)


def test_what_is_left_out_is_known():
    counts = {path.name: sum(name in LEAVING_OUT for name in names(parsed(path))) for path in FILES}
    assert {name: count for name, count in counts.items() if count} == LEFT_OUT


@pytest.mark.parametrize(
    "source", ["def test_a():\n    run()", "def test_a():\n    assert True", "def test_a():\n    assert (1, 2)"]
)
def test_a_test_that_cannot_fail_is_noticed(source):
    (function,) = functions_of(ast.parse(source))
    assert vacuous(function) or not can_fail(function, set())


def test_the_runner_stops_at_a_failure():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script and script.rstrip().endswith("\nmake test")
    assert not re.search(r"\|\| *(true|:)|\bexit 0\b|set \+e|-k |--deselect|--ignore", script)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r'filterwarnings = \[\n +"error",', settings) and "xfail_strict = true" in settings
    assert not re.search(r"--deselect|--ignore|-k ", settings)


PARTS = {"lint": "ruff", "build": "scripts/build.py", "tests": "tests", "notebooks": "--nbval", "other seeds": "seeds"}


@pytest.mark.parametrize("part", [None, *PARTS])
def test_whatever_fails_makes_the_whole_fail(tmp_path, monkeypatch, capsys, part):
    runner = runpy.run_path(str(ROOT / "scripts" / "test.py"))
    done = []

    def run(*command):
        done.append(command)
        return part is None or PARTS[part] not in " ".join(map(str, command))

    main = runner["main"]
    main.__globals__.update(run=run, passes=lambda report: 1, RESULT=tmp_path / "tests.json", chromium=lambda _: 0)
    monkeypatch.setattr("os.environ", dict(os.environ))
    assert main(["tests"]) == (0 if part is None else 1)
    said = capsys.readouterr().out.strip()
    assert said == ("Everything passed." if part is None else f"Failed: {part}")
    assert len(done) == (2 if part == "build" else 5)


def test_a_part_fails_when_its_book_or_its_tests_do():
    runner = runpy.run_path(str(ROOT / "scripts" / "test.py"))
    run_part, needs_book = runner["run_part"], runner["needs_book"]
    assert needs_book(["tests/test_site.py::test_a"]) and not needs_book(["tests/test_losses.py"])
    for failing in ("scripts/build.py", "pytest", None):
        run_part.__globals__["run"] = lambda *command, failing=failing: failing not in command
        assert run_part(["tests/test_site.py"]) == (failing is None)


def test_nothing_on_the_way_swallows_a_failure():
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^\t-.*", recipes, re.MULTILINE) == [
        "\t-@$(BIN)/python -m pytest -q tests/test_figures.py --mpl-generate-summary=html "
        "--mpl-results-path=_build/references"
    ]
    assert "\n\t@$(BIN)/python scripts/test.py $(ARGS)\n" in recipes and ".IGNORE" not in recipes
    flows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    for text in (recipes, *(path.read_text(encoding="utf-8") for path in flows)):
        assert not re.search(r"\|\| *(true|:|exit 0)|; *true\b|continue-on-error|set \+e", text)
    assert any(re.search(r"run: \.ci/run$", path.read_text(), re.MULTILINE) for path in flows)
