"""Exercises of chapter 9, Regularization."""

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]

# Fitting too well

read_errors = Exercise(
    id="regularization.read-the-errors",
    title="Four networks, four pairs of errors",
    statement=(
        "Four networks for the same task, on which careful people agree with each other to within an error of 0.02. Their errors on"
        " (training, validation): **A** (0.21, 0.22), **B** (0.001, 0.15), **C** (0.06, 0.07), **D** (0.24, 0.11). Which diagnosis is right?"
    ),
    kind=Choice(
        options=(
            Option(
                "all-overfit",
                "A, B and C overfit, since validation is worse than training in each.",
                False,
                "A small gap is normal; look for the network that is near zero on one set and far from it on the other.",
            ),
            Option(
                "b-overfits",
                "B overfits; A is too stiff or trained too little; C is the best of the four; D needs an explanation before anything else.",
                True,
                "A validation error far below the training error usually means that the two were measured differently, for instance one of them with dropout on.",
            ),
            Option(
                "d-best",
                "D is the best: its validation error is the only one that lies below its training error.",
                False,
                "Compare validation errors with one another: which of the four is lowest?",
            ),
            Option(
                "b-best",
                "B is the best: a training error of 0.001 shows that it has learned the task.",
                False,
                "It shows that it has learned the examples; what does the second number say?",
            ),
        )
    ),
    hints=(
        "A network is judged by the validation error. The training error explains it.",
        "Both high: it cannot, or has not yet. One low and one high: it has learned the examples only.",
    ),
    worked="Sort by validation error first, then ask of each network what its training error says about the reason.",
    points=2,
    minutes=3,
)


def _curve(losses, patience):
    best, kept, since = np.inf, 0, 0
    for epoch, value in enumerate(losses, start=1):
        best, kept, since = (value, epoch, 0) if value < best else (best, kept, since + 1)
        if since == patience:
            break
    shown = ", ".join(f"{value:.2f}" for value in losses)
    lowest = int(np.argmin(losses)) + 1
    return {"shown": shown, "patience": patience, "stop": epoch, "kept": kept, "lowest": lowest, "n": len(losses)}


def _draw_curve(rng):
    """Losses that fall, rest for less than the patience, fall again, and rise; the lowest of all comes after the stop."""
    patience, first, second = int(rng.integers(2, 4)), int(rng.integers(2, 5)), int(rng.integers(2, 4))
    drops = rng.integers(4, 12, first + second).cumsum() / 100
    down = (0.95 - drops).round(2)
    rest = down[first - 1] + rng.integers(1, 4, patience - 1) / 100
    late = down[-1] + rng.integers(2, 6, patience + 1) / 100
    losses = np.concatenate([down[:first], rest, down[first:], late, [down[-1] - 0.05]]).round(2)
    return _curve(losses.tolist(), patience)


patience_by_hand = Exercise(
    id="regularization.patience",
    title="When does it stop?",
    statement=(
        "The validation losses of the epochs 1, 2, 3, … are [[shown]]. Training stops as soon as [[patience]] epochs in a row have brought"
        " no new lowest loss, and the network of the best epoch so far is kept. After which epoch does it stop, and which epoch is kept?"
    ),
    kind=Numeric(
        value=lambda g: {"stops after": g["stop"], "keeps": g["kept"]},
        mistakes=(
            Mistake(
                "keeps-the-last",
                lambda g: {"keeps": g["stop"]},
                "The epochs of waiting have made it worse; which network is handed back?",
            ),
            Mistake(
                "one-early",
                lambda g: {"stops after": g["stop"] - 1},
                "Count the epochs without a new lowest loss: the best one itself is not among them.",
            ),
            Mistake(
                "lowest-of-all",
                lambda g: {"stops after": g["n"], "keeps": g["lowest"]},
                "That is the lowest of the whole list; would training have lived to see it?",
            ),
        ),
    ),
    hints=(
        "Go through the list and keep two numbers: the lowest loss so far, and how many epochs have passed since.",
        "A loss between the best and the last one does not reset the count: only a new lowest does.",
    ),
    worked="The lowest loss up to then is that of epoch [[kept]]; [[patience]] epochs later, after epoch [[stop]], training ends.",
    takeaway="The price of patience is a few epochs; without it, training would end at the first bump.",
    points=2,
    minutes=4,
    book=_curve([0.9, 0.71, 0.74, 0.62, 0.55, 0.58, 0.56, 0.6, 0.5], 3),
    draw=_draw_curve,
)

# Penalties


def _weight(h, w, lam):
    h, w, lam = float(h), float(w), float(lam)
    soft = np.sign(w) * max(abs(h * w) - lam, 0.0)
    return {"h": h, "w": w, "lam": lam, "l2": h * w / (h + lam), "l1": soft / h, "edge": h * abs(w)}


lasso_zero = Exercise(
    id="regularization.penalty-by-hand",
    title="One weight, two penalties",
    statement=(
        "Without a penalty the loss of one weight is $\\tfrac12 h\\,(w - ŵ)^2$ with curvature $h = [[h:g]]$ and best value $ŵ = [[w:g]]$."
        " Add (a) $\\tfrac{\\lambda}{2} w^2$, (b) $\\lambda |w|$, each with $\\lambda = [[lam:g]]$. Where is the minimum now? And from which λ on is it at exactly 0"
        " under (b)?"
    ),
    kind=Numeric(
        value=lambda g: {"w under L2": g["l2"], "w under L1": g["l1"], "λ from which L1 gives 0": g["edge"]},
        atol=0.006,
        mistakes=(
            Mistake(
                "lambda-added-twice",
                lambda g: {"w under L2": g["h"] * g["w"] / (g["h"] + 2 * g["lam"])},
                "The derivative of ½λw² is λw.",
            ),
            Mistake(
                "share-of-lambda",
                lambda g: {"w under L2": g["lam"] * g["w"] / (g["h"] + g["lam"])},
                "That is what L2 takes away; what is left?",
            ),
            Mistake(
                "curvature-forgotten",
                lambda g: {"w under L1": np.sign(g["w"]) * max(abs(g["w"]) - g["lam"], 0) + 0.0},
                "Set the derivative to zero: λ is balanced by h times the distance from ŵ.",
            ),
            Mistake(
                "edge-without-curvature",
                lambda g: {"λ from which L1 gives 0": abs(g["w"])},
                "At w = 0 the slope of the loss is h times ŵ in size: λ must outweigh that.",
            ),
            Mistake(
                "wrong-side",
                lambda g: {"w under L1": g["w"] + np.sign(g["w"]) * g["lam"] / g["h"]},
                "The penalty pulls toward zero, and your weight has grown.",
            ),
        ),
    ),
    hints=(
        "Set the derivative to zero: h(w − ŵ) + λw = 0 for L2, h(w − ŵ) ± λ = 0 for L1, with the sign of w.",
        "Under L1, 0 is the minimum if the slope of the loss there is no larger in size than λ.",
    ),
    worked=(
        "L2: $w = \\frac{h}{h + \\lambda} ŵ = [[l2:.4g]]$. L1: $w = ŵ \\mp \\lambda/h = [[l1:.4g]]$ as long as this keeps the sign of $ŵ$, which ends at"
        " $\\lambda = h|ŵ| = [[edge:.4g]]$."
    ),
    takeaway="L2 takes a share that depends on the curvature, L1 a fixed amount, and the amount can be all of it.",
    points=3,
    minutes=6,
    book=_weight(5, 2, 0.5),
    draw=lambda rng: _weight(
        rng.choice([3, 4, 5, 6]), rng.choice([-1, 1]) * rng.integers(10, 31) / 10, rng.choice([0.5, 0.8, 1.2, 1.5])
    ),
)


def soft_threshold(w, threshold):
    """Move every weight toward zero by threshold, and stop there."""
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)


def _threshold_cases(g, rng):
    fixed = np.array([3.0, -2.0, 0.4, -0.1, 0.0, 1.0])
    return [{"w": fixed, "threshold": 1.0}] + [
        {"w": rng.normal(size=shape).round(2), "threshold": t} for shape, t in (((5,), 0.5), ((3, 4), 0.8), ((6,), 0.0))
    ]


soft = Exercise(
    id="regularization.soft-threshold",
    title="The step that reaches zero",
    statement=(
        "Write `soft_threshold(w, threshold)`: every entry of the array `w` moves toward 0 by `threshold`, and an entry that is no larger than that in size becomes"
        " exactly 0. `threshold` is a number, at least 0."
    ),
    kind=Code(
        reference=soft_threshold,
        cases=_threshold_cases,
        mistakes=(
            Mistake(
                "subgradient",
                lambda w, threshold: w - threshold * np.sign(w),
                "Small weights overshoot: they change their sign instead of stopping at 0.",
            ),
            Mistake(
                "hard",
                lambda w, threshold: np.where(np.abs(w) > threshold, w, 0),
                "Small weights become 0, and the large ones are to move as well.",
            ),
            Mistake("sign-lost", lambda w, threshold: np.maximum(np.abs(w) - threshold, 0), "Negative weights have lost their sign."),
            Mistake(
                "one-sided",
                lambda w, threshold: np.maximum(w - threshold, 0),
                "Negative weights are to move up toward 0, not to vanish.",
            ),
            Mistake(
                "shrunk",
                lambda w, threshold: w / (1 + threshold),
                "That is what L2 does: it takes a share, and zero is never reached.",
            ),
            Mistake(
                "clipped",
                lambda w, threshold: np.clip(w, -threshold, threshold),
                "You kept what is to be taken away.",
            ),
        ),
    ),
    hints=(
        "Work on the size first, and put the sign back at the end.",
        "The size goes down by the threshold, but not below 0.",
    ),
    worked="Sign times what is left of the size.",
    takeaway="One such step after each gradient step, with threshold ηλ, is the descent that reaches exact zeros.",
    points=2,
    minutes=4,
)

correlated = Exercise(
    id="regularization.twins",
    title="Two inputs that say the same",
    statement=(
        "Two inputs of a linear model are exact copies of each other, so that only the sum of their weights matters, and the lowest squared error asks for $w_1 + w_2 = 2$. A weak penalty"
        " is added, which hardly changes the sum. Which statements about the weights hold?"
    ),
    kind=Choice(
        options=(
            Option("l2-shares", "L2 makes the two weights equal.", True, "At a given sum, the sum of squares is smallest when both are the same."),
            Option(
                "l1-undecided",
                "L1 does not care how the sum is split between two weights of the same sign.",
                True,
                "|w₁| + |w₂| is the same for all such splits: its minimum is not unique.",
            ),
            Option(
                "l1-shares",
                "L1 makes the two weights equal.",
                False,
                "Compute |w₁| + |w₂| for (1, 1) and for (2, 0).",
            ),
            Option(
                "l2-selects",
                "L2 sets one of them to exactly 0.",
                False,
                "Compute w₁² + w₂² for (1, 1) and for (2, 0).",
            ),
            Option(
                "opposite",
                "With no penalty, weights of (1001, −999) fit as well as (1, 1).",
                True,
                "The loss sees the sum alone. A penalty of either kind rules this out.",
            ),
        ),
        several=True,
    ),
    hints=(
        "Compare three splits of 2: (1, 1), (2, 0) and (3, −1).",
        "For each penalty, which of these costs least?",
    ),
    worked="(1, 1) costs 2 in squares and 2 in sizes, (2, 0) costs 4 and 2, (3, −1) costs 10 and 4.",
    points=3,
    minutes=4,
)

decay_in_adam = Exercise(
    id="regularization.decay-in-adam",
    title="Shrinking under Adam",
    statement=(
        "A first-layer weight belongs to a pixel that is never inked, so that its gradient from the loss is exactly 0 in every step. It starts at 0.05;"
        " $\\eta = 0.001$ and $\\lambda = 0.01$. What happens to it within 100 steps?"
    ),
    kind=Choice(
        options=(
            Option(
                "both-same",
                "With an L2 penalty in Adam and with AdamW it shrinks by the same 0.1 %.",
                False,
                "For AdamW that is right. What does Adam do with a gradient that consists of λw alone?",
            ),
            Option(
                "l2-wipes-out",
                "With an L2 penalty in Adam hardly anything is left after some 70 steps; with AdamW it has lost about 0.1 %.",
                True,
                "Adam divides λw by its own size: the steps begin at length η however small λ is.",
            ),
            Option(
                "l2-spares",
                "With an L2 penalty in Adam it stays; AdamW shrinks it to zero.",
                False,
                "The penalty's gradient is small, but what is it divided by?",
            ),
            Option(
                "neither",
                "Neither changes it, since its gradient is 0.",
                False,
                "The gradient of the loss is 0; the penalty's is not, and AdamW's decay needs no gradient at all.",
            ),
        )
    ),
    hints=(
        "Write down the gradient that Adam sees in each case, and recall its first step.",
        "AdamW multiplies by 1 − ηλ in each step, whatever the gradient.",
    ),
    worked="In Adam, $\\hat m/\\sqrt{\\hat v}$ starts at 1 for a gradient that keeps its sign, so the first steps take 0.001 each, later ones a little less as the gradient shrinks, and 0.05 is as good as gone after some 70 steps. AdamW leaves $(1 - 10^{-5})^{100}$.",
    points=2,
    minutes=3,
)

# Dropout


def dropout(a, rate, u):
    """Inverted dropout: units with u < rate are dropped, the others divided by 1 − rate."""
    return a * (u >= rate) / (1 - rate)


write_dropout = Exercise(
    id="regularization.write-dropout",
    title="Write inverted dropout",
    statement=(
        "Write `dropout(a, rate, u)`: what a dropout layer hands on in training. `a` holds the activations of a batch, shape (batch, units), and `u` numbers of the same"
        " shape, drawn evenly from [0, 1). A unit is dropped where `u < rate`, and the scaling is that of inverted dropout, so that nothing needs to be done at evaluation."
    ),
    kind=Code(
        reference=dropout,
        cases=lambda g, rng: [
            {"a": rng.normal(size=shape).round(2), "rate": rate, "u": rng.random(shape).round(3)}
            for shape, rate in (((4, 5), 0.5), ((6, 8), 0.25), ((3, 6), 0.8), ((2, 3), 0.0))
        ],
        mistakes=(
            Mistake("not-scaled", lambda a, rate, u: a * (u >= rate), "What remains is too small on average: something must make up for the dropped units."),
            Mistake(
                "divided-by-rate",
                lambda a, rate, u: a * (u >= rate) / rate if rate else a,
                "To which share is the expected output reduced? That share is what you must divide by.",
            ),
            Mistake(
                "scaled-down",
                lambda a, rate, u: a * (u >= rate) * (1 - rate),
                "This makes the output smaller still: which way must it be scaled?",
            ),
            Mistake(
                "kept-and-dropped-swapped",
                lambda a, rate, u: a * (u < rate) / (1 - rate),
                "At a rate of 0 nothing should be dropped: which units do you keep?",
            ),
            Mistake(
                "dropped-scaled-too",
                lambda a, rate, u: np.where(u >= rate, a, a / (1 - rate)),
                "The dropped ones must be 0, and the kept ones grow.",
            ),
            Mistake(
                "whole-columns",
                lambda a, rate, u: a * (u[0] >= rate) / (1 - rate),
                "Each example is to have a mask of its own.",
            ),
        ),
    ),
    hints=(
        "Comparing an array with a number gives true and false: what do these do when they are multiplied with numbers?",
        "A unit is kept with probability 1 − rate. By what must it be multiplied for its expected value to stay?",
    ),
    worked="The expected value of the mask is $1 - \\text{rate}$, so dividing by it leaves the expected output as it was.",
    takeaway="At evaluation the same layer hands on `a` unchanged.",
    points=2,
    minutes=4,
)


def _rate(rate, z):
    return {"rate": float(rate), "z": float(z)}


both_scalings = Exercise(
    id="regularization.both-scalings",
    title="Scaled twice",
    statement=(
        "A layer was trained with inverted dropout at a rate of [[rate:g]]. The next neuron adds up its activations; averaged over masks its weighted sum in training is"
        " [[z:g]]. Following some notes, somebody multiplies the weights by 1 − rate as well before using the network without dropout. What is the sum then,"
        " and what should it be?"
    ),
    kind=Numeric(
        value=lambda g: {"it is": g["z"] * (1 - g["rate"]), "it should be": g["z"]},
        rtol=0.005,
        mistakes=(
            Mistake(
                "should-be-scaled",
                lambda g: {"it should be": g["z"] * (1 - g["rate"])},
                "Inverted dropout has taken care of the average already, in training.",
            ),
            Mistake(
                "times-rate",
                lambda g: {"it is": g["z"] * g["rate"]},
                "The weights are multiplied by the share that is kept, not by the share that is dropped.",
            ),
            Mistake(
                "divided",
                lambda g: {"it is": g["z"] / (1 - g["rate"])},
                "Dividing is what was done in training; here the weights are multiplied.",
            ),
            Mistake(
                "scaled-for-all",
                lambda g: {"it is": g["z"] * (1 - g["rate"]) ** 2},
                "The scaling in training and the dropping have cancelled on average; one factor is left.",
            ),
        ),
    ),
    hints=(
        "With inverted dropout, the sum without dropout equals the average over masks.",
        "Then multiply all weights by 1 − rate.",
    ),
    worked="Inverted dropout keeps the average, so without dropout the sum is [[z:g]]. The extra factor makes it smaller for nothing.",
    takeaway="Scale in training or at test time: either, not both.",
    points=2,
    minutes=3,
    book=_rate(0.2, 3.0),
    draw=lambda rng: _rate(rng.choice([0.1, 0.2, 0.3, 0.4, 0.6, 0.7]), rng.integers(4, 41) / 2),
)

dropped_unit = Exercise(
    id="regularization.dropped-unit",
    title="What a dropped unit receives",
    statement=(
        "In one training step with a single example, hidden unit 3 is dropped. Which statements about the weights that lead into it and out of it hold?"
    ),
    kind=Choice(
        options=(
            Option("zero-gradient", "Their gradient is exactly 0 in this step.", True, "The mask multiplies the output on the way forward and the gradient on the way back."),
            Option(
                "never-moves",
                "They cannot change in this step, whatever the optimizer.",
                False,
                "The gradient is 0; what does momentum do with the velocity it has, and what does weight decay do?",
            ),
            Option(
                "set-to-zero",
                "They are set to 0, and have to be learned anew.",
                False,
                "The mask falls on the unit's output; the weights are still there in the next step.",
            ),
            Option(
                "batch",
                "In a batch with a mask for each example, they get a gradient from those examples for which the unit was kept.",
                True,
                "The gradient is the mean over examples, and the dropped ones contribute 0.",
            ),
            Option(
                "evaluation",
                "At evaluation the unit takes part as usual.",
                True,
                "Dropping is for training only.",
            ),
        ),
        several=True,
    ),
    hints=(
        "Follow the unit's output forward, and ∂L/∂a backward: where does the mask stand?",
        "An optimizer's step is not always a multiple of the present gradient.",
    ),
    worked="The unit hands on 0, so its outgoing weights multiply 0; and nothing comes back to it, so neither do its incoming ones change the loss.",
    points=3,
    minutes=4,
)

why_dropout = Exercise(
    id="regularization.why-dropout",
    title="Why does dropout work?",
    statement="In your own words: why can it help a network to lose a random part of its units in every training step? Give more than one reason if you can, and say how one would see that a reason is true.",
    kind=Explain(
        rubric=(
            "Says that no unit can rely on the presence of particular others, so that each must be useful in many combinations.",
            "Mentions the ensemble: every mask is another network with shared weights, and the whole network at evaluation stands in for their average.",
            "Says that the noise makes it harder to fit the accidents of single training examples (the training error rises).",
            "Names an observation that supports a reason, such as fewer lost answers when units fail, or a smaller gap between training and validation.",
        ),
        model=(
            "In each step a unit meets another random selection of colleagues. A weight that is useful only if a certain other unit corrects its mistakes is no good half of the"
            " time, so what survives are units that are useful on their own and tasks that are spread over several of them. The same thing seen from outside: each mask leaves"
            " a different thinned network, all of them share their weights, and the whole network at evaluation acts roughly as the average of them; an average of many"
            " networks that err differently is better than most of them. And dropout is noise: a network whose hidden values flicker cannot thread its way through every single"
            " training point, so the training error goes up and the gap to the validation error goes down. One can check these: switch off random units of a trained network and the one"
            " trained with dropout loses fewer answers; average the predictions over many masks and compare them with those of the whole network; compare both errors with and without dropout over several seeds."
        ),
    ),
    hints=(
        "Imagine a group in which, every day, a random half stays at home. How does the work get distributed?",
        "How many different networks are there among the masks, and what do they share?",
    ),
    worked="A good answer gives a mechanism and something to measure.",
    points=4,
    minutes=8,
)

# Batch normalization


def _batch(x, gamma, delta):
    x = np.array(x, dtype=float)
    mean, std = x.mean(), x.std()
    normalized = (x - mean) / std
    return {
        "x": x,
        "xs": ", ".join(f"{v:g}" for v in x),
        "gamma": float(gamma),
        "delta": float(delta),
        "mean": float(mean),
        "std": float(std),
        "normalized": normalized,
        "output": gamma * normalized + delta,
    }


def _draw_batch(rng):
    center, unit = int(rng.integers(1, 10)), int(rng.integers(2, 8))
    pattern = ((-1, -1, 1, 1), (-7, -1, 1, 7))[int(rng.integers(2))]
    return _batch(center + unit * rng.permutation(np.array(pattern)), rng.choice([0.5, 2, 3]), rng.choice([-2, -1, 1, 2]))


batch_norm_by_hand = Exercise(
    id="regularization.batch-norm-by-hand",
    title="Batch norm by hand",
    statement=(
        "A feature has the values [[xs]] in a training batch of four. Normalize it (ε = 0), then scale and shift with $\\gamma = [[gamma:g]]$ and $\\delta = [[delta:g]]$."
        " Give the batch's mean and standard deviation, and the four outputs."
    ),
    kind=Numeric(
        value=lambda g: {"mean": g["mean"], "standard deviation": g["std"], "outputs": g["output"]},
        atol=0.01,
        mistakes=(
            Mistake(
                "variance",
                lambda g: {
                    "standard deviation": g["std"] ** 2,
                    "outputs": g["gamma"] * (g["x"] - g["mean"]) / g["std"] ** 2 + g["delta"],
                },
                "That is the variance; divide by its root.",
            ),
            Mistake(
                "less-one",
                lambda g: {
                    "standard deviation": g["std"] * np.sqrt(4 / 3),
                    "outputs": g["gamma"] * g["normalized"] * np.sqrt(3 / 4) + g["delta"],
                },
                "In the batch the squares are divided by the batch size, not by one less.",
            ),
            Mistake(
                "square-forgotten",
                lambda g: {"standard deviation": 0.0},
                "Deviations from the mean always add up to 0: what has to be done to them before they are averaged?",
            ),
            Mistake("not-scaled", lambda g: {"outputs": g["normalized"]}, "These are the normalized values; γ and δ are left."),
            Mistake(
                "shift-first",
                lambda g: {"outputs": g["gamma"] * (g["normalized"] + g["delta"])},
                "First γ, then δ: the shift is not scaled.",
            ),
        ),
    ),
    hints=(
        "Mean first, then deviations from it, then the mean of their squares.",
        "The variance is a square number here, so that its root is a whole one.",
    ),
    worked="$\\bar x = [[mean:g]]$, $s = [[std:g]]$; subtract, divide, multiply by [[gamma:g]], add [[delta:g]].",
    takeaway="Whatever the batch was, its outputs have the mean δ and the standard deviation γ.",
    points=3,
    minutes=5,
    book=_batch([4, 10, 12, 18], 2, -1),
    draw=_draw_batch,
)


def batch_norm_backward(grad_output, x, gamma):
    """(∂L/∂x, ∂L/∂γ, ∂L/∂δ) of y = γ x̂ + δ, with ε = 0."""
    s = x.std(axis=0)
    normalized = (x - x.mean(axis=0)) / s
    g = grad_output * gamma
    grad_x = (g - g.mean(axis=0) - normalized * (g * normalized).mean(axis=0)) / s
    return grad_x, (grad_output * normalized).sum(axis=0), grad_output.sum(axis=0)


def _wrong_backward(grad_x):
    """A backward pass that is wrong in ∂L/∂x only."""

    def run(grad_output, x, gamma):
        s = x.std(axis=0)
        normalized = (x - x.mean(axis=0)) / s
        _, by_gamma, by_delta = batch_norm_backward(grad_output, x, gamma)
        return grad_x(grad_output * gamma, normalized, s), by_gamma, by_delta

    return run


def _means_for_sums(grad_output, x, gamma):
    grad_x, by_gamma, by_delta = batch_norm_backward(grad_output, x, gamma)
    return grad_x, by_gamma / len(x), by_delta / len(x)


def _gamma_forgotten(grad_output, x, gamma):
    return (batch_norm_backward(grad_output, x, np.ones_like(gamma))[0], *batch_norm_backward(grad_output, x, gamma)[1:])


def _swapped(grad_output, x, gamma):
    grad_x, by_gamma, by_delta = batch_norm_backward(grad_output, x, gamma)
    return grad_x, by_delta, by_gamma


backward = Exercise(
    id="regularization.batch-norm-backward",
    title="Batch norm's backward pass",
    statement=(
        "Write `batch_norm_backward(grad_output, x, gamma)` for $y = \\gamma \\hat x + \\delta$ in training, with ε = 0 and batch statistics taken from `x`, of shape (batch, features)."
        " `grad_output` is $\\partial L/\\partial y$. Return `(grad_x, grad_gamma, grad_delta)` with the shapes of `x`, `gamma` and δ."
    ),
    kind=Code(
        reference=batch_norm_backward,
        cases=lambda g, rng: [
            {
                "grad_output": rng.normal(size=(n, k)).round(2),
                "x": (rng.normal(size=(n, k)) * 2 + 3).round(2),
                "gamma": rng.uniform(0.5, 2.5, k).round(2),
            }
            for n, k in ((4, 1), (5, 3), (8, 2))
        ],
        returns=("grad_x", "grad_gamma", "grad_delta"),
        rtol=1e-6,
        mistakes=(
            Mistake(
                "statistics-as-constants",
                _wrong_backward(lambda g, normalized, s: g / s),
                "The mean and the standard deviation were treated as constants: they depend on x as well.",
            ),
            Mistake(
                "spread-as-constant",
                _wrong_backward(lambda g, normalized, s: (g - g.mean(axis=0)) / s),
                "The path through the mean is there; the one through the standard deviation is missing.",
            ),
            Mistake(
                "mean-as-constant",
                _wrong_backward(lambda g, normalized, s: (g - normalized * (g * normalized).mean(axis=0)) / s),
                "The path through the standard deviation is there; the one through the mean is missing.",
            ),
            Mistake(
                "not-divided",
                _wrong_backward(lambda g, normalized, s: g - g.mean(axis=0) - normalized * (g * normalized).mean(axis=0)),
                "All three paths are there; the division by s is missing.",
            ),
            Mistake("gamma-forgotten", _gamma_forgotten, "On its way from y to x̂ the gradient passes γ."),
            Mistake("means-for-sums", _means_for_sums, "γ and δ act on every example of the batch: their gradients add up over it."),
            Mistake("swapped", _swapped, "The gradients of γ and δ have changed places."),
        ),
    ),
    hints=(
        "First the two easy ones: $y = \\gamma \\hat x + \\delta$, summed over the batch.",
        "∂L/∂x̂ = γ ∂L/∂y. Each x also moves the mean and the variance of its batch: which two parts of ∂L/∂x̂ can therefore not reach x?",
    ),
    worked=(
        "With $g = \\gamma\\,\\partial L/\\partial y$: $\\partial L/\\partial x = (g - \\overline{g} - \\hat x\\,\\overline{g \\hat x})/s$, where bars are means over the batch."
    ),
    takeaway="Each column of your gradient adds up to 0 and is at a right angle to x̂: batch norm does not see shifts and stretches of its input.",
    points=4,
    minutes=10,
)

running = Exercise(
    id="regularization.running-averages",
    title="Why running averages?",
    statement=(
        "A network with batch normalization sees thousands of batches in training, and normalizes each by that batch's own mean and standard deviation. Why is a moving average of these"
        " kept as well? Say what it is used for, why the last batch's numbers would not do, and why the average moves instead of counting all batches alike."
    ),
    kind=Explain(
        rubric=(
            "At evaluation there may be a single example, or a batch of another kind, so batch statistics are missing or misleading; the running ones are used there.",
            "With them an example's answer does not depend on the others it is evaluated with.",
            "One batch is a noisy sample; an average over many estimates the statistics of all the data.",
            "The weights below change during training, so old batches describe a network that no longer exists; a moving average forgets them.",
        ),
        model=(
            "In use, a network should give the same answer to the same example, whoever comes with it, and it must be able to answer a single one, which has no standard deviation. So at evaluation"
            " the mean and the variance are taken from a store that was filled in training. The last batch alone would be a poor store: it is a small sample, and its mean is off by about $s/\\sqrt{B}$; averaging over"
            " many batches brings the error down. But all batches alike would be wrong too, because the layers below change while they learn, and what their outputs looked like in the first epoch says nothing about the"
            " trained network. A moving average, $(1 - r)$ times the old plus $r$ times the new, remembers about the last $1/r$ batches: enough to calm the noise, few enough to follow the weights."
        ),
    ),
    hints=(
        "What would you do with a single example?",
        "The values that are normalized come out of layers that are being trained. What does that mean for statistics of an hour ago?",
    ),
    worked="Two reasons for averaging (noise, evaluation), and one for forgetting (the weights move).",
    points=4,
    minutes=6,
)

train_or_eval = Exercise(
    id="regularization.train-or-eval",
    title="In which mode?",
    statement=(
        "A colleague's network with dropout and batch norm gives slightly different answers each time she asks about the same picture, and much worse answers when she asks about"
        " pictures of one class at a time. What is the likely cause?"
    ),
    kind=Choice(
        options=(
            Option(
                "training-mode",
                "The network still runs in training mode: new dropout masks, and statistics of whatever batch it is given.",
                True,
                "The first symptom is dropout's, the second batch norm's.",
            ),
            Option(
                "overfit",
                "The network overfits; a larger dropout rate will help.",
                False,
                "A network that overfits is wrong in the same way each time: where does chance come in?",
            ),
            Option(
                "scaling",
                "Dropout's scaling was forgotten, so activations are too large.",
                False,
                "That would be wrong in the same way each time, and would not depend on the company of the picture.",
            ),
            Option(
                "running-slow",
                "The running averages are updated too slowly.",
                False,
                "Running averages do not depend on the batch at hand; what does?",
            ),
        )
    ),
    hints=(
        "What in the two layers depends on chance, and what on the other examples of the batch?",
        "Both happen in one of the two modes only.",
    ),
    worked="At evaluation neither chance nor company matters. Both symptoms say that it is not evaluation mode.",
    points=2,
    minutes=3,
)

another = Exercise(
    id="regularization.another-method",
    title="A method that is not in this chapter",
    statement=(
        "Find or invent a way to regularize a network that this chapter does not treat (label smoothing, mixup, noise on the inputs, weight sharing, a limit on the norm of each unit's weights, averaging"
        " several networks …). In two to four sentences say what is done, in which phase, and why one should expect it to help on new examples. How would you test it?"
    ),
    kind=Explain(
        rubric=(
            "Says precisely what changes: the data, the loss, the network, or the procedure; in training or at evaluation.",
            "Gives a reason why it restrains fitting the accidents of the training set.",
            "Names its setting (a rate, a strength) or its cost.",
            "Describes a fair test: validation error with and without it, several seeds, its setting tuned on the validation set.",
        ),
        model=(
            "Mixup trains on blends: two examples and their (one-hot) labels are mixed, $x = q x_1 + (1 - q) x_2$ and $y = q y_1 + (1 - q) y_2$ with a random $q$. It is done in training only, and it makes the network change its answer"
            " gradually between examples instead of abruptly at a border that winds around single points; it also keeps it from being more certain than its labels. Its setting is the distribution of $q$, and"
            " it costs almost nothing. To test it I would train ten networks with and ten without, choose the distribution of $q$ and the number of epochs on the validation set for each, and compare the validation losses as"
            " distributions before I look at the test set once."
        ),
    ),
    hints=(
        "Four places offer themselves: the inputs, the targets, the weights, the hidden values.",
        "Ask of your method: what can the network no longer do, that it would need in order to memorize?",
    ),
    worked="Any method will do that is described exactly and could be tested.",
    points=4,
    minutes=10,
)

EXERCISES = (
    read_errors,
    patience_by_hand,
    lasso_zero,
    soft,
    correlated,
    decay_in_adam,
    write_dropout,
    dropped_unit,
    both_scalings,
    why_dropout,
    batch_norm_by_hand,
    backward,
    running,
    train_or_eval,
    another,
)
