"""Exercises that an instructor keeps back: `nnbook assign 5 --extra examples/held-back …` adds them to a chapter's.

They are written as the book's own are. The name of this file is the first part of every id. What a student
gets are the statements and names; what grading sends to a student's process are the arguments of the cases.
"""

import numpy as np

from nnbook.exercises import Choice, Code, Exercise, Explain, Mistake, Numeric, Option

__all__ = ["EXERCISES"]


def _start(theta, slope, curvature, learning_rate):
    """One step on L(θ) = slope θ + curvature θ²/2."""
    gradient = slope + curvature * theta
    numbers = {"theta": theta, "slope": slope, "curvature": curvature, "learning_rate": learning_rate}
    return {**numbers, "gradient": gradient, "step": -learning_rate * gradient}


def _draw_start(rng):
    # An odd slope and even products keep the gradient away from 0, so that no two answers fall together.
    return _start(*map(float, (rng.choice([-4, -2, 2, 4]), rng.choice([1, 3, 5]), rng.choice([2, 4]), 0.1)))


one_step = Exercise(
    id="midterm.one-step",
    title="One step on a parabola",
    statement=(
        "Gradient descent with $\\eta = [[learning_rate:g]]$ stands at $\\theta = [[theta:g]]$ on "
        "$L(\\theta) = [[slope:g]]\\,\\theta + \\tfrac12 \\cdot [[curvature:g]]\\,\\theta^2$. "
        "Give the gradient there, and $\\theta$ after one step."
    ),
    kind=Numeric(
        value=lambda g: {"gradient": g["gradient"], "new theta": g["theta"] + g["step"]},
        atol=1e-6,
        mistakes=(
            Mistake("uphill", lambda g: {"new theta": g["theta"] - g["step"]}, "The step goes up; look at its sign."),
            Mistake("only-the-step", lambda g: {"new theta": g["step"]}, "That is the step; where does it start?"),
        ),
    ),
    hints=("Differentiate first; then the step is against the gradient.",),
    worked=(
        "The gradient is $[[slope:g]] + [[curvature:g]] \\cdot [[theta:g]] = [[gradient:g]]$, the step $[[step:g]]$."
    ),
    points=2,
    minutes=4,
    book=_start(2.0, 1.0, 2.0, 0.1),
    draw=_draw_start,
)


def clipped_step(gradient, learning_rate, longest):
    """The step of gradient descent, shortened to a longest length."""
    step = -learning_rate * gradient
    length = np.linalg.norm(step)
    return step if length <= longest else step * longest / length


clipping = Exercise(
    id="midterm.clipping",
    title="A step that is never too long",
    statement=(
        "Write `clipped_step(gradient, learning_rate, longest)`: the step $-\\eta \\nabla L$ of gradient descent, but "
        "no longer than `longest`; a step that would be longer keeps its direction."
    ),
    kind=Code(
        reference=clipped_step,
        cases=lambda given, rng: [
            {"gradient": rng.normal(size=n).round(2), "learning_rate": 0.5, "longest": longest}
            for n, longest in ((2, 0.01), (3, 100.0), (5, 0.2))
        ],
        mistakes=(
            Mistake(
                "each-entry",
                lambda gradient, learning_rate, longest: np.clip(-learning_rate * gradient, -longest, longest),
                "You shortened each entry on its own, which changes the direction.",
            ),
        ),
    ),
    hints=("The length of a vector is np.linalg.norm.",),
    worked="Only the length changes, so the whole vector is multiplied by one number.",
    points=3,
    minutes=8,
)

why_not_zero = Exercise(
    id="midterm.no-descent",
    title="A step that goes up",
    statement="The loss rose in a step of gradient descent, computed from the full gradient. What follows?",
    kind=Choice(
        options=(
            Option("too-large", "The step was too long for the curvature there.", True, "Shorter steps go down."),
            Option("bug", "The gradient must be wrong.", False, "A right gradient does this too: think of a parabola."),
            Option("saddle", "It was near a saddle.", False, "Near a saddle a short step still goes down."),
        )
    ),
    hints=("Draw a parabola and a very long step.",),
    worked="The gradient speaks of the near neighborhood only.",
    points=1,
    minutes=2,
)

compare = Exercise(
    id="midterm.compare",
    title="Two learning curves",
    statement=(
        "Two runs differ in $\\eta$ only: one loss falls slowly and smoothly, the other quickly at first and then "
        "jumps up and down. Say which is which, why, and what you would try next."
    ),
    kind=Explain(
        rubric=(
            "The slow one has the smaller learning rate: it takes the same path in shorter steps.",
            "The jumping one is too large for the steepest direction: it overshoots there.",
            "Proposes something between, or a rate that decays.",
        ),
        model=(
            "The smooth run has the smaller rate. The other one overshoots along the direction of largest curvature, "
            "where its rate is near the limit of stability. I would try a rate between the two, or let the large one"
            " decay."
        ),
    ),
    hints=("What limits the rate on a quadratic?",),
    worked="Compare your sentences with these.",
    points=3,
    minutes=6,
)

EXERCISES = (one_step, clipping, why_not_zero, compare)
