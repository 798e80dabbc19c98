"""The tape: micrograd's sanity checks, the chain rule against closed forms, deep graphs, shared values."""

import math

import numpy as np
import pytest

from nnbook.autograd import Value
from nnbook.gradcheck import gradcheck


def test_a_shared_value_adds_its_paths():
    x = Value(3.0)
    y = x * x + x
    y.backward()
    assert (y.data, x.grad) == (12.0, 7.0)


def test_backward_twice_changes_nothing():
    x = Value(2.0)
    y = x**3
    y.backward()
    y.backward()
    assert x.grad == 12.0


def test_a_chain_of_relus_and_squares():
    # The first of micrograd's tests; its numbers were computed with PyTorch.
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_every_operation_with_values_and_numbers_on_either_side():
    # The second of micrograd's tests.
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert g.data == pytest.approx(24.70408163265306, rel=1e-15)
    assert a.grad == pytest.approx(138.83381924198252, rel=1e-15)
    assert b.grad == pytest.approx(645.5772594752186, rel=1e-15)


@pytest.mark.parametrize(("name", "value", "slope"), [
    ("exp", math.exp(0.7), math.exp(0.7)),
    ("log", math.log(0.7), 1 / 0.7),
    ("tanh", math.tanh(0.7), 1 - math.tanh(0.7) ** 2),
    ("relu", 0.7, 1.0),
    ("sigmoid", 1 / (1 + math.exp(-0.7)), math.exp(-0.7) / (1 + math.exp(-0.7)) ** 2),
])  # fmt: skip
def test_functions(name, value, slope):
    x = Value(0.7)
    y = getattr(x, name)()
    y.backward()
    assert y.data == pytest.approx(value, rel=1e-15) and x.grad == pytest.approx(slope, rel=1e-14)


def test_numbers_on_the_left_numpys_too():
    x = Value(4.0)
    for left in (2, 2.0, np.float64(2), np.int64(2), np.float32(2)):
        assert [(left + x).data, (left - x).data, (left * x).data, (left / x).data] == [6, -2, 8, 0.5]
        assert isinstance(left * x, Value)


def test_powers():
    x = Value(-2.0)
    for exponent, slope in ((2, -4.0), (3, 12.0), (-1, -0.25), (0, 0.0), (1, 1.0)):
        y = x**exponent
        y.backward()
        assert (y.data, x.grad) == ((-2.0) ** exponent, slope)
    zero = Value(0.0) ** 1
    zero.backward()
    assert zero.parents[0].grad == 1.0
    assert (Value(9.0) ** 0.5).data == 3.0


def test_relu_at_its_kink_has_no_slope():
    x = Value(0.0)
    x.relu().backward()
    assert x.grad == 0.0


def test_a_sigmoid_neuron_with_cross_entropy():
    w, x = Value(0.2), 0.5
    loss = -(w * x).sigmoid().log()
    loss.backward()
    assert loss.data == pytest.approx(0.644, abs=5e-4)
    assert w.grad == pytest.approx(-0.2375, abs=5e-5)
    assert w.data - 0.1 * w.grad == pytest.approx(0.22375, abs=5e-6)


def test_graphs_deeper_than_pythons_stack():
    x = y = Value(1.0)
    for _ in range(20_000):
        y = y + x
    y.backward()
    assert x.grad == 20_001.0


def test_the_graph_can_be_drawn():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = a * b
    total = c + a
    assert total.op == "+" and total.parents == (c, a) and c.parents == (a, b)
    assert c.slopes == (3.0, 2.0) and total.slopes == (1.0, 1.0)
    order = total.graph()
    assert len(order) == 4 and order[-1] is total
    assert all(order.index(parent) < order.index(value) for value in order for parent in value.parents)
    assert repr(a) == "Value(a: data=2, grad=0)"


def test_agrees_with_central_differences():
    def f(v):
        return (v[0] * v[1]).tanh() + v[0].exp() / v[1] ** 2 - v[2].sigmoid().log() * v[2].relu() + 1 / (2 - v[0])

    for seed in range(20):
        point = np.random.default_rng(seed).uniform(0.3, 1.5, 3)
        assert gradcheck(f, point).error <= 1e-7
