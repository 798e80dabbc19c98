"""Properties that hold for whatever numbers come."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnbook.activations import gelu, relu, sigmoid, silu, softmax, softplus, tanh
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError
from nnbook.optimizers import Adam
from nnbook.training import minibatches, train

settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")

DTYPES = st.sampled_from([np.float32, np.float64])
SHAPES = array_shapes(min_dims=2, max_dims=2, max_side=6)


def numbers(limit, dtype=np.float64, shape=SHAPES):
    return arrays(dtype, shape, elements=st.floats(-limit, limit, width=np.dtype(dtype).itemsize * 8))


@given(numbers(1e4), st.floats(0.01, 100))
def test_softmax_sums_to_one(z, temperature):
    p = softmax(z, temperature)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)


@given(numbers(100), st.floats(-1e3, 1e3))
def test_softmax_does_not_see_a_shift(z, shift):
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-9, atol=1e-300)


@given(st.data(), DTYPES)
def test_huge_logits_give_finite_losses_and_gradients(data, dtype):
    z = data.draw(numbers(1e4, dtype))
    labels = data.draw(arrays(np.int64, len(z), elements=st.integers(0, z.shape[1] - 1)))
    targets = data.draw(arrays(dtype, z.shape, elements=st.floats(0, 1, width=32)))
    for loss, y in [(CrossEntropy(), labels), (BinaryCrossEntropy(), targets), (MeanSquaredError(), targets),
                    (MeanAbsoluteError(), targets), (Huber(), targets)]:  # fmt: skip
        value, slope = loss(z, y), loss.gradient(z, y)
        assert np.isfinite(value) and value >= 0 and np.isfinite(slope).all()
        assert value.dtype == slope.dtype == dtype and slope.shape == z.shape


@given(numbers(50))
def test_activations_keep_their_bounds(x):
    assert ((sigmoid(x) > 0) & (sigmoid(x) <= 1)).all() and (np.abs(tanh(x)) <= 1).all()
    assert (relu(x) >= 0).all() and (softplus(x) >= relu(x)).all()
    assert (gelu(x) >= -0.18).all() and (silu(x) >= -0.28).all()


@given(st.data(), DTYPES, st.lists(st.integers(1, 5), max_size=3), st.integers(1, 4))
def test_any_hidden_list_and_any_batch(data, dtype, hidden, batch):
    net = mlp((3, *hidden, 2), rng=np.random.default_rng(0), dtype=dtype)
    x = data.draw(numbers(10, dtype, (batch, 3)))
    output, caches = net.forward(x)
    grad_input, grads = net.backward(output, caches)
    assert output.shape == (batch, 2) and grad_input.shape == x.shape and grads.shape == net.theta.shape
    assert output.dtype == grads.dtype == grad_input.dtype == dtype
    for row in range(batch):
        np.testing.assert_allclose(net(x[row : row + 1])[0], output[row], rtol=1e-4, atol=1e-4)


@given(st.integers(1, 300), st.integers(1, 400), st.integers(0, 10))
def test_minibatches_partition_the_examples(examples, batch_size, seed):
    batches = list(minibatches(np.random.default_rng(seed), examples, batch_size))
    assert sorted(np.concatenate(batches)) == list(range(examples))
    assert len(batches) == -(-examples // batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1])


@given(st.integers(1, 20), st.integers(1, 20))
def test_training_on_any_number_of_examples(examples, batch_size):
    x = np.random.default_rng(0).standard_normal((examples, 2))
    net = mlp((2, 2), rng=np.random.default_rng(0))
    history = train(net, x, x, loss=MeanSquaredError(), optimizer=Adam(), batch_size=batch_size, epochs=2,
                    rng=np.random.default_rng(0))  # fmt: skip
    assert np.isfinite(history.loss).all() and len(history.step_loss) == 2 * -(-examples // batch_size)


FIGURES = """
import numpy as np
from nnbook import Adam, CrossEntropy, accuracy, digits, mlp, train
rng = np.random.default_rng(0)
x, y = digits("train")
net = mlp((784, 128, 10), rng=rng)
history = train(net, x[:2000], y[:2000], loss=CrossEntropy(), optimizer=Adam(), epochs=2, metrics=(accuracy,), rng=rng)
print(history, [f"{loss:.3g}" for loss in history.loss])
"""


@pytest.mark.parametrize("variable", ["OPENBLAS_NUM_THREADS"])
def test_one_and_two_threads_print_the_same_figures(variable):
    printed = {
        subprocess.run([sys.executable, "-c", FIGURES], env=os.environ | {variable: threads}, capture_output=True,
                       text=True, check=True).stdout
        for threads in "12"
    }  # fmt: skip
    assert len(printed) == 1 and "History(2 epochs" in printed.pop()
