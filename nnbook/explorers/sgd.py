"""The explorers of the chapter on stochastic gradient descent."""

from __future__ import annotations

import functools

import numpy as np
from matplotlib.patches import Polygon

from nnbook.batchruns import SHUFFLES, batch_runs, error_rates, losses_of, starts
from nnbook.datasets import line
from nnbook.figures.axes import label_axes, upright_bars
from nnbook.figures.landscape import draw_contours, draw_path
from nnbook.figures.scales import log_axis
from nnbook.figures.style import PALETTE
from nnbook.landscapes import double_well
from nnbook.schedules import Constant, Warmup
from nnbook.shortruns import shrunken_digits
from nnbook.training import minibatches
from nnbook.two_parameters import LineLoss

from . import choice, explore, slider, stops
from . import step as reveal
from .values import power, share, text

POWERS = (1, 2, 4, 8, 16, 32, 64)


@functools.cache
def examples(count, part="train"):
    """The first so many digits, shrunk to 49 pixels, and their labels."""
    return shrunken_digits(part, count)


@functools.cache
def measured_line():
    """The loss of a line over 64 measured points with x from 0 to 4."""
    x, y = line(np.random.default_rng(2), 64, slope=1.2, intercept=2.5, noise=0.7)
    return LineLoss(x[:, 0] + 2, y[:, 0] - 2.4)


def example_gradients(loss, theta):
    """∇Lᵢ = 2 (w xᵢ + b − yᵢ) (xᵢ, 1), the gradient of every example's own squared error, of shape (N, 2)."""
    w, b = theta
    residuals = w * loss.x + b - loss.y
    return 2 * residuals[:, None] * np.column_stack([loss.x, np.ones(len(loss.x))])


# Gradients of mini-batches

DRAWS = 80
PLACES = {"far from the minimum": (-0.5, -1.5), "on the valley floor": (0.6, -0.8)}


def drawn_rows(replacement):
    """DRAWS draws of 64 examples from 64, of which a smaller batch takes the first."""
    rng = np.random.default_rng(3)
    return (
        rng.integers(64, size=(DRAWS, 64)) if replacement else rng.permuted(np.tile(np.arange(64), (DRAWS, 1)), axis=1)
    )


def _gradient_cloud(axes, place):
    cloud, spread = axes
    each = example_gradients(measured_line(), PLACES[place])
    full = each.mean(axis=0)
    variance = ((each - full) ** 2).sum(axis=1).mean()
    reach = np.abs(each).max() * 0.8
    cloud.set(xlim=(-reach, reach), ylim=(-0.6 * reach, 0.6 * reach))
    cloud.locator_params(nbins=5)
    label_axes(cloud, "∂L/∂w", "∂L/∂b")
    across = np.array([-full[1], full[0]]) * 3 * reach / np.linalg.norm(full)
    cloud.plot(
        *np.transpose([-across, across]), color=PALETTE["muted"], lw=1, ls=(0, (2, 2)), scalex=False, scaley=False
    )
    marks = {"ls": "", "color": PALETTE["gradient"], "alpha": 0.75}
    (agree,) = cloud.plot([], [], marker="o", ms=3.5, gid="agree", **marks)
    (against,) = cloud.plot([], [], marker="x", ms=6, mew=1.5, gid="against", **marks)
    cloud.plot([0, full[0]], [0, full[1]], color=PALETTE["model"], lw=3, zorder=5)
    cloud.plot(*full, "D", ms=7, color=PALETTE["model"], zorder=6)
    log_axis(spread, "x", 0, 2)
    spread.set(xlim=(0.9, 90), xticks=[1, 4, 16, 64], xticklabels=["1", "4", "16", "64"])
    ladder = np.array(POWERS, dtype=float)
    one_over = variance / ladder
    low = int(np.floor(np.log10(variance / 640)))
    log_axis(spread, "y", low, low + 4)
    spread.set_ylim(variance / 300, variance * 2)
    label_axes(spread, "batch size B", "variance of the gradient")
    spread.plot(ladder, one_over, color=PALETTE["muted"], lw=1.2, ls=(0, (2, 2)))
    spread.text(1, variance / 270, "dashed: S²/B", fontsize=9)
    (theory,) = spread.plot([], [], color=PALETTE["model"], lw=1.8, gid="theory")
    (here,) = spread.plot([], [], "o", ms=9, color=PALETTE["gradient"], gid="here", zorder=5)

    def move(*, draw, batch_size):
        replacement = draw == "with replacement"
        batches = each[drawn_rows(replacement)[:, :batch_size]].mean(axis=1).round(3)
        uphill = batches @ full < 0
        agree.set_data(*batches[~uphill].T)
        against.set_data(*batches[uphill].T)
        kept = ladder if replacement else ladder[:-1]
        expected = one_over if replacement else one_over * (64 - ladder) / 63
        theory.set_data(kept, expected[: len(kept)])
        measured = ((batches - full) ** 2).sum(axis=1).mean()
        here.set_data([batch_size], [max(measured, variance / 290)])
        now = expected[POWERS.index(batch_size)]
        steps = f"{uphill.sum()} of {DRAWS} batches {'points' if uphill.sum() == 1 else 'point'} away from the descent"
        return f"B = {batch_size}: {steps}; variance {text(measured) if measured > 1e-5 else '0'}, expected {text(now)}"

    return move


def gradient_cloud():
    """The gradients of mini-batches around the true one."""
    return explore(
        _gradient_cloud,
        id="gradient-cloud",
        caption="Each mini-batch gives its own gradient, and the cloud of them is centered on the true one (diamond). Its variance falls as 1/B; drawn without "
        "replacement it falls faster, to nothing at B = N.",
        alt="Left, a cloud of small dots, gradients of mini-batches, around a diamond at the end of a thick line, the gradient over all examples; "
        "those on the wrong side of a dashed line through zero are crosses. Right, the variance over the batch size on logarithmic axes.",
        size=(640, 290),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        place=choice(*PLACES, start="on the valley floor", label="where"),
        draw=choice("without replacement", "with replacement", label="drawn"),
        batch_size=stops(*POWERS, start=2, label="batch size B", play=True),
    )


# A path

WALK = 48


def stochastic_walk(loss, theta, learning_rate, batch_size, steps, rng):
    """The positions (steps + 1, 2) of θ ← θ − η ∇L_batch, epoch after epoch, the examples in a new order each."""
    path = [np.array(theta, dtype=float)]
    while True:
        for rows in minibatches(rng, len(loss.x), batch_size):
            path.append(path[-1] - learning_rate * example_gradients(loss, path[-1])[rows].mean(axis=0))
            if len(path) > steps:
                return np.array(path)


def _stochastic_path(axes):
    ground, heights = axes
    loss = measured_line()
    start, lowest = (-1.5, 3.0), loss(np.array(loss.minima[0]))
    draw_contours(ground, loss, x="slope w", y="intercept b")
    ground.set(xticks=[-2, 0, 2, 4], yticks=[-2, 0, 2, 4])
    draw = draw_path(ground, start=start)
    log_axis(heights, "y", -2, 2, 2)
    heights.set(xlim=(0, WALK), xticks=[0, 16, 32, 48], ylim=(10**-2.2, 10**1.7))
    label_axes(heights, "update", "loss above the lowest")
    (curve,) = heights.plot([], [], color=PALETTE["loss"], gid="curve")

    def move(*, batch_size, learning_rate):
        size = round(batch_size)
        path = stochastic_walk(loss, start, learning_rate, size, WALK, np.random.default_rng(4))
        draw(path.round(2))
        above = loss(path) - lowest
        curve.set_data(np.arange(WALK + 1), np.clip(above, 10**-2.2, 1e3))
        worse = int((np.diff(above) > 0).sum())
        seen = size * WALK
        return (
            f"B = {size}, η = {text(learning_rate)}: {worse} of {WALK} updates went uphill; "
            f"{power(above[-1], 3)} above the lowest loss after {seen:,} examples"
        )

    return move


def stochastic_path():
    """A path of noisy steps, by batch size and learning rate."""
    return explore(
        _stochastic_path,
        id="stochastic-path",
        caption="From one example at a time the path staggers, and many updates raise the loss; yet together they lead down the valley, unless η is so large that small batches are thrown out of it. A larger batch calms it and a "
        "smaller rate calms it too, each at its price.",
        alt="Left, contour lines of the loss of a line over slope and intercept, and a ragged path that drops into a long valley and wanders along it. "
        "Right, the loss above its lowest value over 48 updates on a logarithmic axis: it falls fast, then jumps up and down.",
        size=(640, 290),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        batch_size=slider(1, 64, 7, start=1, label="batch size B", log=True),
        learning_rate=slider(0.005, 0.16, 6, start=0.04, label="learning rate η", log=True),
        time=reveal("path", "curve", label="update", head="head"),
    )


# Sorted data

SORTED_EPOCHS, RECORDS = 3, 45
ORDER_NAMES = dict(zip(("shuffled every epoch", "shuffled once", "never shuffled"), SHUFFLES, strict=True))


@functools.cache
def sorted_digits(count=1000):
    """Digits that stand in the order of their labels: all zeros, then all ones …"""
    x, y = examples(count)
    order = np.argsort(y, kind="stable")
    return x[order], y[order]


@functools.cache
def order_runs(shuffle, runs=1, epochs=SORTED_EPOCHS, records=RECORDS):
    """The network, and Runs of a 49-16-10 network on sorted digits, ten at a time, with η = 0.2."""
    x, y = sorted_digits()
    net, thetas = starts((49, 16, 10), runs)
    schedules = [Constant(0.2)] * runs
    rng = np.random.default_rng(1)
    return net, batch_runs(net, thetas, x, y, schedules, 10, epochs, rng, records=records, shuffle=shuffle)


def _sorted_data(axes):
    curves, shares = axes
    x, y = sorted_digits()
    curves.set(xlim=(0, 300), ylim=(0, 1.12), xticks=[0, 100, 200, 300], yticks=[0, 0.5, 1])
    label_axes(curves, "update", "share of errors, on all digits")
    for epoch in (1, 2):
        curves.axvline(100 * epoch, color=PALETTE["border"], lw=1)
    curves.text(103, 1.11, "epoch 2", ha="left", va="top", fontsize=9)
    curves.text(203, 1.11, "epoch 3", ha="left", va="top", fontsize=9)
    (line,) = curves.plot([], [], color=PALETTE["loss"], gid="errors")
    (here,) = curves.plot([], [], "o", ms=9, color=PALETTE["model"], gid="here", zorder=5)
    shares.set(xlim=(-0.7, 9.7), ylim=(0, 1.12), xticks=range(10), yticks=[0, 0.5, 1])
    label_axes(shares, "digit", "how often the network answers it")
    true = np.bincount(y, minlength=10) / len(y)
    shares.plot(range(10), true, ls="", marker="_", ms=14, mew=2, color=PALETTE["data"])
    shares.text(9.6, 1.11, "dashes: how often it occurs", ha="right", va="top", fontsize=9)
    bars = Polygon(np.zeros((3, 2)), closed=True, facecolor=PALETTE["model"], alpha=0.75, lw=0, gid="bars")
    shares.add_patch(bars)
    found = {}
    for name, shuffle in ORDER_NAMES.items():
        net, runs = order_runs(shuffle)
        answers = net.at(runs.thetas[:, 0])._forward(x, False, None)[0].argmax(axis=-1)
        found[name] = runs.updates, answers, (answers != y).mean(axis=-1)

    def move(*, order, time):
        updates, answers, errors = found[order]
        line.set_data(updates, errors)
        here.set_data([updates[time]], [errors[time]])
        counted = np.bincount(answers[time], minlength=10) / len(y)
        bars.set_xy(upright_bars(counted))
        favorite = int(counted.argmax())
        part = f"the network answers {favorite} to {100 * counted[favorite]:.0f} % of all digits"
        return f"update {updates[time]}: {100 * errors[time]:.0f} % wrong; {part}"

    return move


def sorted_data():
    """Training on digits in the order of their labels, and shuffled."""
    return explore(
        _sorted_data,
        id="sorted-data",
        caption="Fed zeros, then ones, then twos, the network answers whatever it was fed last, and forgets the rest, epoch after epoch. "
        "Shuffled once or shuffled every epoch, it learns.",
        alt="Left, the share of errors over 300 updates in three epochs: a saw-tooth that never falls below a half. Right, bars that show how often the network "
        "answers each digit: nearly all answers are a single one, though all ten occur equally often.",
        size=(640, 290),
        panels={"ncols": 2},
        order=choice(*ORDER_NAMES, start="never shuffled", label="order"),
        time=slider(0, RECORDS, RECORDS + 1, start=25, label="time", play=True),
    )


# The noise floor

LONG, SHOWN = 400, np.unique(np.geomspace(1, 401, 40).astype(int)) - 1
SCHEDULES = {
    "constant": lambda t: np.ones(len(t)),
    "a tenth from update 200": lambda t: np.where(t < 200, 1.0, 0.1),
    "1/(1 + t/20)": lambda t: 1 / (1 + t / 20),
}


def expected_excess(rates, batch_size, start=10.0):
    """E[½θ²] after 0, 1, … updates of θ ← θ − η(t) (θ + ε/√B), ε ~ N(0, 1): (E θ)² and Var θ add up."""
    mean, variance, found = start, 0.0, [0.5 * start**2]
    for rate in rates:
        mean, variance = (1 - rate) * mean, (1 - rate) ** 2 * variance + rate**2 / batch_size
        found.append(0.5 * (mean**2 + variance))
    return np.array(found)


def floor_height(learning_rate, batch_size, curvature=1.0):
    """½ h Var θ = η S² / (2 B (2 − ηh)) in the long run, for S = 1."""
    return learning_rate / (2 * batch_size * (2 - learning_rate * curvature))


def _noise_floor(ax):
    log_axis(ax, "y", -4, 2, 2)
    ax.set(xlim=(0, LONG), ylim=(10**-4.6, 10**2), xticks=[0, 100, 200, 300, 400])
    label_axes(ax, "update", "loss above the lowest")
    (floor,) = ax.plot([], [], color=PALETTE["muted"], lw=1.2, ls=(0, (4, 3)), gid="floor")
    (run,) = ax.plot([], [], color=PALETTE["muted"], lw=0.9, gid="run")
    (curve,) = ax.plot([], [], color=PALETTE["loss"], lw=2.5, gid="curve")
    ax.text(
        LONG,
        75,
        "thick: mean of all runs · thin: one run · dashed: floor of constant η",
        ha="right",
        va="top",
        fontsize=9,
    )
    noise = np.random.default_rng(6).standard_normal(LONG)

    def move(*, schedule, learning_rate, batch_size):
        size = round(batch_size)
        rates = learning_rate * SCHEDULES[schedule](np.arange(LONG))
        means = expected_excess(rates, size)
        theta = [10.0]
        for rate, e in zip(rates, noise, strict=True):
            theta.append((1 - rate) * theta[-1] - rate * e / np.sqrt(size))
        every = np.arange(0, LONG + 1, 5)
        run.set_data(every, np.clip(0.5 * np.square(theta)[every], 10**-4.2, None))
        curve.set_data(SHOWN, means[SHOWN])
        level = floor_height(learning_rate, size)
        floor.set_data([0, LONG], [level, level])
        near = int(np.argmax(means < 2 * level)) if (means < 2 * level).any() else None
        when = f"within twice that after {near} update{'s' * (near != 1)}" if near else f"not yet reached after {LONG} updates"
        return f"floor of constant η: {text(level)}, {when}; mean at the end: {text(means[-1])}"

    return move


def noise_floor():
    """How low noisy descent gets, by learning rate, batch size and schedule."""
    return explore(
        _noise_floor,
        id="noise-floor",
        caption="With constant η the loss falls fast and then hovers at a floor, which for small η is in proportion to η/B. A smaller rate has a lower floor and takes longer to get there; "
        "a rate that starts high and decays has the fast fall and a lower floor, or none if it decays for ever.",
        alt="The loss above its minimum over 400 updates on a logarithmic axis. A thick curve falls steeply and then runs level on a dashed line; "
        "a thin ragged curve, one single run, jumps up and down around it.",
        size=(560, 320),
        schedule=choice(*SCHEDULES, label="η(t)/η"),
        learning_rate=slider(0.01, 1, 9, start=0.1, label="learning rate η", log=True, play=True),
        batch_size=slider(1, 64, 4, start=4, label="batch size B", log=True),
    )


# Out of the shallow well

WALKERS, ESCAPE_STEPS, ESCAPE_NOISE = 400, 400, 2.0


@functools.lru_cache(maxsize=100)
def walkers(batch_size, learning_rate):
    """Where 400 runs that start at the bottom of the shallow well are after 400 updates; the noise is 2/√B."""
    rng = np.random.default_rng(5)
    theta = np.full((WALKERS, 1), double_well.minima[1][0])
    for _ in range(ESCAPE_STEPS):
        noise = ESCAPE_NOISE / np.sqrt(batch_size) * rng.standard_normal(theta.shape)
        theta = theta - learning_rate * (double_well.gradient(theta) + noise)
    return theta[:, 0]


def _noise_escape(axes):
    well, counts = axes
    x = np.linspace(-1.7, 1.7, 61)
    edges = np.linspace(-1.8, 1.8, 37)
    for ax in axes:
        ax.set(xlim=(-1.8, 1.8), xticks=[-1, 0, 1])
    well.plot(x, double_well(x[:, None]), color=PALETTE["loss"])
    well.set(ylim=(-0.2, 0.75), yticks=[0, 0.5])
    label_axes(well, "θ", "loss")
    bottom = double_well.minima[1][0]
    well.plot([bottom], [double_well(np.array([bottom]))], "o", ms=10, mew=2, mfc="none", mec=PALETTE["model"])
    well.text(bottom, 0.2, "all start here", ha="center", fontsize=9)
    counts.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    label_axes(counts, "θ after 400 updates", "share of 400 runs")
    (bars,) = counts.plot([], [], color=PALETTE["model"], lw=1.5, gid="bars")
    left = counts.text(-1.7, 0.95, "", gid="left", va="top")
    right = counts.text(1.7, 0.95, "", gid="right", ha="right", va="top")

    def move(*, batch_size, learning_rate):
        ends = np.clip(walkers(round(batch_size), learning_rate), -1.79, 1.79)
        heights = np.histogram(ends, edges)[0] / WALKERS
        bars.set_data(np.repeat(edges, 2), np.concatenate([[0], np.repeat(heights, 2), [0]]))
        deep = (ends < 0).mean()
        left.set_text(share(deep))
        right.set_text(share(1 - deep))
        return f"η/B = {text(learning_rate / round(batch_size))}: {share(deep)} of the runs end in the deeper well"

    return move


def noise_escape():
    """Noise carries runs out of a shallow well, or not."""
    return explore(
        _noise_escape,
        id="noise-escape",
        caption="With little noise every run stays where it began, in the shallow well. With more, most cross over to the deep one; with more still they sit in neither, "
        "and the deep well keeps fewer of them.",
        alt="Left, a curve with two wells, the left one deeper; a ring marks the bottom of the right one, where all runs start. Right, the distribution of 400 runs "
        "after 400 updates: two humps, one over each well.",
        size=(640, 280),
        panels={"ncols": 2},
        batch_size=slider(1, 64, 7, start=4, label="batch size B", log=True, play=True),
        learning_rate=slider(0.05, 0.2, 3, start=0.1, label="learning rate η", log=True),
    )


# Which batch size wins

BUDGET_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
BUDGET_RATES = 0.05 * 2.0 ** np.arange(6)
TARGET = 0.7
MACHINES = {"1 example": 1, "16 examples": 16, "256 examples": 256}


@functools.cache
def budget_runs(batch_size, count=1024, runs=2):
    """Updates at the records, and the mean loss there with the rate that reaches the target first (records,)."""
    x, y = examples(count)
    net, thetas = starts((49, 16, 10), runs)
    schedules = [Constant(rate) for rate in BUDGET_RATES for _ in range(runs)]
    epochs = max(4, batch_size // 8)
    many = np.tile(thetas, (len(BUDGET_RATES), 1))
    done = batch_runs(net, many, x, y, schedules, batch_size, epochs, np.random.default_rng(1), records=16)
    losses = (
        losses_of(net, done.thetas, x[:512], y[:512]).reshape(len(done.updates), len(BUDGET_RATES), runs).mean(axis=-1)
    )
    best = min(range(len(BUDGET_RATES)), key=lambda k: updates_to(done.updates, losses[:, k]))
    return done.updates, losses[:, best]


def updates_to(updates, losses, target=TARGET):
    """Updates until the loss first falls below the target, between records along a straight line; inf if it does not."""
    below = losses < target
    if not below.any():
        return np.inf
    k = int(np.argmax(below))
    share = (losses[k - 1] - target) / (losses[k - 1] - losses[k])
    return float(updates[k - 1] + share * (updates[k] - updates[k - 1]))


def time_per_update(batch_size, machine):
    """Passes that a machine needs which takes so many examples at once."""
    return -(-batch_size // machine)


def _best_batch(axes, machine):
    curves, totals = axes
    counts = [updates_to(*budget_runs(size)) for size in BUDGET_SIZES]
    times = np.array(counts) * [time_per_update(size, machine) for size in BUDGET_SIZES]
    widest = 10 ** np.ceil(np.log10(times.max() * 1.2))
    log_axis(curves, "x", int(np.log10(widest)) - 3, int(np.log10(widest)))
    curves.set(ylim=(0, 2.5), yticks=[0, 1, 2])
    curves.set_xlim(widest / 1000, 0.9 * widest)
    label_axes(curves, "time, in passes", "loss")
    curves.axhline(TARGET, color=PALETTE["muted"], lw=1, ls=(0, (2, 2)))
    curves.text(widest / 900, TARGET - 0.05, "target", va="top", fontsize=9)
    (line,) = curves.plot([], [], color=PALETTE["loss"], gid="line")
    (reach,) = curves.plot([], [], "o", ms=9, color=PALETTE["model"], gid="reach", zorder=5)
    log_axis(totals, "x", 0, 3)
    totals.set(xlim=(0.8, 330), xticks=[1, 4, 16, 64, 256], xticklabels=["1", "4", "16", "64", "256"])
    log_axis(totals, "y", int(np.floor(np.log10(times.min() / 1.3))), int(np.ceil(np.log10(times.max() * 1.3))))
    label_axes(totals, "batch size B", "passes to the target")
    totals.plot(BUDGET_SIZES, times, color=PALETTE["loss"], lw=1.5, marker="o", ms=4)
    (here,) = totals.plot([], [], "o", ms=9, color=PALETTE["model"], gid="here", zorder=5)

    def move(*, batch_size):
        k = BUDGET_SIZES.index(batch_size)
        updates, losses = budget_runs(batch_size)
        passes = updates * time_per_update(batch_size, machine)
        inside = passes >= widest / 1000
        line.set_data(passes[inside], np.minimum(losses[inside], 3))
        reach.set_data(times[k : k + 1], [TARGET])
        here.set_data([batch_size], times[k : k + 1])
        work = counts[k] * batch_size
        return (
            f"B = {batch_size}: target after {counts[k]:,.0f} updates, {work:,.0f} examples, {times[k]:,.0f} passes; "
            f"fastest here: B = {BUDGET_SIZES[int(times.argmin())]}"
        )

    return move


def best_batch():
    """Time to a target loss by batch size, on machines that take more or fewer examples at once."""
    return explore(
        _best_batch,
        id="best-batch",
        caption="Counted in examples, small batches are never far from the best. Counted in time, the machine decides: while one pass takes a larger batch as fast, a larger batch wins, "
        "until it no longer saves updates.",
        alt="Left, the loss of a network on digits over time on a logarithmic axis, falling through a dashed target line. Right, the time to reach the target over the batch size: "
        "a curve that falls, is lowest near the number of examples that the machine takes at once, and rises again.",
        size=(640, 290),
        panels={"ncols": 2},
        machine=choice(*MACHINES.items(), start="16 examples", label="one pass takes"),
        batch_size=stops(*BUDGET_SIZES, start=16, label="batch size B", play=True),
    )


# Large batches

LARGE_SIZES, LARGE_RUNS, LARGE_EPOCHS, LARGE_EXAMPLES = (49, 24, 24, 24, 10), 10, 8, 1024
BASE_BATCH, BASE_RATE, WARM_EPOCHS, LARGE_FACTORS = 8, 0.05, 2, (4, 8, 16, 32)
RULES = ("η", "√k η", "k η", "k η, warm-up")
BEGINNINGS = {"Kaiming's": 1.0, "twice as large": 2.0}


def rule_schedule(rule, k):
    """The schedule of a rule for batches k times as large."""
    factor = {"η": 1.0, "√k η": np.sqrt(k)}.get(rule, k)
    constant = Constant(BASE_RATE * factor)
    per_epoch = LARGE_EXAMPLES // (BASE_BATCH * k)
    return Warmup(WARM_EPOCHS * per_epoch, constant) if "warm" in rule else constant


@functools.cache
def large_batch(beginning, k):
    """For batches of 8 k: the loss by epoch (epochs + 1, rules, runs), and the validation error at the end (rules, runs)."""
    x, y = examples(LARGE_EXAMPLES)
    net, thetas = starts(LARGE_SIZES, LARGE_RUNS, scale=BEGINNINGS[beginning])
    rules = RULES if k > 1 else RULES[:1]
    schedules = [rule_schedule(rule, k) for rule in rules for _ in thetas]
    many = np.tile(thetas, (len(rules), 1))
    rng = np.random.default_rng(1)
    done = batch_runs(net, many, x, y, schedules, BASE_BATCH * k, LARGE_EPOCHS, rng, decimals=6)
    losses = losses_of(net, done.thetas, x, y).reshape(LARGE_EPOCHS + 1, len(rules), LARGE_RUNS)
    return losses, error_rates(net, done.thetas[-1], *examples(1000, "validation")).reshape(len(rules), LARGE_RUNS)


DASHES = ((0, (1, 1.5)), (0, (4, 2)), "-", "-")


def _warm_up(axes, beginning):
    curves, errors = axes
    base_losses, base_errors = large_batch(beginning, 1)
    known = {k: large_batch(beginning, k) for k in LARGE_FACTORS}
    epochs = np.arange(LARGE_EPOCHS + 1)
    curves.set(xlim=(0, LARGE_EPOCHS + 3.4), ylim=(0, 4), xticks=[0, 2, 4, 6, 8], yticks=[0, 1, 2, 3, 4])
    label_axes(curves, "epoch", "loss, median of ten runs")
    curves.plot(epochs, np.minimum(np.median(base_losses[:, 0], axis=-1), 3.9), color=PALETTE["data"], lw=5, alpha=0.35)
    lines = []
    for i, dashes in enumerate(DASHES):
        role = PALETTE["loss" if i < 3 else "model"]
        lines.append(curves.plot([], [], color=role, ls=dashes, lw=1.8, gid=f"curve-{i}")[0])
    labels = [
        curves.text(LARGE_EPOCHS + 0.2, 0, name, va="center_baseline", fontsize=9, gid=f"label-{i}")
        for i, name in enumerate((*RULES, "B = 8"))
    ]
    errors.set(xlim=(-0.6, 4.5), ylim=(0, 1), xticks=range(5), yticks=[0, 0.5, 1])
    errors.set_xticklabels(["B = 8", "η", "√k η", "k η", "+ warm"], fontsize=9)
    label_axes(errors, "", "validation error, ten runs each")
    errors.axhline(np.median(base_errors), color=PALETTE["data"], lw=5, alpha=0.35)
    jitter = np.linspace(-0.24, 0.24, LARGE_RUNS)
    errors.plot(jitter, np.sort(base_errors[0]), "o", ms=4, color=PALETTE["data"])
    dots = [
        errors.plot([], [], "o", ms=4, color=PALETTE["loss" if i < 3 else "model"], gid=f"dots-{i}")[0]
        for i in range(4)
    ]

    def move(*, k):
        losses, found = known[k]
        medians = np.minimum(np.quantile(losses, 0.5, axis=-1, method="lower"), 3.9)
        for label, height in zip(labels, spread_out([*medians[-1], np.median(base_losses[-1])], 0.3), strict=True):
            label.set_y(height)
        for i in range(len(RULES)):
            lines[i].set_data(epochs, medians[:, i])
            dots[i].set_data(1 + i + jitter, np.sort(found[i]))
        at = np.median(found, axis=-1)
        said = ", ".join(f"{rule} {about(error)}" for rule, error in zip(RULES, at, strict=True))
        return f"B = {BASE_BATCH * k}, k = {k}: median error about {said}; B = 8 had {about(np.median(base_errors))}"

    return move


def about(share):
    """A share in steps of 5 %: near divergence the last digits are an accident of rounding."""
    return f"{5 * round(20 * share)} %"


def spread_out(values, gap):
    """The values, moved up where needed so that any two are a gap apart: places for labels."""
    order = np.argsort(values)
    placed = np.array(values, dtype=float)
    for before, after in zip(order, order[1:], strict=False):
        placed[after] = max(placed[after], placed[before] + gap)
    return placed


def warm_up():
    """Large batches: learning rates that grow with them, with warm-up and without."""
    return explore(
        _warm_up,
        id="warm-up",
        caption="With batches k times as large and η as it was, training falls behind. With kη it keeps up, as far as the landscape allows: from a rough start it falls far "
        "behind at k = 16, less far if η warms up first, and at k = 32 nothing saves it.",
        alt="Left, the median training loss over eight epochs for four rules of scaling the learning rate, with a wide pale band for the small batch; right, the "
        "validation errors of ten runs for each rule as columns of dots, some near the band and some high above it.",
        size=(660, 310),
        panels={"ncols": 2},
        beginning=choice(*BEGINNINGS, start="twice as large", label="starting weights"),
        k=stops(*LARGE_FACTORS, start=16, label="batch k times as large"),
    )


EXPLORERS = (
    gradient_cloud,
    stochastic_path,
    sorted_data,
    noise_floor,
    noise_escape,
    best_batch,
    warm_up,
)
