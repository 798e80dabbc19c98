"""Compute with PyTorch, in float64, what nnbook is compared with; store it in tests/parity/vectors.npz.

python scripts/make_parity_vectors.py        (in an environment with PyTorch, see scripts/parity.py)
"""

import sys
from pathlib import Path

import numpy as np
import torch
from parity_cases import FAMILIES, INITIALIZERS

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # matrices are tiny
TARGET = Path(__file__).parent.parent / "tests" / "parity" / "vectors.npz"
CASES = {"activation": 40, "softmax": 6, "loss": 30, "network": 24, "trace": 30, "descent": 8, "schedule": 9}


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def numbers(tensor):
    return tensor.detach().numpy().copy()


def activation_of(given):
    return {
        "identity": torch.nn.Identity(),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": torch.nn.LeakyReLU(float(given.get("slope", 0.01))),
        # Beyond its threshold PyTorch's softplus is the identity, an approximation; ours never is.
        "softplus": torch.nn.Softplus(threshold=1e9),
        "gelu": torch.nn.GELU(approximate="tanh"),
        "silu": torch.nn.SiLU(),
    }


def activation(given):
    x = leaf(given["x"])
    value = activation_of(given)[str(given["name"])](x)
    value.backward(torch.tensor(given["grad"]))
    return {"value": numbers(value), "gradient": numbers(x.grad)}


def softmax(given):
    x = leaf(given["x"])
    value = torch.softmax(x / float(given["temperature"]), dim=-1)
    value.backward(torch.tensor(given["grad"]))
    return {"value": numbers(value), "gradient": numbers(x.grad)}


def loss_of(name, delta):
    return {
        "MeanSquaredError": torch.nn.MSELoss(),
        "MeanAbsoluteError": torch.nn.L1Loss(),
        "Huber": torch.nn.HuberLoss(delta=float(delta)),
        "BinaryCrossEntropy": torch.nn.BCEWithLogitsLoss(),
        "CrossEntropy": torch.nn.CrossEntropyLoss(),
        "CrossEntropy-distributions": torch.nn.CrossEntropyLoss(),
    }[str(name)]


def loss(given):
    prediction = leaf(given["prediction"])
    value = loss_of(given["name"], given["delta"])(prediction, torch.tensor(given["target"]))
    value.backward()
    return {"loss": numbers(value), "gradient": numbers(prediction.grad)}


def network_of(given):
    """The torch network with nnbook's theta: PyTorch's weight is W transposed."""
    sizes, layers = [int(n) for n in given["sizes"]], []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        layers.append(torch.nn.Linear(fan_in, fan_out))
        layers += [torch.nn.BatchNorm1d(fan_out)] if given["batch_norm"] else []
        function = activation_of(given)[str(given["activation"])]
        layers.append(function if isinstance(function, torch.nn.Module) else Function(function))
    net = torch.nn.Sequential(*layers[:-1])
    start = 0
    for p in net.parameters():
        part = torch.tensor(given["theta"][start : start + p.numel()])
        p.data = part.reshape(p.shape[::-1]).T.contiguous() if p.ndim == 2 else part
        start += p.numel()
    return net


class Function(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def flat(tensors):
    return np.concatenate([numbers(t).T.ravel() for t in tensors])


def network(given):
    net, x = network_of(given), leaf(given["x"])
    output = net(x)
    value = loss_of(given["loss"], given["delta"])(output, torch.tensor(given["y"]))
    value.backward()
    wanted = {"output": numbers(output), "loss": numbers(value), "grads": flat(p.grad for p in net.parameters()),
              "grad_input": numbers(x.grad), "evaluation_output": numbers(net.eval()(x))}  # fmt: skip
    norms = [layer for layer in net if isinstance(layer, torch.nn.BatchNorm1d)]
    if norms:
        wanted["buffers"] = flat(b for layer in norms for b in (layer.running_mean, layer.running_var))
    return wanted


def rule_of(given, parameters):
    g = {name: float(given[name]) for name in ("momentum", "beta1", "beta2", "epsilon", "weight_decay")}
    rate, betas, optim = float(given["learning_rate"]), (g["beta1"], g["beta2"]), torch.optim
    return {
        "GradientDescent": lambda: optim.SGD(parameters, rate),
        "Momentum": lambda: optim.SGD(parameters, rate, momentum=g["momentum"]),
        "Nesterov": lambda: optim.SGD(parameters, rate, momentum=g["momentum"], nesterov=True),
        "AdaGrad": lambda: optim.Adagrad(parameters, rate, eps=g["epsilon"]),
        "RMSprop": lambda: optim.RMSprop(parameters, rate, alpha=g["beta2"], eps=g["epsilon"]),
        "Adam": lambda: optim.Adam(parameters, rate, betas=betas, eps=g["epsilon"]),
        "AdamW": lambda: optim.AdamW(parameters, rate, betas=betas, eps=g["epsilon"], weight_decay=g["weight_decay"]),
    }[str(given["rule"])]()


def trace(given):
    theta, path = leaf(given["theta"]), []
    rule = rule_of(given, [theta])
    for grad in given["grads"]:
        theta.grad = torch.tensor(grad)
        rule.step()
        path.append(numbers(theta))
    return {"path": np.array(path[19::20])}


def descent(given):
    net, x, y = network_of(given), torch.tensor(given["x"]), torch.tensor(given["y"])
    function, rule = loss_of(given["loss"], given["delta"]), rule_of(given, list(net.parameters()))
    path = [flat(net.parameters())]
    for step in range(1, 201):
        rule.zero_grad()
        function(net(x), y).backward()
        rule.step()
        if step % 20 == 0:
            path.append(flat(net.parameters()))
    return {"path": np.array(path)}


def schedule(given):
    rate, factor, length = float(given["learning_rate"]), float(given["factor"]), int(given["length"])
    rule, rates = torch.optim.SGD([leaf(np.zeros(1))], rate), torch.optim.lr_scheduler
    made = {
        "StepDecay": lambda: rates.StepLR(rule, length, factor),
        "Exponential": lambda: rates.ExponentialLR(rule, factor),
        "Cosine": lambda: rates.CosineAnnealingLR(rule, length, float(given["final"])),
    }[str(given["name"])]()
    wanted = []
    for _ in range(length + 1 if given["name"] == "Cosine" else 200):
        wanted.append(rule.param_groups[0]["lr"])
        rule.step()
        made.step()
    return {"rate": np.array(wanted)}


def initializer(name, shape=(300, 200)):
    """Quantiles of a million weights drawn by PyTorch, whose fan_in is the second size."""
    torch.manual_seed(0)
    init, weight = torch.nn.init, torch.empty(shape[::-1])
    draw = {
        "lecun_normal": lambda: init.kaiming_normal_(weight, nonlinearity="linear"),
        "xavier_normal": lambda: init.xavier_normal_(weight),
        "xavier_uniform": lambda: init.xavier_uniform_(weight),
        "kaiming_normal": lambda: init.kaiming_normal_(weight, nonlinearity="relu"),
        "kaiming_uniform": lambda: init.kaiming_uniform_(weight, nonlinearity="relu"),
    }[name]
    weights = np.concatenate([numbers(draw()).ravel() for _ in range(16)])
    return np.quantile(weights, np.linspace(0.01, 0.99, 99))


REFERENCE = {"activation": activation, "softmax": softmax, "loss": loss, "network": network, "trace": trace,
             "descent": descent, "schedule": schedule}  # fmt: skip


def main():
    arrays = {"versions": np.array(f"PyTorch {torch.__version__}, numpy {np.__version__}, float64")}
    for family, (draw, _) in FAMILIES.items():
        for seed in range(CASES[family]):
            given = draw(np.random.default_rng([seed, list(FAMILIES).index(family)]))
            for side, case in {"given": given, "wanted": REFERENCE[family](given)}.items():
                arrays |= {f"{family}/{seed}/{side}/{name}": array for name, array in case.items()}
    arrays |= {f"initializer/{name}": initializer(name) for name in INITIALIZERS}
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **arrays)
    print(f"{TARGET}: {len(arrays)} arrays, {TARGET.stat().st_size} bytes, {arrays['versions']}")


if __name__ == "__main__":
    sys.exit(main())
