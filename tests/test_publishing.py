"""Publishing: copies for Colab, links to others, moved pins, and what the workflows may and must do."""

import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import check_links
import colab
import ipywidgets
import nbformat
import pytest
import update
import yaml
from inputs import ROOT
from lock import pins
from notebooks import WIDGET_VIEW, notebook_paths, read
from packaging.requirements import Requirement

from nnbook import sphinx_colab
from nnbook.explorers import drawing, neurons

v4 = nbformat.v4
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
WORKFLOWS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")}


# Colab


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    return colab.write_copies("v1.2.3", tmp_path_factory.mktemp("colab") / "copies")


def test_every_notebook_has_a_copy_at_the_same_place(copies):
    assert [path.parent.name + "/" + path.name for path in copies] == [f"book/{p.name}" for p in notebook_paths()]


def without_targets(cell):
    """A cell in whose text links lead nowhere."""
    text = cell.cell_type == "markdown"
    return cell | {"source": re.sub(r"\]\([^)]*\)", "]()", cell.source) if text else cell.source}


def test_a_copy_installs_first_and_is_otherwise_the_same(copies):
    for copy, path in zip(copies, notebook_paths(), strict=True):
        stored, written = read(path), read(copy)
        nbformat.validate(written)
        assert written.metadata == stored.metadata
        assert list(map(without_targets, written.cells[1:])) == list(map(without_targets, stored.cells))
        assert written.cells[0].cell_type == "code" and written.cells[0].outputs == []


def test_links_between_chapters_lead_to_the_published_pages(built_book, copies):
    texts = [cell.source for copy in copies for cell in read(copy).cells if cell.cell_type == "markdown"]
    links = [link for text in texts for link in re.findall(r"(?<=\]\()[^)]*(?=\))", text) if "." in link]
    ours = [link for link in links if link.startswith(CONFIG["html"]["baseurl"])]
    assert len(ours) > 100 and [link for link in links if not link.startswith("https://")] == []
    pages = {link.removeprefix(CONFIG["html"]["baseurl"]).partition("#")[0] for link in ours}
    assert [page for page in pages if not (built_book / page).is_file()] == []


def test_the_install_cell_names_the_package_at_its_revision_and_leaves_colabs_packages_alone():
    lines = colab.install_cell("v1.2.3").source.splitlines()
    pips = [line for line in lines if line.startswith("%pip install ")]
    assert pips == [line for line in lines if not line.startswith("#")]
    assert any("--no-deps" in line and f"git+{CONFIG['repository']['url']}@v1.2.3" in line for line in pips)
    installed = [word for line in pips for word in line.split() if "==" in word]
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert installed and set(installed) <= set(pins)


def test_what_chapters_import_is_there_after_the_install_cell():
    at_colab = {"numpy", "matplotlib", "IPython", "ipywidgets", "sklearn", "scipy"}
    brought = {"nnbook", "myst_nb"}
    pattern = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)
    used = {
        name
        for path in notebook_paths()
        for cell in read(path).cells
        if cell.cell_type == "code"
        for name in pattern.findall(cell.source)
    }
    assert used - at_colab - brought - set(sys.stdlib_module_names) == set()


def test_no_copy_carries_a_view_of_a_widget_that_is_not_there(copies):
    for copy in copies:
        assert WIDGET_VIEW not in copy.read_text(encoding="utf-8")


def test_explorers_show_themselves_with_the_widgets_that_colab_has(monkeypatch):
    # Colab keeps ipywidgets 7, whose widgets have no bundle of their own to hand on.
    monkeypatch.delenv("NNBOOK_STATIC", raising=False)
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_")
    for shown in (neurons.one_neuron(), drawing.draw_digit()):
        view = shown._repr_mimebundle_()[WIDGET_VIEW]
        assert view["version_major"] == 2 and re.fullmatch("[0-9a-f]{32}", view["model_id"])


def test_copies_of_the_same_revision_are_the_same_bytes(copies, tmp_path):
    again = colab.write_copies("v1.2.3", tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in copies]


def test_the_button_for_colab_opens_the_copy_and_other_buttons_stay():
    class App:
        class config:
            html_theme_options = {"repository_branch": "main"}

    places = {"Colab": "https://colab.example/github/a/b/blob/main/book/1.ipynb", "Binder": "https://h/a/b/main"}
    buttons = [{"text": name, "url": url} for name, url in places.items()]
    context = {"header_buttons": [{"type": "group", "buttons": buttons}, {"type": "javascript"}]}
    sphinx_colab.link_copies(App, "book/1", "page.html", context, None)
    assert [button["url"] for button in buttons] == [
        f"https://colab.example/github/a/b/blob/{sphinx_colab.BRANCH}/book/1.ipynb",
        "https://h/a/b/main",
    ]


def test_chapters_have_a_button_for_colab_that_opens_their_copy(built_book, copies):
    owner_and_name = CONFIG["repository"]["url"].split("/", 3)[3]
    for copy in copies:
        text = (built_book / "book" / f"{copy.stem}.html").read_text(encoding="utf-8")
        place = f"/github/{owner_and_name}/blob/{sphinx_colab.BRANCH}/book/{copy.name}"
        assert f'href="{CONFIG["launch_buttons"]["colab_url"]}{place}"' in text


# Links to others


class Elsewhere(BaseHTTPRequestHandler):
    """A host that answers with the status that its path names, and to HEAD not at all where the path says so."""

    def do_GET(self):
        status = int(self.path.split("/")[1])
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200/moved")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self):
        if self.path.endswith("no-head"):
            self.send_error(405)
        else:
            self.do_GET()

    def log_message(self, format, *args):
        """Say nothing."""


@pytest.fixture
def elsewhere():
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/200/page", "good"),
        ("/200/no-head", "good"),
        ("/302/moves", "good"),
        ("/404/gone", "dead"),
        ("/500/broken", "dead"),
        ("/403/robots", "turned away"),
        ("/429/too-many", "turned away"),
    ],
)
def test_an_address_is_judged_by_its_answer(elsewhere, path, kind):
    assert check_links.verdict(check_links.ask(elsewhere + path)) == kind


def test_a_host_that_is_not_there_is_dead(elsewhere):
    port = int(elsewhere.rpartition(":")[2])
    assert check_links.verdict(check_links.ask("http://no-such-host.invalid/", timeout=5)) == "dead"
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as closed:
        other = closed.server_address[1]
    assert other != port and check_links.verdict(check_links.ask(f"http://127.0.0.1:{other}/")) == "dead"


def test_links_are_collected_once_with_their_pages_and_without_our_own(tmp_path):
    page = '<a href="https://a.example/x#part">x</a> <a href="other.html">o</a> <a href="mailto:a@b">m</a>'
    (tmp_path / "one.html").write_text(page + '<a href="https://ours.example/edit/one">edit</a>')
    (tmp_path / "two.html").write_text(page + '<link href="https://fetched.example/">')
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "other.html").write_text('<a href="https://theirs.example/">t</a>')
    assert check_links.collect(tmp_path, ["https://ours.example/edit/"]) == {
        "https://a.example/x": ["one.html", "two.html"]
    }


def test_the_table_and_the_exit_code_tell_what_is_dead(elsewhere, tmp_path, capsys):
    (tmp_path / "index.html").write_text(f'<a href="{elsewhere}/200/a">a</a><a href="{elsewhere}/404/b">b</a>')
    assert check_links.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"dead         404  {elsewhere}/404/b  (in index.html)" in said and "/200/a" not in said
    (tmp_path / "index.html").write_text(f'<a href="{elsewhere}/200/a">a</a><a href="{elsewhere}/403/b">b</a>')
    assert check_links.main([str(tmp_path)]) == 0


def test_launching_editing_and_reporting_are_not_asked_for():
    skipped = check_links.own_addresses()
    hub = CONFIG["launch_buttons"]["binderhub_url"]
    for address in (f"{hub}/v2/gh/a", f"{CONFIG['repository']['url']}/edit/main/book", CONFIG["html"]["baseurl"]):
        assert address.startswith(skipped)
    assert not CONFIG["repository"]["url"].startswith(skipped)


# Moved pins


def printed(*outputs, tags=()):
    """A notebook of one code cell for each text that it prints."""
    made = [v4.new_output("stream", name="stdout", text=text) for text in outputs]
    cells = [v4.new_code_cell("x", outputs=[output], metadata={"tags": list(tags)}) for output in made]
    return v4.new_notebook(cells=[v4.new_markdown_cell("text"), *cells])


def test_only_cells_that_print_something_else_are_reported():
    found = update.changes(printed("loss 0.25\nsteps 7\n", "same\n"), printed("loss 0.26\nsteps 7\n", "same\n"))
    assert found == [(1, ["- loss 0.25", "+ loss 0.26"])]
    assert update.report("a.ipynb", found)[0] == "a.ipynb: 1 cells print something else"
    assert update.report("a.ipynb", []) == ["a.ipynb: nothing changed"]


def test_values_and_errors_count_as_printed_and_times_of_day_do_not():
    value = v4.new_output("execute_result", {"text/plain": "1.5", "text/html": "<b>1.5</b>"}, execution_count=1)
    error = v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    one, other = (v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[o])]) for o in (value, error))
    assert update.changes(one, other) == [(1, ["- 1.5", "+ ValueError: no"])]
    tags = ("nbval-ignore-output",)
    assert update.changes(printed("3 ms", tags=tags), printed("4 ms", tags=tags)) == []


def test_pip_is_asked_for_every_named_package_within_its_limits():
    wanted = update.wanted()
    assert {re.match(r"[\w.-]+", line)[0] for line in wanted} == {*update.NAMED, *update.LIMITS}
    assert "jupyter-book>=1.0.4.post1,<2" in wanted and "jsonschema<4.25" in wanted and "jupyterlab" in wanted
    assert any(re.fullmatch(r"ipywidgets(<9,>=8.1|>=8.1,<9)", line) for line in wanted)


def test_the_pins_keep_to_the_limits():
    pinned = pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert [need for need in map(Requirement, update.wanted()) if pinned[need.name] not in need.specifier] == []


def test_extras_follow_the_pins_they_share():
    project = 'requires = ["setuptools>=65"]\ndev = ["pytest==9.2.0", "ruff==0.17.5"]\n'
    moved = update.move_extras(project, "# a comment\npytest==10.0.1\nnumpy==3.0.0\n")
    assert moved == 'requires = ["setuptools>=65"]\ndev = ["pytest==10.0.1", "ruff==0.17.5"]\n'


# Workflows


def jobs(name):
    return yaml.safe_load(WORKFLOWS[name])["jobs"]


def commands(job):
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_what_is_published_was_built_from_nothing_and_tested_and_holds_the_pdfs():
    build = jobs("publish")["build"]
    lines = commands(build).splitlines()
    assert lines.index(".ci/run") < lines.index("make pdf")
    assert build["steps"][-1]["with"]["path"] == "_build/html"
    # "Last updated" is the day of the last commit that changed the page.
    assert build["steps"][0]["with"]["fetch-depth"] == 0
    assert jobs("publish")["deploy"]["needs"] == "build"


def test_the_copies_go_to_the_branch_that_the_buttons_open():
    job = jobs("publish")["colab"]
    assert job["needs"] == "deploy"
    assert f"--initial-branch={sphinx_colab.BRANCH}" in commands(job)
    assert re.search(rf"git push --force \S+ {sphinx_colab.BRANCH}$", commands(job), re.MULTILINE)


def test_the_newest_versions_are_tried_every_week_and_a_failure_is_told():
    newest = yaml.safe_load(WORKFLOWS["newest"])
    assert newest[True]["schedule"]  # "on" is a yes to YAML
    assert commands(jobs("newest")["test"]).split() == ["make", "update", "make", "lock", ".ci/run"]
    tell = jobs("newest")["tell"]
    assert (tell["needs"], tell["if"]) == ("test", "failure()")
    assert "gh issue create" in commands(tell)


def test_dead_links_elsewhere_block_nothing():
    assert "make links" in commands(jobs("links")["links"])
    assert not any("links" in text for name, text in WORKFLOWS.items() if name in ("publish", "test"))


def test_a_job_may_write_only_what_it_is_for():
    allowed = {
        ("publish", "deploy"): {"pages": "write", "id-token": "write"},
        ("publish", "colab"): {"contents": "write"},
        ("newest", "tell"): {"issues": "write"},
    }
    found = {
        (name, job): given["permissions"]
        for name in WORKFLOWS
        for job, given in jobs(name).items()
        if "permissions" in given
    }
    assert found == allowed


def test_no_run_step_pastes_what_others_can_write():
    for name in WORKFLOWS:
        for job in jobs(name).values():
            assert "${{" not in commands(job), name


def test_every_verb_that_a_workflow_uses_is_there():
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = {
        verb for name in WORKFLOWS for job in jobs(name).values() for verb in re.findall(r"make (\w+)", commands(job))
    }
    assert used and used <= verbs
