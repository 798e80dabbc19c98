"""The instructors' page: its commands do what it shows, on the class it shows; its tables name everything there is."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from course_submissions import answered, solved, with_cell

from nnbook.course import bank
from nnbook.course.catalog import exercise_lists, term_plan
from nnbook.course.notebooks import literal
from nnbook.course.plan import find_plan
from nnbook.course.sandbox import best_level
from nnbook.exercises import CHAPTERS, exercises

PAGE = (Path(__file__).parent.parent / "book" / "instructors.md").read_text(encoding="utf-8")
BEFORE_DUE = 1_803_000_000  # in February 2027


def blocks(language):
    """The contents of the page's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def hand_in(folder):
    """What the class of the page hands in: all right; some right, with a cell that fails; nothing."""
    plan, _ = find_plan("neurons", folder / "course", ())
    picked = bank.pick(bank.offered("neurons"), plan.exercises)
    seed = plan.seed_of("alan")
    collapse = next(item for item in picked if item.id == "neurons.collapse").at(seed)
    value = collapse.kind.value(collapse.given)
    some = answered(
        solved(plan, picked, seed, only=("neurons.hidden-layer",)),
        {
            "neurons.collapse": f"collapse = {literal({'W': value['W'], 'b': value['b'] + 1})}",
            "neurons.forward": "def forward(x, W, b):\n    return x @ W + b",
        },
    )
    data = {"ada": solved(plan, picked, plan.seed_of("ada")), "alan": with_cell(some, "imported_somewhere.plot()", 3)}
    (folder / "submissions").mkdir()
    for student, notebook in data.items():
        path = folder / "submissions" / f"{student}.ipynb"
        path.write_text(json.dumps(notebook))
        os.utime(path, (BEFORE_DUE, BEFORE_DUE))


@pytest.mark.skipif(best_level() != "namespaces", reason="the page shows the report of a system with namespaces")
def test_commands_print_what_the_page_shows(tmp_path):
    (tmp_path / "students.csv").write_text(blocks("text")[0], encoding="utf-8")
    shown = blocks("console")
    assert [block.split()[1:3] for block in shown] == [["nnbook", "assign"], ["nnbook", "assign"], ["nnbook", "grade"]]
    for block in shown:
        command, _, output = block.replace("\\\n", "").partition("\n")
        words = [sys.executable, "-m", *shlex.split(command.removeprefix("$ "))]
        if "grade" in words:
            hand_in(tmp_path)
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert (done.stdout, done.stderr) == (output, "")
    for name in re.findall(r"`([\w.]+\.(?:csv|txt))`", PAGE.split("| file |")[1].split("\n\n")[0]):
        assert (tmp_path / "grades" / name).is_file()
    assert sorted(path.stem for path in (tmp_path / "grades" / "feedback").iterdir()) == ["ada", "alan", "grace"]


def test_tables_have_every_chapter_and_every_exercise():
    plan, tables = term_plan(Path(__file__).parent.parent / "book").markdown, exercise_lists().markdown
    assert len(plan.splitlines()) == len(CHAPTERS) + 2
    columns = {len(re.findall(r"(?<!\\)\|", line)) for line in plan.splitlines()}
    assert columns == {6}
    for chapter in CHAPTERS:
        for item in exercises(chapter):
            assert f"(`{item.id}`;" in tables


def test_options_on_the_page_exist():
    help_texts = [
        subprocess.run(
            [sys.executable, "-m", "nnbook", name, "--help"], capture_output=True, text=True, check=True
        ).stdout
        for name in ("assign", "grade")
    ]
    options = set(re.findall(r"(?<![\w-])--[a-z]+", PAGE))
    assert options - set(re.findall(r"--[a-z]+", "".join(help_texts))) == set()
