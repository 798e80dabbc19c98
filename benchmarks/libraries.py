"""One epoch of the same training in three libraries: Adam, cross-entropy, ReLU, float32, shuffled batches."""

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
        train(net, x, y, loss=CrossEntropy(), optimizer=Adam(), batch_size=batch_size, epochs=1, rng=rng)

    return epoch


def pytorch(sizes, batch_size, x, y):
    import torch

    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
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


def scikit_learn(sizes, batch_size, x, y):
    from sklearn.neural_network import MLPClassifier

    # The same plain cross-entropy: its default adds an L2 penalty.
    net = MLPClassifier(sizes[1:-1], batch_size=batch_size, alpha=0.0)
    return lambda: net.partial_fit(x, y, classes=np.arange(10))


LIBRARIES = {"nnbook": nnbook, "PyTorch": pytorch, "scikit-learn": scikit_learn}
