"""Every explorer answers when any of its controls is moved, by mouse and by keyboard alone.

Each is tried on its page of its own, which loads in no time; that the chapters' pages wake theirs is tried there.
"""

import pytest
from pages import documents
from test_browser import open_without_mathematics

from nnbook.explorers.catalog import catalog

CHAPTERS = [f"{name}.html" for name in documents() if name.startswith("book/")]
EXPLORERS = [make.__name__.replace("_", "-") for make in catalog()]


# Attributes in the order of their names: which was set last is not to be seen.
SEEN = """svg => [...svg.querySelectorAll('*')].map(e => e.tagName + (e.children.length ? '' : e.textContent)
    + [...e.attributes].map(a => ` ${a.name}=${a.value}`).sort().join('')).join('\\n')"""


def frame(figure):
    """Return what a reader sees of an explorer: its picture and its readout."""
    readout = figure.locator("output.readout")
    return figure.locator("svg").evaluate(SEEN) + (readout.inner_text() if readout.count() else "")


def frames(figure, actions):
    """Do one thing after another; return the set of pictures seen, the first included."""
    seen = {frame(figure)}
    for action in actions:
        action()
        seen.add(frame(figure))
    return seen


def by_keyboard(page, control, kind):
    """Return the key strokes that move a focused control through its range."""
    keys = {
        "range": ["Home", "ArrowRight", "End", "ArrowLeft"],
        "checkbox": ["Space"],
        "select": ["End", "ArrowUp", "Home"],
    }[kind]

    def stroke(key):
        control.focus()
        page.keyboard.press(key)

    return [lambda key=key: stroke(key) for key in keys]


def by_mouse(page, control, kind):
    """Return the clicks that move a control through its range."""
    if kind == "checkbox":
        return [control.click]
    if kind == "select":
        # The list that drops down belongs to the system, not to the page; a choice in it fires these events.
        return [
            lambda index=index: control.select_option(index=index)
            for index in range(control.locator("option").count())
        ]

    def click(share):
        # Measured each time: a slider may get narrower when its value gets longer.
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        control.click(position={"x": box["width"] * share, "y": box["height"] / 2})

    return [lambda share=share: click(share) for share in (0.02, 0.5, 0.98)]


def kind_of(control):
    """Return "range", "checkbox" or "select"."""
    return control.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")


def opened(page, book_url, identity):
    """Go to the page of one explorer; return its figure."""
    page.goto(f"{book_url}explorers/{identity}.html")
    return page.locator("figure.explorer")


def said(figure):
    """What the controls and the readout of an explorer say."""
    values = figure.locator("input, select").evaluate_all("all => all.map(e => [e.value, e.checked])")
    return values, figure.locator("output.readout").all_inner_texts()


def controls_of(figure):
    return figure.locator(".controls input, .controls select").all()


@pytest.mark.parametrize("identity", EXPLORERS)
def test_every_control_speaks_and_redraws_its_explorer_and_reset_brings_it_back(page, book_url, identity):
    figure = opened(page, book_url, identity)
    assert len(figure.locator("svg").get_attribute("aria-label")) >= 30
    still = "still" in figure.get_attribute("class").split()
    assert still == (not controls_of(figure)) == (not figure.locator("button.reset").count())
    for control in figure.locator(".controls :is(input, select, button)").all():
        assert control.evaluate("e => (e.labels && e.labels[0] ? e.labels[0].innerText : e.innerText).trim()")
        assert kind_of(control) != "range" or control.get_attribute("aria-valuetext")
    first = said(figure)
    for hand in (by_keyboard, by_mouse):
        for control in controls_of(figure):
            seen = frames(figure, hand(page, control, kind_of(control)))
            assert len(seen) > 1, f"{control.get_attribute('name')} moves nothing {hand.__name__}"
            figure.locator("button.reset").click()
            assert said(figure) == first, f"reset does not bring {control.get_attribute('name')} back"


@pytest.mark.parametrize("identity", EXPLORERS)
def test_every_play_button_plays_and_pauses(page, book_url, identity):
    figure = opened(page, book_url, identity)
    # From here on time passes only when the test says so.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    for button in figure.locator("button.play").all():
        button.locator("xpath=..").locator("input").press("Home")
        waiting = frame(figure)
        button.press("Enter")
        page.clock.run_for(200)
        playing = frame(figure)
        assert playing != waiting and button.inner_text() == "Pause"
        button.press("Enter")
        page.clock.run_for(1000)
        assert frame(figure) == playing and button.inner_text() == "Play"


@pytest.mark.parametrize("identity", EXPLORERS)
def test_a_state_can_be_linked(new_page, book_url, identity):
    page = new_page()
    figure = opened(page, book_url, identity)
    if not figure.locator("input[type=range]").count():
        return
    # To either end in turn: a slider that is at one of them already says nothing when sent there.
    for key in ("End", "Home"):
        figure.locator("input[type=range]").first.press(key)
    seen, values = (
        frame(figure),
        figure.locator("input, select").evaluate_all("all => all.map(e => e.value)"),
    )
    assert f"#{identity}?" in page.url
    other = new_page()
    other.goto(page.url)
    assert other.locator("figure.explorer :is(input, select)").evaluate_all("all => all.map(e => e.value)") == values
    assert frame(other.locator("figure.explorer")) == seen


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_explorers_of_a_chapter_are_awake_each_for_itself(new_page, book_url, name):
    page = open_without_mathematics(new_page(reduced_motion="reduce"), book_url + name)
    figures = page.locator("figure.explorer:not(.still)").all()
    before = [frame(figure) for figure in figures]
    for number, figure in enumerate(figures):
        for button in figure.locator("button.play").all():
            assert button.inner_text() == "Next"  # with reduced motion a press is one step
        control = controls_of(figure)[0]
        for stroke in by_keyboard(page, control, kind_of(control)):
            stroke()
            if frame(figure) != before[number]:
                break
        else:
            pytest.fail(f"{figure.get_attribute('id')} does not answer")
        assert [frame(other) for other in figures[number + 1 :]] == before[number + 1 :]
