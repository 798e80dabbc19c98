"""Figures that move: one scene function, alive on a static page and with a kernel. ::

    def descent(ax, landscape):
        draw_contours(ax, landscape)
        path, = ax.plot([], [], gid="path")
        def move(*, learning_rate):
            points = minimize(landscape, START, GradientDescent(learning_rate), steps=50)
            path.set_data(*points.T)
            return f"loss {landscape(points[-1]):.1e} after 50 steps"
        return move

    explore(descent, id="descent", caption=…, alt=…,
            landscape=choice(bowl, ravine), learning_rate=slider(0.01, 1.2, 41))

The book's own are in one module a chapter; `nnbook.explorers.catalog` lists them all.
"""

from __future__ import annotations

import inspect
import os
import re

from .controls import Choice, Controls, Slider, choice, show, slider, step, stops
from .heat import grid, heat
from .scene import ExplorerError, Scene

__all__ = ["explore", "figure", "slider", "stops", "choice", "step", "show", "heat", "grid", "Explorer", "ExplorerError"]

SIZE = (560, 340)
MOST_CONTROLS = 3


class Explorer:
    """A scene with its controls. Shown on a page it is HTML, shown in a notebook with a kernel it is a widget."""

    def __init__(self, function, id, caption, alt, size, panels, drag, controls):
        self.function, self.id, self.caption, self.alt = function, id, caption, alt
        self.size, self.panels, self.drag = size, panels or {}, drag
        self.controls = Controls(controls)
        self._check()
        taken = list(inspect.signature(function).parameters)[1:]
        self.still_names = [name for name in self.controls.axes if name in taken]
        self.moving_names = [name for name in self.controls.axes if name not in taken]
        self._check_names(taken)

    def _check(self):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.id):
            raise ExplorerError(f"explore: the id {self.id!r} must be lower-case words joined by hyphens")
        if len(self.alt) < 30 or self.alt == self.caption:
            raise ExplorerError(f"explorer {self.id!r}: alt must say in 30 characters or more what is seen, not the caption")
        axes = self.controls.axes
        if len(axes) > MOST_CONTROLS:
            raise ExplorerError(f"explorer {self.id!r}: {len(axes)} controls are more than {MOST_CONTROLS}: {', '.join(axes)}")
        for name in self.drag or ():
            if not isinstance(axes.get(name), Slider):
                raise ExplorerError(f"explorer {self.id!r}: drag names {name!r}, which is not one of its sliders")

    def _check_names(self, taken):
        for name in self.still_names:
            if not isinstance(self.controls.given[name], Choice):
                raise ExplorerError(f"explorer {self.id!r}: {name} redraws the still part, so it must be a choice")
        wanted = self.scene(**{name: self.controls.start[name] for name in self.still_names}).accepts()
        if set(taken) - set(self.still_names) or wanted != set(self.moving_names):
            raise ExplorerError(
                f"explorer {self.id!r}: the scene takes {taken} and move takes {sorted(wanted)}, "
                f"but the controls are {list(self.controls.axes)}"
            )

    def scene(self, **still) -> Scene:
        """A fresh drawing of the still part."""
        return Scene(self.function, self.id, self.size, self.panels, still)

    def settings(self, **changed) -> dict:
        """The first settings, with some of them changed; options may be given by their names."""
        settings = self.controls.start
        for name, value in changed.items():
            control = self.controls.axes[name]
            named = dict(control.options) if isinstance(control, Choice) else {}
            settings[name] = named.get(value, value) if isinstance(value, str) else value
        return settings

    def readout(self, **changed) -> str:
        """What the explorer says at the first settings, or at others."""
        settings = self.settings(**changed)
        scene = self.scene(**{name: settings[name] for name in self.still_names})
        line = scene.state(**{name: settings[name] for name in self.moving_names}).readout
        return line if isinstance(line, str) else line[-1]

    def html(self) -> str:
        """The static life: markup that needs no kernel."""
        from .static import page

        return page(self)

    def live(self):
        """The live life: an object with `controls`, `readout` and the ipywidgets `view`."""
        from .live import Live

        return Live(self)

    def __repr__(self) -> str:
        return self.readout() or self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = {"text/plain": repr(self)}
        if os.environ.get("NNBOOK_STATIC") == "1":
            return {"text/html": self.html(), **text}
        from .live import bundle

        return {**bundle(self.live().view), **text}


def explore(scene, *, id, caption, alt, size=SIZE, panels=None, drag=None, **controls) -> Explorer:
    """Make a figure that a reader can move.

    `scene(ax, …)` draws the still part once for each choice it names as a parameter and returns `move` (keyword arguments only), which
    touches artists that have a `gid` and returns a one-line readout (or a list of lines, one a step). `caption` states
    the finding; `alt` says what is seen at first. `size` is in pixels, `panels` holds what `Figure.subplots` takes
    (`{"ncols": 2}`); with it the scene gets a list of axes. `drag=(x, y)` names two sliders that follow the pointer on the first panel.

    Raises ExplorerError, naming the explorer and the settings, for a scene that fails, warns, is slow or not finite.
    """
    return Explorer(scene, id, caption, alt, size, panels, drag, controls)


def figure(scene, *, id, caption, alt, size=SIZE, panels=None) -> Explorer:
    """A figure that stands still: an explorer without controls."""
    return Explorer(scene, id, caption, alt, size, panels, None, {})


