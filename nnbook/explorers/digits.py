"""The explorers of the chapter on reading digits; the canvas to draw on is in `nnbook.explorers.drawing`."""

from __future__ import annotations

import functools

import numpy as np
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from nnbook.activations import relu, softmax
from nnbook.datasets import digits
from nnbook.figures.axes import bare, label_axes, number
from nnbook.figures.style import PALETTE
from nnbook.layers import Linear
from nnbook.recipes import fitted

from . import explore, figure, heat, slider
from . import step as reveal
from .values import labeled, share

SMALL = 16  # pixels a side of an image that shares a heat map with three others


@functools.cache
def test_answers():
    """Probabilities (2000, 10) that the chapter's network gives the test digits, and their labels."""
    images, labels = digits("test")
    return softmax(fitted().net(images)), labels


def confusion_matrix(labels, predictions, classes=10) -> np.ndarray:
    """Counts (classes, classes): row the label, column what was predicted."""
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def shrunken(image, side=SMALL) -> np.ndarray:
    """An image (784,) as side × side means over areas."""
    edges = np.arange(side + 1) * 28 / side
    pixels = np.arange(28)
    shares = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    shares = np.maximum(shares, 0) * side / 28
    return shares @ np.reshape(image, (28, 28)) @ shares.T


def four_together(tiles) -> np.ndarray:
    """Up to four tiles (16, 16) in one heat map (32, 32), from the upper left; row 0 of a heat map is at the bottom."""
    sheet = np.zeros((2 * SMALL, 2 * SMALL))
    for k, tile in enumerate(tiles[:4]):
        row, column = SMALL * (k // 2), SMALL * (k % 2)
        sheet[row : row + SMALL, column : column + SMALL] = tile
    return sheet[::-1]


# Which digits are taken for which


def _confusion(axes):
    table, gallery = axes
    p, labels = test_answers()
    images, _ = digits("test")
    predictions, sureness = p.argmax(axis=1), p.max(axis=1)
    counts = confusion_matrix(labels, predictions)
    table.set(xlim=(-0.5, 9.5), ylim=(9.5, -0.5), xticks=range(10), yticks=range(10), aspect="equal")
    label_axes(table, "read as", "label")
    table.tick_params(length=0)
    for (label, read), count in np.ndenumerate(counts):
        if label != read and count:
            shade = 0.08 + 0.5 * count / counts[~np.eye(10, dtype=bool)].max()
            table.add_patch(Rectangle((read - 0.5, label - 0.5), 1, 1, color=PALETTE["loss"], alpha=shade, lw=0))
        text = str(count) if count else "·"
        table.text(read, label, text, ha="center", va="center_baseline", weight="bold" if label == read else "normal")
    (frame,) = table.plot([], [], color=PALETTE["model"], lw=3, gid="frame", clip_on=False, zorder=5)
    bare(gallery, (0, 32), (-4, 36))
    sheet = heat(gallery, extent=(0, 32, 0, 32), low=0, high=1, gid="sheet")
    title = gallery.text(0, 33.5, "", gid="title")
    places = [(0.3, 29.6), (16.3, 29.6), (0.3, 13.6), (16.3, 13.6)]
    shares = [gallery.text(*at, "", fontsize=9, gid=f"share-{k}", color=PALETTE["model"]) for k, at in enumerate(places)]

    def move(*, label, read):
        cell = np.flatnonzero((labels == label) & (predictions == read))
        cell = cell[np.argsort(-sureness[cell], kind="stable")]
        shown = cell[:4] if label != read else cell[::-1][:4]
        sheet.set_data(four_together([shrunken(images[n]) for n in shown]))
        frame.set_data(read + np.array([-0.5, 0.5, 0.5, -0.5, -0.5]), label + np.array([-0.5, -0.5, 0.5, 0.5, -0.5]))
        kind = "the surest" if label != read else "the least sure"
        title.set_text("none" if not len(cell) else f"{kind} {len(shown)} of {len(cell)}" if len(cell) > 1 else "the only one")
        for k, text in enumerate(shares):
            text.set_text(f"{100 * sureness[shown[k]]:.0f} %" if k < len(shown) else "")
        return f"of {counts[label].sum()} digits labeled {label}, {counts[label, read]} {'is' if counts[label, read] == 1 else 'are'} read as {read}"

    return move


def confusion():
    """The confusion matrix, and the images behind each of its cells."""
    return explore(
        _confusion,
        id="confusion",
        caption="Mistakes gather in a few pairs of digits that look alike. The surest ones, with the probability that the network gave to its wrong answer, are often "
        "digits on which you would not bet either; some are plain.",
        alt="A table of ten rows, the labels, by ten columns, the digits read. The numbers on the diagonal are large; shaded cells beside it count the mistakes. "
        "One cell is framed, and beside the table stand up to four of the images counted in it, each with the network's probability.",
        size=(620, 340),
        panels={"ncols": 2, "width_ratios": (5, 3)},
        drag=("read", "label"),
        label=slider(0, 9, 10, start=9, label="label"),
        read=slider(0, 9, 10, start=4, label="read as"),
    )


# From an image through all layers


@functools.cache
def browsed() -> np.ndarray:
    """Twenty test digits: for each label the first that is read correctly, then the first misread ones."""
    p, labels = test_answers()
    right = p.argmax(axis=1) == labels
    first = [int(np.flatnonzero(right & (labels == d))[0]) for d in range(10)]
    return np.array([*first, *np.flatnonzero(~right)[:10]])


def _bars(ax, count, limits, title, gid, role="model"):
    """A column of horizontal bars that grow from zero; returns what moves them."""
    ax.set(xlim=limits, ylim=(count - 0.4, -0.6), yticks=[], xticks=[0])
    ax.spines["left"].set_visible(False)
    ax.set_title(title, loc="left", fontweight="normal", fontsize=11)
    ax.axvline(0, color=PALETTE["border"], lw=1)
    thick = 0.62 * 230 / count
    codes = [Path.MOVETO, Path.LINETO] * count
    bars = PathPatch(Path(np.zeros((2 * count, 2)), codes), fill=False, ec=PALETTE[role], lw=thick, gid=gid)
    ax.add_patch(bars)

    def move(values):
        ends = np.column_stack([np.zeros(count), values]).ravel()
        bars.set_path(Path(np.column_stack([ends, np.repeat(np.arange(count), 2)]), codes))

    return move


def _digit_browser(axes):
    picture, first, second, logits, output = axes
    images, labels = digits("test")
    net, chosen = fitted().net, browsed()
    linear = [layer for layer in net.layers if isinstance(layer, Linear)]
    z = [images[chosen] @ linear[0].W + linear[0].b]
    for layer in linear[1:]:
        z.append(relu(z[-1]) @ layer.W + layer.b)
    p = softmax(z[-1])
    bare(picture, (-1, 29), (-7, 33))
    image = heat(picture, extent=(-2, 30, -2, 30), low=0, high=1, gid="image", blocky=True)
    picture.plot([0, 28, 28, 0, 0], [0, 0, 28, 28, 0], color=PALETTE["muted"], lw=1)
    name = picture.text(14, 30, "", ha="center", gid="name")
    tops = [1.05 * relu(values).max() for values in z[:2]]
    move_first = _bars(first, 16, (0, tops[0]), "hidden 1", "layer-1")
    move_second = _bars(second, 16, (0, tops[1]), "hidden 2", "layer-2")
    move_logits = _bars(logits, 10, (-1.05 * np.abs(z[2]).max(), 1.05 * np.abs(z[2]).max()), "logits z", "layer-3")
    move_output = _bars(output, 10, (0, 1), "softmax p", "layer-4-bars")
    for ax in (logits, output):
        ax.set_yticks(range(10), [str(d) for d in range(10)])
        ax.tick_params(length=0)
    answer = picture.text(14, -5.5, "", ha="center", weight="bold", gid="layer-4-answer")

    def move(*, digit):
        k = int(digit)
        image.set_data(np.pad(images[chosen[k]].reshape(28, 28), 2)[::-1])
        name.set_text(labeled(labels[chosen[k]]))
        a1, a2 = relu(z[0][k]), relu(z[1][k])
        move_first(a1)
        move_second(a2)
        move_logits(z[2][k])
        move_output(p[k])
        order = np.argsort(-p[k], kind="stable")
        answer.set_text(f"read as {order[0]}")
        gap = z[2][k][order[0]] - z[2][k][order[1]]
        return [
            f"test digit {chosen[k]}, labeled {labels[chosen[k]]}: {int((images[chosen[k]] > 0).sum())} of 784 pixels have ink",
            f"{int((a1 > 0).sum())} of 16 units of the first hidden layer fire",
            f"{int((a2 > 0).sum())} of 16 units of the second hidden layer fire",
            f"the largest logit is that of {order[0]}, ahead of {order[1]} by {number(gap, 1)}",
            f"{labeled(labels[chosen[k]])}, read as {order[0]} with {share(p[k][order[0]])}, as {order[1]} with {share(p[k][order[1]])}",
        ]

    return move


def digit_browser():
    """A test digit and what every layer makes of it."""
    chosen, labels = browsed(), digits("test")[1]
    return explore(
        _digit_browser,
        id="digit-browser",
        caption="In every layer there is less of the image and more of the answer. The first ten digits are read correctly; the last ten are not, and the logits show how narrowly, or how widely.",
        alt="A handwritten digit on the left. To its right four columns of horizontal bars: the 16 activations of the first hidden layer, the 16 of the second, "
        "the ten logits to both sides of zero, and the ten probabilities, nearly all of them on one digit.",
        size=(640, 300),
        panels={"ncols": 5, "width_ratios": (4, 2.2, 2.2, 2.6, 2.6)},
        digit=slider(0, len(chosen) - 1, len(chosen), start=int(np.flatnonzero(labels[chosen] == 4)[0]), label="digit no.", play=True),
        layer=reveal("layer", label="layers computed"),
    )


# What the first layer looks like, epoch by epoch


def _first_layer_weights(axes):
    maps, curve = axes
    history = fitted()
    W = np.array([history.net.at(theta).layers[0].W for theta in history.thetas])
    reach = 0.4 * np.abs(W[-1]).max()
    bare(maps, (0, 66), (-1, 73))
    maps.text(0, 68, "weights of the 16 units of layer 1", fontsize=11)
    sheets = [
        heat(maps, extent=(34 * (k % 2), 34 * (k % 2) + 32, y, y + 32), low=-reach, high=reach, ramp="two-sided", gid=f"sheet-{k}")
        for k, y in enumerate((34, 34, 0, 0))
    ]
    for k in range(1, 4):
        at = (16, 33, 50)[k - 1]
        maps.plot([at, at], [0, 66], color=PALETTE["border"], lw=1)
        maps.plot([0, 66], [at, at], color=PALETTE["border"], lw=1)
    share = 100 * np.array([_start_accuracy(history), *history.validation_metrics["accuracy"]])
    trained = 100 * np.array([_start_accuracy(history, "train"), *history.metrics["accuracy"]])
    curve.set(xlim=(0, len(share) - 0.5), ylim=(0, 104), yticks=(0, 50, 100), yticklabels=("0", "50", "100 %"))
    label_axes(curve, "epoch", "accuracy")
    for values, text, style, dy in ((trained, "training", (0, (3, 2)), 7), (share, "validation", "-", -5)):
        curve.plot(range(len(values)), values, color=PALETTE["data"], lw=1.6, ls=style)
        curve.text(len(values) - 1, values[-1] + dy - 4, text, ha="right", fontsize=9, color=PALETTE["data"])
    (here,) = curve.plot([], [], "o", ms=9, color=PALETTE["model"], gid="here", zorder=5)

    def move(*, epoch):
        tiles = [np.pad(w.reshape(14, 2, 14, 2).mean(axis=(1, 3)), 1) for w in W[epoch].T]
        for k, sheet in enumerate(sheets):
            sheet.set_data(four_together(tiles[4 * k : 4 * k + 4]))
        here.set_data([epoch], [share[epoch]])
        when = "before the first epoch" if epoch == 0 else f"after epoch {epoch}"
        return f"{when}: {trained[epoch]:.0f} % of the training digits read, {share[epoch]:.0f} % of the validation digits"

    return move


def _start_accuracy(history, part="validation"):
    images, labels = digits(part)
    return float((history.net.at(history.thetas[0])(images).argmax(axis=1) == labels).mean())


def first_layer_weights():
    """The weights into the first hidden layer while they are learned."""
    epochs = len(fitted().loss)
    return explore(
        _first_layer_weights,
        id="first-layer-weights",
        caption="Out of noise come blotches: patches of ink that speak for a unit beside patches that speak against it. No loops, no strokes, no edges, and yet nine of ten digits are read.",
        alt="Sixteen small square maps of weights in a grid of four by four, with two colors for positive and negative weights on irregular patches. Beside them the accuracy "
        "on training and validation digits rises steeply in the first epoch and then slowly, with a dot at the epoch shown.",
        size=(620, 330),
        panels={"ncols": 2, "width_ratios": (1, 1)},
        epoch=slider(0, epochs, epochs + 1, start=epochs, label="epoch", play=True),
    )


EXPLORERS = (confusion, digit_browser, first_layer_weights)


# Ablation: figures of numbers that the chapter has computed


def _ablation(ax, scores):
    names = list(scores)
    ax.set(xlim=(0, 100), ylim=(len(names) - 0.4, -0.7), yticks=[])
    ax.spines["left"].set_visible(False)
    label_axes(ax, "validation accuracy in %", "")
    for row, (name, values) in enumerate(scores.items()):
        ax.plot([0, 100], [row, row], color=PALETTE["border"], lw=1, zorder=0)
        ax.plot(100 * values, np.full(len(values), row), "o", ms=8, mfc="none", mew=1.6, color=PALETTE["data"])
        ax.plot(100 * np.median(values), row, "|", ms=20, mew=3, color=PALETTE["model"])
        ax.text(0.5, row - 0.22, name, va="bottom")


def ablation_figure(scores):
    """Accuracies of several seeds for each recipe: scores is name → array (seeds,)."""
    return figure(
        lambda ax: _ablation(ax, scores),
        id="ablation-figure",
        caption="The modern recipe, one change of it in each row, and in the last all of them but dropout; rings are seeds, bars medians. Where the weights start matters most; a loss that fits the output comes next.",
        alt="One horizontal line for each recipe with a ring for the validation accuracy of each of five networks and a bar at their median. Four rows lie close to 90 percent; "
        "squared error, the classic recipe and, furthest, N(0, 1) weights in the modern one lie to the left.",
        size=(620, 330),
    )
