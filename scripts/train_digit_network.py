"""Train the network that reads what a reader draws, and store its weights for Python and for the page.

    python scripts/train_digit_network.py

A 784-16-16-10 network with ReLUs learns from the book's 8,000 training digits: each as it is, and drawn again three
times by a pen of varied width, turned and slanted; in every epoch all are moved and turned a little more. Everything
is seeded. Of several starts the network that reads most of the 2,000 validation digits, as they are and drawn again,
is kept; the test digits are left alone. Writes nnbook/data/digit-network.npz and nnbook/static/digit-network.js.
Takes some ten minutes.
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np

from nnbook.datasets import digits
from nnbook.drawing import FIELD
from nnbook.layers import mlp
from nnbook.losses import CrossEntropy
from nnbook.optimizers import AdamW
from nnbook.schedules import Cosine
from nnbook.tracing import redraw
from nnbook.training import accuracy, minibatches

SEED = 28
SIZES = (784, 16, 16, 10)
STARTS, EPOCHS, BATCH, RATE, DECAY = 4, 60, 64, 0.004, 0.01
PACKAGE = Path(__file__).parent.parent / "nnbook"


def drawn_again(rng, images):
    """Each digit by a pen of its own width, with its own turn and slant."""
    return np.array(
        [
            redraw(image, radius=rng.uniform(3.5, 9), turn=rng.normal(0, 8), slant=rng.normal(0, 0.15))
            for image in images
        ]
    )


def moved(rng, images, turn=5.0, shift=0.4):
    """Images (n, 784), each turned by N(0, turn²) degrees and moved by N(0, shift²) pixels, between pixels bilinear."""
    angle = np.deg2rad(rng.normal(0, turn, len(images)))[:, None, None]
    dx, dy = rng.normal(0, shift, (2, len(images), 1, 1))
    row, column = np.indices((FIELD, FIELD)) - (FIELD - 1) / 2
    y = np.clip(np.cos(angle) * row + np.sin(angle) * column + (FIELD - 1) / 2 + dy, 0, FIELD - 1.001)
    x = np.clip(np.cos(angle) * column - np.sin(angle) * row + (FIELD - 1) / 2 + dx, 0, FIELD - 1.001)
    top, left = y.astype(int), x.astype(int)
    below, right = y - top, x - left
    source, n = images.reshape(-1, FIELD, FIELD), np.arange(len(images))[:, None, None]
    upper = (1 - right) * source[n, top, left] + right * source[n, top, left + 1]
    lower = (1 - right) * source[n, top + 1, left] + right * source[n, top + 1, left + 1]
    return ((1 - below) * upper + below * lower).reshape(len(images), -1).astype(images.dtype)


def train(rng, net, images, labels, epochs):
    """The network after so many epochs of AdamW on images that are moved anew in each."""
    loss, rule = CrossEntropy(), AdamW(Cosine(RATE, epochs * -(-len(images) // BATCH)), weight_decay=DECAY)
    theta, state = net.theta.copy(), rule.init(net.theta)
    for _ in range(epochs):
        shown = moved(rng, images)
        for batch in minibatches(rng, len(images), BATCH):
            here = net.at(theta)
            logits, cache = here.forward(shown[batch], training=True)
            _, grads = here.backward(loss.gradient(logits, labels[batch]), cache)
            step, state = rule.update(grads, state, theta)
            theta = theta + step
    return net.at(theta)


def examples():
    """Images and labels to learn from, and those to choose by: digits as they are, and drawn again."""
    rng = np.random.default_rng(SEED)
    x, y = digits("train", dtype=np.float32)
    held_out, wanted = digits("validation", dtype=np.float32)
    images = np.concatenate([x, *(drawn_again(rng, x) for _ in range(3))], dtype=np.float32)
    again = np.concatenate([held_out, drawn_again(rng, held_out)], dtype=np.float32)
    return images, np.tile(y, 4), again, np.tile(wanted, 2)


def best_start(sizes, images, labels, held_out, wanted):
    """Of several starts, the trained network that reads most of the validation digits."""
    found = []
    for seed in range(STARTS):
        rng = np.random.default_rng([SEED, seed])
        net = train(rng, mlp(sizes, rng=rng, dtype=np.float32), images, labels, EPOCHS)
        found.append((accuracy(net(held_out), wanted), net))
        print(f"{sizes}, start {seed}: {found[-1][0]:.1%} of the validation digits", file=sys.stderr, flush=True)
    return max(found, key=lambda pair: pair[0])[1]


def base64_of(array):
    """The bytes of an array, little-endian, as text."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()


def store(net):
    """Write the weights twice: for numpy, and as a script that works from a file without asking for another."""
    np.savez_compressed(PACKAGE / "data" / "digit-network.npz", sizes=np.array(SIZES), theta=net.theta)
    content = json.dumps({"sizes": SIZES, "theta": base64_of(net.theta)})
    note = (
        "/* Made by scripts/train_digit_network.py: layer sizes, "
        "and all parameters as base64 of little-endian float32. */"
    )
    path = PACKAGE / "static" / "digit-network.js"
    path.write_text(f"{note}\nwindow.digitNetwork = {content};\n", encoding="utf-8")


if __name__ == "__main__":
    images, labels, held_out, wanted = examples()
    network = best_start(SIZES, images, labels, held_out, wanted)
    store(network)
    print(f"validation digits read, as they are and drawn again: {accuracy(network(held_out), wanted):.1%}")
