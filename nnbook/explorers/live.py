"""The life with a kernel: the same scene, labels and readout as ipywidgets, on any value in between."""

from __future__ import annotations

from html import escape
from importlib.resources import files

import ipywidgets as widgets

from .controls import Choice, Controls, Show, Slider, Step
from .reveal import length, present
from .static import picture


def _slider(control: Slider, label: str) -> widgets.Widget:
    if control.at:
        options = list(zip(control.texts(), control.values, strict=True))
        return widgets.SelectionSlider(options=options, value=control.start, description=label)
    if control.integer:
        step = (control.high - control.low) // (control.count - 1)
        return widgets.IntSlider(control.start, control.low, control.high, step, description=label)
    if control.log:
        from math import log10

        low, high = log10(control.low), log10(control.high)
        return widgets.FloatLogSlider(
            control.start, min=low, max=high, step=(high - low) / 1000, description=label, readout_format=".3g"
        )
    fine = (control.high - control.low) / (control.count - 1) / 20
    return widgets.FloatSlider(
        control.start, min=control.low, max=control.high, step=fine, description=label, readout_format=".3g"
    )


def _widget(control, label: str, steps: int) -> widgets.Widget:
    if isinstance(control, Slider):
        return _slider(control, f"{label} ({control.unit})" if control.unit else label)
    if isinstance(control, Choice):
        return widgets.Dropdown(options=control.options, value=control.values[control.first], description=label)
    if isinstance(control, Show):
        return widgets.Checkbox(control.start, description=label)
    start = steps if control.start is None else control.start
    return widgets.IntSlider(start, 0, steps, description=label)


def bundle(view: widgets.Widget) -> dict:
    """What a notebook shows a widget by; ipywidgets 7, which Colab keeps, has no `_repr_mimebundle_` to ask for it."""
    return {"application/vnd.jupyter.widget-view+json": {"version_major": 2, "version_minor": 0, "model_id": view.model_id}}


class Live:
    """One explorer with its widgets; `controls[name].value = …` moves it, `readout` is what it says."""

    def __init__(self, explorer):
        self.explorer = explorer
        self._scenes = {}
        controls: Controls = explorer.controls
        steps = {name: self._longest(control) for name, control in controls.of(Step).items()}
        self.controls = {
            name: _widget(control, controls.label(name), steps.get(name, 0)) for name, control in controls.given.items()
        }
        self.picture = widgets.HTML()
        self.line = widgets.HTML()
        for control in self.controls.values():
            control.style.description_width = "9em"
            control.layout.width = "min(100%, 34em)"
            control.observe(self._update, names="value")
        style = files("nnbook").joinpath("static/nnbook.css").read_text(encoding="utf-8")
        caption = widgets.HTML(f"<style>{style}</style><p>{escape(explorer.caption)}</p>")
        rows = map(self._row, self.controls.items())
        self.view = widgets.VBox([self.picture, *rows, self.line, caption])
        self._update()

    def _row(self, item):
        name, control = item
        if not isinstance(self.explorer.controls.given[name], Step):
            return control
        play = widgets.Play(value=0, min=0, max=control.max, interval=150, description=f"play {name}")
        widgets.jslink((play, "value"), (control, "value"))
        return widgets.HBox([control, play])

    def _longest(self, control: Step) -> int:
        layers = self._state(self.explorer.controls.start).layers
        return max(length(layers, name) for name in control.layers)

    def _scene(self, settings):
        still = {name: settings[name] for name in self.explorer.still_names}
        key = tuple(map(id, still.values()))
        if key not in self._scenes:
            self._scenes[key] = self.explorer.scene(**still)
        return self._scenes[key]

    def _state(self, settings):
        scene = self._scene(settings)
        return scene.state(**{name: settings[name] for name in self.explorer.moving_names})

    def _update(self, _change=None):
        settings = {name: control.value for name, control in self.controls.items()}
        try:
            state = self._state(settings)
        except Exception as error:
            # an exception in an observer never reaches the page: say it where the reader looks, then let it through
            self.line.value = f"<p><strong>{escape(str(error))}</strong></p>"
            raise
        self.readout = self._line(state.readout)
        self._follow_length(state.layers)
        settings = {name: control.value for name, control in self.controls.items()}
        shown = present(state.layers, self.explorer.controls, settings)
        self.picture.value = self._markup(self._scene(settings).markup(*shown))
        self.line.value = f'<p class="readout">{escape(self.readout)}</p>'

    def _follow_length(self, layers):
        """A path that got longer or shorter changes how far its step can go."""
        for name, control in self.explorer.controls.of(Step).items():
            self.controls[name].max = max(length(layers, layer) for layer in control.layers)

    def _line(self, readout) -> str:
        steps = list(self.explorer.controls.of(Step))
        if isinstance(readout, str):
            return readout
        at = self.controls[steps[0]].value if steps else len(readout)
        return readout[min(at, len(readout) - 1)]

    def _markup(self, inside: str) -> str:
        return f'<figure class="explorer live">{picture(self.explorer, inside)}</figure>'
