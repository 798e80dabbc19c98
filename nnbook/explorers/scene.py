"""One drawing with a still part, drawn once, and a moving part, drawn again for every state."""

from __future__ import annotations

import inspect
import time
import warnings
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnbook.figures.style import styled

from .svg import Element, NotFinite, SvgRenderer

# What a move may take, in seconds of processor time: too little for one that trains at every state, enough, on any
# machine, for one that trains once and keeps the result.
SLOWEST = 2.0


class ExplorerError(Exception):
    """An explorer that must not be published: it names the scene and the settings."""


@dataclass(frozen=True)
class State:
    """What one state shows: the elements of every moving layer, and the readout (a list: one line a step)."""

    layers: dict[str, list[Element]]
    readout: str | list[str]


class Scene:
    """A scene function called once: it draws on fresh axes and hands back `move`."""

    def __init__(self, function, name: str, size, panels, still: dict):
        self.function, self.name, self.size, self.still = function, name, size, still
        with styled():
            self.figure = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72, layout="constrained")
            FigureCanvasAgg(self.figure)
            axes = _axes(self.figure, panels)
            with self._blame(still):
                self._move = function(axes, **still)
                self.moving = self._find_moving()
            self._first_drawing = True

    def _find_moving(self) -> dict:
        found = self.figure.findobj(lambda artist: artist.get_gid() is not None)
        gids = [artist.get_gid() for artist in found]
        twice = sorted({gid for gid in gids if gids.count(gid) > 1})
        if twice:
            raise ValueError(f"two artists share the gid {twice[0]!r}; give each moving artist its own")
        return dict(zip(gids, found, strict=True))

    def _blame(self, settings):
        return _Blame(self.name, settings)

    def accepts(self) -> set[str]:
        """The names of the settings that `move` takes."""
        return set(inspect.signature(self._move).parameters) if self._move else set()

    def state(self, **settings) -> State:
        """The moving layers and the readout at these settings; an error, a warning, a NaN or a slow move is refused."""
        with self._blame({**self.still, **settings}), styled():
            started = time.thread_time()
            readout = self._move(**settings) if self._move else None
            spent = time.thread_time() - started
            if not self._first_drawing and spent > SLOWEST:
                raise RuntimeError(f"move took {spent:.2f} s of processor time; it may take {SLOWEST} s")
            if readout is not None and not _is_readout(readout):
                raise TypeError(f"move must return its readout, a line of text or a list of lines, not {readout!r}")
            if self._first_drawing:
                self._settle()
            layers = {gid: self._draw(artist) for gid, artist in self.moving.items()}
        return State(layers, "" if readout is None else readout)

    def _settle(self):
        """Lay the figure out once, at the first state, and keep the layout."""
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")
        self._first_drawing = False
        self._renderer = SvgRenderer(*self.size, prefix=self.name)
        self.figure.draw(self._renderer)
        for gid in self.moving:
            if gid not in self._renderer.layers:  # hidden or empty at first, it opened no group, but it needs a place
                self._renderer.parts.append(gid)
                self._renderer.layers[gid] = []
        self._cached = {gid: self._renderer.layers[gid] for gid in self.moving}

    def _draw(self, artist) -> list[Element]:
        gid = artist.get_gid()
        if artist.stale:
            self._renderer.layers[gid] = []
            parts, self._renderer.parts = self._renderer.parts, []
            artist.draw(self._renderer)
            self._renderer.parts = parts
            artist.stale = False
            self._cached[gid] = self._renderer.layers[gid]
        return self._cached[gid]

    def markup(self, layers: dict[str, list[Element]], hidden=frozenset()) -> str:
        """The inside of the <svg>: the still part, with these elements in the moving layers."""
        return self._renderer.body({**self._renderer.layers, **layers}, hidden)


def _axes(figure, panels: dict):
    """One axes, or the list that `subplots` or `subplot_mosaic` makes of `panels`."""
    if "mosaic" in panels:
        return list(figure.subplot_mosaic(**panels).values())
    axes = figure.subplots(**panels)
    return list(np.ravel(axes)) if panels else axes


def _is_readout(value) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and len(value) > 0 and all(isinstance(line, str) for line in value)
    )


class _Blame:
    """Turns an error or a warning inside a scene into one sentence with the settings that caused it."""

    def __init__(self, name, settings):
        self.name, self.settings = name, settings
        self.warnings = warnings.catch_warnings()

    def __enter__(self):
        self.warnings.__enter__()
        warnings.simplefilter("error")
        self.errors = np.errstate(all="warn", under="ignore")
        self.errors.__enter__()

    def __exit__(self, kind, error, trace):
        self.errors.__exit__(None, None, None)
        self.warnings.__exit__(None, None, None)
        if isinstance(error, Exception) and not isinstance(error, ExplorerError):
            at = ", ".join(f"{k}={getattr(v, 'name', v)!r}" for k, v in self.settings.items()) or "no settings"
            what = error if isinstance(error, NotFinite) else f"{kind.__name__}: {error}"
            raise ExplorerError(f"explorer {self.name!r} at {at}: {what}") from error
