"""Every explorer of every page answers when any of its controls is moved, by mouse and by keyboard alone."""

import pytest
from pages import documents
from test_browser import open_without_mathematics

DOCUMENTS = [f"{name}.html" for name in documents()]


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


@pytest.mark.parametrize("hand", [by_keyboard, by_mouse], ids=["keyboard", "mouse"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_control_redraws_its_explorer(page, book_url, name, hand):
    open_without_mathematics(page, book_url + name)
    for figure in page.locator("figure.explorer:not(.still)").all():
        for control in figure.locator(".controls input, .controls select").all():
            seen = frames(figure, hand(page, control, kind_of(control)))
            assert len(seen) > 1, (
                f"{figure.get_attribute('id')}: {control.get_attribute('name')} moves nothing"
            )
            figure.locator("button.reset").click()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_play_button_plays_and_pauses(page, book_url, name):
    open_without_mathematics(page, book_url + name)
    # From here on time passes only when the test says so.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    for figure in page.locator("figure.explorer:has(button.play)").all():
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


@pytest.mark.parametrize("name", DOCUMENTS)
def test_with_reduced_motion_a_press_is_one_step(new_page, book_url, name):
    page = open_without_mathematics(new_page(reduced_motion="reduce"), book_url + name)
    for button in page.locator("figure.explorer button.play").all():
        assert button.inner_text() == "Next"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_reset_goes_back_to_the_first_state(page, book_url, name):
    open_without_mathematics(page, book_url + name)
    for figure in page.locator("figure.explorer:not(.still)").all():
        first = figure.locator("output.readout").inner_text()
        ranges = figure.locator("input[type=range]").all()
        values = [control.input_value() for control in ranges]
        for control in ranges:
            control.press("End")
        figure.locator("button.reset").click()
        assert [control.input_value() for control in ranges] == values
        assert figure.locator("output.readout").inner_text() == first


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_state_can_be_linked(new_page, book_url, name):
    page = open_without_mathematics(new_page(), book_url + name)
    for figure in page.locator("figure.explorer:has(input[type=range])").all():
        # To either end in turn: a slider that is at one of them already says nothing when sent there.
        for key in ("End", "Home"):
            figure.locator("input[type=range]").first.press(key)
        seen, values = (
            frame(figure),
            figure.locator("input, select").evaluate_all("all => all.map(e => e.value)"),
        )
        link, identity = page.evaluate("location.href"), figure.get_attribute("id")
        assert f"#{identity}?" in link
        other = open_without_mathematics(new_page(), link).locator(f"[id='{identity}']")
        assert other.locator("input, select").evaluate_all("all => all.map(e => e.value)") == values
        assert frame(other) == seen


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_control_has_a_name_and_speaks_its_value(page, book_url, name):
    open_without_mathematics(page, book_url + name)
    for control in page.locator("figure.explorer .controls :is(input, select, button)").all():
        assert control.evaluate("e => (e.labels && e.labels[0] ? e.labels[0].innerText : e.innerText).trim()")
        if kind_of(control) == "range":
            assert control.get_attribute("aria-valuetext")
    for figure in page.locator("figure.explorer svg").all():
        assert len(figure.get_attribute("aria-label")) >= 30
