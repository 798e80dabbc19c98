"""The launched book: an environment from requirements.txt alone, JupyterLab in it, the chapters in a real Chromium.

The environment is made once for all tests of this file, because `.venv` also holds what only developers install and so
would hide a missing pin.
"""

import json
import re
import shutil
import subprocess
import venv
from urllib.parse import parse_qs, urlsplit

import pytest
from environments import TOKEN, copy_tracked, jupyterlab, make_environment, pins, run_pip
from inputs import ROOT
from notebooks import notebook_paths, read

import nnbook

CHAPTERS = [path.stem for path in notebook_paths()]
PANEL = "const panel = window.jupyterapp?.shell?.currentWidget;"
CELLS = "[...panel.context.model.cells].filter(cell => cell.type === 'code' && cell.sharedModel.source.trim())"
READY = (
    f"() => {{ {PANEL} return panel?.context?.isReady && panel.sessionContext?.session?.kernel?.status === 'idle' }}"
)
CLEARED = f"() => {{ {PANEL} return {CELLS}.every(cell => cell.executionCount === null) }}"
RUN = (
    f"() => {{ {PANEL} return panel.sessionContext.session.kernel.status === 'idle' && "
    f"{CELLS}.every(cell => cell.executionCount !== null && cell.executionState !== 'running') }}"
)
OUTPUTS = f"() => {{ {PANEL} return {CELLS}.flatMap(cell => cell.outputs.toJSON()) }}"
SHOW = f"i => {{ {PANEL} panel.content.activeCellIndex = i; return panel.content.scrollToItem(i) }}"
# The widgets put new nodes in the place of old ones.
DIFFERS = "([place, part, before]) => place.querySelector(part).innerHTML !== before"
# A chapter, one of its exercises, an answer and what it is told: first a wrong one, then the right one.
ANSWERS = {
    "01-neurons": (
        "neurons.count-parameters",
        (("answer = 12_960", "each neuron has one more parameter"), ("answer = 13_002", "Correct.")),
    ),
    "11-when-to-use-a-network": (
        "when.operations-for-an-answer",
        (
            ("answer = 7840, 101_632, 8000", "over how many numbers?"),
            ("answer = 7840, 101_632, 6_272_000", "Correct."),
        ),
    ),
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Make the reader's environment, and remove it at the end: it weighs as much as all the rest."""
    folder = tmp_path_factory.mktemp("reader")
    repository = folder / "repository"
    repository.mkdir()
    yield make_environment(folder / "environment", copy_tracked(repository))
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def lab(environment, tmp_path_factory):
    """Serve a copy of the book's notebooks; give the address."""
    root, home = tmp_path_factory.mktemp("book-root"), tmp_path_factory.mktemp("home")
    (root / "book").mkdir()
    for path in notebook_paths():
        shutil.copy(path, root / "book")
    with jupyterlab(environment, root, home) as url:
        yield url


@pytest.fixture
def tab(browser):
    """A page that reaches nothing but this machine; JupyterLab itself must not try, either."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    outside = []

    def decide(route):
        url = urlsplit(route.request.url)
        if url.scheme in ("data", "blob") or url.hostname == "127.0.0.1":
            return route.continue_()
        outside.append(route.request.url)
        return route.abort()

    context.route("**/*", decide)
    page = context.new_page()
    yield page
    if page.url.startswith("http"):
        page.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
    context.close()
    assert outside == []


def launch_path(built_book, chapter):
    """Return where a chapter's launch button leads, as Binder's address names it: `lab/tree/book/….ipynb`."""
    text = (built_book / "book" / f"{chapter}.html").read_text(encoding="utf-8")
    (link,) = set(re.findall(r'href="([^"]+\burlpath=[^"]+)"', text))
    return parse_qs(urlsplit(link.replace("&amp;", "&")).query)["urlpath"][0]


def open_path(tab, lab, path):
    """Open a path as a launch does, without the tabs that another test has left, and wait for the kernel."""
    tab.goto(f"{lab}/{path}?token={TOKEN}&reset")
    tab.wait_for_function(READY)


def menu(tab, name, entry):
    """Choose an entry of one of JupyterLab's menus."""
    tab.get_by_role("menuitem", name=name, exact=True).click()
    tab.get_by_role("menuitem", name=entry, exact=True).click()


def run_all(tab):
    """Clear what was stored, run every cell, and return all outputs."""
    menu(tab, "Edit", "Clear Outputs of All Cells")
    tab.wait_for_function(CLEARED)
    menu(tab, "Run", "Run All Cells")
    tab.wait_for_function(RUN, timeout=300_000)
    return tab.evaluate(OUTPUTS)


def test_the_package_arrives_with_all_its_files(environment):
    listed = subprocess.run(["git", "ls-files", "nnbook"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    place = "import nnbook, pathlib; print(pathlib.Path(nnbook.__file__).parent.parent)"
    found = subprocess.run([environment / "python", "-c", place], cwd="/", capture_output=True, text=True, check=True)
    site = environment.parent.joinpath(found.stdout.strip())
    assert site.is_relative_to(environment.parent)
    assert [name for name in listed.split() if (ROOT / name).exists() and not (site / name).exists()] == []


def test_the_pins_and_the_package_need_nothing_that_is_not_there(environment):
    listed = run_pip(environment.parent, "list", "--format=json").stdout
    installed = {re.sub(r"[-_.]+", "-", package["name"].lower()): package["version"] for package in json.loads(listed)}
    assert installed == pins(ROOT) | {"nnbook": nnbook.__version__}
    checked = run_pip(environment.parent, "check")
    assert checked.returncode == 0, checked.stdout


def test_a_pin_that_is_missing_is_noticed(environment, tmp_path):
    venv.create(tmp_path, with_pip=False)
    theirs, site = (next(folder.glob("lib/python*/site-packages")) for folder in (environment.parent, tmp_path))
    for package in (*theirs.glob("traitlets-*"), *theirs.glob("ipywidgets-*")):
        shutil.copytree(package, site / package.name)
    checked = run_pip(tmp_path, "check")
    assert checked.returncode == 1
    assert re.search(r"^ipywidgets \S+ requires ipython, which is not installed", checked.stdout, re.MULTILINE)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_launch_path_names_the_chapter(built_book, chapter):
    assert launch_path(built_book, chapter) == f"lab/tree/book/{chapter}.ipynb"
    assert (ROOT / "book" / f"{chapter}.ipynb").is_file()


@pytest.mark.parametrize("chapter", [CHAPTERS[0], CHAPTERS[-1]])
def test_the_launch_path_opens_the_chapter(built_book, lab, tab, chapter):
    open_path(tab, lab, launch_path(built_book, chapter))
    title = read(ROOT / "book" / f"{chapter}.ipynb").cells[0].source.splitlines()[0].removeprefix("# ")
    # JupyterLab sets typographic apostrophes.
    tab.locator(".jp-Notebook h1", has_text=title.replace("'", "’")).wait_for()


@pytest.mark.parametrize("chapter", ANSWERS)
def test_a_chapter_runs_its_explorers_move_and_its_exercises_answer(lab, tab, chapter):
    open_path(tab, lab, f"lab/tree/book/{chapter}.ipynb")
    outputs = run_all(tab)
    assert len(outputs) > 20
    bad = [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
    assert bad == []
    move_a_slider(tab)
    identity, tries = ANSWERS[chapter]
    for source, mark in tries:
        assert mark in answer(tab, chapter, identity, source)


def move_a_slider(tab):
    """Move the first slider of the first explorer by keyboard; its figure and its readout follow."""
    explorer = tab.locator(".jp-OutputArea-output:has(figure.explorer):has(.noUi-handle)").first
    explorer.scroll_into_view_if_needed()
    parts = ("figure.explorer svg", "p.readout", ".widget-readout")
    before = [explorer.locator(part).first.inner_html() for part in parts]
    explorer.locator(".noUi-handle").first.press("Home")
    for part, old in zip(parts, before, strict=True):
        tab.wait_for_function(DIFFERS, arg=[explorer.element_handle(), part, old])


def answer(tab, chapter, identity, source):
    """Type an answer into an exercise's cell, run it, and return what is said to it."""
    cells = read(ROOT / "book" / f"{chapter}.ipynb").cells
    asked = next(i for i, cell in enumerate(cells) if f'exercise("{identity}")' in cell.source)
    name = cells[asked].source.partition(" =")[0]
    tab.evaluate(SHOW, asked + 1)
    cell = tab.locator(".jp-Notebook-cell.jp-mod-active")
    cell.locator(".cm-content").click()
    tab.keyboard.press("ControlOrMeta+A")
    tab.keyboard.insert_text(f"{source}\n{name}.check(answer)")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_function(RUN)
    return cell.locator(".jp-OutputArea").inner_text()
