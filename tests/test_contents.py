"""The book's parts belong together: nothing is written and then forgotten, nothing is shown that is not there."""

import ast
import re

import nbformat
import numpy as np
import pytest
from inputs import ROOT
from notebook_rules import code_cells
from pages import documents
from repository import own_files

from nnbook.exercises import CHAPTERS, exercises
from nnbook.explorers.catalog import catalog, modules

NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "book").glob("*.ipynb"))}
# The chapter module of each numbered notebook, in order.
CHAPTER_NOTEBOOKS = dict(zip(CHAPTERS, sorted(name for name in NOTEBOOKS if name[:2].isdigit()), strict=True))
UNREADABLE = {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".npy", ".shelve"}
PICKLERS = re.compile(
    r"\b(?:import|from) +(?:c?[Pp]ickle|joblib|dill|shelve|marshal|cloudpickle)\b|allow_pickle *= *True"
)


def sources(name):
    """The code of a notebook's cells."""
    return [cell.source for _, cell in code_cells(NOTEBOOKS[name])]


def calls(source):
    """(name of the function, its arguments) of every call in a piece of code."""
    for node in ast.walk(ast.parse("\n".join(line for line in source.splitlines() if not line.startswith("%")))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node.args


def makers(module):
    """The functions of a module that return an explorer or a figure and want no arguments."""
    tree = ast.parse(module.__loader__.get_source(module.__name__))
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            if len(function.args.args) > len(function.args.defaults):
                continue  # made of what a chapter has computed, which only the chapter can give
            last = function.body[-1]
            value = last.value if isinstance(last, ast.Return) else None
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") in ("explore", "figure"):
                yield function.name


def test_the_table_of_contents_names_every_document_once():
    written = {f"book/{path.stem}" for kind in ("*.ipynb", "*.md") for path in (ROOT / "book").glob(kind)}
    named = [name for name in documents() if name.startswith("book/")]
    assert sorted(named) == sorted(written)


def test_chapters_stand_in_the_order_of_their_numbers():
    numbered = [name for name in documents() if re.match(r"book/\d\d-", name)]
    assert numbered == sorted(numbered)


def test_a_chapter_is_named_by_a_link_to_it():
    texts = [cell.source for book in NOTEBOOKS.values() for cell in book.cells if cell.cell_type == "markdown"]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md")]
    named = [link for text in texts for link in re.findall(r"\[(?:[Cc]hapters? )?(\d+)\]\(((\d\d)-[^)]*)\)", text)]
    assert len(named) > 20
    assert [(number, target) for number, target, chapter in named if int(number) != int(chapter)] == []
    # Other books have chapters, too: theirs stand behind a citation.
    unlinked = re.compile(r"(?<!\[)(?<!`,\s)\b[Cc]hapters?\s+\d+")
    bare = [found for text in texts for found in unlinked.findall(text)]
    assert bare == [], "name a chapter by a link to it: [chapter 3](03-losses.ipynb)"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_explorer_that_is_written_is_in_the_catalog(module):
    assert sorted(makers(module)) == sorted(make.__name__ for make in module.EXPLORERS)


def test_every_explorer_is_shown():
    shown = {name for book in NOTEBOOKS for cell in sources(book) for name, _ in calls(cell)}
    assert [make.__name__ for make in catalog() if make.__name__ not in shown] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_is_asked_once_and_its_answer_is_checked(chapter):
    cells = sources(CHAPTER_NOTEBOOKS[chapter])
    asked = []
    for source, after in zip(cells, [*cells[1:], ""], strict=True):
        names = [given[0].value for name, given in calls(source) if name == "exercise"]
        asked += names
        for name in names:
            assert "check" in [called for called, _ in calls(source + "\n" + after)], f"nobody checks {name}"
    assert sorted(asked) == sorted(question.id for question in exercises(chapter))


@pytest.mark.parametrize("chapter", CHAPTERS[1:])
def test_a_chapter_has_its_parts(chapter):
    cells = NOTEBOOKS[CHAPTER_NOTEBOOKS[chapter]].cells
    headings = re.findall(r"^#+ (.+)$", "\n".join(c.source for c in cells if c.cell_type == "markdown"), re.MULTILINE)
    assert headings.index("Exercises") < headings.index("In short") < headings.index("Further reading")


def test_nothing_is_stored_that_only_a_pickle_could_read():
    assert [path for path in own_files() if path.suffix in UNREADABLE] == []
    archives = [path for path in own_files() if path.suffix == ".npz"]
    assert archives
    for path in archives:
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[key].size for key in arrays), path


def test_no_code_reads_or_writes_a_pickle():
    # Tests have to name what they look for.
    looked_at = [path for path in own_files() if path.suffix in (".py", ".ipynb") and "tests" not in path.parts]
    assert looked_at
    assert [path for path in looked_at if PICKLERS.search(path.read_text(encoding="utf-8"))] == []
