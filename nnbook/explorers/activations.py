"""The explorers of the chapter on activations."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Polygon

from nnbook.activations import gelu, identity, leaky_relu, relu, sigmoid, silu, softmax, softplus, tanh
from nnbook.activations import step as step_function
from nnbook.datasets import gate
from nnbook.figures.axes import bare, clip, label_axes, number, plane
from nnbook.figures.style import PALETTE, SURFACE
from nnbook.hinges import fold_points

from . import choice, explore, show, slider
from .values import power, probability

BOX = (-0.5, 1.5)
CORNERS = [(BOX[0], BOX[0]), (BOX[1], BOX[0]), (BOX[1], BOX[1]), (BOX[0], BOX[1])]
W_HIDDEN, W_OUT, CUT = np.ones((2, 2)), np.array([1.0, -2.0]), 0.5  # XOR by hand: a₁ − 2a₂ ≥ ½


def _square_lines(count=5, fine=9):
    """Lines of a grid over the unit square, as arrays of points."""
    along = np.linspace(0, 1, fine)
    upright = [np.column_stack([np.full(fine, c), along]) for c in np.linspace(0, 1, count)]
    return [*upright, *(line[:, ::-1] for line in upright)]


def _answers_one(activation, b2):
    """The corners of the region in which the network answers 1; it depends on x₁ + x₂ only."""
    if activation is identity:
        return clip(CORNERS, (-1, -1), -2 * b2 - CUT)
    rising = clip(CORNERS, (1, 1), -CUT)
    return clip(rising, (-1, -1), -2 * b2 - CUT) if len(rising) > 2 and b2 <= -CUT else np.empty((0, 2))


def _xor_bending(axes):
    left, right = axes
    x, y = gate("xor")
    lines = _square_lines()
    plane(left, BOX, BOX, "x₁ across, x₂ up", "inputs")
    left.set(xticks=[0, 1], yticks=[0, 1])
    side = Polygon(np.zeros((3, 2)), closed=True, facecolor=PALETTE["model"], alpha=0.2, lw=0, gid="side")
    left.add_patch(side)
    plane(right, (-0.4, 2.4), (-1.7, 1.7), "a₁ across, a₂ up", "hidden units")
    right.set(xticks=[0, 1, 2], yticks=[-1, 0, 1])
    marks = {"marker": "o", "ls": "", "ms": 11, "mew": 2.5, "mec": PALETTE["data"], "zorder": 4}
    grid = [right.plot([], [], color=PALETTE["muted"], lw=1.2, gid=f"grid{i}")[0] for i in range(len(lines))]
    (cut,) = right.plot([], [], color=PALETTE["model"], lw=2.5, gid="cut")
    says = right.text(2.4, -1.55, "", ha="right", color=PALETTE["model"], gid="says")
    for ax, points in ((left, x), (right, None)):
        for kind, face in ((1, PALETTE["data"]), (0, SURFACE)):
            at = x[y == kind] if points is not None else np.empty((0, 2))
            ax.plot(*at.T, mfc=face, **marks, **({} if ax is left else {"gid": f"points{kind}"}))
    zeros, ones = (next(a for a in right.lines if a.get_gid() == f"points{kind}") for kind in (0, 1))

    def move(*, activation, b2, bend):
        def hidden(points):
            return activation(points @ W_HIDDEN + np.array([0.0, b2]))

        corners = _answers_one(activation, b2)
        side.set_visible(len(corners) > 2)
        side.set_xy(corners if len(corners) > 2 else np.zeros((3, 2)))
        for artist, line in zip(grid, lines, strict=True):
            artist.set_data(*((1 - bend) * line + bend * hidden(line)).T.round(3))
        h = hidden(x)
        moved = (1 - bend) * x + bend * h
        ones.set_data(*moved[y == 1].T)
        zeros.set_data(*moved[y == 0].T)
        there = bend == 1
        cut.set_data([-0.4, 2.4] if there else [], [-0.45, 0.95] if there else [])
        says.set_text("1 below the line" if there else "")
        right_answers = int(((h @ W_OUT >= CUT) == (y == 1)).sum())
        places = ", ".join(f"({number(a, 1)}, {number(b, 1)})" for a, b in h[[0, 1, 3]])
        return f"{right_answers} of 4 right; (0,0), (0,1), (1,1) go to {places}"

    return move


def xor_bending():
    """The four points of XOR, from input space to hidden space."""
    return explore(
        _xor_bending,
        id="xor-bending",
        caption="Two hidden units press the square into a stick. Without an activation the stick is straight, and its middle cannot be cut off; "
        "the ReLU bends it at one point, and one line does.",
        alt="Two panels. On the left the square of inputs with the four points of XOR, disks where it is 1 and rings where it is 0, and a shaded "
        "diagonal band where the network answers 1. On the right the same square mapped to the two hidden units: a stick with a bend, both "
        "disks below a straight line and both rings above it.",
        size=(620, 330),
        panels={"ncols": 2},
        activation=choice(("none", identity), ("ReLU", relu), start="ReLU", label="activation"),
        b2=slider(-1.5, -0.5, 9, start=-1, label="bias b₂ of the second unit"),
        bend=slider(0, 1, 6, start=1, label="from inputs (0) to hidden units (1)", play=True),
    )


GALLERY = (step_function, sigmoid, tanh, relu, leaky_relu, softplus, gelu, silu, identity)
NAMES = ("step", "sigmoid", "tanh", "ReLU", "leaky ReLU, α = 0.1", "softplus", "GELU", "SiLU", "identity")
REACH = 4.0


def _gallery_function(name):
    return type(leaky_relu)(slope=0.1) if name.startswith("leaky") else GALLERY[NAMES.index(name)]


def _activation_gallery(axes):
    value, slope = axes
    grid = np.sort(np.concatenate([np.linspace(-REACH, REACH, 65), [-1e-6, 1e-6]]))
    for ax, ylim, text in ((value, (-1.6, 4.2), "value φ(x)"), (slope, (-0.35, 1.45), "slope φ′(x)")):
        ax.set(xlim=(-REACH, REACH), ylim=ylim, xticks=[-4, -2, 0, 2, 4])
        label_axes(ax, "x", text)
        ax.axhline(0, color=PALETTE["border"], lw=1)
        ax.axvline(0, color=PALETTE["border"], lw=1)
    value.set(yticks=[-1, 0, 1, 2, 3, 4])
    slope.set(yticks=[0, 0.25, 0.5, 1])
    slope.axhline(0.25, color=PALETTE["muted"], lw=1, ls=(0, (2, 3)))
    (curve,) = value.plot([], [], color=PALETTE["model"], lw=2.5, gid="curve")
    (tangent,) = value.plot([], [], color=PALETTE["gradient"], lw=2, ls=(0, (5, 2)), gid="tangent")
    (at,) = value.plot([], [], "o", ms=10, color=PALETTE["model"], gid="at")
    (slopes,) = slope.plot([], [], color=PALETTE["gradient"], lw=2.5, gid="slopes")
    (here,) = slope.plot([], [], "o", ms=10, color=PALETTE["gradient"], gid="here")

    def move(*, function, x):
        phi = _gallery_function(function)
        y, m = float(phi(x)), float(phi.derivative(x))
        curve.set_data(grid, phi(grid).round(3))
        slopes.set_data(grid, phi.derivative(grid).round(3))
        tangent.set_data([x - 1.4, x + 1.4], [y - 1.4 * m, y + 1.4 * m])
        at.set_data([x], [y])
        here.set_data([x], [m])
        return f"{function}: φ({number(x, 2)}) = {number(y, 3)}, slope {number(m, 3)}"

    return move


def activation_gallery():
    """Nine activations: value, tangent and slope at a point."""
    return explore(
        _activation_gallery,
        id="activation-gallery",
        caption="Where an activation is flat, its slope is 0 and nothing upstream can be told to change. The sigmoid is flat on both sides and "
        "never steeper than ¼ (dotted line); the ReLU is flat on one side only.",
        alt="Two panels over x from −4 to 4. The left shows an activation function as a curve with a point on it and the dashed tangent there; "
        "the right shows its derivative with a point at the same x. At first it is the sigmoid at x = 3, where the tangent is nearly level.",
        size=(620, 310),
        panels={"ncols": 2, "width_ratios": (1, 1)},
        function=choice(*NAMES, start="sigmoid", label="function φ"),
        x=slider(-4, 4, 33, start=3, label="x", play=True),
    )


DEPTH = 20
FLOOR, CEILING = 1e-12, 1e6
CHAIN = (
    (sigmoid, "sigmoid", "model", "-"),
    (tanh, "tanh", "gradient", (0, (5, 2))),
    (relu, "ReLU", "data", (0, (1, 1.5))),
)


def chain_gradients(activation, weight, bias, depth, start=1.0):
    """∂a/∂start after 0, 1, … depth units in a row: products of w φ′(z)."""
    a, product, products = start, 1.0, [1.0]
    for _ in range(depth):
        z = weight * a + bias
        a = float(activation(z))
        product *= weight * float(activation.derivative(z))
        products.append(product)
    return np.array(products)


def _gradient_through_depth(ax):
    depths = np.arange(DEPTH + 1)
    ax.set(xlim=(0, DEPTH + 3.4), ylim=(FLOOR / 10, 10 * CEILING), yscale="log", xticks=range(0, DEPTH + 1, 5))
    ax.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6], ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1", "10³", "10⁶"])
    ax.minorticks_off()
    label_axes(ax, "layers", "how much the last output moves when the first input does")
    ax.axhline(1, color=PALETTE["border"], lw=1)
    ax.plot(depths[:17], 0.25 ** depths[:17], color=PALETTE["muted"], lw=1.5, ls=(0, (2, 3)))
    ax.text(8.3, 8e-7, "0.25 a layer", color=PALETTE["muted"], ha="right", va="top")
    drawn = []
    for _, name, role, style in CHAIN:
        color = PALETTE[role]
        (line,) = ax.plot([], [], color=color, ls=style, lw=2.5, gid=f"line-{name}")
        (end,) = ax.plot([], [], "o" if name != "ReLU" else "s", color=color, ms=7, gid=f"end-{name}")
        drawn.append((line, end, ax.text(0, 0, name, color=color, va="center", gid=f"name-{name}")))

    def move(*, weight, bias):
        heights, told = [], []
        for (phi, name, _, _), (line, end, _) in zip(CHAIN, drawn, strict=True):
            sizes = np.abs(chain_gradients(phi, weight, bias, DEPTH))
            left = (sizes < FLOOR) | (sizes > CEILING)
            kept = int(np.argmax(left)) if left.any() else len(sizes)
            shown = sizes[:kept]
            line.set_data(depths[:kept], shown)
            end.set_data(depths[kept - 1 : kept], shown[-1:])
            heights.append((np.log10(shown[-1]), depths[kept - 1]))
            told.append(f"{name} {power(sizes[10])}")
        order = np.argsort([h for h, _ in heights])
        places = _apart(np.array([h for h, _ in heights])[order], 1.2)
        for k, place in zip(order, places, strict=True):
            drawn[k][2].set_position((heights[k][1] + 0.5, 10.0**place))
        return f"after 10 layers: {', '.join(told)}"

    return move


def _apart(rising, gap):
    """Rising heights moved upward where needed, so that neighbors are at least a gap apart."""
    places = list(rising)
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + gap)
    return places


def gradient_through_depth():
    """The derivative through a chain of units, for three activations."""
    return explore(
        _gradient_through_depth,
        id="gradient-through-depth",
        caption="A chain of sigmoids divides the signal by four or more in every layer when w = 1. A larger weight alone helps little, since it "
        "drives the sigmoid into its flat part; with a bias of −w/2 it does help. At w = 1 a little negative bias kills the ReLU chain altogether.",
        alt="A plot with layers from 0 to 20 across and a logarithmic scale up. The line of the sigmoid falls steadily below the dotted line of "
        "0.25 a layer, that of tanh bends and falls slowly, that of ReLU stays level at 1.",
        size=(580, 340),
        weight=slider(0.5, 4, 15, start=1, label="weight w"),
        bias=slider(-2, 1, 13, start=0, label="bias b"),
    )


KINKS, SLOPES, OUT = np.array([-1.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0]), np.array([1.5, -3.0, 3.0])
SPAN = 2.0


def _three_hinges(axes):
    small, total = axes[:3], axes[3]
    ends = np.array([-SPAN, SPAN])
    for k, ax in enumerate(small):
        ax.set(xlim=(-SPAN, SPAN), ylim=(-3.2, 3.2), xticks=[-2, 0, 2], yticks=[-2, 0, 2])
        label_axes(ax, "", f"unit {k + 1}, times {number(OUT[k], 1)}")
        ax.axhline(0, color=PALETTE["border"], lw=1)
    total.set(xlim=(-SPAN, SPAN), ylim=(-2.4, 3.4), xticks=[-2, -1, 0, 1, 2], yticks=[-2, -1, 0, 1, 2, 3])
    label_axes(total, "x", "the network's output: the sum of the three")
    total.axhline(0, color=PALETTE["border"], lw=1)
    parts = [ax.plot([], [], color=PALETTE["gradient"], lw=2.5, gid=f"unit{k}")[0] for k, ax in enumerate(small)]
    (curve,) = total.plot([], [], color=PALETTE["model"], lw=3, gid="curve")
    (joints,) = total.plot([], [], "o", ms=8, mfc=SURFACE, mec=PALETTE["model"], mew=2, gid="joints")

    def move(*, unit, slope, kink):
        w, t = SLOPES.copy(), KINKS.copy()
        w[int(unit) - 1] += slope
        t[int(unit) - 1] += kink
        inside = np.unique(t[(w != 0) & (np.abs(t) < SPAN)])
        x = np.sort([*ends, *inside])
        for k, artist in enumerate(parts):
            own = np.sort([*ends, *([t[k]] if abs(t[k]) < SPAN else [])])
            artist.set_data(own, OUT[k] * relu(w[k] * (own - t[k])))

        y = relu((x[:, None] - t) * w) @ OUT
        bends = np.abs(np.diff(np.diff(y) / np.diff(x))) > 1e-9  # two hinges at one place may cancel
        curve.set_data(x, y)
        joints.set_data(x[1:-1][bends], y[1:-1][bends])
        offset = -w[int(unit) - 1] * t[int(unit) - 1]
        sign = "−" if offset < 0 else "+"
        hinge = f"relu({number(w[int(unit) - 1])} x {sign} {number(abs(offset), 3)})"
        low, high = total.get_ylim()
        hidden = "" if low < y.min() and y.max() < high else ", not all of them in view"
        return f"unit {unit} is {hinge}; the sum has {bends.sum() + 1} straight pieces between −{SPAN:g} and {SPAN:g}{hidden}"

    return move


def three_hinges():
    """Slopes and offsets of three hidden units, and the curve they add up to."""
    return explore(
        _three_hinges,
        id="three-hinges",
        caption="Every hidden unit brings one kink and is straight elsewhere, so three units make at most four pieces: "
        "the offset says where the kink is, the slope how sharp, and which side is bent.",
        alt="Three small panels, each with one hinge: flat at zero on one side of a kink and sloping on the other, the second one downward. "
        "Below, a wide panel with their sum: a line of four straight pieces with a round mark at each of three kinks.",
        size=(620, 430),
        panels={"mosaic": [["a", "b", "c"], ["sum", "sum", "sum"]], "height_ratios": (2, 3)},
        unit=choice("1", "2", "3", start="2", label="hidden unit to change"),
        slope=slider(-2, 1, 13, start=0, label="add to its slope"),
        kink=slider(-1, 1, 9, start=0, label="move its kink by"),
    )


def wave(x):
    """A smooth target."""
    return 0.6 * np.sin(2 * np.pi * x) + 0.3 * np.cos(5 * np.pi * x)


def cusp(x):
    """A continuous target that is infinitely steep at one point."""
    return 1.4 * np.sqrt(np.abs(x - 0.5)) - 0.5


def jump(x):
    """A target that is not continuous."""
    return np.where(x < 0.5, -0.5, 0.5) + 0.2 * np.sin(2 * np.pi * x)


TARGETS = {"smooth wave": wave, "cusp": cusp, "jump": jump}
OUTSIDE = (-0.3, 1.3)
FINE = np.unique(np.concatenate([np.linspace(0, 1, 1001), 0.5 + np.linspace(-0.01, 0.01, 41), [0.5 - 1e-9]]))


def even_knots(n):
    """n + 1 knots on [0, 1] at equal distances."""
    return np.linspace(0, 1, n + 1)


def bend_knots(target, n):
    """n + 1 knots on [0, 1], close where the target bends: equal shares of the integral of √|f″|, with a floor."""
    x = np.linspace(0, 1, 801)
    density = np.sqrt(np.abs(np.gradient(np.gradient(target(x), x), x)))
    share = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return np.interp(np.linspace(0, 1, n + 1), 0.95 * share / share[-1] + 0.05 * x, x)


def error_on_interval(target, knots):
    """The largest distance on [0, 1] between a target and the straight lines through it at the knots."""
    return float(np.abs(np.interp(FINE, knots, target(knots)) - target(FINE)).max())


COUNTS = tuple(range(1, 42, 2))  # odd, so that with even knots the cusp and the jump lie in the middle of a piece


def _approximation(axes):
    curve, errors = axes
    curve.set(xlim=OUTSIDE, ylim=(-1.5, 1.5), xticks=[0, 0.5, 1], yticks=[-1, 0, 1])
    label_axes(curve, "x", "thick: target, thin: network")
    curve.axvspan(0, 1, color=PALETTE["border"], alpha=0.3, lw=0)
    curve.text(0.5, -1.4, "the interval [0, 1]", ha="center", color=PALETTE["muted"])
    (wanted,) = curve.plot([], [], color=PALETTE["data"], lw=4, alpha=0.6, gid="wanted")
    (made,) = curve.plot([], [], color=PALETTE["model"], lw=2, gid="made")
    (joints,) = curve.plot([], [], "o", ms=5, color=PALETTE["model"], gid="joints")
    errors.set(xscale="log", yscale="log", xlim=(0.9, 46), ylim=(2e-3, 2))
    errors.set_xticks([1, 3, 9, 27], ["1", "3", "9", "27"])
    errors.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    errors.minorticks_off()
    label_axes(errors, "hinges n", "largest error on [0, 1]")
    (fall,) = errors.plot([], [], color=PALETTE["loss"], lw=2, gid="fall")
    (now,) = errors.plot([], [], "o", ms=10, color=PALETTE["loss"], gid="now")
    plans = {
        (name, plan): [knots(target, n) for n in COUNTS]
        for name, target in TARGETS.items()
        for plan, knots in PLANS.items()
    }
    found = {
        key: np.array([error_on_interval(TARGETS[key[0]], knots) for knots in plan]) for key, plan in plans.items()
    }
    shown = np.sort(np.concatenate([np.linspace(*OUTSIDE, 97), [0.5 - 1e-6, 0.5, 0.5 + 1e-6]]))

    def move(*, target, hinges, placed):
        f, k = TARGETS[target], int(np.argmin(np.abs(np.array(COUNTS) - hinges)))
        knots, error = plans[target, placed][k], found[target, placed]
        values = f(knots)
        slope = (values[-1] - values[-2]) / (knots[-1] - knots[-2])
        wanted.set_data(shown, f(shown).round(3))
        ends = values[0], values[-1] + slope * (OUTSIDE[1] - 1)
        made.set_data([OUTSIDE[0], *knots, OUTSIDE[1]], [ends[0], *values, ends[1]])
        joints.set_data(knots, values)
        fall.set_data(COUNTS, error)
        now.set_data([COUNTS[k]], [error[k]])
        beyond = abs(ends[1] - float(f(np.array(OUTSIDE[1]))))
        return f"{COUNTS[k]} hinge{'s' * (COUNTS[k] > 1)}: error {error[k]:.2g} on [0, 1]; {beyond:.2g} at x = {OUTSIDE[1]}"

    return move


PLANS = {"evenly": lambda target, n: even_knots(n), "where it bends": bend_knots}


def approximation():
    """More and more hinges against a curve, and the error that is left."""
    return explore(
        _approximation,
        id="approximation",
        caption="More hinges bring the error on [0, 1] as low as you like if the target is continuous, quickly if it is smooth. "
        "At a jump the largest error never falls below half the jump, and outside the interval nothing is promised.",
        alt="On the left a thick wavy target and a thinner line of straight pieces that follows it inside a shaded interval and leaves it "
        "outside. On the right the largest error falls, but for one step up, as the number of hinges grows, both on logarithmic scales, with the present number marked.",
        size=(620, 320),
        panels={"ncols": 2, "width_ratios": (6, 4)},
        target=choice(*TARGETS, label="target"),
        hinges=slider(1, 41, len(COUNTS), start=9, label="hinges n", play=True),
        placed=choice(*PLANS, label="kinks placed"),
    )


TRIANGLE = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
TEMPERATURES = np.geomspace(0.05, 100, 25)


def _softmax_temperature(axes):
    logits, shares, triangle = axes
    rows = np.array([2.0, 1.0, 0.0])
    names = ["class 1", "class 2", "class 3"]
    for ax, xlim, ticks, text in (
        (logits, (-4.4, 4.4), [-3, 0, 3], "logits z"),
        (shares, (0, 1.28), [0.5, 1], "probabilities p"),
    ):
        ax.set(xlim=xlim, ylim=(-0.5, 2.5), xticks=ticks)
        label_axes(ax, "", text)
        ax.axvline(0, color=PALETTE["muted"], lw=1)
    logits.set_yticks(rows, names)
    shares.set_yticks(rows, ["", "", ""])
    zs = [logits.plot([], [], color=PALETTE["data"], lw=9, solid_capstyle="butt", gid=f"z{k}")[0] for k in range(3)]
    ps = [shares.plot([], [], color=PALETTE["model"], lw=9, solid_capstyle="butt", gid=f"p{k}")[0] for k in range(3)]
    texts = [shares.text(0, row, "", va="center_baseline", gid=f"share{k}") for k, row in enumerate(rows)]
    bare(triangle, (-0.22, 1.22), (-0.25, 1.12))
    triangle.plot(*np.vstack([TRIANGLE, TRIANGLE[:1]]).T, color=PALETTE["muted"], lw=1.2)
    for k, (corner, va) in enumerate(zip(TRIANGLE, ("top", "top", "bottom"), strict=True)):
        triangle.text(*(corner + (0, 0.06 if va == "bottom" else -0.06)), f"all on {k + 1}", ha="center", va=va)
    (path,) = triangle.plot([], [], color=PALETTE["model"], lw=1.5, ls=(0, (3, 2)), gid="path")
    (point,) = triangle.plot([], [], "o", ms=10, color=PALETTE["model"], gid="point")

    def move(*, z1, z2, temperature):
        z = np.array([z1, z2, 0.0])
        p = softmax(z, temperature)
        for k, row in enumerate(rows):
            zs[k].set_data([0, z[k]], [row, row])
            ps[k].set_data([0, p[k]], [row, row])
            texts[k].set_position((p[k] + 0.04, row))
            texts[k].set_text(number(p[k]))
        path.set_data(*(np.array([softmax(z, t) for t in TEMPERATURES]) @ TRIANGLE).T.round(3))
        point.set_data(*(p @ TRIANGLE)[:, None])
        return f"p = ({', '.join(map(probability, p))}) at T = {temperature:.3g}"

    return move


def softmax_temperature():
    """Three logits and a temperature, as probabilities and as a point in a triangle."""
    return explore(
        _softmax_temperature,
        id="softmax-temperature",
        caption="Temperature moves the probabilities along the dashed path between a tie of all and the largest logit alone (or a tie of the largest), and never changes their order. The third "
        "logit stays at 0: only differences count, so nothing is lost.",
        alt="Three panels: three logits as bars left and right of zero, the three probabilities as bars with their values, and a triangle whose "
        "corners stand for certainty about one class, with a point for the probabilities and a dashed path from the middle to a corner.",
        size=(620, 270),
        panels={"ncols": 3, "width_ratios": (4, 4, 5)},
        z1=slider(-4, 4, 9, start=2, label="logit z₁"),
        z2=slider(-4, 4, 9, start=1, label="logit z₂"),
        temperature=slider(0.125, 8, 7, start=1, log=True, label="temperature T", play=True),
    )


MOST_FOLDS = 6


def _folding(axes):
    curve, counts = axes
    curve.set(xlim=(0, 1), ylim=(-0.02, 1.02), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    label_axes(curve, "x", "output of the last fold")
    (before,) = curve.plot([], [], color=PALETTE["muted"], lw=1.5, ls=(0, (3, 2)), gid="before")
    (line,) = curve.plot([], [], color=PALETTE["model"], lw=2.2, gid="line")
    depths = np.arange(1, MOST_FOLDS + 1)
    counts.set(yscale="log", xlim=(0.5, MOST_FOLDS + 0.6), ylim=(1.5, 110), xticks=depths)
    counts.set_yticks([2, 4, 8, 16, 32, 64], ["2", "4", "8", "16", "32", "64"])
    counts.minorticks_off()
    label_axes(counts, "layers k, two ReLUs each", "straight pieces")
    counts.plot(depths, 2**depths, "-o", color=PALETTE["model"], ms=6)
    counts.plot(depths, 2 * depths + 1, "--s", color=PALETTE["data"], ms=6)
    counts.text(4.2, 27, "k layers: 2ᵏ", color=PALETTE["model"], ha="right")
    counts.text(6.5, 5.5, "one layer of 2k:", color=PALETTE["data"], ha="right")
    counts.text(6.5, 3.7, "at most 2k + 1", color=PALETTE["data"], ha="right")
    (ring,) = counts.plot([], [], "o", ms=15, mfc="none", mec=PALETTE["model"], mew=2, gid="ring")

    def move(*, layers, crease):
        line.set_data(*fold_points(layers, crease))
        before.set_data(*fold_points(layers - 1, crease))
        ring.set_data([layers], [2**layers])
        return f"{layers} layer{'s' * (layers > 1)}, {2 * layers} ReLUs: {2**layers} pieces; in one layer, at most {2 * layers + 1}"

    return move


def folding():
    """Folds composed: every layer doubles the number of straight pieces."""
    return explore(
        _folding,
        id="folding",
        caption="Each layer folds the interval once more, so whatever the layer before had drawn appears twice. Pieces multiply with depth; "
        "side by side in one layer they only add up.",
        alt="On the left a zigzag of sixteen straight pieces between 0 and 1, with the eight pieces of the layer before dashed behind it. On the right "
        "two rising rows of marks on a logarithmic scale: pieces of a deep network, doubling, and of a shallow one, growing slowly.",
        size=(620, 300),
        panels={"ncols": 2, "width_ratios": (6, 5)},
        layers=slider(1, MOST_FOLDS, MOST_FOLDS, start=4, label="layers k", play=True),
        crease=slider(0.2, 0.8, 7, start=0.5, label="crease at"),
        shadow=show("before", label="the layer before"),
    )


EXPLORERS = (
    xor_bending,
    activation_gallery,
    gradient_through_depth,
    three_hinges,
    approximation,
    softmax_temperature,
    folding,
)
