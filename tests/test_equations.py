"""Every displayed equation is held by code: its LaTeX as registered, and its numbers as nnbook computes them."""

import importlib

import pytest
from equations.docstrings import FORMULA, INLINE, MODULES, SAID
from equations.registry import OTHER_DISPLAYS, REGISTERED, SEEDS, Entry, complaints, displayed, normal
from inputs import ROOT
from notebooks import read

for path in sorted((ROOT / "tests" / "equations").glob("*.py")):
    importlib.import_module(f"equations.{path.stem}")

CHECKED = [label for label, entry in REGISTERED.items() if entry.check]


def texts(path):
    """The Markdown of a page of the book."""
    if path.suffix == ".md":
        return [path.read_text(encoding="utf-8")]
    return [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]


PAGES = {path.name: texts(path) for path in sorted((ROOT / "book").glob("*.*")) if path.suffix in (".md", ".ipynb")}
DISPLAYED = [(page, label, latex) for page, pieces in PAGES.items() for label, latex in displayed(pieces)]


def test_every_display_is_found_and_has_a_label():
    assert [(page, latex) for page, label, latex in DISPLAYED if label is None] == []
    assert [page for page, pieces in PAGES.items() for text in pieces if OTHER_DISPLAYS.search(text)] == []
    assert [page for page, pieces in PAGES.items() for text in pieces if text.count("$$") % 2] == []


def test_a_label_is_given_once():
    labels = [label for _, label, _ in DISPLAYED]
    assert sorted(labels) == sorted(set(labels))


def test_the_book_displays_what_is_registered_and_nothing_else():
    assert {label for _, label, _ in DISPLAYED} == set(REGISTERED)


@pytest.mark.parametrize(("page", "label", "latex"), DISPLAYED, ids=[str(label) for _, label, _ in DISPLAYED])
def test_an_equation_is_displayed_as_it_is_registered(page, label, latex):
    assert latex == REGISTERED[label].latex, (
        f"{page}: {label} was changed; transcribe it anew in tests/equations and register its LaTeX"
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("label", CHECKED)
def test_the_code_computes_what_the_equation_says(label, seed):
    assert complaints(label, REGISTERED[label], seed) == []


def test_an_equation_without_a_check_has_a_reason():
    assert [label for label, e in REGISTERED.items() if not e.check and len(e.reason.split()) < 8] == []


@pytest.mark.parametrize("name", SAID)
def test_a_docstring_says_what_the_code_computes(name):
    thing, formulas, check = SAID[name]
    told = normal(thing.__doc__)
    changed = [formula for formula in formulas if formula not in told]
    assert changed == [], "transcribe the new formula in tests/equations"
    assert [found for seed in SEEDS for found in complaints(name, Entry("", check), seed)] == []


def test_every_formula_in_a_public_docstring_is_held():
    public = [getattr(module, name) for module in MODULES for name in module.__all__]
    stated = {
        f"{thing.__module__}.{thing.__name__}"
        for thing in public
        if hasattr(thing, "__name__") and FORMULA.search(thing.__doc__ or "")
    }
    assert stated - set(SAID) == set()


@pytest.mark.parametrize(("chapter", "latex"), INLINE)
def test_a_formula_within_a_sentence_is_held(chapter, latex):
    assert any(latex in text for text in PAGES[f"{chapter}.ipynb"])
    assert [found for seed in SEEDS for found in complaints(latex, Entry("", INLINE[chapter, latex]), seed)] == []
