"""The states of a scene as tracks: for each attribute that ever changes, its values over the settings it depends on."""

from __future__ import annotations

import itertools

import numpy as np

from .scene import ExplorerError, Scene, State
from .svg import Element

MOST_STATES = 8_000


def all_states(scene: Scene, axes: dict, grid_axes: list[str]) -> np.ndarray:
    """The scene drawn at every combination of the values of `grid_axes`: an object array with one axis each."""
    shape = tuple(len(axes[name].values) for name in grid_axes)
    if np.prod(shape, dtype=int) > MOST_STATES:
        raise ExplorerError(
            f"explorer {scene.name!r}: {np.prod(shape)} states are more than {MOST_STATES}; take fewer values a slider"
        )
    scene.state(**{name: axes[name].values[axes[name].first] for name in grid_axes})  # settles the layout
    states = np.empty(shape, dtype=object)
    for index in itertools.product(*map(range, shape)):
        settings = {name: axes[name].values[i] for name, i in zip(grid_axes, index, strict=True)}
        states[index] = scene.state(**settings)
    return states


def padded(states: np.ndarray, first: State, name: str) -> dict[str, list[Element]]:
    """The elements of the first state, with a hidden one wherever another state has more."""
    out = {}
    for gid in first.layers:
        most = max((state.layers[gid] for state in states.flat), key=len)
        own = first.layers[gid]
        tags = {(k, e.tag) for state in states.flat for k, e in enumerate(state.layers[gid])}
        if len(tags) > len(most):
            raise ExplorerError(f"explorer {name!r}: the layer {gid!r} mixes texts, paths or images from state to state")
        hidden = [Element(e.tag, {**e.attributes, "visibility": "hidden"}, e.text) for e in most[len(own) :]]
        out[gid] = [*own, *hidden]
    return out


def tracks(states: np.ndarray, layers: dict[str, list[Element]]) -> list[dict]:
    """One track for each attribute of each element that is not the same in every state."""
    found = []
    for gid, elements in layers.items():
        for k in range(len(elements)):
            for attribute in sorted(_attributes(states, gid, k)):
                track = _track(_values(states, gid, k, attribute), states.shape)
                if track:
                    found.append({"l": gid, "e": k, "a": attribute, **track})
    return found


def readout_track(states: np.ndarray) -> dict:
    values = [state.readout for state in states.flat]
    return _track(values, states.shape) or {"on": [], "v": values[:1]}


def _attributes(states, gid, k) -> set[str]:
    names = {"visibility", "#text"}
    for state in states.flat:
        if k < len(state.layers[gid]):
            names |= set(state.layers[gid][k].attributes)
    return names - {"href"} if "data-heat" in names else names


def _values(states, gid, k, attribute) -> list:
    """The attribute's value in every state; where the element is missing it is hidden, and keeps some value it has."""
    elements = [state.layers[gid][k] if k < len(state.layers[gid]) else None for state in states.flat]
    if attribute == "visibility":
        return ["hidden" if e is None else e.attributes.get(attribute) for e in elements]
    found = [None if e is None else e.text if attribute == "#text" else e.attributes.get(attribute) for e in elements]
    some = next(value for e, value in zip(elements, found, strict=True) if e is not None)
    return [some if e is None else value for e, value in zip(elements, found, strict=True)]


def _track(values: list, shape) -> dict | None:
    """The values without the axes they do not depend on; each different value once, and which one where."""
    keys = [tuple(v) if isinstance(v, list) else v for v in values]
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    if len(numbers) == 1:
        return None
    index = np.array([numbers[key] for key in keys]).reshape(shape)
    on = []
    for axis in range(len(shape)):
        lead = np.moveaxis(index, axis, 0)
        if (lead == lead[:1]).all():
            index = np.moveaxis(lead[:1], 0, axis)
        else:
            on.append(axis)
    table = [list(key) if isinstance(key, tuple) else key for key in numbers]
    flat = [int(n) for n in index.ravel()]
    return {"on": on, "v": table} | ({} if flat == list(range(len(table))) else {"i": flat})
