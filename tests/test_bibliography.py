"""The bibliography: every entry is cited, agrees with itself, and is what was compared with its source."""

import re

import pytest
from bibliography import BIBLIOGRAPHY, complaints, digest, entries
from inputs import ROOT
from notebooks import read

ENTRIES = entries(BIBLIOGRAPHY.read_text(encoding="utf-8"))
REVIEWED = ROOT / "tests" / "bibliography.txt"
GOOD = {
    "type": "article",
    "author": "Dem{\\v{s}}ar, Janez and Other, A.",
    "title": "Comparisons",
    "journal": "A Journal",
    "volume": "7",
    "pages": "1--30",
    "year": "2006",
}


def cited():
    """The keys that the book and what the package shows in it cite."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "nnbook").rglob("*.py")]
    texts += [c.source for p in (ROOT / "book").glob("*.ipynb") for c in read(p).cells if c.cell_type == "markdown"]
    groups = [group for text in texts for group in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)]
    return {key.strip() for group in groups for key in group.split(",")}


def test_every_entry_is_cited_and_every_citation_has_an_entry():
    assert cited() == set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_agrees_with_itself(key):
    assert complaints(key, ENTRIES[key]) == []


def test_no_two_entries_are_the_same_work():
    for name in ("doi", "title"):
        values = [entry[name].lower() for entry in ENTRIES.values() if name in entry]
        assert sorted(values) == sorted(set(values))


def test_every_entry_is_what_was_compared_with_its_source():
    reviewed = dict(line.split() for line in REVIEWED.read_text(encoding="utf-8").splitlines())
    now = {key: digest(entry) for key, entry in ENTRIES.items()}
    changed = sorted(key for key in reviewed.keys() | now.keys() if reviewed.get(key) != now.get(key))
    assert changed == [], (
        f"compare {', '.join(changed)} with the work itself, field by field; then put what "
        f"`python tests/bibliography.py {' '.join(key for key in changed if key in now)}` prints into {REVIEWED.name}"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"author": "Demsar"[::-1]},
        {"year": "2007"},
        {"pages": "30--1"},
        {"doi": "http://example.org"},
        {"note": "arXiv:0913.0001"},
        {"note": "arXiv:1206.0001"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_wrong_entry_is_noticed(changed):
    assert complaints("demsar2006", GOOD) == []
    assert complaints("demsar2006", GOOD | changed)
    assert digest(GOOD | changed) != digest(GOOD)


def test_a_missing_field_is_noticed():
    for name in ("title", "journal", "pages"):
        assert complaints("demsar2006", {field: value for field, value in GOOD.items() if field != name})
