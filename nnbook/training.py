"""Training: `minimize` walks down any function of theta, `train` fits a network to examples, batch by
batch."""

import sys
from dataclasses import dataclass, field

import numpy as np

from nnbook._checks import as_array, count, generator, real, real_finite, shape_text
from nnbook.landscapes import objective
from nnbook.layers import Dropout, Sequential
from nnbook.losses import Loss

__all__ = ["History", "accuracy", "minibatches", "minimize", "objective", "train"]

# A rule makes a dozen passes over its arrays: blocks of 32k elements stay in the processor's cache between them.
BLOCK = 32_768


def minimize(f, theta, optimizer, steps, *, every=1):
    """The path of `optimizer` on `f` from `theta`: the positions after 0, every, 2·every … steps steps.

    f: a function with `gradient(theta)`. theta: (n,), or (runs, n) for independent runs side by side. Returns
    an array (steps // every + 1, *theta.shape); once a run leaves the finite numbers its rows are NaN. Raises
    ValueError for a theta that isn't finite or steps below 0, TypeError for an f without gradient or an
    optimizer that is none.
    """
    _checked_optimizer("minimize", optimizer)
    if not callable(getattr(f, "gradient", None)):
        raise TypeError(
            f"minimize: expected f with a gradient, got {type(f).__name__}; "
            "pass a landscape or objective(net, loss, x, y)"
        )
    start = theta = real_finite("minimize", "theta", theta)
    if theta.ndim not in (1, 2) or theta.size == 0:
        raise ValueError(
            f"minimize: expected theta of shape (n,) or (runs, n), got {shape_text(theta)}; flatten it"
        )
    steps, every = count("minimize", "steps", steps, 0), count("minimize", "every", every)
    path = np.full((steps // every + 1, *theta.shape), np.nan, theta.dtype)
    path[0] = theta
    lost = np.zeros((*theta.shape[:-1], 1), bool)
    state = optimizer.init(theta)
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is an answer here, told by NaN
        for i in range(1, steps + 1):
            step, state = optimizer.update(f.gradient(theta), state, theta)
            theta = theta + step
            lost |= ~np.isfinite(theta).all(axis=-1, keepdims=True)
            if lost.all():
                break
            if i % every == 0:
                path[i // every] = np.where(lost, np.nan, theta)
            theta = np.where(lost, start, theta)
    return path


def minibatches(rng, examples, batch_size, *, shuffle=True):
    """The indices of one epoch's batches: every example once, in random order, the last batch short if it
    must be.

    Yields arrays of ints. Raises ValueError for no examples or a batch size below 1, TypeError for a missing
    rng.
    """
    examples = count("minibatches", "examples", examples)
    batch_size = count("minibatches", "batch_size", batch_size)
    order = generator("minibatches", rng).permutation(examples) if shuffle else np.arange(examples)
    return (order[start : start + batch_size] for start in range(0, examples, batch_size))


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What `train` hands back. Arrays have one entry for each epoch unless said otherwise.

    net: the trained network; theta: its parameters. loss: the mean loss of the epoch's batches, each met
    before its step, without the penalty. step_loss: the same for every step. validation_loss: after the
    epoch, at evaluation. metrics, validation_metrics: name → array, after the epoch, at evaluation. thetas:
    (epochs + 1, n), when asked for. best_epoch: the epoch, from 0, whose parameters `net` has.
    """

    net: Sequential
    loss: np.ndarray
    step_loss: np.ndarray
    validation_loss: np.ndarray | None = None
    metrics: dict = field(default_factory=dict)
    validation_metrics: dict = field(default_factory=dict)
    thetas: np.ndarray | None = None
    best_epoch: int = 0

    @property
    def theta(self):
        """The trained parameters, flat."""
        return self.net.theta

    def __repr__(self):
        parts = [f"{len(self.loss)} epochs", f"loss {self.loss[-1]:.3g}"]
        if self.validation_loss is not None:
            parts.append(f"validation loss {self.validation_loss[-1]:.3g}")
        parts += [f"{name} {values[-1]:.3g}" for name, values in self.metrics.items()]
        parts += [f"validation {name} {values[-1]:.3g}" for name, values in self.validation_metrics.items()]
        return f"History({', '.join(parts)})"


def accuracy(prediction, target, *, threshold=0.0):
    """The share of examples whose predicted class is the target's.

    prediction: (batch, classes), the largest wins; or (batch, 1), above `threshold` is class 1 (0 suits
    logits, 0.5 probabilities). target: labels (batch,) or (batch, 1), or distributions of the prediction's
    shape.
    """
    p, y = real("accuracy", "prediction", prediction), real("accuracy", "target", target)
    if p.ndim != 2 or p.size == 0 or y.shape not in (p.shape, p.shape[:1], (len(p), 1)):
        raise ValueError(
            f"accuracy: expected a prediction of shape (batch, classes) and as many targets, got "
            f"{shape_text(p)} and {shape_text(y)}; put examples in rows"
        )
    return _accuracy(p, y, threshold)


def _accuracy(p, y, threshold=0.0):
    predicted = p.argmax(axis=1) if p.shape[1] > 1 else p[:, 0] > threshold
    wanted = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(len(p))
    return float(np.mean(predicted == wanted))


def train(
    net,
    x,
    y,
    *,
    loss,
    optimizer,
    batch_size=32,
    epochs=10,
    regularizer=None,
    validation=None,
    metrics=(),
    patience=None,
    shuffle=True,
    rng=None,
    snapshots=False,
    progress=False,
):
    """Fit `net` to examples x (examples, features) with targets y by mini-batch descent; a History.

    batch_size: None takes all examples at once. regularizer: L1 or L2, on weights only. validation: a pair
    (x, y). metrics: functions of (prediction, target) such as `accuracy`. patience: stop after so many epochs
    without a lower validation loss, and hand back the best. snapshots: keep theta of every epoch. progress: a
    bar on standard error. The network given is not changed. x is computed in the network's dtype. Divergence
    shows as inf or NaN in the loss.

    The rule is applied to blocks of theta, which changes nothing for rules that work element by element.
    Raises ValueError for shapes, labels or sizes that don't fit and NaN in the data, TypeError for wrong
    kinds.
    """
    x, y = _checked_data("train", net, loss, x, y)
    _checked_optimizer("train", optimizer)
    held_out = (
        None if validation is None else _checked_data("train (validation)", net, loss, *_pair(validation))
    )
    batch_size = len(x) if batch_size is None else count("train", "batch_size", batch_size)
    epochs = count("train", "epochs", epochs)
    shuffle = shuffle and batch_size < len(x)
    if shuffle or any(isinstance(layer, Dropout) for layer in net.layers):
        generator("train", rng)
    if patience is not None and (count("train", "patience", patience) and held_out is None):
        raise ValueError("train: expected validation data with patience, got none; pass validation=(x, y)")

    run = _Run(net, loss, optimizer, regularizer)
    record = _Record(loss, metrics, x, y, held_out)
    thetas = [net.theta.copy()]
    best, best_epoch = None, 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # divergence is told by the loss
        for epoch in range(epochs):
            order = minibatches(rng, len(x), batch_size, shuffle=shuffle)
            record.steps([run.step(x[batch], y[batch], rng) for batch in order], batch_size)
            record.epoch(run.net)
            if snapshots:
                thetas.append(run.net.theta.copy())
            if progress:
                _show(epoch + 1, epochs, record.loss[-1])
            if (
                patience is None
                or best is None
                or record.validation_loss[-1] < record.validation_loss[best_epoch]
            ):
                best, best_epoch = (run.copy() if patience else run.net), epoch
            elif epoch - best_epoch >= patience:
                break
    return record.history(best, best_epoch, np.array(thetas) if snapshots else None)


class _Run:
    """A private copy of the network that is stepped in place."""

    def __init__(self, net, loss, optimizer, regularizer):
        self.net = net.at(net.theta.copy(), net.buffers.copy())
        self.loss, self.optimizer, self.regularizer = loss, optimizer, regularizer
        self.grads = np.empty_like(net.theta)
        self.into = net.at(self.grads)
        self.decay_mask = net.decay_mask.astype(net.theta.dtype)
        self.blocks = [slice(start, start + BLOCK) for start in range(0, len(self.grads), BLOCK)]
        self.states = [optimizer.init(self.net.theta[block]) for block in self.blocks]

    def step(self, x, y, rng):
        """One forward pass, one backward pass, one update; the loss before it."""
        net = self.net
        prediction, caches = net._forward(x, True, rng)
        net._backward(self.loss._gradient(prediction, y), caches, self.into, False)
        if self.regularizer is not None:
            self.grads += self.regularizer._gradient(net.theta) * self.decay_mask
        for i, block in enumerate(self.blocks):
            theta = net.theta[block]
            step, self.states[i] = self.optimizer.update(self.grads[block], self.states[i], theta)
            theta += step
        if net.buffers.size:
            net.buffers[...] = net.updated_buffers(caches)
        return self.loss._value(prediction, y)

    def copy(self):
        return self.net.at(self.net.theta.copy(), self.net.buffers.copy())


class _Record:
    """The curves, as they grow."""

    def __init__(self, loss, metrics, x, y, held_out):
        self.function, self.data, self.held_out = loss, (x, y), held_out
        self.loss, self.step_loss, self.validation_loss = [], [], []
        self.metrics = {metric: [] for metric in metrics}
        self.validation_metrics = {metric: [] for metric in metrics if held_out}

    def steps(self, losses, batch_size):
        sizes = np.full(len(losses), batch_size)
        sizes[-1] = len(self.data[0]) - batch_size * (len(losses) - 1)
        self.loss.append(np.average(losses, weights=sizes))
        self.step_loss.extend(losses)

    def epoch(self, net):
        if self.metrics:
            self._measure(net._forward(self.data[0], False, None)[0], self.data[1], self.metrics)
        if self.held_out:
            prediction = net._forward(self.held_out[0], False, None)[0]
            self.validation_loss.append(self.function._value(prediction, self.held_out[1]))
            self._measure(prediction, self.held_out[1], self.validation_metrics)

    def _measure(self, prediction, target, curves):
        for metric, curve in curves.items():
            # A diverged network's NaN is a measurement here, not an input to refuse.
            curve.append((_accuracy if metric is accuracy else metric)(prediction, target))

    def history(self, net, best_epoch, thetas):
        def named(curves):
            return {metric.__name__: np.array(curve) for metric, curve in curves.items()}

        return History(
            net,
            np.array(self.loss),
            np.array(self.step_loss),
            np.array(self.validation_loss) if self.held_out else None,
            named(self.metrics),
            named(self.validation_metrics),
            thetas,
            best_epoch,
        )


def _checked_data(operation, net, loss, x, y):
    if not isinstance(net, Sequential) or net.theta.ndim != 1:
        raise TypeError(
            f"{operation}: expected one network, got {net!r:.60}; make it with mlp(…) or Sequential([…])"
        )
    if not isinstance(loss, Loss):
        raise TypeError(
            f"{operation}: expected a loss such as CrossEntropy(), got {loss!r:.60}; make one, with ()"
        )
    x = net._checked_input(x)
    rows = np.zeros((len(x), *net._forward(x[:1], False, None)[0].shape[1:]), net.theta.dtype)
    return x, loss.checked(rows, as_array(operation, "y", y))[1]


def _checked_optimizer(operation, optimizer):
    if isinstance(optimizer, type) or not (hasattr(optimizer, "init") and hasattr(optimizer, "update")):
        raise TypeError(
            f"{operation}: expected an optimizer such as Adam(learning_rate=0.001), got "
            f"{optimizer!r:.60}; make one, with its learning rate"
        )


def _pair(validation):
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(
            f"train: expected validation as a pair (x, y), got {type(validation).__name__}; "
            "pass validation=(x, y)"
        )
    return validation


def _show(epoch, epochs, loss):
    done = round(24 * epoch / epochs)
    sys.stderr.write(
        f"\r{'█' * done}{'░' * (24 - done)} epoch {epoch}/{epochs}, loss {loss:.4g}  "
        + ("\n" if epoch == epochs else "")
    )
    sys.stderr.flush()
