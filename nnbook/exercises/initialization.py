"""Exercises of chapter 8, Initialization."""

import itertools

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]


def apart(values, share=0.03):
    """Whether any two of the numbers differ by more than a share of the larger."""
    return all(abs(x - y) > share * max(abs(x), abs(y)) for x, y in itertools.combinations(values, 2))


# Symmetry

why_zeros = Exercise(
    id="initialization.why-zeros-fail",
    title="Why not start from zero?",
    statement=(
        "A friend sets all weights and biases of a network with one hidden layer of tanh units to zero, “so that training is not prejudiced”. Explain what happens at the first step and at all later ones. "
        "Then explain why setting all weights to 0.5 is hardly better, and what the smallest remedy is."
    ),
    kind=Explain(
        rubric=(
            "From zero: the hidden activations are tanh(0) = 0, so the output weights get no gradient; and the gradient of the hidden weights passes through output weights that are 0. Only the output bias moves.",
            "This stays so at every later step, since nothing that was zero has changed.",
            "From equal weights: all units of a layer compute the same and get the same gradient, so they are equal after the step, and by induction forever.",
            "So the layer has the power of a single unit, whatever its width.",
            "Remedy: random (different) weights break the symmetry; biases may stay 0. Their size matters, which is a second question.",
        ),
        model=(
            "With all parameters at zero every hidden unit gives tanh(0) = 0. The gradient of an output weight is the error times the hidden activation, so it is 0. The gradient of a hidden weight passes back through the output weight, which is 0 as well. "
            "Only the output bias gets a gradient; it learns the mean of the targets, and as nothing else has changed, the same argument holds at the next step and at every later one. With all weights at 0.5 there are gradients, but hidden units with "
            "the same incoming and outgoing weights compute the same number, send the same number on and get back the same gradient. After the step they are still equal, and so on. The layer behaves like one unit. It is enough to draw the weights at random, "
            "even with tiny differences, since two units that differ get different gradients and part; the biases can stay at zero because the weights already distinguish the units."
        ),
    ),
    hints=(
        "Write down the gradient of one output weight and of one hidden weight as products. Which factors are zero?",
        "Take two hidden units with the same weights in and out. Compare what they compute, and what comes back to them.",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=5,
    minutes=8,
)


may_be_zero = Exercise(
    id="initialization.what-may-be-zero",
    title="What may start at zero?",
    statement="In a network 2-8-1 with tanh units, which of these starts leaves hidden units that can become different from one another? (“Random” means drawn independently. Several may hold.)",
    kind=Choice(
        options=(
            Option(
                "biases",
                "All biases zero, all weights random.",
                True,
                "The weights tell the units apart.",
            ),
            Option(
                "output-zero",
                "Hidden weights random, output weights and biases zero.",
                True,
                "The hidden units differ, so the output weights get different gradients, and at the second step the hidden weights do too.",
            ),
            Option(
                "hidden-zero",
                "Output weights random, hidden weights and biases zero.",
                True,
                "All hidden activations are zero, but each unit gets its gradient through its own output weight.",
            ),
            Option(
                "biases-random",
                "All weights zero, biases random.",
                True,
                "The hidden activations differ, so the output weights get different gradients; from the second step on the hidden weights do.",
            ),
            Option(
                "all-equal",
                "All weights 0.1, biases zero.",
                False,
                "Compare any two hidden units: is there anything in which they differ?",
            ),
            Option(
                "layer-constant",
                "Hidden weights all 0.3, output weights all −0.2, biases zero.",
                False,
                "The layers differ, but do two units of the same layer?",
            ),
        ),
        several=True,
    ),
    hints=("For each start, take two hidden units. Do they differ in a weight, in a bias, or in what comes back to them?",),
    worked="One difference between two units, anywhere, is enough: exchange the units, and if the network has changed, their gradients differ.",
    points=4,
    minutes=5,
)


# Variance


def _sum(n, weight, size):
    return {"n": n, "weight": weight, "size": size, "std": float(np.sqrt(n) * weight * size)}


def _draw_sum(rng):
    while True:
        g = _sum(int(rng.integers(40, 900)), round(float(rng.uniform(0.02, 0.3)), 2), round(float(rng.uniform(0.4, 2.5)), 1))
        wrong = [g["n"] * g["weight"] * g["size"], g["std"] ** 2, np.sqrt(g["n"]) * g["weight"], g["weight"] * g["size"]]
        if apart([g["std"], *wrong]):
            return g


sum_variance = Exercise(
    id="initialization.spread-of-a-sum",
    title="How wide is a sum?",
    statement=(
        "A unit reads $n = [[n]]$ inputs whose root mean square is [[size]]. Its weights are independent, with mean 0 and standard deviation [[weight]]; its bias is 0. "
        "What is the standard deviation of its pre-activation $z$ over the draw of the weights?"
    ),
    kind=Numeric(
        value=lambda g: g["std"],
        rtol=0.01,
        label="standard deviation of z",
        mistakes=(
            Mistake(
                "sizes-added",
                lambda g: g["n"] * g["weight"] * g["size"],
                "That would be right if all terms were one and the same random number; these are independent, so what does add up?",
            ),
            Mistake("variance", lambda g: g["std"] ** 2, "This is the variance of z; its standard deviation was asked for."),
            Mistake(
                "inputs-forgotten",
                lambda g: np.sqrt(g["n"]) * g["weight"],
                "With inputs twice as large z would be twice as wide: where is their size in your formula?",
            ),
            Mistake(
                "one-term",
                lambda g: g["weight"] * g["size"],
                "That is the spread of a single term; there are many of them.",
            ),
        ),
    ),
    hints=(
        "Variances of independent terms add. What is the variance of one term, $w_i a_i$, when $a_i$ is given?",
        "The variance of $w_i a_i$ is $\\mathrm{Var}(w)\\,a_i^2$; sum over $i$ and use the mean of the squares.",
    ),
    worked="$\\mathrm{Var}(z) = n \\,\\mathrm{Var}(w)\\,\\overline{a^2} = [[n]] \\cdot [[weight]]^2 \\cdot [[size]]^2$, and the root of it is [[std:.3g]].",
    takeaway="The spread of a sum grows with the root of the number of its terms.",
    points=2,
    minutes=4,
    book=_sum(256, 0.1, 1.5),
    draw=_draw_sum,
)


def _depth(n, std, layers):
    factor = std * np.sqrt(n / 2)
    return {"n": n, "std": std, "layers": layers, "factor": float(factor), "total": float(factor**layers)}


def _draw_depth(rng):
    while True:
        n = int(rng.choice([50, 64, 100, 128, 200, 256]))
        g = _depth(n, round(float(rng.uniform(0.7, 1.5) * np.sqrt(2 / n)), 3), int(rng.integers(8, 30)))
        linear = g["std"] * np.sqrt(g["n"])
        if apart([g["factor"], linear, g["factor"] ** 2, linear**2, 1.0], 0.04) and apart(
            [g["total"], g["factor"] ** (g["layers"] - 1), g["factor"] * g["layers"]]
        ):
            return g


through_depth = Exercise(
    id="initialization.through-depth",
    title="Through all layers",
    statement=(
        "A network has [[layers]] ReLU layers of [[n]] units each, weights with mean 0 and standard deviation [[std]], and biases 0. By what factor does one layer multiply the root mean square of the "
        "pre-activations, and by what factor do [[layers]] such layers together? (In the long run, on average over wide layers. Take all digits of the first for the second.)"
    ),
    kind=Numeric(
        value=lambda g: {"one layer": g["factor"], "all layers": g["total"]},
        rtol=0.01,
        mistakes=(
            Mistake(
                "no-half",
                lambda g: {"one layer": g["factor"] * np.sqrt(2), "all layers": (g["factor"] * np.sqrt(2)) ** g["layers"]},
                "This is a linear network: what does the ReLU do to the mean square?",
            ),
            Mistake(
                "variance",
                lambda g: {"one layer": g["factor"] ** 2, "all layers": g["factor"] ** (2 * g["layers"])},
                "That is what becomes of the mean square; the root of it was asked for.",
            ),
            Mistake(
                "linear-variance",
                lambda g: {"one layer": 2 * g["factor"] ** 2},
                "n Var(w) is what a linear layer does to the mean square; think of the ReLU, and of the root.",
            ),
            Mistake(
                "one-layer-less",
                lambda g: {"all layers": g["factor"] ** (g["layers"] - 1)},
                "Every one of the layers multiplies, the first as well.",
            ),
            Mistake(
                "added-up",
                lambda g: {"all layers": g["factor"] * g["layers"]},
                "Each layer multiplies what it is given: the factors do not add.",
            ),
        ),
    ),
    hints=(
        "Mean square of $z$ → mean square of $a = \\max(0, z)$ → mean square of the next $z$: two factors.",
        "Half of a symmetric $z$ is cut away, so $\\overline{a^2} = \\frac12 \\overline{z^2}$, and the sum brings $n\\,\\mathrm{Var}(w)$.",
    ),
    worked=(
        "One layer multiplies the mean square by $\\tfrac12 n \\mathrm{Var}(w) = \\tfrac12 \\cdot [[n]] \\cdot [[std]]^2$, so the root mean square by [[factor:.4g]]. All layers: $[[factor:.4g]]^{[[layers]]}$."
    ),
    takeaway="A factor near 1 is what the scheme is for; depth raises the rest to a power.",
    points=3,
    minutes=5,
    book=_depth(100, 0.1, 20),
    draw=_draw_depth,
)


# Schemes


def _xavier(fan_in, fan_out):
    return {"fan_in": fan_in, "fan_out": fan_out, "bound": float(np.sqrt(6 / (fan_in + fan_out)))}


def _draw_xavier(rng):
    while True:
        i, o = (int(n) for n in rng.integers(10, 900, 2))
        total = i + o
        values = [6 / total, 2 / total, 3 / total, 6 / i, 3 / i, 1 / i, 6 / o]
        if apart(np.sqrt(values)) and apart([*np.sqrt(values), 6 / total, 2 / total]):
            return _xavier(i, o)


xavier_bound = Exercise(
    id="initialization.xavier-bound",
    title="The bound of Xavier's uniform",
    statement=(
        "A layer from [[fan_in]] to [[fan_out]] units is to get weights from a uniform distribution on $[-r, r]$ with the variance of Xavier's scheme. What is $r$?"
    ),
    kind=Numeric(
        value=lambda g: g["bound"],
        rtol=0.01,
        label="r",
        mistakes=(
            Mistake(
                "standard-deviation",
                lambda g: np.sqrt(2 / (g["fan_in"] + g["fan_out"])),
                "This is the standard deviation; a uniform distribution reaches further than that.",
            ),
            Mistake(
                "factor-three-of-one",
                lambda g: np.sqrt(3 / (g["fan_in"] + g["fan_out"])),
                "The right idea for the uniform, but is Xavier's variance 1/(fan_in + fan_out)?",
            ),
            Mistake(
                "kaiming",
                lambda g: np.sqrt(6 / g["fan_in"]),
                "This is the bound of another scheme, which looks forward only.",
            ),
            Mistake(
                "lecun", lambda g: np.sqrt(3 / g["fan_in"]), "This is LeCun's bound; Xavier's scheme also counts the units that follow."
            ),
            Mistake(
                "no-root",
                lambda g: 6 / (g["fan_in"] + g["fan_out"]),
                "Check the units: r is a weight, not the square of one.",
            ),
        ),
    ),
    hints=(
        "The variance of a uniform distribution on [−r, r] is r²/3.",
        "Set r²/3 equal to Xavier's variance, 2/(fan_in + fan_out).",
    ),
    worked="$r^2/3 = 2/([[fan_in]] + [[fan_out]])$, so $r = \\sqrt{6/([[fan_in]] + [[fan_out]])}$.",
    takeaway="Uniform and normal do the same work here: only the variance enters the derivation.",
    points=2,
    minutes=3,
    book=_xavier(784, 16),
    draw=_draw_xavier,
)


def kaiming_normal(rng, fan_in, fan_out):
    """Weights (fan_in, fan_out), normal with the variance 2/fan_in."""
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)


def _what_was_drawn(function, case):
    """What can be said of weights without knowing how they were drawn."""
    rng = np.random.default_rng(case["seed"])
    first, second = (function(rng, case["fan_in"], case["fan_out"]) for _ in range(2))
    if first is None or first is Ellipsis:
        return first
    again = function(np.random.default_rng(case["seed"]), case["fan_in"], case["fan_out"])
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    std = first.std() or 1.0
    return (
        np.array(first.shape),
        float(np.round(first.var() * case["fan_in"], 1)),
        float(abs(first.mean()) < 0.05 * std),
        float(np.mean(np.abs(first) < std) > 0.63),
        float(not np.array_equal(first, second)),
        float(np.array_equal(first, again)),
    )


_CALLS = itertools.count()  # a generator that is made anew at each call gives other numbers each time


def _with_variance(variance, draw="standard_normal"):
    """A scheme with another variance."""

    def wrong(rng, fan_in, fan_out):
        return rng.standard_normal((fan_in, fan_out)) * np.sqrt(variance(fan_in, fan_out))

    return wrong


def _uniform(rng, fan_in, fan_out):
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def _positive(rng, fan_in, fan_out):
    return np.abs(kaiming_normal(rng, fan_in, fan_out))


write_kaiming = Exercise(
    id="initialization.kaiming-normal",
    title="Write Kaiming's scheme",
    statement=(
        "Write `kaiming_normal(rng, fan_in, fan_out)`. It returns a matrix of weights for a layer of ReLUs, drawn from a normal distribution with Kaiming's variance, in the book's shape (from, to). Draw from the generator `rng`. "
        "(The check looks at the shape and at the distribution, not at the single numbers.)"
    ),
    kind=Code(
        reference=kaiming_normal,
        cases=lambda g, rng: [
            {"seed": int(rng.integers(1000)), "fan_in": i, "fan_out": o} for i, o in ((200, 300), (400, 120))
        ],
        call=_what_was_drawn,
        returns=(
            "the shape",
            "fan_in times the variance",
            "a mean near 0 (1 is yes)",
            "the bell of a normal distribution (1 is yes)",
            "new weights at the next call (1 is yes)",
            "the same weights from an equal rng (1 is yes)",
        ),
        mistakes=(
            Mistake(
                "no-two",
                _with_variance(lambda i, o: 1 / i),
                "This is LeCun's variance; a ReLU throws away half of the mean square, which the weights have to make up for.",
            ),
            Mistake(
                "fan-out",
                _with_variance(lambda i, o: 2 / o),
                "How many terms has the sum that a unit computes: as many as there are inputs, or outputs?",
            ),
            Mistake(
                "xavier",
                _with_variance(lambda i, o: 2 / (i + o)),
                "This is Xavier's variance, which looks both ways and has no ReLU in it.",
            ),
            Mistake(
                "variance-as-std",
                _with_variance(lambda i, o: (2 / i) ** 2),
                "The weights are far too small: did you multiply by a variance where a standard deviation belongs?",
            ),
            Mistake(
                "transposed",
                lambda rng, fan_in, fan_out: kaiming_normal(rng, fan_in, fan_out).T,
                "The matrix is transposed: rows are where the signal comes from.",
            ),
            Mistake("uniform", _uniform, "The variance is right, but these numbers are uniform; a normal distribution was asked for."),
            Mistake("positive", _positive, "All your weights are positive; their mean should be 0."),
            Mistake(
                "same-every-time",
                lambda rng, fan_in, fan_out: kaiming_normal(np.random.default_rng(0), fan_in, fan_out),
                "Every layer of the same shape would get the same weights; draw from the rng that is handed in.",
            ),
            Mistake(
                "another-generator",
                lambda rng, fan_in, fan_out: kaiming_normal(np.random.default_rng(next(_CALLS)), fan_in, fan_out),
                "The distribution is right, but the numbers come from a generator of your own; draw from the rng that is handed in.",
            ),
        ),
    ),
    hints=(
        "`rng.standard_normal(shape)` has variance 1. By what must it be multiplied to have the variance v?",
        "Kaiming's variance is 2/fan_in, and the factor is its square root.",
    ),
    worked="Draw with variance 1 and multiply by the standard deviation, which is the root of the variance.",
    takeaway="The same line, with another number under the root, is every scheme of the chapter.",
    points=3,
    minutes=6,
)


which_scheme = Exercise(
    id="initialization.which-scheme",
    title="Which scheme for which activation?",
    statement="Which statements hold for deep networks without normalization, with biases 0? (Several may.)",
    kind=Choice(
        options=(
            Option("relu", "ReLU layers want Var(w) = 2/fan_in.", True, "The 2 makes up for the half that is cut away."),
            Option(
                "tanh",
                "With tanh and Var(w) = 1/fan_in, or Xavier's, signal and gradient shrink only slowly with depth.",
                True,
                "The smaller the signal gets, the more tanh is like the identity, for which 1/n is exact.",
            ),
            Option(
                "sigmoid",
                "With Xavier's variance a deep network of sigmoids keeps its gradient.",
                False,
                "How steep is a sigmoid at most, and what does n·Var(w) = 1 make up for?",
            ),
            Option(
                "leaky",
                "For leaky ReLU with slope α, 2/((1 + α²) fan_in) is exact in the same sense as 2/fan_in for ReLU.",
                True,
                "Half of the mean square passes whole, the other half times α².",
            ),
            Option(
                "uniform",
                "A uniform distribution on [−√(2/fan_in), √(2/fan_in)] does what Kaiming's normal does.",
                False,
                "Compute the variance of that uniform distribution.",
            ),
            Option(
                "scale-free",
                "For a ReLU network the best variance depends on the size of the inputs.",
                False,
                "Multiply the inputs by 10: by what are all later layers of ReLUs multiplied, if biases are 0?",
            ),
        ),
        several=True,
    ),
    hints=("For each activation ask for E φ(z)² and E φ′(z)²: what must n·Var(w) make up for?",),
    worked="ReLU and its leaky kin multiply the mean square by a number that does not depend on the size of z, so one variance is exact. For tanh 1/n is right for small signals. The sigmoid's slopes are too small for any of the schemes.",
    points=3,
    minutes=5,
)


diagnose = Exercise(
    id="initialization.diagnose-the-scale",
    title="Read the histograms",
    statement=(
        "A network with 12 tanh layers of 200 units does not learn. Before training, the standard deviation of the activations is 0.97 in every layer, about 90 % of all activations lie beyond ±0.95, and the gradient "
        "at the first layer is tens of thousands of times that at the last. Which cause fits all three observations?"
    ),
    kind=Choice(
        options=(
            Option(
                "weights-too-large",
                "The weights were drawn from N(0, 1).",
                True,
                "z has a spread of about √200 ≈ 14, so tanh is at its ends; where it is not, the gradient is multiplied by large weights.",
            ),
            Option(
                "weights-too-small",
                "The weights were drawn with a standard deviation of 0.01.",
                False,
                "What would the histogram of the last layer look like after twelve layers with sums of spread 0.14 times the input?",
            ),
            Option(
                "all-equal",
                "All weights started at the same value.",
                False,
                "Then all units of a layer would be equal; are they, in a histogram with two heaps?",
            ),
            Option(
                "relu-scheme",
                "The weights were drawn with Kaiming's variance, which is meant for ReLU.",
                False,
                "That would be a factor of 2 in the variance; does it drive most units beyond ±0.95?",
            ),
            Option(
                "vanishing",
                "It is the vanishing gradient: tanh saturates, so nothing comes back.",
                False,
                "Read the third observation again: in which direction does the gradient grow?",
            ),
        )
    ),
    hints=(
        "How wide must z be if most of tanh(z) lies beyond ±0.95?",
        "The gradient is multiplied by tanh′ and by the weights at each layer. Which of the two wins here?",
    ),
    worked="Saturated activations mean a wide z, hence large weights. That the gradient grows all the same toward the first layer is what large weights do: they outweigh the small slopes.",
    points=2,
    minutes=4,
)


three_patients = Exercise(
    id="initialization.three-networks",
    title="Three patients",
    statement=(
        "Three networks with 20 ReLU layers of 100 units are looked at before their first step. The table gives the standard deviation of the activations in layers 1, 10 and 20, and the share of units that are 0 on every example of a batch of 500.\n\n"
        "| network | layer 1 | layer 10 | layer 20 | units always 0 in layer 20 |\n|---|---|---|---|---|\n| A | 0.58 | 0.026 | 0.0006 | 23 % |\n| B | 0.82 | 0.82 | 0.57 | 23 % |\n| C | 0.05 | 0 | 0 | 100 % |\n\n"
        "For each network say what you would suspect, what training would look like, and what you would change. One of the three is healthy. (In one, biases are not 0.)"
    ),
    kind=Explain(
        rubric=(
            "A: the signal falls by about 0.7 a layer, 1/√2, which is what variance 1/n (LeCun, Xavier) does under ReLU; the remedy is 2/fan_in.",
            "A in training: gradients of the first layers are tiny too, so the loss hardly moves at the start.",
            "B: nearly constant over depth, with the slow random drift that finite width brings: healthy (Kaiming). Some units that are 0 on the whole batch are normal at this depth.",
            "C: all units dead in the deep layers; biases so negative that no sum gets above 0. No gradient flows at all, the output is constant, and no learning rate helps. Set biases to 0.",
            "Distinguishes small from exactly zero: A could recover with time or a large rate, C cannot.",
        ),
        model=(
            "A loses a factor of about 0.7 a layer, $(0.0006/0.58)^{1/19} \\approx 0.70 \\approx 1/\\sqrt2$: these are ReLUs with the variance 1/n of LeCun or Xavier, which does not make up for the half that ReLU cuts away. Forward the differences between examples vanish, and the gradient of the "
            "first layers is as small, so the loss stays on a plateau. I would use Kaiming's 2/fan_in. B keeps its size; a drift of this order is what chance does at width 100. It is healthy, although a quarter of its deep units are silent on this batch, as in A: deep down the examples resemble one another. C is dead: in the deep layers each unit is 0 on every example. Small weights alone "
            "would give small numbers, about half of them positive, not exact zeros everywhere; so the biases must be negative, larger in size than the sums. The output is a constant, the gradient of every "
            "weight before it exactly zero, and no patience or learning rate will change that. I would set the biases to 0 and check the scale of the weights as well."
        ),
    ),
    hints=(
        "Compute by what factor A changes from layer to layer. Which well-known number is it close to?",
        "What is the difference between a unit whose output is very small and one whose output is exactly 0?",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=5,
    minutes=10,
)


# Dead units and batch norm


def _dead(inputs, units):
    one = 0.5**inputs
    return {"inputs": inputs, "units": units, "one": one, "some": 1 - (1 - one) ** units}


def _draw_dead(rng):
    while True:
        g = _dead(int(rng.integers(2, 6)), int(rng.integers(2, 25)))
        values = [g["one"], g["some"], g["units"] * g["one"], g["one"] ** g["units"], 1 - g["some"]]
        if apart(values, 0.025) and apart([g["one"], 1 - g["one"], 0.5], 0.04):
            return g


born_dead = Exercise(
    id="initialization.born-dead",
    title="Born dead",
    statement=(
        "A layer of [[units]] ReLUs reads [[inputs]] inputs that are 0 or 1, in all combinations (for two inputs, the four rows of XOR). Biases are 0, weights are drawn independently from N(0, 1). "
        "With what probability is one given unit never positive on any example? And with what probability is at least one of the [[units]] such?"
    ),
    kind=Numeric(
        value=lambda g: {"one unit": g["one"], "at least one": g["some"]},
        rtol=0.01,
        mistakes=(
            Mistake(
                "half",
                lambda g: {"one unit": 0.5},
                "One example is not enough for a unit to be dead: it must be silent on all of them.",
            ),
            Mistake(
                "alive",
                lambda g: {"one unit": 1 - g["one"]},
                "Is this the probability that the unit is silent, or that it fires somewhere?",
            ),
            Mistake(
                "added",
                lambda g: {"at least one": g["units"] * g["one"]},
                "Probabilities of events that can occur together do not add; start from the event that none is dead.",
            ),
            Mistake(
                "all-of-them",
                lambda g: {"at least one": g["one"] ** g["units"]},
                "This is the probability that all of them are dead.",
            ),
            Mistake(
                "none",
                lambda g: {"at least one": 1 - g["some"]},
                "This is the probability that none of them is dead.",
            ),
        ),
    ),
    hints=(
        "Look at the examples with a single 1: what do they say about the weights of a silent unit?",
        "Silent on all examples means that every weight is negative. And “at least one” is the opposite of “none”.",
    ),
    worked="Each example with a single 1 shows one weight, so all [[inputs]] weights must be negative: $0.5^{[[inputs]]} = [[one:.4g]]$. At least one of [[units]]: $1 - (1 - [[one:.4g]])^{[[units]]} = [[some:.4g]]$.",
    takeaway="With few inputs and few units, death at birth is no rare accident.",
    points=3,
    minutes=5,
    book=_dead(2, 2),
    draw=_draw_dead,
)


def _scale(c):
    return {"c": c, "gradient": 1 / c, "relative": 1 / c**2}


batch_norm_scale = Exercise(
    id="initialization.batch-norm-and-scale",
    title="What batch norm hides",
    statement=(
        "A layer's sums $z = xW$ are batch-normalized, with a negligible ε. All its weights are multiplied by $c = [[c:g]]$, which leaves the output of the normalization as it was. By what factor does the gradient of the loss "
        "with respect to $W$ change? And by what factor does the size of a step of gradient descent, *relative to the size of the weights*?"
    ),
    kind=Numeric(
        value=lambda g: {"gradient": g["gradient"], "relative step": g["relative"]},
        rtol=0.01,
        mistakes=(
            Mistake(
                "gradient-grows",
                lambda g: {"gradient": g["c"]},
                "The loss as a function of W is the same along the ray cW; if W is larger, is a change by one unit a larger or a smaller turn?",
            ),
            Mistake(
                "gradient-unchanged",
                lambda g: {"gradient": 1.0},
                "L(cW) = L(W) for all W: differentiate both sides with respect to W.",
            ),
            Mistake(
                "relative-once",
                lambda g: {"relative step": g["gradient"]},
                "That is the absolute size of the step; it is now to be compared with larger (or smaller) weights.",
            ),
        ),
    ),
    hints=(
        "The mean and the standard deviation of cz are c times those of z.",
        "Differentiate L(cW) = L(W) with respect to W; the inner derivative is c.",
    ),
    worked="The factor cancels in the normalization, so $L(cW) = L(W)$. Differentiating, $c\\,\\nabla L(cW) = \\nabla L(W)$: the gradient is $1/c$ times as large, and relative to weights that are $c$ times as large the step is $1/c^2$.",
    takeaway="The scale of the weights no longer sets the size of the signal; it sets the learning rate.",
    points=3,
    minutes=6,
    book=_scale(10.0),
    draw=lambda rng: _scale(round(float(rng.choice([rng.uniform(0.2, 0.8), rng.uniform(1.5, 9)])), 2)),
)


EXERCISES = (
    why_zeros,
    may_be_zero,
    sum_variance,
    through_depth,
    xavier_bound,
    write_kaiming,
    which_scheme,
    diagnose,
    three_patients,
    born_dead,
    batch_norm_scale,
)
