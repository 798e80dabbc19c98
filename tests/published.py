"""What a published explorer shows at some settings, beside what its scene computes there in Python."""

import base64
import functools
import io
import json
import re

import numpy as np
from PIL import Image

from nnbook.explorers.controls import Choice, Show, Step
from nnbook.explorers.reveal import present
from nnbook.figures.style import RAMPS

# Puts the controls in one place after the other, as a hand does, and reports what is seen each time: a number is a
# position among a control's values; that of a step is given as a share of its length.
VISIT = """(figure, settings) => {
  const control = (name) => figure.querySelector(`[name="${name}"]`);
  const put = (input, at) => {
    if (input.type === "checkbox") input.checked = at;
    else if (input.tagName === "SELECT") input.selectedIndex = at;
    else input.value = at;
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  const attributes = (e) => Object.fromEntries([...e.attributes].map((a) => [a.name, a.value]));
  const seen = (group) => ({
    hidden: group.getAttribute("visibility") === "hidden",
    elements: [...group.children].map((e) => [e.tagName, attributes(e), e.textContent]),
  });
  const said = (input) => {
    if (input.type === "checkbox") return null;
    if (input.tagName === "SELECT") return input.selectedOptions[0].textContent;
    return [input.getAttribute("aria-valuetext"), input.parentNode.querySelector(".value").textContent];
  };
  return settings.map((places) => {
    const steps = {};
    for (const [name, at] of Object.entries(places.steps)) steps[name] = Math.round(at * control(name).max);
    const all = { ...places.moves, ...places.shows, ...steps };
    for (const [name, at] of Object.entries(all)) put(control(name), at);
    return {
      steps,
      values: Object.fromEntries(Object.keys(all).map((name) => [name, said(control(name))])),
      readout: figure.querySelector("output.readout").textContent,
      layers: Object.fromEntries([...figure.querySelectorAll("[data-layer]")].map((g) => [g.dataset.layer, seen(g)])),
    };
  });
}"""


def settings_of(explorer):
    """Return at most eight settings: the first, each control alone at its other end, the middle, both ends of all."""
    axes = explorer.controls.axes
    first = {name: control.first for name, control in axes.items()}
    last = {name: len(control.values) - 1 for name, control in axes.items()}
    middle = {name: (end + place) // 2 for place, (name, end) in enumerate(last.items())}
    alone = [{**first, name: 0 if first[name] == end else end} for name, end in last.items()]
    places = [first, *alone, middle, dict.fromkeys(last, 0), last]
    shares = [1, 0, 0.5, 0.25, 1, 0.75, 0.5, 0]
    return [
        {
            "moves": at,
            "steps": dict.fromkeys(explorer.controls.of(Step), shares[number]),
            "shows": {name: (number + place) % 2 == 0 for place, name in enumerate(explorer.controls.of(Show))},
        }
        for number, at in enumerate(places)
    ]


class Drawn:
    """An explorer as Python draws it, its scenes kept."""

    def __init__(self, explorer):
        self.explorer = explorer
        self.scene = functools.cache(self._scene)

    def _scene(self, *still):
        """A scene in its first state, in which its layout is made."""
        axes = self.explorer.controls.axes
        values = {name: axes[name].values[at] for name, at in zip(self.explorer.still_names, still, strict=True)}
        scene = self.explorer.scene(**values)
        scene.state(**{name: axes[name].values[axes[name].first] for name in self.explorer.moving_names})
        return scene

    def at(self, moves, steps, shows):
        """Return layers, hidden layers and readout at these places."""
        axes = self.explorer.controls.axes
        scene = self.scene(*(moves[name] for name in self.explorer.still_names))
        state = scene.state(**{name: axes[name].values[moves[name]] for name in self.explorer.moving_names})
        layers, hidden = present(state.layers, self.explorer.controls, {**steps, **shows})
        return layers, hidden, line(state.readout, steps)

    def background(self, moves):
        """Return what does not move in the scene that belongs to these places."""
        axes = self.explorer.controls.axes
        scene = self.scene(*(moves[name] for name in self.explorer.still_names))
        state = scene.state(**{name: axes[name].values[moves[name]] for name in self.explorer.moving_names})
        return background(scene.markup(state.layers))


def background(markup):
    """Return a drawing without what moves in it, and without the frames by which that is cut off."""
    return re.sub(r"<defs>.*?</defs>|<g data-layer=.*?</g>", "", markup)


def other_backgrounds(explorer, drawn, page, settings):
    """Return the choices at which a page has another still part than Python."""
    first = re.search(r"<svg viewBox[^>]*>(.*?)</svg>", page[page.index("<figure") :], re.DOTALL)[1]
    scenes = json.loads(re.search(r'class="states">(.*?)</script>', page, re.DOTALL)[1])["scenes"]
    found = []
    for moves in (places["moves"] for places in settings):
        number = 0
        for name in explorer.still_names:
            number = number * len(explorer.controls.axes[name].values) + moves[name]
        if background(scenes[number].get("svg", first)) != drawn.background(moves):
            found.append(f"at {moves} the still part is another")
    return found


def line(readout, steps):
    """The line of a readout that belongs to the first of the steps."""
    if isinstance(readout, str):
        return readout
    return readout[min(next(iter(steps.values()), len(readout)), len(readout) - 1)]


def differences(explorer, drawn, places, seen):
    """Return one sentence for each thing that a page shows and Python does not."""
    layers, hidden, readout = drawn.at(places["moves"], seen["steps"], places["shows"])
    found = []
    if seen["readout"] != readout:
        found.append(f"the page says {seen['readout']!r}, Python {readout!r}")
    for name, at in places["moves"].items():
        control = explorer.controls.axes[name]
        text = control.texts()[at]
        wanted = text if isinstance(control, Choice) else [text, text]
        if seen["values"][name] != wanted:
            found.append(f"{name} says {seen['values'][name]} for {text!r}")
    if set(seen["layers"]) != set(layers):
        found.append(f"layers {sorted(set(seen['layers']) ^ set(layers))} are not in both")
    for gid in set(seen["layers"]) & set(layers):
        shown, wanted = seen["layers"][gid], layers[gid]
        if shown["hidden"] != (gid in hidden):
            found.append(f"layer {gid!r} is {'hidden' if shown['hidden'] else 'shown'}")
        found += [f"layer {gid!r}: {text}" for text in unequal(shown["elements"], wanted)]
    return found


def unequal(shown, wanted):
    """Return one sentence for each element of a layer that is another than it should be."""
    if len(shown) < len(wanted):
        return [f"{len(shown)} elements instead of {len(wanted)}"]
    found = [f"{attributes} should be hidden" for _, attributes, _ in shown[len(wanted) :] if not is_hidden(attributes)]
    for (tag, attributes, text), element in zip(shown, wanted, strict=False):
        should = {name: str(value) for name, value in element.attributes.items()}
        if (tag, text) != (element.tag, element.text):
            found.append(f"<{tag}> {text!r} instead of <{element.tag}> {element.text!r}")
        elif "data-heat" in should and not same_heat(attributes, should):
            found.append("another heat map")
        elif plain(attributes) != plain(should):
            found.append(f"{plain(attributes)} instead of {plain(should)}")
    return found


def is_hidden(attributes):
    return attributes.get("visibility") == "hidden"


def plain(attributes):
    """The attributes that are compared as text, numbers in a path set apart alike."""
    kept = {k: v for k, v in attributes.items() if k not in ("href", "data-heat", "data-whole")}
    return kept | ({"d": re.sub(r"(?<=\d)-", " -", kept["d"])} if "d" in kept else {})


def same_heat(attributes, should):
    """Tell whether an image's pixels are its levels' colors; a canvas keeps them times their opacity."""
    address = attributes["href"].partition("base64,")[2]
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(address))).convert("RGBA"), dtype=float)
    ramp = np.array(RAMPS[should["class"]], dtype=float)
    wanted = ramp[[int(level, 16) for level in should["data-heat"]]].reshape(image.shape)
    return all(np.abs(weighed(image) - weighed(wanted)).max(axis=(0, 1)) <= 1.5)


def weighed(image):
    """Red, green and blue times opacity, and opacity."""
    return np.concatenate([image[..., :3] * image[..., 3:] / 255, image[..., 3:]], axis=-1)


def incomplete(data):
    """Return the tracks of a published explorer that hold no value for some of its states."""
    sizes = [len(control["names"]) for control in data["controls"] if control["kind"] == "move"]
    found = []
    for number, scene in enumerate(data["scenes"]):
        for track in [*scene["tracks"], scene["readout"]]:
            states = int(np.prod([sizes[axis] for axis in track["on"]], dtype=int))
            places = track.get("i", range(len(track["v"])))
            if len(places) != states or not all(0 <= place < len(track["v"]) for place in places):
                found.append(f"scene {number}: {track.get('l', 'readout')} has {len(places)} of {states} states")
    stills = int(np.prod([len(c["names"]) for c in data["controls"] if c["kind"] == "still"], dtype=int))
    return found + ([] if len(data["scenes"]) == stills else [f"{len(data['scenes'])} of {stills} scenes"])
