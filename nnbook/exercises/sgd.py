"""Exercises of chapter 6, Stochastic gradient descent."""

import itertools

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]


def apart(values, share=0.02):
    """Whether any two of the numbers differ by more than a share of the larger."""
    return all(abs(x - y) > share * max(abs(x), abs(y)) for x, y in itertools.combinations(values, 2))


# Batches and epochs


def _epoch(N, B):
    return {"n": N, "size": B, "full": N // B, "last": N % B}


def _draw_epoch(rng):
    B = int(rng.choice([24, 32, 48, 64, 96, 128]))
    last = int(rng.choice([r for r in range(3, B - 3) if 2 * r != B]))
    return _epoch(int(rng.integers(5, 40)) * B + last, B)


updates_per_epoch = Exercise(
    id="sgd.updates-per-epoch",
    title="Updates in an epoch",
    statement=(
        "A training set of $N = [[n]]$ examples is cut into mini-batches of $B = [[size]]$, as `minibatches` does it. How many updates has an epoch, and how many "
        "examples are in its last batch?"
    ),
    kind=Numeric(
        value=lambda g: {"updates": g["full"] + 1, "last batch": g["last"]},
        mistakes=(
            Mistake(
                "last-batch-dropped",
                lambda g: {"updates": g["full"], "last batch": g["size"]},
                "That is an epoch in which some examples are never seen; what becomes of those that are left over?",
            ),
            Mistake(
                "rounded-down",
                lambda g: {"updates": g["full"]},
                "These are the full batches; are all examples in them?",
            ),
            Mistake(
                "filled-up",
                lambda g: {"last batch": g["size"]},
                "Multiply your two numbers: more examples than there are, or fewer?",
            ),
            Mistake(
                "missing-ones",
                lambda g: {"last batch": g["size"] - g["last"]},
                "That is how many examples the last batch lacks; how many has it?",
            ),
        ),
    ),
    hints=(
        "How many full batches fit in, and how many examples remain?",
        "What remains is one more batch, a short one.",
    ),
    worked=(
        "[[full]] full batches hold [[full]] · [[size]] examples, and [[last]] of the [[n]] remain. They make one more batch, so that every example counts once in the epoch."
    ),
    takeaway="The number of updates is N/B rounded up.",
    points=2,
    minutes=3,
    book=_epoch(1000, 64),
    draw=_draw_epoch,
)


short_batch = Exercise(
    id="sgd.short-batch",
    title="The short batch",
    statement=(
        "$N = 1000$ examples are trained on in batches of 64, so that the last batch of an epoch has 40. The loss averages over the batch. What is true of an example that happens to stand "
        "in the last batch?"
    ),
    kind=Choice(
        options=(
            Option(
                "counts-less",
                "It counts less than others, since its batch is smaller.",
                False,
                "The loss divides by the size of the batch it is given; is the divisor smaller or larger for the short one?",
            ),
            Option(
                "counts-more",
                "In this epoch it counts 1.6 times as much as others; over many epochs with new shuffles this evens out.",
                True,
                "It is divided by 40 and not by 64, and every example has the same chance to stand there.",
            ),
            Option(
                "counts-the-same",
                "It counts exactly as much as any other in this epoch.",
                False,
                "Write out the weight of one example's gradient in the mean over 64 and in the mean over 40.",
            ),
            Option(
                "should-be-dropped",
                "It must be left out, because a batch of another size makes the gradient biased.",
                False,
                "A mean over fewer examples is noisier; is its expectation another one?",
            ),
        )
    ),
    hints=("With what factor does the gradient of one example enter the update, η/B or something else?",),
    worked="In a batch of $B$ each example has the weight $1/B$: $1/64$ in most, $1/40$ in the last, and $64/40 = 1.6$.",
    points=1,
    minutes=2,
)


cost_per_update = Exercise(
    id="sgd.cost-per-update",
    title="What ten times the data costs",
    statement=(
        "You train with mini-batches of 64 and get ten times as many examples of the same kind. What becomes ten times as expensive? (Several may hold.)"
    ),
    kind=Choice(
        options=(
            Option("update", "One update.", False, "Count the examples that one update looks at, before and after."),
            Option("epoch", "One epoch.", True, "Ten times as many batches."),
            Option(
                "full-gradient", "One gradient over all examples.", True, "It is a mean of ten times as many terms."
            ),
            Option(
                "target",
                "Necessarily, the time until a given training loss is reached.",
                False,
                "With very many examples, training may be over before the first epoch is; what then is the role of N?",
            ),
            Option(
                "variance",
                "The variance of a mini-batch gradient.",
                False,
                "It is S²/B, but for a factor close to 1; where is N in it?",
            ),
        ),
        several=True,
    ),
    hints=("Which of these look at all examples, and which at 64?",),
    worked="Only what looks at every example grows with their number. That one update does not is what makes very large data sets usable.",
    points=2,
    minutes=2,
)


def minibatches(rng, examples, batch_size):
    """One epoch's batches: index arrays, every example once, in random order."""
    order = rng.permutation(examples)
    return [order[start : start + batch_size] for start in range(0, examples, batch_size)]


def _drop_last(rng, examples, batch_size):
    order = rng.permutation(examples)
    return [order[start : start + batch_size] for start in range(0, examples - batch_size + 1, batch_size)]


def _new_draw_each_batch(rng, examples, batch_size):
    sizes = [min(batch_size, examples - start) for start in range(0, examples, batch_size)]
    return [rng.choice(examples, size, replace=False) for size in sizes]


def _never_shuffled(rng, examples, batch_size):
    order = np.arange(examples)
    return [order[start : start + batch_size] for start in range(0, examples, batch_size)]


def _same_every_epoch(rng, examples, batch_size):
    return minibatches(np.random.default_rng(0), examples, batch_size)


def _filled_up(rng, examples, batch_size):
    order = np.concatenate([rng.permutation(examples)] * 2)
    return [order[start : start + batch_size] for start in range(0, examples, batch_size)]


def _two_epochs(function, case):
    """What can be said of two epochs of batches without knowing how their order was drawn."""
    rng = np.random.default_rng(case["seed"])
    first, second = (function(rng, case["examples"], case["batch_size"]) for _ in range(2))
    if first is None or first is Ellipsis:
        return first
    replay = function(np.random.default_rng(case["seed"]), case["examples"], case["batch_size"])
    first, second, replay = ([np.atleast_1d(batch) for batch in batches] for batches in (first, second, replay))
    flat, again = np.concatenate(first), np.concatenate(second)
    once = np.array_equal(np.sort(flat), np.arange(case["examples"]))
    return (
        np.array([len(batch) for batch in first]),
        float(once),
        float(not np.array_equal(flat, np.sort(flat))),
        float(not np.array_equal(flat, again)),
        float(np.array_equal(flat, np.concatenate(replay))),
    )


def _batch_cases(given, rng):
    return [
        {"seed": int(rng.integers(1000)), "examples": examples, "batch_size": size}
        for examples, size in ((50, 8), (64, 16), (41, 40))
    ]


write_minibatches = Exercise(
    id="sgd.minibatches",
    title="Cut an epoch into batches",
    statement=(
        "Write `minibatches(rng, examples, batch_size)`. It returns the batches of one epoch as a list of arrays of indices: every index from 0 to `examples − 1` once, in an order drawn from the "
        "generator `rng`, anew at every call; all batches of `batch_size` but the last, which holds what remains. (The check calls it twice with one generator. How you draw the order is up to you.)"
    ),
    kind=Code(
        reference=minibatches,
        cases=_batch_cases,
        call=_two_epochs,
        returns=(
            "the batch sizes",
            "every example once (1 is yes)",
            "a random order (1 is yes)",
            "another order in the next epoch (1 is yes)",
            "the same order from an equal rng (1 is yes)",
        ),
        mistakes=(
            Mistake(
                "last-batch-dropped",
                _drop_last,
                "The examples that fill no whole batch are never seen; let the last batch be short.",
            ),
            Mistake(
                "shuffled-every-batch",
                _new_draw_each_batch,
                "Some examples come twice in an epoch and others never: it looks as if every batch were drawn by itself; draw one order for the whole epoch.",
            ),
            Mistake(
                "never-shuffled",
                _never_shuffled,
                "The order of the data is the order of training; what if the data are sorted?",
            ),
            Mistake(
                "same-every-epoch",
                _same_every_epoch,
                "Both epochs have the same order; draw from the rng that is handed in, at every call.",
            ),
            Mistake(
                "last-batch-filled-up",
                _filled_up,
                "The last batch is filled up with examples that have had their turn; let it be short.",
            ),
        ),
    ),
    hints=(
        "`rng.permutation(examples)` is one random order of all indices.",
        "Cut the order at 0, batch_size, 2 · batch_size, …; a slice that reaches beyond the end is short of its own accord.",
    ),
    worked="One permutation an epoch, cut into slices. Python's slices end where the array ends, so the short batch needs no special case.",
    takeaway="One permutation makes every example count once, which independent draws do not.",
    points=4,
    minutes=10,
)


# The noise of a mini-batch

direction = Exercise(
    id="sgd.direction",
    title="Not the best direction",
    statement=(
        "Why are the steps of stochastic gradient descent not in the best direction, compared with those of full gradient descent? And why does it get to a good place all the same? Answer in four to six sentences."
    ),
    kind=Explain(
        rubric=(
            "The loss to be minimized is a mean over all examples, and the update uses the gradient of a few of them: another function, with another steepest direction.",
            "The mini-batch gradient is unbiased: its expectation is the full gradient, so the errors cancel in the long run.",
            "Its variance falls as 1/B, so larger batches point closer to the full gradient; near the minimum the full gradient is small and the noise prevails.",
            "One noisy step is far cheaper than one exact step, so many of them are made for the same price.",
        ),
        model=(
            "The training loss is a mean over all $N$ examples, and its gradient is the mean of their gradients. A step of SGD uses the mean over a mini-batch instead: it goes straight down the loss of those few "
            "examples, which is a different function with a different steepest direction, and may even go uphill on the full loss. But a random mini-batch has the full gradient as its expectation, so no direction is "
            "favored and over many steps the deviations largely cancel. Their variance is in proportion to $1/B$. Far from a minimum most batches agree on the rough direction; near it the full gradient vanishes, "
            "the deviations do not, and the path wanders unless η is lowered. What makes it worthwhile is the price: for one exact gradient one can make $N/B$ noisy steps. (Even the full negative gradient is only the locally "
            "steepest direction, and in a ravine it does not point at the minimum either.)"
        ),
    ),
    hints=(
        "Of which function is the mini-batch gradient the exact gradient?",
        "What is the mean of all the directions that could have been drawn, and what does one of them cost?",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=4,
    minutes=8,
)


def _variance(N, B, S2):
    return {"n": N, "size": B, "s2": S2, "with": S2 / B, "without": S2 / B * (N - B) / (N - 1)}


def _draw_variance(rng):
    while True:
        N = int(rng.integers(40, 120))
        numbers = _variance(N, int(rng.integers(N // 5, N // 2)), int(rng.integers(20, 300)))
        high = numbers["with"]
        if apart([high, numbers["without"], np.sqrt(high), numbers["s2"] / np.sqrt(numbers["size"])]):
            return numbers


variance = Exercise(
    id="sgd.variance",
    title="How noisy is a mini-batch?",
    statement=(
        "Of $N = [[n]]$ examples, the single gradients have the variance $S^2 = [[s2]]$ around their mean (divided by $N$). A mini-batch averages $B = [[size]]$ of them. "
        "What is the variance of that average if the batch is drawn with replacement, and if it is drawn without?"
    ),
    kind=Numeric(
        value=lambda g: {"with replacement": g["with"], "without replacement": g["without"]},
        rtol=0.005,
        mistakes=(
            Mistake(
                "swapped",
                lambda g: {"with replacement": g["without"], "without replacement": g["with"]},
                "One way of drawing makes sure that no example comes twice; that should be the calmer one.",
            ),
            Mistake(
                "standard-deviation",
                lambda g: {"with replacement": np.sqrt(g["with"])},
                "That is the standard deviation; the variance is its square.",
            ),
            Mistake(
                "one-over-square-root",
                lambda g: {"with replacement": g["s2"] / np.sqrt(g["size"])},
                "The standard deviation of a mean falls with the square root of B; how does its variance fall?",
            ),
            Mistake(
                "no-correction",
                lambda g: {"without replacement": g["with"]},
                "Think of B = N, drawn without replacement: every batch is the whole set, so what must the variance be?",
            ),
            Mistake(
                "share-left",
                lambda g: {"without replacement": g["with"] * (1 - g["size"] / g["n"])},
                "Nearly. For B = 1 the two ways of drawing are the same, and your factor should then be 1.",
            ),
        ),
    ),
    hints=(
        "The variance of a mean of B independent draws is S²/B.",
        "Without replacement there is a factor that is 1 for B = 1 and 0 for B = N.",
    ),
    worked=(
        "With replacement the draws are independent: $S^2/B = [[s2]]/[[size]]$. Without, the factor $(N - B)/(N - 1)$ is multiplied to it."
    ),
    takeaway="For B much smaller than N the two are nearly the same.",
    points=4,
    minutes=5,
    book=_variance(64, 16, 80),
    draw=_draw_variance,
)


def _quieter(old, factor):
    return {"old": old, "factor": factor, "new": old * factor**2}


quieter = Exercise(
    id="sgd.quieter",
    title="The price of quiet",
    statement=(
        "With batches of $B = [[old]]$, drawn from millions of examples, the typical error of the gradient (its standard deviation) is [[factor]] times as large as you would like. "
        "Which batch size brings it down to what you want?"
    ),
    kind=Numeric(
        value=lambda g: g["new"],
        rtol=0.001,
        label="B",
        mistakes=(
            Mistake(
                "in-proportion",
                lambda g: g["old"] * g["factor"],
                "That many examples divide the variance by the factor; the error is its square root.",
            ),
            Mistake(
                "square-root",
                lambda g: g["old"] * np.sqrt(g["factor"]),
                "The root goes the other way: the error falls with the root of B.",
            ),
            Mistake("smaller", lambda g: g["old"] / g["factor"], "A smaller batch is noisier."),
        ),
    ),
    hints=("How do variance and standard deviation depend on B?",),
    worked="The standard deviation is $S/\\sqrt{B}$. To divide it by [[factor]], $B$ has to be multiplied by $[[factor]]^2$.",
    takeaway="Noise is reduced with the square root of the work, so large batches soon stop paying.",
    points=1,
    minutes=2,
    book=_quieter(32, 4),
    draw=lambda rng: _quieter(int(rng.integers(5, 60)) * 4, int(rng.choice([3, 5, 6, 7, 9]))),
)


# One epoch, written out


def sgd_epoch(w, b, x, y, order, batch_size, learning_rate):
    """One epoch of mini-batch descent on the mean of (w x + b − y)²."""
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        residual = w * x[rows] + b - y[rows]
        grad_w = 2 * np.mean(residual * x[rows])
        grad_b = 2 * np.mean(residual)
        w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
    return w, b


def _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, *, slip=None):
    w0, b0 = w, b
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        if slip == "drop" and len(rows) < batch_size:
            break
        if slip == "order":
            rows = np.arange(len(order))[start : start + batch_size]
        residual = (w0 * x[rows] + b0 if slip == "stale" else w * x[rows] + b) - y[rows]
        divisor = {"sum": 1, "fixed": batch_size}.get(slip, len(rows))
        grad_w, grad_b = 2 * np.sum(residual * x[rows]) / divisor, 2 * np.sum(residual) / divisor
        w = w - learning_rate * grad_w
        if slip == "one-after-the-other":
            grad_b = 2 * np.mean(w * x[rows] + b - y[rows])
        b = b - learning_rate * grad_b
    return w, b


def _dropped(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, slip="drop")


def _in_file_order(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, slip="order")


def _stale(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, slip="stale")


def _summed(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, slip="sum")


def _fixed_divisor(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, slip="fixed")


def _half_a_slope(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate / 2)


def _uphill(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, -learning_rate)


def _one_after_the_other(w, b, x, y, order, batch_size, learning_rate):
    return _wrong_epoch(w, b, x, y, order, batch_size, learning_rate, slip="one-after-the-other")


def _epoch_cases(given, rng):
    cases = []
    for examples, size in ((10, 4), (7, 7), (9, 2), (5, 1)):
        x = rng.normal(size=examples).round(2)
        cases.append(
            {
                "w": round(float(rng.normal()), 2),
                "b": round(float(rng.normal()), 2),
                "x": x,
                "y": (1.5 * x - 0.5 + rng.normal(size=examples)).round(2),
                "order": rng.permutation(examples),
                "batch_size": size,
                "learning_rate": 0.05,
            }
        )
    return cases


write_epoch = Exercise(
    id="sgd.epoch",
    title="One epoch by hand",
    statement=(
        "Write `sgd_epoch(w, b, x, y, order, batch_size, learning_rate)`: one epoch of mini-batch descent for the line $ŷ = wx + b$ with the mean squared error. `order` holds the indices of all examples in the order of the epoch. "
        "Each batch gives one update, computed at the current $w$ and $b$; the last batch may be short. Return the new $w$ and $b$."
    ),
    kind=Code(
        reference=sgd_epoch,
        cases=_epoch_cases,
        returns=("w", "b"),
        mistakes=(
            Mistake(
                "last-batch-dropped",
                _dropped,
                "The examples that fill no whole batch had no influence; use the short batch too.",
            ),
            Mistake(
                "order-ignored",
                _in_file_order,
                "You went through the examples as they stand in the data; take them in the order that is handed in.",
            ),
            Mistake(
                "stale-parameters",
                _stale,
                "All gradients were taken where the epoch began; after an update the next batch starts from the new w and b.",
            ),
            Mistake("sum-over-batch", _summed, "The gradient is the sum over the batch here; the loss is a mean."),
            Mistake("factor-two", _half_a_slope, "The derivative of a square has a factor that is missing here."),
            Mistake("uphill", _uphill, "The loss rises: look at the sign of the step."),
            Mistake(
                "fixed-divisor",
                _fixed_divisor,
                "You divide by batch_size throughout; how many examples are in the last batch?",
            ),
            Mistake(
                "one-after-the-other",
                _one_after_the_other,
                "The gradient for b was taken after w had moved; take both at the same point, then update both.",
            ),
        ),
    ),
    hints=(
        "The outer loop runs over start = 0, batch_size, …; the rows of a batch are a slice of order.",
        "With r = ŷ − y, the gradients are the means of 2 r x and of 2 r over the batch.",
    ),
    worked="The formulas are those of gradient descent; what changes is only which rows the mean runs over, and that every batch updates.",
    points=4,
    minutes=12,
)


# Noise and decay


def _floor(curvature, rate, S2, B):
    level = rate * S2 / (2 * B * (2 - rate * curvature))
    return {"h": curvature, "eta": rate, "s2": S2, "size": B, "level": level}


def _floor_mistakes(g):
    h, eta, S2, B = g["h"], g["eta"], g["s2"], g["size"]
    return {
        "batch": eta * S2 / (2 * (2 - eta * h)),
        "variance": eta * S2 / (B * h * (2 - eta * h)),
        "deviation": eta * S2 / (2 * np.sqrt(B) * (2 - eta * h)),
    }


def _draw_floor(rng):
    while True:
        numbers = _floor(
            float(rng.choice([0.5, 1, 3, 4])),
            float(rng.choice([0.05, 0.1, 0.2, 0.4])),
            int(rng.integers(2, 30)),
            int(rng.choice([5, 10, 20, 50])),
        )
        if apart([numbers["level"], *_floor_mistakes(numbers).values()]):
            return numbers


noise_floor = Exercise(
    id="sgd.noise-floor",
    title="How low can it go?",
    statement=(
        "On $L(θ) = \\frac12 h θ^2$ with $h = [[h:g]]$, SGD runs with a constant $η = [[eta:g]]$ and batches of $B = [[size]]$; single-example gradients have the variance $S^2 = [[s2]]$. "
        "After the start is forgotten, how far above its minimum is the loss on average?"
    ),
    kind=Numeric(
        value=lambda g: g["level"],
        rtol=0.005,
        label="mean loss",
        mistakes=(
            Mistake(
                "batch-forgotten",
                lambda g: _floor_mistakes(g)["batch"],
                "That is the floor for one example at a time; how does the batch change the variance?",
            ),
            Mistake(
                "variance-of-theta",
                lambda g: _floor_mistakes(g)["variance"],
                "That is the variance of θ; the loss has a factor in front of θ².",
            ),
            Mistake(
                "root-of-batch",
                lambda g: _floor_mistakes(g)["deviation"],
                "The variance of a mean of B gradients is not divided by the root of B.",
            ),
        ),
    ),
    hints=(
        "The variance of θ after an update is (1 − ηh)² times the one before, plus η² S²/B. When does it stay the same?",
        "Solve for that variance, and multiply by h/2.",
    ),
    worked="From $\\operatorname{Var} = (1 - ηh)^2 \\operatorname{Var} + η^2 S^2/B$ follows $\\operatorname{Var} = ηS^2/(Bh(2 - ηh))$, and the loss is $\\frac{h}{2}\\operatorname{Var}$.",
    takeaway="For small η the floor is about ηS²/(4B).",
    points=2,
    minutes=6,
    book=_floor(4.0, 0.1, 9, 10),
    draw=_draw_floor,
)


def decayed(learning_rate, tau, steps):
    """η(t) = η₀ / (1 + t/τ) for t = 0, 1, …, steps − 1."""
    t = np.arange(steps)
    return learning_rate / (1 + t / tau)


def _from_one(learning_rate, tau, steps):
    return learning_rate / (1 + np.arange(1, steps + 1) / tau)


def _by_root(learning_rate, tau, steps):
    return learning_rate / np.sqrt(1 + np.arange(steps) / tau)


def _exponential(learning_rate, tau, steps):
    return learning_rate * np.exp(-np.arange(steps) / tau)


def _times_tau(learning_rate, tau, steps):
    return learning_rate / (1 + np.arange(steps) * tau)


def _each_from_the_last(learning_rate, tau, steps):
    return learning_rate / np.cumprod(1 + np.arange(steps) / tau)


def _decay_cases(given, rng):
    return [
        {"learning_rate": float(rng.choice([0.1, 0.5, 1.0])), "tau": float(tau), "steps": int(rng.integers(4, 9))}
        for tau in (5, 20, 2.5)
    ]


write_decay = Exercise(
    id="sgd.decay",
    title="A schedule that satisfies Robbins and Monro",
    statement=(
        "Write `decayed(learning_rate, tau, steps)`, which returns the array of the learning rates $η(t) = η_0/(1 + t/τ)$ for $t = 0, 1, \\dots$, `steps` of them; $η_0$ is `learning_rate`. "
        "(Their sum grows without bound, the sum of their squares does not.)"
    ),
    kind=Code(
        reference=decayed,
        cases=_decay_cases,
        mistakes=(
            Mistake("counted-from-one", _from_one, "The first rate should be η₀ itself: count t from 0."),
            Mistake(
                "square-root", _by_root, "There is a root too many: the squares of these rates have no finite sum."
            ),
            Mistake(
                "exponential",
                _exponential,
                "These fall exponentially: their sum is finite, so that the walk can get only so far.",
            ),
            Mistake("tau-multiplied", _times_tau, "A larger τ should make the decay slower; look at where it stands."),
            Mistake(
                "compounded",
                _each_from_the_last,
                "Each rate was divided starting from the one before; every one starts from η₀.",
            ),
        ),
    ),
    hints=("np.arange(steps) holds all t at once.",),
    worked="The formula, with an array in the place of t.",
    points=2,
    minutes=4,
)


# Large batches


def _scaling(B, rate, k, epochs, N):
    peak = rate * k
    return {
        "size": B,
        "rate": rate,
        "k": k,
        "large": B * k,
        "epochs": epochs,
        "n": N,
        "peak": peak,
        "middle": (rate + peak) / 2,
    }


def _draw_scaling(rng):
    k = int(rng.choice([8, 16, 64]))
    return _scaling(
        int(rng.choice([32, 64, 128])),
        float(rng.choice([0.02, 0.05, 0.2])),
        k,
        int(rng.choice([2, 4, 6])),
        int(rng.integers(100, 900)) * 1000,
    )


linear_scaling = Exercise(
    id="sgd.linear-scaling",
    title="From one machine to many",
    statement=(
        "A network trains well with $B = [[size]]$ and $η = [[rate:g]]$. On more machines you want $B = [[large]]$, with the linear scaling rule and a warm-up over [[epochs]] epochs, in which η rises in a straight line from "
        "[[rate:g]] to its final value. What is that final value, and what is η halfway through the warm-up?"
    ),
    kind=Numeric(
        value=lambda g: {"final rate": g["peak"], "rate halfway": g["middle"]},
        rtol=0.005,
        mistakes=(
            Mistake(
                "root",
                lambda g: {"final rate": g["rate"] * np.sqrt(g["k"])},
                "That is the square-root rule; the linear one is asked for.",
            ),
            Mistake(
                "divided",
                lambda g: {"final rate": g["rate"] / g["k"]},
                "A larger batch makes fewer updates an epoch: should each be smaller or larger?",
            ),
            Mistake(
                "from-zero",
                lambda g: {"rate halfway": g["peak"] / 2},
                "That is halfway from zero; here the warm-up starts at the rate of the small batch.",
            ),
            Mistake(
                "geometric",
                lambda g: {"rate halfway": np.sqrt(g["rate"] * g["peak"])},
                "That is halfway by ratio; a straight line has the mean of its ends in the middle.",
            ),
        ),
    ),
    hints=("By what factor did the batch grow?", "In the middle of a straight line stands the mean of its ends."),
    worked="The batch is [[k]] times as large, so $η = [[k]] \\cdot [[rate:g]] = [[peak:g]]$; halfway it is $([[rate:g]] + [[peak:g]])/2$.",
    takeaway="Whether training bears it has to be tried: the rule is an approximation with a limited range.",
    points=2,
    minutes=3,
    book=_scaling(256, 0.1, 32, 5, 1_281_167),
    draw=_draw_scaling,
)


scaling_claims = Exercise(
    id="sgd.scaling-claims",
    title="What the linear scaling rule says",
    statement="Goyal and others (2017) trained a network on ImageNet with batches up to 8,192 at no loss of accuracy. Which statements hold?",
    kind=Choice(
        options=(
            Option(
                "threshold",
                "8,192 is the largest batch size that works in deep learning.",
                False,
                "It was measured for one network on one data set; the digits of this chapter part with the rule much earlier. Ask what the limit depends on.",
            ),
            Option(
                "small-change",
                "The rule is argued from the fact that k small steps and one large step agree as long as the gradient changes little in between.",
                True,
                "That is also where it can fail: early in training, and when kη is too large for the curvature.",
            ),
            Option(
                "warm-up-reason",
                "The warm-up is for the first epochs, in which the network changes fast and a large η does damage.",
                True,
                "Later the full rate is bearable.",
            ),
            Option(
                "more-updates",
                "With the scaled rate the large batch makes as many updates in an epoch as the small one.",
                False,
                "An epoch has N/B updates; what happens to that number?",
            ),
            Option(
                "stability",
                "However large the batch, η cannot be scaled past the limit that the curvature sets for full gradient descent.",
                True,
                "Even without any noise, η above 2/h diverges in the direction of curvature h.",
            ),
        ),
        several=True,
    ),
    hints=("For each statement: is it an argument, a measurement in one setting, or a law?",),
    worked="The rule rests on a gradient that changes little over k small steps. What was measured, up to 8,192, belongs to a network and its data.",
    points=3,
    minutes=4,
)


# Reading a run

saw_tooth = Exercise(
    id="sgd.saw-tooth",
    title="A saw-tooth",
    statement=(
        "A colleague trains a classifier with mini-batches. The loss of each batch falls for a while, jumps up, falls again, and so on, ten times in every epoch and in each epoch at the same places; on held-out data the network is hardly better than guessing. "
        "What do you suspect, why does it look like that, and which line of the program would you change? How would you make sure?"
    ),
    kind=Explain(
        rubric=(
            "Suspects that the data are sorted (by class, by source, by date) and are not shuffled.",
            "Explains the tooth: within a block of one kind the network learns to answer that kind and its loss falls; at the next block it is wrong again.",
            "Explains the bad result: what was learned of one block is overwritten by the next, since a batch from one block is no unbiased sample of the whole.",
            "Shuffles once before training or in every epoch, and checks, for example by looking at the labels of a few batches or by comparing both runs.",
        ),
        model=(
            "I suspect that the examples stand in the order of their labels and are not shuffled: ten classes, ten teeth. Inside a block all targets are the same, so the network learns to give that answer whatever the input, and the loss of the batches falls toward zero. "
            "When the next class begins, that answer is wrong, and the loss jumps. Each block overwrites what the one before had taught, so at the end of an epoch the network knows mainly the last class. The gradient of such a batch is not an unbiased "
            "estimate of the full gradient. I would shuffle the indices before cutting the batches, at best in every epoch, and print the labels of the first few batches before and after the change: they should be mixed. Then the same run with "
            "shuffling should lose its teeth."
        ),
    ),
    hints=(
        "What could there be ten of in one epoch?",
        "Print the targets of the first three batches; what would you see?",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=4,
    minutes=8,
)


EXERCISES = (
    updates_per_epoch,
    short_batch,
    cost_per_update,
    direction,
    variance,
    quieter,
    write_minibatches,
    write_epoch,
    saw_tooth,
    noise_floor,
    write_decay,
    linear_scaling,
    scaling_claims,
)
