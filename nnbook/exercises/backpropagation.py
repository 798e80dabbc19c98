"""Exercises of chapter 4, Backpropagation."""

import numbers

import numpy as np

from nnbook.activations import sigmoid, softmax
from nnbook.autograd import Value
from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]

# Derivatives and gradients

derivative_and_gradient = Exercise(
    id="backpropagation.derivative-and-gradient",
    title="Derivative, partial derivative, gradient",
    statement=(
        "What is the difference between a derivative and a gradient? Say what each takes, what each gives, "
        "how partial derivatives connect the two, and what the gradient's direction and length mean."
    ),
    kind=Explain(
        rubric=(
            "A derivative belongs to a function of one number; at a point it is one number, the slope there.",
            "A gradient belongs to a function of several numbers with one number as value; at a point it is"
            " a vector with one entry for each input.",
            "Each entry is a partial derivative: the slope when that input moves and the others stand still.",
            "The direction is that of steepest ascent, and the length is the slope in that direction.",
        ),
        model=(
            "A function of one number has a *derivative*: at each point a single number, the slope of its"
            " graph there, or how much the value changes for a small change of the input. A function of"
            " several numbers with a single number as its value has one such slope for each input, found by"
            " moving this input and keeping the others fixed: the *partial derivatives*. Put together as a"
            " vector, in the order of the inputs, they are the *gradient* at that point. It points where the"
            " function rises fastest, and its length is the slope in this direction; the slope in any other"
            " direction is the scalar product of the gradient with a vector of length 1. With one input the"
            " gradient has one entry, which is the derivative."
        ),
    ),
    hints=(
        "How many numbers go in, and how many come out, in each case?",
        "What do you hold fixed when you differentiate with respect to the first of three inputs?",
    ),
    worked="Compare with this answer; yours is complete when it says the same four things.",
    points=4,
    minutes=6,
)


def _point(x, y, z):
    value = 2 / 3 * x**2 + y**2 - 2 * y + z**4 - 4 / 3 * z**3
    partials = np.array([4 / 3 * x, 2 * y - 2, 4 * z**3 - 4 * z**2])
    return {"x": x, "y": y, "z": z, "value": value, "partials": partials}


def _draw_point(rng):
    while True:
        given = _point(*(float(rng.choice(c)) for c in ((-6, -3, 3, 6), (-3, -1, 0, 2, 3, 4), (-2, -1, 1, 2))))
        if abs(given["value"] - given["partials"].sum()) > 0.5:
            return given


gradient_at_point = Exercise(
    id="backpropagation.gradient-at-point",
    title="A gradient by hand",
    statement=(
        "Find the gradient of $f(x, y, z) = \\tfrac{2}{3} x^2 + y^2 - 2y + z^4 - \\tfrac{4}{3} z^3$"
        " at the point $([[x:g]], [[y:g]], [[z:g]])$."
    ),
    kind=Numeric(
        value=lambda g: g["partials"],
        atol=0.01,
        label="∇f",
        mistakes=(
            Mistake("value", lambda g: g["value"], "That is f itself; a gradient has one entry per input."),
            Mistake(
                "summed",
                lambda g: g["partials"].sum(),
                "You added the partial derivatives; keep them apart, as a vector.",
            ),
            Mistake(
                "term-lost",
                lambda g: g["partials"] + np.array([0, 2, 0]),
                "Two terms contain y; one of them is missing from its derivative.",
            ),
            Mistake(
                "factor-lost",
                lambda g: g["partials"] + np.array([0, 0, 8 / 3 * g["z"] ** 2]),
                "Look at the last term: the exponent comes down as a factor before it shrinks by one.",
            ),
        ),
    ),
    hints=(
        "For the first entry, treat y and z as constants: what is left to differentiate?",
        "Differentiate first, all three times, and put in the numbers afterwards.",
    ),
    worked=(
        "$\\nabla f = (\\tfrac{4}{3} x,\\; 2y - 2,\\; 4z^3 - 4z^2)$, taken at $([[x:g]], [[y:g]], [[z:g]])$."
    ),
    takeaway="Each partial derivative sees one variable and treats the others as constants.",
    points=3,
    minutes=5,
    book=_point(3.0, 2.0, 1.0),
    draw=_draw_point,
)

sigmoid_slope = Exercise(
    id="backpropagation.sigmoid-slope",
    title="The slope of the sigmoid",
    statement=(
        "Derive $\\sigma'$ for $\\sigma(z) = 1/(1 + e^{-z})$, plot it from −6 to 6 (in the notebook, or by"
        " hand from five values), and explain why sigmoids can keep gradients from reaching the first"
        " layers of a deep network."
    ),
    kind=Explain(
        rubric=(
            "Derives σ′ = σ (1 − σ), with the step from e^(−z)/(1 + e^(−z))² to this form.",
            "Describes the plot: a symmetric hump, 1/4 at z = 0, falling to 0 on both sides.",
            "Says that the backward pass multiplies by σ′ at every layer, so that n layers bring a factor of"
            " at most (1/4)ⁿ besides the weights.",
            "Says that a saturated neuron, |z| large, passes next to nothing back, whatever comes from above.",
        ),
        model=(
            "By the chain rule, $\\sigma'(z) = e^{-z}/(1 + e^{-z})^2$. One factor is $\\sigma$, the other is"
            " $e^{-z}/(1 + e^{-z}) = 1 - \\sigma$, so $\\sigma' = \\sigma(1 - \\sigma)$. Plotted it is a"
            " symmetric hump: 0.25 at 0, about 0.105 at ±2, below 0.003 at ±6. On its way back a gradient is"
            " multiplied by this number at every sigmoid it passes. Even if all neurons stand at the top of"
            " the hump, ten layers leave at most $0.25^{10}$, less than a millionth, unless large weights"
            " make up for it; and large weights drive the neurons into saturation, where $\\sigma'$ is close"
            " to 0 and almost nothing gets through. The first layers then hardly change."
        ),
    ),
    hints=(
        "Write σ as (1 + e^(−z)) to the power −1 and use the chain rule; then find σ in what you get.",
        "What is the largest value of s(1 − s) for s between 0 and 1, and at which z is it reached?",
    ),
    worked="The plot: `plt.plot(z, sigmoid.derivative(z))` for `z = np.linspace(-6, 6)`.",
    points=4,
    minutes=10,
)

# Numbers through a graph


def _apart(parts, mistakes, least):
    """Whether every number that a mistake names differs from the right one and from the other mistakes'."""
    for key in parts:
        numbers = [parts[key], *(wrong[key] for wrong in mistakes if key in wrong)]
        gaps = [abs(a - b) for i, a in enumerate(numbers) for b in numbers[:i]]
        if min(gaps, default=least + 1) <= least:
            return False
    return True


def _paths(x, w):
    a, b = x * w, x - w
    return {"x": x, "w": w, "a": a, "b": b, "dx": w * b + a + w, "dw": x * b - a + x}


def _path_mistakes(g):
    return (
        {"∂f/∂x": g["w"] * g["b"] + g["w"], "∂f/∂w": g["x"] * g["b"] + g["x"]},
        {"∂f/∂x": g["w"] * g["b"] + g["a"], "∂f/∂w": g["x"] * g["b"] - g["a"]},
        {"∂f/∂w": g["x"] * g["b"] + g["a"] + g["x"]},
    )


def _draw_paths(rng):
    while True:
        given = _paths(*(float(n) for n in rng.choice([-4, -3, -2, -1, 2, 3, 4, 5], 2, replace=False)))
        if _apart({"∂f/∂x": given["dx"], "∂f/∂w": given["dw"]}, _path_mistakes(given), 0.5):
            return given


sum_over_paths = Exercise(
    id="backpropagation.sum-over-paths",
    title="All paths count",
    statement=(
        "A graph computes $a = x\\,w$, then $b = x - w$, then $f = a\\,b + a$. Run it forward and backward by"
        " hand for $x = [[x:g]]$, $w = [[w:g]]$: what are $\\partial f/\\partial x$ and $\\partial f/\\partial w$?"
    ),
    kind=Numeric(
        value=lambda g: {"∂f/∂x": g["dx"], "∂f/∂w": g["dw"]},
        atol=0.01,
        mistakes=(
            Mistake("one-path", lambda g: _path_mistakes(g)[0], "You followed a back to x and w; b leads there too."),
            Mistake(
                "lost-use",
                lambda g: _path_mistakes(g)[1],
                "f uses a twice: in the product and once more beside it.",
            ),
            Mistake("sign", lambda g: _path_mistakes(g)[2], "Check the slope of b with respect to w."),
        ),
    ),
    hints=(
        "Begin at the end: which slopes does f have with respect to a and to b? f uses a in two places.",
        "x reaches f through a and through b. Multiply along each path, then add.",
    ),
    worked=(
        "Forward $a = [[a:g]]$, $b = [[b:g]]$. Backward $\\partial f/\\partial a = b + 1$ and"
        " $\\partial f/\\partial b = a$, so $\\partial f/\\partial x = (b + 1)\\,w + a$ and"
        " $\\partial f/\\partial w = (b + 1)\\,x - a$."
    ),
    takeaway="Multiply along a path, add over the paths.",
    points=3,
    minutes=6,
    book=_paths(3.0, 2.0),
    draw=_draw_paths,
)


def _neuron(x, w, y, eta):
    p = float(sigmoid(np.array(w * x)))
    slope = (p - y) * x
    return {"x": x, "w": w, "y": y, "eta": eta, "p": p, "slope": slope, "new": w - eta * slope}


one_step = Exercise(
    id="backpropagation.one-step",
    title="One neuron, one step",
    statement=(
        "A neuron without bias computes $p = \\sigma(w x)$ and is trained with binary cross-entropy. For"
        " $x = [[x:g]]$, $w = [[w:g]]$, target $y = [[y]]$ and $\\eta = [[eta:g]]$, find $p$,"
        " $\\partial L/\\partial w$, and the weight after one step of gradient descent, to three digits."
    ),
    kind=Numeric(
        value=lambda g: {"p": g["p"], "∂L/∂w": g["slope"], "new w": g["new"]},
        rtol=0.005,
        atol=0.0006,
        mistakes=(
            Mistake(
                "slope-twice",
                lambda g: {"∂L/∂w": g["slope"] * g["p"] * (1 - g["p"])},
                "The slope of the sigmoid is in p − y already; you multiplied by it once more.",
            ),
            Mistake(
                "squared-error",
                lambda g: {"∂L/∂w": 2 * g["slope"] * g["p"] * (1 - g["p"])},
                "That is the gradient of the squared error, or the sigmoid's slope once too often and a factor lost; here the loss is cross-entropy.",
            ),
            Mistake(
                "input-lost",
                lambda g: {"∂L/∂w": g["p"] - g["y"]},
                "That is the derivative with respect to z = wx; one more factor leads to w.",
            ),
            Mistake(
                "slope-sign",
                lambda g: {"∂L/∂w": -g["slope"], "new w": g["w"] + g["eta"] * g["slope"]},
                "Look at the sign of ∂L/∂w: if w grows a little, does the loss rise or fall?",
            ),
            Mistake(
                "uphill",
                lambda g: {"new w": g["w"] + g["eta"] * g["slope"]},
                "Descent goes against the gradient: look at the sign of the step.",
            ),
        ),
    ),
    hints=(
        "For a sigmoid with cross-entropy, the derivative of the loss with respect to z = wx is short.",
        "From z to w it takes one more factor of the chain: the derivative of wx with respect to w.",
    ),
    worked=(
        "$p = \\sigma([[w:g]] \\cdot [[x:g]])$, $\\partial L/\\partial w = (p - y)\\,x$ and"
        " $w \\leftarrow w - \\eta\\,\\partial L/\\partial w$."
    ),
    takeaway="Backpropagation found the slope; the step was gradient descent.",
    points=3,
    minutes=6,
    book=_neuron(0.5, 0.2, 1, 0.1),
    draw=lambda rng: _neuron(
        float(rng.choice([-1.5, -0.5, 0.5, 1.5])),
        float(rng.integers(1, 9) / 10 * rng.choice([-1, 1])),
        int(rng.integers(2)),
        float(rng.choice([0.1, 0.2, 0.5])),
    ),
)


def _sizes(sizes):
    products = [n * m for n, m in zip(sizes[:-1], sizes[1:], strict=True)]
    return {
        "names": "-".join(map(str, sizes)),
        "forward": sum(products),
        "first": products[0],
        "parameters": sum(products) + sum(sizes[1:]),
    }


count_the_cost = Exercise(
    id="backpropagation.count-the-cost",
    title="What a gradient costs",
    statement=(
        "One example passes a fully connected [[names]] network. Count only the multiply-adds of matrix"
        " products. How many does the forward pass take, and how many the backward pass, which needs no"
        " gradient with respect to the input? And how many forward passes would one-sided finite"
        " differences, $(L(\\theta + \\Delta e_k) - L(\\theta))/\\Delta$, take for the whole gradient?"
    ),
    kind=Numeric(
        value=lambda g: {
            "forward": g["forward"],
            "backward": 2 * g["forward"] - g["first"],
            "forward passes": g["parameters"] + 1,
        },
        mistakes=(
            Mistake(
                "input-gradient",
                lambda g: {"backward": 2 * g["forward"]},
                "You pass the gradient on through every layer; who would use it below the first?",
            ),
            Mistake(
                "weights-only",
                lambda g: {"backward": g["forward"]},
                "A layer owes two things on the way back: ∂L/∂W and what the layer before it needs.",
            ),
            Mistake(
                "base-lost",
                lambda g: {"forward passes": g["parameters"]},
                "One nudge for each parameter is right, and L(θ) itself is needed too.",
            ),
            Mistake(
                "biases-lost",
                lambda g: {"forward passes": g["forward"] + 1},
                "The biases are parameters as well, and each needs a nudge of its own.",
            ),
        ),
    ),
    hints=(
        "A product of a row of n numbers with an n × m matrix takes n · m multiply-adds.",
        "On the way back ∂L/∂W takes as many as the layer's forward product, and so does ∂L/∂x.",
    ),
    worked=(
        "Forward $[[forward]]$. Backward twice as much, less the $[[first]]$ of the first layer's"
        " $\\partial L/\\partial x$. One pass for $L(\\theta)$ and one for each of the $[[parameters]]$ parameters."
    ),
    takeaway="Three forward passes' worth of work at most, against one for each parameter.",
    points=3,
    minutes=6,
    book=_sizes((784, 16, 16, 10)),
    draw=lambda rng: _sizes(
        [int(n) for n in (rng.integers(50, 900), rng.integers(10, 60), rng.integers(5, 30), rng.integers(2, 12))]
    ),
)

# Choices

what_it_computes = Exercise(
    id="backpropagation.what-it-computes",
    title="What does backpropagation do?",
    statement="Which sentence says what backpropagation does?",
    kind=Choice(
        options=(
            Option(
                "adjusts",
                "It adjusts the weights so that the loss goes down.",
                False,
                "The weights are the same before and after a backward pass; something else changes them.",
            ),
            Option(
                "gradient",
                "It computes the derivative of the loss with respect to every parameter.",
                True,
                "What is done with the derivatives is the optimizer's business.",
            ),
            Option(
                "reverses",
                "It runs the network in reverse, from outputs to the inputs that caused them.",
                False,
                "What runs back are derivatives; the inputs are known and are not recovered.",
            ),
            Option(
                "approximates",
                "It estimates the gradient, up to an error that shrinks with training.",
                False,
                "Compare it with finite differences in this chapter: how large is the error, and who makes it?",
            ),
        )
    ),
    hints=("Which arrays exist after `net.backward(…)` that did not exist before, and did `theta` change?",),
    worked="A backward pass hands back a gradient of the shape of θ and leaves θ as it was.",
    points=1,
    minutes=1,
)

average_of_products = Exercise(
    id="backpropagation.average-of-products",
    title="Where the mean belongs",
    statement=(
        "A sigmoid neuron, $a_n = \\sigma(z_n)$ with $z_n = w x_n$, has the mean squared error over $N$"
        " examples. Write $r_n = 2(a_n - y_n)$. Which expression is $\\partial L/\\partial w$?"
    ),
    kind=Choice(
        options=(
            Option(
                "mean-of-products",
                "(1/N) Σₙ ( rₙ σ′(zₙ) xₙ )",
                True,
                "Each example has a chain of its own, and the mean is taken of the results.",
            ),
            Option(
                "mean-residual",
                "( (1/N) Σₙ rₙ ) σ′(z) x",
                False,
                "Which z and which x would this be? Each example brings its own.",
            ),
            Option(
                "product-of-means",
                "( (1/N) Σₙ rₙ ) ( (1/N) Σₙ σ′(zₙ) ) ( (1/N) Σₙ xₙ )",
                False,
                "Try two examples whose residuals are 1 and −1: this gives 0 whatever their inputs are.",
            ),
            Option(
                "sum",
                "Σₙ ( rₙ σ′(zₙ) xₙ )",
                False,
                "This grows with the number of examples; the loss here is a mean.",
            ),
        )
    ),
    hints=("Write the loss for two examples, and differentiate each term by itself.",),
    worked="The derivative of a mean is the mean of the derivatives, and each of these is a product.",
    points=2,
    minutes=3,
)

read_a_check = Exercise(
    id="backpropagation.read-a-check",
    title="Reading a gradient check",
    statement=(
        "In double precision you compare your gradient of a network of sigmoids with central differences,"
        " with a step of about $10^{-5}$. Which conclusions hold?"
    ),
    kind=Choice(
        options=(
            Option(
                "tiny-is-fine",
                "A relative error of 10⁻⁹ is what a right gradient looks like.",
                True,
                "The rest is the finite difference's own error.",
            ),
            Option(
                "percent-is-fine",
                "A relative error of 10⁻² is acceptable: finite differences are only approximate.",
                False,
                "How good can a central difference be at this step? Look at the figure on step sizes.",
            ),
            Option(
                "smaller-step",
                "To be surer, repeat the check with a step of 10⁻¹⁴.",
                False,
                "Look at what happens on the left side of the figure on step sizes.",
            ),
            Option(
                "loss-falls",
                "If training lowers the loss, no check is needed.",
                False,
                "The section on what breaks trains with a wrong gradient; see what its loss does.",
            ),
            Option(
                "random-point",
                "The check should be made where all parameters are random and none is zero.",
                True,
                "With zero weights, wrong terms are multiplied by 0 and stay unseen.",
            ),
        ),
        several=True,
    ),
    hints=("For each of them, find the figure or the cell that speaks for or against it.",),
    worked="A check compares two numbers that should agree to many digits, at a place where nothing vanishes.",
    points=2,
    minutes=4,
)

what_two_wants = Exercise(
    id="backpropagation.what-an-example-wants",
    title="What does this 2 want?",
    statement=(
        "A network with sigmoid hidden neurons and a softmax output is shown a 2. It gives probability 0.13"
        " to the 2 and 0.39 to the 8. Explain what this one example asks of the bias of output 2, of the"
        " weights into it, and of the activations that reach it; what it asks of output 8; and what happens"
        " to the wishes about activations, which nobody can set directly."
    ),
    kind=Explain(
        rubric=(
            "The bias of output 2 should rise, that of output 8 fall, each by its y − p: 0.87 and −0.39,"
            " in the proportion of these.",
            "A weight into output 2 should rise in proportion to the activation that it meets; with an"
            " activation of 0 it does not matter.",
            "An activation should rise where its weight into output 2 is positive and fall where it is"
            " negative, in proportion to the weight.",
            "The wishes of all ten outputs about one activation are added up, weighted by their y − p.",
            "Activations cannot be set: the sum is handed back to the layer before, whose weights and biases"
            " it changes in the same way.",
        ),
        model=(
            "The derivative with respect to an output's pre-activation is $p - y$, so the example wants"
            " output 2 up by 0.87 and output 8 down by 0.39 (and the others down by their $p$). The biases"
            " move by just that. A weight counts as much as the activation it meets, so the weights into"
            " output 2 are to rise in proportion to the activations, most where the hidden neuron is most"
            " active, not at all where it is silent; those into output 8 are to fall likewise. The"
            " activations count as much as their weights: those with a positive weight into output 2 should"
            " be larger, those with a negative one smaller. For each activation the ten outputs' wishes are"
            " added, each weight times that output's $y - p$. No one sets an activation by hand; the sum is"
            " $-\\partial L/\\partial a$ and goes back through $\\sigma'$ to the first layer, where it changes"
            " weights and biases in the same manner. The change that training makes is the average over all"
            " examples."
        ),
    ),
    hints=(
        "Start with the ten numbers y − p. What sign does each have, and which is the largest?",
        "z of output 2 is a sum of products of weights and activations: what is its derivative for each?",
    ),
    worked="The figure of the chapter shows these wishes for every digit and every output.",
    points=5,
    minutes=10,
)

# Code


def linear_backward(x, W, grad_output):
    """The gradients of a layer z = x @ W + b with respect to x, W and b, from ∂L/∂z."""
    grad_x = grad_output @ W.T
    grad_W = x.T @ grad_output
    grad_b = grad_output.sum(axis=0)
    return grad_x, grad_W, grad_b


def _linear_cases(given, rng):
    shapes = (3, 2, 4), (5, 4, 2), (2, 3, 3)
    return [
        {"x": rng.normal(size=(n, i)).round(1), "W": rng.normal(size=(i, o)).round(1),
         "grad_output": rng.normal(size=(n, o)).round(1)}
        for n, i, o in shapes
    ]  # fmt: skip


backward_of_linear = Exercise(
    id="backpropagation.linear-backward",
    title="Write the backward pass of a linear layer",
    statement=(
        "For $Z = XW + \\mathbf{b}$ write `linear_backward(x, W, grad_output)`: from ∂L/∂Z, of shape (batch,"
        " fan_out), return ∂L/∂X, ∂L/∂W and ∂L/∂b, in this order. The loss has taken its mean already."
    ),
    kind=Code(
        reference=linear_backward,
        cases=_linear_cases,
        returns=("∂L/∂X", "∂L/∂W", "∂L/∂b"),
        mistakes=(
            Mistake(
                "mean-again",
                lambda x, W, g: (g @ W.T, x.T @ g / len(x), g.mean(axis=0)),
                "You divided by the batch size, which the loss has done already.",
            ),
            Mistake(
                "bias-mean",
                lambda x, W, g: (g @ W.T, x.T @ g, g.mean(axis=0)),
                "Every example adds to the gradient of b; look at how they are put together.",
            ),
            Mistake(
                "bias-not-summed",
                lambda x, W, g: (g @ W.T, x.T @ g, g),
                "b was added to every row, so its gradient gathers something from every row.",
            ),
            Mistake(
                "weight-transposed",
                lambda x, W, g: (g @ W.T, g.T @ x, g.sum(axis=0)),
                "∂L/∂W must have the shape of W.",
            ),
            Mistake(
                "bias-over-features",
                lambda x, W, g: (g @ W.T, x.T @ g, g.sum(axis=1)),
                "You summed along the other axis: there is one bias for each output.",
            ),
        ),
    ),
    hints=(
        "Each gradient has the shape of the thing it belongs to. Which products of the three arrays have it?",
        "Write out ∂L/∂W for one entry: over which index is summed?",
    ),
    worked="The shapes leave no choice: (n, i) from (n, o) and (i, o); (i, o) from (n, i) and (n, o); (o,) from (n, o).",
    takeaway="Two matrix products back for one forward.",
    points=3,
    minutes=8,
)


def cross_entropy_gradient(logits, labels):
    """The gradient of the mean cross-entropy of softmax with respect to the logits."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


def _one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


def _logit_cases(given, rng):
    return [
        {"logits": rng.normal(size=(n, k)).round(1), "labels": rng.integers(0, k, n)} for n, k in ((2, 3), (4, 2), (3, 5))
    ]


softmax_gradient = Exercise(
    id="backpropagation.softmax-gradient",
    title="Softmax and cross-entropy, backward",
    statement=(
        "Write `cross_entropy_gradient(logits, labels)`: the gradient of $L = -\\frac1B \\sum_n \\log"
        " p_{n, y_n}$ with $p = \\text{softmax}(z)$, with respect to the logits. `logits` has shape (batch,"
        " classes), `labels` holds whole numbers from 0; do not change either."
    ),
    kind=Code(
        reference=cross_entropy_gradient,
        cases=_logit_cases,
        mistakes=(
            Mistake(
                "mean-forgotten",
                lambda z, y: softmax(z) - _one_hot(z, y),
                "The loss is a mean over the batch; its gradient has the same factor.",
            ),
            Mistake(
                "sign",
                lambda z, y: (_one_hot(z, y) - softmax(z)) / len(z),
                "This is the direction of descent: the sign is reversed.",
            ),
            Mistake(
                "labels-ignored",
                lambda z, y: softmax(z) / len(z),
                "These are the probabilities; where do the labels come in?",
            ),
            Mistake(
                "softmax-twice",
                lambda z, y: (softmax(z) - _one_hot(z, y)) * softmax(z) * (1 - softmax(z)) / len(z),
                "The derivative of softmax is in p − y already; you multiplied by it once more.",
            ),
            Mistake(
                "only-the-true-class",
                lambda z, y: (softmax(z) - 1) * _one_hot(z, y) / len(z),
                "The other logits change the loss too, through the sum in softmax.",
            ),
        ),
    ),
    hints=(
        "For one example the answer has two words: p minus something. What stands in for the label?",
        "`p[np.arange(len(labels)), labels]` picks one number from each row.",
    ),
    worked="$\\partial L/\\partial z_{nk} = (p_{nk} - y_{nk})/B$ with $y$ one-hot.",
    takeaway="The gradient of each row sums to zero: what one class gains, the others lose.",
    points=3,
    minutes=8,
)


def network_gradients(x, y, W1, b1, W2, b2):
    """The gradients of the mean squared error of a network with one sigmoid hidden layer."""
    z = x @ W1 + b1
    a = 1 / (1 + np.exp(-z))
    prediction = a @ W2 + b2
    grad_prediction = 2 * (prediction - y) / prediction.size
    grad_a = grad_prediction @ W2.T
    grad_z = grad_a * a * (1 - a)
    return x.T @ grad_z, grad_z.sum(axis=0), a.T @ grad_prediction, grad_prediction.sum(axis=0)


def _network_gradients(x, y, W1, b1, W2, b2, slope):
    """The same with the slope of the activation taken as slope(z, a)."""
    z = x @ W1 + b1
    a = sigmoid(z)
    g = 2 * (a @ W2 + b2 - y) / y.size
    grad_z = g @ W2.T * slope(z, a)
    return x.T @ grad_z, grad_z.sum(axis=0), a.T @ g, g.sum(axis=0)


def _network_cases(given, rng):
    shapes = (3, 2, 4, 1), (2, 3, 2, 2)
    return [
        {name: rng.normal(size=size).round(1) for name, size in
         {"x": (n, i), "y": (n, o), "W1": (i, h), "b1": (h,), "W2": (h, o), "b2": (o,)}.items()}
        for n, i, h, o in shapes
    ]  # fmt: skip


find_the_bug = Exercise(
    id="backpropagation.find-the-bug",
    title="Find the bug",
    statement=(
        "This function is to return the gradients of the mean squared error of a network with one hidden"
        " layer of sigmoids. It runs, its shapes are right, and training with it even lowers the loss. One"
        " line is wrong. Check it against finite differences in the notebook, and hand in a repaired"
        " `network_gradients`.\n\n"
        "```python\n"
        "def network_gradients(x, y, W1, b1, W2, b2):\n"
        "    z = x @ W1 + b1\n"
        "    a = 1 / (1 + np.exp(-z))\n"
        "    prediction = a @ W2 + b2\n"
        "    grad_prediction = 2 * (prediction - y) / prediction.size\n"
        "    grad_a = grad_prediction @ W2.T\n"
        "    s = 1 / (1 + np.exp(-a))\n"
        "    grad_z = grad_a * s * (1 - s)\n"
        "    return (x.T @ grad_z, grad_z.sum(axis=0),\n"
        "            a.T @ grad_prediction, grad_prediction.sum(axis=0))\n"
        "```"
    ),
    kind=Code(
        reference=network_gradients,
        cases=_network_cases,
        returns=("∂L/∂W1", "∂L/∂b1", "∂L/∂W2", "∂L/∂b2"),
        mistakes=(
            Mistake(
                "unrepaired",
                lambda *arguments: _network_gradients(*arguments, lambda z, a: sigmoid.derivative(a)),
                "The bug is still there: at which point is the slope of the sigmoid taken?",
            ),
            Mistake(
                "slope-dropped",
                lambda *arguments: _network_gradients(*arguments, lambda z, a: 1.0),
                "The gradient must pass the activation; now it goes around it.",
            ),
            Mistake(
                "slope-is-the-value",
                lambda *arguments: _network_gradients(*arguments, lambda z, a: a),
                "You multiply by the activation; what belongs there is its slope.",
            ),
        ),
    ),
    hints=(
        "Two of the four gradients are right as they are. Which two are not, and what do they share?",
        "The slope belongs to the point at which the forward pass evaluated the sigmoid.",
    ),
    worked="The slope was taken at $a$ instead of $z$; in terms of $a = σ(z)$ it is $a(1 - a)$.",
    takeaway="A wrong gradient can still point downhill; only a check tells.",
    points=4,
    minutes=10,
)


def numeric_gradient(f, theta):
    """The gradient of f at theta by central differences."""
    gradient = np.zeros(len(theta))
    for k in range(len(theta)):
        step = np.zeros(len(theta))
        step[k] = 1e-5
        gradient[k] = (f(theta + step) - f(theta - step)) / 2e-5
    return gradient


def squares(theta):
    """The sum of squares."""
    return float(np.sum(theta**2))


def waves(theta):
    """A function without symmetry."""
    return float(np.sin(theta[0]) * np.exp(theta[-1] / 2) + theta[0] ** 3)


def _differences(f, theta, up, down, divisor):
    gradient = np.zeros(len(theta))
    for k, step in enumerate(np.eye(len(theta))):
        gradient[k] = (f(theta + up * step) - f(theta - down * step)) / divisor
    return gradient


check_a_gradient = Exercise(
    id="backpropagation.numeric-gradient",
    title="Write the other half of a gradient check",
    statement=(
        "Write `numeric_gradient(f, theta)`: the gradient of a function `f` of a vector at `theta`, by central"
        " differences with a step of 10⁻⁵ for one coordinate at a time. Leave `theta` as it is."
    ),
    kind=Code(
        reference=numeric_gradient,
        cases=lambda g, rng: [
            {"f": f, "theta": rng.uniform(0.3, 1.5, n).round(1)} for f, n in ((squares, 3), (waves, 2), (waves, 4))
        ],
        rtol=1e-7,
        atol=1e-7,
        mistakes=(
            Mistake(
                "one-sided",
                lambda f, theta: _differences(f, theta, 1e-5, 0, 1e-5),
                "Close, and off in the sixth digit: this is the one-sided difference.",
            ),
            Mistake(
                "half",
                lambda f, theta: _differences(f, theta, 1e-5, 1e-5, 1e-5),
                "Twice too large: how far apart are the two points?",
            ),
            Mistake(
                "all-at-once",
                lambda f, theta: np.full(len(theta), (f(theta + 1e-5) - f(theta - 1e-5)) / 2e-5),
                "You moved all coordinates together; each entry asks for one of them alone.",
            ),
            Mistake(
                "not-divided",
                lambda f, theta: _differences(f, theta, 1e-5, 1e-5, 1),
                "These are differences; a slope is a difference divided by a distance.",
            ),
        ),
    ),
    hints=(
        "A loop over the coordinates; in each round, a vector that is zero except for one entry.",
        "The two points lie one step before and one step behind: what is the distance between them?",
    ),
    worked="One coordinate at a time, both ways, divided by the distance of the two points.",
    takeaway="Compare its result with any gradient of this chapter: now you have a gradient check.",
    points=3,
    minutes=8,
)


def tanh(x):
    """The tanh of a Value, on the tape."""
    t = np.tanh(x.data)
    return Value(t, (x,), (1 - t**2,), "tanh")


def _on_the_tape(function, case):
    """Value and slope of function(x)·x + function(x), so that the tape must go back through it by two paths."""
    x = Value(case["x"])
    t = function(x)
    if isinstance(t, numbers.Real):
        t = Value(t)  # a number has no parents, which is what its mistake is told
    if not isinstance(t, Value):
        return t
    output = t * x + t
    output.backward()
    return t.data, x.grad


tape_tanh = Exercise(
    id="backpropagation.tape-tanh",
    title="Teach the tape tanh",
    statement=(
        "Write `tanh(x)` for the tape: it takes a `Value` and returns a new `Value` that holds tanh of"
        " `x.data`, knows its parent, and the slope with respect to it. `Value(data, parents, slopes, op)` is"
        " in `nnbook.autograd`. (The method `x.tanh()` would do it, and you would learn nothing from it.) The check runs a graph backward through"
        " your operation."
    ),
    kind=Code(
        reference=tanh,
        cases=lambda g, rng: [{"x": float(x)} for x in (*rng.uniform(-2, 2, 3).round(1), 0.5)],
        call=_on_the_tape,
        returns=("the value", "the derivative"),
        mistakes=(
            Mistake(
                "no-parents",
                lambda x: Value(np.tanh(x.data)),
                "The value is right, but the tape does not know what it was made from.",
            ),
            Mistake(
                "slope-of-sigmoid",
                lambda x: Value(np.tanh(x.data), (x,), (np.tanh(x.data) * (1 - np.tanh(x.data)),)),
                "That is the form of the sigmoid's slope; tanh has another one.",
            ),
            Mistake(
                "slope-at-x",
                lambda x: Value(np.tanh(x.data), (x,), (1 - x.data**2,)),
                "The slope is written with the value of tanh, not with its input.",
            ),
            Mistake(
                "slope-one",
                lambda x: Value(np.tanh(x.data), (x,), (1.0,)),
                "Your operation hands everything back unchanged; what is its local slope?",
            ),
        ),
    ),
    hints=(
        "Look at how `sigmoid` or `exp` is written in `nnbook.autograd`: value, parents, slopes, name.",
        "tanh′ can be written with the value of tanh, which you have computed already.",
    ),
    worked="$\\tanh' = 1 - \\tanh^2$; parents and slopes are tuples of equal length.",
    takeaway="An operation needs to know its own slope and nothing of the graph around it.",
    points=3,
    minutes=6,
)

EXERCISES = (
    derivative_and_gradient,
    gradient_at_point,
    sum_over_paths,
    one_step,
    sigmoid_slope,
    what_it_computes,
    average_of_products,
    backward_of_linear,
    softmax_gradient,
    what_two_wants,
    find_the_bug,
    check_a_gradient,
    read_a_check,
    tape_tanh,
    count_the_cost,
)
