"""How a step reveals: the first vertices of a path, or the first of several parts."""

from __future__ import annotations

import re
from dataclasses import replace

from .controls import Controls, Show, Step
from .svg import Element

_PATH = re.compile(r"^M(-?\d+)[ ]?(-?\d+)(?:l([-\d ]*))?$")


def vertices(data: str) -> list[tuple[int, int]]:
    """The first point of a polyline's path string and the moves that follow it."""
    match = _PATH.match(data)
    if match is None:
        raise ValueError("step: expected a layer that is one line (no curves, no gaps), which can be revealed by vertex")
    x, y, moves = match.groups()
    numbers = [int(n) for n in re.findall(r"-?\d+", moves or "")]
    return [(int(x), int(y)), *zip(numbers[::2], numbers[1::2], strict=True)]


def prefix(data: str, count: int) -> str:
    """The path string cut after `count` moves."""
    (x, y), *moves = vertices(data)
    kept = [n for move in moves[:count] for n in move]
    text = " ".join(map(str, [x, y])) + ("l" + " ".join(map(str, kept)) if kept else "")
    return "M" + text.replace(" -", "-")


def end(data: str, count: int) -> tuple[int, int]:
    """Where the path stands after `count` moves."""
    points = vertices(data)[: count + 1]
    return sum(p[0] for p in points), sum(p[1] for p in points)


def parts(layers: dict, name: str) -> list[list[str]]:
    """The layers of the parts `name-1`, `name-2`, …: each is one layer, or several that begin with `name-1-`."""
    found: list[list[str]] = []
    while part := [gid for gid in layers if f"{gid}-".startswith(f"{name}-{len(found) + 1}-")]:
        found.append(part)
    return found


def length(layers: dict, name: str) -> int:
    """How many steps the layer has in this state."""
    if name in layers:
        drawn = [e for e in layers[name] if "d" in e.attributes]
        return len(vertices(drawn[0].attributes["d"])) - 1 if drawn else 0
    found = parts(layers, name)
    if not found:
        raise ValueError(f"step({name!r}): no artist has the gid {name!r} or {name + '-1'!r}")
    return len(found)


def present(layers: dict[str, list[Element]], controls: Controls, values: dict) -> tuple[dict, set[str]]:
    """The layers as the steps and the shown layers leave them, and the names of those that are hidden."""
    out, hidden = dict(layers), set()
    for name, control in controls.of(Step).items():
        count = values[name]
        for target in control.layers:
            if target in layers:
                out |= _cut(layers, control, target, count)
            else:
                hidden |= {gid for part in parts(layers, target)[count:] for gid in part}
    for name, control in controls.of(Show).items():
        if not values[name]:
            hidden |= {gid for gid in layers for target in control.layers if f"{gid}-".startswith(f"{target}-")}
    return out, hidden


def _cut(layers, control: Step, target: str, count: int) -> dict[str, list[Element]]:
    """The path of a layer up to a step, the whole of it kept beside, and its head at its end."""
    out, place = {}, control.layers.index(target)
    for element in layers[target][:1]:
        data = element.attributes["d"]
        shown = {**element.attributes, "d": prefix(data, count), "data-whole": data}
        out[target] = [replace(element, attributes=shown), *layers[target][1:]]
        for head in control.heads[place : place + 1]:
            out[head] = [_moved(e, *end(data, count)) for e in layers[head]]
    return out


def _moved(element: Element, x: int, y: int) -> Element:
    data = element.attributes["d"]
    radius = int(re.search(r"a(\d+)", data).group(1))
    moved = f"M{x - radius} {y}".replace(" -", "-") + data[data.index("a") :]
    return replace(element, attributes={**element.attributes, "d": moved})
