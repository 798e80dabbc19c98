"""With nbgrader itself: its own commands take the assignment, submissions and partial credit, with the right scores."""

import csv
import json
import os
import subprocess
import sys

import pytest
from course_submissions import cell_of, solved

from nnbook.course import cli
from nnbook.course.assign import plan_of

CHOSEN = ["hidden-layer", "neuron-output", "collapse", "xor-no-line", "forward"]
WARNS = "import sys, warnings\nwarnings.warn('careful')\nprint('oh', file=sys.stderr)"


def nbgrader(folder, *arguments):
    """Runs one of its commands in the course's folder."""
    quiet = {"JUPYTER_CONFIG_DIR": f"{folder}/none", "IPYTHONDIR": f"{folder}/none", "JUPYTER_PLATFORM_DIRS": "1"}
    # It calls programs of its environment by name.
    quiet["PATH"] = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | quiet, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    """The course's folder after assignment, three submissions, autograding, feedback and export."""
    folder = tmp_path_factory.mktemp("nbgrader")
    assert cli.main(["assign", "1", "--out", str(folder), "--seed", "2027", "--exercises", *CHOSEN]) == 0
    ours = (folder / "release" / "01-neurons" / "01-neurons.ipynb").read_text(encoding="utf-8")
    (folder / "ours.json").write_text(ours, encoding="utf-8")
    config = "c = get_config()\nc.CourseDirectory.course_id = 'course'\nc.ExecutePreprocessor.timeout = 60\n"
    (folder / "nbgrader_config.py").write_text(config)
    nbgrader(folder, "generate_assignment", "01-neurons", "--force")
    plan, picked = plan_of("1", seed=2027, names=CHOSEN)
    right = solved(plan, picked, 2027)
    cell_of(right, "neurons.forward")["source"] = (
        "def forward(x, W, b):\n    import sys, warnings\n    warnings.warn('careful')\n"
        "    print('oh', file=sys.stderr)\n    return 1 / (1 + np.exp(-(x @ W + b)))"
    )
    partly = solved(plan, picked, 2027, only=("neurons.hidden-layer",))
    value = next(item for item in picked if item.id == "neurons.collapse").at(2027)
    W = value.kind.value(value.given)["W"].tolist()
    cell_of(partly, "neurons.collapse")["source"] = f"collapse = {{'W': {W}, 'b': [1000, 1000]}}"
    for student, data in {"ada": right, "bob": partly, "cyd": json.loads(ours)}.items():
        path = folder / "submitted" / student / "01-neurons" / "01-neurons.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(data))
    for command in ("autograde", "generate_feedback"):
        nbgrader(folder, command, "01-neurons")
    nbgrader(folder, "export", "--to", "grades.csv")
    return folder, plan, picked


def test_release_has_neither_solutions_nor_hidden_tests(passed):
    folder, _, picked = passed
    text = (folder / "release" / "01-neurons" / "01-neurons.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "HIDDEN" not in text and "MARK SCHEME" not in text
    assert "points(" not in text and "Rubric" not in text
    assert next(item for item in picked if item.kind.name == "Explain").kind.model not in text


def test_its_release_asks_what_ours_asks(passed):
    folder, _, picked = passed
    theirs = json.loads((folder / "release" / "01-neurons" / "01-neurons.ipynb").read_text(encoding="utf-8"))
    ours = json.loads((folder / "ours.json").read_text(encoding="utf-8"))

    def cells(data):
        return {
            c["metadata"]["nbgrader"]["grade_id"]: (c["cell_type"], c["metadata"]["nbgrader"]) for c in data["cells"]
        }

    assert cells(theirs).keys() == cells(ours).keys()
    for name, (kind, about) in cells(theirs).items():
        about.pop("checksum", None)
        about.pop("cell_type", None)
        assert (kind, about) == cells(ours)[name]
    questions = [
        ["".join(cell["source"]).strip() for cell in data["cells"] if cell["cell_type"] == "markdown"]
        for data in (theirs, ours)
    ]
    assert questions[0] == questions[1]


def test_scores(passed):
    folder, _, picked = passed
    with open(folder / "grades.csv", newline="") as file:
        scores = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    automatic = sum(item.points for item in picked if item.kind.name != "Explain")
    points = {item.id: item.points for item in picked}
    assert scores["ada"] == automatic
    assert scores["bob"] == points["neurons.hidden-layer"] + points["neurons.collapse"] / 2
    assert scores["cyd"] == 0


def test_feedback_does_not_tell_the_key(passed):
    folder, plan, picked = passed
    page = (folder / "feedback" / "cyd" / "01-neurons" / "01-neurons.html").read_text(encoding="utf-8")
    for item in picked:
        if item.kind.name == "Numeric":
            assert item.kind.answer(item.at(plan.seed).given) not in page


def test_our_grader_agrees(passed):
    folder, _, _ = passed
    (folder / "students.csv").write_text("id,name\nada,A\nbob,B\ncyd,C\n")
    arguments = ["grade", "1", f"{folder}/submitted", "--roster", f"{folder}/students.csv", "--out", f"{folder}/grades"]
    assert cli.main(arguments) == 0
    with open(folder / "grades" / "grades.csv", newline="", encoding="utf-8") as file:
        ours = {row["id"]: float(row["points"]) for row in csv.DictReader(file)}
    with open(folder / "grades.csv", newline="") as file:
        assert {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)} == ours
