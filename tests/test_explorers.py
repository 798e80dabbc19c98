"""Every explorer of the book, over its controls and in both of its lives; and what must never be published."""

import functools
import gzip
import itertools
import json
import re
import warnings

import numpy as np
import pytest
from bs4 import BeautifulSoup
from published import settings_of as visited

from nnbook.explorers import ExplorerError, choice, explore, figure, heat, show, slider, step, stops
from nnbook.explorers.catalog import catalog
from nnbook.explorers.controls import Choice, Slider
from nnbook.explorers.reveal import end, prefix

ALT = "A drawing made for a test, with a line from left to right."
EXPLORERS = catalog()
IDS = [make.__name__ for make in EXPLORERS]


@functools.cache
def made(make):
    return make()


@functools.cache
def soup(make):
    return BeautifulSoup(made(make).html(), "html.parser")


def data(make):
    return json.loads(soup(make).select_one("script.states").string)


def places(control):
    """The corners and the middle of a control, as positions among its values; all options of a choice."""
    n = len(control.values)
    return range(n) if isinstance(control, Choice) else sorted({0, n // 2, control.first, n - 1})


def settings_of(explorer):
    axes = explorer.controls.axes
    return [dict(zip(axes, at, strict=True)) for at in itertools.product(*map(places, axes.values()))]


def published_readout(make, at):
    """What the page says with its controls at these positions."""
    explorer, page = made(make), data(make)
    axes = explorer.controls.axes
    number = 0
    for name in explorer.still_names:
        number = number * len(axes[name].values) + at[name]
    track = page["scenes"][number]["readout"]
    place = 0
    for axis in track["on"]:
        name = explorer.moving_names[axis]
        place = place * len(axes[name].values) + at[name]
    line = track["v"][track["i"][place] if "i" in track else place]
    return line if isinstance(line, str) else line[-1]


@pytest.mark.parametrize("make", EXPLORERS, ids=IDS)
def test_corners_and_middle_draw_without_error_warning_or_nan(make):
    explorer = made(make)
    axes, scenes = explorer.controls.axes, {}
    for at in settings_of(explorer):
        values = {name: axes[name].values[place] for name, place in at.items()}
        still = {name: values[name] for name in explorer.still_names}
        key = tuple(at[name] for name in still)
        if key not in scenes:
            scenes[key] = explorer.scene(**still)
        state = scenes[key].state(**{name: values[name] for name in explorer.moving_names})
        assert state.readout or not explorer.controls.given


@pytest.mark.parametrize("make", EXPLORERS, ids=IDS)
def test_both_lives_say_the_same_at_the_same_settings(make):
    explorer = made(make)
    if not explorer.controls.given:
        assert explorer.html().count("<script") == 0
        return
    axes, live = explorer.controls.axes, explorer.live()
    for at in (places["moves"] for places in visited(explorer)):
        for name, place in at.items():
            live.controls[name].value = axes[name].values[place]
        for name in explorer.controls.given:
            if name not in axes and hasattr(live.controls[name], "max"):
                live.controls[name].value = live.controls[name].max
        assert live.readout == published_readout(make, at), at


@pytest.mark.parametrize("make", EXPLORERS, ids=IDS)
def test_both_lives_have_the_same_labels(make):
    explorer, page = made(make), soup(make)
    live = explorer.live()
    for name in explorer.controls.given:
        label = page.select_one(f'label[for="{explorer.id}-{name}"], label.show:has(input[name="{name}"])')
        assert live.controls[name].description.startswith(label.get_text().strip())


@pytest.mark.parametrize("make", EXPLORERS, ids=IDS)
def test_the_page_makes_sense_without_a_script(make):
    explorer, page = made(make), soup(make)
    svg = page.select_one("svg")
    assert len(svg["aria-label"]) >= 30 and svg["aria-label"] != explorer.caption
    assert page.select_one("figcaption").get_text() == explorer.caption
    assert svg.select("path, text, image"), "the first state is not in the HTML"
    if explorer.controls.given:
        assert page.select_one("noscript")
        assert page.select_one("output.readout").get_text()
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("make", EXPLORERS, ids=IDS)
def test_an_explorer_is_small(make):
    assert len(gzip.compress(str(soup(make)).encode())) <= 30_000


def test_explorers_have_their_own_ids():
    ids = [made(make).id for make in EXPLORERS]
    assert len(ids) == len(set(ids))
    assert ids == [make.__name__.replace("_", "-") for make in EXPLORERS]


# what the two lives are made of


def line_scene(ax):
    (line,) = ax.plot([], [], gid="line")
    ax.set(xlim=(0, 1), ylim=(-1, 1))
    note = ax.text(0.5, 0.5, "", gid="note")

    def move(*, slope, sign):
        x = np.linspace(0, 1, 5)
        line.set_data(x, sign * slope * x)
        note.set_text("up" if sign > 0 else "down")
        return f"slope {sign * slope:.2f}"

    return move


def line_explorer(**changed):
    options = {"slope": slider(0.25, 1, 4), "sign": choice(("plus", 1), ("minus", -1))} | changed
    return explore(line_scene, id="line", caption="A line", alt=ALT, **options)


def replay(explorer, **at):
    """The first path of the published figure with its tracks applied by hand, as the script does."""
    page = BeautifulSoup(explorer.html(), "html.parser")
    states = json.loads(page.select_one("script.states").string)
    sizes = [len(explorer.controls.axes[name].values) for name in explorer.moving_names]
    for track in states["scenes"][0]["tracks"]:
        place = 0
        for axis in track["on"]:
            place = place * sizes[axis] + at[explorer.moving_names[axis]]
        value = track["v"][track["i"][place] if "i" in track else place]
        element = page.select_one(f'[data-layer="{track["l"]}"]').find_all(recursive=False)[track["e"]]
        if track["a"] == "#text":
            element.string = value
        elif value is None:
            del element[track["a"]]
        else:
            element[track["a"]] = value
    return {g["data-layer"]: inside(g) for g in page.select("[data-layer]")}


def inside(tag):
    """The elements of a tag as (name, attributes, text)."""
    return [(e.name, e.attrs, e.get_text()) for e in tag.find_all(recursive=False)]


@pytest.mark.parametrize("at", list(itertools.product(range(4), range(2))))
def test_tracks_replay_every_state_exactly(at):
    explorer = line_explorer()
    replayed = replay(explorer, slope=at[0], sign=at[1])
    axes = explorer.controls.axes
    scene = explorer.scene()
    scene.state(**explorer.controls.start)
    drawn = scene.state(slope=axes["slope"].values[at[0]], sign=axes["sign"].values[at[1]])
    for gid, elements in drawn.layers.items():
        assert replayed[gid] == [(e.tag, e.attributes, e.text) for e in elements]


def test_a_track_keeps_only_the_controls_it_depends_on():
    page = BeautifulSoup(line_explorer().html(), "html.parser")
    tracks = json.loads(page.select_one("script.states").string)["scenes"][0]["tracks"]
    assert [(t["l"], t["on"]) for t in tracks] == [("line", [0, 1]), ("note", [1])]
    assert len(next(t for t in tracks if t["l"] == "note")["v"]) == 2


def failing(kind):
    def scene(ax):
        (line,) = ax.plot([], [], gid="line")

        def move(*, rate):
            if rate == 3 and kind == "raises":
                raise ZeroDivisionError("nothing left")
            if rate == 3 and kind == "warns":
                warnings.warn("mind the gap", UserWarning, stacklevel=1)
            if rate == 3 and kind == "overflows":
                np.exp(np.float64(1e4))
            if rate == 3 and kind == "silent":
                return 17
            bad = {"nan": np.nan, "infinite": np.inf}.get(kind, 1.0)
            line.set_data([0, 1], [0, bad if rate == 3 else 1.0])
            return f"rate {rate}"

        return move

    return scene


@pytest.mark.parametrize("kind", ["raises", "warns", "overflows", "nan", "infinite", "silent"])
def test_a_bad_state_is_refused_by_name_and_settings_in_both_lives(kind):
    explorer = explore(failing(kind), id="bad-one", caption="c", alt=ALT, rate=slider(1, 3, 3))
    with pytest.raises(ExplorerError, match=r"'bad-one' at rate=3: "):
        explorer.html()
    live = explorer.live()
    with pytest.raises(ExplorerError, match=r"'bad-one' at rate=3: "):
        live.controls["rate"].value = 3
    assert "bad-one" in live.line.value


def test_a_slow_move_is_refused(monkeypatch):
    clock = itertools.count(step=3)
    monkeypatch.setattr("nnbook.explorers.scene.time.thread_time", lambda: next(clock))
    with pytest.raises(ExplorerError, match=r"'line' at slope=0.25, sign=1: .*processor time"):
        line_explorer().html()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slope": slider(0.25, 1, 4), "extra": slider(0, 1, 2)}, "controls are"),
        ({"a": slider(0, 1, 2), "b": slider(0, 1, 2)}, "more than 3"),
        ({"layer": show("missing")}, "no artist has that gid"),
        ({"time": step("missing")}, "no artist has the gid"),
        ({"slope": slider(0, 1, 8001)}, "more than"),
    ],
)
def test_an_impossible_explorer_is_refused(change, message):
    with pytest.raises((ExplorerError, ValueError), match=message):
        line_explorer(**change).html()


@pytest.mark.parametrize("alt", ["too short", "The same as the caption, to the letter."])
def test_a_text_alternative_must_say_something_of_its_own(alt):
    with pytest.raises(ExplorerError, match="alt must say"):
        explore(line_scene, id="line", caption="The same as the caption, to the letter.", alt=alt)


def test_too_many_bytes_are_refused():
    def noisy(ax):
        (line,) = ax.plot([], [], gid="line")

        def move(*, seed):
            line.set_data(np.random.default_rng(seed).random((2, 300)))
            return "noise"

        return move

    with pytest.raises(ExplorerError, match="bytes gzipped"):
        explore(noisy, id="noisy", caption="c", alt=ALT, seed=slider(0, 99, 100)).html()


def test_what_is_empty_or_hidden_at_first_has_its_place_on_the_page():
    def scene(ax):
        note = ax.text(0.5, 0.5, "", gid="note")
        (mark,) = ax.plot([0.5], [0.5], "o", gid="mark", visible=False)

        def move(*, n):
            note.set_text("seen" if n > 1 else "")
            mark.set_visible(n > 1)
            return f"n = {n}"

        return move

    replayed = replay(explore(scene, id="late", caption="c", alt=ALT, n=slider(1, 2, 2)), n=1)
    assert [text for _, _, text in replayed["note"]] == ["seen"]
    assert [attributes.get("visibility") for _, attributes, _ in replayed["mark"]] == [None]


def test_a_step_reveals_vertices_and_carries_the_head():
    path = "M10 20l5-3 6 7-1-1"
    assert [prefix(path, k) for k in (0, 1, 3)] == ["M10 20", "M10 20l5-3", path]
    assert [end(path, k) for k in (0, 1, 3)] == [(10, 20), (15, 17), (20, 23)]


def test_each_path_of_a_step_has_its_own_head():
    def scene(ax):
        for k in (1, 2):
            ax.plot(range(4), k * np.arange(4), gid=f"way{k}")
            ax.plot([3], [3 * k], "o", gid=f"head{k}")
        return lambda: "two walk"

    both = step("way1", "way2", head=("head1", "head2"), start=1)
    page = BeautifulSoup(explore(scene, id="two", caption="c", alt=ALT, time=both).html(), "html.parser")
    for k in (1, 2):
        way = page.select_one(f'[data-layer="way{k}"] path')["d"]
        x, y = end(way, 1)
        place = re.match(r"M(-?\d+) (-?\d+)a(\d+)", page.select_one(f'[data-layer="head{k}"] path')["d"])
        assert (int(place[1]) + int(place[3]), int(place[2])) == (x, y)


def test_a_step_line_follows_in_the_live_life():
    def scene(ax):
        ax.plot(range(4), range(4), gid="path")

        def move():
            return [f"at {k}" for k in range(4)]

        return move

    live = explore(scene, id="walk", caption="c", alt=ALT, time=step("path")).live()
    seen = []
    for k in range(4):
        live.controls["time"].value = k
        seen.append((live.readout, len(re.search(r'data-layer="path"><path[^>]* d="([^"]*)"', live.picture.value)[1])))
    assert [line for line, _ in seen] == ["at 0", "at 1", "at 2", "at 3"]
    assert sorted(length for _, length in seen) == [length for _, length in seen]


def test_parts_of_a_step_are_hidden_as_layers():
    def scene(ax):
        for k in (1, 2):
            ax.text(k, 0, f"part {k}", gid=f"part-{k}-a")
        return lambda: "parts"

    page = BeautifulSoup(
        explore(scene, id="parts", caption="c", alt=ALT, time=step("part", start=1)).html(), "html.parser"
    )
    assert [g.get("visibility") for g in page.select("[data-layer]")] == [None, "hidden"]


def test_a_figure_has_no_controls_and_no_script():
    html = figure(lambda ax: None, id="still", caption="c", alt=ALT).html()
    assert "<script" not in html and "<input" not in html and "<button" not in html


def test_slider_values_hold_the_start_and_spell_whole_numbers():
    assert slider(0, 1, 5, start=0.3).values == [0.0, 0.3, 0.5, 0.75, 1.0]
    assert slider(1, 1000, 4, log=True).values == [1.0, 10.0, 100.0, 1000.0]
    assert slider(2, 10, 5).values == [2, 4, 6, 8, 10] and slider(2, 10, 5).integer
    assert stops(50, 200, 3000, start=200).values == [50, 200, 3000] and stops(50, 200, 3000, start=200).first == 1
    assert Slider(-1, 1, 3, -1, unit="s").texts() == ["−1 s", "0 s", "1 s"]


@pytest.mark.parametrize("wrong", [(1, 0, 3), (0, 1, 1)])
def test_a_slider_wants_low_below_high(wrong):
    with pytest.raises(ValueError, match="wanted low < high"):
        slider(*wrong)


def test_a_heat_map_keeps_sixteen_levels_from_the_top_row():
    levels = np.repeat(np.linspace(0, 1, 32)[:, None], 32, axis=1)

    def scene(ax):
        heat(ax, levels, extent=(0, 1, 0, 1), low=0, high=1, gid="map")

    explorer = figure(scene, id="map", caption="c", alt=ALT)
    (image,) = explorer.scene().state().layers["map"]
    text = image.attributes["data-heat"]
    assert (text[0], text[-1], len(text)) == ("f", "0", 1024)
    assert image.attributes["href"].startswith("data:image/png")
