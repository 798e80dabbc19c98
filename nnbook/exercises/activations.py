"""Exercises of chapter 2, Activations."""

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code, Property
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]

# Words

define_terms = Exercise(
    id="activations.define-terms",
    title="Two words",
    statement=(
        "Define **activation function** and **logits**, in a sentence or two each. Say where in a network each of them stands, "
        "and which of the two has parameters that training adjusts."
    ),
    kind=Explain(
        rubric=(
            "An activation function is applied to every pre-activation z of a layer, element by element, and gives the layer's output.",
            "Its point is that it is not linear; otherwise layers would merge.",
            "Logits are raw weighted sums plus bias, before any squashing.",
            "In common use the word means those of the last layer, which softmax or a sigmoid turns into probabilities.",
            "The usual activation functions have no adjustable parameters; logits depend on weights and biases but are values, not parameters.",
        ),
        model=(
            "An *activation function* $φ$ is a fixed function of one number that a layer applies to each of its weighted sums: "
            "$a = φ(z)$. It is not linear, and that is its purpose, since layers with nothing but linear functions between them are one "
            "layer. *Logits* are such raw sums $z = \\mathbf{w}\\cdot\\mathbf{a} + b$; some texts call every layer's $z$ logits, the "
            "common use is for the last layer, whose logits a softmax or a sigmoid turns into probabilities. Neither is adjusted by "
            "training: the usual activation functions have no parameters, and logits are computed from weights and biases, which are."
        ),
    ),
    hints=(
        "Follow one number through a layer: from what the layer reads to what it hands on. Where does each word belong?",
        "For *logits*, think of the last layer and of what it takes to make probabilities of its numbers.",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=5,
    minutes=6,
)

why_nonlinear = Exercise(
    id="activations.why-nonlinear",
    title="What activations add",
    statement=(
        'A friend stacks ten layers of 100 neurons and leaves out the activation functions, because "more layers mean more power anyway". '
        "Explain what the network can and cannot represent, why, and what one nonlinear function between the layers changes. "
        "Name a task that shows the difference."
    ),
    kind=Explain(
        rubric=(
            "Without activations the ten layers are one linear layer: the weight matrices multiply into one, the biases merge.",
            "So it can represent linear (affine) functions only, however many layers or neurons it has; its boundaries are straight.",
            "A nonlinear φ between the layers stands between the matrices and prevents the product from forming.",
            "The hidden units can then bend or fold the input, so that curves and regions of any shape can be built from pieces.",
            "A task such as XOR, a disk inside a ring, or |x| is impossible without and possible with one hidden layer.",
        ),
        model=(
            "Two layers without activations compute $(XW_1 + \\mathbf{b}_1)W_2 + \\mathbf{b}_2 = X(W_1W_2) + (\\mathbf{b}_1W_2 + \\mathbf{b}_2)$, "
            "which is one layer, and so on for ten. Whatever the ten layers hold, the network is an affine function: equal changes of the input "
            "change the output equally everywhere, and a classifier's boundary is a hyperplane. With a nonlinear $φ$ between them, "
            "$φ(XW_1 + \\mathbf{b}_1)W_2$ cannot be multiplied out. Each hidden unit bends the input at its own place, the next layer adds "
            "up the bends, and with enough units every continuous function can be approximated. XOR shows the difference: no affine "
            "function gets it right, and two ReLU units do."
        ),
    ),
    hints=(
        "Write two of the layers as a formula and multiply out. What stops you from multiplying out when φ is there?",
        "Ask how the output responds to the same small change of the input made in two different places.",
    ),
    worked="The argument has two halves: what merges, and what the function in between prevents.",
    points=5,
    minutes=8,
)

stops_the_collapse = Exercise(
    id="activations.stops-the-collapse",
    title="Which of these stops the collapse?",
    statement="Which functions φ, put between two linear layers, keep the two from being equal to one linear layer?",
    kind=Choice(
        options=(
            Option(
                "affine",
                "φ(z) = 3z − 2",
                False,
                "Put it into the formula and multiply out: can the second matrix take it in?",
            ),
            Option("absolute", "φ(z) = |z|", True, "It folds at 0; no straight line does."),
            Option("square", "φ(z) = z²", True, "Its slope, 2z, is not everywhere the same, so it is no straight line."),
            Option(
                "relu-on-positive",
                "φ(z) = max(0, z), while the biases are so large that every z that occurs is positive",
                False,
                "Which part of the function is ever used here, and what does it look like?",
            ),
            Option("step", "φ(z) = 1 if z ≥ 0, else 0", True, "It jumps. It is hard to train, and it is not linear."),
            Option("minus", "φ(z) = −z", False, "What matrix does the same?"),
        ),
        several=True,
    ),
    hints=(
        "A function is of no use here if φ(z) = cz + d for all z that occur.",
        "Draw each over the inputs that it gets. Straight, or not?",
    ),
    worked="What is needed is a bend or a jump at a place that the inputs reach.",
    points=3,
    minutes=3,
)

# Slopes


def sigmoid_derivative(x):
    """σ′(x) for an array x, element by element."""
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


def _arrays(given, rng):
    return [{"x": rng.uniform(-3, 3, shape).round(2)} for shape in ((3,), (2, 3), (1,))]


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


sigmoid_slope = Exercise(
    id="activations.sigmoid-derivative",
    title="The slope of the sigmoid",
    statement=(
        "Derive the derivative of $σ(x) = 1/(1 + e^{-x})$ and write it as `sigmoid_derivative(x)`, for an array `x` of any shape. "
        "Then plot it, and read off the largest slope and where it is."
    ),
    kind=Code(
        reference=sigmoid_derivative,
        cases=_arrays,
        mistakes=(
            Mistake("value", _sigmoid, "This is the function itself; its slope is wanted."),
            Mistake(
                "of-output", lambda x: x * (1 - x), "The formula is right for the output σ(x); here x is the input."
            ),
            Mistake(
                "sign",
                lambda x: -_sigmoid(x) * (1 - _sigmoid(x)),
                "The sigmoid rises everywhere; look at the sign of your result.",
            ),
            Mistake("tanh-rule", lambda x: 1 - _sigmoid(x) ** 2, "That rule belongs to another function."),
            Mistake(
                "no-chain",
                lambda x: -_sigmoid(x) ** 2,
                "A factor is lost: what is the derivative of the inside of the fraction?",
            ),
            Mistake(
                "no-chain-no-sign",
                lambda x: _sigmoid(x) ** 2,
                "A factor is lost: what is the derivative of the inside of the fraction?",
            ),
        ),
    ),
    hints=(
        "Write σ as (1 + e⁻ˣ)⁻¹ and use the chain rule twice.",
        "You get e⁻ˣ/(1 + e⁻ˣ)². Split it into two factors, one of which is σ(x) itself.",
    ),
    worked=(
        "$σ'(x) = -(1 + e^{-x})^{-2} \\cdot (-e^{-x}) = \\frac{1}{1 + e^{-x}} \\cdot \\frac{e^{-x}}{1 + e^{-x}} = σ(x)\\,(1 - σ(x))$. "
        "The product of two numbers that add up to 1 is largest when both are ½, so the largest slope is ¼, at x = 0."
    ),
    takeaway="Its largest value is at x = 0, where both factors are ½.",
    points=3,
    minutes=8,
)


def tanh_derivative(x):
    """tanh′(x) for an array x, element by element."""
    return 1 - np.tanh(x) ** 2


tanh_slope = Exercise(
    id="activations.tanh-derivative",
    title="The slope of tanh",
    statement="Write `tanh_derivative(x)`: the derivative of $\\tanh x$ for an array `x`, from `np.tanh` and arithmetic.",
    kind=Code(
        reference=tanh_derivative,
        cases=_arrays,
        mistakes=(
            Mistake("value", lambda x: np.tanh(x), "This is the function itself; its slope is wanted."),
            Mistake(
                "not-squared",
                lambda x: 1 - np.tanh(x),
                "At the far left your slope is about 2, where the function is flat.",
            ),
            Mistake("sigmoid-rule", lambda x: np.tanh(x) * (1 - np.tanh(x)), "That rule belongs to the sigmoid."),
            Mistake(
                "of-output", lambda x: 1 - x**2, "The formula is right for the output tanh(x); here x is the input."
            ),
            Mistake(
                "plus", lambda x: 1 + np.tanh(x) ** 2, "Your slope grows to both sides, where the function flattens."
            ),
        ),
    ),
    hints=(
        "tanh x is a quotient of two sums of exponentials; each of them is the derivative of the other.",
        "The quotient rule gives one minus the square of something you know.",
    ),
    worked=(
        "With $s = (e^x - e^{-x})/2$ and $c = (e^x + e^{-x})/2$ we have $s' = c$, $c' = s$ and $\\tanh x = s/c$, so "
        "$\\tanh'x = (c \\cdot c - s \\cdot s)/c^2 = 1 - \\tanh^2 x$."
    ),
    takeaway="Its largest value is 1, at x = 0: four times the sigmoid's.",
    points=2,
    minutes=5,
)


def _chain(n, w):
    return {"n": int(n), "w": float(w)}


ten_sigmoids = Exercise(
    id="activations.ten-sigmoids",
    title="The gradient through a row of sigmoids",
    statement=(
        "[[n]] sigmoid neurons stand in a row, $a_k = σ(w_k a_{k-1} + b_k)$ for $k = 1, \\dots, [[n]]$, and no weight is larger than "
        "[[w:g]] in size. What is the smallest number of which you can be sure that $|\\partial a_{[[n]]}/\\partial a_0|$ does not exceed it, "
        "whatever the biases and the input are?"
    ),
    kind=Numeric(
        value=lambda g: (g["w"] / 4) ** g["n"],
        rtol=0.02,
        label="bound",
        mistakes=(
            Mistake(
                "weights-only",
                lambda g: g["w"] ** g["n"],
                "That is the product of the weights; each layer has another factor.",
            ),
            Mistake(
                "value-at-zero",
                lambda g: (g["w"] / 2) ** g["n"],
                "You took the value of the sigmoid where it is steepest, not its slope there.",
            ),
            Mistake(
                "slopes-only", lambda g: 0.25 ** g["n"], "The slopes are right; each layer has another factor."
            ),
            Mistake("added", lambda g: g["n"] * g["w"] / 4, "Along one path the chain rule multiplies."),
            Mistake(
                "one-less",
                lambda g: (g["w"] / 4) ** (g["n"] - 1),
                "Count the layers again: how many sigmoids are passed?",
            ),
        ),
    ),
    hints=(
        "By the chain rule the derivative is a product with one factor wₖ σ′(zₖ) for each neuron.",
        "How large can a single factor be? Use the largest slope of the sigmoid.",
    ),
    worked="Each factor $|w_k σ'(z_k)|$ is at most $[[w:g]] \\cdot \\tfrac14$, and it is reached at $z_k = 0$. So the bound is $([[w:g]]/4)^{[[n]]}$.",
    takeaway="With weights of size 4 the bound no longer shrinks; whether it is reached depends on where each z lies.",
    points=2,
    minutes=4,
    book=_chain(10, 1.5),
    draw=lambda rng: _chain(rng.integers(5, 16), rng.choice([0.6, 0.8, 1.2, 1.5, 2.2, 3.0, 3.5])),
)

one_curve = Exercise(
    id="activations.sigmoid-and-tanh",
    title="One curve, two names",
    statement=(
        "Show that $σ(x) = \\tfrac12\\,(1 + \\tanh(x/2))$ for every $x$. What does it say about a network with tanh in its hidden layers: can "
        "one with sigmoids compute the same function, and how do its weights differ?"
    ),
    kind=Explain(
        rubric=(
            "Writes tanh(x/2) with exponentials and brings it to the form (1 − e⁻ˣ)/(1 + e⁻ˣ).",
            "Adds 1 and halves, and arrives at 1/(1 + e⁻ˣ), for every x.",
            "Concludes that both networks can represent the same functions.",
            "Says how: tanh z = 2σ(2z) − 1, so weights and bias into the unit are doubled,",
            "weights out of it are doubled and the next bias takes up the −1 (less the sum of the old outgoing weights).",
        ),
        model=(
            "Multiply numerator and denominator of $\\tanh(x/2) = (e^{x/2} - e^{-x/2})/(e^{x/2} + e^{-x/2})$ by $e^{-x/2}$: it equals "
            "$(1 - e^{-x})/(1 + e^{-x})$. Adding 1 gives $2/(1 + e^{-x})$, and half of that is $σ(x)$. So $\\tanh z = 2σ(2z) - 1$. A tanh unit "
            "with outgoing weight $c$ contributes $c \\tanh z = 2c\\,σ(2z) - c$. A sigmoid unit does the same if the weights and the bias "
            "into it are doubled, its outgoing weights are doubled, and $c$ is subtracted from the bias of the next layer. What the "
            "two can represent is the same. How well they train is not, since slopes and centers differ."
        ),
    ),
    hints=(
        "Multiply numerator and denominator of tanh(x/2) by e^(−x/2).",
        "Solve the identity for tanh and put it into c · tanh(z). Which part belongs to the weights, which to the next bias?",
    ),
    worked="One line of algebra, and one about the weights.",
    points=5,
    minutes=10,
)

dead_unit = Exercise(
    id="activations.dead-unit",
    title="A silent neuron",
    statement=(
        "All inputs of a data set lie in the square from 0 to 1. A ReLU neuron of the first layer has w = (−2, −1) and b = −0.5. "
        "What holds while the network is trained on these data by gradient descent?"
    ),
    kind=Choice(
        options=(
            Option(
                "slowly",
                "It learns slowly, since its gradient is small.",
                False,
                "How large is z at best, and what exactly is the slope there?",
            ),
            Option(
                "longer",
                "It comes back if training goes on long enough.",
                False,
                "By what would its weights be moved? Ask for the gradient.",
            ),
            Option(
                "rate",
                "It comes back if the learning rate is raised.",
                False,
                "The step is the learning rate times a gradient. How large is that?",
            ),
            Option(
                "dead",
                "Its output and the gradients of its own weights and bias are 0 for every example, so nothing about it changes.",
                True,
                "z is at most −0.5 on these data. Leaky ReLU, other inputs or a weight penalty could change that; the data alone do not.",
            ),
            Option(
                "output",
                "Its outgoing weights are still adjusted.",
                False,
                "Their gradient contains the neuron's output. What is it?",
            ),
        )
    ),
    hints=(
        "Compute z at the corner of the square where it is largest.",
        "Then the slope of the ReLU at that z, for every example.",
    ),
    worked="At best, $z = -0.5$, in the corner (0, 0).",
    points=1,
    minutes=2,
)

# Building by hand

POINTS = ((0, 2), (2, 3), (3, 5))  # intervals between the kinks


def _curve(y0, slopes):
    slopes = [int(s) for s in slopes]
    ys = [int(y0)]
    for (left, right), s in zip(POINTS, slopes, strict=True):
        ys.append(ys[-1] + s * (right - left))
    xs = [0, *(right for _, right in POINTS)]
    return {
        "slopes": slopes,
        "ys": ys,
        "y0": ys[0],
        "points": ", ".join(f"({x}, {y})" for x, y in zip(xs, ys, strict=True)),
    }


def _rises(g):
    return np.diff(g["ys"])


hinge_weights = Exercise(
    id="activations.hinge-weights",
    title="A curve from three hinges",
    statement=(
        "The network $ŷ(x) = [[y0]] + c_1 \\max(0, x) + c_2 \\max(0, x - 2) + c_3 \\max(0, x - 3)$ is to pass through the points "
        "[[points]], with straight lines between them. Find $c_1, c_2, c_3$."
    ),
    kind=Numeric(
        value=lambda g: np.diff(g["slopes"], prepend=0),
        atol=0.01,
        label="c",
        mistakes=(
            Mistake(
                "slopes",
                lambda g: g["slopes"],
                "These are the slopes of the three pieces. At each kink, what was there before?",
            ),
            Mistake(
                "opposite",
                lambda g: [g["slopes"][0], *(-np.diff(g["slopes"]))],
                "The changes are right in size: from which slope to which do they go?",
            ),
            Mistake(
                "rises",
                lambda g: np.diff(_rises(g), prepend=0),
                "You took how far each piece rises; how wide is it?",
            ),
            Mistake(
                "heights", lambda g: g["ys"][1:], "These are the heights of the points; the weights are about slopes."
            ),
        ),
    ),
    hints=(
        "Between 0 and 2 only one hinge is active. What slope is needed there?",
        "A hinge that becomes active adds its weight to the slope from there on.",
    ),
    worked="The slopes of the pieces are [[slopes]]; each weight is the slope of its piece minus the slope before it.",
    takeaway="A hinge's outgoing weight is the change of slope at its kink.",
    points=3,
    minutes=5,
    book=_curve(1, (2, -1, 3)),
    draw=lambda rng: _curve(rng.integers(-3, 4), rng.choice([-3, -2, -1, 1, 2, 3], 3, replace=False)),
)


def _scaled_hinges(p, q):
    return {"p": float(p), "q": float(q)}


xor_output = Exercise(
    id="activations.xor-output",
    title="XOR: the last two weights",
    statement=(
        "Two hidden units compute $a_1 = \\max(0,\\ [[p:g]]\\,(x_1 + x_2))$ and $a_2 = \\max(0,\\ [[q:g]]\\,(x_1 + x_2 - 1))$. "
        "Find $c_1$ and $c_2$ so that $c_1 a_1 + c_2 a_2$ is exactly 0, 1, 1, 0 for the four inputs of XOR."
    ),
    kind=Numeric(
        value=lambda g: {"c1": 1 / g["p"], "c2": -2 / g["q"]},
        atol=0.002,
        mistakes=(
            Mistake("or", lambda g: {"c2": -1 / g["q"]}, "That gives OR: what comes out for (1, 1)?"),
            Mistake(
                "unscaled",
                lambda g: {"c1": 1, "c2": -2},
                "These are right for hidden units without the factors in front.",
            ),
            Mistake(
                "factors-kept",
                lambda g: {"c1": g["p"], "c2": -2 * g["q"]},
                "The output weight has to undo the factor, not repeat it.",
            ),
            Mistake(
                "sign", lambda g: {"c2": 2 / g["q"]}, "With both inputs on, the second unit must take something away."
            ),
        ),
    ),
    hints=(
        "Write a₁ and a₂ for x₁ + x₂ = 0, 1 and 2.",
        "The input (0, 1) reaches the first unit alone, so it fixes c₁. Then use (1, 1).",
    ),
    worked="For $x_1 + x_2 = 1$: $a = ([[p:g]], 0)$, so $c_1 = 1/[[p:g]]$. For 2: $a = (2 \\cdot [[p:g]], [[q:g]])$, so $2 + [[q:g]]\\,c_2 = 0$.",
    takeaway="Scaling a ReLU's input by a positive factor can always be undone by the next weight.",
    points=2,
    minutes=4,
    book=_scaled_hinges(2, 4),
    draw=lambda rng: _scaled_hinges(*rng.choice([2, 3, 4, 5, 8, 2.5, 0.25, 1.6], 2)),
)


def xor_weights():
    """W1 (2, 2), b1 (2,), w2 (2,) and b2 of a network of two ReLUs whose output is XOR."""
    W1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    return W1, np.zeros(2), np.ones(2), 0.0


def _xor_outputs(W1, b1, w2, b2):
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return np.maximum(0, x @ W1 + b1) @ w2 + b2


xor_by_hand = Exercise(
    id="activations.xor-by-hand",
    title="XOR from two ReLUs, your own",
    statement=(
        "Write `xor_weights()`, which returns `W1` of shape (2, 2), `b1` and `w2` of length 2 and a number `b2` such that "
        "`np.maximum(0, x @ W1 + b1) @ w2 + b2` is exactly 0, 1, 1, 0 for the four inputs of XOR. Use other hidden units than the chapter's: "
        "any weights that work are right."
    ),
    kind=Code(
        reference=xor_weights,
        cases=lambda given, rng: [{}],
        returns=("W1", "b1", "w2", "b2"),
        compare=False,
        properties=(
            Property(
                "zeros",
                lambda case, *weights: np.allclose(_xor_outputs(*weights)[[0, 3]], 0, atol=1e-6),
                "The outputs for (0, 0) and (1, 1) should both be 0; compute the two hidden units for these inputs.",
            ),
            Property(
                "ones",
                lambda case, *weights: np.allclose(_xor_outputs(*weights)[[1, 2]], 1, atol=1e-6),
                "The outputs for (0, 1) and (1, 0) should both be 1; compute the two hidden units for these inputs.",
            ),
        ),
    ),
    hints=(
        "XOR is 1 when the inputs differ. Which two differences are there, and which of them is positive for (0, 1), which for (1, 0)?",
        "Let each hidden unit stand for one of the differences. For equal inputs both are 0.",
    ),
    worked="XOR is $|x_1 - x_2|$ on these inputs, and $|d| = \\max(0, d) + \\max(0, -d)$: two hinges, back to back.",
    takeaway="Two hinges make a fold, and a fold is what XOR needs.",
    points=4,
    minutes=8,
)

approximation_theorem = Exercise(
    id="activations.approximation-theorem",
    title="What universal approximation says",
    statement=(
        'State the universal approximation theorem in your own words, for somebody who has read that "a neural network can learn anything". '
        "Say what has to be assumed, what is promised, and name two things that are not."
    ),
    kind=Explain(
        rubric=(
            "The target is a continuous function on a bounded, closed (compact) set of inputs.",
            "For every tolerance there is a network with one hidden layer that stays within it everywhere on that set.",
            "The number of units is finite and depends on target and tolerance; no bound on it is given.",
            "The activation is continuous and not a polynomial; ReLU, sigmoid and tanh qualify.",
            "Not promised, two of: that training finds the weights; that the network is small; that few data suffice or that it "
            "generalizes; anything outside of the set; jumps.",
        ),
        model=(
            "Take any continuous function on a closed and bounded set of inputs, and any tolerance, however small. Then there is a network with "
            "one hidden layer of finitely many units, with any continuous activation that is not a polynomial, whose output differs from the function by less "
            "than the tolerance everywhere on the set. It is a statement about existence. It does not say how many units are needed, and "
            "the number may be enormous when there are many inputs. It does not say that training will find the weights, nor that a "
            'sample of the function is enough to know it between the examples, nor anything about inputs outside the set. "Can represent, as closely '
            'as you like" is true; "can learn" is a different claim.'
        ),
    ),
    hints=(
        "Sort what you know into three lists: conditions, promise, silence.",
        "The explorer with the hinges has a target for which the error does not fall, and a region where it is not even measured.",
    ),
    worked="The words to look for are *continuous*, *compact*, *for every tolerance*, *there is*, and *non-polynomial*.",
    points=5,
    minutes=10,
)

fold_count = Exercise(
    id="activations.fold-count",
    title="Deep or wide",
    statement=(
        "A network on the interval from 0 to 1 folds it six times, with two ReLUs in each layer. Into how many straight pieces does its graph fall, and "
        "how many ReLUs would a network with one hidden layer need at least for as many pieces?"
    ),
    kind=Numeric(
        value=lambda g: {"pieces": 64, "ReLUs": 63},
        mistakes=(
            Mistake(
                "added",
                lambda g: {"pieces": 13},
                "That is what twelve ReLUs give side by side; what does a second fold do to the first?",
            ),
            Mistake(
                "squared",
                lambda g: {"pieces": 36},
                "Each fold doubles what the one before has drawn; follow it from one fold to the next.",
            ),
            Mistake("one-more", lambda g: {"ReLUs": 64}, "Close: how many pieces are there without any kink?"),
            Mistake(
                "one-short",
                lambda g: {"pieces": 32, "ReLUs": 31},
                "One fold is missing; check the count after a single fold.",
            ),
            Mistake(
                "same",
                lambda g: {"ReLUs": 12},
                "That many are in the deep network; side by side, each brings a single kink.",
            ),
        ),
    ),
    hints=(
        "Count for one fold, then for two.",
        "In one hidden layer every unit brings at most one kink, and n kinks make n + 1 pieces.",
    ),
    worked="Six doublings give $2^6$ pieces. In a single hidden layer $n$ units make at most $n + 1$ pieces.",
    takeaway="Depth multiplies, width adds; the curves that depth draws so cheaply are, however, special ones.",
    points=2,
    minutes=3,
)

# Softmax


def _logs(numbers):
    a = [int(n) for n in numbers]
    return {
        "a": np.array(a, dtype=float),
        "logits": ", ".join(rf"\ln {n}" for n in a),
        "all": " + ".join(map(str, a)),
        "sum": sum(a),
    }


def _share(numbers):
    return numbers / numbers.sum()


softmax_by_hand = Exercise(
    id="activations.softmax-by-hand",
    title="Softmax without a calculator",
    statement=(
        "The logits of three classes are $([[logits]])$. Give the softmax probabilities at temperature $T = 1$, and again at $T = \\tfrac12$."
    ),
    kind=Numeric(
        value=lambda g: {"p at T = 1": _share(g["a"]), "p at T = 1/2": _share(g["a"] ** 2)},
        atol=0.005,
        mistakes=(
            Mistake(
                "not-divided",
                lambda g: {"p at T = 1": g["a"]},
                "These are the exponentials; probabilities add up to one.",
            ),
            Mistake(
                "no-exponential",
                lambda g: {"p at T = 1": _share(np.log(g["a"]))},
                "You shared out the logits themselves; softmax first makes them positive.",
            ),
            Mistake(
                "by-largest",
                lambda g: {"p at T = 1": g["a"] / g["a"].max()},
                "You divided by the largest; by what do probabilities add up to one?",
            ),
            Mistake(
                "multiplied",
                lambda g: {"p at T = 1/2": _share(g["a"] ** 0.5)},
                "You multiplied by T; a small temperature makes the largest share larger.",
            ),
            Mistake(
                "unchanged",
                lambda g: {"p at T = 1/2": _share(g["a"])},
                "The temperature must change something: where does it stand in the formula?",
            ),
        ),
    ),
    hints=(
        "What is $e^{\\ln a}$?",
        "Dividing a logarithm by one half doubles it, and doubling a logarithm squares the number.",
    ),
    worked="At $T = 1$ the exponentials are the numbers in the logarithms, and their sum is $[[all]] = [[sum]]$. At $T = \\tfrac12$ their squares take their place.",
    takeaway="Softmax shares one in proportion to the exponentials; lowering T raises the largest share.",
    points=4,
    minutes=5,
    book=_logs((1, 3, 6)),
    draw=lambda rng: _logs(rng.choice(np.arange(1, 10), 3, replace=False)),
)


def softmax(z):
    """Softmax of each row of z, shape (batch, classes), for logits of any size."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _softmax_cases(given, rng):
    small = rng.normal(size=(3, 3)).round(1)
    return [{"z": small}, {"z": small[:2] + np.array([[1000.0], [-1000.0]])}, {"z": np.array([[0.0, 800.0, -800.0], [3.0, 2.0, 1.0]])}]


stable_softmax = Exercise(
    id="activations.stable-softmax",
    title="A softmax that never overflows",
    statement=(
        "Write `softmax(z)` for a batch of logits `z` of shape (batch, classes). It is to be right, to the last digits, for logits in the thousands "
        "too, where `np.exp` on its own gives infinity."
    ),
    kind=Code(
        reference=softmax,
        cases=_softmax_cases,
        mistakes=(
            Mistake(
                "over-batch",
                lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0),
                "You normalized over the batch; it is the classes of one example that share a total of one.",
            ),
            Mistake(
                "sum-over-batch",
                lambda z: np.exp(z - z.max(axis=1, keepdims=True)) / np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=0),
                "The largest logit is taken out of each row, but the sum goes over the batch; it should go over a row as well.",
            ),
            Mistake(
                "over-everything",
                lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
                "All numbers together add up to one; each row should.",
            ),
            Mistake(
                "not-divided",
                lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
                "The rows do not add up to one yet.",
            ),
            Mistake(
                "clipped",
                lambda z: softmax(np.clip(z, -500, 500)),
                "Cutting large logits off changes the answer: two of them that differ become equal. Look for a change that leaves it as it is.",
            ),
            Mistake(
                "logarithm",
                lambda z: (
                    z
                    - z.max(axis=1, keepdims=True)
                    - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
                ),
                "These are the logarithms of the probabilities.",
            ),
        ),
    ),
    hints=(
        "Adding the same number to all logits of an example leaves the probabilities as they are. Which number makes the largest exponential equal to one?",
        "`keepdims=True` keeps the shape (batch, 1), so that every row is treated by itself.",
    ),
    worked="Subtract the largest logit of each row: no exponent is positive then, the largest exponential is 1, and the sum is at least 1.",
    takeaway="The shift changes nothing, by algebra; without it the numbers would not survive.",
    points=3,
    minutes=6,
)

EXERCISES = (
    define_terms,
    why_nonlinear,
    stops_the_collapse,
    xor_output,
    xor_by_hand,
    sigmoid_slope,
    tanh_slope,
    one_curve,
    ten_sigmoids,
    dead_unit,
    hinge_weights,
    fold_count,
    approximation_theorem,
    softmax_by_hand,
    stable_softmax,
)
