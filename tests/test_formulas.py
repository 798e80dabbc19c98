"""The formulas within sentences are those that were read and found right; displayed ones have tests of their own."""

from collections import Counter

import pytest
from formulas import ROOT, formulas, listed

REVIEWED = ROOT / "tests" / "formulas.txt"


def test_the_formulas_within_sentences_are_those_that_were_reviewed():
    reviewed = Counter(REVIEWED.read_text(encoding="utf-8").splitlines())
    now = Counter(listed())
    changed = [f"+ {line}" for line in now - reviewed] + [f"- {line}" for line in reviewed - now]
    assert changed == [], "derive each anew; then put what `python tests/formulas.py` prints into tests/formulas.txt"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("below $η < 2/h$ and $η$", ["η < 2/h"]),
        ("twice $1 - p$, $1 - p$", ["1 - p"]),
        ("a label $y \\in\n  \\{0, 1\\}$", [r"y \in \{0, 1\}"]),
        ("$$\na = b\n$$\n\nthat is $a = b$", ["a = b"]),
        ("`$HOME/a=b$` and\n```python\nx = '$a = b$'\n```", []),
        ("```{note}\nHere $a = b$.\n```", ["a = b"]),
        ("it costs \\$5 + \\$6", []),
    ],
)
def test_a_formula_within_a_sentence_is_found(text, found):
    assert formulas(text) == found


def test_every_kind_of_text_is_looked_at():
    places = {line.partition(":")[0] for line in listed()}
    assert {"04-backpropagation", "notation", "exercises/losses"} <= places
