"""The life on the page: one figure element that answers with no kernel and makes sense with no script."""

from __future__ import annotations

import gzip
import itertools
import json
from html import escape

from . import pack
from .controls import Choice, Controls, Show, Slider, Step
from .reveal import length, present
from .scene import ExplorerError, Scene
from .svg import RAMPS, TENTHS

LARGEST = 30_000  # bytes of one explorer, gzipped


def page(explorer) -> str:
    """The HTML of an explorer or a figure."""
    controls: Controls = explorer.controls
    stills = list(itertools.product(*(controls.given[name].values for name in explorer.still_names)))
    first_still = tuple(controls.start[name] for name in explorer.still_names)
    scenes, first = [], None
    for values in stills:
        scene = explorer.scene(**dict(zip(explorer.still_names, values, strict=True)))
        packed = _scene(explorer, scene)
        if values == first_still or not stills:
            first = packed
        scenes.append(packed)
    steps = {name: _steps(scenes, control) for name, control in controls.of(Step).items()}
    shown = _first_markup(explorer, first, steps)
    data = {
        "controls": [_control(explorer, name, steps) for name in controls.given],
        "scenes": [
            {"tracks": s["tracks"], "readout": s["readout"]} | ({} if s is first else {"svg": s["svg"]}) for s in scenes
        ],
    }
    if any(track["a"] == "data-heat" for s in scenes for track in s["tracks"]):
        data["ramps"] = {gid: RAMPS[a.nn_ramp] for gid, a in first["scene"].moving.items() if hasattr(a, "nn_ramp")}
    if explorer.drag:
        data["drag"] = _drag(explorer, first["scene"])
    html = _figure(explorer, shown, first["line"], data if controls.given else None, steps)
    size = len(gzip.compress(html.encode()))
    if size > LARGEST:
        raise ExplorerError(
            f"explorer {explorer.id!r}: {size:,} bytes gzipped are more than {LARGEST:,}; take fewer values or move less"
        )
    return html


def _scene(explorer, scene: Scene) -> dict:
    axes = explorer.controls.axes
    states = pack.all_states(scene, axes, explorer.moving_names)
    first = states[tuple(axes[name].first for name in explorer.moving_names)]
    layers = pack.padded(states, first, explorer.id)
    _check_layers(explorer, layers)
    return {
        "scene": scene,
        "states": states,
        "layers": layers,
        "svg": scene.markup(layers),
        "tracks": pack.tracks(states, layers),
        "readout": pack.readout_track(states),
        "line": first.readout,
    }


def _check_layers(explorer, layers):
    for name, control in explorer.controls.of(Show).items():
        for layer in control.layers:
            if not any(gid == layer or gid.startswith(layer + "-") for gid in layers):
                raise ExplorerError(f"explorer {explorer.id!r}: {name}=show({layer!r}), but no artist has that gid")


def _steps(scenes, control: Step) -> int:
    """The largest number of steps that any state has."""
    return max(
        length(state.layers, name) for s in scenes for state in s["states"].flat for name in control.layers
    )


def _first_markup(explorer, first, steps) -> str:
    return first["scene"].markup(*present(first["layers"], explorer.controls, _first_values(explorer.controls, steps)))


def _first_values(controls: Controls, steps) -> dict:
    """Where the steps and the shown layers stand at first; a step without a start shows everything."""
    values = {name: steps[name] if c.start is None else c.start for name, c in controls.of(Step).items()}
    return values | {name: c.start for name, c in controls.of(Show).items()}


def _control(explorer, name, steps) -> dict:
    control = explorer.controls.given[name]
    if isinstance(control, Step):
        start = steps[name] if control.start is None else control.start
        return {"name": name, "kind": "step", "layers": control.layers, "n": steps[name], "first": start} | (
            {"heads": control.heads} if control.heads else {}
        )
    if isinstance(control, Show):
        return {"name": name, "kind": "show", "layers": control.layers, "first": int(control.start)}
    kind = "still" if name in explorer.still_names else "move"
    out = {"name": name, "kind": kind, "names": control.names(), "first": control.first}
    return out | ({"texts": control.texts()} if isinstance(control, Slider) else {})


def _drag(explorer, scene) -> dict:
    """For each dragged slider: value = a + b · (position in the picture), across (x) and up (y)."""
    axes = scene.figure.axes[0]
    box = axes.get_window_extent()
    height = explorer.size[1]
    out = {}
    for side, name, (low, high), start, end in (
        ("x", explorer.drag[0], axes.get_xlim(), box.x0, box.x1),
        ("y", explorer.drag[1], axes.get_ylim(), height - box.y0, height - box.y1),
    ):
        slope = (high - low) / ((end - start) * TENTHS)
        out[side] = {"name": name, "a": low - slope * start * TENTHS, "b": slope}
    return out


def _figure(explorer, svg, line, data, steps) -> str:
    """The figure element; without controls there is no script and nothing to press."""
    controls = explorer.controls
    first_line = line if isinstance(line, str) else line[_first_step(controls, len(line) - 1)]
    names = list(controls.given)
    rows = "".join(_control_markup(explorer.id, name, controls, steps) for name in names)
    readout = f'<output class="readout" id="{explorer.id}-readout">{escape(first_line)}</output>' if first_line else ""
    panel = (
        f'<div class="controls" role="group" aria-label="Controls of the figure">{rows}'
        '<button type="button" class="reset" disabled>Reset</button></div>'
        '<noscript><p class="still-note">The controls of this figure need JavaScript; it shows its first state.</p></noscript>'
        if names
        else ""
    )
    script = f'<script type="application/json" class="states">{_json(data)}</script>' if data else ""
    kind = "explorer" if names else "explorer still"
    drag = " data-drag" if explorer.drag else ""
    describes = f"{explorer.id}-readout" if first_line else None
    return (
        f'<figure class="{kind}" id="{explorer.id}"{drag}>{picture(explorer, svg, describes)}{panel}{readout}'
        f"<figcaption>{escape(explorer.caption)}</figcaption>{script}</figure>"
    )


def _first_step(controls: Controls, last: int) -> int:
    """Which of the lines 0 … last is read out at first: that of the step at which the figure starts."""
    starts = [control.start for control in controls.of(Step).values()][:1]
    return last if starts in ([], [None]) else min(starts[0], last)


def picture(explorer, inside: str, described_by: str | None = None) -> str:
    """The <svg> of an explorer, at most a quarter larger than it was drawn."""
    width, height = explorer.size
    describes = f' aria-describedby="{described_by}"' if described_by else ""
    return (
        f'<svg viewBox="0 0 {width * TENTHS} {height * TENTHS}" style="max-width:{1.25 * width:.0f}px" '
        f'role="img" aria-label="{escape(explorer.alt)}"{describes}>{inside}</svg>'
    )


def _json(data) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _control_markup(figure_id, name, controls: Controls, steps) -> str:
    control, label = controls.given[name], escape(controls.label(name))
    key = f"{figure_id}-{name}"
    if isinstance(control, Show):
        checked = " checked" if control.start else ""
        return f'<label class="show"><input type="checkbox" id="{key}" name="{name}"{checked} disabled> {label}</label>'
    if isinstance(control, Choice):
        options = "".join(
            f"<option{' selected' if n == control.start else ''}>{escape(n)}</option>" for n in control.names()
        )
        return (
            f'<div class="control"><label for="{key}">{label}</label>'
            f'<select id="{key}" name="{name}" disabled>{options}</select></div>'
        )
    if isinstance(control, Step):
        last, first = steps[name], control.start
        first, text, play = (last if first is None else first), None, True
        text = str(first)
    else:
        last, first, play = len(control.values) - 1, control.first, control.play
        text = control.texts()[first]
    button = '<button type="button" class="play" disabled>Play</button>' if play else ""
    return (
        f'<div class="control"><label for="{key}">{label}</label>'
        f'<input type="range" id="{key}" name="{name}" min="0" max="{last}" step="1" value="{first}" '
        f'aria-valuetext="{escape(text)}" disabled>'
        f'<span class="value" aria-hidden="true">{escape(text)}</span>{button}</div>'
    )
