"""What a reader can move: sliders and choices multiply the states of a figure, steps and layers do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


def spoken(value: float, unit: str = "") -> str:
    """A number as it is shown and read aloud, with a true minus sign and its unit."""
    text = f"{value:.4g}".replace("-", "−")
    return f"{text} {unit}".rstrip()


@dataclass(frozen=True)
class Slider:
    """A number between two ends. The page holds `count` of its values; with a kernel it is continuous.

    With `at`, these are all the values that there are, on the page and with a kernel.
    """

    low: float
    high: float
    count: int
    start: float
    label: str = ""
    unit: str = ""
    log: bool = False
    play: bool = False
    at: tuple = ()

    def __post_init__(self):
        if self.count < 2 or not self.low < self.high:
            raise ValueError(f"slider({self.low}, {self.high}, {self.count}): wanted low < high and two values or more")
        if self.log and self.low <= 0:
            raise ValueError(f"slider({self.low}, {self.high}, log=True): wanted low > 0 for a logarithmic scale")
        if not self.low <= self.start <= self.high:
            raise ValueError(f"slider({self.low}, {self.high}): start={self.start} lies outside")

    @property
    def values(self) -> list:
        """The values on the page; the start is one of them, so the nearest one gives way to it."""
        if self.at:
            return list(self.at)
        space = np.geomspace if self.log else np.linspace
        values = [float(f"{v:.6g}") for v in space(self.low, self.high, self.count)]
        scale = np.log if self.log else np.asarray
        nearest = int(np.argmin(np.abs(scale(values) - scale(self.start))))
        values[nearest] = float(self.start)
        return [int(v) for v in values] if self.integer else values

    @property
    def integer(self) -> bool:
        """Whether every value is a whole number, so that a scene gets an int."""
        step = (self.high - self.low) / (self.count - 1)
        return not self.log and all(float(v).is_integer() for v in (self.low, self.start, step))

    @property
    def first(self) -> int:
        return self.values.index(self.start)

    def texts(self) -> list[str]:
        return [spoken(v, self.unit) for v in self.values]

    def names(self) -> list[str]:
        return [f"{v:.6g}" for v in self.values]


@dataclass(frozen=True)
class Choice:
    """One of a few things, each with the name that the reader sees."""

    options: tuple[tuple[str, Any], ...]
    start: str
    label: str = ""

    @property
    def values(self) -> list:
        return [value for _, value in self.options]

    @property
    def first(self) -> int:
        return self.names().index(self.start)

    def texts(self) -> list[str]:
        return self.names()

    def names(self) -> list[str]:
        return [name for name, _ in self.options]


@dataclass(frozen=True)
class Step:
    """Time: reveals a path vertex by vertex, or the parts `layer-1`, `layer-2`, … one after the other."""

    layers: tuple[str, ...]
    label: str = "step"
    start: int | None = None
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Show:
    """A layer that can be shown or hidden."""

    layers: tuple[str, ...]
    start: bool = True
    label: str = ""


def slider(low, high, count, start=None, *, label="", unit="", log=False, play=False) -> Slider:
    """A number from `low` to `high` with `count` values on the page, evenly spaced (or by ratio, with `log`).

    `start` is the first value shown (default: low); `play` adds a button that runs through the values.
    """
    return Slider(low, high, count, low if start is None else start, label, unit, log, play)


def stops(*values, start=None, label="", unit="", play=False) -> Slider:
    """One of these rising numbers, for what was computed at them and nowhere between; the rest as for `slider`."""
    if len(values) < 2 or list(values) != sorted(set(values)) or start not in (None, *values):
        raise ValueError(f"stops{values}: expected two rising numbers or more, and start={start} to be one of them")
    first = values[0] if start is None else start
    return Slider(values[0], values[-1], len(values), first, label, unit, play=play, at=values)


def choice(*options, start=None, label="") -> Choice:
    """One of several options: strings, things with a `name`, functions, or pairs (name, value)."""
    if not options:
        raise ValueError("choice(): expected at least one option")
    named = tuple(o if isinstance(o, tuple) else (_name(o), o) for o in options)
    names = [name for name, _ in named]
    if len(set(names)) < len(names):
        raise ValueError(f"choice(): two options share a name in {names}")
    return Choice(named, names[0] if start is None else start, label)


def step(*layers, label="step", start=None, head=None) -> Step:
    """Reveals the first vertices of the paths `layers` (or their parts `layer-1` …); plays; never multiplies states.

    `head` names a layer, usually one marker, that sits at the last vertex revealed of the first path; several
    names go with as many paths.
    """
    heads = (head,) if isinstance(head, str) else tuple(head or ())
    return Step(layers, label, start, heads)


def show(*layers, start=True, label="") -> Show:
    """Shows or hides the layers."""
    return Show(layers, start, label)


def _name(option) -> str:
    return str(getattr(option, "name", None) or getattr(option, "__name__", None) or option)


@dataclass(frozen=True)
class Controls:
    """The controls of one explorer by name, sorted by what they do."""

    given: dict[str, Any] = field(default_factory=dict)

    def of(self, kind) -> dict[str, Any]:
        return {name: c for name, c in self.given.items() if isinstance(c, kind)}

    @property
    def axes(self) -> dict[str, Slider | Choice]:
        """Those that multiply states, in order."""
        return self.of((Slider, Choice))

    @property
    def start(self) -> dict[str, Any]:
        return {name: c.values[c.first] for name, c in self.axes.items()}

    def label(self, name: str) -> str:
        return self.given[name].label or name.replace("_", " ")
