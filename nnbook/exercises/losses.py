"""Exercises of chapter 3, Losses."""

import itertools

import numpy as np

from nnbook.activations import sigmoid, softmax
from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError

__all__ = ["EXERCISES"]


def listed(values):
    """Numbers as they stand in a tuple in a formula."""
    return ", ".join(f"{value:g}" for value in values)


def apart(values, gap):
    """Whether any two of the numbers are further from each other than the gap."""
    return all(abs(x - y) > gap for x, y in itertools.combinations(values, 2))


# What a loss is for

purpose = Exercise(
    id="losses.purpose",
    title="What a loss is for",
    statement=(
        "What is the purpose of a loss function? Say what it takes and what it returns, what training does with it, and what it is not for. "
        "Three or four sentences are enough."
    ),
    kind=Explain(
        rubric=(
            "It compares predictions with targets and returns a single number that is lower when they agree better.",
            "It is averaged over the examples, so that it belongs to the parameters: another θ, another loss.",
            "Training changes the parameters so that the number falls, for which it must have a useful slope.",
            "It stands in for what is wanted: whether the model is any good is judged by a metric, on examples that took no part in training.",
        ),
        model=(
            "A loss takes the network's predictions and the targets and returns one number, smaller when they agree better. Averaged over the training "
            "examples it is a function of the parameters, $L(\\boldsymbol{θ})$, and training means changing θ so that it falls; the slope of the loss says in which direction, "
            "so a loss must change when the parameters change a little. It decides what counts as a good answer: squared error asks for a mean, cross-entropy for probabilities. "
            "It is not the goal itself. People judge a model by a metric such as accuracy, on examples that were not used in training, and a poorly chosen loss can fall "
            "while that metric does not improve."
        ),
    ),
    hints=(
        "Describe it as a function: what goes in, what comes out, and of what it is a function once the data are fixed.",
        "Who reads the number, the optimizer or you? What do you look at instead?",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=4,
    minutes=6,
)

metric_or_loss = Exercise(
    id="losses.metric-or-loss",
    title="Why not train on accuracy?",
    statement="People want accuracy. Why is a classifier trained on cross-entropy all the same?",
    kind=Choice(
        options=(
            Option(
                "slow",
                "Accuracy takes too long to compute for every step.",
                False,
                "Counting right answers is cheaper than taking logarithms; ask what the slope of a count is.",
            ),
            Option(
                "staircase",
                "A small change of the weights almost never changes a count of right answers, so that its slope is zero.",
                True,
                "Accuracy is a staircase in the weights: flat, with jumps between.",
            ),
            Option(
                "equal",
                "Lower cross-entropy always means higher accuracy, so that it makes no difference.",
                False,
                "One very confident mistake can raise the cross-entropy of the more accurate of two models; try it.",
            ),
            Option(
                "bounded",
                "Accuracy lies between 0 and 1, and a loss must be able to grow without limit.",
                False,
                "The squared error of a probability lies there too, and has been used to train networks; look at the shape, not the range.",
            ),
        )
    ),
    hints=("Move one weight by a millionth. By how much does each of the two change?",),
    worked="The optimizer follows slopes, and a staircase has none.",
    points=1,
    minutes=2,
)

which_set = Exercise(
    id="losses.which-set",
    title="Three sets, three jobs",
    statement="Which of these steps are sound, if the final score is to be an honest estimate for new data?",
    kind=Choice(
        options=(
            Option("weights", "Adjust the weights on the training set.", True, "That is what it is for."),
            Option(
                "width",
                "Try ten hidden widths and keep the one with the lowest loss on the validation set.",
                True,
                "Choosing is what the validation set is for.",
            ),
            Option(
                "stop",
                "Stop training when the loss on the test set begins to rise.",
                False,
                "Then the test set has chosen the number of steps; which set may do so?",
            ),
            Option(
                "again",
                "Look at the test accuracy, find it low, change the network, and report the better test accuracy.",
                False,
                "The better of two test scores was chosen for being better; think of the coin flippers.",
            ),
            Option(
                "once",
                "Evaluate the chosen network once on the test set and report that.",
                True,
                "It took no part in any choice.",
            ),
            Option(
                "winner",
                "Report the validation accuracy of the best of the ten widths as the expected accuracy on new data.",
                False,
                "The winner was picked for its score on these very examples, luck included.",
            ),
        ),
        several=True,
    ),
    hints=(
        "For every step ask: did these examples take part in a decision?",
        "A set that was used to choose among models flatters the one that was chosen.",
    ),
    worked="Training adjusts weights, validation chooses among models, and the test set measures once, after every choice has been made.",
    points=3,
    minutes=4,
)


def _grid(values, parameters):
    return {"values": int(values), "parameters": int(parameters)}


grid = Exercise(
    id="losses.grid",
    title="The price of a grid",
    statement=(
        "You look for the minimum of a loss with [[parameters]] parameters by trying [[values]] values for each of them, in all combinations. "
        "How many evaluations is that? And by which factor does the number grow when the model gets two more parameters?"
    ),
    kind=Numeric(
        value=lambda g: {"evaluations": g["values"] ** g["parameters"], "factor": g["values"] ** 2},
        mistakes=(
            Mistake(
                "product",
                lambda g: {"evaluations": g["values"] * g["parameters"]},
                "That would be one parameter after the other, with the rest held fixed; here all combinations are tried.",
            ),
            Mistake(
                "swapped",
                lambda g: {"evaluations": g["parameters"] ** g["values"]},
                "Which of the two numbers is multiplied with itself? Start with one parameter, then two.",
            ),
            Mistake(
                "doubled",
                lambda g: {"factor": 2 * g["values"]},
                "Each of the two new parameters multiplies the number; do the two factors add up?",
            ),
        ),
    ),
    hints=(
        "One parameter takes as many evaluations as there are values. For each of them, how many does a second parameter take?",
        "Divide the count for the larger model by the count for the smaller one.",
    ),
    worked="There are $[[values]]^{[[parameters]]}$ combinations, and two more parameters multiply them by $[[values]]^2$.",
    takeaway="The price is exponential in the number of parameters, and networks have thousands at least.",
    points=2,
    minutes=3,
    book=_grid(10, 6),
    draw=lambda rng: _grid(rng.integers(8, 21), rng.integers(4, 8)),
)

# Errors of numbers


def _errors(residuals, targets):
    r, y = np.array(residuals, dtype=float), np.array(targets, dtype=float)
    huber = np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5)
    return {
        "r": r,
        "y": y,
        "predictions": listed(y + r),
        "targets": listed(y),
        "residuals": listed(r),
        "mse": float(MeanSquaredError()(y + r, y)),
        "mae": float(MeanAbsoluteError()(y + r, y)),
        "huber": float(Huber(1.0)(y + r, y)),
        "huber_terms": " + ".join(f"{term:g}" for term in huber),
    }


def _draw_errors(rng):
    sign = rng.choice([-1, 1])
    residuals = [0.5 * sign, -1.0 * sign, 0.0, rng.choice([2.5, 3, 3.5, 4]) * rng.choice([-1, 1])]
    return _errors(rng.permutation(residuals), rng.integers(-3, 8, 4))


regression_losses = Exercise(
    id="losses.regression-losses",
    title="Three losses by hand",
    statement=(
        "A network predicts $ŷ = ([[predictions]])$ where the targets are $y = ([[targets]])$. "
        "Compute the mean squared error, the mean absolute error, and the mean Huber loss with threshold 1."
    ),
    kind=Numeric(
        value=lambda g: {"MSE": g["mse"], "MAE": g["mae"], "Huber": g["huber"]},
        atol=0.005,
        mistakes=(
            Mistake(
                "sums",
                lambda g: {"MSE": 4 * g["mse"], "MAE": 4 * g["mae"]},
                "These are sums; the name of the loss says what is still to be done.",
            ),
            Mistake(
                "half",
                lambda g: {"MSE": g["mse"] / 2},
                "Some books put a ½ in front of the squared error; the mean has none.",
            ),
            Mistake("root", lambda g: {"MSE": g["mse"] ** 0.5}, "That is its root, often called RMSE."),
            Mistake(
                "signed",
                lambda g: {"MAE": abs(float(g["r"].mean()))},
                "Errors of opposite sign have canceled; each must count by its size.",
            ),
            Mistake(
                "all-squares",
                lambda g: {"Huber": g["mse"] / 2},
                "That is half the squared error everywhere; beyond the threshold Huber's loss goes on as a straight line.",
            ),
            Mistake(
                "jump",
                lambda g: {"Huber": float(np.where(np.abs(g["r"]) <= 1, 0.5 * g["r"] ** 2, np.abs(g["r"])).mean())},
                "The straight part must meet the parabola at the threshold; yours jumps there.",
            ),
        ),
    ),
    hints=(
        "Write down the four residuals ŷ − y first.",
        "Huber, with threshold 1: half the square of a residual up to 1 in size, and its size less one half beyond.",
    ),
    worked="The residuals are $([[residuals]])$. Huber's terms are $[[huber_terms]]$. Each loss is the mean of its four terms:",
    takeaway="Most of the squared error comes from the one large residual.",
    points=3,
    minutes=5,
    book=_errors((-0.5, 1, 0, 3), (3, -1, 2, 5)),
    draw=_draw_errors,
)


def _values(values):
    values = np.array(values, dtype=float)
    return {"values": values, "shown": listed(values), "in_order": listed(np.sort(values)), "count": len(values)}


def _constants(values):
    """The mean, the median, and what the usual slips lead to."""
    body = values[values < values.max()]
    middle = (values.min() + values.max()) / 2
    return values.mean(), np.median(values), values[2], middle, body.mean()


def _draw_values(rng):
    while True:
        body, far = rng.choice(np.arange(1, 12), 4, replace=False), rng.integers(25, 60)
        values = rng.permutation(np.append(body, far)).astype(float)
        if apart(_constants(values), 0.1):
            return _values(values)


best_constant = Exercise(
    id="losses.best-constant",
    title="The best constant",
    statement=(
        "A model ignores its input and always predicts the same number $ŷ$. The targets are $[[shown]]$. "
        "Which $ŷ$ has the lowest mean squared error, and which the lowest mean absolute error?"
    ),
    kind=Numeric(
        value=lambda g: {"for MSE": g["values"].mean(), "for MAE": np.median(g["values"])},
        atol=0.01,
        mistakes=(
            Mistake(
                "exchanged",
                lambda g: {"for MSE": np.median(g["values"]), "for MAE": g["values"].mean()},
                "You have both numbers, but exchanged: which of them does a far value move?",
            ),
            Mistake(
                "mean-twice",
                lambda g: {"for MAE": g["values"].mean()},
                "At the minimum of the absolute error as many targets lie above as below; is that so for this number?",
            ),
            Mistake(
                "median-twice",
                lambda g: {"for MSE": np.median(g["values"])},
                "At the minimum of the squared error the residuals add up to zero; do they for this number?",
            ),
            Mistake(
                "unsorted",
                lambda g: {"for MAE": g["values"][2]},
                "That is the one in the middle of the list; put the list in order first.",
            ),
            Mistake(
                "midrange",
                lambda g: {"for MSE": (g["values"].min() + g["values"].max()) / 2},
                "That is the middle between the two ends; all the targets have a say.",
            ),
            Mistake(
                "far-one-dropped",
                lambda g: {"for MSE": _constants(g["values"])[4]},
                "You left out the far value; the squared error does not.",
            ),
        ),
    ),
    hints=(
        "Set the derivative to zero. For the squared error it is a sum of residuals, for the absolute error a sum of signs.",
        "Where does a sum of +1 and −1 change its sign?",
    ),
    worked="The squared error is lowest at the mean. In order the targets are $[[in_order]]$, and the absolute error is lowest at the middle one.",
    takeaway="Squared error asks for the mean, absolute error for the median.",
    points=2,
    minutes=4,
    book=_values((7, 2, 40, 5, 6)),
    draw=_draw_values,
)

# Cross-entropy

ROWS = ((0.7, 0.2, 0.1), (0.5, 0.3, 0.2), (0.6, 0.3, 0.1), (0.8, 0.15, 0.05))


def _classes(rows, labels):
    p, labels = np.array(rows, dtype=float), np.array(labels)
    right = p[np.arange(3), labels]
    table = "\n".join(
        f"| {n} | {' | '.join(f'{x:g}' for x in row)} | {label} |"
        for n, (row, label) in enumerate(zip(rows, labels, strict=True), 1)
    )
    return {
        "p": p,
        "right": right,
        "table": table,
        "right_shown": listed(right),
        "loss": float(CrossEntropy()(np.log(p), labels)),
    }


def _class_slips(g):
    """The loss, and what the usual slips lead to."""
    return (
        g["loss"],
        3 * g["loss"],
        g["loss"] / np.log(10),
        g["loss"] / np.log(2),
        float(-np.log(g["right"].mean())),
        float(-np.log(g["p"]).sum() / 3),
        float(1 - g["right"].mean()),
    )


def _draw_classes(rng):
    while True:
        rows = [tuple(rng.permutation(ROWS[k]).tolist()) for k in rng.choice(len(ROWS), 3, replace=False)]
        given = _classes(rows, rng.integers(0, 3, 3))
        if apart(_class_slips(given), 0.02):
            return given


cross_entropy = Exercise(
    id="losses.cross-entropy",
    title="Cross-entropy by hand",
    statement=(
        "A network with a softmax gives three examples these probabilities:\n\n"
        "| example | class 0 | class 1 | class 2 | target |\n|---|---|---|---|---|\n[[table]]\n\n"
        "What is the cross-entropy of the batch, with natural logarithms?"
    ),
    kind=Numeric(
        value=lambda g: g["loss"],
        atol=0.005,
        label="cross-entropy",
        mistakes=(
            Mistake(
                "sum",
                lambda g: 3 * g["loss"],
                "That is the sum over the batch; the loss should not grow with the number of examples.",
            ),
            Mistake("decimal", lambda g: _class_slips(g)[2], "You took logarithms to base 10."),
            Mistake("bits", lambda g: _class_slips(g)[3], "You took logarithms to base 2; that is the loss in bits."),
            Mistake(
                "log-of-mean",
                lambda g: _class_slips(g)[4],
                "You averaged the probabilities first; the average is over the logarithms.",
            ),
            Mistake(
                "all-classes",
                lambda g: _class_slips(g)[5],
                "Classes that are not the target are multiplied by a target of 0.",
            ),
            Mistake(
                "no-logarithm",
                lambda g: _class_slips(g)[6],
                "That is how far the probabilities are from 1 on average; where is the logarithm?",
            ),
        ),
    ),
    hints=(
        "From each row, only one probability enters. Which?",
        "Take the negative natural logarithm of each of the three, then their average.",
    ),
    worked="The targets got the probabilities $[[right_shown]]$; the loss is the mean of their negative logarithms.",
    takeaway="Only the probability of the true class counts, and the others through the sum to one.",
    points=2,
    minutes=4,
    book=_classes(((0.7, 0.2, 0.1), (0.3, 0.5, 0.2), (0.1, 0.3, 0.6)), (0, 1, 1)),
    draw=_draw_classes,
)


def _binary(p, y):
    p, y = np.array(p, dtype=float), np.array(y, dtype=float)
    loss = float(BinaryCrossEntropy()(np.log(p / (1 - p)), y))
    given = np.where(y == 1, p, 1 - p)
    return {"p": p, "y": y, "ps": listed(p), "ys": listed(y), "given": listed(given), "loss": loss}


def _binary_slips(g):
    """The loss, and what the usual slips lead to."""
    p, y = g["p"], g["y"]
    ones_only = float(-(y * np.log(p)).mean())
    every_one = float(-np.log(p).mean())
    swapped = float(-(y * np.log(1 - p) + (1 - y) * np.log(p)).mean())
    return g["loss"], ones_only, every_one, swapped, 4 * g["loss"]


def _draw_binary(rng):
    while True:
        given = _binary(rng.choice(np.arange(1, 10), 4, replace=False) / 10, rng.permutation([0, 0, 1, 1]))
        if apart(_binary_slips(given), 0.02):
            return given


binary_cross_entropy_by_hand = Exercise(
    id="losses.binary-cross-entropy",
    title="One output, two terms",
    statement=(
        "A spam filter with one sigmoid output gives four messages the probabilities $p = ([[ps]])$ of being spam. The targets are "
        "$y = ([[ys]])$, where 1 is spam. What is the binary cross-entropy?"
    ),
    kind=Numeric(
        value=lambda g: g["loss"],
        atol=0.005,
        label="binary cross-entropy",
        mistakes=(
            Mistake(
                "ones-only",
                lambda g: _binary_slips(g)[1],
                "Messages that are not spam have contributed nothing; which term belongs to them?",
            ),
            Mistake(
                "all-as-ones",
                lambda g: _binary_slips(g)[2],
                "For a message that is not spam, the probability of what it is is not p.",
            ),
            Mistake(
                "swapped", lambda g: _binary_slips(g)[3], "The two terms are exchanged: y = 1 should make p large."
            ),
            Mistake("sum", lambda g: _binary_slips(g)[4], "That is the sum; divide by the number of messages."),
        ),
    ),
    hints=(
        "Write down, for each message, the probability that the filter gave to what the message is.",
        "For y = 1 that is p, for y = 0 it is 1 − p. Then take the mean of the negative logarithms.",
    ),
    worked="To what the messages are, the filter gave $([[given]])$. The loss is the mean of the negative logarithms of these.",
    takeaway="Examples of both kinds count, each by the probability given to what it is.",
    points=2,
    minutes=4,
    book=_binary((0.9, 0.2, 0.6, 0.3), (1, 0, 0, 1)),
    draw=_draw_binary,
)

one_term = Exercise(
    id="losses.one-term",
    title="Half of a loss",
    statement=(
        "Somebody trains a network with one sigmoid output on $L = -\\frac{1}{N}\\sum_i y_i \\log p_i$, on data in which one message in five is spam. "
        "The loss falls nicely, close to zero. What has the network learned, and why? Mend the loss."
    ),
    kind=Explain(
        rubric=(
            "The network answers “spam” to nearly everything: p near 1, also for ordinary messages.",
            "For y = 0 the term vanishes whatever p is, so that no example asks for a lower p.",
            "The minimum of this loss, zero, is reached by p = 1 everywhere, without looking at the input.",
            "The missing term is (1 − y) log(1 − p); or: two softmax outputs, where the sum over classes has both.",
        ),
        model=(
            "It has learned to call nearly everything spam. For a message with $y = 0$ the term $y \\log p$ is zero whatever $p$ is, so four fifths of the data are ignored; "
            "for the others the loss falls as $p$ rises to 1. The bias alone can do that for all messages at once, and the loss approaches 0 while ordinary messages are "
            "classified wrongly. The sum over classes has two terms when there are two classes, and the second class has the probability $1 - p$: "
            "$L = -\\frac{1}{N}\\sum_i [\\,y_i \\log p_i + (1 - y_i)\\log(1 - p_i)\\,]$. With two softmax outputs the short form $-\\sum_k y_k \\log p_k$ is right, "
            "because there the second output carries the second term."
        ),
    ),
    hints=(
        "Put y = 0 into the loss. What does it say about p?",
        "Which p makes the loss smallest for the whole data set?",
    ),
    worked="Look at what the loss says about examples with y = 0.",
    points=4,
    minutes=6,
)


def _baseline(percent):
    share = percent / 100
    entropy = float(-share * np.log(share) - (1 - share) * np.log(1 - share))
    return {"percent": int(percent), "share": share, "entropy": entropy}


baseline = Exercise(
    id="losses.baseline",
    title="A model that ignores its input",
    statement=(
        "In a data set [[percent]] % of the targets are 1, the others 0. A model gives the same probability $p$ for every example. "
        "Which $p$ has the lowest cross-entropy, and how low is it? (Natural logarithms.)"
    ),
    kind=Numeric(
        value=lambda g: {"p": g["share"], "cross-entropy": g["entropy"]},
        atol=0.005,
        mistakes=(
            Mistake(
                "half",
                lambda g: {"p": 0.5, "cross-entropy": np.log(2)},
                "That is the choice of someone who does not know the shares.",
            ),
            Mistake(
                "always",
                lambda g: {"p": 0},
                "Certainty is punished without limit as soon as one example contradicts it.",
            ),
            Mistake("bits", lambda g: {"cross-entropy": g["entropy"] / np.log(2)}, "You took logarithms to base 2."),
            Mistake(
                "ones-only",
                lambda g: {"cross-entropy": -g["share"] * np.log(g["share"])},
                "The examples with target 0 contribute too.",
            ),
        ),
    ),
    hints=(
        "Write the loss as a function of p and the share of ones, and set its derivative to zero.",
        "The best p is one that you could name without any calculus. Put it into the loss.",
    ),
    worked="$-\\bar{y}/p + (1 - \\bar{y})/(1 - p) = 0$ gives $p = \\bar{y}$, and the loss there is the entropy of the shares.",
    takeaway="A trained model should be below this number; above it, ignoring the inputs would have cost less.",
    points=2,
    minutes=4,
    book=_baseline(20),
    draw=lambda rng: _baseline(rng.integers(3, 46)),
)

stable_cases = np.array([1000.0, -1000.0, 40.0, -3.0, 0.0])


def binary_cross_entropy(z, y):
    """Mean cross-entropy of a sigmoid output, from its logits z, for targets y of 0 and 1."""
    return np.mean(np.logaddexp(0, z) - y * z)


# What people add to a probability before they take its logarithm.
CAPS = {"epsilon": 1e-6, "epsilon-7": 1e-7, "epsilon-8": 1e-8, "epsilon-12": 1e-12, "epsilon-15": 1e-15}


def _capped(epsilon):
    """The loss with a small number inside of the logarithms."""

    def loss(z, y):
        p = sigmoid(z)
        return -np.mean(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon))

    return loss


def _logit_cases(given, rng):
    moderate = [{"z": rng.normal(0, 2, n).round(1), "y": rng.permutation([0.0, 1.0, 1.0, 0.0])[:n]} for n in (1, 4)]
    extreme = [
        {"z": stable_cases, "y": np.array([0.0, 1.0, 0.0, 1.0, 1.0])},
        {"z": stable_cases, "y": np.array([1.0, 0.0, 1.0, 0.0, 0.0])},
    ]
    return moderate + extreme


stable_bce = Exercise(
    id="losses.stable-bce",
    title="Cross-entropy from logits",
    statement=(
        "Write `binary_cross_entropy(z, y)`: the mean binary cross-entropy $-\\frac{1}{N}\\sum [y \\log p + (1 - y)\\log(1 - p)]$ with $p = σ(z)$, "
        "from the logits `z`, an array, and targets `y` of 0 and 1 of the same shape. It must be right, and finite, for logits of ±1000 too."
    ),
    kind=Code(
        reference=binary_cross_entropy,
        cases=_logit_cases,
        rtol=1e-6,
        mistakes=(
            *(
                Mistake(
                    name,
                    _capped(epsilon),
                    "It is finite, and wrong: a small number added inside the logarithm caps the loss where it should be 1000. Simplify −log σ(z) first.",
                )
                for name, epsilon in CAPS.items()
            ),
            Mistake(
                "sum",
                lambda z, y: np.sum(np.logaddexp(0, z) - y * z),
                "This is the sum over the examples; take the mean.",
            ),
            Mistake(
                "sign",
                lambda z, y: -np.mean(np.logaddexp(0, z) - y * z),
                "A loss of probabilities is never negative; look at the sign.",
            ),
            Mistake(
                "ones-only",
                lambda z, y: np.mean(y * np.logaddexp(0, -z)),
                "Examples with target 0 contribute nothing; the second term is missing.",
            ),
            Mistake(
                "swapped",
                lambda z, y: np.mean(np.logaddexp(0, z) - (1 - y) * z),
                "It is low where the targets are missed; check which target goes with which term.",
            ),
            Mistake(
                "target-forgotten",
                lambda z, y: np.mean(np.logaddexp(0, z)),
                "This is the loss for targets of 0 only; the term with y is missing.",
            ),
        ),
    ),
    hints=(
        "With p = 1/(1 + e⁻ᶻ), what are −log p and −log(1 − p)? Both are a softplus, of −z and of z.",
        "Subtract the two: −log p is −log(1 − p) less z. numpy's `logaddexp(0, z)` is log(1 + eᶻ) without overflow.",
    ),
    worked="$-\\log(1 - p) = \\log(1 + e^{z})$ and $-\\log p = \\log(1 + e^{z}) - z$, so that the loss of one example is $\\log(1 + e^{z}) - yz$.",
    takeaway="The same function, written so that nothing overflows and no digit is lost.",
    points=4,
    minutes=8,
)


def logit_gradient(z, y):
    """∂L/∂z of the mean cross-entropy of softmax(z), for targets y in rows of 0 and a single 1."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - y) / len(z)


def _batch_cases(given, rng):
    cases = []
    for batch, classes in ((1, 2), (2, 2), (4, 3), (3, 5)):
        cases.append(
            {"z": rng.normal(0, 2, (batch, classes)).round(1), "y": np.eye(classes)[rng.integers(0, classes, batch)]}
        )
    return cases


gradient = Exercise(
    id="losses.gradient",
    title="p − y",
    statement=(
        "Write `logit_gradient(z, y)`: the gradient of the mean cross-entropy with respect to the logits. `z` has shape (batch, classes), `y` the same, "
        "each row with a single 1; $p$ is the softmax of a row. Return an array of the shape of `z`."
    ),
    kind=Code(
        reference=logit_gradient,
        cases=_batch_cases,
        mistakes=(
            Mistake(
                "mean-forgotten", lambda z, y: softmax(z) - y, "The loss is a mean over the batch; so is its gradient."
            ),
            Mistake("sign", lambda z, y: (y - softmax(z)) / len(z), "This points downhill; the gradient points up."),
            Mistake(
                "probabilities",
                lambda z, y: softmax(z) / len(z),
                "These are the probabilities over the batch size; the targets have no say.",
            ),
            Mistake(
                "slope-twice",
                lambda z, y: (softmax(z) - y) * softmax(z) * (1 - softmax(z)) / len(z),
                "The slope of the softmax is contained in p − y already; you multiplied it in again.",
            ),
            Mistake(
                "wrong-axis",
                lambda z, y: (softmax(z, axis=0) - y) / len(z),
                "The softmax runs over the classes of one example; look at the axis.",
            ),
            Mistake(
                "logits",
                lambda z, y: (z - y) / len(z),
                "The logits went in as they stand; first make probabilities of them.",
            ),
            Mistake(
                "all-elements",
                lambda z, y: (softmax(z) - y) / z.size,
                "Cross-entropy is averaged over examples, not over examples times classes.",
            ),
        ),
    ),
    hints=(
        "First the softmax of each row: subtract the largest logit, take exponentials, divide by their sum over the row.",
        "The gradient of one example is p − y. What does the mean over the batch do to it?",
    ),
    worked="For one example $L = -z_c + \\log\\sum_k e^{z_k}$, so that $\\partial L/\\partial z_k = p_k - y_k$; the mean divides by the batch size.",
    takeaway="The error itself is the gradient: nothing in it goes to zero when the network is sure and wrong.",
    points=4,
    minutes=7,
)

# Loss and output together

loss_and_output = Exercise(
    id="losses.loss-and-output",
    title="What goes with what",
    statement="Which combinations of a task, an output and a loss fit together?",
    kind=Choice(
        options=(
            Option(
                "price",
                "The price of a house: identity, mean squared error.",
                True,
                "Any number can be a price, and the mean is a sensible answer.",
            ),
            Option(
                "spam",
                "Spam or not: one sigmoid, binary cross-entropy with both terms.",
                True,
                "One probability, and what came had p or 1 − p.",
            ),
            Option(
                "digit",
                "One of ten digits: ten logits, softmax, cross-entropy.",
                True,
                "Exactly one class is right, so that the probabilities sum to one.",
            ),
            Option(
                "tags",
                "A photo that may show a cat, a dog, both or neither: a sigmoid for each, binary cross-entropy for each.",
                True,
                "The answers do not exclude each other, so that they must not compete for a sum of one.",
            ),
            Option(
                "relu",
                "One of ten digits: ten ReLU outputs, used as probabilities in cross-entropy.",
                False,
                "What is the logarithm of an output that is 0, and what is the slope there? Nor do the ten sum to one.",
            ),
            Option(
                "one-softmax",
                "Spam or not: one logit with a softmax over it.",
                False,
                "Work out the softmax of a single logit: is there anything left to learn?",
            ),
            Option(
                "twice",
                "One of ten digits: softmax as the last layer, and its probabilities handed to a loss that expects logits.",
                False,
                "The softmax is then taken twice; how far apart can the final probabilities of two classes still be?",
            ),
        ),
        several=True,
    ),
    hints=(
        "Ask for each output which values it can take, and for each loss which values it needs.",
        "For the cases that look odd, put in an extreme number: 0, or a very large logit.",
    ),
    worked="A loss expects something of its input: numbers of any size, one probability, or probabilities that sum to one. The output must supply that.",
    points=4,
    minutes=5,
)

mse_or_cross_entropy = Exercise(
    id="losses.mse-or-cross-entropy",
    title="MSE or cross-entropy, and when",
    statement=(
        "For which kinds of tasks do you use the mean squared error, for which cross-entropy, and why? "
        "Explain what goes wrong, or goes slowly, when a network with a sigmoid output is trained as a classifier with the squared error."
    ),
    kind=Explain(
        rubric=(
            "Squared error for numbers on a scale (regression): it is the likelihood loss under Gaussian noise, and its minimum is the mean.",
            "Cross-entropy for classes (classification): it is the negative log-likelihood of the labels under the predicted probabilities.",
            "Squared error through a sigmoid has the slope of the sigmoid as a factor, which is almost zero for a confident answer.",
            "So a confident wrong answer is corrected slowly, while with cross-entropy the slope is p − y.",
            "A qualification: squared error on probabilities is not wrong as such (its minimum is the true probability too), or: MAE or Huber when outliers are expected.",
        ),
        model=(
            "For quantities such as a price or a temperature, use the squared error: it is what maximum likelihood gives for Gaussian noise, and it aims at the mean. "
            "(With outliers that you do not trust, the absolute or the Huber loss.) For classes, let the network output probabilities and use cross-entropy, which is the negative log-likelihood of "
            "the labels: binary with one sigmoid, categorical with a softmax. The squared error of a sigmoid output has the slope $2(p - y)\\,p(1 - p)$ with respect to the logit. "
            "When the network is sure and wrong, $p(1 - p)$ is close to zero, so that it learns slowest where it errs most; the slope of cross-entropy is $p - y$, close to ±1 there. "
            "The squared error of probabilities is not meaningless, since it too is lowest at the true probabilities, and networks have been trained with it; "
            "what is lost is the speed of learning from confident mistakes, and the heavy penalty for certainty."
        ),
    ),
    hints=(
        "Begin with the kind of target: a number, or a class?",
        "Write down ∂L/∂z for both losses with p = σ(z). Which factor is extra, and when is it small?",
    ),
    worked="Start from what each loss is the likelihood of, then compare their slopes.",
    points=5,
    minutes=8,
)


def _stuck(z, y):
    a = float(sigmoid(np.array(float(z))))
    return {"z": float(z), "y": int(y), "a": a, "cross": a - y, "squared": 2 * (a - y) * a * (1 - a)}


def _draw_stuck(rng):
    size, y = rng.choice(np.arange(15, 61)) / 10, int(rng.integers(0, 2))
    return _stuck(-size if y else size, y)


saturated_slopes = Exercise(
    id="losses.saturated-slopes",
    title="Two slopes of one mistake",
    statement=(
        "A sigmoid neuron has the pre-activation $z = [[z:g]]$; its target is $y = [[y]]$. Compute $\\partial L/\\partial z$ for the squared error "
        "$(a - y)^2$ and for cross-entropy, where $a = σ(z)$."
    ),
    kind=Numeric(
        value=lambda g: {"squared error": g["squared"], "cross-entropy": g["cross"]},
        rtol=0.03,
        mistakes=(
            Mistake(
                "half",
                lambda g: {"squared error": g["squared"] / 2},
                "The derivative of a square has a factor that is missing here.",
            ),
            Mistake(
                "by-output",
                lambda g: {"squared error": 2 * g["cross"]},
                "That is the derivative with respect to the output a; the chain goes on to z.",
            ),
            Mistake(
                "slope-twice",
                lambda g: {"cross-entropy": g["cross"] * g["a"] * (1 - g["a"])},
                "The slope of the sigmoid cancels against the derivative of the logarithm; you have it once too often.",
            ),
            Mistake(
                "signs",
                lambda g: {"squared error": -g["squared"], "cross-entropy": -g["cross"]},
                "These point downhill. If z grows, does the loss grow or fall?",
            ),
            Mistake(
                "output",
                lambda g: {"cross-entropy": g["a"] if g["y"] else g["a"] - 1},
                "Check which target you compared the output with.",
            ),
        ),
    ),
    hints=(
        "First compute a = 1/(1 + e⁻ᶻ), with four digits.",
        "σ′(z) = a(1 − a). For cross-entropy, −log a or −log(1 − a) is to be differentiated through the sigmoid.",
    ),
    worked="With $a = [[a:.4f]]$: $2(a - y)\\,a(1 - a)$ and $a - y$.",
    takeaway="The surer a wrong answer is, the more cross-entropy pulls; the squared error pulls less and less once p is more than two thirds of the way to the wrong end.",
    points=2,
    minutes=5,
    book=_stuck(4, 0),
    draw=_draw_stuck,
)

EXERCISES = (
    purpose,
    metric_or_loss,
    which_set,
    grid,
    regression_losses,
    best_constant,
    binary_cross_entropy_by_hand,
    cross_entropy,
    one_term,
    baseline,
    stable_bce,
    gradient,
    loss_and_output,
    mse_or_cross_entropy,
    saturated_slopes,
)
