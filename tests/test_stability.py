"""What runs the book on other machines and with other seeds notices what it is there for."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
import seeds
import stability
from kernels import isolate_kernels
from notebooks import notebook_paths, read

v4 = nbformat.v4
LUCKY = "import numpy as np\nx = np.random.default_rng(3).random()\nassert (\n    x < 0.09\n), 'lucky'"
REPORT = """<testsuites><testsuite>
<testcase classname="book/01.ipynb" name="Cell 0" />
<testcase classname="book/01.ipynb" name="Cell 1"><failure message="">0.12 is not 0.13</failure></testcase>
<testcase classname="book/01.ipynb" name="Cell 2" />
<testcase classname="book/01.ipynb" name="Cell 2"><error message="held too much">its kernel</error></testcase>
</testsuite></testsuites>"""


def run(name):
    """Return a run of which only the name matters."""
    version, threads, core = name.split("-")
    return stability.Run(Path("python"), version, int(threads), core, {})


def lucky(**metadata):
    """Return a notebook with an assertion that holds for its seed, and for few others."""
    cell = v4.new_code_cell(LUCKY, metadata=metadata)
    return v4.new_notebook(cells=[cell, v4.new_code_cell("assert 0 <= x < 1")])


def test_a_report_tells_which_cells_differ(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    cells = stability.outcomes(tmp_path / "report.xml")
    assert cells == {
        "book/01.ipynb Cell 0": None,
        "book/01.ipynb Cell 1": "0.12 is not 0.13",
        "book/01.ipynb Cell 2": "its kernel",
    }


def test_a_cell_that_differs_in_one_run_or_is_missing_there_is_named_with_the_run():
    results = [
        (run("3.11.7-1-Haswell"), {"a": None, "b": None, "c": None}),
        (run("3.13.0-2-Nehalem"), {"a": None, "b": "0.12 is not 0.13"}),
    ]
    assert stability.differences(results) == {"b": ["3.13.0-2-Nehalem"], "c": ["3.13.0-2-Nehalem"]}


def test_runs_cover_threads_and_processors_and_say_what_cannot_be_run(monkeypatch):
    monkeypatch.setattr(stability, "answer", lambda python, code, **variables: ["3.11.7"])
    possible = {"Nehalem": {"OPENBLAS_CORETYPE": "Nehalem"}, "Haswell": {"OPENBLAS_CORETYPE": "Haswell"}}
    monkeypatch.setattr(stability, "processor", lambda python, core: possible.get(core))
    runs, missing = stability.plan([Path("python3")])
    assert [run.name for run in runs] == [f"3.11.7-{n}-{core}" for n in (1, 2) for core in possible]
    assert {"SkylakeX"} <= missing == set(stability.CORES) - set(possible)
    assert runs[-1].variables["OPENBLAS_NUM_THREADS"] == "2"


@pytest.mark.parametrize("second", [{}, {"a": "0.12 is not 0.13"}, {"b": None}], ids=["nothing", "wrong", "missing"])
def test_a_run_without_result_or_that_differs_is_no_success(monkeypatch, capsys, second):
    runs = [run("3.11.7-1-Haswell"), run("figures-1-Nehalem")]
    results = iter([{"a": None}, second])
    monkeypatch.setattr(stability, "lanes", lambda runs, what: [(run, next(results), 1.0) for run in runs])
    assert not stability.is_same(runs, (), "figures")
    assert "figures compared 1, runs 2, flakes" in (said := capsys.readouterr().out)
    assert "flakes 0" not in said
    results = iter([{"a": None}, {"a": None}])
    assert stability.is_same(runs, (), "cells")


def test_runs_at_one_time_write_into_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(stability, "FOLDER", tmp_path)
    tell = tmp_path / "python"
    tell.write_text('#!/bin/sh\necho "$@"\n')
    tell.chmod(0o755)
    runs = [stability.Run(tell, "figures", 1, core, {}) for core in ("Nehalem", "Haswell")]
    list(stability.lanes(runs, stability.FIGURES))
    told = [(tmp_path / f"{run.name}.log").read_text().split() for run in runs]
    assert not {option for option in told[0] if str(tmp_path) in option} & set(told[1])
    assert all(f"--mpl-results-path={tmp_path / run.name}" in said for run, said in zip(runs, told, strict=True))


def test_a_processor_has_only_the_instructions_of_its_type(monkeypatch):
    probed = ["X86_V3 X86_V4 AVX512_ICL", "Haswell Haswell"]
    monkeypatch.setattr(stability, "answer", lambda python, code, **variables: probed)
    assert stability.processor(Path("python3"), "Haswell")["NPY_DISABLE_CPU_FEATURES"] == "X86_V4 AVX512_ICL"
    assert stability.processor(Path("python3"), "SkylakeX") is None, "OpenBLAS took other kernels"
    probed[:] = ["X86_V3", "SkylakeX"]
    assert stability.processor(Path("python3"), "SkylakeX") is None, "numpy lacks instructions of that type"


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_a_claim_about_one_seed_says_why(path):
    assert seeds.complaints(read(path)) == []


@pytest.mark.parametrize(
    ("source", "metadata"),
    [
        ("assert True", {"tags": ["one-seed"]}),
        ("assert True", {"tags": ["one-seed"], "reason": "luck"}),
        ("print(1)", {"tags": ["one-seed"], "reason": "the digits drawn here are these"}),
    ],
)
def test_a_tag_without_a_reason_or_without_an_assertion_is_named(source, metadata):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source, metadata=metadata)])
    assert len(seeds.complaints(notebook)) == 1


def test_leaving_out_assertions_leaves_everything_else():
    source = "a = 1\nassert (\n    a == 2\n)\nfor k in 3, 4:\n    assert k == a, 'no'\nb = a"
    kept = seeds.without_assertions(source)
    scope = {}
    exec(kept, scope)
    assert scope["b"] == 1
    assert "assert" not in kept
    assert kept.count("\n") == source.count("\n")


def test_with_other_seeds_whatever_only_shows_something_is_left_out():
    shows = ["explorers.step_size()", "show(\n    1,\n)"]
    does = ["%pylab", "x = f()", "f(); g()", "x", "assert f()", ""]
    assert [source for source in shows + does if seeds.only_shows(source)] == shows
    ran = seeds.shifted(v4.new_notebook(cells=[v4.new_code_cell(source) for source in shows + does]), 7).cells
    assert [cell.source for cell in ran[1:]] == ["", "", *does]


def test_every_seed_is_shifted_and_nothing_else(monkeypatch):
    before = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", before)  # put back when the test ends
    exec(seeds.SHIFTING.format(shift=7), {})
    after = np.random.default_rng
    assert after(3).random() == before(10).random() != before(3).random()
    assert after(np.int64(3)).random() == before(10).random()
    assert after([3, 1]).random() == before([10, 1]).random()
    rng = before(0)
    assert after(rng) is rng
    assert after().random() != after().random()


def test_a_lucky_claim_fails_with_other_seeds_unless_it_is_about_one(tmp_path):
    isolate_kernels()
    path = tmp_path / "lucky.ipynb"
    nbformat.write(lucky(), path)
    assert seeds.failures(path, 0) == []
    (failure,) = seeds.failures(path, 1000)
    assert failure.startswith("code cell 1: AssertionError: lucky")
    nbformat.write(lucky(tags=["one-seed"], reason="x is the number drawn here"), path)
    assert seeds.failures(path, 1000) == []
