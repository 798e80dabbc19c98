"""Draw a digit, in a real Chromium and from a file: the script equals Python, and every hand can draw."""

import json
import re

import numpy as np
import pytest
from accessibility import WCAG
from axe_playwright_python.sync_playwright import Axe
from inputs import ROOT
from pages import documents

from nnbook.datasets import digits
from nnbook.drawing import enlarge, preprocess, rasterize
from nnbook.explorers.drawing import SCRIPTS, draw_digit, passes
from nnbook.tracing import strokes

STATIC = ROOT / "nnbook" / "static"
FIGURE = "document.getElementById('draw-a-digit').drawing"
SEEN = """svg => [...svg.querySelectorAll('*')].filter(e => e.tagName !== 'image').map(e => e.tagName
    + (e.children.length ? '' : e.textContent) + [...e.attributes].map(a => ` ${a.name}=${a.value}`).sort().join(''))"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """Return the address of a page, in a file of its own, with the figure between two screens of text."""
    links = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">' for name in ("nnbook.css", "draw-digit.css")
    ) + "".join(f'<script defer src="{(STATIC / name).as_uri()}"></script>' for name in ("explorers.js", *SCRIPTS))
    path = tmp_path_factory.mktemp("studio") / "draw.html"
    path.write_text(
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Draw</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{links}</head>'
        f'<body style="font-family: sans-serif"><main class="bd-main"><h1>Draw</h1>{draw_digit().html()}'
        '<p style="height: 110vh">Text.</p></main></body></html>',
        encoding="utf-8",
    )
    return path.as_uri()


def opened(page, address):
    """Go to the studio and wait until the figure is awake; return its paper."""
    page.goto(address)
    page.locator("figure.drawing[data-awake]").wait_for()
    page.locator("canvas").scroll_into_view_if_needed()
    return page.locator("canvas")


def readout(page):
    return page.locator("output.readout").inner_text()


def along(box, points):
    """Points of the unit square on the paper, in pixels of the page."""
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw(page, paper, points):
    """Draw one stroke with the mouse; return what was read out at each of its points."""
    said = []
    (x, y), *rest = along(paper.bounding_box(), points)
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y)
        said.append(readout(page))
    page.mouse.up()
    return said


ONE = [(0.5, 0.15 + 0.07 * k) for k in range(11)]
SEVEN = [(0.3 + 0.1 * k, 0.2) for k in range(5)] + [(0.7 - 0.03 * k, 0.2 + 0.09 * k) for k in range(1, 8)]


# the script and its twins


def test_500_test_digits_are_read_alike(page, studio):
    opened(page, studio)
    images, _ = digits("test")
    found = page.evaluate(
        f"images => images.map(image => {{ const d = {FIGURE}; const pixels = d.preprocess(d.enlarge(image));"
        " return [Array.from(pixels), ...d.forward(d.layers, pixels).slice(1).map(a => Array.from(a))]; })",
        images[:500].tolist(),
    )
    for image, layers in zip(images[:500], found, strict=True):
        wanted = passes(preprocess(enlarge(image)))
        for got, want in zip(layers, wanted, strict=True):
            np.testing.assert_allclose(got, want, atol=1e-9)


def test_500_redrawn_digits_become_the_same_pixels(page, studio):
    opened(page, studio)
    images, _ = digits("test")
    drawn = [np.array(strokes(image)) for image in images[:500]]
    found = page.evaluate(
        f"drawings => drawings.map(strokes => {{ const d = {FIGURE}; const ink = d.rasterize(strokes, 5);"
        " return [ink.reduce((sum, value) => sum + value, 0), Array.from(d.preprocess(ink))]; })",
        [each.tolist() for each in drawn],
    )
    for each, (total, pixels) in zip(drawn, found, strict=True):
        ink = rasterize(list(each), 5.0)
        assert total == pytest.approx(ink.sum(), abs=1e-8)
        np.testing.assert_allclose(pixels, preprocess(ink), atol=1e-9)


@pytest.mark.parametrize(
    "drawing",
    [
        [[[70, 20], [70, 120]]],
        [[[20, 20], [120, 120]], [[120, 20], [20, 120]]],
        [[[3, 3]]],
        [[[-40, 70], [180, 70]]],
    ],
    ids=["upright", "cross", "dot", "beyond the paper"],
)
def test_symmetric_and_marginal_drawings_are_centered_alike(page, studio, drawing):
    opened(page, studio)
    pixels = page.evaluate(f"strokes => Array.from({FIGURE}.preprocess({FIGURE}.rasterize(strokes)))", drawing)
    np.testing.assert_allclose(pixels, preprocess(rasterize(drawing)), atol=1e-9)


def test_an_empty_canvas_is_all_zeros_in_the_script_too(page, studio):
    opened(page, studio)
    assert page.evaluate(f"{FIGURE}.preprocess(new Float64Array(140 * 140)).every(value => value === 0)")


def test_the_script_draws_what_python_drew(page, new_page, studio):
    opened(page, studio)
    still = new_page(java_script_enabled=False)
    still.goto(studio)
    assert page.locator("figure.drawing svg").evaluate(SEEN) == still.locator("figure.drawing svg").evaluate(SEEN)
    assert readout(page) == readout(still) == repr(draw_digit())
    assert not still.locator(".pad").is_visible()
    assert still.locator("noscript").count() == 1


# drawing


def test_the_mouse_draws_and_the_network_answers_at_every_stroke(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    assert readout(page).startswith("nothing drawn yet")
    said = draw(page, paper, SEVEN)
    assert len(set(said)) > 4 and said[-1].startswith("the network reads 7")
    assert re.fullmatch(r"the network reads \d, >?\d+ %; then \d, <?\d+ %", said[-1])
    pixels = page.evaluate(f"Array.from({FIGURE}.preprocess({FIGURE}.rasterize({FIGURE}.strokes())))")
    assert passes(np.array(pixels))[-1].argmax() == 7
    assert page.locator("[data-part=outputs] > g[font-weight=bold] .percent").text_content() in said[-1]


OPACITY = """source => {
  const sheet = Object.assign(document.createElement("canvas"), { width: source.width, height: source.height });
  sheet.getContext("2d").drawImage(source, 0, 0);
  const { data } = sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height);
  return Array.from(data).filter((value, i) => i % 4 === 3);
}"""


def test_paper_and_picture_show_the_ink(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    assert not any(paper.evaluate(OPACITY))
    draw(page, paper, SEVEN)
    ink = page.evaluate(f"Array.from({FIGURE}.rasterize({FIGURE}.strokes()))")
    np.testing.assert_allclose(paper.evaluate(OPACITY), 255 * np.array(ink), atol=1)
    pixels = page.evaluate(f"Array.from({FIGURE}.preprocess({FIGURE}.rasterize({FIGURE}.strokes())))")
    image = page.evaluate_handle("""async () => {
        const image = Object.assign(new Image(), { src: document.querySelector("image.ink").getAttribute("href") });
        await image.decode();
        return image;
    }""")
    np.testing.assert_allclose(image.evaluate(OPACITY), 255 * np.array(pixels), atol=1)


def test_a_dot_is_ink(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    draw(page, paper, [(0.4, 0.6)])
    np.testing.assert_allclose(page.evaluate(f"{FIGURE}.strokes()"), [[[56, 84]]], atol=0.01)
    opacity = np.reshape(paper.evaluate(OPACITY), (140, 140))
    assert opacity[84, 56] == 255 and opacity[84, 80] == 0


def test_the_pen_of_the_keyboard_stands_where_it_draws(page, studio):
    paper = opened(page, studio)
    paper.focus()
    for key in ["ArrowUp"] * 7 + ["ArrowRight"] * 2 + [" "]:
        page.keyboard.press(key)
    (middle,) = along(paper.bounding_box(), [(84 / 140, 21 / 140)])
    pen = page.locator(".pen").bounding_box()
    np.testing.assert_allclose(
        [pen["x"] + pen["width"] / 2, pen["y"] + pen["height"] / 2], middle, atol=paper.bounding_box()["width"] / 100
    )


def test_undo_takes_back_one_stroke_and_clear_all(page, studio):
    paper = opened(page, studio)
    first, undo = readout(page), page.locator("button.undo")
    draw(page, paper, ONE)
    one = page.evaluate(f"{FIGURE}.strokes().length")
    draw(page, paper, SEVEN)
    undo.click()
    assert one == page.evaluate(f"{FIGURE}.strokes().length") == 2, "the digit from the list, and a stroke on it"
    undo.click()
    assert readout(page) == first
    page.locator("button.clear").click()
    assert page.evaluate(f"{FIGURE}.strokes().length") == 0
    undo.click()
    assert readout(page).startswith("nothing drawn yet")


def test_the_keyboard_draws(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    paper.focus()
    for key in ["ArrowUp"] * 7 + [" "]:
        page.keyboard.press(key)
    assert page.locator(".pen-state").inner_text() == "The pen is down."
    assert page.locator(".pen").is_visible()
    for key in ["ArrowDown"] * 14 + [" "]:
        page.keyboard.press(key)
    assert page.locator(".pen-state").inner_text() == "The pen is up."
    assert readout(page).startswith("the network reads 1")
    (stroke,) = page.evaluate(f"{FIGURE}.strokes()")
    assert stroke[0] == [70, 21] and stroke[-1] == [70, 119]
    page.keyboard.press("ArrowRight")
    assert len(page.evaluate(f"{FIGURE}.strokes()")) == 1, "a lifted pen leaves no ink"
    page.keyboard.press("Backspace")
    assert readout(page).startswith("nothing drawn yet")


def test_two_arrows_at_once_go_aslant_and_the_pen_stays_on_the_paper(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    paper.focus()
    page.keyboard.press(" ")
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    page.keyboard.up("ArrowRight")
    for _ in range(30):
        page.keyboard.press("Shift+ArrowLeft")
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    (stroke,) = page.evaluate(f"{FIGURE}.strokes()")
    assert [84, 77] in stroke and [82, 77] in stroke
    assert stroke[-1] == [0, 77]


def test_keys_that_do_not_draw_are_left_to_the_page(page, studio):
    opened(page, studio).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_a_finger_draws_and_the_page_does_not_scroll(new_page, studio):
    page = new_page(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    paper = opened(page, studio)
    page.locator("button.clear").tap()
    paper.scroll_into_view_if_needed()
    before, client = page.evaluate("scrollY"), page.context.new_cdp_session(page)
    points = along(paper.bounding_box(), ONE)
    for kind, point in [("touchStart", points[0]), *(("touchMove", p) for p in points[1:]), ("touchEnd", None)]:
        touched = [] if point is None else [{"x": point[0], "y": point[1]}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
    assert readout(page).startswith("the network reads 1")
    assert page.evaluate("scrollY") == before
    assert len(page.evaluate(f"{FIGURE}.strokes()")) == 1


def test_a_second_finger_and_other_buttons_draw_nothing(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    x, y = along(paper.bounding_box(), ONE)[0]
    page.mouse.move(x, y)
    page.mouse.down(button="right")
    page.mouse.move(x, y + 50)
    page.mouse.up(button="right")
    assert page.evaluate(f"{FIGURE}.strokes().length") == 0


def test_digits_are_picked_from_the_list_also_misread_ones(page, studio):
    opened(page, studio)
    options = page.locator("select option").evaluate_all("all => all.map(o => [o.value, o.innerText])")
    answers = set()
    for value, text in options[1:]:
        page.locator("select").select_option(value)
        wanted = re.fullmatch(r"(a [0-79]|an 8)(?:, read as (\d))?", text)
        assert readout(page).startswith(
            f"test digit {value}, {wanted[1]}: the network reads {wanted[2] or wanted[1][-1]}, "
        )
        answers.add(page.locator("[data-part=outputs] > g[font-weight=bold] text").first.text_content())
    assert len(answers) == 10 and sum("read as" in text for _, text in options) >= 5
    assert page.evaluate("location.hash") == f"#draw-a-digit?digit={options[-1][0]}"


def test_a_digit_can_be_linked(new_page, studio):
    page = new_page()
    opened(page, studio)
    number = page.locator("select option").last.get_attribute("value")
    linked = new_page()
    opened(linked, f"{studio}#draw-a-digit?digit={number}")
    assert linked.locator("select").input_value() == number
    assert readout(linked).startswith(f"test digit {number}, ")
    linked.evaluate("location.hash = '#draw-a-digit?digit=nonsense'")
    assert readout(linked).startswith(f"test digit {number}, ")


def test_one_stroke_on_a_digit_makes_it_ones_own(page, studio):
    paper = opened(page, studio)
    draw(page, paper, ONE[:3])
    assert page.locator("select").input_value() == ""
    assert readout(page).startswith("the network reads")


def test_a_move_of_the_pen_costs_one_reading(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    page.evaluate("""() => {
        const context = CanvasRenderingContext2D.prototype;
        const put = context.putImageData;
        window.paintings = 0;
        context.putImageData = function (...all) { window.paintings += 1; return put.apply(this, all); };
    }""")
    said = draw(page, paper, SEVEN)
    # Two canvases, the paper and the pixels, are painted at each of the moves and once when the pen comes down.
    assert page.evaluate("window.paintings") == 2 * (len(said) + 1)


# for everyone


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(new_page, studio, theme, width):
    page = new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    opened(page, studio)
    page.evaluate(
        f"document.documentElement.dataset.theme = '{theme}'; document.body.style.background = getComputedStyle"
        "(document.documentElement).getPropertyValue('--nn-surface');"
        "document.body.style.color = getComputedStyle(document.documentElement).getPropertyValue('--nn-ink')"
    )
    page.locator("canvas").focus()
    options = {"runOnly": {"type": "tag", "values": WCAG}, "preload": False, "resultTypes": ["violations"]}
    assert json.dumps(Axe().run(page, options=options).response["violations"]) == "[]"


@pytest.mark.parametrize("width", [320, 360, 768])
def test_it_fits_a_phone_and_its_targets_a_finger(new_page, studio, width):
    page = new_page(viewport={"width": width, "height": 800})
    paper = opened(page, studio)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = paper.bounding_box()
    assert box["width"] >= 190 and box["width"] == pytest.approx(box["height"], abs=1)
    for control in page.locator("figure.drawing :is(select, button)").all():
        assert min(control.bounding_box()["width"], control.bounding_box()["height"]) >= 24


def test_paper_has_its_name_its_instructions_and_a_live_region(page, studio):
    paper = opened(page, studio)
    assert paper.get_attribute("aria-label") == "Paper to draw on"
    described = [page.locator(f"#{name}").inner_text() for name in paper.get_attribute("aria-describedby").split()]
    assert "arrows move the pen" in described[0] and described[1] == readout(page)
    assert page.locator("output.readout").evaluate("e => e.tagName") == "OUTPUT"  # a polite live region by itself


def test_on_paper_the_picture_is_printed_and_the_controls_are_not(page, studio):
    opened(page, studio)
    page.emulate_media(media="print")
    assert page.locator("figure.drawing svg").is_visible()
    assert not page.locator("figure.drawing .controls").is_visible() and not page.locator(".pad").is_visible()


# the book


@pytest.mark.parametrize("name", documents())
def test_weights_are_loaded_where_one_can_draw_and_nowhere_else(built_book, name):
    text = (built_book / f"{name}.html").read_text(encoding="utf-8")
    shows = 'id="draw-a-digit"' in text
    for asset in (*SCRIPTS, "draw-digit.css"):
        assert (f"_static/{asset}" in text) == shows, f"{asset} on {name}"


def test_a_digit_is_drawn_in_the_book(page, book_url):
    page.goto(f"{book_url}book/10-reading-digits.html")
    paper = page.locator("figure.drawing[data-awake] canvas")
    paper.scroll_into_view_if_needed()
    page.locator("figure.drawing button.clear").click()
    draw_on = paper.bounding_box()
    for i, (x, y) in enumerate(along(draw_on, SEVEN)):
        page.mouse.move(x, y)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    assert page.locator("figure.drawing output.readout").inner_text().startswith("the network reads 7")
