"""What the scripts of a page do when things are unusual: refused histories, old browsers, ties, slips of the hand."""

import pytest
import test_browser_drawing as drawing
from test_browser_drawing import FIGURE, ONE, SEVEN, draw, opened, readout

studio = drawing.studio
REFUSE = "history.replaceState = () => { throw new DOMException('not here', 'SecurityError'); }"


# draw a digit


def test_a_network_that_cannot_decide_names_the_smallest_digits(page, studio):
    page.add_init_script("""Object.defineProperty(window, 'digitNetwork', { set() {}, get() {
        const count = 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10;
        return { sizes: [784, 16, 16, 10], theta: btoa('\\0'.repeat(4 * count)) };
    }})""")
    opened(page, studio)
    assert readout(page).endswith("the network reads 0, 10 %; then 1, 10 %")
    widths = page.locator("[data-part=outputs] .amount").evaluate_all("all => all.map(e => e.getAttribute('width'))")
    assert len(widths) == 10 and len(set(widths)) == 1
    flows = page.locator("[data-part=edges-1] path")
    assert set(flows.evaluate_all("all => all.map(e => e.getAttribute('stroke-width'))")) == {"0"}


def test_a_blank_choice_empties_the_paper(page, studio):
    opened(page, studio)
    page.locator("select").select_option("")
    assert readout(page).startswith("nothing drawn yet")
    assert page.evaluate(f"{FIGURE}.strokes()") == []


def test_a_slip_is_undone_and_the_paper_cleared_by_keyboard(page, studio):
    paper = opened(page, studio)
    page.locator("button.clear").click()
    empty = readout(page)
    draw(page, paper, ONE)
    one = readout(page)
    draw(page, paper, SEVEN)
    paper.focus()
    page.keyboard.press("z")
    assert page.evaluate(f"{FIGURE}.strokes().length") == 2, "a letter draws and undoes nothing"
    page.keyboard.press("Control+z")
    assert readout(page) == one
    draw(page, paper, SEVEN)
    page.keyboard.press("Meta+z")
    assert readout(page) == one
    page.keyboard.press("Delete")
    assert readout(page) == empty and page.evaluate(f"{FIGURE}.strokes()") == []


def test_escape_lifts_the_pen(page, studio):
    opened(page, studio).focus()
    page.keyboard.press("Enter")
    assert page.locator(".pen-state").inner_text() == "The pen is down."
    page.keyboard.press("Escape")
    assert page.locator(".pen-state").inner_text() == "The pen is up."


@pytest.mark.parametrize("missing", ["delete PointerEvent.prototype.getCoalescedEvents", "void 0"])
def test_a_browser_that_reports_every_move_alone_draws_the_same(page, studio, missing):
    page.add_init_script(missing)
    opened(page, studio)
    page.locator("button.clear").click()
    # A move that a script reports holds no others within it.
    page.locator("canvas").evaluate("""canvas => {
        const box = canvas.getBoundingClientRect();
        canvas.hasPointerCapture = () => true;
        canvas.setPointerCapture = () => {};
        const tell = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {
            isPrimary: true, button: 0, pointerId: 1,
            clientX: box.left + x * box.width, clientY: box.top + y * box.height,
        }));
        tell('pointerdown', 0.5, 0.25);
        [0.5, 0.75].forEach(y => tell('pointermove', 0.5, y));
    }""")
    (stroke,) = page.evaluate(f"{FIGURE}.strokes()")
    assert stroke == [[70, 35], [70, 70], [70, 105]]


def test_a_digit_is_shown_also_where_the_address_may_not_change(page, studio):
    page.add_init_script(REFUSE)
    opened(page, studio)
    number = page.locator("select option").last.get_attribute("value")
    page.locator("select").select_option(number)
    assert readout(page).startswith(f"test digit {number}, ")
    assert page.evaluate("location.hash") == ""
