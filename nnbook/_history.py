"""What training leaves behind: its curves, its network, and a progress bar for those who wait."""

import sys
from dataclasses import dataclass, field

import numpy as np

from nnbook._checks import number, real, shape_text
from nnbook.layers import Sequential

__all__ = ["History", "Record", "accuracy", "metric_name", "show_progress"]


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
    highest = max(p.shape[1], 2) - 1
    if y.shape != p.shape or p.shape[1] == 1:
        strange = y[(y < 0) | (y > highest) | (y != np.floor(y))]
        if strange.size:
            raise ValueError(
                f"accuracy: expected whole labels from 0 to {highest}, got {strange.flat[0]:g}; "
                "number the classes from 0"
            )
    threshold = number("accuracy", "threshold", threshold)
    return _accuracy(p, y, threshold)


def _accuracy(p, y, threshold=0.0):
    predicted = p.argmax(axis=1) if p.shape[1] > 1 else p[:, 0] > threshold
    wanted = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(len(p))
    return float(np.mean(predicted == wanted))


def metric_name(metric):
    """What a metric's curve is called: the name of the function, also of one with settings (functools.partial)."""
    return getattr(getattr(metric, "func", metric), "__name__", type(metric).__name__)


class Record:
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
            return {metric_name(metric): np.array(curve) for metric, curve in curves.items()}

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


def show_progress(epoch, epochs, loss):
    done = round(24 * epoch / epochs)
    sys.stderr.write(
        f"\r{'█' * done}{'░' * (24 - done)} epoch {epoch}/{epochs}, loss {loss:.4g}  "
        + ("\n" if epoch == epochs else "")
    )
    sys.stderr.flush()
