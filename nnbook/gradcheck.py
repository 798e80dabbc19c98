"""Gradient check: any analytic gradient of the package against central differences. ::

    gradcheck(relu, x)                           an activation
    gradcheck(CrossEntropy(), logits, target)    a loss
    gradcheck(L2(0.1), w)  gradcheck(banana, θ)  a regularizer, a landscape, an objective
    gradcheck(layer, x)                          a layer or a network: with respect to its input and to theta
    gradcheck(softmax, logits)                   softmax and its vector-Jacobian product
    gradcheck(f, numbers)                        a function of a list of `Value`s on the tape

Every check returns a `GradientCheck`, which says how far the two are apart.
"""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import count, number, real_finite
from nnbook.activations import Activation, softmax, softmax_vjp
from nnbook.autograd import Value
from nnbook.layers import Layer

__all__ = ["GradientCheck", "central_differences", "gradcheck"]

# The cube root of the rounding error balances truncation, of order step², against rounding, of order 1/step.
STEP = np.finfo(float).eps ** (1 / 3)


@dataclass(frozen=True, eq=False, repr=False)
class GradientCheck:
    """The outcome of a gradient check.

    error: ‖numeric − analytic‖ / max(‖numeric‖, ‖analytic‖, floor) over the coordinates compared.

    numeric, analytic: the two gradients, flat; compared: False where a kink lies within the step.
    """

    error: float
    numeric: np.ndarray
    analytic: np.ndarray
    compared: np.ndarray

    def __repr__(self):
        kinks = int((~self.compared).sum())
        compared = int(self.compared.sum())
        return f"GradientCheck(error {self.error:.0e}, {compared} numbers compared, {kinks} at a kink)"


def gradcheck(thing, *args, training=False, seed=0, coordinates=None, step=STEP, floor=1e-3):
    """Compare the gradient of `thing` at `args` with central differences; a GradientCheck.

    Outputs with more than one number are contracted with random weights drawn from `seed`, which also seeds
    dropout. coordinates: compare only so many, drawn at random. step: relative to max(1, |x|). floor: below
    this norm the error is absolute. Raises TypeError for what has no gradient, and what the thing itself
    raises for wrong arguments.
    """
    step, floor = (number("gradcheck", n, v, 0, open_low=True) for n, v in (("step", step), ("floor", floor)))
    rng = np.random.default_rng(seed)
    f, analytic, point = _as_scalar(thing, args, training, seed, rng)
    chosen = np.arange(point.size)
    if coordinates is not None and count("gradcheck", "coordinates", coordinates) < point.size:
        chosen = np.sort(rng.choice(point.size, coordinates, replace=False))
    numeric, smooth = central_differences(f, point, step=step, coordinates=chosen)
    analytic = analytic[chosen]
    a, n = analytic[smooth], numeric[smooth]
    error = np.linalg.norm(n - a) / max(np.linalg.norm(n), np.linalg.norm(a), floor)
    return GradientCheck(float(error), numeric, analytic, smooth)


def central_differences(f, point, *, step=STEP, coordinates=None):
    """(slopes, smooth): (f(x + h) − f(x − h)) / 2h in each coordinate, and whether f is smooth within h
    there.

    A kink within the step shows because slope and bend measured at h and at h/2 don't agree as a smooth
    function's do.
    """
    point = real_finite("central_differences", "point", point).astype(float)
    center, chosen = f(point), range(point.size) if coordinates is None else coordinates
    slopes, doubt, rounding = np.empty((3, len(chosen)))
    for i, k in enumerate(chosen):
        h = step * max(1.0, abs(point.flat[k]))
        (up, down), (half_up, half_down) = (_moved(f, point, k, d) for d in (h, h / 2))
        slopes[i], half_slope = (up - down) / (2 * h), (half_up - half_down) / h
        bend, half_bend = (up - 2 * center + down) / h, (half_up - 2 * center + half_down) / (h / 2)
        doubt[i] = max(abs(slopes[i] - half_slope), abs(bend - 2 * half_bend))
        rounding[i] = 40 * np.finfo(float).eps * max(1.0, abs(center)) / h
    return slopes, doubt <= rounding + 1e-8 * np.linalg.norm(slopes)


def _moved(f, point, k, h):
    up, down = point.copy(), point.copy()
    up.flat[k] += h
    down.flat[k] -= h
    return f(up), f(down)


def _as_scalar(thing, args, training, seed, rng):
    """(f, gradient of f at the point, point): `thing` as a function of one flat vector with one number as
    value."""
    if isinstance(thing, type):
        raise TypeError(
            f"gradcheck: expected something with a gradient, got the class {thing.__name__}; make one of it, with ()"
        )
    if not args:
        raise TypeError(f"gradcheck: expected a point to check {_name(thing)} at, got none; "
                        "pass gradcheck(thing, x)")  # fmt: skip
    if isinstance(thing, Layer):
        if len(args) > 1:
            raise TypeError(
                f"gradcheck: expected one input x for {thing!r}, got {len(args)} arguments; "
                "to include a loss, pass objective(net, loss, x, y) and net.theta"
            )
        return _of_layer(thing, args[0], training, seed, rng)
    point = real_finite("gradcheck", "the point", args[0]).astype(float)
    if isinstance(thing, Activation):
        weights = rng.standard_normal(point.shape)
        return lambda x: np.sum(weights * thing(x)), np.ravel(weights * thing.derivative(point)), point
    if thing is softmax:
        weights = rng.standard_normal(point.shape)
        return (
            lambda z: np.sum(weights * softmax(z, *args[1:])),
            softmax_vjp(weights, point, *args[1:]).ravel(),
            point,
        )
    if callable(getattr(thing, "gradient", None)):
        return lambda x: np.sum(thing(x, *args[1:])), np.ravel(thing.gradient(point, *args[1:])), point
    if callable(thing):
        return _of_tape(thing, point)
    raise TypeError(f"gradcheck: expected something with a gradient, got {type(thing).__name__}; "
                    "pass an activation, a loss, a layer, a landscape or a function of Values")  # fmt: skip


def _name(thing):
    return getattr(thing, "__name__", None) or f"{thing!r:.60}"


def _of_layer(layer, x, training, seed, rng):
    x = real_finite("gradcheck", "x", x).astype(float)
    layer = layer.at(layer.theta.astype(float))

    def forward(flat):
        moved = layer.at(flat[x.size :])
        return moved.forward(flat[: x.size].reshape(x.shape), training=training, rng=np.random.default_rng(seed))

    point = np.concatenate([x.ravel(), layer.theta])
    output, cache = forward(point)
    weights = rng.standard_normal(output.shape)
    grad_input, grads = layer.backward(weights, cache)
    return lambda flat: np.sum(weights * forward(flat)[0]), np.concatenate([grad_input.ravel(), grads]), point


def _of_tape(function, point):
    inputs = [Value(number) for number in point.flat]
    output = function(inputs)
    if not isinstance(output, Value):
        raise TypeError(f"gradcheck: expected a function that returns a Value, got {type(output).__name__}; "
                        "compute with the list of Values that it is given")  # fmt: skip
    output.backward()
    gradient = np.array([value.grad for value in inputs])
    return lambda x: function([Value(number) for number in x.flat]).data, gradient, point
