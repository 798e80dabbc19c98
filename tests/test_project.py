"""The files around the book: pins, addresses, licenses, workflows, and the commands' answers to bad input."""

import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib

import chromium
import nbformat
import pytest
import yaml
from failures import describe_failures
from inputs import ROOT, digest
from notebooks import normal_form, write
from repository import own_texts
from serve import has_screen, make_server

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read(name):
    """Return the text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def run(*command, cwd=ROOT, **environment):
    """Run a command; return its result with text output."""
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300
    )


def test_requirements_are_exact():
    lines = [
        line for line in read("requirements.txt").splitlines() if line.strip() and not line.startswith("#")
    ]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []
    named = {line.split("==")[0] for line in lines}
    assert named >= {"jupyter-book", "numpy", "matplotlib", "ipywidgets", "nbval"}
    assert len(named) == len(lines)


def test_requirements_hold_all_that_is_needed_at_the_versions_installed():
    # Older Pythons need a package or two more than newer ones, so the file may name more than is needed here.
    needed = run(sys.executable, "scripts/pins.py").stdout.splitlines()
    assert len(needed) > 100
    assert [line for line in needed if line not in read("requirements.txt").splitlines()] == []


def test_extras_are_exact():
    for extra, lines in PROJECT["project"]["optional-dependencies"].items():
        assert [line for line in lines if not re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", line)] == [], (
            extra
        )


def test_addresses_stand_in_one_place():
    addresses = [CONFIG["repository"]["url"], CONFIG["html"]["baseurl"].rstrip("/")]
    holders = {
        path.relative_to(ROOT).as_posix()
        for path in own_texts()
        if any(address in path.read_text(encoding="utf-8") for address in addresses)
    }
    assert holders == {"_config.yml"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.stem
)
def test_workflows_are_pinned_and_ask_for_little(path):
    text = path.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (\S+)(.*)", text)
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r"\s+# v\d+\.\d+\.\d+", comment), action
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}


def test_licenses_are_said_plainly():
    text = read("LICENSE")
    assert "BSD 3-Clause License" in text and "Redistribution and use in source and binary forms" in text
    assert "CC BY 4.0" in text and "https://creativecommons.org/licenses/by/4.0/" in text


def test_citation_has_what_the_format_demands():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license", "version", "date-released"} <= set(citation)
    from nnbook import __version__

    assert citation["version"] == __version__
    assert f"## [{__version__}]" in read("CHANGELOG.md")


def test_every_verb_of_the_makefile_is_listed():
    listed = run("make", "help").stdout
    for verb in re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE):
        assert f"make {verb} " in listed


def test_make_without_a_new_enough_python_says_so(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = run("make", "build", f"PYTHON={old}", cwd=tmp_path)
    assert result.returncode != 0
    assert "needs Python 3.11 or newer" in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_serving_on_a_taken_port_says_so(built_book):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run(sys.executable, "scripts/serve.py", "--port", str(port))
    assert result.returncode == 1
    assert result.stderr.startswith(f"serve: port {port} cannot be used") and "Traceback" not in result.stderr


def test_the_server_listens_on_this_machine_only(tmp_path):
    with make_server(tmp_path) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_the_server_is_silent_about_readers_who_leave_but_not_about_faults(tmp_path, capsys):
    with make_server(tmp_path) as server:
        for error in (BrokenPipeError("gone"), ConnectionResetError("gone"), ValueError("a fault")):
            try:
                raise error
            except (OSError, ValueError):
                server.handle_error(None, ("127.0.0.1", 1))
    said = capsys.readouterr().err
    assert "ValueError: a fault" in said and "gone" not in said


def test_ctrl_c_stops_make_serve_cleanly(built_book):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["CI"] = "true"
        os.chdir(ROOT)
        # Whoever runs the tests in the background may have had Ctrl-C ignored, which processes inherit.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvp("make", ["make", "serve"])
    said = ""
    while "Stopped." not in said:
        said += os.read(terminal, 1000).decode()
        if "Ctrl-C stops" in said and "^C" not in said:
            os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert re.search(r"The book is at http://127\.0\.0\.1:\d+/ ", said)
    assert "Traceback" not in said and "***" not in said


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"CI": "true", "DISPLAY": ":0"}, "linux", False),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({"CI": "1"}, "darwin", False),
    ],
)
def test_a_browser_opens_only_where_there_is_a_screen(environ, platform, expected):
    assert has_screen(environ, platform) is expected


def test_no_browser_is_a_sentence_and_a_failure(tmp_path):
    result = run(sys.executable, "scripts/chromium.py", CHROMIUM=str(tmp_path / "none"))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and "no Chromium found" in result.stderr


@pytest.mark.parametrize(("there_after", "tried"), [("system", ["system"]), ("own", ["system", "own"])])
def test_a_missing_browser_comes_from_the_system_or_else_from_playwright(monkeypatch, there_after, tried):
    done = []
    monkeypatch.setattr(chromium, "find_chromium", lambda: "/browser" if there_after in done else None)
    monkeypatch.setattr(chromium, "install_system_package", lambda: done.append("system") or True)
    monkeypatch.setattr(chromium, "install_playwrights_own", lambda: done.append("own") or True)
    assert chromium.get(install=True) == "/browser"
    assert done == tried


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_of_the_systems_packages_the_lightest_that_is_there_is_installed(monkeypatch, refused):
    asked, names = [], ["chromium-headless-shell", "chromium"]
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}")

    def answer(command):
        asked.append(command[-1])
        return command[-1] not in names[:refused]

    monkeypatch.setattr(chromium, "run", answer)
    assert chromium.install_system_package() is (refused < 2)
    assert asked == ["-qq", *names[: refused + 1]]  # the list of packages, and then one after the other


def test_the_readme_opens_with_a_picture_that_is_there():
    title, picture = read("README.md").split("\n\n")[:2]
    assert title.startswith("# ")
    alt, path = re.fullmatch(r"!\[(.{30,})\]\((\S+)\)", picture).groups()
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG") and alt


def test_any_change_of_the_inputs_changes_their_hash(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.md").write_text("a")
    before = digest(["book"], tmp_path)
    (tmp_path / "book" / "a.md").rename(tmp_path / "book" / "b.md")
    renamed = digest(["book"], tmp_path)
    (tmp_path / "book" / "b.md").write_text("b")
    assert len({before, renamed, digest(["book"], tmp_path)}) == 3


@pytest.fixture
def small_book(tmp_path):
    """Make a book of one page and one notebook, whose second cell the test writes; return a builder."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "nnbook" / "static").mkdir(parents=True)
    shutil.copy(ROOT / "nnbook" / "static" / "favicon.svg", tmp_path / "nnbook" / "static")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.md").write_text("# A book\n")
    (tmp_path / "book" / "references.bib").touch()
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n  - file: book/broken\n"
    )

    def build(source, *options, **environ):
        v4 = nbformat.v4
        cells = [v4.new_markdown_cell("# Chapter"), v4.new_code_cell("x = 1"), v4.new_code_cell(source)]
        write(normal_form(v4.new_notebook(cells=cells)), tmp_path / "book" / "broken.ipynb")
        return run(sys.executable, "scripts/build.py", *options, cwd=tmp_path, **environ)

    return build


def test_a_failing_notebook_stops_the_build_and_is_named(small_book):
    result = small_book("answer = x\nanswer / 0")
    assert result.returncode == 1
    block = result.stderr[result.stderr.index("The build failed: a notebook raised an error.") :]
    assert "notebook  book/broken.ipynb" in block
    assert "cell      code cell 2: answer = x" in block
    assert "error     ZeroDivisionError: division by zero" in block


def test_a_warning_stops_the_build_and_is_never_taken_for_a_good_one(small_book):
    broken = "from IPython.display import Markdown\nMarkdown('{ref}`nowhere`')"
    assert small_book(broken).returncode == 1
    assert small_book(broken).returncode == 1
    assert small_book("x").returncode == 0


def test_a_check_leaves_nothing_behind_that_another_could_take_for_its_own(small_book, tmp_path):
    (tmp_path / "temporary").mkdir()
    assert small_book("x", "--check", TMPDIR=str(tmp_path / "temporary")).returncode == 0
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_failure_without_a_failing_notebook_points_to_the_warnings(tmp_path):
    assert "printed above" in describe_failures(tmp_path, ROOT)
