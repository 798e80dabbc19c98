"""The package as a whole: its names, its command, and the parts that a notebook prints."""

import inspect
import math
import re
import runpy
import sys
import types
from dataclasses import replace

import numpy as np
import pytest
from inputs import ROOT
from signatures import signatures

import nnbook
from nnbook import activations, faults, landscapes, penalized
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
    assert "v_hat = v / (1 - self.beta2**t)" in repr(shown)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"


@pytest.mark.parametrize("table", [ActivationTable(), SchemeTable()], ids=["activations", "schemes"])
def test_a_table_says_the_same_as_text_and_as_markdown(table):
    rows, lines, cells = table.rows(), repr(table).splitlines(), table._repr_markdown_()
    assert len(rows) > 3
    for row, line in zip(rows, lines, strict=True):
        assert row[0] in line and f"| `{row[0]}` |" in cells
        assert row[1] in line and row[1] in cells


def test_a_lasso_that_does_not_come_to_rest_says_so(monkeypatch):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 4)) @ rng.standard_normal((4, 4)), rng.standard_normal(20)
    w = penalized.lasso(X, y, 0.1)
    monkeypatch.setattr(penalized, "MOST_SWEEPS", 1)
    with pytest.raises(RuntimeError, match=r"lasso: .* within 1 sweeps, got one that still moves by .* tolerance"):
        penalized.lasso(X, y, 0.1)
    np.testing.assert_allclose(penalized.lasso(X, y, 0.1, start=w), w, atol=1e-9)


# What the comments over the ready-made ones say; the test sees that they say it.
READY_MADE = {
    "identity": ("φ(x) = x,", lambda x: x),
    "step": ("φ(x) = 1 if x ≥ 0, else 0", lambda x: np.where(x >= 0, 1, 0)),
    "sigmoid": ("φ(x) = 1/(1 + e⁻ˣ)", lambda x: 1 / (1 + np.exp(-x))),
    "tanh": ("φ(x) = tanh x", np.tanh),
    "relu": ("φ(x) = max(0, x)", lambda x: np.maximum(0, x)),
    "leaky_relu": ("φ(x) = x if x > 0, else 0.01 x", lambda x: np.where(x > 0, x, 0.01 * x)),
    "softplus": ("φ(x) = log(1 + eˣ)", lambda x: np.log(1 + np.exp(x))),
    "gelu": ("φ(x) ≈ x Φ(x)", lambda x: x * (1 + np.vectorize(math.erf)(x / np.sqrt(2))) / 2),
    "silu": ("φ(x) = x σ(x)", lambda x: x / (1 + np.exp(-x))),
    "bowl": ("f(x, y) = x² + y²", lambda x, y: x**2 + y**2),
    "parabola": ("f(θ) = θ²", lambda x: x**2),
    "ravine": ("f(θ) = ½ (θ₁² + 20 θ₂²)", lambda x, y: (x**2 + 20 * y**2) / 2),
    "banana": ("f(x, y) = (1 − x)² + 100 (y − x²)²", lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2),
    "saddle": ("f(x, y) = ½ (x² − y²) + ¼ y⁴", lambda x, y: (x**2 - y**2) / 2 + y**4 / 4),
    "double_well": ("f(θ) = ¼ (θ² − 1)² + ⅒ θ", lambda x: (x**2 - 1) ** 2 / 4 + x / 10),
    "basins": (
        "f(θ) = ½ Σ (θᵢ⁴ − 16 θᵢ² + 5 θᵢ)",
        lambda x, y: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
    ),
}


@pytest.mark.parametrize("module", [activations, landscapes])
def test_what_is_ready_made_is_what_its_comment_says(module):
    ready = [name for name in module.__all__ if not isinstance(getattr(module, name), (type, types.FunctionType))]
    assert set(ready) <= set(READY_MADE)
    for name in ready:
        formula, f = READY_MADE[name]
        comment = re.search(rf"^#: (.*)\n{name} = ", inspect.getsource(module), re.MULTILINE)
        assert comment and formula in comment[1], name
        thing = getattr(module, name)
        x = np.random.default_rng(0).uniform(-3, 3, (50, getattr(thing, "dimensions", 1)))
        wanted = f(*x.T) if module is landscapes else f(x)
        np.testing.assert_allclose(thing(x), wanted, rtol=1e-12, atol=1e-3 if name == "gelu" else 1e-12)


def test_a_case_that_diverges_ends_with_an_infinite_loss():
    found = faults.course(replace(faults.healthy(100), learning_rate=1e200, sign=-1))
    assert found.loss[-1] == np.inf and np.isfinite(found.loss[0])


def test_public_names_are_called_as_they_were():
    reviewed = (ROOT / "tests" / "references" / "signatures.txt").read_text(encoding="utf-8").splitlines()
    changed = sorted(set(reviewed) ^ set(signatures()))
    assert changed == [], "readers' code depends on these; if it is meant, see scripts/signatures.py and CHANGELOG.md"
