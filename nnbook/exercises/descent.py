"""Exercises of chapter 5, Gradient descent."""

import math

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code, Property
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]

# One step


def _step(x, y, a, b, eta):
    """L(x, y) = a x² + b y² + x y, a point and a learning rate."""
    theta, gradient = np.array([x, y]), np.array([2 * a * x + y, 2 * b * y + x])
    return {"x": x, "y": y, "a": a, "b": b, "eta": eta, "theta": theta, "gradient": gradient}


def _step_mistakes(g):
    own = np.array([2 * g["a"] * g["x"], 2 * g["b"] * g["y"]])
    halved = g["gradient"] - own / 2
    length = float(np.linalg.norm(g["gradient"]))
    wrong = {
        "uphill": g["theta"] + g["eta"] * g["gradient"],
        "no-rate": g["theta"] - g["gradient"],
        "step-only": -g["eta"] * g["gradient"],
        "mixed-term": g["theta"] - g["eta"] * own,
        "factor-two": g["theta"] - g["eta"] * halved,
        "unit-length": g["theta"] - g["eta"] * g["gradient"] / length if length else g["theta"],
        "sign-only": g["theta"] - g["eta"] * np.sign(g["gradient"]),
    }
    return {"right": g["theta"] - g["eta"] * g["gradient"], **wrong}


def _draw_step(rng):
    while True:
        x, y = (float(n) for n in rng.choice([-3, -2, -1, 1, 2, 3], 2))
        given = _step(x, y, int(rng.integers(2, 5)), int(rng.integers(2, 5)), float(rng.choice([0.1, 0.05, 0.2])))
        answers = list(_step_mistakes(given).values())
        gaps = [np.abs(p - q).max() for i, p in enumerate(answers) for q in answers[:i]]
        if min(gaps) > 0.02:
            return given


one_step = Exercise(
    id="descent.one-step",
    title="One step by hand",
    statement=(
        "The loss is $L(x, y) = [[a]]x^2 + [[b]]y^2 + x y$. Take one step of gradient descent from"
        " $([[x:g]], [[y:g]])$ with $\\eta = [[eta:g]]$. Where do you arrive?"
    ),
    kind=Numeric(
        value=lambda g: _step_mistakes(g)["right"],
        atol=0.003,
        label="new point",
        mistakes=(
            Mistake("uphill", lambda g: _step_mistakes(g)["uphill"], "You went up: look at the sign of the step."),
            Mistake(
                "no-rate",
                lambda g: _step_mistakes(g)["no-rate"],
                "You subtracted the whole gradient; where is the learning rate?",
            ),
            Mistake(
                "step-only",
                lambda g: _step_mistakes(g)["step-only"],
                "That is the step. The question is where it leads from the point you stand on.",
            ),
            Mistake(
                "mixed-term",
                lambda g: _step_mistakes(g)["mixed-term"],
                "The term xy depends on both variables, so it appears in both partial derivatives.",
            ),
            Mistake(
                "factor-two",
                lambda g: _step_mistakes(g)["factor-two"],
                "Look again at the derivative of a square.",
            ),
            Mistake(
                "unit-length",
                lambda g: _step_mistakes(g)["unit-length"],
                "You made the gradient a unit vector. Its length belongs to the step.",
            ),
            Mistake(
                "sign-only",
                lambda g: _step_mistakes(g)["sign-only"],
                "You kept only the signs of the gradient. That is sign descent.",
            ),
        ),
    ),
    hints=(
        "Two partial derivatives, at the point given; the mixed term xy counts in both.",
        "Multiply the gradient by η and subtract it from the point, coordinate by coordinate.",
    ),
    worked="$\\nabla L = (2 \\cdot [[a]]\\,x + y,\\; 2 \\cdot [[b]]\\,y + x)$ at the point, and $\\theta - \\eta \\nabla L$ is",
    takeaway="The step is η times the gradient, so it is long where the loss is steep.",
    points=2,
    minutes=4,
    book=_step(1.0, 2.0, 2, 3, 0.1),
    draw=_draw_step,
)

# The limit


def _limit(p, q, r):
    """L = ½ (p x² + 2 q x y + r y²): the Hessian has rows (p, q) and (q, r)."""
    low, high = (float(h) for h in np.linalg.eigvalsh(np.array([[p, q], [q, r]], dtype=float)))
    return {"p": p, "q": q, "r": r, "low": low, "high": high, "cross": -2 * q}


def _limit_answers(g):
    return {
        "right": 2 / g["high"],
        "one-over": 1 / g["high"],
        "smallest": 2 / g["low"],
        "best": 2 / (g["low"] + g["high"]),
        "diagonal": 2 / max(g["p"], g["r"]),
    }


def _draw_limit(rng):
    # Each Hessian has whole eigenvalues: from (1, 2) and (2, −1) as principal directions.
    while True:
        low, high = sorted(int(n) for n in rng.choice(np.arange(1, 21), 2, replace=False))
        if (high - low) % 5:
            low, high = 5 * low, 5 * high
        given = _limit((low + 4 * high) // 5, 2 * (low - high) // 5, (4 * low + high) // 5)
        answers = list(_limit_answers(given).values())
        if min(abs(a - b) for i, a in enumerate(answers) for b in answers[:i]) > 0.004:
            return given


largest_rate = Exercise(
    id="descent.largest-rate",
    title="The largest stable learning rate",
    statement=(
        "The loss is $L(x, y) = \\tfrac{1}{2}\\,([[p]]x^2 - [[cross]]x y + [[r]]y^2)$. Below which"
        " learning rate does gradient descent converge from every start?"
    ),
    kind=Numeric(
        value=lambda g: _limit_answers(g)["right"],
        rtol=0.005,
        atol=0.0005,
        label="η",
        mistakes=(
            Mistake(
                "one-over",
                lambda g: _limit_answers(g)["one-over"],
                "With that rate the steepest direction arrives in one step. How much further may it jump?",
            ),
            Mistake(
                "smallest",
                lambda g: _limit_answers(g)["smallest"],
                "That would suit the flattest direction. Which direction diverges first?",
            ),
            Mistake(
                "best",
                lambda g: _limit_answers(g)["best"],
                "That is the fastest rate, where both directions shrink equally. The limit lies above it.",
            ),
            Mistake(
                "diagonal",
                lambda g: _limit_answers(g)["diagonal"],
                "The entries on the diagonal are curvatures along the axes; some direction between them is steeper.",
            ),
        ),
    ),
    hints=(
        "Write the second derivatives as a 2 × 2 matrix. Its eigenvalues are the curvatures.",
        "In a direction of curvature h each step multiplies the error by 1 − ηh. When is that smaller than 1 in size?",
    ),
    worked=(
        "The Hessian $\\begin{pmatrix} [[p]] & [[q]] \\\\ [[q]] & [[r]] \\end{pmatrix}$ has the eigenvalues [[low:g]]"
        " and [[high:g]]. The largest decides: $\\eta < 2 / [[high:g]]$."
    ),
    takeaway="The steepest direction alone sets the limit, even if hardly any of the error lies along it.",
    points=3,
    minutes=6,
    book=_limit(9, -2, 6),
    draw=_draw_limit,
)

# How many steps


def _steps(low, high, digits):
    kappa = high / low
    rate = (kappa - 1) / (kappa + 1)
    needed = digits * math.log(10) / -math.log(rate)
    return {"low": low, "high": high, "digits": digits, "kappa": kappa, "rate": rate, "steps": math.ceil(needed)}


def _steps_answers(g):
    tail = g["digits"] * math.log(10)
    return {
        "right": g["steps"],
        "loss": math.ceil(tail / (-2 * math.log(g["rate"]))),
        "natural": math.ceil(g["digits"] / -math.log(g["rate"])),
        "half-rate": math.ceil(tail / -math.log(1 - 1 / g["kappa"])),
        "kappa": g["kappa"],
    }


def _draw_steps(rng):
    while True:
        low = float(rng.choice([0.1, 0.2, 0.5, 1.0]))
        given = _steps(low, low * float(rng.choice([20, 30, 50, 80, 120, 200])), int(rng.integers(2, 7)))
        answers = list(_steps_answers(given).values())
        close = any(abs(a - b) <= 0.03 * max(a, b) + 3 for i, a in enumerate(answers) for b in answers[:i])
        if not close:
            return given


steps_needed = Exercise(
    id="descent.steps-needed",
    title="The price of a condition number",
    statement=(
        "The curvatures of a quadratic loss lie between $h_\\text{min} = [[low:g]]$ and $h_\\text{max} = [[high:g]]$, both"
        " of them included. With the best fixed learning rate, after how many steps is the distance from the minimum"
        " certain to be at most $10^{-[[digits]]}$ of what it was?"
    ),
    kind=Numeric(
        value=lambda g: g["steps"],
        label="steps",
        mistakes=(
            Mistake(
                "rounded-down",
                lambda g: g["steps"] - 1,
                "After so many steps the goal is not quite reached yet.",
            ),
            Mistake(
                "loss",
                lambda g: _steps_answers(g)["loss"],
                "So many are enough for the loss, which shrinks with ρ². The question is about the distance.",
            ),
            Mistake(
                "natural",
                lambda g: _steps_answers(g)["natural"],
                "The exponent belongs to 10, and your logarithm to e: one factor is missing.",
            ),
            Mistake(
                "half-rate",
                lambda g: _steps_answers(g)["half-rate"],
                "That is the rate of η = 1/h_max. A somewhat larger η is better.",
            ),
            Mistake("kappa", lambda g: g["kappa"], "That is the condition number; how does a rate follow from it?"),
        ),
    ),
    hints=(
        "κ = h_max/h_min, and with the best η the distance shrinks by ρ = (κ − 1)/(κ + 1) a step.",
        "Solve ρᵏ = 10 to the power −[[digits]] for k, and round up.",
    ),
    worked=(
        "$\\kappa = [[kappa:g]]$, $\\rho = [[rate:.5f]]$, and $k \\ge [[digits]] \\ln 10 / (-\\ln \\rho)$."
        " For large κ this is nearly $\\tfrac{\\kappa}{2}\\,[[digits]] \\ln 10$."
    ),
    takeaway="The count grows in proportion to κ, and only with the logarithm of the accuracy.",
    points=3,
    minutes=6,
    book=_steps(0.5, 50.0, 3),
    draw=_draw_steps,
)

# A saddle


def _saddle(offset, eta, h, goal):
    growth = 1 + eta * h
    needed = math.log(goal / offset) / math.log(growth)
    tex = f"10^{{{round(math.log10(offset))}}}"
    return {
        "offset": offset, "offset_tex": tex, "eta": eta, "h": h, "goal": goal, "steps": math.ceil(needed), "growth": growth
    }  # fmt: skip


def _saddle_answers(g):
    ratio = math.log(g["goal"] / g["offset"])
    return {
        "right": g["steps"],
        "linear": math.ceil((g["goal"] - g["offset"]) / (g["eta"] * g["h"] * g["offset"])),
        "shrinks": math.ceil(ratio / -math.log(1 - g["eta"] * g["h"])),
        "log-ten": math.ceil(math.log10(g["goal"] / g["offset"]) / math.log(g["growth"])),
        "no-curvature": math.ceil(ratio / math.log(1 + g["eta"])),
    }


def _draw_saddle(rng):
    while True:
        given = _saddle(
            10.0 ** -int(rng.integers(2, 9)),
            float(rng.choice([0.05, 0.1, 0.2])),
            float(rng.choice([0.5, 2.0, 3.0])),
            float(rng.choice([0.5, 1.0])),
        )
        answers = list(_saddle_answers(given).values())
        if not any(abs(a - b) <= 0.03 * max(a, b) + 3 for i, a in enumerate(answers) for b in answers[:i]):
            return given


escape_saddle = Exercise(
    id="descent.escape-saddle",
    title="Leaving a saddle",
    statement=(
        "Near a saddle the loss is $L(x, y) = x^2 - \\tfrac{1}{2} \\cdot [[h:g]]\\,y^2$. You start at $x = 0$,"
        " $y = [[offset_tex]]$ with $\\eta = [[eta:g]]$. After how many steps is $|y|$ at least [[goal:g]] for the first time?"
    ),
    kind=Numeric(
        value=lambda g: g["steps"],
        label="steps",
        mistakes=(
            Mistake(
                "rounded-down",
                lambda g: g["steps"] - 1,
                "After so many steps the goal is not quite reached yet.",
            ),
            Mistake(
                "linear",
                lambda g: _saddle_answers(g)["linear"],
                "You took the first step again and again. The slope grows with y, and so do the steps.",
            ),
            Mistake(
                "shrinks",
                lambda g: _saddle_answers(g)["shrinks"],
                "You used 1 − ηh. What is the sign of the curvature along y?",
            ),
            Mistake(
                "log-ten",
                lambda g: _saddle_answers(g)["log-ten"],
                "Two different logarithms have met: use the same in numerator and denominator.",
            ),
            Mistake(
                "no-curvature",
                lambda g: _saddle_answers(g)["no-curvature"],
                "The growth of y depends on the curvature along y as well.",
            ),
        ),
    ),
    hints=(
        "Write down one step for y alone: y ← y − η ∂L/∂y. By which factor does y change?",
        "A factor that is the same at every step: after k steps it has been applied k times.",
    ),
    worked="$y \\leftarrow (1 + \\eta h)\\,y = [[growth:g]]\\,y$, so $k \\ge \\ln([[goal:g]] / [[offset_tex]]) / \\ln [[growth:g]]$.",
    takeaway="Starting ten times closer costs a fixed number of further steps: a saddle delays, and only a start exactly on the line that leads into it is held.",
    points=3,
    minutes=6,
    book=_saddle(0.001, 0.1, 2.0, 1.0),
    draw=_draw_saddle,
)

# Code


def gradient_descent(gradient, theta, learning_rate, steps):
    """All positions from the start on, shape (steps + 1, n)."""
    path = [np.array(theta, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


def bowl_gradient(theta):
    """∇(x² + y²)."""
    return 2 * np.asarray(theta, dtype=float)


def ravine_gradient(theta):
    """∇(½ x² + 4 y²)."""
    return np.array([1.0, 8.0]) * theta


def banana_gradient(theta):
    """The gradient of (1 − x)² + 100 (y − x²)²."""
    x, y = theta
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def _descent_cases(given, rng):
    cases = [(bowl_gradient, 0.2, 5), (ravine_gradient, 0.11, 7), (banana_gradient, 0.001, 4), (bowl_gradient, 0.45, 3)]
    return [
        {"gradient": gradient, "theta": rng.uniform(0.4, 1.2, 2).round(2), "learning_rate": rate, "steps": steps}
        for gradient, rate, steps in cases
    ]


def _uphill(gradient, theta, learning_rate, steps):
    return gradient_descent(lambda t: -gradient(t), theta, learning_rate, steps)


def _stale(gradient, theta, learning_rate, steps):
    slope = gradient(np.array(theta, dtype=float))
    return gradient_descent(lambda t: slope, theta, learning_rate, steps)


def _sign(gradient, theta, learning_rate, steps):
    return gradient_descent(lambda t: np.sign(gradient(t)), theta, learning_rate, steps)


def _one_at_a_time(gradient, theta, learning_rate, steps):
    path = [np.array(theta, dtype=float)]
    for _ in range(steps):
        here = path[-1].copy()
        for i in range(len(here)):
            here[i] -= learning_rate * gradient(here)[i]
        path.append(here)
    return np.array(path)


def _unit(gradient, theta, learning_rate, steps):
    return gradient_descent(lambda t: gradient(t) / np.linalg.norm(gradient(t)), theta, learning_rate, steps)


def _same_array(gradient, theta, learning_rate, steps):
    path = gradient_descent(gradient, theta, learning_rate, steps)
    return np.array([path[-1]] * len(path))


write_descent = Exercise(
    id="descent.gradient-descent",
    title="Write gradient descent",
    statement=(
        "Write `gradient_descent(gradient, theta, learning_rate, steps)`. `gradient` is a function of the position, `theta`"
        " the start, an array of n numbers, which must not be changed. Return every position from the start to the"
        " last, as an array of shape (steps + 1, n)."
    ),
    kind=Code(
        reference=gradient_descent,
        cases=_descent_cases,
        mistakes=(
            Mistake("uphill", _uphill, "The path climbs: look at the sign of the step."),
            Mistake("stale", _stale, "Every step uses the gradient of the start; ask for it anew wherever you stand."),
            Mistake("sign", _sign, "All steps have the same size; the gradient's own size belongs to them."),
            Mistake("unit", _unit, "Every step has the same length; the gradient's length belongs to it."),
            Mistake(
                "one-at-a-time",
                _one_at_a_time,
                "The second coordinate saw the first one already moved. One gradient, at one point, moves all of them.",
            ),
            Mistake(
                "start-lost",
                lambda gradient, theta, learning_rate, steps: gradient_descent(gradient, theta, learning_rate, steps)[
                    1:
                ],
                "The start belongs to the path: steps + 1 positions.",
            ),
            Mistake(
                "last-only",
                lambda gradient, theta, learning_rate, steps: gradient_descent(gradient, theta, learning_rate, steps)[
                    -1
                ],
                "That is where it ends. Return the whole path.",
            ),
            Mistake(
                "same-array",
                _same_array,
                "All rows are the same array, changed in place after it was stored. Store a copy, or make a new array.",
            ),
        ),
        properties=(
            Property(
                "starts-at-theta",
                lambda case, path: np.allclose(path[0], case["theta"]),
                "The first row must be the start.",
            ),
        ),
    ),
    hints=(
        "Keep a list with the start in it. At each step compute a new position from the last one in the list.",
        "`position = position - learning_rate * gradient(position)` makes a new array; `-=` would change the old one.",
    ),
    worked="The whole algorithm is one line in a loop.",
    takeaway="Six lines, and the same ones train a network: only the function `gradient` is longer there.",
    points=3,
    minutes=8,
)

# Words

read_curves = Exercise(
    id="descent.read-curves",
    title="Read four learning curves",
    statement=(
        "The four panels above show one network trained four times from the same start, with full-batch gradient"
        " descent. The validation loss is not shown. Which of these readings are right?"
    ),
    kind=Choice(
        several=True,
        options=(
            Option(
                "a-too-small",
                "A: η is too small. The loss is still falling at the end, evenly and slowly.",
                True,
                "A straight, gentle slope says that every step helps and none helps much.",
            ),
            Option(
                "a-converged",
                "A: descent has arrived at a minimum with a high loss.",
                False,
                "At a minimum the curve would be level; look whether it still falls at the end.",
            ),
            Option(
                "b-too-large",
                "B: η is too large. The loss rises far above its start and never settles.",
                True,
                "A full gradient has no noise, so these jumps are steps across the valley.",
            ),
            Option(
                "b-noise",
                "B: the jumps come from the random choice of examples.",
                False,
                "Full-batch descent uses all the examples at every step; what else makes a step go up?",
            ),
            Option(
                "c-best",
                "C: of the four, the rate to keep. One could try a somewhat larger one next.",
                True,
                "It reaches the lowest loss, rests on a plateau on the way, and goes on falling.",
            ),
            Option(
                "c-stop-early",
                "C: training should have been stopped at step 50, since the loss no longer fell.",
                False,
                "See what the curve does after the level stretch: a plateau need not be the end.",
            ),
            Option(
                "d-frozen",
                "D: the curve fits a learning rate that was lowered too fast, so that the steps shrank to nothing.",
                True,
                "It begins like a good curve, then stays level where another run finds far lower losses.",
            ),
            Option(
                "d-lowest",
                "D: the level end proves that the lowest loss of this network is reached.",
                False,
                "Compare the height at which it is level with the end of C.",
            ),
        ),
    ),
    hints=(
        "What does a curve do when steps are too short, and what when they are too long?",
        "A curve can be level because the slope is zero, or because the steps are.",
    ),
    worked="Compare slopes at the end, and heights between the panels:",
    takeaway="A level curve can have several causes, among them a minimum, a plateau, and steps that have become too small.",
    points=4,
    minutes=5,
)

global_minimum = Exercise(
    id="descent.global-minimum",
    title="Why not go straight to the lowest point?",
    statement=(
        "Gradient descent ends wherever the slope has led it. Why don't we look for the global minimum of a network's loss"
        " instead? Say what decides where descent ends, and why people train networks this way in spite of that."
    ),
    kind=Explain(
        rubric=(
            "Says that a search of the whole space is out of reach: the number of points of a grid is exponential in the"
            " number of parameters.",
            "Says that the gradient is local: it knows the slope here, and nothing of other valleys.",
            "Names what decides the end: the start, the learning rate, and the loss surface with its basins.",
            "Says that points with a low enough loss are enough in practice, and that in large networks they are found"
            " from most starts (which is experience, with partial theory, and no guarantee).",
        ),
        model=(
            "To be sure of the global minimum one would have to know the loss everywhere. A grid with ten values for each"
            " of 13,002 parameters has $10^{13002}$ points, and no method is known that is much better on losses without special"
            " structure. The gradient is cheap, and it tells one thing: which way is down from here. It says nothing about other"
            " valleys, so descent ends in the basin to which its start and its learning rate have brought it. That is"
            " accepted because the aim is a low loss on new data, and a point need not be the lowest of all for that. In large"
            " networks many starts end at similar, low losses; that is an observation with theory for special cases, and"
            " small networks, such as one with two hidden units on XOR, do get stuck."
        ),
    ),
    hints=(
        "How many points has a grid with ten values for each parameter?",
        "What does a gradient know about the landscape beyond the next hill?",
    ),
    worked="Compare your reasons with these:",
    points=4,
    minutes=7,
)

too_large_too_small = Exercise(
    id="descent.choose-rate",
    title="Choose a learning rate",
    statement=(
        "A friend trains a network with full-batch gradient descent at $\\eta = 0.5$. The loss goes 2.3, 2.9, 7.1, 40 and then"
        " NaN. “The gradient must have the wrong sign,” says the friend. Give another explanation and say which one is more likely. Then"
        " describe, step by step, how you would find a learning rate for this network, and which curves you would look at."
    ),
    kind=Explain(
        rubric=(
            "Explains the growth by overshooting: η above 2/h in some direction makes each step longer than the last.",
            "Proposes a test that tells the two apart: take a tiny η; with a right gradient the loss must then fall (or"
            " compare with finite differences).",
            "Tries rates on a logarithmic scale, such as factors of 3 or 10, with short runs from the same start.",
            "Compares learning curves and takes a rate somewhat below the largest one that stays calm.",
        ),
        model=(
            "A rate that is too large does this without any bug: where the curvature is above $2/\\eta = 4$, each step lands"
            " higher up on the other side, the slope there is steeper, and the next step is longer still. A wrong sign would climb"
            " too, so test it: with $\\eta = 10^{-5}$ the loss must fall by about $\\eta\\|\\nabla L\\|^2$ in one step if the gradient is right,"
            " and it rises if the sign is wrong; `gradcheck` settles the rest. To find a rate I start all runs from the same weights, take"
            " $\\eta = 10^{-4}, 10^{-3}, \\dots, 10$ for some tens of steps each, and plot the loss over the steps for every rate and the"
            " last loss over the rate. Too small shows as a straight crawl, too large as jumps above the start. I refine by factors of"
            " about 3 around the best and keep a rate a factor of two or three below the edge. Then I run long, look at training and validation"
            " loss together, and lower the rate when the curve levels off."
        ),
    ),
    hints=(
        "For which learning rates does even a correct gradient make the loss grow?",
        "How does the loss change in one very short step, if the gradient is right?",
    ),
    worked="Compare with this answer; other grids and budgets are as good.",
    points=4,
    minutes=8,
)

EXERCISES = (
    one_step,
    largest_rate,
    write_descent,
    steps_needed,
    read_curves,
    escape_saddle,
    global_minimum,
    too_large_too_small,
)
