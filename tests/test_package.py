"""The package as a whole: its names, its command, and the parts that a notebook prints."""

import runpy
import sys
from dataclasses import replace

import numpy as np
import pytest
from inputs import ROOT
from signatures import signatures

import nnbook
from nnbook import faults, penalized
from nnbook.activation_table import ActivationTable
from nnbook.activations import relu
from nnbook.optimizers import Adam
from nnbook.scheme_table import SchemeTable
from nnbook.source import source


def test_the_package_lists_the_names_that_it_gives():
    assert nnbook.__all__ == sorted(nnbook.__all__)
    assert {"relu", "Adam", "train", "digits"} <= set(nnbook.__all__) <= set(dir(nnbook))
    assert all(getattr(nnbook, name) is not None for name in nnbook.__all__)
    assert nnbook.relu is relu
    with pytest.raises(AttributeError, match="module 'nnbook' has no name 'rely'"):
        nnbook.__getattr__("rely")


def test_python_m_nnbook_is_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["nnbook", "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("nnbook", run_name="__main__")
    assert end.value.code in (0, None) and "grade" in capsys.readouterr().out
    assert "main" in runpy.run_module("nnbook", run_name="imported")


def test_source_is_the_librarys_own_text():
    shown = source(Adam._update)
    assert repr(shown).startswith("def _update(self, grad, state, theta")
    assert "m_hat = m / (1 - self.beta1**t)" in repr(shown)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"


@pytest.mark.parametrize("table", [ActivationTable(), SchemeTable()], ids=["activations", "schemes"])
def test_a_table_says_the_same_as_text_and_as_markdown(table):
    rows, lines, cells = table.rows(), repr(table).splitlines(), table._repr_markdown_()
    assert len(rows) > 3
    for row, line in zip(rows, lines, strict=True):
        assert row[0] in line and f"| `{row[0]}` |" in cells
        assert row[1] in line and row[1] in cells


def test_a_lasso_that_runs_out_of_sweeps_hands_back_what_it_has(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 4)) @ rng.standard_normal((4, 4))
    y = rng.standard_normal(20)

    def loss(w):
        return np.mean((X @ w - y) ** 2) + 0.1 * np.abs(w).sum()

    best = penalized.lasso(X, y, 0.1)
    monkeypatch.setattr(penalized, "MOST_SWEEPS", 1)
    first = penalized.lasso(X, y, 0.1)
    assert loss(best) < loss(first) < loss(np.zeros(4))


def test_a_case_that_diverges_ends_with_an_infinite_loss():
    found = faults.course(replace(faults.healthy(100), learning_rate=1e200, sign=-1))
    assert found.loss[-1] == np.inf and np.isfinite(found.loss[0])


def test_public_names_are_called_as_they_were():
    reviewed = (ROOT / "tests" / "references" / "signatures.txt").read_text(encoding="utf-8").splitlines()
    changed = sorted(set(reviewed) ^ set(signatures()))
    assert changed == [], "readers' code depends on these; if it is meant, see scripts/signatures.py and CHANGELOG.md"
