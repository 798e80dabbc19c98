"""What chapter 2 stands on: networks built by hand, the table made of docstrings, and the claims of its explorers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import activations
from nnbook.activation_table import SHOWN, ActivationTable, facts, measured_range
from nnbook.datasets import gate
from nnbook.explorers import activations as chapter
from nnbook.hinges import fold_points, folds, hinges


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=12, unique=True), st.integers(0, 2**32 - 1))
def test_hinges_pass_through_their_points_and_are_straight_between(knots, seed):
    t, y = np.sort(knots) / 10, np.random.default_rng(seed).normal(size=len(knots))
    net, x = hinges(t, y), np.linspace(t[0], t[-1], 101)
    np.testing.assert_allclose(net(x[:, None])[:, 0], np.interp(x, t, y), atol=1e-8)
    assert net.layers[0].fan_out == len(t) - 1


def test_hinges_go_straight_on_outside():
    net = hinges([0.0, 1.0, 2.0], [1.0, 3.0, 2.0])
    np.testing.assert_allclose(net(np.array([[-5.0], [0.0], [4.0]]))[:, 0], [1.0, 1.0, 0.0], atol=1e-12)


@pytest.mark.parametrize("knots", [[0.0], [0.0, 0.0], [1.0, 0.0], [[0.0, 1.0]]])
def test_hinges_want_rising_knots(knots):
    with pytest.raises(ValueError, match="hinges: expected at least two rising knots"):
        hinges(knots, knots)


@pytest.mark.parametrize("depth", [1, 2, 5])
@pytest.mark.parametrize("crease", [0.2, 0.5, 0.7])
def test_folds_have_two_to_the_depth_pieces(depth, crease):
    net, (x, y) = folds(depth, crease), fold_points(depth, crease)
    assert len(x) == 2**depth + 1
    np.testing.assert_allclose(net(x[:, None])[:, 0], y, atol=1e-9)
    middle = (x[1:] + x[:-1]) / 2
    np.testing.assert_allclose(net(middle[:, None])[:, 0], 0.5, atol=1e-9)


def test_a_fold_wants_a_crease_inside():
    with pytest.raises(ValueError, match="folds: expected crease"):
        folds(2, 1.0)


def test_ranges_are_measured():
    shown = activations.step, activations.sigmoid, activations.relu, activations.identity
    assert [measured_range(phi) for phi in shown] == ["{0, 1}", "(0, 1)", "[0, ∞)", "(−∞, ∞)"]
    assert measured_range(np.cos) == "[−1, 1]"
    assert measured_range(activations.sigmoid.derivative) == "(0, 0.25]"
    assert measured_range(activations.silu)[:6] == "[−0.28"


SPELLED = (
    ("−", "-"), ("e⁻ˣ", "exp(-x)"), ("eˣ", "exp(x)"), ("tanh²(x)", "tanh(x)**2"), ("tanh² u", "tanh(u)**2"),
    ("tanh u", "tanh(u)"), ("½", "0.5"), ("√(2/π)", "sqrt(2/pi)"), ("x³", "x**3"), ("σ′", "σ.derivative"),
    ("αx", "α * x"), (" u′", " * u_slope"), ("0.5 x", "0.5 * x"), ("0.5 (", "0.5 * ("), ("x (", "x * ("),
    ("x σ", "x * σ"), (") (", ") * ("), ("0.044715 x", "0.044715 * x"),
)  # fmt: skip


def computed(formula, x):
    """The right-hand side of a formula of a docstring, as numbers."""
    text = formula.split(" = ", 1)[1]
    inner = None
    if " with u = " in text:
        text, inner = text.split(" with u = ")
    for written, python in SPELLED:
        text, inner = text.replace(written, python), inner and inner.replace(written, python)
    if " if " in text:
        yes, rest = text.split(" if ")
        test, no = rest.split(", else ")
        text = f"where({test.replace('≥', '>=')}, {yes}, {no})"
    names = {name: getattr(np, name) for name in ("exp", "tanh", "log", "sqrt", "pi", "where")}
    names |= {"max": np.maximum, "σ": activations.sigmoid, "α": activations.leaky_relu.slope, "x": x}
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    names |= {"u": eval(inner, names) if inner else u, "u_slope": np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)}
    return eval(text, names)


@pytest.mark.parametrize("phi", SHOWN, ids=lambda phi: phi.name)
def test_formulas_in_the_docstrings_are_those_of_the_code(phi):
    x, told = np.linspace(-3, 3, 14), facts(phi)
    np.testing.assert_allclose(computed(told["formula"], x) + 0 * x, phi(x), atol=1e-12)
    np.testing.assert_allclose(computed(told["derivative"], x) + 0 * x, phi.derivative(x), atol=1e-12)


def test_the_derivative_of_softmax_in_its_docstring_is_its_jacobian():
    z, t, step = np.array([0.3, -1.0, 2.0]), 0.7, 1e-6
    p = activations.softmax(z, t)
    assert facts(activations.softmax)["derivative"] == "∂pᵢ/∂zⱼ = pᵢ (1 − pᵢ) / T if i = j, else −pᵢ pⱼ / T"
    told = np.where(np.eye(3, dtype=bool), p[:, None] * (1 - p[:, None]) / t, -np.outer(p, p) / t)
    moved = [
        (activations.softmax(z + step * e, t) - activations.softmax(z - step * e, t)) / (2 * step) for e in np.eye(3)
    ]
    np.testing.assert_allclose(told, np.transpose(moved), atol=1e-8)


def test_the_table_has_a_full_row_for_each_and_a_docstring_without_a_use_is_named():
    rows = ActivationTable().rows()
    assert [row[0] for row in rows] == [*(phi.name for phi in SHOWN), "softmax"]
    assert all(cell.strip() for row in rows for cell in row)
    assert ActivationTable()._repr_markdown_().count("\n") == len(rows) + 1

    class Quiet(activations.Activation):
        """φ(x) = x, φ′(x) = 1: says no more."""

    with pytest.raises(ValueError, match="does not say use and weakness"):
        facts(Quiet())


@given(st.floats(-4, 4), st.floats(-8, 8), st.integers(1, 12))
def test_a_row_of_sigmoids_never_passes_more_than_the_bound(weight, bias, depth):
    passed = chapter.chain_gradients(activations.sigmoid, weight, bias, depth)
    assert (np.abs(passed) <= (abs(weight) / 4) ** np.arange(depth + 1) * (1 + 1e-9)).all()


def test_the_chain_is_the_derivative_of_the_chain():
    for phi in (activations.sigmoid, activations.tanh, activations.relu):

        def end(start, phi=phi):
            for _ in range(4):
                start = float(phi(1.3 * start - 0.2))
            return start

        slope = (end(1 + 1e-6) - end(1 - 1e-6)) / 2e-6
        assert chapter.chain_gradients(phi, 1.3, -0.2, 4)[-1] == pytest.approx(slope, rel=1e-6)


def test_the_shaded_region_is_where_the_network_answers_one():
    rng = np.random.default_rng(0)
    points = rng.uniform(*chapter.BOX, (400, 2))
    for phi in (activations.identity, activations.relu):
        for b2 in (-1.5, -1.25, -1.0, -0.75, -0.5):
            z = points @ chapter.W_HIDDEN + np.array([0.0, b2])
            answers = phi(z) @ chapter.W_OUT >= chapter.CUT
            corners = chapter._answers_one(phi, b2)
            assert np.array_equal(inside(corners, points), answers), (phi, b2)
    x, y = gate("xor")
    readout = chapter.xor_bending().readout
    assert "4 of 4" in readout(b2=-1.0) and "4 of 4" in readout(b2=-0.75)
    assert "3 of 4" in readout(b2=-0.5) or "2 of 4" in readout(b2=-0.5)
    assert "4 of 4" not in readout(activation="none")


def inside(corners, points):
    """Which points lie in a convex polygon whose corners run counterclockwise."""
    if len(corners) < 3:
        return np.zeros(len(points), bool)
    sides = np.roll(corners, -1, axis=0) - corners
    to = points[:, None] - corners
    return (sides[:, 0] * to[..., 1] - sides[:, 1] * to[..., 0] >= -1e-9).all(axis=1)


def test_kinks_where_the_curve_bends_help_most_at_the_cusp_and_never_at_the_jump():
    gain = {}
    for name, target in chapter.TARGETS.items():
        even, bent = (chapter.error_on_interval(target, plan(target, 21)) for plan in chapter.PLANS.values())
        gain[name] = even / bent
        assert bent >= 0.5 or name != "jump"
    assert gain["cusp"] > gain["smooth wave"] > 1
