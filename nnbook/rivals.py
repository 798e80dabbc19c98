"""Four models behind one interface, to be compared on one task: linear, nearest neighbors, forest, network.

Settings are fixed, the same for all tasks and sizes, near to what each library offers by default. Needs scikit-learn.
"""

import time
from typing import NamedTuple

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from nnbook.layers import mlp
from nnbook.losses import CrossEntropy
from nnbook.optimizers import AdamW
from nnbook.tables import standardized, task
from nnbook.training import train

__all__ = ["RIVALS", "Forest", "Linear", "Neighbors", "Network", "Outcome", "measure"]


class Outcome(NamedTuple):
    """Accuracy on the test set, seconds to fit and to answer the test set, numbers kept, operations for one answer."""

    accuracy: float
    fit_seconds: float
    answer_seconds: float
    numbers: float
    operations: float


class Linear:
    """Logistic regression with an L2 penalty of strength 1/C = 10."""

    def __init__(self, seed):
        self.model = LogisticRegression(C=0.1, max_iter=1000)

    def fit(self, x, y):
        self.model.fit(x, y)
        return self

    def predict(self, x):
        return self.model.predict(x)

    def costs(self, x):
        """(numbers kept, multiply-adds for one answer)"""
        weights = self.model.coef_.size
        return weights + self.model.intercept_.size, weights


class Neighbors(Linear):
    """The majority among the three nearest examples; all examples are kept and compared with."""

    def __init__(self, seed):
        self.model = KNeighborsClassifier(3, algorithm="brute")

    def fit(self, x, y):
        self.kept = x.size
        return super().fit(x, y)

    def costs(self, x):
        return self.kept + self.model.n_samples_fit_, self.kept


class Forest(Linear):
    """The vote of 100 decision trees, each grown on a resample, with a random choice of columns at each fork."""

    def __init__(self, seed):
        self.model = RandomForestClassifier(100, random_state=seed)

    def costs(self, x):
        """Every fork keeps a column and a threshold, every leaf an answer; one answer takes the forks on 100 paths."""
        trees = [tree.tree_ for tree in self.model.estimators_]
        leaves = sum(tree.n_leaves for tree in trees)
        forks = sum(tree.node_count for tree in trees) - leaves
        steps = sum(tree.decision_path(x[:100].astype(np.float32)).sum() for tree in trees) / len(x[:100])
        return 2 * forks + leaves, steps - len(trees)


class Network:
    """d-256-k with ReLU, Kaiming's start, dropout 0.5; AdamW, batches
    of 32, at least 20 epochs and at least 2,000 updates.

    Width, dropout and epochs were chosen on validation digits.
    """

    def __init__(self, seed):
        self.seed = seed

    def fit(self, x, y):
        rng = np.random.default_rng(self.seed)
        widths = x.shape[1], 256, int(y.max()) + 1
        net = mlp(widths, rng=rng, dropout=0.5)
        batches = -(-len(x) // 32)
        settings = {
            "loss": CrossEntropy(),
            "optimizer": AdamW(0.001, weight_decay=0.01),
            "batch_size": 32,
            "epochs": max(20, -(-2000 // batches)),
        }
        self.net = train(net, x, y, rng=rng, **settings).net
        return self

    def predict(self, x):
        return self.net(x).argmax(axis=1)

    def costs(self, x):
        """Numbers kept are weights and biases, multiply-adds the weights."""
        return self.net.parameter_count, int(self.net.decay_mask.sum())


RIVALS = {"linear": Linear, "neighbors": Neighbors, "forest": Forest, "network": Network}


def measure(rival, name, size, seed):
    """The Outcome of a rival on a task, trained on `size` examples drawn with the seed, as is the split of a table.

    Columns of tables are standardized by the training examples; pixels are left as they are, and so are turned axes.
    """
    x, y, x_test, y_test = task(name, seed)
    rows = np.random.default_rng(seed).permutation(len(x))[:size]
    x, y = x[rows], y[rows]
    if not name.startswith("digits") and not name.endswith("turned"):
        x, x_test = standardized(x, x_test)
    started = time.process_time()
    model = RIVALS[rival](seed).fit(x, y)
    fitted = time.process_time()
    accuracy = float(np.mean(model.predict(x_test) == y_test))
    answered = time.process_time()
    return Outcome(accuracy, fitted - started, answered - fitted, *map(float, model.costs(x_test)))
