"""Training: paths, batches, what a history records, and that nothing given is changed."""

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from nnbook.activations import sigmoid, tanh
from nnbook.datasets import digits, line, moons
from nnbook.landscapes import Ravine, banana, bowl, objective
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from nnbook.optimizers import Adam, AdamW, GradientDescent, Momentum
from nnbook.regularizers import L1, L2
from nnbook.training import _on_a_cache_line, accuracy, minibatches, minimize, train


def rng(seed=0):
    return np.random.default_rng(seed)


def small(seed=0, **options):
    """A network, and examples of three classes for it."""
    net = mlp((2, 8, 3), activation=tanh, rng=rng(seed), **options)
    x = rng(1).standard_normal((50, 2))
    return net, x, np.digitize(x[:, 0], [-0.5, 0.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_copy_that_is_stepped_begins_a_cache_line(dtype):
    kept = [_on_a_cache_line(np.arange(size, dtype=dtype)) for size in range(1, 40)]  # side by side
    assert {copy.ctypes.data % 64 for copy in kept} == {0}
    for size, copy in enumerate(kept, 1):
        np.testing.assert_array_equal(copy, np.arange(size))
        assert copy.dtype == dtype and copy.flags.writeable


def test_a_path_starts_where_it_is_told_and_has_every_step():
    path = minimize(bowl, [1.0, -2.0], GradientDescent(0.1), 3)
    np.testing.assert_allclose(path, [[1, -2], [0.8, -1.6], [0.64, -1.28], [0.512, -1.024]])
    assert minimize(bowl, [1.0, -2.0], GradientDescent(0.1), 0).shape == (1, 2)
    thinned = minimize(Ravine(5.0), [1.0, 1.0], Momentum(0.1), 21, every=5)
    np.testing.assert_array_equal(thinned, minimize(Ravine(5.0), [1.0, 1.0], Momentum(0.1), 21)[::5])


def test_a_schedule_of_runs_side_by_side_is_each_run():
    starts = rng().standard_normal((6, 2))
    together = minimize(banana, starts, Adam(0.05), 40)
    assert together.shape == (41, 6, 2)
    for run, start in enumerate(starts):
        np.testing.assert_allclose(together[:, run], minimize(banana, start, Adam(0.05), 40), rtol=1e-12)


def test_a_diverging_run_turns_to_nan_and_leaves_the_others_alone():
    starts = [[1.0, 1.0], [1e3, 1e3]]
    path = minimize(banana, starts, GradientDescent(0.001), 50)
    assert np.isfinite(path[:, 0]).all() and np.isnan(path[-1, 1]).all()
    np.testing.assert_array_equal(path[:, 0], minimize(banana, starts[0], GradientDescent(0.001), 50))
    assert np.isnan(minimize(banana, starts[1], GradientDescent(0.001), 50)[-1]).all()


def test_minimize_leaves_its_start_alone():
    start = np.ones(2)
    minimize(bowl, start, Adam(0.1), 5)
    assert start.tolist() == [1, 1]


def test_minibatches_hold_every_example_once():
    batches = list(minibatches(rng(), 1000, 64))
    assert [len(batch) for batch in batches] == [64] * 15 + [40]
    assert sorted(np.concatenate(batches)) == list(range(1000))
    assert (np.concatenate(batches) != np.arange(1000)).any()
    assert [b.tolist() for b in minibatches(None, 5, 2, shuffle=False)] == [[0, 1], [2, 3], [4]]
    assert [len(b) for b in minibatches(rng(), 3, 10)] == [3]


def test_two_epochs_are_shuffled_differently():
    one = rng()
    first, second = (np.concatenate(list(minibatches(one, 100, 10))) for _ in range(2))
    assert (first != second).any()


def test_training_lowers_the_loss_and_leaves_the_network_alone():
    net, x, y = small()
    theta = net.theta.copy()
    history = train(net, x, y, loss=CrossEntropy(), optimizer=Adam(0.05), epochs=20, rng=rng())
    np.testing.assert_array_equal(net.theta, theta)
    assert history.loss.shape == (20,) and history.step_loss.shape == (40,)
    assert history.loss[-1] < 0.3 * history.loss[0]
    assert history.net.theta is history.theta and (history.theta != theta).any()
    assert history.best_epoch == 19
    assert repr(history).startswith("History(20 epochs, loss 0.")


def test_the_same_seed_trains_the_same_network():
    net, x, y = small(dropout=0.2)
    first, second = (train(net, x, y, loss=CrossEntropy(), optimizer=Adam(), rng=rng(3), epochs=3) for _ in range(2))
    np.testing.assert_array_equal(first.theta, second.theta)
    np.testing.assert_array_equal(first.step_loss, second.step_loss)


def test_all_at_once_is_minimize():
    net, x, y = small()
    history = train(net, x, y, loss=CrossEntropy(), optimizer=Adam(0.01), batch_size=None, epochs=7)
    f = objective(net, CrossEntropy(), x, y)
    path = minimize(f, net.theta, Adam(0.01), 7)
    np.testing.assert_allclose(history.theta, path[-1], rtol=1e-12)
    np.testing.assert_allclose(history.loss, [f(theta) for theta in path[:-1]], rtol=1e-12)


def test_blocks_change_nothing(monkeypatch):
    net, x, y = small()
    arguments = {"loss": CrossEntropy(), "optimizer": AdamW(0.01), "epochs": 4}
    whole = train(net, x, y, rng=rng(), **arguments)
    monkeypatch.setattr("nnbook.training.BLOCK_BYTES", 7 * 8)
    np.testing.assert_array_equal(train(net, x, y, rng=rng(), **arguments).theta, whole.theta)


def test_the_last_short_batch_counts_for_what_it_is():
    net, x, y = small()
    still = GradientDescent(0.0)
    for batch_size in (50, 32, 7, 1):
        history = train(net, x, y, loss=CrossEntropy(), optimizer=still, batch_size=batch_size, epochs=1, rng=rng())
        assert history.loss[0] == pytest.approx(CrossEntropy()(net(x), y), rel=1e-12)
        assert len(history.step_loss) == -(-50 // batch_size)


def test_validation_metrics_and_snapshots():
    net, x, y = small()
    history = train(net, x, y, loss=CrossEntropy(), optimizer=Adam(0.05), epochs=5, validation=(x[:20], y[:20]),
                    metrics=(accuracy,), rng=rng(), snapshots=True)  # fmt: skip
    assert history.thetas.shape == (6, net.parameter_count)
    for epoch, theta in enumerate(history.thetas[1:]):
        assert history.validation_loss[epoch] == CrossEntropy()(net.at(theta)(x[:20]), y[:20])
        assert history.metrics["accuracy"][epoch] == np.mean(net.at(theta)(x).argmax(axis=1) == y)
    np.testing.assert_array_equal(history.thetas[0], net.theta)
    np.testing.assert_array_equal(history.thetas[-1], history.theta)
    assert "validation accuracy" in repr(history)


def test_early_stopping_hands_back_the_best():
    x, y = moons(rng(), 60, noise=0.4)
    held_out = moons(rng(1), 200, noise=0.4)
    net = mlp((2, 64, 2), rng=rng())
    history = train(net, x, y, loss=CrossEntropy(), optimizer=Adam(0.03), epochs=500, validation=held_out, patience=10,
                    rng=rng())  # fmt: skip
    assert len(history.loss) < 500
    assert history.best_epoch == np.argmin(history.validation_loss) == len(history.loss) - 11
    assert CrossEntropy()(history.net(held_out[0]), held_out[1]) == history.validation_loss.min()


@pytest.mark.parametrize("regularizer", [L1(0.05), L2(0.05)], ids=repr)
def test_a_regularizer_pulls_weights_and_spares_biases(regularizer):
    net, x, y = small()
    net = net.at(rng(2).standard_normal(net.parameter_count))  # biases that aren't zero
    still = {"loss": CrossEntropy(), "optimizer": GradientDescent(1.0), "epochs": 1, "batch_size": None}
    with_penalty = train(net, x, y, regularizer=regularizer, **still).theta
    without = train(net, x, y, **still).theta
    np.testing.assert_allclose(without - with_penalty, regularizer.gradient(net.theta) * net.decay_mask, atol=1e-12)


def test_batch_norm_statistics_are_carried_along():
    net, x, y = small(batch_norm=True)
    history = train(net, 5 + 3 * x, y, loss=CrossEntropy(), optimizer=Adam(0.0003), epochs=40, batch_size=25, rng=rng())
    np.testing.assert_array_equal(net.buffers, np.concatenate([np.zeros(8), np.ones(8)]))
    hidden = history.net.layers[0].forward(5 + 3 * x)[0]
    np.testing.assert_allclose(history.net.layers[1].running_mean, hidden.mean(axis=0), rtol=0.1, atol=0.3)


def test_divergence_is_told_and_not_hidden():
    x, y = line(rng(), 20)
    history = train(mlp((1, 1), rng=rng()), x, y, loss=MeanSquaredError(), optimizer=GradientDescent(50.0), epochs=300,
                    metrics=(), validation=(x, y), rng=rng())  # fmt: skip
    assert not np.isfinite(history.loss[-1]) and not np.isfinite(history.validation_loss[-1])


def test_float32_networks_train_in_float32():
    net, x, y = small(dtype=np.float32)
    history = train(net, x, y, loss=CrossEntropy(), optimizer=Adam(), regularizer=L2(0.1), epochs=1, rng=rng())
    assert history.theta.dtype == np.float32


def test_a_readers_own_rule_is_taken():
    class Signs:
        def init(self, theta):
            return None

        def update(self, grad, state, theta):
            return -0.01 * np.sign(grad), state

    net, x, y = small()
    history = train(net, x, y, loss=CrossEntropy(), optimizer=Signs(), epochs=10, rng=rng())
    assert history.loss[-1] < history.loss[0]
    assert np.abs(minimize(bowl, [0.5, -0.5], Signs(), 100)[-1]).max() <= 0.02


def test_accuracy():
    assert accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1]) == 0.5
    assert accuracy([[0.1, 0.9], [0.8, 0.2]], [[0, 1], [1, 0]]) == 1
    assert accuracy([[-1.0], [2.0], [3.0]], [[0], [1], [0]]) == accuracy([[-1.0], [2.0], [3.0]], [0, 1, 0]) == 2 / 3
    assert accuracy([[0.4], [0.6]], [0, 1], threshold=0.5) == 1


def test_the_progress_bar_is_asked_for_and_goes_to_standard_error(capsys):
    net, x, y = small()
    for progress in (False, True):
        train(net, x, y, loss=CrossEntropy(), optimizer=Adam(), epochs=2, rng=rng(), progress=progress)
        printed = capsys.readouterr()
        assert printed.out == "" and ("epoch 2/2" in printed.err) == progress


def test_a_steps_memory_does_not_grow_with_the_data():
    x, y = digits("train", dtype=np.float32)
    peaks = []
    for n in (500, 4000):
        net = mlp((784, 16, 10), rng=rng(), dtype=np.float32)
        tracemalloc.start()
        train(net, x[:n], y[:n], loss=CrossEntropy(), optimizer=Adam(), epochs=1, rng=rng())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 0.1 * x[:3500].nbytes


FAULTS = """
import resource
import numpy as np
from nnbook import Adam, CrossEntropy, mlp, train

rng = np.random.default_rng(0)
x, y = rng.random((2000, 784), dtype=np.float32), rng.integers(0, 10, 2000)
net = mlp((784, 64, 10), rng=rng, dtype=np.float32)
known = {"loss": CrossEntropy(), "optimizer": Adam(), "rng": rng}
train(net, x, y, epochs=1, **known)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
train(net, x, y, epochs=3, **known)
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / (3 * 63))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what is told about memory is told of Linux's C library")
def test_a_step_keeps_its_memory_at_hand():
    # In a new process, since whatever has run before leaves its heap behind, and without settings of the C library,
    # which Dask leaves in the environment. Without the freed block it is 240 a step.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    command = [sys.executable, "-c", FAULTS]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert float(result.stdout) < 24


def test_a_sigmoid_neuron_learns_as_the_classic_story_tells():
    net = mlp((1, 1), activation=sigmoid, output_activation=sigmoid, rng=rng())
    ends = []
    for start in ([0.6, 0.9], [2.0, 2.0]):
        f = objective(net, MeanSquaredError(), [[1.0]], [[0.0]])
        theta = minimize(f, start, GradientDescent(0.075), 300)[-1]
        ends.append(float(net.at(theta)([[1.0]])[0, 0]))
    logits = mlp((1, 1), rng=rng())
    theta = minimize(objective(logits, BinaryCrossEntropy(), [[1.0]], [[0.0]]), [2.0, 2.0], GradientDescent(0.15), 300)
    ends.append(float(sigmoid(logits.at(theta[-1])([[1.0]]))[0, 0]))
    np.testing.assert_allclose(ends, [0.09, 0.20, 0.012], atol=0.006)
