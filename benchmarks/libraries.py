"""One epoch of the same training in three libraries, and in plain numpy: Adam, cross-entropy, ReLU, float32,
shuffled batches."""

from itertools import pairwise

import numpy as np

EXAMPLES = 20_000


def data():
    """20,000 digits: the 10,000 shipped training digits twice; float32 images and labels."""
    from nnbook.datasets import digits

    images, labels = (np.concatenate(arrays) for arrays in zip(digits("train"), digits("validation"), strict=True))
    return np.tile(images.astype(np.float32), (2, 1))[:EXAMPLES], np.tile(labels, 2)[:EXAMPLES]


def nnbook(sizes, batch_size, x, y):
    from nnbook.layers import mlp
    from nnbook.losses import CrossEntropy
    from nnbook.optimizers import Adam
    from nnbook.training import train

    rng = np.random.default_rng(0)
    net = mlp(sizes, rng=rng, dtype=np.float32)

    def epoch():
        settings = {"loss": CrossEntropy(), "optimizer": Adam(), "batch_size": batch_size, "epochs": 1}
        return train(net, x, y, **settings, rng=rng).theta

    return epoch


def pytorch(sizes, batch_size, x, y):
    import torch

    layers = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    net, loss = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters())
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def epoch():
        for batch in torch.randperm(len(x)).split(batch_size):
            optimizer.zero_grad()
            loss(net(x[batch]), y[batch]).backward()
            optimizer.step()

    return epoch


def plain_numpy(sizes, batch_size, x, y):
    """One loop for this training alone, which checks nothing and writes into arrays at hand wherever it can: the
    most that numpy gives."""
    from nnbook.layers import mlp
    from nnbook.optimizers import Adam
    from nnbook.training import BLOCK_BYTES, _on_a_cache_line

    rng = np.random.default_rng(0)
    net = mlp(sizes, rng=rng, dtype=np.float32)
    theta, grads = _on_a_cache_line(net.theta), _on_a_cache_line(net.theta)
    layers, slopes = ([layer for layer in net.at(flat).layers if layer.theta.size] for flat in (theta, grads))
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    block = BLOCK_BYTES // theta.itemsize
    blocks = [tuple(array[i : i + block] for array in (theta, grads, m, v)) for i in range(0, len(theta), block)]
    scratch = np.empty(block, theta.dtype)
    rule, t = Adam(), 0
    beta1, beta2, rate, epsilon = rule.beta1, rule.beta2, rule.learning_rate, rule.epsilon

    def epoch():
        nonlocal t
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            outputs = [x[batch]]
            for layer in layers:
                z = outputs[-1] @ layer.W
                z += layer.b
                outputs.append(np.maximum(z, 0, out=z) if layer is not layers[-1] else z)
            grad = outputs.pop()
            grad -= grad.max(axis=1, keepdims=True)
            np.exp(grad, out=grad)
            grad /= grad.sum(axis=1, keepdims=True)
            grad[np.arange(len(batch)), y[batch]] -= 1
            grad /= len(batch)
            for i in reversed(range(len(layers))):
                np.matmul(outputs[i].T, grad, out=slopes[i].W)
                grad.sum(axis=0, out=slopes[i].b)
                if i:
                    grad = grad @ layers[i].W.T
                    grad *= outputs[i] > 0
            t += 1
            for part, g, mean, square in blocks:
                step = scratch[: len(part)]
                mean *= beta1
                np.multiply(g, 1 - beta1, out=step)
                mean += step
                square *= beta2
                g *= g
                g *= 1 - beta2
                square += g
                np.divide(square, 1 - beta2**t, out=g)
                np.sqrt(g, out=g)
                g += epsilon
                np.multiply(mean, -rate / (1 - beta1**t), out=step)
                step /= g
                part += step
        return theta

    return epoch


def scikit_learn(sizes, batch_size, x, y):
    from sklearn.neural_network import MLPClassifier

    # The same plain cross-entropy: its default adds an L2 penalty.
    net = MLPClassifier(sizes[1:-1], batch_size=batch_size, alpha=0.0)
    return lambda: net.partial_fit(x, y, classes=np.arange(10))


LIBRARIES = {"nnbook": nnbook, "PyTorch": pytorch, "scikit-learn": scikit_learn, "plain numpy": plain_numpy}
