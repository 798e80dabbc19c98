"""The chapter on backpropagation: its graphs and counts against algebra and against the layers."""

import numpy as np
import pytest

from nnbook.activations import sigmoid, softmax
from nnbook.autograd import Value
from nnbook.explorers import backpropagation as chapter
from nnbook.figures.graph import Stages, spoken
from nnbook.layers import mlp

GRAPHS = {
    "neuron": chapter.neuron_graph(2, 0.5, -0.5),
    "two paths": chapter.two_path_graph(2, 1),
    "network": chapter.network_graph(1, 2),
}


def grads(output):
    output.backward()
    return {value.label: value.grad for value in output.graph()}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_number_appears_after_all_that_it_is_made_from(name):
    output, stages = GRAPHS[name], Stages(GRAPHS[name])
    graph = output.graph()
    for i, value in enumerate(graph):
        for parent in value.parents:
            j = graph.index(parent)
            assert stages.value[i] > stages.value.get(j, 0)
            assert stages.grad[j] >= stages.slope[i] > stages.grad[i]
    shown = {*stages.value.values(), *stages.slope.values(), stages.grad[len(graph) - 1]}
    assert shown == set(range(1, stages.count + 1))


@pytest.mark.parametrize("name", GRAPHS)
def test_every_stage_has_a_line_and_every_derivative_is_told(name):
    output = GRAPHS[name]
    output.backward()
    formulas = {value.label: "…" for value in output.graph()}
    lines = spoken(output, formulas)
    assert len(lines) == Stages(output).count + 1
    for value in output.graph():
        assert f"∂{output.label}/∂{value.label} = " in " ".join(lines)


@pytest.mark.parametrize(("x", "w"), [(2.0, 1.0), (-1.5, 0.5), (0.0, 3.0)])
def test_contributions_of_two_paths_add_up(x, w):
    found = grads(chapter.two_path_graph(x, w))
    assert found["x"] == pytest.approx(2 * x * w + w**2)
    assert found["w"] == pytest.approx(x**2 + 2 * x * w)


@pytest.mark.parametrize(("x", "w3"), [(1.0, 2.0), (-2.0, 0.0), (0.5, -1.0)])
def test_the_network_of_the_tape_is_that_of_the_layers(x, w3):
    found = grads(chapter.network_graph(x, w3))
    net = mlp((1, 2, 1), activation=sigmoid, rng=np.random.default_rng(0))
    net = net.at(np.array([1.0, -0.5, 0, 0, w3, -1.0, 0]))
    output, cache = net.forward(np.array([[x]]))
    grad_x, theta = net.backward(2 * (output - 1), cache)
    labels = ("w₁", "w₂", "w₃", "w₄")
    assert np.allclose([found[label] for label in labels], theta[[0, 1, 4, 5]], atol=1e-12)
    assert found["x"] == pytest.approx(grad_x.item())


def test_the_update_of_one_neuron():
    p, loss, slope, new = chapter.neuron_update(0.5, 0.2, 1, 0.1)
    w = Value(0.2)
    tape = -(w * 0.5).sigmoid().log()
    tape.backward()
    assert (loss, slope) == (pytest.approx(tape.data), pytest.approx(w.grad))
    assert (round(p, 3), round(new, 5)) == (0.525, 0.22375)


def test_backward_costs_between_once_and_twice_the_forward_pass():
    for sizes in ((784, 16, 16, 10), (3, 3), (64, 64, 64, 64, 1), (2, 100, 100)):
        cost = chapter.multiply_adds(sizes)
        assert cost["forward"] <= cost["backward"] < 2 * cost["forward"]
        assert cost["parameters"] == mlp(sizes, rng=np.random.default_rng(0)).parameter_count


def test_gradients_of_sigmoids_shrink_at_every_layer():
    shrinking = np.median(chapter.gradient_sizes("sigmoid", 20, 1), axis=0)
    assert np.all(shrinking[1:] / shrinking[:-1] > 2)
    assert shrinking[-1] == 1


def test_the_two_of_the_exercise_is_taken_for_an_eight():
    p = softmax(chapter.young_network()(chapter.example_of(2)[None]))[0]
    assert (p.argmax(), round(p[2], 2), round(p[8], 2)) == (8, 0.13, 0.39)


def test_a_figure_that_starts_midway_reads_out_that_step():
    assert "the way back starts" in chapter.neuron_backward().html().split("<figcaption>")[0]
