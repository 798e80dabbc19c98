"""Memory of a training step: the most that numpy holds at once beyond the data, in float32."""

import tracemalloc

import numpy as np

from benchmarks.speed import CASES
from nnbook.layers import mlp
from nnbook.losses import CrossEntropy
from nnbook.optimizers import Adam
from nnbook.training import train


def main():
    """Print the table."""
    print("| network | batch | parameters | peak of a step | of it theta, gradient and Adam's state |")
    print("|---|---|---|---|---|")
    for sizes, batch_size in CASES:
        peak, lasting, parameters = measure(sizes, batch_size)
        network = "-".join(map(str, sizes))
        print(f"| {network} | {batch_size} | {parameters} | {peak / 1e6:.2f} MB | {lasting / 1e6:.2f} MB |")


def measure(sizes, batch_size):
    """(peak bytes during three steps, bytes of the four vectors that last, number of parameters)."""
    rng = np.random.default_rng(0)
    net = mlp(sizes, rng=rng, dtype=np.float32)
    x, y = rng.random((3 * batch_size, sizes[0]), dtype=np.float32), rng.integers(0, sizes[-1], 3 * batch_size)
    tracemalloc.start()
    train(net, x, y, loss=CrossEntropy(), optimizer=Adam(), batch_size=batch_size, epochs=1, rng=rng)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, 4 * net.theta.nbytes, net.parameter_count
