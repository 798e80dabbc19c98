"""Cases on which nnbook is compared with PyTorch: what is given, drawn from a seed, and what nnbook answers.

A case is a dict of arrays. `DRAW[family](rng)` makes one, `ANSWER[family](given)` computes with nnbook what
`make_parity_vectors.py` computes with PyTorch.
"""

import numpy as np

from nnbook import activations, initializers, losses, optimizers, schedules
from nnbook.layers import BatchNorm, Elementwise, Linear, Sequential
from nnbook.training import minimize, objective

# The largest deviation allowed, relative to an array's largest number: values 1e-12, what derives from them 1e-10.
FORWARD, DERIVED = 1e-12, 1e-10
TOLERANCE = {"value": FORWARD, "output": FORWARD, "loss": FORWARD, "rate": FORWARD, "buffers": FORWARD}

ACTIVATIONS = "identity sigmoid tanh relu leaky_relu softplus gelu silu".split()
LOSSES = "MeanSquaredError MeanAbsoluteError Huber BinaryCrossEntropy CrossEntropy CrossEntropy-distributions".split()
RULES = "GradientDescent Momentum Nesterov AdaGrad RMSprop Adam AdamW".split()
SCHEDULES = "StepDecay Exponential Cosine".split()
INITIALIZERS = "lecun_normal xavier_normal xavier_uniform kaiming_normal kaiming_uniform".split()
STEPS = 200


def deviation(answer, wanted):
    """max |answer − wanted| / max |wanted|."""
    return float(np.max(np.abs(answer - wanted)) / max(np.max(np.abs(wanted)), 1e-300))


def draw_activation(rng):
    shape = rng.integers(1, 9, rng.integers(1, 4))
    x = rng.normal(0, 3, shape)
    return {"name": np.array(rng.choice(ACTIVATIONS)), "x": x, "grad": rng.standard_normal(shape),
            "slope": np.array(rng.uniform(0.01, 0.3))}  # fmt: skip


def activation(given):
    name = str(given["name"])
    function = activations.LeakyReLU(float(given["slope"])) if name == "leaky_relu" else getattr(activations, name)
    x = given["x"]
    return {"value": function(x), "gradient": given["grad"] * function.derivative(x)}


def draw_softmax(rng):
    shape = tuple(rng.integers(1, 9, 2))
    return {"x": rng.normal(0, 5, shape), "grad": rng.standard_normal(shape),
            "temperature": np.array(rng.uniform(0.2, 4))}  # fmt: skip


def softmax(given):
    x, temperature = given["x"], float(given["temperature"])
    return {"value": activations.softmax(x, temperature),
            "gradient": activations.softmax_vjp(given["grad"], x, temperature)}  # fmt: skip


def draw_target(rng, name, shape):
    if name == "CrossEntropy":
        return rng.integers(0, shape[1], shape[0])
    if name == "CrossEntropy-distributions":
        return rng.dirichlet(np.ones(shape[1]), shape[0])
    return rng.random(shape) if name == "BinaryCrossEntropy" else rng.normal(0, 2, shape)


def loss_named(name, delta):
    return losses.Huber(float(delta)) if name == "Huber" else getattr(losses, name.split("-")[0])()


def draw_loss(rng):
    name, shape = str(rng.choice(LOSSES)), tuple(rng.integers(1, 9, 2))
    return {"name": np.array(name), "prediction": rng.normal(0, 4, shape), "target": draw_target(rng, name, shape),
            "delta": np.array(rng.uniform(0.3, 2))}  # fmt: skip


def loss(given):
    function = loss_named(str(given["name"]), given["delta"])
    pair = given["prediction"], given["target"]
    return {"loss": np.asarray(function(*pair)), "gradient": function.gradient(*pair)}


def draw_network(rng):
    sizes = rng.integers(1, 12, rng.integers(2, 6))
    name, batch = str(rng.choice(LOSSES)), int(rng.integers(2, 17))
    given = {"sizes": sizes, "activation": np.array(rng.choice(ACTIVATIONS)), "loss": np.array(name),
             "batch_norm": np.array(rng.random() < 0.5), "delta": np.array(rng.uniform(0.3, 2)),
             "slope": np.array(rng.uniform(0.01, 0.3)), "x": rng.standard_normal((batch, sizes[0])),
             "y": draw_target(rng, name, (batch, sizes[-1]))}  # fmt: skip
    size = network_of(given).parameter_count
    return given | {"theta": rng.standard_normal(size) / 2}


def network_of(given):
    sizes, name = given["sizes"], str(given["activation"])
    function = activations.LeakyReLU(float(given["slope"])) if name == "leaky_relu" else getattr(activations, name)
    layers = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        layers.append(Linear(int(fan_in), int(fan_out), initializer=initializers.zeros))
        layers += [BatchNorm(int(fan_out))] if given["batch_norm"] else []
        layers.append(Elementwise(function))
    return Sequential(layers[:-1])


def network(given):
    net, function = network_of(given).at(given["theta"]), loss_named(str(given["loss"]), given["delta"])
    output, caches = net.forward(given["x"], training=True)
    grad_input, grads = net.backward(function.gradient(output, given["y"]), caches)
    buffers = net.updated_buffers(caches)
    answer = {"output": output, "loss": np.asarray(function(output, given["y"])), "grads": grads,
              "grad_input": grad_input, "evaluation_output": net.at(net.theta, buffers)(given["x"])}  # fmt: skip
    return answer | ({"buffers": buffers} if buffers.size else {})


def draw_trace(rng):
    n = int(rng.integers(1, 7))
    return {"rule": np.array(rng.choice(RULES)), "theta": rng.standard_normal(n),
            "grads": rng.standard_normal((STEPS, n)) * rng.lognormal(0, 2, n),
            "learning_rate": np.array(10 ** rng.uniform(-4, -0.5)), "momentum": np.array(rng.uniform(0, 0.99)),
            "beta1": np.array(rng.uniform(0, 0.99)), "beta2": np.array(rng.uniform(0.8, 0.9999)),
            "epsilon": np.array(10 ** rng.uniform(-10, -3)), "weight_decay": np.array(rng.uniform(0, 0.2))}  # fmt: skip


def rule_of(given):
    rule = getattr(optimizers, str(given["rule"]))
    return rule(**{name: float(given[name]) for name in rule.__dataclass_fields__ if name in given})


def trace(given):
    rule, theta = rule_of(given), given["theta"]
    state, path = rule.init(theta), []
    for grad in given["grads"]:
        step, state = rule.update(grad, state, theta)
        theta = theta + step
        path.append(theta)
    return {"path": np.array(path[19::20])}


def draw_descent(rng):
    """Two hundred steps on a network's own gradients, with the usual constants.

    Not by RMSprop: near a minimum it jumps about by its learning rate, and there rounding errors grow by themselves;
    nnbook departs from nnbook by as much when theta is changed in its last digit. Its traces are compared above.
    """
    given = draw_network(rng) | {"batch_norm": np.array(False), "activation": np.array("tanh")}
    given["theta"] = rng.standard_normal(network_of(given).parameter_count) / 2
    usual = {"momentum": 0.9, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}
    rule = str(rng.choice([name for name in RULES if name != "RMSprop"]))
    given |= {"rule": np.array(rule), "learning_rate": np.array(10 ** rng.uniform(-4, -2))}
    return given | {name: np.array(value) for name, value in usual.items()}


def descent(given):
    function = loss_named(str(given["loss"]), given["delta"])
    f = objective(network_of(given), function, given["x"], given["y"])
    return {"path": minimize(f, given["theta"], rule_of(given), STEPS, every=20)}


def draw_schedule(rng):
    return {"name": np.array(rng.choice(SCHEDULES)), "learning_rate": np.array(10 ** rng.uniform(-4, 0)),
            "length": rng.integers(5, 60), "factor": np.array(rng.uniform(0.5, 0.99)),
            "final": np.array(rng.uniform(0, 1e-4))}  # fmt: skip


def schedule(given):
    rate, factor, length = float(given["learning_rate"]), float(given["factor"]), int(given["length"])
    made = {"StepDecay": lambda: schedules.StepDecay(rate, length, factor),
            "Exponential": lambda: schedules.Exponential(rate, factor),
            "Cosine": lambda: schedules.Cosine(rate, length, float(given["final"]))}  # fmt: skip
    steps = np.arange(length + 1 if given["name"] == "Cosine" else STEPS)
    return {"rate": made[str(given["name"])]()(steps)}


FAMILIES = {
    "activation": (draw_activation, activation),
    "softmax": (draw_softmax, softmax),
    "loss": (draw_loss, loss),
    "network": (draw_network, network),
    "trace": (draw_trace, trace),
    "descent": (draw_descent, descent),
    "schedule": (draw_schedule, schedule),
}
