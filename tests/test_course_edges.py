"""The rare cases of assigning and grading, each in the process of the tests: what others try through the command."""

import dataclasses
import io
import json
import os
import signal
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

import nnbook
from nnbook.course import (
    answers,
    bank,
    child,
    cli,
    grade,
    grading,
    marking,
    notebooks,
    parallel,
    plan,
    roster,
    sandbox,
    sources,
    watch,
)
from nnbook.course import progress as bar
from nnbook.course.answers import Gone
from nnbook.course.errors import CourseError
from nnbook.course.grade import _report
from nnbook.course.returned import Unreadable, find_submissions, read_notebook
from nnbook.course.tidy import tidy
from nnbook.exercises import CHAPTERS
from nnbook.initializers import kaiming_normal

# What a student's process does, asked here


def test_magics_that_time_are_run_and_all_others_do_nothing():
    namespace = {}
    shell = child.Shell(namespace)
    shell.run_line_magic("time", "a = 1")
    shell.run_line_magic("cd", "/")
    shell.run_cell_magic("timeit", "", "b = 2")
    shell.run_cell_magic("bash", "", "b = 3")
    shell.system("false")
    assert (namespace["a"], namespace["b"]) == (1, 2) and shell.getoutput("ls") == []
    assert not child.Output(10).isatty()


def test_nobody_answers_input():
    with pytest.raises(EOFError, match="nobody to ask"):
        child.no_input("name? ")


class Mute(Exception):
    def __str__(self):
        raise RuntimeError


def test_a_cell_is_stopped_by_what_it_raises(monkeypatch):
    monkeypatch.setattr(child, "clock", lambda seconds: None)
    limits = {"cell": 1.0}
    namespace = {"Mute": Mute}

    def run(source):
        return child.run({"number": 3, "source": source}, namespace, limits)

    assert run("x = 1") is None
    assert run("y = 2\n1/0") == {"kind": "error", "type": "ZeroDivisionError", "message": "division by zero", "line": 2}
    assert run("raise Mute")["message"] == ""
    assert run("import sys; sys.exit()")["kind"] == "exit"
    assert run("a b")["line"] == 1


class Pipe:
    """Answers a call of a function elsewhere, as the grader does."""

    def __init__(self, *replies):
        self.replies, self.sent = list(replies), []

    def send(self, message):
        self.sent.append(message)

    def receive(self):
        return self.replies.pop(0)


def test_functions_are_tried_on_cases_and_may_call_back(monkeypatch):
    monkeypatch.setattr(child, "outcomes", lambda function, cases, call, seconds: [call(function, c) for c in cases])
    request = {"name": "f", "adapter": None, "seconds": 1, "cases": [child.wire.encode({"x": 2.0, "y": 3.0})]}
    assert child.tried(request, {"f": lambda x, y: x - y}, Pipe()) == [-1.0]
    assert child.tried(request, {"f": 3}, Pipe()) == []
    given = [np.sin]
    request["cases"] = [child.wire.encode({"phi": np.sin}, given)]
    pipe = Pipe({"value": child.wire.encode(5.0)})
    assert child.tried(request, {"f": lambda phi: phi(1.0)}, pipe) == [5.0]
    assert pipe.sent[0]["arguments"] == child.wire.encode([1.0])
    with pytest.raises(ValueError, match="wrong shape"):
        child.tried(request, {"f": lambda phi: phi(1.0)}, Pipe({"error": "wrong shape"}))


def test_the_grader_answers_calls_and_tells_what_they_raised():
    message = {"call": 0, "arguments": child.wire.encode([-1.0])}
    assert child.wire.decode(answers._called([abs], message)["value"]) == 1.0
    told = answers._called([lambda x: x.missing], message)["error"]
    assert told.startswith("AttributeError: ")
    with pytest.raises(Gone):
        answers._called([abs], {"call": 1})


# Functions as text


LEVEL = 0.5
HIDDEN = object()


def helper(x):
    return x * LEVEL


def uses_all(x):
    return helper(np.sin(x)) + json.loads("1") + kaiming_normal(np.random.default_rng(0), (1, 1))[0, 0]


def uses_an_object(x):
    return HIDDEN


def test_a_function_takes_its_helpers_constants_and_imports_along():
    found = sources.describe(uses_all)
    assert len(found["sources"]) == 2 and found["values"] == {"LEVEL": 0.5}
    assert found["imports"]["kaiming_normal"] == ["nnbook.initializers", "kaiming_normal"]
    assert sources.make(found)(0.3) == uses_all(0.3)


def test_a_function_that_cannot_travel_is_refused():
    inner = 3
    with pytest.raises(ValueError, match="a plain function written with def"):
        sources.describe(lambda x: x)

    def closed(x):
        return x + inner

    with pytest.raises(ValueError, match="a plain function written with def"):
        sources.describe(closed)
    with pytest.raises(ValueError, match="functions, modules and constants, got HIDDEN"):
        sources.describe(uses_an_object)


# A notebook that does not stop ending


def test_a_notebook_that_always_ends_is_given_up(monkeypatch):
    class Ending:
        notes, submissions = (), types.MappingProxyType({})

        def __init__(self, *_):
            pass

        def go(self):
            return next(places), "ended"

    monkeypatch.setattr(answers, "Run", Ending)
    limits = sandbox.Limits()
    places = iter(range(100))
    found = answers.collect([], [], None, limits)
    assert found.notes[-1] == "The notebook kept ending, so what came after that was not graded."
    places = iter([2, 2])
    notes = answers.collect([], [], None, limits).notes
    assert notes[0].startswith("Cell 2 ended") and notes[1].startswith("The notebook ended")


def test_where_no_code_can_be_shut_in_none_is_run(monkeypatch):
    monkeypatch.setattr(sandbox, "works", lambda level: False)
    with pytest.raises(CourseError, match="no student code can be run here"):
        sandbox.best_level()


def test_without_a_system_like_unix_no_level_works(monkeypatch):
    monkeypatch.setattr(sandbox.os, "name", "nt")
    assert not sandbox.works.__wrapped__("limits")


# Input and records


def test_chapters_are_named_by_number_or_name(tmp_path):
    assert bank.chapter_name("losses") == "losses" == bank.chapter_name(str(CHAPTERS.index("losses")))
    (tmp_path / "losses.py").write_text("EXERCISES = []")
    with pytest.raises(CourseError, match="a chapter of the book has this name"):
        bank.held_back(tmp_path)


def test_an_interruption_writes_nothing(monkeypatch, capsys):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_assign", interrupted)
    assert cli.main(["assign", "1", "--list"]) == 130
    assert capsys.readouterr().err == "Interrupted; nothing was written.\n"


def test_what_changed_since_an_assignment_was_made_is_remarked(tmp_path):
    made = plan.Plan(**{**PLAN, "version": "0.0.1"})
    assert grade._look_at_extra(made) == [f"Made with nnbook 0.0.1, graded with {nnbook.__version__}."]
    with pytest.raises(CourseError, match="no longer in .*; give their folder with --extra"):
        grade._look_at_extra(dataclasses.replace(made, extra=str(tmp_path / "gone")))
    (tmp_path / "own.py").write_text("EXERCISES = []")
    changed = dataclasses.replace(made, version=nnbook.__version__, extra=str(tmp_path))
    assert "have changed since" in grade._look_at_extra(changed)[0]
    assert grade._look_at_extra(dataclasses.replace(changed, digests=bank.digests(tmp_path))) == []


PLAN = {"name": "01-neurons", "chapter": "neurons", "exercises": ["neurons.forward"], "seed": 1, "personal": False}


def record(folder, *plans):
    folder.mkdir(exist_ok=True)
    (folder / plan.RECORD).write_text(json.dumps({"assignments": list(plans)}))


def test_a_record_that_is_none_and_one_that_fits_twice_are_told(tmp_path):
    record(tmp_path / "a", PLAN, {**PLAN, "name": "retake"})
    with pytest.raises(CourseError, match="several assignments fit neurons .*01-neurons in .*retake in"):
        plan.find_plan("neurons", tmp_path / "a", [])
    assert plan.find_plan("retake", tmp_path / "a", [])[0].name == "retake"
    (tmp_path / "a" / plan.RECORD).write_text('{"assignments": 3}')
    with pytest.raises(CourseError, match="expected the record that `nnbook assign` wrote"):
        plan.load_plans(tmp_path / "a")


def test_files_that_cannot_be_read_or_written_are_told(tmp_path):
    content, problem = grade._read(tmp_path)
    assert content is None and problem.startswith("The file could not be read (")
    (tmp_path / "out").write_text("a file in the way")
    made = plan.Plan(**PLAN)
    with pytest.raises(CourseError, match="--out .*: could not be written"):
        grade._write(made, [], [], {}, tmp_path / "out", [], False)


def test_submissions_of_a_whole_course_are_found_and_one_of_several_is_chosen(tmp_path):
    made, ada = plan.Plan(**PLAN), roster.Student("ada")
    place = tmp_path / "submitted" / "ada" / made.name
    place.mkdir(parents=True)
    (place / "notes.ipynb").write_text("{}")
    (place / f"{made.name}.ipynb").write_text("{}")
    found, strangers = find_submissions(tmp_path, made, [ada])
    assert found["ada"].path == place / f"{made.name}.ipynb" and strangers == []
    (place / "timestamp.txt").write_text("yesterday")
    with pytest.raises(CourseError, match="expected a time such as .*, got 'yesterday'"):
        find_submissions(tmp_path, made, [ada])


def test_a_file_beyond_all_measure_is_not_read(monkeypatch):
    monkeypatch.setattr("nnbook.course.returned.LARGEST", 2**20)
    with pytest.raises(Unreadable, match="The file has 2 MB; at most 1 MB are read"):
        read_notebook(b" " * 2**21)


def test_sheets_without_their_columns_and_broken_csv_are_told(tmp_path):
    sheet = tmp_path / "marking.csv"
    sheet.write_text("code,exercise,comment\n")
    with pytest.raises(CourseError, match="expected a column mark"):
        marking.read_marks(sheet, {})
    sheet.write_text('id\n"' + "x" * 200_000 + '"\n')
    with pytest.raises(CourseError, match="could not be read as CSV"):
        roster.read_csv(sheet)


def test_a_list_of_members_is_kept_tidy():
    assert tidy({"unreadable": "a set", "items": [1, "two"]}) == {"unreadable": "a set", "items": [1.0, "two"]}


def test_a_copy_for_students_is_made_anew_after_it_was_removed():
    first = grading._stage().name
    grading.clean_up()
    assert not Path(first).exists() and Path(grading._stage().name).exists()


def test_a_failure_of_ours_is_told_and_costs_nobody_else(monkeypatch):
    def fails(*_):
        raise RuntimeError("no room")

    monkeypatch.setattr(grading, "_answers", fails)
    job = grading.job_of(plan.Plan(**PLAN), roster.Student("ada"), b"{}", "", sandbox.Limits(), [], {})
    report = grading.grade_one(job)
    assert "your instructor has been told" in report["notes"][0] and "RuntimeError: no room" in report["remarks"][0]


# Clusters and terminals


class Client:
    def __init__(self, *versions):
        self.versions = dict(enumerate(versions))

    def run(self, function):
        assert function() == nnbook.__version__
        return self.versions


def test_workers_must_be_there_and_have_this_version():
    parallel._look_at_versions(Client(nnbook.__version__), "tcp://a:1")
    with pytest.raises(CourseError, match="the scheduler has no workers"):
        parallel._look_at_versions(Client(), "tcp://a:1")
    with pytest.raises(CourseError, match=r"the workers have nnbook 0\.1"):
        parallel._look_at_versions(Client("0.1", nnbook.__version__), "tcp://a:1")


def test_a_cluster_wants_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"install nnbook with its extra, nnbook\[dask\]"):
        parallel.grade_all([], dask="tcp://a:1")


def test_a_bar_grows_on_a_terminal(monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(bar.progress("ab", 2, "Grading")) == ["a", "b"]
    assert terminal.getvalue().startswith("\rGrading ███") and terminal.getvalue().endswith("█ 2 of 2\n")


def process(**parts):
    """A sandbox without its process."""
    made = object.__new__(sandbox.Sandbox)
    vars(made).update(
        limits=sandbox.Limits(), start=time.monotonic(), deadline=time.monotonic() + 60, buffer=b"", **parts
    )
    return made


def test_a_message_that_is_no_dictionary_is_garbage_and_a_closed_pipe_the_end():
    with pytest.raises(Gone, match="garbage"):
        spoken = process()
        spoken.buffer = b"3\n"
        spoken.receive(1)
    readable, writable = os.pipe()
    os.close(readable)
    with pytest.raises(Gone, match="ended"):
        process(writable=writable).send({"cells": []})
    os.close(writable)


def test_who_uses_too_much_is_gone(monkeypatch):
    for name, used in (("memory", {"memory": 2**50}), ("processes", {"descendants": range(1_000)}), (None, {})):
        with monkeypatch.context() as patch:
            for function, answer in {"memory": 0, "descendants": (), **used}.items():
                patch.setattr(sandbox.watch, function, lambda _, answer=answer: answer)
            spoken = process(process=types.SimpleNamespace(pid=0))
            if name is None:
                spoken._look()
            else:
                with pytest.raises(Gone, match=name):
                    spoken._look()


def test_whatever_cannot_be_killed_holds_nothing_up(monkeypatch):
    sent = []
    monkeypatch.setattr(watch, "descendants", lambda _: [7])
    monkeypatch.setattr(watch, "_is_zombie", lambda _: False)
    monkeypatch.setattr(watch, "_signal", lambda *of: sent.append(of))
    watch.end_all(3)
    assert sent[:2] == [(7, signal.SIGSTOP), (7, signal.SIGKILL)]
    assert sent[-1] == (3, signal.SIGKILL) and len(sent) < 1_000


def test_only_the_users_own_processes_are_counted(monkeypatch):
    assert watch.running() >= 1
    monkeypatch.setattr(os, "getuid", lambda: 2**30)
    assert watch.running() == 0


def test_a_cell_of_no_kind_may_be_deleted():
    assert "deletable" not in notebooks.cell("markdown", "text", "free")["metadata"]


def test_the_commands_say_what_to_do_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["assign", "1", "--out", "made"]) == 0
    assert "Seed 0 gives the book's own numbers" in capsys.readouterr().out
    (tmp_path / "class.csv").write_text("id,name\nada,Ada\n")
    (tmp_path / "in").mkdir()
    graded = []

    def fake(plan, submissions, students, out, **options):
        graded.append(plan)
        Path(out).mkdir(exist_ok=True)
        Path(out, "report.txt").write_text("All is well.\n")
        return [
            {"results": [{"score": score}]} for score in (1.0, None)[: len(graded)]
        ]  # the second time, one is to be marked

    monkeypatch.setattr(cli, "grade", fake)
    command = ["in", "--roster", "class.csv", "--out", "out"]
    assert cli.main(["grade", "1", *command]) == 0
    assert "To mark:" not in capsys.readouterr().out
    assert cli.main(["grade", "01-neurons", *command, "--extra", "in"]) == 0
    assert "To mark: out/marking.csv" in capsys.readouterr().out
    assert [plan.name for plan in graded] == ["01-neurons"] * 2
    assert graded[1].extra == str((tmp_path / "in").resolve())


# What a student's processes hold


def test_memory_that_a_fork_shares_counts_once():
    before = watch.memory([os.getpid()])
    held = bytearray(b"x") * 200_000_000
    process = os.fork()
    if process == 0:
        signal.pause()
    try:
        together = watch.memory([os.getpid(), process])
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    assert len(held) == 200_000_000
    assert 0.9 * len(held) < together - before < 1.4 * len(held)


def test_memory_of_processes_that_are_gone_or_closed_to_us_is_no_error(monkeypatch, tmp_path):
    assert watch.memory([2**22 + 1]) == 0
    whole = watch.memory([os.getpid()])
    read = Path.read_text

    def refuse(path, *arguments, **options):
        if path.name == "smaps_rollup":
            raise PermissionError(path)
        return read(path, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert watch.memory([os.getpid()]) >= 0.5 * whole


def test_a_median_of_two_totals_lies_between_them():
    reports = [
        {"student": name, "handed_in": True, "penalty": 0, "notes": [], "remarks": [], "results": [result]}
        for name, result in (("ada", {"points": 8, "score": 1.0}), ("alan", {"points": 8, "score": 0.375}))
    ]
    assert "Totals from 3 to 8, median 5.5.\n" in _report(types.SimpleNamespace(name="01-neurons"), reports, [])


def test_a_report_on_nobody_has_no_totals():
    said = _report(types.SimpleNamespace(name="01-neurons"), [], [])
    assert said == "01-neurons: 0 of 0 students handed in; 0 answers are to be marked.\n"
