"""Training: `minimize` walks down any function of theta, `train` fits a network to examples, batch by
batch."""

import numpy as np

from nnbook._checks import count, generator, real_finite, shape_text
from nnbook._history import History, Record, accuracy, metric_name, show_progress
from nnbook.landscapes import checked_examples, objective
from nnbook.layers import BatchNorm, Dropout
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer

__all__ = ["History", "accuracy", "minibatches", "minimize", "objective", "train"]

# A rule makes a dozen passes over its arrays: blocks of 512 KiB stay in the processor's cache between passes, and
# numpy computes an expression's temporaries of this size in place.
BLOCK_BYTES = 512 * 1024
# The C library of Linux hands freed blocks above a threshold back to the system, and takes them anew, page by page, at
# the next step, which can triple a step's time. One freed block of this size, never touched, raises the threshold for
# good (mallopt(3), which allows up to 32 MiB), and the temporaries of a step stay at hand.
np.empty(30 * 1024 * 1024, np.uint8)


def minimize(f, theta, optimizer, steps, *, every=1):
    """The path of `optimizer` on `f` from `theta`: the positions after 0, every, 2·every … steps steps.

    f: a function with `gradient(theta)`. theta: (n,), or (runs, n) for independent runs side by side. Returns
    an array (steps // every + 1, *theta.shape); once a run leaves the finite numbers its rows are NaN. Raises
    ValueError for a theta that isn't finite or steps below 0, TypeError for an f without gradient or an
    optimizer that is none.
    """
    _checked_optimizer("minimize", optimizer)
    if isinstance(f, type) or not callable(getattr(f, "gradient", None)):
        raise TypeError(
            f"minimize: expected f with a gradient, got {f.__name__ if isinstance(f, type) else type(f).__name__}; "
            "pass a landscape or objective(net, loss, x, y)"
        )
    start = theta = real_finite("minimize", "theta", theta)
    if theta.ndim not in (1, 2) or theta.size == 0:
        raise ValueError(f"minimize: expected theta of shape (n,) or (runs, n), got {shape_text(theta)}; flatten it")
    steps, every = count("minimize", "steps", steps, 0), count("minimize", "every", every)
    path = np.full((steps // every + 1, *theta.shape), np.nan, theta.dtype)
    path[0] = theta
    lost = np.zeros((*theta.shape[:-1], 1), bool)
    state = optimizer.init(theta)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # divergence is an answer here, told by NaN
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
    x, y = checked_examples("train", net, loss, x, y)
    held_out = None if validation is None else checked_examples("train (validation)", net, loss, *_pair(validation))
    _checked_optimizer("train", optimizer)
    _checked_options(regularizer, metrics, patience, held_out)
    batch_size = len(x) if batch_size is None else count("train", "batch_size", batch_size)
    epochs = count("train", "epochs", epochs)
    last = len(x) % batch_size or batch_size
    if last == 1 and any(isinstance(layer, BatchNorm) for layer in net.layers):
        raise ValueError(
            f"train: expected no batch of one example with batch norm, got {len(x)} examples in batches of "
            f"{batch_size}; choose another batch_size"
        )
    shuffle = shuffle and batch_size < len(x)
    if shuffle or any(isinstance(layer, Dropout) for layer in net.layers):
        generator("train", rng)

    run = _Run(net, loss, optimizer, regularizer)
    record = Record(loss, metrics, x, y, held_out)
    thetas = [net.theta.copy()]
    best, best_epoch = None, 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # divergence is told by the loss
        for epoch in range(epochs):
            order = minibatches(rng, len(x), batch_size, shuffle=shuffle)
            record.steps([run.step(x.take(batch, 0), y.take(batch, 0), rng) for batch in order], batch_size)
            record.epoch(run.net)
            if snapshots:
                thetas.append(run.net.theta.copy())
            if progress:
                show_progress(epoch + 1, epochs, record.loss[-1])
            if patience is None or best is None or record.validation_loss[-1] < record.validation_loss[best_epoch]:
                best, best_epoch = (run.copy() if patience else run.net), epoch
            elif epoch - best_epoch >= patience:
                break
    return record.history(best, best_epoch, np.array(thetas) if snapshots else None)


class _Run:
    """A private copy of the network that is stepped in place."""

    def __init__(self, net, loss, optimizer, regularizer):
        self.net = net.at(_on_a_cache_line(net.theta), net.buffers.copy())
        self.loss, self.regularizer = loss, regularizer
        self.grads = _on_a_cache_line(net.theta)
        self.into = net.at(self.grads)
        self.decay_mask = net.decay_mask.astype(net.theta.dtype)
        block = BLOCK_BYTES // self.grads.itemsize
        parts = [slice(start, start + block) for start in range(0, len(self.grads), block)]
        self.blocks = [(self.net.theta[part], self.grads[part]) for part in parts]
        self.states = [optimizer.init(theta) for theta, _ in self.blocks]
        # The book's rules needn't check shapes again at every step; a reader's own rule is called as it is.
        own = getattr(type(optimizer), "update", None) is Optimizer.update
        self.update = optimizer._update if own else optimizer.update

    def step(self, x, y, rng):
        """One forward pass, one backward pass, one update; the loss before it."""
        net = self.net
        prediction, caches = net._forward(x, True, rng)
        value, slope = self.loss._value_and_gradient(prediction, y)
        net._backward(slope, caches, self.into, False)
        if self.regularizer is not None:
            self.grads += self.regularizer._gradient(net.theta) * self.decay_mask
        for i, (theta, grads) in enumerate(self.blocks):
            step, self.states[i] = self.update(grads, self.states[i], theta)
            theta += step
        if net.buffers.size:
            net.buffers[...] = net.updated_buffers(caches)
        return value

    def copy(self):
        return self.net.at(self.net.theta.copy(), self.net.buffers.copy())


def _on_a_cache_line(vector):
    """A copy whose first number begins a cache line of 64 bytes: a step with weights across lines takes
    longer."""
    spare = 64 // vector.itemsize
    room = np.empty(len(vector) + spare, vector.dtype)
    start = -room.ctypes.data % 64 // vector.itemsize
    copy = room[start : start + len(vector)]
    copy[...] = vector
    return copy


def _checked_optimizer(operation, optimizer):
    if isinstance(optimizer, type) or not (hasattr(optimizer, "init") and hasattr(optimizer, "update")):
        raise TypeError(
            f"{operation}: expected an optimizer such as Adam(learning_rate=0.001), got "
            f"{optimizer!r:.60}; make one, with its learning rate"
        )


def _checked_options(regularizer, metrics, patience, held_out):
    if regularizer is not None and not isinstance(regularizer, Regularizer):
        raise TypeError(f"train: expected a regularizer such as L2(0.01), got {regularizer!r:.60}; make one, with ()")
    if not isinstance(metrics, (tuple, list)) or not all(map(callable, metrics)):
        raise TypeError(f"train: expected a tuple of functions as metrics, got {metrics!r:.60}; pass (accuracy,)")
    names = [metric_name(metric) for metric in metrics]
    if len(set(names)) < len(names):
        raise ValueError(
            f"train: expected metrics of different names, got {', '.join(names)}; "
            "define each by def, under a name of its own"
        )
    if patience is not None and count("train", "patience", patience) and held_out is None:
        raise ValueError("train: expected validation data with patience, got none; pass validation=(x, y)")


def _pair(validation):
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(
            f"train: expected validation as a pair (x, y), got {type(validation).__name__}; pass validation=(x, y)"
        )
    return validation
