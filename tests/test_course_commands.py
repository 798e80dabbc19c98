"""The instructor's commands: what they write, what they read, and one clear sentence for each input they cannot use."""

import csv
import datetime
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from course_submissions import cell_of, made, solved

import nnbook
from nnbook.course import bank, cli, grading, looks, marking, points
from nnbook.course.assign import plan_of
from nnbook.course.errors import CourseError
from nnbook.course.late import Rule, parse_due, parse_rule
from nnbook.course.notebooks import answer_names
from nnbook.course.plan import find_plan, fingerprint, student_seed
from nnbook.course.progress import progress
from nnbook.course.returned import Unreadable, find_submissions, read_notebook
from nnbook.course.roster import Student, guarded, read_roster, unguarded
from nnbook.exercises import CHAPTERS, exercise, exercises

HELD_BACK = Path(__file__).parent.parent / "examples" / "held-back"


def nnbook_command(*arguments, **more):
    """Runs `python -m nnbook`."""
    return subprocess.run(
        [sys.executable, "-m", "nnbook", *arguments], capture_output=True, text=True, timeout=120, **more
    )


def test_the_command_answers_in_one_sentence(tmp_path):
    done = nnbook_command("assign", "99", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"assign: there is no chapter '99'; there are 0 \(refresher\), 1 \(neurons\).*\.\n", done.stderr
    )
    assert os.listdir(tmp_path) == []
    assert nnbook_command("--version").stdout == f"nnbook {nnbook.__version__}\n"
    assert "assign | grade" in nnbook_command().stderr


# Assigning


@pytest.mark.parametrize("number", range(len(CHAPTERS)))
def test_every_chapter_becomes_a_valid_notebook(number):
    plan, picked = plan_of(str(number), seed=11)
    assert plan.name == f"{number:02}-{CHAPTERS[number]}"
    for release in (False, True):
        data = made(plan, picked, 11, release=release)
        nbformat.validate(nbformat.from_dict(data))
        ids = [cell["id"] for cell in data["cells"]]
        assert len(set(ids)) == len(ids)
        for cell in data["cells"]:
            assert cell["metadata"]["nbgrader"]["schema_version"] == 3
            if cell["cell_type"] == "code":
                compile("".join(cell["source"]), "cell", "exec")
    assert len(set(answer_names(picked).values())) == len(answer_names(picked))
    given = [cell["metadata"]["nbgrader"].get("points", 0) for cell in data["cells"]]
    assert sum(given) == sum(item.points for item in picked)


@pytest.mark.parametrize("number", range(len(CHAPTERS)))
def test_solutions_of_the_source_earn_all_points(number):
    plan, picked = plan_of(str(number), seed=11)
    data, names, namespace = made(plan, picked, 11, release=False), answer_names(picked), {}
    for cell in data["cells"]:
        if cell["cell_type"] == "code" and not cell["metadata"]["nbgrader"]["grade"]:
            exec("".join(cell["source"]), namespace)
    for item in picked:
        if item.id in names:
            assert points.points(item.id, namespace[names[item.id]], seed=11) == item.points, item.id
            assert points.points(item.id, ..., seed=11) == 0


@pytest.mark.parametrize("number", range(len(CHAPTERS)))
def test_an_untouched_notebook_runs_to_its_end(number, capsys):
    plan, picked = plan_of(str(number), seed=11)
    namespace = {}
    for cell in made(plan, picked, 11, release=True)["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), namespace)
            if cell["metadata"]["nbgrader"]["grade"]:
                assert "Not attempted yet" in capsys.readouterr().out


def test_assigning_again_writes_the_same(tmp_path):
    (tmp_path / "students.csv").write_text("id,name\nada,Ada\nbob,Bob\n")
    texts = []
    for folder in ("one", "two"):
        arguments = [
            "assign",
            "2",
            "--out",
            f"{tmp_path}/{folder}",
            "--seed",
            "5",
            "--roster",
            f"{tmp_path}/students.csv",
        ]
        assert cli.main(arguments) == 0
        paths = sorted(path for path in (tmp_path / folder).rglob("*") if path.is_file())
        texts.append([(path.relative_to(tmp_path / folder), path.read_bytes()) for path in paths])
    assert texts[0] == texts[1] and len(texts[0]) == 5


def test_list_tells_kinds_points_and_minutes(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["assign", "4", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(exercises("backpropagation")) + 1
    for line, item in zip(lines, exercises("backpropagation"), strict=False):
        assert line.split()[:3] == [item.id, item.kind.name, str(item.points)] and f"{item.minutes} min" in line
    assert os.listdir(tmp_path) == []


def test_the_record_tells_the_version_and_the_seed(tmp_path):
    assert cli.main(["assign", "1", "--out", str(tmp_path), "--seed", "9", "--exercises", "forward", "shapes"]) == 0
    plan, folder = find_plan("neurons", None, [tmp_path])
    assert (plan.version, plan.seed, plan.personal) == (nnbook.__version__, 9, False)
    assert plan.exercises == ("neurons.forward", "neurons.shapes") and folder == tmp_path
    text = (tmp_path / "release" / "01-neurons" / "01-neurons.ipynb").read_text(encoding="utf-8")
    about = json.loads(text)["metadata"]["nnbook"]
    assert about == {"assignment": "01-neurons", "version": nnbook.__version__, "numbers": fingerprint("01-neurons", 9)}


def test_seeds_of_students_are_as_documented():
    # sha256("nnbook 2027 ada") begins with these six bytes, whatever Python and machine.
    assert student_seed(2027, "ada") == int("".join(f"{b:02x}" for b in sha256(b"nnbook 2027 ada")[:6]), 16)
    assert len({student_seed(2027, f"s{number}") for number in range(5000)}) == 5000


def sha256(data):
    """The digest by another way than hashlib's constructor of that name."""
    import hashlib

    return hashlib.new("sha256", data).digest()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["assign", "x"], "assign: there is no chapter 'x'"),
        (["assign", "1", "--exercises", "forwards"], "the nearest is 'neurons.forward'; --list shows all."),
        (["assign", "1", "--exercises", "forward", "neurons.forward"], "one of them is named twice"),
        (["assign", "1", "--name", "a b"], "--name 'a b': expected letters"),
        (["assign", "1", "--extra", "nowhere"], "--extra nowhere: found no exercise modules"),
        (["assign", "1", "--roster", "nowhere.csv"], "nowhere.csv: could not be read (No such file or directory)."),
        (["assign", "1", "--out", "/proc/x"], "--out /proc/x: could not be written"),
        (["grade", "1", ".", "--roster", "one.csv"], "grade: found no record of an assignment of neurons; run"),
        (["grade", "1", ".", "--roster", "one.csv", "--course", "x"], "--course x: found no nnbook-course.json there"),
        (["grade", "1", ".", "--roster", "one.csv", "--late", "10%/day"], "--late: it needs --due"),
        (
            ["grade", "1", ".", "--roster", "one.csv", "--late", "10", "--due", "2027-01-01"],
            "--late 10: expected a rule",
        ),
        (["grade", "1", ".", "--roster", "one.csv", "--due", "soon"], "--due 'soon': expected a time such as"),
    ],
)
def test_input_that_cannot_be_used_gets_one_sentence(arguments, sentence, tmp_path, monkeypatch, capsys):
    (tmp_path / "inner" / "most").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "inner" / "most")
    Path("one.csv").write_text("id\nada\n")
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert sentence in said.err and said.err.count("\n") == 1 and said.out == ""


@pytest.mark.parametrize(
    "arguments", [["assign", "1", "--seed", "-1"], ["grade", "1", "x", "--roster", "y", "--jobs", "0"]]
)
def test_numbers_are_checked_by_the_parser(arguments, capsys):
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert "expected an integer from" in capsys.readouterr().err


# Held-back exercises


def test_the_example_of_held_back_exercises_is_offered_assigned_and_graded(tmp_path, capsys):
    (tmp_path / "students.csv").write_text("id,name\nada,Ada\nbob,Bob\n")
    common = ["--roster", f"{tmp_path}/students.csv"]
    chosen = ["--exercises", "midterm.one-step", "midterm.clipping", "midterm.compare"]
    made_of = ["assign", "5", "--extra", str(HELD_BACK), "--out", f"{tmp_path}/course", "--seed", "3", *chosen, *common]
    assert cli.main(made_of) == 0
    plan, _ = find_plan("descent", f"{tmp_path}/course", ())
    picked = bank.pick(bank.offered("descent", HELD_BACK), plan.exercises)
    text = (tmp_path / "course" / "students" / "ada" / "05-descent.ipynb").read_text(encoding="utf-8")
    assert (
        "book=" not in text and "looks.function(clipped_step, 'clipped_step(gradient, learning_rate, longest)')" in text
    )
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_text(json.dumps(solved(plan, picked, plan.seed_of("ada"))))
    data = solved(plan, picked, plan.seed_of("bob"))
    clip = "def clipped_step(gradient, learning_rate, longest):\n    import midterm, nnbook_held_back_midterm"
    cell_of(data, "midterm.clipping")["source"] = clip
    (tmp_path / "in" / "bob.ipynb").write_text(json.dumps(data))
    assert cli.main(["grade", "5", f"{tmp_path}/in", *common, "--out", f"{tmp_path}/grades"]) == 0
    with open(tmp_path / "grades" / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows["ada"]["points"] == "5" and rows["bob"]["points"] == "2"
    assert "raised ModuleNotFoundError" in (tmp_path / "grades" / "feedback" / "bob.html").read_text(encoding="utf-8")
    for path in (tmp_path / "course" / "source").rglob("*.ipynb"):
        hidden = [cell for cell in json.loads(path.read_text())["cells"] if "extra=" in "".join(cell["source"])]
        assert len(hidden) == 2
    capsys.readouterr()


def test_held_back_exercises_answer_inside_nbgrader_too():
    item = next(item for item in bank.held_back(HELD_BACK) if item.id == "midterm.one-step")
    value = item.at(4).kind.value(item.at(4).given)
    assert points.points(item.id, value, seed=4, extra=str(HELD_BACK)) == 2
    assert points.points(item.id, {**value, "gradient": 0}, seed=4, extra=str(HELD_BACK)) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1", "expected EXERCISES, a tuple of exercises, got NoneType"),
        ("import nowhere", "it could not be loaded, since it raised ModuleNotFoundError"),
        ("EXERCISES = (1,)", "expected EXERCISES, a tuple of exercises, got tuple"),
        ("from midterm_parts import EXERCISES", "expected ids such as 'mine.one-step', got 'midterm.one-step'"),
    ],
)
def test_modules_that_are_no_exercises_are_told(text, sentence, tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(text)
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "midterm_parts.py").write_bytes((HELD_BACK / "midterm.py").read_bytes())
    monkeypatch.syspath_prepend(str(parts))
    with pytest.raises(CourseError, match=re.escape(sentence)):
        bank.held_back(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('g["theta"] - g["step"]', 'g["theta"] + g["step"]', "does not recognize its mistake 'uphill'"),
        (
            "-learning_rate * gradient\n    length",
            "rng * gradient\n    length",
            "midterm.clipping does not accept its own solution",
        ),
    ],
)
def test_held_back_exercises_are_tried_before_they_are_used(old, new, sentence, tmp_path):
    text = (HELD_BACK / "midterm.py").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "midterm.py").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=re.escape(sentence)):
        bank.held_back(tmp_path)


def test_a_change_of_held_back_exercises_is_noticed(tmp_path):
    (tmp_path / "extra").mkdir()
    module = tmp_path / "extra" / "midterm.py"
    module.write_bytes((HELD_BACK / "midterm.py").read_bytes())
    plan, _ = plan_of("5", seed=1, extra=tmp_path / "extra")
    assert bank.digests(plan.extra) == plan.digests
    module.write_text(module.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
    assert bank.digests(plan.extra) != plan.digests


# The first look that students take


@pytest.mark.parametrize(
    ("answer", "shapes", "said"),
    [
        (..., {"x": ()}, "Not attempted yet: x."),
        (3, {"x": ()}, looks.FINE),
        ([3], {"x": ()}, "x: Got a list of 1 number, expected a single number"),
        ({"a": 1, "b": ...}, {"a": (), "b": ()}, "Not attempted yet: b."),
        ({"a": 1, "b": [1, 2]}, {"a": (), "b": (2,)}, looks.FINE),
        ([1, 2], {"a": (), "b": ()}, "Keep the dictionary as it was"),
        (float("nan"), {"x": ()}, "x: Got nan, expected finite numbers"),
        ({1}, {"x": ()}, "x: Got a set, expected a single number"),
    ],
)
def test_a_look_at_numbers_tells_their_form(answer, shapes, said, capsys):
    assert looks.numbers(answer, shapes) is None
    assert capsys.readouterr().out.startswith(said)


def test_a_look_at_choices_and_functions(capsys):
    def forward(x, W, b):
        return 1 / (1 + 2.718281828459045 ** -(x @ W + b))

    for call, said in (
        (lambda: looks.choice("b", ["a", "b"]), looks.FINE),
        (lambda: looks.choice(..., ["a", "b"]), "Not attempted yet."),
        (lambda: looks.choice(["a", "b"], ["a", "b"]), "Only one option"),
        (lambda: looks.choice(["a", "b"], ["a", "b"], several=True), looks.FINE),
        (lambda: looks.choice(3, ["a", "b"]), "3.0 is none of the options: a, b."),
        (lambda: looks.function(3, "forward(x, W, b)"), "Expected the function forward(x, W, b), got an object"),
        (lambda: looks.function(lambda x: ..., "f(x)"), "Not attempted yet."),
        (lambda: looks.function(forward, "forward(x, W, b)"), "It is a function"),
        (
            lambda: looks.function(forward, "forward(x, W, b)", book="neurons.forward"),
            "With the book's cases: Correct.",
        ),
    ):
        call()
        assert capsys.readouterr().out.startswith(said)


def test_looks_do_not_tell_right_from_wrong(capsys):
    plan, picked = plan_of("1", seed=8)
    names = answer_names(picked)
    data = made(plan, picked, 8, release=True)
    for item in picked:
        if item.kind.name not in ("Numeric", "Choice"):
            continue
        variant = item.at(8)
        right = item.kind.value(variant.given) if item.kind.name == "Numeric" else item.kind.right
        cell = next(
            c for c in data["cells"] if c["metadata"]["nbgrader"]["grade_id"].endswith(f"{cell_key(item)}-points")
        )
        wrong = wrong_like(right) if item.kind.name == "Numeric" else None
        if item.kind.name == "Choice":
            wrong = [option.name for option in item.kind.options if not option.right][:1]
            right, wrong = (right, wrong) if item.kind.several else (right[0], wrong[0])
        for answer in (right, wrong):
            exec("".join(cell["source"]), {"looks": looks, names[item.id]: answer})
            assert capsys.readouterr().out.strip() == looks.FINE


def cell_key(item):
    """The exercise's part of its cells' names."""
    return item.id.replace(".", "-")


def wrong_like(value):
    """Numbers of the same form."""
    import numpy as np

    if isinstance(value, dict):
        return {key: wrong_like(part) for key, part in value.items()}
    return (np.asarray(value, dtype=float) + 77).tolist()


# The roster


def roster(tmp_path, text):
    """Students of a file with this text."""
    path = tmp_path / "students.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


def test_rosters_of_many_kinds_are_read(tmp_path):
    own = 'id,name,email\nada,"Lovelace, Ada",ada@x.org\nbob,\'=SUM(1),b@x.org\n'
    assert roster(tmp_path, own)[0] == Student("ada", "Lovelace, Ada", "Ada", "Lovelace", "ada@x.org")
    assert roster(tmp_path, own)[1].name == "=SUM(1)"
    canvas = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Homework\n    Points Possible,,,,,10\n"
        '"Lovelace, Ada",101,S1,ada,Group 1,\n"Student, Test",9,,,Group 1,\n'
    )
    (ada,) = roster(tmp_path, canvas)
    assert (ada.id, ada.canvas, ada.sis, ada.section, ada.first) == ("ada", "101", "S1", "Group 1", "Ada")
    moodle = "\ufeffFirst name;Last name;ID number;Email address\nZoë;O'Hara;z1;z@x.org\n"
    assert roster(tmp_path, moodle)[0] == Student("z1", "Zoë O'Hara", "Zoë", "O'Hara", "z@x.org")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "expected a CSV file with a header, got nothing"),
        (b"PK\x03\x04\x00\x00", "expected a CSV file with a header, got other data"),
        ("name\nAda\n", "expected a column id"),
        ("id,name\n", "found no students below the header"),
        ("id\nada\nADA\n", "the id 'ADA' stands there twice"),
        ("id,name\n,Ada\n", "line 2: a student without an id"),
        ("id\n../x\n", "line 2: the id '../x' cannot name a file"),
        ("id\n=1+1\n", "line 2: the id '=1+1' cannot name a file"),
        ("id,name\n1,Zo\xeb\n".encode("latin-1"), "expected UTF-8, got another encoding; save it as"),
    ],
)
def test_rosters_that_cannot_be_used_are_told(text, sentence, tmp_path):
    with pytest.raises(CourseError, match=re.escape(sentence)):
        roster(tmp_path, text)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "plain", "'quoted", "", "'=x", "\t=1", 'a "b", c'])
def test_cells_come_back_and_no_spreadsheet_runs_them(text):
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(cell) == unguarded(text)
    file = io.StringIO(newline="")
    csv.writer(file).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [cell, "next"]


# Late work


@pytest.mark.parametrize(
    ("hours", "percent"), [(-1, 0), (0, 0), (0.01, 10), (24, 10), (24.01, 20), (240, 100), (1000, 100)]
)
def test_each_begun_day_costs(hours, percent):
    rule = parse_rule("10%/day", "2027-03-01 12:00+00:00")
    time = rule.due + datetime.timedelta(hours=hours)
    assert rule.penalty(time)[0] == percent
    assert bool(rule.penalty(time)[1]) == (percent > 0)
    assert rule.penalty(time, "50 days")[0] == 0


def test_due_dates_and_extensions():
    rule = parse_rule("5%/hour", "2027-03-01 12:00+00:00")
    assert rule.penalty(rule.due + datetime.timedelta(minutes=61))[0] == 10
    assert rule.penalty(rule.due + datetime.timedelta(hours=3), "2 hours")[0] == 5
    assert rule.extended("2") - rule.due == datetime.timedelta(days=2)
    assert rule.extended("2027-04-01 00:00+00:00") == datetime.datetime(2027, 4, 1, tzinfo=datetime.UTC)
    assert parse_due("2027-03-01", "--due").strftime("%H:%M:%S") == "23:59:59"
    assert Rule().penalty(datetime.datetime.now(datetime.UTC)) == (0.0, "")
    with pytest.raises(CourseError, match="extension 'soon'"):
        rule.extended("soon")
    with pytest.raises(CourseError, match="--late 101%/day"):
        parse_rule("101%/day", "2027-03-01")


# What comes back


def test_files_are_found_in_all_layouts_and_belong_to_one_student(tmp_path):
    plan, _ = plan_of("1", seed=1)
    students = [Student(name) for name in ("ada", "ada-b", "Cyd", "dan", "eve", "fay", "gus")]
    for place in ("ada.ipynb", "ada-b_01-neurons.ipynb", "cyd/01-neurons/01-neurons.ipynb", "dan/x.ipynb", "zed.ipynb"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("{}")
    for name in ("a", "b"):
        (tmp_path / "eve").mkdir(exist_ok=True)
        (tmp_path / "eve" / f"{name}.ipynb").write_text("{}")
    (tmp_path / "fay").mkdir()
    (tmp_path / "cyd" / "01-neurons" / "timestamp.txt").write_text("2027-03-01 12:00:00.5 UTC\n")
    (tmp_path / "notes.txt").write_text("x")
    found, strangers = find_submissions(tmp_path, plan, students)
    names = {student: one.path and one.path.relative_to(tmp_path).as_posix() for student, one in found.items()}
    assert names["ada"] == "ada.ipynb" and names["ada-b"] == "ada-b_01-neurons.ipynb"
    assert names["Cyd"] == "cyd/01-neurons/01-neurons.ipynb" and names["dan"] == "dan/x.ipynb"
    assert found["Cyd"].time == datetime.datetime(2027, 3, 1, 12, 0, 0, 500_000, tzinfo=datetime.UTC)
    assert "several notebooks (a.ipynb, b.ipynb)" in found["eve"].problem
    assert "holds no notebook" in found["fay"].problem and found["gus"] == type(found["gus"])()
    assert strangers == ["zed.ipynb belongs to nobody in the roster and was not graded."]
    with pytest.raises(CourseError, match="found no folder"):
        find_submissions(tmp_path / "nowhere", plan, students)


@pytest.mark.parametrize(
    "text",
    [b"", b"x", b"[]", b"3", b'{"cells": []}', b'{"cells": 3}', b"\xff\xfe", b"[" * 10**5, b'{"worksheets": []}'],
)
def test_what_is_no_notebook_is_told(text):
    with pytest.raises(Unreadable) as raised:
        read_notebook(text)
    assert str(raised.value).startswith("The ") and str(raised.value).endswith(".")


def test_odd_cells_are_read_as_empty_ones():
    odd = [
        3,
        {},
        {"source": 3},
        {"cell_type": "code", "source": ["a", 3, "b"], "metadata": {"nbgrader": {"grade_id": []}}},
    ]
    cells, about = read_notebook(json.dumps({"cells": odd, "metadata": {"nnbook": 3}}).encode())
    assert [cell.source for cell in cells] == ["", "", "", "ab"] and about == {}


def test_a_mistake_of_ours_does_not_cost_the_others(monkeypatch):
    item = exercise("neurons.neuron-output", 3)
    report = {"remarks": []}
    monkeypatch.setattr(type(item), "grade", lambda self, submission: 1 / 0)
    result = grading._graded(item, 3.0, report)
    assert (result["score"], result["status"]) == (0.0, "invalid")
    assert report["remarks"] == [
        "nnbook failed on neurons.neuron-output (ZeroDivisionError: division by zero); grade it by hand, and report it."
    ]


# The marking sheet


def test_marks_that_cannot_be_read_are_told_with_their_line(tmp_path):
    plan, _ = plan_of("1", seed=1)
    result = {
        "id": "neurons.xor-no-line",
        "points": 4,
        "status": "unmarked",
        "score": None,
        "answer": "long",
        "rubric": ["x"],
    }
    for mark in ("5", "-1", "good", "nan"):
        path = tmp_path / "marking.csv"
        reports = [{"student": "ada", "results": [dict(result)], "remarks": []}]
        marking.write_sheet(plan, [Student("ada", "Ada")], reports, {}, path, anonymous=False)
        text = path.read_text(encoding="utf-8-sig").replace(",,,", f",{mark},,")
        path.write_text(text, encoding="utf-8")
        with pytest.raises(
            CourseError, match=re.escape(f"line 2: the mark is '{mark}', expected a number from 0 to 4.")
        ):
            marking.read_marks(path, {"neurons.xor-no-line": 4})


def test_an_answer_that_changed_keeps_its_mark_and_is_told(tmp_path):
    plan, _ = plan_of("1", seed=1)
    path = tmp_path / "marking.csv"

    def reports(answer):
        one = {"id": "a.b", "points": 4, "status": "unmarked", "score": None, "answer": answer, "rubric": ["x"]}
        return [{"student": "ada", "results": [one], "remarks": []}]

    students, points = [Student("ada", "Ada")], {"a.b": 4}
    marking.write_sheet(plan, students, reports("=first"), {}, path, anonymous=True)
    marks = marking.read_marks(path, points)
    next(iter(marks.values()))["mark"] = "3"
    marking.write_sheet(plan, students, reports("=first"), marks, path, anonymous=True)
    again = reports("second")
    marking.apply_marks(plan, again, marking.read_marks(path, points))
    assert again[0]["results"][0]["score"] == 0.75
    assert again[0]["remarks"] == ["The answer to a.b has changed since it was marked."]
    marking.write_sheet(plan, students, [], marking.read_marks(path, points), path, anonymous=True)
    assert [row["mark"] for row in marking.read_marks(path, points).values()] == ["3"], "no mark is ever thrown away"


# Progress


def test_progress_is_shown_on_a_terminal_only(capsys):
    assert list(progress("abc", 3, "Grading")) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""
    main, other = pty.openpty()
    code = "from nnbook.course.progress import progress\nlist(progress(range(4), 4, 'Grading'))"
    subprocess.run([sys.executable, "-c", code], stderr=other, check=True, timeout=60)
    os.close(other)
    text = os.read(main, 10_000).decode()
    os.close(main)
    assert "Grading" in text and "4 of 4" in text and "█" in text
