"""A class of forty is graded: every score as expected, no attack gains a point or tells anything, again the same."""

import csv
import json
import os
import re
import socket
import threading

import course_submissions as submissions
import pytest
from course_submissions import FORGERS, HARMLESS, Submission, answered, cell_of, solved, with_cell

from nnbook.course import bank, cli
from nnbook.course.notebooks import answer_names
from nnbook.course.plan import find_plan
from nnbook.course.sandbox import best_level

CANARY = "canary-7731"
ROSTER = ["id", "name", "email", "extension", "submitted"]
ALL, MONDAY, FRIDAY = 29, "2027-03-01 10:00+00:00", "2027-03-05 10:00+00:00"
ODD_NAMES = {
    "right": 'Łukasiewicz, "Jan" O\'Neill',
    "blank": '=HYPERLINK("http://example.org","grades")',
    "wrong": "+cmd|' /C calc'!A0",
    "markup": "<script>alert(1)</script>",
}


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """(folder, plan, exercises): an assignment of chapter 1 with each student's own numbers, and their submissions."""
    folder = tmp_path_factory.mktemp("class")
    write_roster(folder, [*HARMLESS, *FORGERS, *OTHERS])
    arguments = ["assign", "1", "--out", f"{folder}/course", "--seed", "2027", "--roster", f"{folder}/students.csv"]
    assert cli.main(arguments) == 0
    plan, _ = find_plan("neurons", f"{folder}/course", ())
    return folder, plan, bank.pick(bank.offered("neurons"), plan.exercises)


def write_roster(folder, ids):
    with open(folder / "students.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(ROSTER)
        for name in ids:
            days = "3" if name == "extended" else ""
            came = FRIDAY if name in ("late", "extended") else MONDAY
            rows.writerow([name, ODD_NAMES.get(name, f"Student {name} {CANARY}"), f"{name}@example.org", days, came])


def wrong(plan, picked, seed):
    """Answers that make the first named mistake of every exercise."""
    names, sources = answer_names(picked), {}
    for item in picked:
        variant = item.at(seed)
        if item.kind.name == "Numeric":
            mistake = item.kind.mistakes[0].wrong(variant.given)
            right = item.kind.value(variant.given)
            value = {**right, **mistake} if isinstance(mistake, dict) else mistake
            sources[item.id] = f"{names[item.id]} = {submissions.notebooks.literal(value)}"
        elif item.kind.name == "Choice":
            option = next(option.name for option in item.kind.options if not option.right)
            sources[item.id] = f"{names[item.id]} = {option!r}"
    sources["neurons.forward"] = "def forward(x, W, b):\n    return x @ W + b"
    sources["neurons.xor-from-nands"] = "def xor(nand, a, b):\n    return a ^ b"
    return sources


FUNCTIONS = {
    "endless": ("while True:\n        pass", "within 5 seconds"),
    "quits": ("import os\n    os._exit(0)", "ended Python itself"),
    "chatty": ("for _ in range(1000):\n        print('x' * 10**6)\n    return 1 / (1 + np.exp(-(x @ W + b)))", None),
    "telling": ("raise type('LE' + 'AK', (Exception,), {})('LE' + 'AK' + str(x))", "raised an exception in line 2"),
    "returning": ("return x", "expected"),
    "spoiling": ("x += 1\n    return 1 / (1 + np.exp(-(x @ W + b)))", "changed its argument x"),
    "waking": ("import warnings\n    warnings.warn('x')\n    return 1 / (1 + np.exp(-(x @ W + b)))", None),
}
AGAIN = ("right", "wrong", "forges", "leaves", "patches", "late", "swapped", "deleted", "partly", "markup", "text")
OTHERS = [
    *FUNCTIONS, "right", "blank", "wrong", "partly", "late", "extended", "missing", "text", "empty", "odd", "deep",
    "linked", "deleted", "copied", "unlooked", "swapped", "stranger", "shared", "markup", "reader", "caller",
    "foldered", "nothing",
]  # fmt: skip


def whole_class(folder, plan, picked, port):
    """Every Submission, by the student's id."""
    seed, names = plan.seed_of, answer_names(picked)

    def right(student):
        return solved(plan, picked, seed(student))

    def blank(student):
        return solved(plan, picked, seed(student), only=())

    made = {}

    def add(student, data, score, said=""):
        text = data if data is None or isinstance(data, bytes) else json.dumps(data).encode()
        made[student] = Submission(student, text, score, said)

    for student, (source, said) in HARMLESS.items():
        add(student, with_cell(right(student), source), ALL, said)
    for student, (source, said) in FORGERS.items():
        source = source.replace("{names}", repr(list(names.values()))).replace("{{", "{").replace("}}", "}")
        add(student, with_cell(blank(student), source), 0, said)
    for student, (body, said) in FUNCTIONS.items():
        source = f"def forward(x, W, b):\n    {body}"
        add(student, answered(right(student), {"neurons.forward": source}), ALL - 3 * bool(said))
    for student in ("right", "late", "extended", "foldered"):
        add(student, right(student), ALL)
    add("blank", blank("blank"), 0)
    add("nothing", blank("nothing"), 0)
    add("wrong", answered(blank("wrong"), wrong(plan, picked, seed("wrong"))), 4)
    add("partly", answered(right("partly"), {"neurons.collapse": partly(plan, picked, seed("partly"))}), ALL - 2)
    add("missing", None, 0, "Nothing was handed in")
    add("text", b"Dear teacher, my dog ate it.", 0, "The file is not a notebook")
    add("empty", b"  \n", 0, "The file is empty")
    add("odd", b'{"cells": {"a": 1}, "metadata": 3}', 0, "not a notebook of today's format")
    add("deep", b"[" * 100_000, 0, "The file is not a notebook")
    add("linked", None, 0, "a link to another one")
    data = right("deleted")
    data["cells"].remove(cell_of(data, "neurons.forward"))
    add("deleted", data, ALL - 3, "The cell for the answer to neurons.forward is gone")
    data = right("copied")
    data["cells"].append(cell_of(data, "neurons.neuron-output") | {"id": "copy", "source": "neuron_output = 1000"})
    add("copied", data, ALL - 1, "stands there 2 times; the last counts")
    data = right("unlooked")
    data["cells"] = [c for c in data["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]
    add("unlooked", data, ALL)
    data = right("right")
    add("swapped", data, None, "The notebook was made with other numbers")
    data = right("stranger")
    data["metadata"] = {}
    add("stranger", data, ALL, "does not tell its numbers")
    data = solved(plan, picked, plan.seed)
    add("shared", data, None, "The notebook was made with other numbers")
    terms = {"neurons.define-terms": "<img src=x onerror=alert(1)> and five more words here"}
    script = "raise ValueError('<script>alert(1)</script>')"
    add("markup", with_cell(answered(right("markup"), terms), script), ALL, "Cell 3")
    places = [folder, folder / "students.csv", folder / "course" / "nnbook-course.json"]
    places = [*map(str, places), "/etc/passwd", "/proc/1/environ", f"/proc/{os.getpid()}/environ"]
    source = READER.format(places=places, names=list(names.values()))
    add("reader", with_cell(blank("reader"), source), 0)
    add("caller", with_cell(right("caller"), CALLER.format(port=port)), ALL)
    return made


READER = """import os, sys
found = []
for place in {places}:
    try:
        found.append(open(place).read() if os.path.isfile(place) else str(os.listdir(place)))
    except OSError:
        pass
for folder, _, files in os.walk('/'):
    for name in files:
        if name.endswith(('.ipynb', '.csv')) and 'site-packages' not in folder and 'lib/python' not in folder:
            found.append(folder + name)
for name in {names}:
    globals()[name] = ''.join(found)[:30] or ...
"""
CALLER = """import socket
for host in ('127.0.0.1', 'localhost', '10.0.0.1'):
    try:
        socket.create_connection((host, {port}), timeout=1).send(b'hello')
    except OSError:
        pass
"""


def partly(plan, picked, seed):
    """The answer to collapse with one of two parts right."""
    item = next(item for item in picked if item.id == "neurons.collapse").at(seed)
    value = item.kind.value(item.given)
    return f"collapse = {submissions.notebooks.literal({'W': value['W'], 'b': value['b'] + 1})}"


def hand_in(folder, plan, made):
    """Writes the files: flat ones, one in nbgrader's folders, one link, one of nobody's."""
    (folder / "submissions").mkdir()
    for student, one in made.items():
        if student == "linked":
            os.symlink(folder / "students.csv", folder / "submissions" / "linked.ipynb")
        elif student == "foldered":
            inner = folder / "submissions" / student / plan.name
            inner.mkdir(parents=True)
            (inner / f"{plan.name}.ipynb").write_bytes(one.text)
        elif one.text is not None:
            (folder / "submissions" / f"{student}.ipynb").write_bytes(one.text)
    (folder / "submissions" / "who.ipynb").write_text("{}")


@pytest.fixture(scope="session")
def graded(course):
    """(folder, plan, exercises, submissions, connections that came)."""
    folder, plan, picked = course
    listener, came = socket.create_server(("127.0.0.1", 0)), []

    def listen():
        while True:
            try:
                came.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    made = whole_class(folder, plan, picked, listener.getsockname()[1])
    hand_in(folder, plan, made)
    assert grade(folder) == 0
    listener.close()
    return folder, plan, picked, made, came


def grade(folder, *more):
    """Grades into folder/grades."""
    fixed = ["grade", "1", f"{folder}/submissions", "--roster", f"{folder}/students.csv", "--out", f"{folder}/grades"]
    rules = [
        "--course",
        f"{folder}/course",
        "--due",
        "2027-03-03",
        "--late",
        "10%/day",
        "--seconds",
        "2",
        "--memory",
        "800",
    ]
    return cli.main([*fixed, *rules, *more])


def rows(path):
    """A CSV's rows as dicts."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def row_of(graded, student):
    """A student's row in grades.csv."""
    return next(row for row in rows(graded[0] / "grades" / "grades.csv") if row["id"] == student)


def feedback(graded, student):
    """A student's page."""
    return (graded[0] / "grades" / "feedback" / f"{student}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("student", [*HARMLESS, *FORGERS, *OTHERS])
def test_score_is_as_expected(graded, student):
    one, row = graded[3][student], row_of(graded, student)
    said = f"{row['notes']}\n"
    if one.score is None:
        assert float(row["points"]) < ALL
    else:
        assert float(row["points"]) == one.score, said
    assert one.said in said
    assert one.said.replace("'", "&#x27;") in feedback(graded, student)


def test_innocent_notebooks_get_no_remarks(graded):
    for student in (
        "right",
        "warns",
        "waking",
        "chatty",
        "partly",
        "unlooked",
        "foldered",
        "magic",
        "caller",
        "nothing",
    ):
        assert row_of(graded, student)["notes"] == "", student


@pytest.mark.parametrize("student", FUNCTIONS)
def test_functions_are_told_what_they_did(graded, student):
    said = FUNCTIONS[student][1]
    assert said is None or said in feedback(graded, student)


def test_named_mistakes_are_told(graded):
    page = feedback(graded, "wrong")
    assert "That is the weighted sum; something is still to be added." in page
    assert "You gave each layer one bias" in page or "These are the connections" in page


def test_feedback_tells_no_hidden_case_and_no_right_answer(graded):
    _, plan, picked, made, _ = graded
    for student in made:
        assert "LEAK" not in feedback(graded, student)
    for student in ("returning", "telling", "spoiling", "endless", "wrong"):
        page = re.sub(r"<style>.*?</style>", "", feedback(graded, student), flags=re.DOTALL)
        for item in picked:
            variant = item.at(plan.seed_of(student))
            if item.kind.name == "Code":
                values = [value for case in item.kind.arguments_of(variant.given) for value in case.values()]
                arrays = [value.ravel() for value in values if hasattr(value, "ravel")]
                told = {f"{x:g}" for array in arrays for x in array if x != round(x)}
                assert not [x for x in told if re.search(rf"(?<![\d.]){re.escape(x)}(?![\d.])", page)]
    page, seed = feedback(graded, "blank"), plan.seed_of("blank")
    for item in picked:
        if item.kind.name == "Numeric":
            assert item.at(seed).kind.answer(item.at(seed).given) not in page


@pytest.mark.skipif(best_level() != "namespaces", reason="this system gives no namespaces")
def test_no_file_and_no_network_can_be_reached(graded):
    assert graded[4] == []
    assert CANARY not in feedback(graded, "reader").replace(f"Student reader {CANARY}", "")
    assert "Could not read" not in feedback(graded, "reader")
    assert all(cell == "0" for name, cell in row_of(graded, "reader").items() if name.startswith("neurons."))


def test_nothing_is_left_behind(graded):
    mine = [name for name in os.listdir("/proc") if name.isdigit() and is_ours(name)]
    assert mine == []


def is_ours(process):
    """Whether a process is a student's that this process started; workers of other tests have their own."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file, open(f"/proc/{process}/stat") as stat:
            return b"jail.py" in file.read() and stat.read().rpartition(")")[2].split()[1] == str(os.getpid())
    except OSError:
        return False


def test_late_work_loses_points_unless_extended(graded):
    late, extended = row_of(graded, "late"), row_of(graded, "extended")
    assert (late["penalty_percent"], late["total"]) == ("20", f"{ALL * 0.8:g}")
    assert (extended["penalty_percent"], extended["total"]) == ("0", f"{ALL:g}")
    assert "Late by 2 days" in feedback(graded, "late")


def test_report_names_who_used_another_notebook(graded):
    report = (graded[0] / "grades" / "report.txt").read_text(encoding="utf-8")
    assert "swapped: The notebook is the one that was made for right." in report
    assert "made for right" not in feedback(graded, "swapped")
    assert "who.ipynb belongs to nobody in the roster" in report
    if best_level() == "namespaces":
        assert "without network" in report


def test_names_come_back_and_are_harmless(graded):
    names = {row["id"]: row["name"] for row in rows(graded[0] / "grades" / "grades.csv")}
    for student, name in ODD_NAMES.items():
        assert names[student].removeprefix("'") == name
        assert not names[student].startswith(("=", "+", "-", "@"))
    moodle = {row["ID number"]: row for row in rows(graded[0] / "grades" / "moodle.csv")}
    canvas = {row["SIS Login ID"]: row for row in rows(graded[0] / "grades" / "canvas.csv")}
    assert canvas[""]["Student"].strip() == "Points Possible"
    assert set(moodle) == set(graded[3]) == set(canvas) - {""}
    for row in [*moodle.values(), *canvas.values()]:
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_feedback_is_text_whatever_students_write(graded):
    page = feedback(graded, "markup")
    assert "<script" not in page and "onerror" not in page.replace("&lt;img src=x onerror", "")
    assert "default-src 'none'" in page
    assert "http" not in page.replace('http-equiv="Content', "")


def snapshot(folder):
    """All files below a folder with their bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="session")
def again(graded):
    """Files before and after a second run in which two marks and a comment had been filled in, then after a third."""
    folder = graded[0]
    first = snapshot(folder / "grades")
    for path in (folder / "submissions").glob("*.ipynb"):
        if path.stem not in AGAIN:  # the others take long, and have had their turn
            path.unlink()
    assert grade(folder) == 0
    second = snapshot(folder / "grades")
    sheet = folder / "grades" / "marking.csv"
    table = rows(sheet)
    for row in table:
        if row["student"] == "right" and row["exercise"] == "neurons.xor-no-line":
            row |= {"mark": "3,5", "comment": "=Nearly; <b>which</b> two?"}
    with open(sheet, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys(), delimiter=";")  # as a spreadsheet may save it
        writer.writeheader()
        writer.writerows(table)
    assert grade(folder, "--anonymous") == 0
    third = snapshot(folder / "grades")
    assert grade(folder, "--anonymous") == 0
    return first, second, third, snapshot(folder / "grades")


def test_grading_again_gives_the_same(graded, again):
    first, second, third, fourth = again
    same = {path for path in first if path.stem in AGAIN}
    assert len(same) == len(AGAIN)
    assert {path: first[path] for path in same} == {path: second[path] for path in same}
    assert third == fourth


def test_marks_are_picked_up_and_kept(graded, again):
    row = row_of(graded, "right")
    assert (row["neurons.xor-no-line"], row["to_mark"], row["total"]) == ("3.5", "1", f"{ALL + 3.5:g}")
    assert "=Nearly; &lt;b&gt;which&lt;/b&gt; two?" in feedback(graded, "right")
    kept = [row for row in rows(graded[0] / "grades" / "marking.csv") if row["mark"]]
    assert [(row["mark"], row["exercise"]) for row in kept] == [("3,5", "neurons.xor-no-line")]


def test_anonymous_sheet_has_no_names(graded, again):
    text = again[3][next(path for path in again[3] if path.name == "marking.csv")].decode("utf-8-sig")
    assert CANARY not in text and "Łukasiewicz" not in text
    for row in rows(graded[0] / "grades" / "marking.csv"):
        assert row["student"] == row["name"] == ""


def test_release_and_students_copies_hold_no_key(course):
    folder, plan, picked = course
    for path in [*(folder / "course").glob("release/*/*.ipynb"), *(folder / "course").glob("students/*/*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"BEGIN (SOLUTION|HIDDEN|MARK)|Rubric|points\(", text)
        seed = plan.seed_of(path.parent.name) if "students" in path.parts else plan.seed
        assert str(seed) not in text and str(plan.seed) not in text
        for item in picked:
            variant = item.at(seed)
            if item.kind.name == "Numeric":
                key = submissions.notebooks.literal(item.kind.value(variant.given))
                assert len(key) < 8 or key not in text
            if item.kind.name == "Explain":
                assert item.kind.model not in text and not [line for line in item.kind.rubric if line in text]
            if item.kind.name == "Code":
                body = submissions.notebooks.sources.body(item.kind.reference)
                assert body.strip() not in json.loads(text).__repr__()


def test_each_student_has_numbers_of_their_own(course):
    folder, plan, _ = course
    paths = [folder / "course" / "students" / name / f"{plan.name}.ipynb" for name in ("right", "wrong", "blank")]
    assert len({path.read_text(encoding="utf-8") for path in paths}) == 3
