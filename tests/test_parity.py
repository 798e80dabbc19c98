"""nnbook against numbers that PyTorch computed (tests/parity/vectors.npz, made by scripts/make_parity_vectors.py)."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from parity_cases import ACTIVATIONS, DERIVED, FAMILIES, INITIALIZERS, LOSSES, RULES, TOLERANCE, deviation

from nnbook import initializers

VECTORS = Path(__file__).parent / "parity" / "vectors.npz"


@cache
def vectors():
    with np.load(VECTORS, allow_pickle=False) as stored:
        return dict(stored)


def cases(family):
    found = {}
    for key, array in vectors().items():
        if key.startswith(f"{family}/"):
            _, seed, side, name = key.split("/")
            found.setdefault(seed, {}).setdefault(side, {})[name] = array
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_equals_pytorch(family):
    found = cases(family)
    assert found
    for seed, case in found.items():
        answer = FAMILIES[family][1](case["given"])
        assert answer.keys() == case["wanted"].keys()
        for name, wanted in case["wanted"].items():
            assert deviation(answer[name], wanted) <= TOLERANCE.get(name, DERIVED), (family, seed, name)


def test_the_vectors_state_their_versions_and_leave_nothing_out():
    assert "PyTorch 2.13" in str(vectors()["versions"])
    for family, key, names in [
        ("activation", "name", ACTIVATIONS), ("loss", "name", LOSSES), ("trace", "rule", RULES),
    ]:  # fmt: skip
        assert {str(case["given"][key]) for case in cases(family).values()} == set(names)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_draw_from_pytorchs_distributions(name):
    wanted = vectors()[f"initializer/{name}"]
    draw = getattr(initializers, name)
    weights = draw(np.random.default_rng(1), (16, 300, 200))
    answer = np.quantile(weights, np.linspace(0.01, 0.99, 99))
    # The quantiles of two samples of a million differ by about 0.002 standard deviations.
    assert np.abs(answer - wanted).max() < 0.01 * weights.std()
