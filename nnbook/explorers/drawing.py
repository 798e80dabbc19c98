"""Draw a digit: the one figure that computes on the page itself, because a drawing has too many states to store.

Without a script it shows one test digit on its way through the network. `static/draw-digit.js` wakes it, with the
weights of `static/digit-network.js`; in JupyterLab both are handed over with the figure.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import os
from html import escape
from importlib.resources import files

import numpy as np
from PIL import Image

from nnbook.activations import relu, softmax
from nnbook.datasets import digits
from nnbook.layers import Linear, Sequential

from .values import labeled

__all__ = ["Drawing", "answers", "draw_digit", "network", "passes"]

CAPTION = (
    "784 pixels, 16 numbers, 16 numbers, ten probabilities: this is all of the network, and it answers at every stroke. Draw something that is no digit, and it "
    "answers too."
)
ALT = (
    "A network as columns from left to right: the 28 by 28 pixels it reads, two columns of 16 circles whose disks grow with the activation, and a bar with a percentage for each "
    "digit from 0 to 9. Lines between the columns are the strongest contributions to the next layer, dashed where they push down."
)
HELP = "Draw with mouse or finger. With the keyboard: arrows move the pen (Shift: finely), space puts it down and lifts it, Backspace undoes."
RADIUS, BAR = 75, 560  # of the largest disk and the longest bar, in tenths of a pixel
WIDTH, HEIGHT = 4900, 3400
EDGES = 18  # strongest connections drawn between two layers
COLUMNS = (1950, 2750, 3500)  # of hidden layers and output


@functools.cache
def network():
    """The 784-16-16-10 network with ReLUs that the page runs, in float64; scripts/train_digit_network.py made it."""
    with (files("nnbook") / "data" / "digit-network.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        sizes, theta = stored["sizes"].tolist(), stored["theta"].astype(float)
    linear = [Linear(*fans, rng=np.random.default_rng(0)) for fans in zip(sizes, sizes[1:], strict=False)]
    hidden = [part for layer in linear[:-1] for part in (layer, relu)]
    return Sequential([*hidden, linear[-1]]).at(theta)


def passes(image):
    """The activations of all layers for one image (784,): pixels, hidden (16,), hidden (16,), probabilities (10,)."""
    a, found = np.reshape(image, (1, 784)), [np.ravel(image)]
    for layer in network().layers:
        a, _ = layer.forward(a)
        if not isinstance(layer, Linear):
            found.append(a[0])
    return [*found, softmax(a)[0]]


def percent(p) -> str:
    """A probability in percent; softmax gives neither 0 nor 1, so that no answer is called certain or ruled out."""
    rounded = int(np.floor(100 * p + 0.5))
    return "<1 %" if rounded < 1 else ">99 %" if rounded > 99 else f"{rounded} %"


def say(probabilities) -> str:
    """What the network reads, as "reads 7, 93 %; then 9, 5 %"."""
    first, second = np.argsort(-probabilities, kind="stable")[:2]
    return f"reads {first}, {percent(probabilities[first])}; then {second}, {percent(probabilities[second])}"


@functools.cache
def answers():
    """Probabilities (2000, 10) for the test digits, and their labels."""
    images, labels = digits("test")
    return softmax(network()(images)), labels


@functools.cache
def chosen() -> dict[str, list[int]]:
    """Test digits to pick from: the first of each kind that is read correctly, and the surest mistake about each."""
    p, labels = answers()
    right = p.argmax(axis=1) == labels
    surest = [np.flatnonzero(~right & (labels == d)) for d in range(10)]
    return {
        "read correctly": [int(np.flatnonzero(right & (labels == d))[0]) for d in range(10)],
        "misread": [int(wrong[p[wrong].max(axis=1).argmax()]) for wrong in surest if len(wrong)],
    }


class Drawing:
    """The figure: alive wherever its scripts run, a still picture of one test digit where they do not."""

    id = "draw-a-digit"

    def __init__(self):
        self.first = chosen()["read correctly"][3]
        images, labels = digits("test")
        self.layers = passes(images[self.first])
        self.readout = f"test digit {self.first}, {labeled(labels[self.first])}: the network {say(self.layers[-1])}"

    def html(self) -> str:
        """The figure element; the page brings style and scripts."""
        return (
            f'<figure class="explorer still drawing" id="{self.id}"><div class="desk">{self._pad()}{picture(self.layers)}</div>'
            f"{self._controls()}<noscript><p class=\"still-note\">Drawing needs JavaScript; this is one test digit.</p></noscript>"
            f'<output class="readout" id="{self.id}-readout">{escape(self.readout)}</output>'
            f"<figcaption>{escape(CAPTION)}</figcaption>"
            f'<script type="application/json" class="samples">{json.dumps(samples(), separators=(",", ":"))}</script></figure>'
        )

    def standalone(self) -> str:
        """The figure with style, weights and script in it, for a notebook."""
        style, code = ("".join(_static(name) for name in names) for names in (("nnbook.css", "draw-digit.css"), SCRIPTS))
        return f"<style>{style}</style>{self.html()}<script>{code}</script>"

    def _pad(self) -> str:
        return (
            '<div class="pad" hidden data-lm-suppress-shortcuts="true"><div class="paper">'
            f'<canvas width="140" height="140" tabindex="0" role="application" aria-label="Paper to draw on" '
            f'aria-describedby="{self.id}-help {self.id}-readout"></canvas><span class="pen"></span></div>'
            f'<p class="help" id="{self.id}-help">{HELP} <span class="pen-state" role="status">The pen is up.</span></p></div>'
        )

    def _controls(self) -> str:
        _, labels = digits("test")
        p, _ = answers()
        options = '<option value="">your own drawing</option>'
        for name, numbers in chosen().items():
            texts = [labeled(labels[n]) + ("" if name == "read correctly" else f", read as {p[n].argmax()}") for n in numbers]
            options += f'<optgroup label="test digits {name}">' + "".join(
                f'<option value="{n}"{" selected" * (n == self.first)}>{text}</option>'
                for n, text in zip(numbers, texts, strict=True)
            )
            options += "</optgroup>"
        return (
            '<div class="controls" role="group" aria-label="Controls of the figure">'
            f'<div class="control"><label for="{self.id}-digit">on the paper</label>'
            f'<select id="{self.id}-digit" name="digit" autocomplete="off" disabled>{options}</select></div>'
            '<button type="button" class="undo" disabled>Undo</button><button type="button" class="clear" disabled>Clear</button></div>'
        )

    def __repr__(self) -> str:
        return self.readout

    def live(self):
        """The figure as a widget, which a notebook shows with its scripts and does not store."""
        import ipywidgets

        shown = {"output_type": "display_data", "data": {"text/html": self.standalone()}, "metadata": {}}
        return ipywidgets.Output(outputs=(shown,))

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = {"text/plain": repr(self)}
        if os.environ.get("NNBOOK_STATIC") == "1":
            return {"text/html": self.html(), **text}
        from .live import bundle

        return {**bundle(self.live()), **text}


SCRIPTS = ("digit-network.js", "draw-digit.js")


def draw_digit() -> Drawing:
    """A canvas, and the network that reads it at every stroke."""
    return Drawing()


def samples() -> dict[int, dict]:
    """The digits to pick from: number → label, and pixels as base64 of one byte each."""
    images, labels = digits("test")
    numbers = [n for group in chosen().values() for n in group]
    pixels = {n: np.rint(255 * images[n]).astype(np.uint8).tobytes() for n in numbers}
    return {n: {"label": int(labels[n]), "pixels": base64.b64encode(pixels[n]).decode()} for n in numbers}


def picture(layers) -> str:
    """The network as an <svg>: the script finds its parts by data-part and changes nothing but their attributes."""
    columns = [_column(x, len(a)) for x, a in zip(COLUMNS, layers[1:], strict=True)]
    titles = ((750, 920, "it reads 28 × 28"), (COLUMNS[0], 130, "hidden 1"), (COLUMNS[1], 130, "hidden 2"), (3900, 130, "output"))
    heads = "".join(
        f'<text x="{x}" y="{y}" text-anchor="middle" fill="currentColor">{text}</text>' for x, y, text in titles
    )
    edges = "".join(_edges(k, layers[k], columns[k - 1], columns[k]) for k in (1, 2))
    hidden = "".join(_hidden(k, layers[k], columns[k - 1]) for k in (1, 2))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width:600px" role="img" aria-label="{escape(ALT)}" '
        f'aria-describedby="{Drawing.id}-readout" data-radius="{RADIUS}" data-bar="{BAR}">{heads}'
        f'<rect x="20" y="1000" width="1460" height="1460" fill="none" stroke="var(--nn-muted)" stroke-width="12"/>'
        f'<image class="ink" data-part="input" x="30" y="1010" width="1440" height="1440" image-rendering="pixelated" href="{_png(layers[0])}"/>'
        f'<path d="M1500 1730L1780 1730M1710 1670L1780 1730L1710 1790" fill="none" stroke="var(--nn-muted)" stroke-width="15"/>'
        f"{edges}{hidden}{_outputs(layers[-1], columns[-1])}</svg>"
    )


def _column(x, count) -> np.ndarray:
    """Centers of so many units, evenly from top to bottom."""
    return np.column_stack([np.full(count, x), np.rint(np.linspace(300, 3260, count))]).astype(int)


def _hidden(number, activations, places) -> str:
    most = activations.max() or 1.0
    units = "".join(
        f'<g><circle cx="{x}" cy="{y}" r="{RADIUS}" fill="var(--nn-surface)" stroke="var(--nn-model)" stroke-width="12"/>'
        f'<circle class="amount" cx="{x}" cy="{y}" r="{_round(RADIUS * np.sqrt(a / most))}" fill="var(--nn-model)"/></g>'
        for (x, y), a in zip(places, activations, strict=True)
    )
    return f'<g data-part="hidden-{number}">{units}</g>'


def _outputs(probabilities, places) -> str:
    rows = "".join(
        f'<g font-weight="{"bold" if digit == probabilities.argmax() else "normal"}"><circle class="place" cx="{x}" cy="{y}" r="0"/>'
        f'<text x="{x + 50}" y="{y + 45}" fill="currentColor">{digit}</text>'
        f'<rect class="amount" x="{x + 170}" y="{y - 70}" width="{_round(BAR * p)}" height="140" fill="var(--nn-model)"/>'
        f'<text class="percent" x="{WIDTH - 20}" y="{y + 45}" text-anchor="end" fill="currentColor">{escape(percent(p))}</text></g>'
        for digit, ((x, y), p) in enumerate(zip(places, probabilities, strict=True))
    )
    return f'<g data-part="outputs">{rows}</g>'


def _edges(number, activations, starts, stops) -> str:
    """The largest products weight × activation between two layers, as lines; dashed where they are negative."""
    linear = [layer for layer in network().layers if isinstance(layer, Linear)][number]
    flows = (linear.W * activations[:, None]).ravel()
    order = np.argsort(-np.abs(flows), kind="stable")[:EDGES]
    most = np.abs(flows[order[0]]) or 1.0
    lines = ""
    for place in order:
        (x0, y0), (x1, y1) = starts[place // linear.fan_out], stops[place % linear.fan_out]
        width, dashes = _round(30 * abs(flows[place]) / most), "40 30" if flows[place] < 0 else "none"
        lines += f'<path d="M{x0} {y0}L{x1} {y1}" stroke-width="{width}" stroke-dasharray="{dashes}"/>'
    return f'<g data-part="edges-{number}" fill="none" stroke="var(--nn-muted)">{lines}</g>'


def _round(value) -> int:
    return int(np.floor(value + 0.5))


def _png(pixels) -> str:
    """28 × 28 gray levels as a data URI: black, as opaque as the pixel is dark."""
    opacity = np.rint(255 * pixels).astype(np.uint8).reshape(28, 28)
    buffer = io.BytesIO()
    Image.merge("LA", [Image.new("L", (28, 28)), Image.fromarray(opacity)]).save(buffer, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _static(name) -> str:
    return (files("nnbook") / "static" / name).read_text(encoding="utf-8")
