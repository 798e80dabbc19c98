"""Exercises of chapter 7, Momentum and Adam."""

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code, Property
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]

# Words

why_momentum = Exercise(
    id="momentum.why-it-helps",
    title="What momentum does in a ravine",
    statement=(
        "On a long, narrow quadratic valley momentum needs about √κ steps where gradient descent needs about κ. Explain to someone who "
        "knows gradient descent why: what happens to the velocity across the valley, what along it, and why that lets you choose a "
        "setting that gradient descent cannot have. Say also what it costs."
    ),
    kind=Explain(
        rubric=(
            "Says that the velocity is a weighted sum of past gradients, older ones counting less.",
            "Across the valley gradients change sign from step to step, so in the sum they largely cancel.",
            "Along the valley they agree, so they add up, to as much as 1/(1 − μ) times one gradient.",
            (
                "Gradient descent must choose η for the steepest direction, and the flattest then crawls; momentum widens the stable range"
                " and lets the flat direction move faster at the same η."
            ),
            "Names a cost: one more number per parameter, a second setting to choose, or overshooting when μ is too large.",
        ),
        model=(
            "The velocity $u$ is a sum of all past gradients in which one that is $k$ steps old counts $\\mu^k$. Across the valley the path jumps"
            " from wall to wall, so the gradient changes its sign, and neighbors in the sum cancel. Along the valley the gradient is small but always"
            " points the same way, so the sum grows to almost $1/(1-\\mu)$ times a single gradient. Gradient descent has one knob: η must stay below"
            " $2/h_\\text{max}$ because of the steep walls, and with it the flat floor is covered at a rate of only $1 - \\eta h_\\text{min}$. With"
            " momentum the walls stay stable up to $2(1+\\mu)/h_\\text{max}$ and the floor is covered several times faster, so the best rate improves from"
            " $(\\kappa-1)/(\\kappa+1)$ to $(\\sqrt\\kappa-1)/(\\sqrt\\kappa+1)$. The price is a vector as large as the parameters, one more number to"
            " choose, and overshooting: with μ close to 1 the path runs past the minimum and swings."
        ),
    ),
    hints=(
        "Write the velocity after three steps in terms of the gradients $g_1, g_2, g_3$. Now let them alternate in sign; now let them be equal.",
        "Which direction decides how large η may be, and which one decides how long it takes?",
    ),
    worked="Compare with this answer; yours need not have its formulas, but it should have its steps.",
    points=5,
    minutes=8,
)

choose = Exercise(
    id="momentum.choose-a-rule",
    title="Which rule, and why?",
    statement=(
        "A colleague says: “Adam is the best optimizer, so I never tune anything.” Write a short reply: one thing that is right about it, "
        "one thing that is wrong, and what you would do for a new task, in which order."
    ),
    kind=Explain(
        rubric=(
            "Right: Adam works acceptably over a wide range of learning rates and of differently scaled parameters, so it is a sensible first try.",
            "Wrong: no rule is best on every task; with tuned rates, momentum is often as good or better, and Adam too gains from tuning.",
            "Names the learning rate as the setting to tune first, over factors of about 3 rather than small percentages.",
            "Mentions a schedule (decay, possibly warm-up) as the next step, or AdamW when weights are to decay.",
            "Compares by validation results over several seeds with equal tuning effort, not by a single run.",
        ),
        model=(
            "What is right: Adam divides each coordinate by its own typical size, so one learning rate around 0.001 does something sensible on many"
            " tasks, and that makes it a good first try. What is wrong: “best” depends on the task. In comparisons with equal tuning momentum often ends"
            " level with Adam, sometimes better, and Adam at a badly chosen rate loses against anything tuned. For a new task I would start with AdamW at"
            " its default, then try the learning rate at a third and at three times its value until the best one lies inside the range, then add a"
            " decaying schedule, with a short warm-up if the beginning is unstable, and then try momentum with the same effort. I would decide by the"
            " validation loss over several seeds."
        ),
    ),
    hints=(
        "What does Adam do for you that you would otherwise do by hand? And what does it not do?",
        "How would you make the comparison fair: how many settings for each rule, how many seeds, judged by what?",
    ),
    worked="There is no single right reply; this one names what a good reply needs.",
    points=5,
    minutes=8,
)

# Numbers


def _terminal(mu, eta, g):
    return {"mu": float(mu), "eta": float(eta), "g": float(g), "factor": 1 / (1 - float(mu))}


terminal_velocity = Exercise(
    id="momentum.terminal-velocity",
    title="How fast can it get?",
    statement=(
        "The gradient of one parameter is [[g:g]] in every step. With $u \\leftarrow \\mu u + g$, $\\theta \\leftarrow \\theta - \\eta u$,"
        " $\\mu = [[mu:g]]$ and $\\eta = [[eta:g]]$: toward which value does the velocity $u$ tend, and how long is a step $|\\eta u|$ then?"
    ),
    kind=Numeric(
        value=lambda g: {"velocity": g["g"] * g["factor"], "step": g["eta"] * g["g"] * g["factor"]},
        rtol=1e-3,
        mistakes=(
            Mistake(
                "no-accumulation",
                lambda g: {"velocity": g["g"], "step": g["eta"] * g["g"]},
                "That is the averaging form, or no momentum at all; here the gradients are summed.",
            ),
            Mistake(
                "one-over-mu",
                lambda g: {"velocity": g["g"] / g["mu"], "step": g["eta"] * g["g"] / g["mu"]},
                "Once it has settled, u is the same before and after a step: write that as an equation.",
            ),
            Mistake(
                "two-steps",
                lambda g: {"velocity": g["g"] * (1 + g["mu"]), "step": g["eta"] * g["g"] * (1 + g["mu"])},
                "That is the velocity after two steps; it keeps growing.",
            ),
        ),
    ),
    hints=(
        "Write down u after one, two, three steps and look for the pattern.",
        "A velocity that no longer changes satisfies u = μu + g.",
    ),
    worked="$u = \\mu u + g$ gives $u = g / (1 - \\mu)$, so the factor is $1/(1-[[mu:g]]) = [[factor:.4g]]$.",
    takeaway="Under a steady gradient the steps grow [[factor:.4g]] times as long.",
    points=2,
    minutes=3,
    book=_terminal(0.9, 0.01, 3.0),
    draw=lambda rng: _terminal(
        rng.choice([0.6, 0.75, 0.8, 0.9, 0.95, 0.99]), rng.choice([0.01, 0.02, 0.05]), rng.integers(2, 9)
    ),
)


def _forms(mu, eta):
    return {"mu": float(mu), "eta": float(eta)}


convert = Exercise(
    id="momentum.convert-the-rate",
    title="Two forms, one path",
    statement=(
        "A paper trains with the averaging form, $u \\leftarrow \\mu u + (1 - \\mu)\\,g$, $\\theta \\leftarrow \\theta - \\eta u$, at"
        " $\\mu = [[mu:g]]$ and $\\eta = [[eta:g]]$. Your library sums instead: $u \\leftarrow \\mu u + g$. Which learning rate gives the same path?"
    ),
    kind=Numeric(
        value=lambda g: g["eta"] * (1 - g["mu"]),
        rtol=1e-3,
        label="learning rate",
        mistakes=(
            Mistake(
                "other-way",
                lambda g: g["eta"] / (1 - g["mu"]),
                "Check the direction: which of the two forms has the larger velocity?",
            ),
            Mistake("unchanged", lambda g: g["eta"], "The two velocities differ by a factor, so the rates must too."),
            Mistake("times-mu", lambda g: g["eta"] * g["mu"], "Compare the factors in front of g in the two forms."),
        ),
    ),
    hints=(
        "Let both start from u = 0 and write down the first step of each.",
        "The velocity of the averaging form is (1 − μ) times that of the other, at every step.",
    ),
    worked="The averaging velocity is $(1-\\mu)$ times the summed one, so the summing form needs $\\eta (1-\\mu)$.",
    takeaway="A learning rate means nothing until you know the form it belongs to.",
    points=2,
    minutes=3,
    book=_forms(0.9, 0.1),
    draw=lambda rng: _forms(rng.choice([0.6, 0.7, 0.8, 0.9, 0.95, 0.98]), rng.integers(1, 31) / 50),
)


def _first_step(eta, g):
    return {"eta": float(eta), "g": float(g)}


adam_first = Exercise(
    id="momentum.adam-first-step",
    title="Adam's first step",
    statement=(
        "Adam starts with $\\eta = [[eta:g]]$, $\\beta_1 = 0.9$, $\\beta_2 = 0.999$ and a negligible ε. The first gradient of a"
        " parameter is $g = [[g:g]]$. By how much does the parameter change (with its sign)?"
    ),
    kind=Numeric(
        value=lambda g: -g["eta"] * np.sign(g["g"]),
        rtol=1e-3,
        label="change",
        mistakes=(
            Mistake(
                "gradient-descent",
                lambda g: -g["eta"] * g["g"],
                "That is gradient descent; here the gradient is divided by the root of its own square.",
            ),
            Mistake("sign", lambda g: g["eta"] * np.sign(g["g"]), "The size is right; Adam too goes downhill."),
            Mistake(
                "no-correction",
                lambda g: -g["eta"] * np.sign(g["g"]) * 0.1 / np.sqrt(0.001),
                "Both running means start from zero, and that is corrected before they are divided.",
            ),
            Mistake(
                "only-m-corrected",
                lambda g: -g["eta"] * np.sign(g["g"]) / np.sqrt(0.001),
                "You corrected m; v starts from zero as well.",
            ),
            Mistake(
                "only-v-corrected",
                lambda g: -g["eta"] * np.sign(g["g"]) * 0.1,
                "You corrected v; m starts from zero as well.",
            ),
            Mistake(
                "root-forgotten",
                lambda g: -g["eta"] / g["g"],
                "m̂ is divided by the root of v̂, not by v̂.",
            ),
        ),
    ),
    hints=(
        "Compute m and v after one step, then m̂ and v̂ with t = 1.",
        "With t = 1 the corrections undo the factors 0.1 and 0.001 completely.",
    ),
    worked="$\\hat m = g$ and $\\hat v = g^2$, so the step is $-\\eta\\, g / |g| = -\\eta \\operatorname{sign}(g)$.",
    takeaway="The first step has length η whatever the gradient: only its sign counts.",
    points=2,
    minutes=4,
    book=_first_step(0.001, -7.0),
    draw=lambda rng: _first_step(
        rng.choice([0.001, 0.002, 0.005, 0.01]), rng.choice([-1, 1]) * rng.choice([3, 4, 5, 6, 7, 8, 9, 12])
    ),
)

# Statements

which_regime = Exercise(
    id="momentum.which-regime",
    title="Read the damping",
    statement=(
        "A component of a quadratic has $\\eta h = 0.04$. You try $\\mu = 0$, then 0.64, then 0.9. On the boundary between creeping and"
        " swinging $\\eta h = (1 - \\sqrt\\mu)^2$. Which statement is right?"
    ),
    kind=Choice(
        options=(
            Option(
                "fastest-at-critical",
                "0 creeps, 0.64 is critically damped and shrinks fastest in the long run, 0.9 swings.",
                True,
                "At μ = 0.64 the boundary is (1 − 0.8)² = 0.04, and there ρ = √μ = 0.8; at 0.9 it is 0.949, at 0 it is 0.96.",
            ),
            Option(
                "more-is-faster",
                "The larger μ, the faster: 0.9 shrinks fastest in the long run.",
                False,
                "While a component swings, ρ = √μ: what does that do as μ grows?",
            ),
            Option(
                "swings-slowest",
                "0.9 swings and is therefore slower than 0, which creeps.",
                False,
                "Compute both rates: √0.9, and 1 − 0.04.",
            ),
            Option(
                "diverges",
                "0.9 diverges, since the velocity is summed over ten steps.",
                False,
                "The stable range is ηh < 2(1 + μ): does momentum narrow it or widen it?",
            ),
        )
    ),
    hints=(
        "Find √0.64, and put it into the boundary.",
        "For a swinging component ρ = √μ; without momentum ρ = |1 − ηh|.",
    ),
    worked="Compute ρ for each: 0.96, 0.8 and 0.949.",
    points=2,
    minutes=4,
)

about_adam = Exercise(
    id="momentum.about-adam",
    title="True of Adam?",
    statement="Adam with its usual settings and a negligible ε. Which statements hold?",
    kind=Choice(
        options=(
            Option(
                "scale-free",
                "Multiplying the loss by 1,000 leaves the path as it was.",
                True,
                "m and √v grow by the same factor, and it cancels.",
            ),
            Option(
                "variance",
                "v is the variance of the gradient.",
                False,
                "For a gradient that is always 3, what is its variance, and what does v tend to?",
            ),
            Option(
                "noisy-small",
                "A parameter whose gradient only changes sign, with no preferred direction, gets small steps.",
                True,
                "m averages out, √v does not.",
            ),
            Option(
                "gradient-size",
                "Where all gradients are small and steady, the steps are small too.",
                False,
                "Adam divides by the typical size of the gradient: what is left when it is always 0.001?",
            ),
            Option(
                "turned-axes",
                "Turning the coordinate axes leaves the path as it was, as for gradient descent.",
                False,
                "Each coordinate is divided by its own root of squares; what if the ravine is diagonal?",
            ),
        ),
        several=True,
    ),
    hints=(
        "For each statement try a gradient that you can compute with: always 3, or +1, −1, +1, −1 …",
        "The step is η m̂ / √v̂. What happens to that ratio in the situation described?",
    ),
    worked="The step is the ratio of a mean to a root mean square of the same coordinate's gradients.",
    points=3,
    minutes=5,
)

# Code


def heavy_ball(gradient, theta, learning_rate, mu, steps):
    """Heavy ball: the position after each step, an array (steps, n)."""
    u, path = np.zeros_like(theta), []
    for _ in range(steps):
        u = mu * u + gradient(theta)
        theta = theta - learning_rate * u
        path.append(theta)
    return np.array(path)


def _tilted(theta):
    """The gradient of a quadratic with unequal curvatures and a tilt."""
    return np.array([1.0, 6.0, 2.5])[: len(theta)] * theta + 0.3


def _walled(theta):
    """The gradient of a sum of θ⁴/4 and θ²."""
    return theta**3 + 2 * theta


def _runs(g, rng):
    return [
        {
            "gradient": gradient,
            "theta": rng.uniform(0.5, 1.5, n).round(2) * rng.choice([-1, 1], n),
            "learning_rate": 0.05,
            "mu": mu,
            "steps": 6,
        }
        for gradient, n, mu in ((_tilted, 2, 0.8), (_walled, 3, 0.5), (_tilted, 3, 0.9))
    ]


def _momentum_like(velocity, move=lambda theta, eta, u, g, mu: theta - eta * u):
    """A momentum loop with another velocity or another move: a usual slip."""

    def run(gradient, theta, learning_rate, mu, steps):
        u, path = np.zeros_like(theta), []
        for _ in range(steps):
            g = gradient(theta)
            u = velocity(u, g, mu)
            theta = move(theta, learning_rate, u, g, mu)
            path.append(theta)
        return np.array(path)

    return run


def nesterov(gradient, theta, learning_rate, mu, steps):
    """Nesterov's momentum in the form of this chapter: an array (steps, n)."""
    u, path = np.zeros_like(theta), []
    for _ in range(steps):
        g = gradient(theta)
        u = mu * u + g
        theta = theta - learning_rate * (g + mu * u)
        path.append(theta)
    return np.array(path)


def _with_start(gradient, theta, learning_rate, mu, steps):
    return np.vstack([theta, heavy_ball(gradient, theta, learning_rate, mu, steps)])


def _lost_velocity(gradient, theta, learning_rate, mu, steps):
    path = []
    for _ in range(steps):
        u = mu * np.zeros_like(theta) + gradient(theta)
        theta = theta - learning_rate * u
        path.append(theta)
    return np.array(path)


def _late_velocity(gradient, theta, learning_rate, mu, steps):
    u, path = np.zeros_like(theta), []
    for _ in range(steps):
        g = gradient(theta)
        theta = theta - learning_rate * u
        u = mu * u + g
        path.append(theta)
    return np.array(path)


write_momentum = Exercise(
    id="momentum.write-momentum",
    title="Write momentum",
    statement=(
        "Write `heavy_ball(gradient, theta, learning_rate, mu, steps)` for the heavy ball, $u \\leftarrow \\mu u + g$,"
        " $\\theta \\leftarrow \\theta - \\eta u$, starting with $u = 0$. `gradient` is a function of `theta`; return an array of shape (steps, n)"
        " with the position after each step."
    ),
    kind=Code(
        reference=heavy_ball,
        cases=_runs,
        mistakes=(
            Mistake(
                "averaging",
                _momentum_like(lambda u, g, mu: mu * u + (1 - mu) * g),
                "This is the averaging form: the gradient enters with another weight than asked.",
            ),
            Mistake(
                "velocity-reset",
                _lost_velocity,
                "The velocity is not kept from step to step: where is it set to zero?",
            ),
            Mistake(
                "uphill",
                _momentum_like(lambda u, g, mu: mu * u + g, lambda theta, eta, u, g, mu: theta + eta * u),
                "The path climbs: look at the sign of the step.",
            ),
            Mistake(
                "velocity-late",
                _late_velocity,
                "The step uses the velocity without the newest gradient: which line comes first?",
            ),
            Mistake("with-the-start", _with_start, "The first row is the start; the first one wanted is after one step."),
            Mistake("nesterov", nesterov, "This is Nesterov's form: it adds the gradient a second time."),
        ),
    ),
    hints=(
        "Two variables change in the loop, `u` and `theta`. Which of them is needed for the other?",
        "Make a new array for `theta` in each step, so that the positions you stored do not change later.",
    ),
    worked="Velocity first, then the step with the new velocity.",
    takeaway="One more array of the size of θ is all that momentum costs.",
    points=3,
    minutes=6,
)

write_nesterov = Exercise(
    id="momentum.write-nesterov",
    title="Write Nesterov's momentum",
    statement=(
        "Write `nesterov(gradient, theta, learning_rate, mu, steps)` in the form of this chapter: $u \\leftarrow \\mu u + g$,"
        " $\\theta \\leftarrow \\theta - \\eta (g + \\mu u)$ with the new $u$, starting with $u = 0$. Return an array of shape (steps, n) with the position after"
        " each step."
    ),
    kind=Code(
        reference=nesterov,
        cases=_runs,
        mistakes=(
            Mistake(
                "heavy-ball",
                heavy_ball,
                "This is the heavy ball: the step is to look one velocity further ahead. Is u updated before it is used?",
            ),
            Mistake(
                "mu-forgotten",
                _momentum_like(lambda u, g, mu: mu * u + g, lambda theta, eta, u, g, mu: theta - eta * (g + u)),
                "The velocity in the step is to be multiplied by μ.",
            ),
            Mistake(
                "averaging",
                _momentum_like(
                    lambda u, g, mu: mu * u + (1 - mu) * g, lambda theta, eta, u, g, mu: theta - eta * (g + mu * u)
                ),
                "The new gradient enters the velocity in full here, not with the share 1 − μ.",
            ),
            Mistake(
                "averaging-throughout",
                _momentum_like(
                    lambda u, g, mu: mu * u + (1 - mu) * g,
                    lambda theta, eta, u, g, mu: theta - eta * ((1 - mu) * g + mu * u),
                ),
                "The new gradient counts in full here, in the velocity as in the step, not with the share 1 − μ.",
            ),
            Mistake(
                "descent",
                _momentum_like(lambda u, g, mu: u, lambda theta, eta, u, g, mu: theta - eta * g),
                "The velocity has no effect on your path.",
            ),
        ),
    ),
    hints=(
        "Start from the heavy ball; one line is different.",
        "The gradient is taken once, where θ stands, and used twice.",
    ),
    worked="The step is made of the gradient and of μ times the new velocity.",
    takeaway="In these coordinates Nesterov's rule needs no gradient at another place.",
    points=3,
    minutes=5,
)


def adam(gradient, theta, learning_rate, beta1, beta2, epsilon, steps):
    """Adam: the position after each step, an array (steps, n)."""
    m, v, path = np.zeros_like(theta), np.zeros_like(theta), []
    for t in range(1, steps + 1):
        g = gradient(theta)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(theta)
    return np.array(path)


def _adam_like(step, square=lambda g, m: g**2, correct=(True, True)):
    """An Adam loop with one thing different."""

    def run(gradient, theta, learning_rate, beta1, beta2, epsilon, steps):
        m, v, path = np.zeros_like(theta), np.zeros_like(theta), []
        for t in range(1, steps + 1):
            g = gradient(theta)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * square(g, m)
            m_hat = m / (1 - beta1**t) if correct[0] else m
            v_hat = v / (1 - beta2**t) if correct[1] else v
            theta = theta - learning_rate * step(m_hat, v_hat, epsilon)
            path.append(theta)
        return np.array(path)

    return run


def _plain(m, v, epsilon):
    return m / (np.sqrt(v) + epsilon)


def _swapped(gradient, theta, learning_rate, beta1, beta2, epsilon, steps):
    return adam(gradient, theta, learning_rate, beta2, beta1, epsilon, steps)


def _adam_runs(g, rng):
    # A large epsilon, so that its place shows.
    return [
        {
            "gradient": gradient,
            "theta": rng.uniform(0.5, 1.5, n).round(2) * rng.choice([-1, 1], n),
            "learning_rate": 0.1,
            "beta1": beta1,
            "beta2": beta2,
            "epsilon": 0.1,
            "steps": 6,
        }
        for gradient, n, beta1, beta2 in ((_tilted, 2, 0.8, 0.95), (_walled, 3, 0.5, 0.9), (_tilted, 3, 0.9, 0.99))
    ]


write_adam = Exercise(
    id="momentum.write-adam",
    title="Write Adam",
    statement=(
        "Write `adam(gradient, theta, learning_rate, beta1, beta2, epsilon, steps)` with bias correction and both"
        " running means starting from 0: $\\hat m = m / (1 - \\beta_1^t)$, $\\hat v = v / (1 - \\beta_2^t)$,"
        " $\\theta \\leftarrow \\theta - \\eta\\,\\hat m / (\\sqrt{\\hat v} + \\varepsilon)$. Return an array of shape (steps, n) with the position after each step. The check uses a large ε, so its"
        " place matters."
    ),
    kind=Code(
        reference=adam,
        cases=_adam_runs,
        mistakes=(
            Mistake(
                "no-bias-correction",
                _adam_like(_plain, correct=(False, False)),
                "Both means start from zero and are too small at first: nothing corrects them here.",
            ),
            Mistake(
                "only-m-corrected", _adam_like(_plain, correct=(True, False)), "v starts from zero too, and is not corrected."
            ),
            Mistake(
                "only-v-corrected", _adam_like(_plain, correct=(False, True)), "m starts from zero too, and is not corrected."
            ),
            Mistake(
                "epsilon-inside",
                _adam_like(lambda m, v, epsilon: m / np.sqrt(v + epsilon)),
                "Your ε stands inside the root; Adam adds it outside.",
            ),
            Mistake(
                "root-forgotten",
                _adam_like(lambda m, v, epsilon: m / (v + epsilon)),
                "The units do not fit: v is a square.",
            ),
            Mistake(
                "centered",
                _adam_like(_plain, square=lambda g, m: (g - m) ** 2),
                "Your v is a variance; Adam's v is the mean of the squares themselves.",
            ),
            Mistake("betas-swapped", _swapped, "The two β have changed places."),
            Mistake(
                "uphill",
                _adam_like(lambda m, v, epsilon: -m / (np.sqrt(v) + epsilon)),
                "The path climbs: look at the sign of the step.",
            ),
        ),
    ),
    hints=(
        "Count steps from 1: with t = 0 the correction would divide by zero.",
        "Keep `m` and `v` uncorrected for the next step, and correct copies of them.",
    ),
    worked="One line for the gradient, and one for each formula.",
    takeaway="The path equals that of `nnbook.optimizers.Adam`, which equals PyTorch's.",
    points=4,
    minutes=10,
)


def tune(h_min, h_max):
    """(learning_rate, mu) that bring every curvature from h_min to h_max home at the same rate."""
    low, high = np.sqrt(h_min), np.sqrt(h_max)
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


def final_distance(h_min, h_max, learning_rate, mu, steps=100):
    """The distance from 0 after so many heavy-ball steps from (1, 1)."""
    theta, u, h = np.ones(2), np.zeros(2), np.array([h_min, h_max])
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            u = mu * u + h * theta
            theta = theta - learning_rate * u
    return float(np.hypot(*theta))


def _reaches(case, learning_rate, mu):
    return final_distance(case["h_min"], case["h_max"], float(learning_rate), float(mu)) < 1e-6


challenge = Exercise(
    id="momentum.challenge",
    title="Challenge: below 10⁻⁶ in 100 steps",
    statement=(
        "Write `tune(h_min, h_max)`, which returns a pair `(learning_rate, mu)` with which the heavy ball brings $\\tfrac12 (h_\\text{min}\\theta_1^2 +"
        " h_\\text{max}\\theta_2^2)$ from (1, 1) to within $10^{-6}$ of the minimum in 100 steps. The check tries condition numbers up to 100 on"
        " several scales. Without momentum it cannot be done."
    ),
    kind=Code(
        reference=tune,
        cases=lambda g, rng: [
            {"h_min": float(low), "h_max": float(low * kappa)}
            for low, kappa in zip((1.0, 0.5, 2.0, 1.0), (100, 100, 50, 20), strict=True)
        ],
        compare=False,
        returns=("learning_rate", "mu"),
        properties=(
            Property(
                "without-momentum",
                lambda case, learning_rate, mu: mu > 0,
                "without momentum even the best rate needs more than a hundred steps here; choose μ above 0.",
            ),
            Property(
                "diverges",
                lambda case, learning_rate, mu: 0 < learning_rate * case["h_max"] < 2 * (1 + mu),
                "it diverges: the steepest direction is stable for 0 < ηh < 2(1 + μ). Check the units, too: η is one over a curvature.",
            ),
            Property(
                "swings-too-long",
                lambda case, learning_rate, mu: mu < 0.8,
                "a swinging component shrinks by √μ a step, and with your μ a hundred steps are not enough; is it ρ that you computed?",
            ),
            Property(
                "reaches",
                _reaches,
                "after 100 steps it is still further than 10⁻⁶ away; which setting makes the flattest and the steepest direction equally fast?",
            ),
        ),
    ),
    hints=(
        "A component is critically damped where ηh = (1 − √μ)² or (1 + √μ)². Make the flattest meet the first and the steepest the second.",
        "Take square roots of both conditions: they are two linear equations for √η and √μ.",
    ),
    worked=(
        "$\\sqrt{\\eta h_\\text{min}} = 1 - \\sqrt\\mu$ and $\\sqrt{\\eta h_\\text{max}} = 1 + \\sqrt\\mu$. Adding them gives"
        " $\\sqrt\\eta = 2/(\\sqrt{h_\\text{min}} + \\sqrt{h_\\text{max}})$, and dividing their difference by their sum gives $\\sqrt\\mu$."
    ),
    takeaway="Both ends of the spectrum now shrink at √μ, and so does everything between.",
    points=4,
    minutes=12,
)

EXERCISES = (
    terminal_velocity,
    convert,
    which_regime,
    write_momentum,
    write_nesterov,
    challenge,
    adam_first,
    about_adam,
    write_adam,
    why_momentum,
    choose,
)
