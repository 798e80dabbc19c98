"""A student's process at each level of being shut in, and what crosses its borders."""

import json
import os
import shutil
import socket
import subprocess

import matplotlib
import numpy as np
import pytest
from course_submissions import FORGERS, HARMLESS, solved, with_cell

from nnbook.course import grading, sources, stage, watch, wire
from nnbook.course.assign import plan_of
from nnbook.course.notebooks import answer_names
from nnbook.course.roster import Student
from nnbook.course.sandbox import LEVELS, Gone, Limits, Sandbox, works
from nnbook.course.tidy import tidy, tidy_outcomes
from nnbook.exercises import CHAPTERS, exercises
from nnbook.exercises.plain import plain
from nnbook.initializers import kaiming_normal
from nnbook.landscapes import ravine

HERE = [level for level in LEVELS if works(level)]
# What the strongest level needs, asked of the system by its own tools.
NAMESPACES = "unshare --map-root-user --mount --pid --net --fork mount -t tmpfs none /mnt".split()
CODE = [item for chapter in CHAPTERS for item in exercises(chapter) if item.kind.name == "Code"]


@pytest.fixture(scope="module")
def staged():
    """What students' processes see."""
    with stage.staged() as folder:
        yield folder


def one(level, monkeypatch, source, *, right):
    """The report on a notebook with a cell of its own."""
    monkeypatch.setattr(grading, "best_level", lambda: level)
    plan, picked = plan_of("1", seed=3, names=["neuron-output", "forward"])
    data = with_cell(solved(plan, picked, 3, only=None if right else ()), source)
    job = grading.job_of(plan, Student("ada"), json.dumps(data).encode(), "", Limits(cell=2.0, memory=800), [], {})
    report = grading.grade_one(job)
    return sum(result["points"] * result["score"] for result in report["results"]), report["notes"]


def test_the_strongest_level_works_wherever_the_system_gives_namespaces():
    """Else everything that is tried at that level only would be left out without a word."""
    given = shutil.which("unshare") and subprocess.run(NAMESPACES, capture_output=True).returncode == 0
    assert not given or HERE[0] == "namespaces"


@pytest.mark.parametrize("level", HERE)
@pytest.mark.parametrize("name", ["leaves", "loops", "hoards", "exits", "crashes", "forks"])
def test_attacks_harm_nothing_at_any_level(level, name, monkeypatch):
    if name == "forks" and level == "limits" and os.geteuid() == 0:
        pytest.skip("no limit of processes holds for root; the level below takes root away")
    source, _ = HARMLESS[name]
    points, notes = one(level, monkeypatch, source, right=True)
    assert points == 4
    assert len(notes) == 1 and notes[0].startswith("Cell 3 ")
    assert [p for p in watch.descendants(os.getpid()) if b"jail.py" in command(p)] == []


def command(process):
    """The command line of a process that may have ended."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


@pytest.mark.parametrize("level", HERE)
@pytest.mark.parametrize("name", ["agrees", "patches", "forges"])
def test_forgers_gain_nothing_at_any_level(level, name, monkeypatch):
    names = answer_names(plan_of("1", seed=3)[1]).values()
    source = FORGERS[name][0].replace("{names}", repr(list(names))).replace("{{", "{").replace("}}", "}")
    assert one(level, monkeypatch, source, right=False)[0] == 0


def run(staged, level, source, names=("x",), limits=None, private=()):
    """The answers after one cell."""
    with Sandbox(staged, limits or Limits(), level, private) as box:
        box.send({"cells": [{"number": 1, "source": source, "answers": list(names)}], "names": []})
        while "answers" not in (message := box.receive(30)):
            pass
        return message["answers"]


@pytest.mark.skipif("namespaces" not in HERE, reason="this system gives no namespaces")
class TestNamespaces:
    def test_it_sees_python_and_nothing_else(self, staged, tmp_path):
        (tmp_path / "key").write_text("secret")
        source = (
            "import os\nx = [os.getcwd()] + [os.listdir(name) for name in ('/', '.', '/tmp', '/home')]\n"
            f"x += [os.path.exists(name) for name in ({str(tmp_path)!r}, '/etc/passwd')]\n"
            "x += [[name for name in os.listdir('/proc') if name.isdigit()]]"
        )
        where, root, here, temporary, home, private, users, processes = run(staged, "namespaces", source)["x"]
        assert where == "/home/student" and home == ["student"]
        assert here == []
        visible = [*stage.visible_paths()[0], staged]
        assert [name for name in temporary if not any(path.startswith(f"/tmp/{name}") for path in visible)] == []
        assert not {"var", "srv", "opt", "mnt", "sys", "boot", "run"} & set(root)
        assert not private and not users
        assert processes == ["1"]

    def test_it_can_write_nowhere_else(self, staged):
        source = (
            "import os, sys\nx = []\nplaces = [sys.prefix, os.path.dirname(os.__file__)]\n"
            "for place in ['/', '/usr', '/etc', '/dev', '/proc', *places]:\n"
            "    try:\n        open(place + '/mine', 'w')\n        x.append(place)\n    except OSError:\n        pass\n"
            "open('mine', 'w').write('x')\nopen('/tmp/mine', 'w').write('x')"
        )
        assert run(staged, "namespaces", source)["x"] == []

    def test_it_has_no_rights_and_cannot_get_any(self, staged):
        source = (
            "import ctypes, os\nlibc = ctypes.CDLL(None)\n"
            "x = [os.getuid(), libc.unshare(0x10000000), libc.unshare(0x20000), libc.chroot(b'/tmp'), libc.setuid(0),\n"
            "     libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)]\n"
            "lines = [line for line in open('/proc/self/status') if line.startswith(('CapEff', 'CapPrm', 'NoNew'))]\n"
            "y = [line.split()[1] for line in lines]"
        )
        found = run(staged, "namespaces", source, names=("x", "y"))
        assert found["x"][0] != 0 or os.getuid() == 0
        assert found["x"][1:] == [-1.0] * 5
        assert found["y"] == ["0000000000000000", "0000000000000000", "1"]

    def test_private_folders_within_what_it_sees_are_empty(self, staged):
        inside = os.path.dirname(matplotlib.__file__)
        source = f"import os\nx = os.listdir({inside!r})"
        assert run(staged, "namespaces", source, private=[inside])["x"] == []
        assert run(staged, "namespaces", source)["x"] != []

    def test_the_book_s_answers_are_not_there(self, staged):
        names = [*(f"nnbook.exercises.{name}" for name in CHAPTERS), "nnbook.course.bank", "nnbook.course.grading"]
        source = (
            f"import importlib\nx = []\nfor name in {names}:\n    try:\n"
            "        importlib.import_module(name)\n        x.append(name)\n    except ImportError:\n        pass"
        )
        assert run(staged, "namespaces", source)["x"] == []

    def test_nobody_answers_its_calls(self, staged):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            source = (
                f"import socket\ntry:\n    socket.create_connection(('127.0.0.1', {port}), 2)\n    x = 'connected'\n"
                "except OSError:\n    x = 'alone'"
            )
            assert run(staged, "namespaces", source)["x"] == "alone"


@pytest.mark.parametrize("level", HERE)
def test_temporary_folders_are_removed(staged, level):
    before = os.listdir(staged)
    run(staged, level, "open('file', 'w').write('x')\nimport os\nos.mkdir('closed', 0)\nx = 1")
    assert os.listdir(staged) == before


def test_a_process_that_says_nothing_or_too_much_is_given_up(staged):
    quick = Limits(cell=1.0, processor=2)
    level = HERE[0]
    with Sandbox(staged, quick, level) as box, pytest.raises(Gone, match="time"):
        box.receive(0.5)
    # A message without an end; the pipe is found among the open files.
    flood = (
        "import os\nfor fd in range(3, 1024):\n    try:\n        while os.write(fd, b'x' * 10**6):\n            pass\n"
        "    except OSError:\n        pass"
    )
    with Sandbox(staged, Limits(), level) as box, pytest.raises(Gone, match="garbage"):
        box.send({"cells": [{"number": 1, "source": flood, "answers": []}], "names": []})
        while True:
            box.receive(20)


@pytest.mark.parametrize("item", CODE, ids=lambda item: item.id)
def test_every_code_exercise_can_cross(item):
    """Arguments arrive as they were sent, and adapters can be made again without their module."""
    functions = []
    for case in item.kind.arguments_of(item.at(12).given):
        sent = json.loads(json.dumps(wire.encode(case, functions)))
        arrived = wire.decode(sent, functions.__getitem__)
        assert list(arrived) == list(case)
        for name, value in case.items():
            assert type(arrived[name]) is type(value)
            assert plain(arrived[name]) == plain(value)
            if isinstance(value, np.ndarray):
                assert arrived[name].dtype == value.dtype
    adapter = json.loads(json.dumps(sources.describe(item.kind.call)))
    made = sources.make(adapter)
    for case in item.kind.arguments_of(item.at(12).given):
        function = item.kind.reference
        if not any(hasattr(value, "bit_generator") for value in case.values()):
            assert plain(made(function, dict(case))) == plain(item.kind.call(function, dict(case)))


def test_values_cross_as_they_are():
    rng = np.random.default_rng(4)
    values = [
        1,
        1.5,
        True,
        None,
        "é",
        (1, [2.0]),
        {"a": (1,)},
        np.float32(0.1),
        np.arange(6).reshape(2, 3),
        rng,
        ravine,
    ]
    arrived = wire.decode(json.loads(json.dumps(wire.encode(values, []))), lambda number: None)
    assert [type(value) for value in arrived] == [type(value) for value in values]
    assert arrived[:7] == values[:7]
    assert arrived[9].random() == np.random.default_rng(4).random()
    assert arrived[10](np.array([0.3, 0.2])) == ravine(np.array([0.3, 0.2]))
    assert wire.decode(wire.encode(kaiming_normal, []), lambda number: None) is kaiming_normal
    with pytest.raises(TypeError, match="a set cannot be sent"):
        wire.encode({1}, [])


@pytest.mark.parametrize(
    "data",
    [
        {"name": ["os", "system"]},
        {"instance": ["subprocess", "Popen"], "fields": {}},
        {"function": 0},
        {"rng": {}},
        {"array": [1], "shape": [10**9], "dtype": "float64"},
        {"array": ["x"], "shape": [1], "dtype": "object"},
        {"array": 3, "shape": [1], "dtype": "float64"},
        {"array": [2**80], "shape": [1], "dtype": "int64"},
        {"list": {}},
        {},
        [1],
    ],
)
def test_what_a_student_sends_is_numbers_or_refused(data):
    with pytest.raises(ValueError):
        wire.decode(data)


@pytest.mark.parametrize(
    "forged",
    [
        {"score": 1.0},
        {"unreadable": 3},
        {"unreadable": "x" * 10**6, "items": {"a": {"b": 1}}},
        [[[[[[[[[[1]]]]]]]]]],
        10**400,
        {"unreadable": "a", "items": 3},
        "\ud800\x00",
        [{"outcomes": []}],
    ],
)
def test_forged_answers_become_plain_and_harmless(forged):
    data = tidy(forged)
    assert len(json.dumps(data)) < 1000
    for item in CODE[:2]:
        assert item.grade(data).score == 0.0
        outcomes = tidy_outcomes([{"value": forged}, {"error": forged}, {"changed": forged}, forged], 9, {"x"}, {})
        assert item.grade({"outcomes": outcomes}).score == 0.0


def test_outcomes_are_cut_to_the_cases_and_tell_nothing():
    error = {"error": {"type": "ValueError", "message": "secret", "line": 2, "source": "secret"}}
    odd = {"error": {"type": "Secret", "message": "secret", "line": 99, "source": "secret"}}
    found = tidy_outcomes([error, odd, error, error], 2, set(), {2: "return x"})
    assert len(found) == 2 and "secret" not in json.dumps(found).lower()
    assert found[0]["error"]["source"] == "return x"
    assert tidy_outcomes("nonsense", 2, set(), {}) == []


@pytest.mark.parametrize("level", HERE)
def test_the_pipes_may_have_any_number(staged, level):
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(80)]
    try:
        assert run(staged, level, "x = 1") == {"x": 1}
    finally:
        for other in others:
            os.close(other)
