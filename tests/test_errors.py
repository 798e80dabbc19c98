"""Every public operation answers what it can't use with one sentence: what came, what was wanted, what to do."""

import functools
import re
import warnings

import numpy as np
import pytest

import nnbook
from nnbook.activations import LeakyReLU, softmax, softmax_vjp
from nnbook.augment import random_shifts, shift
from nnbook.autograd import Value
from nnbook.datasets import blobs, circles, digits, gate, houses, line, moons, polynomial, spirals
from nnbook.gradcheck import central_differences, gradcheck
from nnbook.landscapes import Quadratic, Ravine, Turned, banana, basins, bowl, double_well, objective, saddle
from nnbook.layers import BatchNorm, Dropout, Elementwise, Linear, Sequential, mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError
from nnbook.optimizers import AdaGrad, Adam, AdamW, GradientDescent, Momentum, Nesterov, RMSprop
from nnbook.penalized import lasso, ridge, soft_threshold
from nnbook.regularizers import L1, L2
from nnbook.schedules import Constant, Cosine, Exponential, Join, StepDecay, Warmup
from nnbook.training import accuracy, minibatches, minimize, train

NET = mlp((3, 4, 2), rng=np.random.default_rng(0))
NORM = BatchNorm(3)
X, LABELS = np.ones((5, 3)), np.array([0, 1, 0, 1, 0])
OUTPUT, CACHES = NET.forward(X)
NAN = np.array([[1.0, np.nan, 0.0]])
ACTIVATIONS = [getattr(nnbook, n) for n in "identity step sigmoid tanh relu leaky_relu softplus gelu silu".split()]
INITIALIZERS = [getattr(nnbook, n) for n in nnbook.initializers.__all__ if n != "zeros"]
RULES = [GradientDescent, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AdamW]

# What is no array of real numbers at all; every operation on arrays is tried with each of them.
HOSTILE = {
    "text": "text",
    "nothing": None,
    "an object": object(),
    "a set": {1.0},
    "a dictionary": {"a": 1},
    "complex numbers": np.ones((5, 3), complex),
    "objects": np.full((5, 3), None),
    "ragged rows": [[1.0, 2.0], [3.0]],
    "dates": np.full((5, 3), np.datetime64("2020-01-01")),
    "NaN": np.full((5, 3), np.nan),
}
ON_ARRAYS = {
    **{repr(f): f for f in ACTIVATIONS},
    **{f"{f!r}.derivative": f.derivative for f in ACTIVATIONS},
    "softmax": softmax,
    "softmax_vjp of": lambda v: softmax_vjp(v, X),
    "softmax_vjp at": lambda v: softmax_vjp(X, v),
    **{f"{loss!r} {side}": call for loss in (MeanSquaredError(), MeanAbsoluteError(), Huber(), BinaryCrossEntropy())
       for side, call in (("prediction", lambda v, f=loss: f(v, X)), ("target", lambda v, f=loss: f(X, v)),
                          ("gradient", lambda v, f=loss: f.gradient(v, X)))},
    "CrossEntropy logits": lambda v: CrossEntropy()(v, LABELS),
    "CrossEntropy target": lambda v: CrossEntropy().gradient(X, v),
    **{repr(r): r for r in (L1(0.1), L2(0.1))},
    **{f"{r!r}.gradient": r.gradient for r in (L1(0.1), L2(0.1))},
    **{repr(f): f for f in (bowl, Ravine(3.0), banana, saddle, double_well, basins)},
    **{f"{f!r}.gradient": f.gradient for f in (bowl, Ravine(3.0), banana, saddle, double_well, basins)},
    "net": NET,
    "net.forward": NET.forward,
    "net.backward": lambda v: NET.backward(v, CACHES),
    "Linear.forward": NET.layers[0].forward,
    "Elementwise.forward": NET.layers[1].forward,
    "Dropout.forward": Dropout(0.5).forward,
    "BatchNorm.forward": NORM.forward,
    "Linear.from_weights W": lambda v: Linear.from_weights(v, np.zeros(3)),
    "Linear.from_weights b": lambda v: Linear.from_weights(np.ones((5, 3)), v),
    "objective x": lambda v: objective(NET, CrossEntropy(), v, LABELS),
    "objective y": lambda v: objective(NET, CrossEntropy(), X, v),
    "minimize": lambda v: minimize(bowl, v, Adam(), 1),
    "train x": lambda v: train(NET, v, LABELS, loss=CrossEntropy(), optimizer=Adam(), rng=np.random.default_rng(0)),
    "train y": lambda v: train(NET, X, v, loss=CrossEntropy(), optimizer=Adam(), rng=np.random.default_rng(0)),
    "accuracy prediction": lambda v: accuracy(v, LABELS),
    "accuracy target": lambda v: accuracy(X, v),
    "gradcheck": lambda v: gradcheck(bowl, v),
    "gradcheck of a layer": lambda v: gradcheck(NET, v),
    "central_differences": lambda v: central_differences(np.sum, v),
    "Constant": Constant(0.1),
    "Cosine": Cosine(0.1, 10),
}  # fmt: skip


def says_one_sentence(call, *arguments):
    """Call it; the exception is ValueError or TypeError, with one sentence in the house's form, and no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((ValueError, TypeError)) as caught:
            call(*arguments)
    message = str(caught.value)
    assert re.fullmatch(r"[^\n]+: [^\n]*expected [^\n]+ got [^\n]+; [^\n]+[^.\n]", message), message
    assert len(message) < 330
    return message


@pytest.mark.parametrize("operation", ON_ARRAYS)
def test_what_is_no_array_of_real_numbers(operation):
    for value in HOSTILE.values():
        says_one_sentence(ON_ARRAYS[operation], value)


def run(**changed):
    arguments = {"loss": CrossEntropy(), "optimizer": Adam(), "rng": np.random.default_rng(0)} | changed
    net, x, y = (arguments.pop(name, default) for name, default in (("net", NET), ("x", X), ("y", LABELS)))
    return train(net, x, y, **arguments)


WRONG = {
    # shapes
    "softmax of a number": lambda: softmax(1.0),
    "softmax over no classes": lambda: softmax(np.ones((3, 0))),
    "softmax along an axis that isn't there": lambda: softmax(X, axis=2),
    "softmax_vjp of another shape": lambda: softmax_vjp(np.ones(3), X),
    "column against row": lambda: MeanSquaredError()(np.ones((5, 1)), np.ones(5)),
    "row against column": lambda: MeanAbsoluteError().gradient(np.ones(5), np.ones((5, 1))),
    "an empty batch of predictions": lambda: Huber()(np.ones((0, 1)), np.ones((0, 1))),
    "binary targets of another shape": lambda: BinaryCrossEntropy()(np.ones((5, 1)), LABELS),
    "flat logits": lambda: CrossEntropy()(np.ones(5), LABELS),
    "no logits": lambda: CrossEntropy()(np.ones((0, 3)), np.zeros(0, int)),
    "too few labels": lambda: CrossEntropy()(X, LABELS[:3]),
    "distributions of another shape": lambda: CrossEntropy()(X, np.ones((5, 2)) / 2),
    "a flat example": lambda: NET(np.ones(3)),
    "examples in columns": lambda: NET(X.T),
    "an image for a batch": lambda: Linear(784, 16, rng=np.random.default_rng(0)).forward(np.ones((784, 1))),
    "a batch without examples": lambda: NET(np.ones((0, 3))),
    "a batch of batches": lambda: NET(np.ones((2, 5, 3))),
    "a flat batch for an activation": lambda: Elementwise(nnbook.relu).forward(np.ones(3)),
    "too many features for batch norm": lambda: NORM.forward(np.ones((5, 4))),
    "a training batch of one": lambda: NORM.forward(np.ones((1, 3)), training=True),
    "a gradient of the input's shape": lambda: NET.backward(X, CACHES),
    "a gradient for fewer examples": lambda: NET.backward(OUTPUT[:2], CACHES),
    "a layer's gradient of another shape": lambda: NORM.backward(np.ones((5, 4)), NORM.forward(X)[1]),
    "an activation's gradient of another shape": lambda: NET.layers[1].backward(X, CACHES[1]),
    "a dropout gradient of another shape": lambda: Dropout(0.5).backward(np.ones((5, 4)), Dropout(0.5).forward(X)[1]),
    "a theta too long": lambda: NET.at(np.zeros(27)),
    "a theta of three axes": lambda: NET.at(np.zeros((2, 2, 26))),
    "buffers too long": lambda: NORM.at(NORM.theta, np.zeros(7)),
    "a theta of whole numbers": lambda: NET.at(np.zeros(26, int)),
    "a list for theta": lambda: NET.at([0.0] * 26),
    "weights that are flat": lambda: Linear.from_weights(np.ones(3), np.ones(3)),
    "a bias for each input": lambda: Linear.from_weights(np.ones((3, 4)), np.ones(3)),
    "layers that don't fit": lambda: Sequential([NET.layers[0], NORM]),
    "no layers": lambda: Sequential([]),
    "no list of layers": lambda: Sequential(3),
    "something that is no layer": lambda: Sequential([NET.layers[0], "relu"]),
    "softmax as a layer": lambda: Elementwise(softmax),
    "one size": lambda: mlp((784,)),
    "a size of zero": lambda: mlp((784, 0, 10), rng=np.random.default_rng(0)),
    "sizes that aren't whole": lambda: mlp((784, 1.5, 10), rng=np.random.default_rng(0)),
    "sizes as text": lambda: mlp("784", rng=np.random.default_rng(0)),
    "a dtype that is none of the two": lambda: Linear(2, 3, rng=np.random.default_rng(0), dtype=np.float16),
    "a dtype that is none": lambda: mlp((2, 3), rng=np.random.default_rng(0), dtype="fast"),
    "no rng": lambda: mlp((3, 2)),
    "a seed for an rng": lambda: mlp((3, 2), rng=0),
    "dropout without rng": lambda: Dropout(0.5).forward(X, training=True),
    "dropout with a seed": lambda: Dropout(0.5).forward(X, training=True, rng=3),
    "another activation": lambda: mlp((3, 4, 2), activation="relu", rng=np.random.default_rng(0)),
    "a theta of another dimension": lambda: bowl([1.0, 2.0, 3.0]),
    "a number for theta": lambda: banana(1.0),
    "a matrix for minimize": lambda: minimize(bowl, np.ones((2, 2, 2)), Adam(), 3),
    "an empty theta": lambda: minimize(bowl, np.ones(0), Adam(), 3),
    "an infinite start": lambda: minimize(bowl, [np.inf, 0.0], Adam(), 3),
    "an objective of another theta": lambda: objective(NET, CrossEntropy(), X, LABELS).gradient(np.ones(3)),
    "an objective of a list": lambda: objective(NET, CrossEntropy(), X, LABELS)([1.0]),
    "an objective of no network": lambda: objective(bowl, CrossEntropy(), X, LABELS),
    "an objective of no loss": lambda: objective(NET, CrossEntropy, X, LABELS),
    "too few targets": lambda: run(y=LABELS[:3]),
    "too many features": lambda: run(x=np.ones((5, 4))),
    "no examples": lambda: run(x=np.ones((0, 3)), y=LABELS[:0]),
    "validation of another width": lambda: run(validation=(np.ones((5, 2)), LABELS)),
    "validation without targets": lambda: run(validation=X),
    "predictions without examples": lambda: accuracy(np.ones((0, 2)), LABELS[:0]),
    "targets of another length": lambda: accuracy(X, LABELS[:2]),
    # labels and ranges
    "a label too large": lambda: CrossEntropy()(X, [0, 1, 2, 3, 0]),
    "a negative label": lambda: CrossEntropy().gradient(X, [0, 1, -1, 0, 0]),
    "labels that aren't whole": lambda: CrossEntropy()(X, [0.0, 1.0, 0.0, 1.0, 0.0]),
    "rows that don't sum to one": lambda: CrossEntropy()(X, X),
    "a negative probability": lambda: CrossEntropy()(X, np.tile([1.5, -0.5, 0.0], (5, 1))),
    "a binary target beyond 1": lambda: BinaryCrossEntropy()(X, 2 * X),
    "a binary target below 0": lambda: BinaryCrossEntropy()(X, -X),
    "infinite logits": lambda: CrossEntropy()(X * np.inf, LABELS),
    "infinite binary logits": lambda: BinaryCrossEntropy()(X * np.inf, X),
    "infinite softmax logits": lambda: softmax([1.0, np.inf]),
    "training labels out of range": lambda: run(y=LABELS + 1),
    # rates
    "a temperature of zero": lambda: softmax(X, temperature=0),
    "a negative temperature": lambda: softmax(X, temperature=-1.0),
    "a negative slope": lambda: LeakyReLU(-0.1),
    "a Huber width of zero": lambda: Huber(0.0),
    "a negative strength": lambda: L1(-0.1),
    "a strength that is text": lambda: L2("0.1"),
    "a rate of one": lambda: Dropout(1.0),
    "a negative dropout": lambda: Dropout(-0.1),
    "an epsilon of zero": lambda: BatchNorm(3, epsilon=0),
    "an update rate above one": lambda: BatchNorm(3, update_rate=1.5),
    "a momentum above one": lambda: Momentum(0.1, 1.1),
    "a negative momentum": lambda: Nesterov(0.1, -0.1),
    "a beta of one": lambda: Adam(beta1=1.0),
    "a negative beta": lambda: RMSprop(beta2=-0.5),
    "a negative epsilon": lambda: AdaGrad(epsilon=-1e-8),
    "a negative decay": lambda: AdamW(weight_decay=-0.1),
    "a schedule's negative rate": lambda: minimize(bowl, [1.0, 1.0], GradientDescent(lambda t: -1.0), 2),
    "a schedule without a number": lambda: minimize(bowl, [1.0, 1.0], GradientDescent(lambda t: "fast"), 2),
    "a kappa of zero": lambda: Ravine(0.0),
    "an infinite curvature": lambda: Quadratic((1.0, np.inf)),
    "no curvatures": lambda: Quadratic(()),
    "a negative schedule": lambda: Constant(-0.1),
    "a decay every zero steps": lambda: StepDecay(0.1, every=0),
    "a negative factor": lambda: Exponential(0.1, -0.5),
    "a cosine of no steps": lambda: Cosine(0.1, 0),
    "a warm-up to no schedule": lambda: Warmup(5, 0.1),
    "a join with a boundary too many": lambda: Join((Constant(0.1),), (5,)),
    "a join that goes back": lambda: Join((Constant(0.1),) * 3, (5, 5)),
    "a join of numbers": lambda: Join((0.1, 0.2), (5,)),
    "a step before the first": lambda: Cosine(0.1, 10)(-1),
    "a negative noise": lambda: moons(np.random.default_rng(0), noise=-0.1),
    # counts and kinds
    "a gate that is none": lambda: gate("nor"),
    "a gate's number": lambda: gate(3),
    "a part that is none": lambda: digits("training"),
    "digits as whole numbers": lambda: digits("test", dtype=np.int64),
    "centers that are flat": lambda: blobs(np.random.default_rng(0), centers=[1.0, 2.0]),
    "no coefficients": lambda: polynomial(np.random.default_rng(0), coefficients=()),
    "a batch size of zero": lambda: minibatches(np.random.default_rng(0), 10, 0),
    "no examples to batch": lambda: minibatches(np.random.default_rng(0), 0, 5),
    "batches without rng": lambda: minibatches(None, 10, 5),
    "half a batch": lambda: run(batch_size=2.5),
    "no epochs": lambda: run(epochs=0),
    "steps below zero": lambda: minimize(bowl, [1.0, 1.0], Adam(), -1),
    "patience without validation": lambda: run(patience=3),
    "no patience": lambda: run(patience=0, validation=(X, LABELS)),
    "training without rng": lambda: run(rng=None, batch_size=2),
    "a class for an optimizer": lambda: run(optimizer=Adam),
    "a class for a loss": lambda: run(loss=CrossEntropy),
    "no network": lambda: run(net=bowl),
    "many networks": lambda: run(net=NET.at(np.zeros((2, 26)))),
    "a number for a regularizer": lambda: run(regularizer=0.1),
    "a metric by its name": lambda: run(metrics=("accuracy",)),
    "metrics that are one": lambda: run(metrics=accuracy),
    "no landscape": lambda: minimize(np.sum, [1.0], Adam(), 3),
    "no optimizer": lambda: minimize(bowl, [1.0, 1.0], 0.1, 3),
    "a power of a value": lambda: Value(2.0) ** Value(3.0),
    "a value of text": lambda: Value("2"),
    "a value of nothing": lambda: Value(2.0) + None,
    "a value that isn't finite": lambda: Value(float("nan")),
    "division by zero": lambda: Value(1.0) / Value(0.0),
    "division by a number that is zero": lambda: 1.0 / Value(0.0),
    "the logarithm of zero": lambda: Value(0.0).log(),
    "the root of a negative": lambda: Value(-1.0) ** 0.5,
    "the slope of a root at zero": lambda: Value(0.0) ** 0.5,
    "an exponential too large": lambda: Value(1000.0).exp(),
    "a product too large": lambda: Value(1e200) * Value(1e200),
    "nothing to check": lambda: gradcheck(3, [1.0]),
    "nowhere to check": lambda: gradcheck(bowl),
    "a check of a function of numbers": lambda: gradcheck(lambda v: 3.0, [1.0]),
    "a negative step": lambda: gradcheck(bowl, [1.0, 1.0], step=-1e-5),
    "a layer's check without rows": lambda: gradcheck(NET, [1.0, 2.0, 3.0]),
    "a check of a network with targets": lambda: gradcheck(NET, X, LABELS),
    "a check of a network nowhere": lambda: gradcheck(NET),
    "a check of a class": lambda: gradcheck(MeanSquaredError, X, X),
    "infinite examples": lambda: run(x=np.full((5, 3), np.inf)),
    # what a forward pass left, and runs side by side
    "no cache": lambda: NET.backward(OUTPUT, None),
    "a network's output and cache": lambda: NET.backward(OUTPUT, NET.forward(X)),
    "a layer's output and cache": lambda: NET.layers[0].backward(np.ones((5, 4)), NET.layers[0].forward(X)),
    "a norm's output and cache": lambda: NORM.backward(X, NORM.forward(X)),
    "another network's cache": lambda: NET.backward(OUTPUT, Sequential(NET.layers[:1]).forward(X)[1]),
    "examples for another number of runs": lambda: NET.at(np.zeros((4, 26))).forward(np.ones((3, 5, 3))),
    "buffers of other runs": lambda: NORM.at(np.ones((2, 6)), np.ones((3, 6))),
    "buffers of runs for one network": lambda: NORM.at(NORM.theta, np.ones((3, 6))),
    # penalties solved exactly
    "ridge without examples": lambda: ridge(np.ones((0, 3)), np.ones(0), 0.1),
    "lasso without columns": lambda: lasso(np.ones((5, 0)), np.ones(5), 0.1),
    "a lasso's start of another length": lambda: lasso(X, np.ones(5), 0.1, start=np.ones(2)),
    "a negative tolerance": lambda: lasso(X, np.ones(5), 0.1, tolerance=-1.0),
    "a negative threshold": lambda: soft_threshold(X, -0.1),
    "a slope that is text": lambda: nnbook.initializers.kaiming_normal(np.random.default_rng(0), (3, 4), slope="a"),
    "an infinite slope": lambda: nnbook.initializers.kaiming_uniform(np.random.default_rng(0), (3, 4), slope=np.inf),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_one_sentence(mistake):
    says_one_sentence(WRONG[mistake])


@pytest.mark.parametrize("rule", RULES)
def test_optimizers(rule):
    theta = np.ones(3)
    for rate in (-0.1, np.nan, np.inf, "0.1", None, True):
        says_one_sentence(rule, rate)
    for wrong in (np.ones(2), np.ones((3, 1)), np.ones(3, complex), np.ones(3, int), "text", None, [[1.0], [2.0, 3.0]]):
        says_one_sentence(rule().update, wrong, rule().init(theta), theta)
    for wrong in (np.ones(3, int), np.ones(3, complex), "text", None, [[1.0], [2.0, 3.0]]):
        says_one_sentence(rule().init, wrong)
    if rule.remembers:
        says_one_sentence(rule().update, theta, rule().init(np.ones(2)), theta)


@pytest.mark.parametrize("draw", INITIALIZERS, ids=lambda f: f.__name__)
def test_initializers(draw):
    for wrong in (None, 0, "rng", np.random.RandomState(0)):
        assert says_one_sentence(draw, wrong, (3, 4)).startswith(f"{draw.__name__}: ")
    for wrong in ((0, 4), (-1, 4), (3.5, 4), ("a", "b"), None):
        says_one_sentence(draw, np.random.default_rng(0), wrong)
    if draw.__name__ not in ("normal", "uniform"):
        says_one_sentence(draw, np.random.default_rng(0), (3,))
    says_one_sentence(lambda: draw(np.random.default_rng(0), (3, 4), dtype=int))


@pytest.mark.parametrize("make", [line, polynomial, moons, circles, spirals, blobs, houses])
def test_datasets(make):
    for wrong in (None, 0, "rng"):
        assert says_one_sentence(make, wrong).startswith(f"{make.__name__}: ")
    for wrong in (0, -5, 2.5, "many", None, True):
        says_one_sentence(make, np.random.default_rng(0), wrong)


def test_the_message_says_what_to_do():
    layer = Linear(784, 16, rng=np.random.default_rng(0))
    assert says_one_sentence(layer.forward, np.ones((784, 1))) == (
        "Linear(784 → 16): expected input of shape (batch, 784), got (784, 1); put examples in rows"
    )
    assert says_one_sentence(lambda: MeanSquaredError()(np.ones((4, 1)), np.ones(4))).endswith("use target[:, None]")
    assert "got 1 NaN among 3 values" in says_one_sentence(nnbook.relu, NAN)
    assert "labels from 0 to 1, got labels from 0 to 2" in says_one_sentence(
        lambda: CrossEntropy()(np.ones((2, 2)), [0, 2])
    )


def half_norm(batch_size, examples=33):
    """Train a network with batch norm in such batches."""
    rng = np.random.default_rng(0)
    net = mlp((3, 4, 2), rng=rng, batch_norm=True)
    return train(net, np.ones((examples, 3)), np.zeros(examples, int), loss=CrossEntropy(), optimizer=Adam(), rng=rng,
                 batch_size=batch_size, epochs=1)  # fmt: skip


@pytest.mark.parametrize(
    ("call", "phrases"),
    [
        (lambda: CrossEntropy()(np.zeros((3, 4)), np.array([0, 1])), ["got int64 of shape (2,)", "one label"]),
        (lambda: CrossEntropy()(np.zeros((3, 4)), np.zeros((3, 1), int)), ["int64", "y.ravel()"]),
        (lambda: NET(np.ones((4, 4))), ["give each example 3 numbers"]),
        (lambda: Elementwise(np.tanh), ["pass relu"]),
        (lambda: Elementwise(softmax), ["softmax belongs to the loss"]),
        (lambda: Linear(2, 3, initializer=None), ["initializer"]),
        (lambda: mlp((3, 2)), ["mlp: ", "rng"]),
        (lambda: mlp((3, 2), rng=0), ["mlp: ", "got int"]),
        (lambda: Linear(2, 3, rng=0, initializer=nnbook.initializers.zeros), ["Linear(2 → 3): ", "got int"]),
        (lambda: line(np.random.default_rng(0), slope="a"), ["line: ", "slope"]),
        (lambda: NET.backward(OUTPUT, NET.forward(X)), ["the cache", "got tuple", "output, cache ="]),
        (lambda: Linear(2, 3, initializer=lambda rng, shape: np.ones(shape[::-1])), ["(2, 3)", "got (3, 2)"]),
        (lambda: Linear(2, 3, initializer=lambda rng, shape: np.ones(9)), ["(2, 3)", "got (9,)"]),
        (lambda: Adam(Cosine), ["class Cosine", "make a schedule"]),
        (lambda: Adam().update(np.ones(2), None, np.ones(2)), ["NoneType", "init(theta)"]),
        (lambda: minimize(Ravine, np.ones(2), Adam(), 1), ["got Ravine"]),
        (lambda: accuracy(np.ones((2, 1)), [-1, 1]), ["from 0 to 1, got -1"]),
        (lambda: accuracy(np.ones((1, 2)), [5]), ["from 0 to 1, got 5"]),
        (lambda: accuracy(np.ones((1, 1)), [1], threshold=None), ["threshold"]),
        (lambda: half_norm(32), ["33 examples in batches of 32"]),
        (lambda: half_norm(1), ["in batches of 1"]),
        (lambda: train(NET, X, LABELS, loss=CrossEntropy(), optimizer=Adam(), rng=np.random.default_rng(0),
                       metrics=(lambda p, y: 0.0, lambda p, y: 1.0)), ["different names"]),
        (lambda: Turned(double_well), ["two dimensions"]),
        (lambda: Turned(3), ["two dimensions"]),
        (lambda: Turned(angle="a"), ["angle"]),
        (lambda: Join(Constant(1), (3,)), ["tuple of schedules"]),
        (lambda: Value(1.0) / 1e-310, ["÷"]),
        (lambda: Value(1e-310).log(), ["log"]),
        (lambda: 2 ** Value(3.0), ["(exponent * math.log(base)).exp()"]),
        (lambda: shift(np.ones((2, 4)), 1.5), ["right", "whole number"]),
        (lambda: blobs(np.random.default_rng(0), centers=((0.0, np.nan), (1.0, 1.0))), ["without NaN"]),
        (lambda: blobs(np.random.default_rng(0), centers=((0.0,), (1.0, 1.0))), ["same length"]),
    ],
)  # fmt: skip
def test_what_students_pass_by_mistake(call, phrases):
    said = says_one_sentence(call)
    assert [phrase for phrase in phrases if phrase not in said] == []


def test_what_looked_like_a_mistake_and_is_none():
    inner = Sequential([Linear(2, 3, rng=np.random.default_rng(0)), nnbook.relu])
    assert Sequential([inner, Linear(3, 1, rng=np.random.default_rng(1))])(np.ones((4, 2))).shape == (4, 1)
    assert "3 numbers" in says_one_sentence(lambda: Sequential([inner, Linear(2, 1, rng=np.random.default_rng(1))]))
    assert Turned(Quadratic((1.0, -1.0))).minimum is None
    assert random_shifts(np.random.default_rng(0), np.eye(4).tolist()).shape == (4, 4)
    assert len(half_norm(32, examples=34).loss) == 1
    named = train(NET, X, LABELS, loss=CrossEntropy(), optimizer=Adam(), rng=np.random.default_rng(0), epochs=2,
                  metrics=(functools.partial(accuracy, threshold=0.5),))  # fmt: skip
    assert len(named.metrics["accuracy"]) == 2
    quotient = Value(1.0) / 1e200
    assert quotient.data == 1e-200 and quotient.slopes == (1e-200, 0.0)


@pytest.mark.parametrize(
    "compute",
    [
        lambda x, s: LeakyReLU(s)(x),
        lambda x, s: Huber(s).gradient(x, 2 * x),
        lambda x, s: L2(s).gradient(x),
        lambda x, s: Ravine(s).gradient(x),
        lambda x, s: Momentum(s, s).update(x, Momentum(s, s).init(x), x)[0],
        lambda x, s: Adam(s, beta1=s, epsilon=s).update(x, Adam().init(x), x)[0],
        lambda x, s: Adam().update(x.astype(np.float64), Adam().init(x), x)[0],
    ],
)
def test_a_numpy_number_as_setting_leaves_float32_as_it_is(compute):
    x = np.ones((3, 2), np.float32)
    for setting in (np.float64(0.1), np.float32(0.1)):
        assert compute(x, setting).dtype == np.float32
