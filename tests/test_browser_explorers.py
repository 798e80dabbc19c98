"""Every explorer shows what its scene computes, and answers when any of its controls is moved, by mouse or keyboard.

Each is tried on its page of its own, which loads in no time; that the chapters' pages wake theirs is tried there.
"""

import json
import re

import pytest
from labels import CALLED, misnamed
from pages import documents
from published import VISIT, Drawn, differences, incomplete, other_backgrounds, settings_of
from test_browser import open_without_mathematics

from nnbook.explorers.catalog import catalog
from nnbook.explorers.momentum import momentum_path

CHAPTERS = [f"{name}.html" for name in documents() if name.startswith("book/")]


# Attributes in the order of their names: which was set last is not to be seen.
SEEN = """figure => [...figure.querySelectorAll('svg *')].map(e => e.tagName + (e.children.length ? '' : e.textContent)
    + [...e.attributes].map(a => ` ${a.name}=${a.value}`).sort().join('')).join('\\n')
    + (figure.querySelector('output.readout')?.textContent ?? '')"""
SAID = """figure => [[...figure.querySelectorAll('.controls :is(input, select)')].map(e => [e.value, e.checked]),
    figure.querySelector('output.readout').textContent]"""
# The name of each control, what it is called, what it is, and what it says of its value.
CONTROLS = """figure => [...figure.querySelectorAll('.controls :is(input, select, button)')].map(e => [e.name,
    (e.labels && e.labels[0] ? e.labels[0] : e).innerText.trim(), e.type, e.getAttribute('aria-valuetext')])"""


def frame(figure):
    """Return what a reader sees of an explorer: its picture and its readout."""
    return figure.evaluate(SEEN)


def frames(figure, actions):
    """Do one thing after another; return the set of pictures seen, the first included."""
    seen = {frame(figure)}
    for action in actions:
        action()
        seen.add(frame(figure))
    return seen


def by_keyboard(control, kind):
    """Return the key strokes that move a focused control through its range."""
    keys = {"range": ["Home", "ArrowRight", "End"], "checkbox": ["Space"], "select": ["End", "ArrowUp", "Home"]}[kind]
    return [lambda key=key: control.press(key) for key in keys]


def by_mouse(page, control, kind):
    """Return the clicks that move a control through its range."""
    if kind == "checkbox":
        return [control.click]
    if kind == "select":
        # The list that drops down belongs to the system, not to the page; a choice in it fires these events.
        options = range(len(control.query_selector_all("option")))
        return [lambda index=index: control.select_option(index=index) for index in options]
    control.scroll_into_view_if_needed()

    def click(share):
        # Measured each time: a slider may get narrower when its value gets longer.
        box = control.bounding_box()
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)

    return [lambda share=share: click(share) for share in (0.02, 0.98)]


def kind_of(control):
    """Return "range", "checkbox" or "select"."""
    return control.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")


def controls_of(figure):
    return figure.query_selector_all(".controls input, .controls select")


def reset(figure):
    figure.query_selector("button.reset").press("Enter")


def look_at_names(figure, explorer):
    controls = figure.evaluate(CONTROLS)
    for name, label, kind, value in controls:
        assert label, f"a {kind} without a name"
        assert kind in ("button", "submit") or not misnamed(explorer.id, name, label), f"{name} is called {label!r}"
        assert kind != "range" or value, f"{name} does not say its value"
    labels = [label for _, label, kind, _ in controls if kind != "button"]
    assert len(labels) == len(set(labels))
    assert [name for name, *_ in controls if name] == list(explorer.controls.given)


def other_than_python(figure, explorer, text):
    """Return what a page shows, or lacks, other than Python at up to eight settings; reset it."""
    settings, drawn = settings_of(explorer), Drawn(explorer)
    found = incomplete(json.loads(figure.query_selector("script.states").text_content()))
    found += other_backgrounds(explorer, drawn, text, settings)
    for places, seen in zip(settings, figure.evaluate(VISIT, settings), strict=True):
        found += [f"at {places}: {text}" for text in differences(explorer, drawn, places, seen)]
    reset(figure)
    return found


def move_by_hand(page, figure, first):
    assert figure.evaluate(SAID) == first, "reset does not bring the figure back"
    for control in controls_of(figure):
        kind = kind_of(control)
        for hand, actions in {"keyboard": by_keyboard(control, kind), "mouse": by_mouse(page, control, kind)}.items():
            assert len(frames(figure, actions)) > 1, f"the {hand} moves nothing at {control.get_attribute('name')}"
        figure.query_selector("button.reset").click()
        assert figure.evaluate(SAID) == first, f"reset does not bring {control.get_attribute('name')} back"


def follow_a_link(page, figure, from_file):
    """Whoever opens the address of a state sees that state, from a copy on a disk too; return the figure there."""
    if slider := figure.query_selector("input[type=range]"):
        # To either end in turn: a slider that is at one of them already says nothing when sent there.
        for key in ("End", "Home"):
            slider.press(key)
        assert f"#{figure.get_attribute('id')}?" in page.url
    seen, values = frame(figure), figure.evaluate(SAID)
    page.goto(from_file + page.url[page.url.index("#") :])
    there = page.query_selector("figure.explorer")
    assert there.get_attribute("data-awake") is not None
    assert there.evaluate(SAID) == values
    assert frame(there) == seen
    return there


def play_and_pause(page, figure):
    # From here on time passes only when the test says so.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    for button in figure.query_selector_all("button.play"):
        button.query_selector("xpath=..").query_selector("input").press("Home")
        waiting = frame(figure)
        button.press("Enter")
        page.clock.run_for(200)
        playing = frame(figure)
        assert playing != waiting and button.inner_text() == "Pause"
        button.press("Enter")
        page.clock.run_for(1000)
        assert frame(figure) == playing and button.inner_text() == "Play"


@pytest.mark.parametrize("make", catalog(), ids=lambda make: make.__name__.replace("_", "-"))
def test_an_explorer_shows_what_python_computes_and_moves_by_every_hand(page, book_url, built_book, make):
    explorer = make()
    alone = f"explorers/{explorer.id}.html"
    text = (built_book / alone).read_text(encoding="utf-8")
    page.goto(book_url + alone)
    figure = page.query_selector("figure.explorer")
    still = "still" in figure.get_attribute("class").split()
    assert still == (not explorer.controls.given) == (not controls_of(figure))
    if still:
        assert not figure.query_selector("button")
        # Chapter 4 hands this one the times that its own run took.
        assert explorer.id == "gradient-cost" or explorer.html() in text
        return
    first = figure.evaluate(SAID)
    look_at_names(figure, explorer)
    assert other_than_python(figure, explorer, text) == []
    move_by_hand(page, figure, first)
    play_and_pause(page, follow_a_link(page, figure, (built_book / alone).as_uri()))


def test_every_agreed_name_is_of_a_control(built_book):
    used = set()
    for path in (built_book / "explorers").glob("*.html"):
        for name in re.findall(r'<(?:input|select)[^>]* name="(\w+)"', path.read_text(encoding="utf-8")):
            used |= {name, f"{name} in {path.stem}"}
    assert sorted(set(CALLED) - used) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_explorers_of_a_chapter_are_awake_each_for_itself(new_page, book_url, name):
    page = open_without_mathematics(new_page(reduced_motion="reduce"), book_url + name)
    figures = page.query_selector_all("figure.explorer:not(.still)")
    before = [frame(figure) for figure in figures]
    for number, figure in enumerate(figures):
        for button in figure.query_selector_all("button.play"):
            assert button.inner_text() == "Next"  # with reduced motion a press is one step
        control = controls_of(figure)[0]
        for stroke in by_keyboard(control, kind_of(control)):
            stroke()
            if frame(figure) != before[number]:
                break
        else:
            pytest.fail(f"{figure.get_attribute('id')} does not answer")
        assert [frame(other) for other in figures[number + 1 :]] == before[number + 1 :]


# what must be noticed

BROKEN = {
    "two controls swapped": ("state[c.name] = read(c, input)", "state[data.controls[i ? 0 : 1].name] = read(c, input)"),
    "states in another order": ("track.on.reduce(", "[...track.on].reverse().reduce("),
    "a readout that stays": ("readout.textContent !== line", "!readout.textContent"),
    "a layer that is not drawn": ("tracks.forEach(set)", "tracks.slice(1).forEach(set)"),
    "a value that is not said": ('"aria-valuetext", label(c)', '"aria-valuetext", ""'),
    "a step too few": ("cut(whole, count)", "cut(whole, count - 1)"),
}


@pytest.fixture
def loose_page(browser):
    """Return a page that may complain: a broken script does."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("defect", BROKEN)
def test_a_defect_of_the_script_is_noticed(loose_page, book_url, built_book, defect):
    right, wrong = BROKEN[defect]
    text = (built_book / "explorers" / "momentum-path.html").read_text(encoding="utf-8")
    script = (built_book / "_static" / "explorers.js").read_text(encoding="utf-8")
    assert script.count(right) == 1
    loose_page.route("**/explorers.js*", lambda route: route.fulfill(body=script.replace(right, wrong)))
    loose_page.goto(f"{book_url}explorers/momentum-path.html")
    assert other_than_python(loose_page.query_selector("figure.explorer"), momentum_path(), text) != []


@pytest.mark.parametrize("at", [0, -1])
def test_a_state_that_is_missing_or_another_is_noticed(loose_page, book_url, built_book, at):
    text = (built_book / "explorers" / "momentum-path.html").read_text(encoding="utf-8")
    before, data, after = re.match(r'(.*class="states">)(.*?)(</script>.*)', text, re.DOTALL).groups()
    data = json.loads(data)
    values = max((track["v"] for track in data["scenes"][0]["tracks"]), key=len)
    values[at:] = [values[1], *values[1:]] if at == 0 else []
    changed = before + json.dumps(data) + after
    loose_page.route("**/momentum-path.html", lambda route: route.fulfill(body=changed, content_type="text/html"))
    loose_page.goto(f"{book_url}explorers/momentum-path.html")
    assert other_than_python(loose_page.query_selector("figure.explorer"), momentum_path(), text) != []


def test_another_still_part_is_noticed(built_book):
    text = (built_book / "explorers" / "momentum-path.html").read_text(encoding="utf-8")
    explorer = momentum_path()
    drawn, settings = Drawn(explorer), settings_of(explorer)
    assert other_backgrounds(explorer, drawn, text, settings) == []
    tick = re.search(r"<text[^>]*>100</text>", text)[0]
    assert other_backgrounds(explorer, drawn, text.replace(tick, tick.replace("100", "10")), settings) != []
