"""Layers and networks: shapes, views of theta, what training changes, many networks at once."""

import numpy as np
import pytest

from nnbook.activations import identity, relu, sigmoid, step, tanh
from nnbook.initializers import zeros
from nnbook.layers import BatchNorm, Dropout, Elementwise, Linear, Sequential, mlp
from nnbook.losses import MeanSquaredError


def rng(seed=0):
    return np.random.default_rng(seed)


def test_linear_by_hand():
    layer = Linear.from_weights([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0])
    z, cache = layer.forward([[1.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(z, [[11, 22], [14, 26]])
    grad_input, grads = layer.backward([[1.0, 0.0], [0.0, 1.0]], cache)
    np.testing.assert_allclose(grad_input, [[1, 3], [2, 4]])
    slopes = layer.at(grads)
    np.testing.assert_allclose(slopes.W, [[1, 1], [0, 1]])
    np.testing.assert_allclose(slopes.b, [1, 1])


def test_xor_from_nands_by_hand():
    nand = [[-2.0], [-2.0]], [3.0]
    first = Linear.from_weights([[-2.0, 1.0, 0.0], [-2.0, 0.0, 1.0]], [3.0, -0.5, -0.5])
    second = Linear.from_weights([[-2.0, -2.0], [-2.0, 0.0], [0.0, -2.0]], [3.0, 3.0])
    net = Sequential([first, step, second, step, Linear.from_weights(*nand), step])
    x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    assert net(x)[:, 0].tolist() == [0, 1, 1, 0]


def test_the_classic_network_has_13002_parameters():
    net = mlp((784, 16, 16, 10), activation=relu, rng=rng())
    assert net.parameter_count == 13_002 == net.theta.size
    assert repr(net) == "Sequential(784 → 16 → 16 → 10, relu, 13002 parameters)"


def test_weights_are_views_of_one_vector():
    net = mlp((3, 4, 2), rng=rng())
    for layer in (net.layers[0], net.layers[2]):
        assert np.shares_memory(layer.W, net.theta) and np.shares_memory(layer.b, net.theta)
    flat = np.concatenate([part.ravel() for layer in (net.layers[0], net.layers[2]) for part in (layer.W, layer.b)])
    np.testing.assert_array_equal(flat, net.theta)


def test_at_is_the_same_network_elsewhere_without_a_copy():
    net = mlp((3, 4, 2), rng=rng())
    theta = net.theta + 1
    moved = net.at(theta)
    assert moved.theta is theta and np.shares_memory(moved.layers[0].W, theta)
    np.testing.assert_array_equal(moved.layers[0].W, net.layers[0].W + 1)
    assert moved.layers[0].W.shape == (3, 4)


def test_the_decay_mask_marks_the_weights():
    net = mlp((3, 4, 2), batch_norm=True, rng=rng())
    marked = net.at(net.decay_mask.astype(float))
    assert marked.layers[0].W.all() and not marked.layers[0].b.any()
    assert not marked.layers[1].theta.any()
    assert net.decay_mask.sum() == 3 * 4 + 4 * 2


def test_forward_and_backward_change_nothing():
    net = mlp((3, 5, 2), batch_norm=True, dropout=0.5, rng=rng())
    theta, buffers, x = net.theta.copy(), net.buffers.copy(), rng(1).standard_normal((6, 3))
    given = x.copy()
    first, caches = net.forward(x, training=True, rng=rng(2))
    net.backward(np.ones_like(first), caches)
    net.backward(np.ones_like(first), caches)
    again, _ = net.forward(x, training=True, rng=rng(2))
    np.testing.assert_array_equal(first, again)
    for now, before in ((net.theta, theta), (net.buffers, buffers), (x, given)):
        np.testing.assert_array_equal(now, before)


def test_a_layer_cannot_be_changed_in_place():
    with pytest.raises(AttributeError, match=r"make another with at\(theta\)"):
        Linear(2, 3, rng=rng()).W = np.zeros((2, 3))


def test_without_the_input_gradient_the_rest_is_the_same():
    net = mlp((3, 5, 2), rng=rng())
    output, caches = net.forward(rng(1).standard_normal((4, 3)))
    grad_input, grads = net.backward(output, caches)
    nothing, same = net.backward(output, caches, input_gradient=False)
    assert nothing is None and grad_input.shape == (4, 3)
    np.testing.assert_array_equal(grads, same)


def test_batch_norm_may_come_first_and_only_it_has_buffers():
    net = Sequential([BatchNorm(3), Linear(3, 2, rng=rng())])
    output, caches = net.forward(rng(1).standard_normal((4, 3)), training=True)
    whole = net.backward(output, caches)[1]
    np.testing.assert_array_equal(net.backward(output, caches, input_gradient=False)[1], whole)
    assert net.buffers.shape == (6,)
    assert net.layers[1].updated_buffers(caches[1]).size == 0


def test_no_hidden_layer_is_linear_regression():
    net = mlp((3, 2), rng=rng())
    x = rng(1).standard_normal((5, 3))
    np.testing.assert_allclose(net(x), x @ net.layers[0].W + net.layers[0].b)


def test_stacked_linear_layers_collapse_to_one():
    net = mlp((3, 7, 2), activation=identity, rng=rng())
    first, second = net.layers[0], net.layers[2]
    one = Linear.from_weights(first.W @ second.W, first.b @ second.W + second.b)
    x = rng(1).standard_normal((5, 3))
    np.testing.assert_allclose(net(x), one.forward(x)[0], rtol=1e-12)


@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"dropout": 0.3}, {"output_activation": sigmoid}])
def test_float32_stays_float32(options):
    net = mlp((3, 4, 2), dtype=np.float32, rng=rng(), **options)
    output, caches = net.forward(rng(1).standard_normal((5, 3)), training=True, rng=rng())
    grad_input, grads = net.backward(output, caches)
    for array in (net.theta, output, grad_input, grads, net.updated_buffers(caches), net(np.ones((2, 3)))):
        assert array.dtype == np.float32


def test_at_takes_the_dtype_of_theta():
    net = mlp((3, 4, 2), batch_norm=True, rng=rng())
    assert net.at(net.theta.astype(np.float32))(np.ones((2, 3), np.float32)).dtype == np.float32


def test_dropout_keeps_the_mean_and_does_nothing_at_evaluation():
    x = np.ones((200, 500))
    output, mask = Dropout(0.3).forward(x, training=True, rng=rng())
    assert set(np.unique(output)) == {0, 1 / 0.7}
    assert (output == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert output.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(Dropout(0.3).backward(x, mask)[0], mask)
    np.testing.assert_array_equal(Dropout(0.3).forward(x)[0], x)
    np.testing.assert_array_equal(Dropout(0.3).forward(x, rng=rng())[0], x)


def test_the_weights_of_a_dropped_unit_get_no_gradient():
    net = Sequential([Linear(3, 8, rng=rng()), Dropout(0.5), Linear(8, 1, rng=rng())])
    output, caches = net.forward(np.ones((1, 3)), training=True, rng=rng())
    slopes = net.at(net.backward(np.ones_like(output), caches)[1])
    dropped = caches[1][0] == 0
    assert 0 < dropped.sum() < 8
    assert not slopes.layers[0].W[:, dropped].any() and slopes.layers[0].W[:, ~dropped].all()
    assert not slopes.layers[2].W[dropped].any()


def test_batch_norm_in_training_and_at_evaluation():
    layer, x = BatchNorm(3), rng().normal(5, 2, (400, 3))
    output, cache = layer.forward(x, training=True)
    np.testing.assert_allclose(output.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(output.var(axis=0), 1, rtol=1e-4)
    np.testing.assert_allclose(layer.forward(x)[0], x / np.sqrt(1 + 1e-5))
    after = layer.at(layer.theta, layer.updated_buffers(cache))
    np.testing.assert_allclose(after.running_mean, 0.1 * x.mean(axis=0))
    np.testing.assert_allclose(after.running_variance, 0.9 + 0.1 * x.var(axis=0, ddof=1))
    assert layer.updated_buffers(layer.forward(x)[1]) is layer.buffers


def test_batch_norm_forgets_shift_and_scale_of_its_input():
    x = rng().standard_normal((50, 4))
    first, second = (BatchNorm(4).forward(inputs, training=True)[0] for inputs in (x, 1000 * x - 77))
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_batch_norms_gradient_is_orthogonal_to_shift_and_scale():
    x, g = rng().standard_normal((2, 20, 3))
    layer = BatchNorm(3)
    grad_input, _ = layer.backward(g, layer.forward(x, training=True)[1])
    np.testing.assert_allclose(grad_input.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((grad_input * x).sum(axis=0), 0, atol=1e-3)


@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"activation": tanh}])
def test_many_networks_at_once_are_each_of_them(options):
    net = mlp((3, 5, 2), rng=rng(), **options)
    thetas = np.stack([mlp((3, 5, 2), rng=rng(seed), **options).theta for seed in range(4)])
    x, y = rng(1).standard_normal((6, 3)), rng(2).standard_normal((6, 2))
    output, caches = net.at(thetas).forward(x, training=True)
    slope = np.stack([MeanSquaredError().gradient(p, y) for p in output])
    grad_input, grads = net.at(thetas).backward(slope, caches)
    buffers = net.at(thetas).updated_buffers(caches)
    assert output.shape == (4, 6, 2) and grads.shape == thetas.shape
    for run, theta in enumerate(thetas):
        alone, cache = net.at(theta).forward(x, training=True)
        np.testing.assert_allclose(output[run], alone, rtol=1e-12)
        grad_alone, grads_alone = net.at(theta).backward(slope[run], cache)
        np.testing.assert_allclose(grads[run], grads_alone, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(grad_input[run], grad_alone, rtol=1e-10, atol=1e-14)
        if buffers.size:
            np.testing.assert_allclose(buffers[run], net.at(theta).updated_buffers(cache), rtol=1e-12)


def test_mlp_suits_its_initializer_to_the_activation():
    scale = {name: mlp((400, 300, 1), activation=name, rng=rng()).layers[0].W.var() for name in (relu, tanh, identity)}
    assert scale[relu] == pytest.approx(2 / 400, rel=0.03)
    assert scale[tanh] == pytest.approx(2 / 700, rel=0.03)
    assert scale[identity] == pytest.approx(1 / 400, rel=0.03)
    assert not mlp((4, 3), initializer=zeros).theta.any()


def test_units_that_start_equal_stay_equal():
    net = mlp((2, 3, 1), activation=tanh, rng=rng())
    theta = net.at(np.full(net.parameter_count, 0.3)).theta
    output, caches = net.at(theta).forward(rng().standard_normal((8, 2)))
    slopes = net.at(net.at(theta).backward(output, caches)[1])
    np.testing.assert_allclose(slopes.layers[0].W, slopes.layers[0].W[:, :1] * np.ones(3), rtol=1e-12)


def test_representations():
    assert repr(Linear(3, 2, rng=rng())) == "Linear(3 → 2)"
    assert repr([Elementwise(relu), Dropout(0.5), BatchNorm(4)]) == "[Elementwise(relu), Dropout(0.5), BatchNorm(4)]"
    assert repr(mlp((3, 4, 2), batch_norm=True, dropout=0.1, rng=rng())) == (
        "Sequential(3 → 4 → 2, BatchNorm(4), relu, Dropout(0.1), 34 parameters)"
    )
