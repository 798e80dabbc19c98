"""Exercises of chapter 1, Neurons."""

import numpy as np

from nnbook.activations import sigmoid
from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric
from nnbook.exercises.threshold import Fires

__all__ = ["EXERCISES"]

INPUTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


def table(*outputs):
    """The truth table of a gate: outputs for the inputs 00, 01, 10, 11."""
    return tuple((inputs, (float(output),)) for inputs, output in zip(INPUTS, outputs, strict=True))


def tex(matrix):
    """An array as a LaTeX matrix; a vector is a row."""
    rows = np.atleast_2d(matrix).tolist()
    return r"\begin{pmatrix}" + r" \\ ".join(" & ".join(f"{x:g}" for x in row) for row in rows) + r"\end{pmatrix}"


# Words

define_terms = Exercise(
    id="neurons.define-terms",
    title="Five words",
    statement=(
        "Define **neuron**, **layer**, **hidden layer**, **weight** and **bias**, in a sentence each. "
        "A reader who knows vectors and nothing of networks should be able to work with your definitions."
    ),
    kind=Explain(
        rubric=(
            ("A neuron computes one number: a function (the activation) of a weighted sum of its inputs plus a bias."),
            (
                "A layer is a group of neurons that read the same inputs; their outputs together are the"
                " next layer's input."
            ),
            (
                "A hidden layer stands between input and output: its values are neither given as data nor"
                " read as the answer."
            ),
            (
                "A weight multiplies one input of one neuron: its size says how much that input counts, its"
                " sign which way."
            ),
            (
                "A bias is one number per neuron, added to the weighted sum: it moves the point at which"
                " the neuron responds."
            ),
        ),
        model=(
            "A *neuron* takes several numbers, forms their weighted sum plus a bias, $z = w \\cdot a + b$,"
            " and passes it through an activation: its output is $\\varphi(z)$. A *layer* is a set of"
            " neurons that read the same inputs; their outputs form the vector that the next layer reads. A"
            " *hidden layer* is any layer between input and output: nobody sets its values and nobody reads"
            " them as the result, which is all that the word means. A *weight* belongs to one connection"
            " and multiplies what comes along it, so its size says how strongly that input counts and its"
            " sign in which direction. A *bias* belongs to one neuron and is added to the weighted sum, so"
            " it decides how large that sum must be before the neuron responds."
        ),
    ),
    hints=(
        "Start from what a single neuron computes, as a formula, and name each letter in it.",
        "For *hidden*, ask who sets the values of the first layer, and who reads those of the last.",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=5,
    minutes=8,
)

hidden_layer = Exercise(
    id="neurons.hidden-layer",
    title="What is hidden in a hidden layer?",
    statement="A layer of a network is called *hidden*. What does that mean?",
    kind=Choice(
        options=(
            Option(
                "not-understood",
                "Nobody understands what its neurons compute.",
                False,
                "Its neurons may be hard to interpret, but a layer whose every neuron is understood has the"
                " same name; ask where the layer stands.",
            ),
            Option(
                "not-accessible",
                "Its values are computed inside the library and cannot be inspected.",
                False,
                "They can be printed like any other array, as this chapter does; ask where the layer stands.",
            ),
            Option(
                "between",
                "It is neither the input layer nor the output layer.",
                True,
                "The word says where the layer stands, and nothing about how well it is understood.",
            ),
            Option(
                "deep",
                "It belongs to a network with many layers.",
                False,
                "A network with three layers has one too; depth counts them, it does not define them.",
            ),
        )
    ),
    hints=(("Which layers have values that the data set, or that the user reads? The word is for all the others."),),
    worked="Data fix the values of the first layer and a user reads those of the last.",
    points=1,
    minutes=1,
)

weights_and_bias = Exercise(
    id="neurons.weights-and-bias",
    title="What weights and biases do",
    statement=(
        "A neuron with two inputs answers 1 where $z = w_1 x_1 + w_2 x_2 + b \\ge 0$, else 0, and "
        "$w_1, w_2$ are not both 0. Which statements hold?"
    ),
    kind=Choice(
        options=(
            Option(
                "bias-shifts",
                "Changing b alone moves the boundary parallel to itself.",
                True,
                "The direction of the line depends on the weights only.",
            ),
            Option(
                "weights-turn",
                "The weight vector is perpendicular to the boundary and points to the side where the neuron answers 1.",
                True,
                "Moving along w raises z fastest.",
            ),
            Option(
                "above-is-one",
                "The neuron always answers 1 above the boundary.",
                False,
                "Try w₂ = −1: which side has positive z then?",
            ),
            Option(
                "bias-nonlinear",
                "Without a bias the neuron would be linear; the bias is what makes it non-linear.",
                False,
                "Adding a constant shifts a straight line and bends nothing; look for what does bend it.",
            ),
            Option(
                "scale-free",
                "Multiplying both weights and the bias by 10 leaves every answer as it was.",
                True,
                "The sign of z stays the same; a smooth activation would notice, a step does not.",
            ),
        ),
        several=True,
    ),
    hints=(
        "Draw the line for w = (1, 1), b = −1, then change one number at a time.",
        ("For each statement, try to break it: a negative weight, a bias of zero, everything ten times as large."),
    ),
    worked=(
        "On the boundary $w \\cdot x = -b$. The left side fixes its direction, the right side its place,"
        " and only the sign of $z$ matters to a step."
    ),
    points=3,
    minutes=4,
)

# Numbers and shapes


def _neuron(x, w, b):
    x, w = np.array(x, dtype=float), np.array(w, dtype=float)
    shown = {name: ", ".join(f"{number:g}" for number in values) for name, values in (("xs", x), ("ws", w))}
    terms = " ".join(f"{'+' if term >= 0 else '-'} {abs(term):g}" for term in x * w).removeprefix("+ ")
    return {"x": x, "w": w, "b": float(b), "terms": terms, "z": float(x @ w + b), "n": len(x), **shown}


def _draw_neuron(rng):
    return _neuron(
        rng.choice([-3, -2, -1, 1, 2, 3], 3),
        rng.integers(-6, 7, 3) / 2,
        rng.choice([-2, -1.5, -1, 1, 1.5, 2]),
    )


neuron_output = Exercise(
    id="neurons.neuron-output",
    title="One neuron by hand",
    statement=(
        "A neuron has the weights $w = ([[ws]])$ and the bias $b = [[b:g]]$. "
        "Compute its pre-activation $z = w \\cdot x + b$ for the input $x = ([[xs]])$."
    ),
    kind=Numeric(
        value=lambda g: g["z"],
        atol=0.01,
        label="z",
        mistakes=(
            Mistake(
                "bias-forgotten",
                lambda g: g["z"] - g["b"],
                "That is the weighted sum; something is still to be added.",
            ),
            Mistake(
                "bias-subtracted",
                lambda g: g["z"] - 2 * g["b"],
                "Look at the sign with which the bias enters.",
            ),
            Mistake(
                "bias-per-input",
                lambda g: g["z"] + (g["n"] - 1) * g["b"],
                "The bias stands outside of the sum: count how often you added it.",
            ),
        ),
    ),
    hints=(
        "Multiply each input by its weight first, and mind the signs.",
        "The sum has three products and one bias.",
    ),
    worked="$z = [[terms]] + ([[b:g]]) = [[z:g]]$.",
    takeaway="The bias enters once, however many inputs there are.",
    points=1,
    minutes=2,
    book=_neuron((2, -1, 3), (0.5, 2, -1), 1.5),
    draw=_draw_neuron,
)


def _three_layers(fan_in, hidden, fan_out):
    return {"fan_in": int(fan_in), "hidden": int(hidden), "fan_out": int(fan_out)}


shapes = Exercise(
    id="neurons.shapes",
    title="Shapes in a small network",
    statement=(
        "A fully connected [[fan_in]]-[[hidden]]-[[fan_out]] network computes "
        "`a = phi(x @ W1 + b1)` and then `y = phi(a @ W2 + b2)` for a batch of examples in rows. "
        "Give the shapes of both weights as (rows, columns), and how many numbers each bias holds."
    ),
    kind=Numeric(
        value=lambda g: {
            "shape of W1": (g["fan_in"], g["hidden"]),
            "length of b1": g["hidden"],
            "shape of W2": (g["hidden"], g["fan_out"]),
            "length of b2": g["fan_out"],
        },
        mistakes=(
            Mistake(
                "transposed",
                lambda g: {
                    "shape of W1": (g["hidden"], g["fan_in"]),
                    "shape of W2": (g["fan_out"], g["hidden"]),
                },
                "That is the other convention, W @ x with examples in columns; here x stands on the left.",
            ),
            Mistake(
                "bias-per-input",
                lambda g: {"length of b1": g["fan_in"], "length of b2": g["hidden"]},
                "A bias belongs to a neuron of the layer that is computed, not of the layer that is read.",
            ),
        ),
    ),
    hints=(
        "`x` has one column for each input. What must `W1` have as many of, for `x @ W1` to exist?",
        "The columns of `x @ W1` are the neurons of the next layer, and each has one bias.",
    ),
    worked=(
        "`x @ W` joins the columns of `x` to the rows of `W`: rows count what comes in, columns what goes"
        " out, and there is one bias for each column."
    ),
    takeaway="A weight's shape is (fan_in, fan_out), and its bias has length fan_out.",
    points=4,
    minutes=4,
    book=_three_layers(3, 4, 1),
    draw=lambda rng: _three_layers(*rng.choice(np.arange(2, 10), 3, replace=False)),
)


def _sizes(sizes):
    pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
    weights, biases = sum(n * m for n, m in pairs), sum(sizes[1:])
    names = "-".join(str(size) for size in sizes)
    steps = " + ".join(f"({n} \\cdot {m} + {m})" for n, m in pairs)
    return {"sizes": tuple(sizes), "names": names, "steps": steps, "weights": weights, "biases": biases}


count_parameters = Exercise(
    id="neurons.count-parameters",
    title="Count the parameters",
    statement="How many parameters, weights and biases together, does a fully connected [[names]] network have?",
    kind=Numeric(
        value=lambda g: g["weights"] + g["biases"],
        label="parameters",
        mistakes=(
            Mistake(
                "weights-only",
                lambda g: g["weights"],
                "These are the connections; each neuron has one more parameter.",
            ),
            Mistake(
                "input-biases",
                lambda g: g["weights"] + g["biases"] + g["sizes"][0],
                "The inputs are numbers that are given, not neurons: do they have biases?",
            ),
            Mistake(
                "bias-per-layer",
                lambda g: g["weights"] + len(g["sizes"]) - 1,
                "You gave each layer one bias; how many neurons does a layer have, and what does each add?",
            ),
            Mistake(
                "neurons",
                lambda g: sum(g["sizes"]),
                "These are the units; count what stands on their connections too.",
            ),
            Mistake(
                "all-pairs",
                lambda g: g["weights"] + g["biases"] + g["sizes"][0] * g["sizes"][-1],
                "You connected the input with the output too; only neighboring layers are connected.",
            ),
        ),
    ),
    hints=(
        ("Go from layer to layer: between two neighbors, every unit on the left meets every unit on the right."),
        "Each layer but the first adds (units before + 1) × units. Why the + 1?",
    ),
    worked=(
        "Each pair of neighbors with $n$ and $m$ units brings $n \\cdot m$ weights and $m$ biases: "
        "$[[steps]]$, which is [[weights:,]] weights and [[biases:,]] biases."
    ),
    takeaway="Most of them stand between the input and the first hidden layer.",
    points=2,
    minutes=4,
    book=_sizes((784, 16, 16, 10)),
    draw=lambda rng: _sizes([int(n) for n in (rng.integers(300, 900), rng.integers(16, 40), *rng.integers(5, 25, 2))]),
)


def _two_linear(W1, b1, W2, b2):
    arrays = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return {**arrays, **{f"{name.lower()}_tex": tex(array) for name, array in arrays.items()}}


def _distinct(W1, b1, W2, b2):
    """Whether the usual slips lead to other numbers than the right way."""
    products = W1 @ W2, W2 @ W1, W1 * W2, W1 + W2
    biases = b1 @ W2 + b2, b1 + b2, b1, b2, W2 @ b1 + b2
    return all(len({str(array.tolist()) for array in group}) == len(group) for group in (products, biases))


def _draw_two_linear(rng):
    arrays = tuple(rng.integers(-2, 4, shape) for shape in ((2, 2), 2, (2, 2), 2))
    while not _distinct(*arrays):
        arrays = tuple(rng.integers(-2, 4, shape) for shape in ((2, 2), 2, (2, 2), 2))
    return _two_linear(*arrays)


collapse = Exercise(
    id="neurons.collapse",
    title="Two linear layers are one",
    statement=(
        "A batch passes two layers without activations, `(x @ W1 + b1) @ W2 + b2`, with "
        "$W_1 = [[w1_tex]]$, $b_1 = [[b1_tex]]$, $W_2 = [[w2_tex]]$, $b_2 = [[b2_tex]]$. "
        "One layer `x @ W + b` gives the same for every `x`. Find $W$ and $b$."
    ),
    kind=Numeric(
        value=lambda g: {"W": g["W1"] @ g["W2"], "b": g["b1"] @ g["W2"] + g["b2"]},
        mistakes=(
            Mistake(
                "other-order",
                lambda g: {"W": g["W2"] @ g["W1"]},
                "The first layer acts first: in which order do they stand?",
            ),
            Mistake(
                "elementwise",
                lambda g: {"W": g["W1"] * g["W2"]},
                "These are products of entries; multiply rows by columns.",
            ),
            Mistake(
                "added",
                lambda g: {"W": g["W1"] + g["W2"]},
                "One layer after another multiplies; adding is for layers side by side.",
            ),
            Mistake("bias-sum", lambda g: {"b": g["b1"] + g["b2"]}, "The first bias has a layer still to pass."),
            Mistake("bias-lost", lambda g: {"b": g["b2"]}, "What becomes of the first bias? Put in x = 0."),
            Mistake(
                "bias-on-the-right",
                lambda g: {"b": g["W2"] @ g["b1"] + g["b2"]},
                "The first bias is a row, like an example: on which side of the weight does it stand?",
            ),
        ),
    ),
    hints=(
        "Multiply out the brackets, and keep the order of the factors.",
        "Put in x = 0: what is left is the bias.",
    ),
    worked="$(x W_1 + b_1) W_2 + b_2 = x\\,(W_1 W_2) + (b_1 W_2 + b_2)$.",
    takeaway="However many linear layers are stacked, without activations they remain one.",
    points=4,
    minutes=6,
    book=_two_linear(np.array([[1, 2], [0, 1]]), np.array([1, -1]), np.array([[2, 0], [1, 3]]), np.array([0, 1])),
    draw=_draw_two_linear,
)

# Gates

GATE_NEURON = (("w", "b"),)


def _constant(always, never):
    """The two neurons that answer the same whatever comes, and what each is told."""
    return (
        Mistake("always", lambda g: {"w": (1, 1), "b": 1}, f"It answers 1 whatever comes: {always}"),
        Mistake("never", lambda g: {"w": (1, 1), "b": -3}, f"It answers 0 whatever comes: {never}"),
    )



and_weights = Exercise(
    id="neurons.and-weights",
    title="A neuron that is AND",
    statement=(
        "Find weights `w` and a bias `b` with which a single neuron, `step(w @ x + b)` with step(0) = 1, "
        "computes AND of two inputs that are 0 or 1. Many choices are right."
    ),
    kind=Numeric(
        value=lambda g: {"w": (1, 1), "b": -1.5},
        fires=Fires(GATE_NEURON, table(0, 0, 0, 1)),
        mistakes=(
            *_constant(
                "what does the bias do when both inputs are 0?",
                "when both inputs are 1, weights and bias together must reach 0.",
            ),
            Mistake("or", lambda g: {"w": (1, 1), "b": -0.5}, "This is OR: one input alone must not be enough."),
            Mistake(
                "nand",
                lambda g: {"w": (-1, -1), "b": 1.5},
                "Every answer is reversed: look at the signs of all three.",
            ),
            Mistake(
                "first-input",
                lambda g: {"w": (1, 0), "b": -0.5},
                "It repeats the first input; the second has no say.",
            ),
            Mistake(
                "second-input",
                lambda g: {"w": (0, 1), "b": -0.5},
                "It repeats the second input; the first has no say.",
            ),
        ),
    ),
    hints=(
        "Write down z for the four inputs. Which of the four must be at least 0, and which below?",
        "With equal weights, the bias must lie between minus the sum of both and minus one of them.",
    ),
    worked=("The four conditions are $b < 0$, $w_2 + b < 0$, $w_1 + b < 0$ and $w_1 + w_2 + b \\ge 0$. For instance:"),
    takeaway="Any line that leaves (1, 1) alone on its side will do.",
    points=2,
    minutes=4,
)

nand_weights = Exercise(
    id="neurons.nand-weights",
    title="A neuron that is NAND",
    statement=(
        "Find weights `w` and a bias `b` with which `step(w @ x + b)` computes NAND: 0 when both inputs are 1, else 1."
    ),
    kind=Numeric(
        value=lambda g: {"w": (-1, -1), "b": 1.5},
        fires=Fires(GATE_NEURON, table(1, 1, 1, 0)),
        mistakes=(
            *_constant(
                "both inputs together must pull z below 0.",
                "when both inputs are 0, the bias alone must make it fire.",
            ),
            Mistake(
                "and",
                lambda g: {"w": (1, 1), "b": -1.5},
                "This is AND: every answer is to be reversed.",
            ),
            Mistake(
                "nor",
                lambda g: {"w": (-1, -1), "b": 0.5},
                "This is NOR: one input alone must not silence the neuron.",
            ),
            Mistake(
                "or",
                lambda g: {"w": (1, 1), "b": -0.5},
                "This is OR: with growing inputs z is to fall, not to rise.",
            ),
        ),
    ),
    hints=(
        "With both inputs at 0 the bias alone decides: which sign must it have?",
        "Take a neuron for AND. Where its z is at least 0, yours must be below 0, and vice versa.",
    ),
    worked=(
        "Turning the sign of all three numbers of an AND neuron reverses its answers, as long as no z is exactly 0:"
    ),
    takeaway="One neuron can be NAND, and from NANDs every circuit can be built.",
    points=2,
    minutes=3,
)

xor_no_line = Exercise(
    id="neurons.xor-no-line",
    title="Why no line solves XOR",
    statement=(
        "Show that no choice of $w_1, w_2, b$ makes a single neuron $\\text{step}(w_1 x_1 + w_2 x_2 + b)$"
        " compute XOR. A drawing may guide you, but the argument must cover every choice of the three"
        " numbers."
    ),
    kind=Explain(
        rubric=(
            "Writes the four conditions that the four inputs put on w₁, w₂ and b.",
            "Combines them: the two conditions for (0, 1) and (1, 0) are added (or: the midpoint of these two points is also that of the other two).",
            "Arrives at a contradiction with the conditions for (0, 0) and (1, 1).",
            ("Says that the argument holds for every choice, so that the fault is not one of searching too little."),
        ),
        model=(
            "XOR asks for $b < 0$ from $(0, 0)$, for $w_2 + b \\ge 0$ from $(0, 1)$, for $w_1 + b \\ge 0$"
            " from $(1, 0)$ and for $w_1 + w_2 + b < 0$ from $(1, 1)$. Adding the second and the third"
            " gives $w_1 + w_2 + 2b \\ge 0$, so $w_1 + w_2 + b \\ge -b > 0$, the last step because $b < 0$."
            " That contradicts the fourth condition. Nothing was assumed about the three numbers, so no"
            " choice works. In the drawing: the segment between the two points with answer 1 and the"
            " segment between the two with answer 0 cross at $(\\tfrac12, \\tfrac12)$, and that point"
            " cannot lie on both sides of a line."
        ),
    ),
    hints=(
        "Each row of the truth table says that some sum of w₁, w₂ and b is at least 0, or below 0.",
        "Two of the conditions contain one weight each. Add them, and compare with the other two.",
    ),
    worked="The four inequalities cannot hold together.",
    points=4,
    minutes=8,
)


def nand(a, b):
    """0 when both inputs are 1, else 1."""
    return 0 if a == 1 and b == 1 else 1


def xor(nand, a, b):
    """XOR from four NANDs, the first of which is used twice."""
    both = nand(a, b)
    return nand(nand(a, both), nand(b, both))


def zero(a, b):
    """A gate that always answers 0."""
    return 0


def one(a, b):
    """A gate that always answers 1."""
    return 1


xor_from_nands = Exercise(
    id="neurons.xor-from-nands",
    title="XOR from NANDs",
    statement=(
        "Write `xor(nand, a, b)`: the XOR of `a` and `b`, which are 0 or 1, from calls of `nand` and"
        " nothing else. `nand` is handed to your function, and the check will also hand it other gates, to"
        " see that the answer comes from there."
    ),
    kind=Code(
        reference=xor,
        cases=lambda g, rng: [
            {"nand": gate, "a": a, "b": b} for gate in (nand, zero, one) for a in (0, 1) for b in (0, 1)
        ],
        mistakes=(
            Mistake(
                "without-nand",
                lambda nand, a, b: int(a != b),
                "The table is XOR's, but the answer does not come from the gate.",
            ),
            Mistake(
                "or",
                lambda nand, a, b: nand(nand(a, a), nand(b, b)),
                "This is OR: two inputs of 1 must give 0.",
            ),
            Mistake(
                "and",
                lambda nand, a, b: nand(nand(a, b), nand(a, b)),
                "This is AND: it says when both are 1, not when they differ.",
            ),
            Mistake(
                "one-nand",
                lambda nand, a, b: nand(a, b),
                "One NAND is not enough: two inputs of 0 must give 0.",
            ),
            Mistake(
                "xnor",
                lambda nand, a, b: nand(xor(nand, a, b), xor(nand, a, b)),
                "It says when the inputs are equal: reverse it.",
            ),
        ),
    ),
    hints=(
        "What is `nand(a, a)`? And what do you get from OR, AND and NAND joined in the right way?",
        "Keep `c = nand(a, b)`: it is 0 in just one case. Bring `c` together with `a`, and with `b`.",
    ),
    worked=(
        "$c = \\text{NAND}(a, b)$ is 0 for $(1, 1)$ only. $\\text{NAND}(a, c)$ is 0 for $a = 1, b = 0$"
        " only, $\\text{NAND}(b, c)$ for $a = 0, b = 1$ only, and the NAND of these two is 1 when either of"
        " them is 0."
    ),
    takeaway="What no single neuron can do, a few of them in layers can.",
    points=3,
    minutes=8,
)

XOR_NETWORK = (("W1", "b1"), ("w2", "b2"))


def _constant_output(bias):
    return {"W1": ((0, 0), (0, 0)), "b1": (0, 0), "w2": (0, 0), "b2": bias}


xor_network = Exercise(
    id="neurons.xor-network",
    title="XOR in two layers",
    statement=(
        "Give the weights of a 2-2-1 network of step neurons that computes XOR: `a = step(x @ W1 + b1)`"
        " with `W1` of shape (2, 2), then `step(a @ w2 + b2)` with `w2` of length 2. Many choices are"
        " right."
    ),
    kind=Numeric(
        value=lambda g: {"W1": ((1, -1), (1, -1)), "b1": (-0.5, 1.5), "w2": (1, 1), "b2": -1.5},
        fires=Fires(XOR_NETWORK, table(0, 1, 1, 0)),
        mistakes=(
            Mistake(
                "always",
                lambda g: _constant_output(1),
                "It answers 1 whatever comes: see what reaches the last neuron.",
            ),
            Mistake(
                "never",
                lambda g: _constant_output(-1),
                "It answers 0 whatever comes: see what reaches the last neuron.",
            ),
            Mistake(
                "xnor",
                lambda g: {"W1": ((1, -1), (1, -1)), "b1": (-0.5, 1.5), "w2": (-1, -1), "b2": 1.5},
                "Every answer is reversed: look at the signs of the last neuron.",
            ),
            Mistake(
                "or",
                lambda g: {"W1": ((1, 0), (1, 0)), "b1": (-0.5, 0), "w2": (1, 0), "b2": -0.5},
                "This is OR: the case of two ones must be taken out again.",
            ),
            Mistake(
                "and",
                lambda g: {"W1": ((1, 0), (1, 0)), "b1": (-1.5, 0), "w2": (1, 0), "b2": -0.5},
                "This is AND: it answers 1 only where both are 1, the one case of two in which XOR answers 0.",
            ),
            Mistake(
                "nand",
                lambda g: {"W1": ((-1, 0), (-1, 0)), "b1": (1.5, 0), "w2": (1, 0), "b2": -0.5},
                "This is NAND: the case of two zeros must be taken out too.",
            ),
        ),
    ),
    hints=(
        "XOR says: at least one, but not both. Which two gates are these, and which gate joins them?",
        "A column of `W1` holds the weights of one hidden neuron. You have met neurons for both gates.",
    ),
    worked=("The first hidden neuron is OR, the second NAND, and the last neuron is AND of the two. For instance:"),
    takeaway="The hidden layer moves the four points to where one line is enough.",
    points=4,
    minutes=8,
)

# Code


def forward(x, W, b):
    """One layer with the sigmoid, for a batch x of shape (batch, fan_in)."""
    z = x @ W + b
    return 1 / (1 + np.exp(-z))


def _forward_cases(given, rng):
    shapes = (1, 2, 2), (3, 2, 2), (4, 3, 2), (2, 5, 1)
    return [
        {
            "x": rng.normal(size=(batch, fan_in)).round(1),
            "W": rng.normal(size=(fan_in, fan_out)).round(1),
            "b": rng.uniform(0.3, 1.5, fan_out).round(1) * rng.choice([-1, 1], fan_out),
        }
        for batch, fan_in, fan_out in shapes
    ]


forward_layer = Exercise(
    id="neurons.forward",
    title="Write forward",
    statement=(
        "Write `forward(x, W, b)`: what one fully connected layer with the sigmoid $\\sigma(z) = 1 / (1 +"
        " e^{-z})$ gives for a batch. `x` has shape (batch, fan_in) with examples in rows, `W` has shape"
        " (fan_in, fan_out), `b` has length fan_out. Return an array of shape (batch, fan_out)."
    ),
    kind=Code(
        reference=forward,
        cases=_forward_cases,
        mistakes=(
            Mistake(
                "transposed",
                lambda x, W, b: sigmoid(x @ W.T + b),
                "Your weight is transposed: here it is (fan_in, fan_out).",
            ),
            Mistake(
                "bias-forgotten",
                lambda x, W, b: sigmoid(x @ W),
                "One term is missing before the activation.",
            ),
            Mistake(
                "bias-subtracted",
                lambda x, W, b: sigmoid(x @ W - b),
                "Look at the sign with which the bias enters.",
            ),
            Mistake(
                "bias-per-input",
                lambda x, W, b: sigmoid(x @ W + len(W) * b),
                "The bias stands outside of the sum over the inputs: it is added once for each neuron.",
            ),
            Mistake(
                "bias-outside",
                lambda x, W, b: sigmoid(x @ W) + b,
                "The bias belongs to what the activation is applied to.",
            ),
            Mistake(
                "activation-forgotten",
                lambda x, W, b: x @ W + b,
                "These are the pre-activations z; one step is left.",
            ),
            Mistake(
                "sign-of-exponent",
                lambda x, W, b: sigmoid(-(x @ W + b)),
                "A larger z must give a larger output.",
            ),
            Mistake(
                "activation-twice",
                lambda x, W, b: sigmoid(forward(x, W, b)),
                "The activation was applied twice.",
            ),
        ),
    ),
    hints=(
        ("First the pre-activations of the whole batch at once, as a matrix product; numpy adds `b` to every row."),
        "Then apply the sigmoid to the array: `np.exp` works on every element.",
    ),
    worked="One matrix product does for the batch what a loop over examples and neurons would do.",
    takeaway="No loop: the batch, the sum and the neurons are all in one product.",
    points=3,
    minutes=6,
)

EXERCISES = (
    define_terms,
    hidden_layer,
    weights_and_bias,
    neuron_output,
    shapes,
    count_parameters,
    collapse,
    and_weights,
    nand_weights,
    xor_no_line,
    xor_from_nands,
    xor_network,
    forward_layer,
)
