"""Exercises of the refresher: self-tests whose answers say which chapter needs what they test."""

import math

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]


def _product(rows, inner, columns):
    return {"rows": int(rows), "inner": int(inner), "columns": int(columns)}


product_shape = Exercise(
    id="refresher.product-shape",
    title="The shape of a product",
    statement="`x` has shape ([[rows]], [[inner]]) and `W` has shape ([[inner]], [[columns]]). What is the shape of `x @ W`, "
    "and how many multiplications does it take?",
    kind=Numeric(
        value=lambda g: {
            "shape": (g["rows"], g["columns"]),
            "multiplications": g["rows"] * g["inner"] * g["columns"],
        },
        mistakes=(
            Mistake(
                "inner-kept",
                lambda g: {"shape": (g["inner"], g["inner"])},
                "The inner dimension is summed over and disappears; which two are left?",
            ),
            Mistake(
                "swapped",
                lambda g: {"shape": (g["columns"], g["rows"])},
                "Rows come from the left factor, columns from the right one.",
            ),
            Mistake(
                "entries-only",
                lambda g: {"multiplications": g["rows"] * g["columns"]},
                "That is the number of entries of the result; each of them is a sum of several products.",
            ),
        ),
    ),
    hints=(
        "Entry (i, j) of the product is row i of the left factor times column j of the right one.",
        "How many numbers stand in that row? That many multiplications go into each entry.",
    ),
    worked="There is one entry for each row of `x` and each column of `W`, and each is a sum of [[inner]] products.",
    takeaway="Chapter 1 writes every layer this way, and chapter 4 counts its cost like this.",
    points=2,
    minutes=2,
    book=_product(5, 3, 4),
    draw=lambda rng: _product(*rng.choice(np.arange(2, 12), 3, replace=False)),
)

broadcast = Exercise(
    id="refresher.broadcast",
    title="Which sums does numpy allow?",
    statement="`a` has shape (3, 4). With which of these shapes of `b` does `a + b` work and have the shape of `a`?",
    kind=Choice(
        options=(
            Option("four", "(4,)", True, "It is stretched over the rows: this is how a bias is added to a batch."),
            Option(
                "three",
                "(3,)",
                False,
                "Shapes are compared from the right, and 3 does not match 4; see how to turn it into a column.",
            ),
            Option("column", "(3, 1)", True, "The 1 is stretched over the columns."),
            Option("scalar", "()", True, "A single number goes with every shape."),
            Option("transposed", "(4, 3)", False, "Two dimensions of different size, neither of them 1, do not fit."),
            Option("stack", "(2, 3, 4)", False, "It works, but look at the shape that comes out."),
        ),
        several=True,
    ),
    hints=(
        "Write the shapes under each other, aligned at the right end.",
        "Two sizes fit when they are equal or one of them is 1; a missing one counts as 1.",
    ),
    worked="Aligned at the right, each pair of sizes must be equal or contain a 1, and nothing may make `a` larger.",
    takeaway="From chapter 1 on, biases are added to whole batches by broadcasting.",
    points=3,
    minutes=3,
)


def _parabola(a, b, x):
    return {"a": int(a), "b": int(b), "x": int(x), "slope": int(2 * a * x + b)}


derivative = Exercise(
    id="refresher.derivative",
    title="A derivative",
    statement="What is the derivative of $f(x) = [[a]]x^2 + [[b]]x + 5$ at $x = [[x]]$?",
    kind=Numeric(
        value=lambda g: g["slope"],
        atol=1e-6,
        label="f′(x)",
        mistakes=(
            Mistake(
                "value",
                lambda g: g["a"] * g["x"] ** 2 + g["b"] * g["x"] + 5,
                "That is the value of f there; the question is how fast it changes.",
            ),
            Mistake("factor-two", lambda g: g["a"] * g["x"] + g["b"], "The derivative of x² has a factor in front of x."),
            Mistake("constant-kept", lambda g: g["slope"] + 5, "The constant does not change when x does."),
        ),
    ),
    hints=("Term by term: what are the derivatives of x², of x, and of a constant?", "Put x in only at the end."),
    worked="$f'(x) = 2 \\cdot [[a]]x + [[b]]$, and at $x = [[x]]$ that is $[[slope]]$.",
    takeaway="Chapter 3 lowers such functions, and chapter 5 takes steps against their slope.",
    points=1,
    minutes=2,
    book=_parabola(3, 4, 2),
    draw=lambda rng: _parabola(rng.integers(2, 8), rng.integers(2, 9), rng.integers(2, 6)),
)


def _two(x, y):
    return {"x": int(x), "y": int(y)}


partial = Exercise(
    id="refresher.partial",
    title="Two partial derivatives",
    statement="$f(x, y) = x^2 y + 3y$. Give $\\partial f/\\partial x$ and $\\partial f/\\partial y$ at $(x, y) = ([[x]], [[y]])$.",
    kind=Numeric(
        value=lambda g: {"∂f/∂x": 2 * g["x"] * g["y"], "∂f/∂y": g["x"] ** 2 + 3},
        atol=1e-6,
        mistakes=(
            Mistake(
                "y-not-fixed",
                lambda g: {"∂f/∂x": 2 * g["x"]},
                "While x moves, y keeps its value and stays as a factor.",
            ),
            Mistake(
                "x-term-lost",
                lambda g: {"∂f/∂y": 3},
                "Both terms contain y; what multiplies it in the first?",
            ),
            Mistake(
                "both-moved",
                lambda g: {"∂f/∂y": 2 * g["x"] + 3},
                "You differentiated the factor that holds x; for ∂/∂y it is a constant.",
            ),
        ),
    ),
    hints=("For ∂f/∂x, read y as if it were a number.", "For ∂f/∂y, read x² as if it were a number."),
    worked="$\\partial f/\\partial x = 2xy$ and $\\partial f/\\partial y = x^2 + 3$.",
    takeaway="The gradient of chapter 4 is the list of all partial derivatives.",
    points=2,
    minutes=3,
    book=_two(3, 4),
    draw=lambda rng: _two(rng.integers(3, 12), rng.integers(2, 12)),
)


def _chain(a, b, x):
    return {"a": int(a), "b": int(b), "x": int(x)}


chain_rule = Exercise(
    id="refresher.chain-rule",
    title="The chain rule",
    statement="$f(x) = ([[a]]x + [[b]])^3$. What is $f'([[x]])$?",
    kind=Numeric(
        value=lambda g: 3 * g["a"] * (g["a"] * g["x"] + g["b"]) ** 2,
        atol=1e-6,
        label="f′(x)",
        mistakes=(
            Mistake(
                "inner-forgotten",
                lambda g: 3 * (g["a"] * g["x"] + g["b"]) ** 2,
                "That is the outer derivative; the inside changes too when x does.",
            ),
            Mistake("value", lambda g: (g["a"] * g["x"] + g["b"]) ** 3, "That is the value of f, not its derivative."),
            Mistake(
                "outer-forgotten",
                lambda g: 3 * g["a"] ** 2,
                "The outer derivative is taken at the inner value, not at the inner slope.",
            ),
        ),
    ),
    hints=(
        "Call the inside u. What is the derivative of u³ with respect to u?",
        "Multiply by the derivative of u with respect to x.",
    ),
    worked="$f'(x) = 3([[a]]x + [[b]])^2 \\cdot [[a]]$.",
    takeaway="Backpropagation, in chapter 4, is this rule applied from the output to the input.",
    points=2,
    minutes=3,
    book=_chain(2, 1, 3),
    draw=lambda rng: _chain(rng.integers(2, 7), rng.integers(1, 8), rng.integers(3, 7)),
)


def _numbers(values):
    mean = float(np.mean(values))
    return {
        "shown": ", ".join(map(str, values)),
        "n": len(values),
        "mean": mean,
        "squares": float(np.sum((np.array(values) - mean) ** 2)),
    }


def _draw_numbers(rng):
    values = rng.integers(1, 12, 3).tolist()
    last = int(rng.integers(14, 20))
    return _numbers([*values, last + (-(sum(values) + last)) % 4])


variance = Exercise(
    id="refresher.mean-variance",
    title="Mean and standard deviation",
    statement="The numbers are [[shown]]. Give their mean and their standard deviation (dividing by [[n]]).",
    kind=Numeric(
        value=lambda g: {"mean": g["mean"], "standard deviation": math.sqrt(g["squares"] / g["n"])},
        atol=0.01,
        mistakes=(
            Mistake(
                "variance",
                lambda g: {"standard deviation": g["squares"] / g["n"]},
                "That is the variance: the deviations are still squared.",
            ),
            Mistake(
                "one-less",
                lambda g: {"standard deviation": math.sqrt(g["squares"] / (g["n"] - 1))},
                "You divided by one less than the number of values, which is the other convention.",
            ),
            Mistake(
                "not-averaged",
                lambda g: {"standard deviation": math.sqrt(g["squares"])},
                "The squares are to be averaged before the root is taken.",
            ),
        ),
    ),
    hints=("Subtract the mean from each number and square.", "Average the squares, then take the root."),
    worked="The mean is [[mean:g]]; the squared deviations add up to [[squares:g]], divide that by [[n]], and take the root.",
    takeaway="Chapter 8 follows such standard deviations through a network, and chapter 9 normalizes by them.",
    points=2,
    minutes=3,
    book=_numbers([2, 4, 4, 14]),
    draw=_draw_numbers,
)


def _odds(p, n):
    return {"p": float(p), "n": int(n)}


probability = Exercise(
    id="refresher.probability",
    title="Independent events",
    statement="A classifier is right on each image with probability [[p:g]], independently of the others. "
    "What is the probability that it is right on all of [[n]] images?",
    kind=Numeric(
        value=lambda g: g["p"] ** g["n"],
        atol=0.005,
        label="probability",
        mistakes=(
            Mistake("one-image", lambda g: g["p"], "That is the probability for one image."),
            Mistake(
                "at-least-one",
                lambda g: 1 - (1 - g["p"]) ** g["n"],
                "That is the probability of being right at least once.",
            ),
            Mistake(
                "subtracted",
                lambda g: 1 - g["n"] * (1 - g["p"]),
                "Probabilities of independent events multiply; subtracting the chances of the opposite comes near only while these are small.",
            ),
        ),
    ),
    hints=("Start with two images.", "Independent: multiply."),
    worked="Probabilities of independent events multiply: $[[p:g]]^{[[n]]}$.",
    takeaway="Chapter 3 multiplies probabilities of examples like this and takes the logarithm.",
    points=1,
    minutes=2,
    book=_odds(0.9, 4),
    draw=lambda rng: _odds(rng.integers(65, 91) / 100, rng.integers(3, 6)),
)


def standardize(x):
    """Each column shifted to mean 0 and scaled to standard deviation 1."""
    return (x - x.mean(axis=0)) / x.std(axis=0)


def _tables(given, rng):
    return [{"x": rng.normal(3, 2, size=shape).round(1)} for shape in ((4, 2), (6, 3), (5, 1))]


standardize_columns = Exercise(
    id="refresher.standardize",
    title="Standardize the columns",
    statement="Write `standardize(x)`: for an array with examples in rows, shift and scale each **column** so that its mean is 0 "
    "and its standard deviation is 1. No loop is needed.",
    kind=Code(
        reference=standardize,
        cases=_tables,
        mistakes=(
            Mistake(
                "whole-array",
                lambda x: (x - x.mean()) / x.std(),
                "You used one mean for the whole array; each column has its own.",
            ),
            Mistake("not-shifted", lambda x: x / x.std(axis=0), "The spread is right, but the means are not 0."),
            Mistake("not-scaled", lambda x: x - x.mean(axis=0), "The means are 0, but the spread is as it was."),
            Mistake(
                "variance",
                lambda x: (x - x.mean(axis=0)) / x.var(axis=0),
                "You divided by the variance, which has the square of the unit.",
            ),
            Mistake(
                "one-less",
                lambda x: (x - x.mean(axis=0)) / x.std(axis=0, ddof=1),
                "You divided by one less than the number of rows; here the mean of the squares is meant.",
            ),
        ),
    ),
    hints=("`x.mean(axis=0)` averages over the rows and keeps one number a column.", "Broadcasting does the rest."),
    worked="Both statistics have one entry a column, and broadcasting stretches them over the rows.",
    takeaway="Chapter 9 calls this batch normalization, once it has a scale and a shift of its own.",
    points=3,
    minutes=4,
)

fixed = Exercise(
    id="refresher.what-is-fixed",
    title="What a partial derivative says",
    statement="In a sentence or two, and without a formula: what does a partial derivative of a function of several variables tell you, "
    "and what does the list of all of them, the gradient, add?",
    kind=Explain(
        rubric=(
            "It is a rate of change of the function's value for a small change of one variable.",
            "The other variables are held fixed meanwhile.",
            "The gradient collects the rates for all variables, and so gives the change for a small step in any direction "
            "(or: it points where the function grows fastest).",
        ),
        model="A partial derivative says how fast the value changes when one variable is moved a little and all others stay where they are. "
        "The gradient lists these rates for all variables; together they give the change for any small step, and the "
        "gradient itself points in the direction in which the function grows fastest.",
    ),
    hints=("Imagine a landscape and a walk due east.",),
    worked="Compare your sentences with these.",
    takeaway="Chapter 4 computes this list for a network.",
    points=3,
    minutes=4,
)

EXERCISES = (
    product_shape,
    broadcast,
    derivative,
    partial,
    chain_rule,
    variance,
    probability,
    standardize_columns,
    fixed,
)
