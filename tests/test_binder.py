"""Binder: what repo2docker makes of a clean copy of the repository, read from the Dockerfile that it would build."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib

import nbformat
import pytest
from environments import copy_tracked, pins
from inputs import ROOT
from nbformat import v4
from packaging.requirements import Requirement
from packaging.version import Version

REQUIREMENTS = r"^RUN \S+/bin/pip install --no-cache-dir -r \"requirements.txt\"$"
PACKAGE = r"^RUN \S+/bin/pip install --no-cache-dir \.$"


def dockerfile(folder):
    """Return (Dockerfile, log) of what repo2docker would build from a folder; no engine is needed."""
    command = (sys.executable, "-m", "repo2docker", "--no-build", "--debug")
    user = ("--user-id", "1000", "--user-name", "jovyan")
    done = subprocess.run([*command, *user, "."], cwd=folder, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def clean_copy(tmp_path_factory):
    return copy_tracked(tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def built(clean_copy):
    return dockerfile(clean_copy)


def test_python_is_the_one_that_runtime_txt_names(built):
    text, log = built
    wanted = (ROOT / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert f"Building conda environment for python={wanted}\n" in log
    assert "unspecified" not in log
    # File names within the Dockerfile are escaped: "3.12" is written "3-2e12".
    assert f"environment-2epy-2d{wanted.replace('.', '-2e')}-2dlinux" in text


def test_without_runtime_txt_python_would_be_left_to_chance(clean_copy, tmp_path):
    bare = shutil.copytree(clean_copy, tmp_path / "bare")
    (bare / "runtime.txt").unlink()
    assert "Python version unspecified" in dockerfile(bare)[1]


def test_the_pins_are_installed_first_and_then_the_package(built):
    text, _ = built
    pins, package = (re.search(pattern, text, re.MULTILINE) for pattern in (REQUIREMENTS, PACKAGE))
    assert pins and package and pins.start() < package.start()
    # Nothing else is installed with pip or conda by the repository.
    assert len(re.findall(r"^RUN .*(?:pip|conda|mamba) install", text, re.MULTILINE)) == 2


def test_no_folder_hides_the_requirements(clean_copy):
    assert not [name for name in (".binder", "binder", "environment.yml", "Dockerfile") if (clean_copy / name).exists()]


def test_setuptools_is_one_that_the_named_python_can_import(clean_copy):
    lines = (clean_copy / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (pinned,) = [line.partition("==")[2] for line in lines if line.startswith("setuptools==")]
    assert (clean_copy / "runtime.txt").read_text(encoding="utf-8").strip() >= "python-3.12"
    # Older ones use what Python 3.12 took away, and the first import in the launched environment ends in a traceback.
    assert Version(pinned) >= Version("66.1")


def test_the_pins_satisfy_the_package_so_that_it_brings_nothing_unpinned():
    pinned = pins(ROOT)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    assert wanted
    assert [str(need) for need in wanted if not need.specifier.contains(pinned.get(need.name, "0"))] == []


def test_a_notebook_that_takes_too_much_memory_or_time_is_noticed(tmp_path):
    rule = (ROOT / "conftest.py").read_text(encoding="utf-8")
    strict = rule.replace("MEMORY = 1000 ", "MEMORY = 200 ").replace("UNITS = 300\n", "UNITS = 20\n")
    assert strict.count("= 200 ") == strict.count("= 20\n") == 1
    (tmp_path / "conftest.py").write_text(strict, encoding="utf-8")
    seconds = 3 * 20 * runpy.run_path(str(ROOT / "conftest.py"))["unit"]()
    busy = f"import time\nwhile time.process_time() < {seconds}: pass"
    for name, source in (("modest", "1"), ("greedy", "held = bytearray(b'x') * 300_000_000; del held"), ("busy", busy)):
        output = [v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)] if name == "modest" else []
        cell = v4.new_code_cell(source, outputs=output, execution_count=1)
        nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    command = (sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", str(tmp_path))
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert "greedy.ipynb: its kernel held" in said and "busy.ipynb: its kernel computed for" in said
    assert "modest.ipynb: its" not in said
    assert "3 passed, 2 errors" in said


def test_numpy_takes_one_thread_where_the_processors_are_counted_wrong(built, clean_copy):
    assert re.search(r'^ENV R2D_ENTRYPOINT="?\S*/start"?$', built[0], re.MULTILINE)
    command = ["bash", clean_copy / "start", "printenv", "OPENBLAS_NUM_THREADS"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"
