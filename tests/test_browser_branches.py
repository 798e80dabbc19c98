"""What the scripts of a page do when things are unusual: refused histories, old browsers, ties, slips of the hand."""

import numpy as np
import pdf
import pytest
import test_browser_drawing as drawing
from test_browser import open_page, open_without_mathematics
from test_browser_drawing import FIGURE, ONE, SEVEN, draw, opened, readout
from test_browser_exercises import ANSWER, in_python, write_page

from nnbook.exercises import Exercise, Numeric, exercise
from nnbook.explorers import explore, slider, step

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


# explorers


def explorer(page, book_url, identity, query=""):
    """Go to the page of an explorer alone, in a state; return the figure."""
    page.goto(f"{book_url}explorers/{identity}.html{query and f'#{identity}?{query}'}")
    page.locator("figure.explorer[data-awake]").wait_for()
    return page.locator("figure.explorer")


def settings(figure):
    """Return what each control stands at, by name, as it says itself."""
    return figure.locator(".controls :is(input, select)").evaluate_all("""all => Object.fromEntries(all.map(e =>
        [e.name, e.type === 'checkbox' ? e.checked : e.getAttribute('aria-valuetext') || e.value]))""")


# Where on the page a draggable figure has a pair of values.
PLACE = """(figure, values) => {
    const { drag } = JSON.parse(figure.querySelector('script.states').textContent), svg = figure.querySelector('svg');
    const [x, y] = ['x', 'y'].map(side => (values[drag[side].name] - drag[side].a) / drag[side].b);
    const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
    return [point.x, point.y];
}"""


def test_a_figure_can_be_dragged_to_any_value(page, book_url):
    figure = explorer(page, book_url, "fit-a-line")
    figure.scroll_into_view_if_needed()
    page.mouse.move(*figure.evaluate(PLACE, {"w": 1.0, "b": 0.5}))
    page.mouse.down()
    assert (settings(figure)["w"], settings(figure)["b"]) == ("1", "0.5")
    page.mouse.move(*figure.evaluate(PLACE, {"w": 0.27, "b": -0.7}))
    assert (settings(figure)["w"], settings(figure)["b"]) == ("0.25", "−0.75"), "to the values nearest to the pointer"
    page.mouse.up()
    assert page.evaluate("location.hash") == "#fit-a-line?w=0.25&b=-0.75&areas=1"
    dragged = settings(figure)
    page.mouse.move(*figure.evaluate(PLACE, {"w": 1.0, "b": 0.5}))
    assert settings(figure) == dragged, "no button, no drag"


def test_an_address_with_odd_values_opens_the_nearest_state(page, book_url):
    figure = explorer(page, book_url, "adam-anatomy")
    first = settings(figure)
    figure = explorer(page, book_url, "adam-anatomy", "noise=0.9&time=12&raw=7&beta1=none")
    assert settings(figure) == {**first, "noise": "1", "time": settings(figure)["time"], "raw": True}
    assert figure.locator("[name=time]").input_value() == "12"
    for time, wanted in {"999": "59", "-3": "0", "nonsense": "0"}.items():
        page.evaluate("time => { location.hash = `#adam-anatomy?time=${time}&noise=nonsense` }", time)
        figure.locator(f"xpath=.//input[@name='time' and @aria-valuetext='{wanted}']").wait_for()
        assert settings(figure)["noise"] == first["noise"]
    before = settings(figure)
    page.evaluate("location.hash = '#nowhere?time=5'")
    assert settings(figure) == before


def test_a_figure_moves_also_where_the_address_may_not_change(page, book_url):
    page.add_init_script(REFUSE)
    figure = explorer(page, book_url, "one-neuron")
    before = figure.locator("svg").inner_html()
    figure.locator("input").first.press("End")
    assert figure.locator("svg").inner_html() != before
    assert page.evaluate("location.hash") == ""


def test_playing_stops_at_the_end_and_begins_again(page, book_url):
    figure = explorer(page, book_url, "parabola-steps")
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    slider, button = figure.locator("[name=time]"), figure.locator("button.play")
    slider.press("End")
    last = int(slider.input_value())
    button.press("Enter")
    assert slider.input_value() == "0" and button.inner_text() == "Pause"
    page.clock.run_for(121)
    assert slider.input_value() == "1"
    page.clock.run_for(120 * last)
    assert slider.input_value() == str(last) and button.inner_text() == "Play"
    assert page.evaluate("location.hash").endswith(f"time={last}")


def test_with_reduced_motion_a_press_is_one_step_and_the_last_leads_to_the_first(new_page, book_url):
    page = new_page(reduced_motion="reduce")
    figure = explorer(page, book_url, "parabola-steps")
    slider, button = figure.locator("[name=time]"), figure.locator("button.play")
    slider.press("End")
    seen = []
    for _ in range(3):
        button.press("Enter")
        seen.append(slider.input_value())
    assert seen == ["1", "2", "3"] and button.inner_text() == "Next"
    page.emulate_media(reduced_motion="no-preference")
    figure.locator("button.play:text('Play')").wait_for()


def walk(ax):
    """A path that nothing changes: only time reveals it."""
    ax.set(xlim=(0, 3), ylim=(0, 1))
    ax.plot([0, 1, 2, 3], [0, 1, 0, 1], gid="path")
    return lambda: "walks"


def told(ax):
    """A point whose story has several lines, and no time in which to tell them."""
    (point,) = ax.plot([0], [0], "o", gid="point")

    def move(*, x):
        point.set_data([x], [0])
        return [f"came to {x:g}", f"is at {x:g}"]

    return move


def test_a_path_that_only_time_reveals_and_a_story_without_time(page, tmp_path):
    texts = {"caption": "A finding.", "alt": "A small figure that is made for a test alone"}
    walked = explore(walk, id="walk", **texts, time=step("path", label="step"))
    story = explore(told, id="story", **texts, x=slider(-1, 1, 3, start=0))
    script = f'<script defer src="{(drawing.STATIC / "explorers.js").as_uri()}"></script>'
    path = tmp_path / "two.html"
    head = f'<meta charset="utf-8"><title>Two</title>{script}'
    path.write_text(f"<!doctype html><html><head>{head}</head><body>{walked.html()}{story.html()}</body></html>")
    page.goto(path.as_uri())
    line, slider_of_time = page.locator("#walk [data-layer=path] path"), page.locator("#walk [name=time]")
    lengths = []
    for key in ("End", "Home", "ArrowRight"):
        slider_of_time.press(key)
        lengths.append(len(line.get_attribute("d").replace("-", " -").replace("l", " ").split()))
    assert lengths == [8, 2, 4], "all four points, the first, and two"
    page.locator("#story [name=x]").press("End")
    assert (
        page.locator("#story output").inner_text()
        == "is at 1"
        == repr(explore(told, id="s", **texts, x=slider(1, 2, 2)))
    )


# every page


def test_the_buttons_of_a_page_print_it_and_fill_the_screen(page, book_url):
    open_without_mathematics(page, f"{book_url}book/notation.html")
    page.evaluate("window.print = () => { window.done = 'printed' }")
    page.evaluate("window.toggleFullScreen = () => { window.done = 'filled' }")
    for action, done in {"print": "printed", "fullscreen": "filled"}.items():
        page.locator(f"[data-action={action}]").first.evaluate("button => button.click()")
        assert page.evaluate("window.done") == done


def test_what_scrolls_can_be_reached_by_keyboard_as_long_as_it_does(page, book_url):
    page.set_viewport_size({"width": 320, "height": 800})
    open_page(page, f"{book_url}book/04-backpropagation.html")
    wide = page.locator("[aria-label='Wider than the page: scrolls sideways'][tabindex='0'][role=group]")
    wide.first.wait_for()
    narrow = wide.count()
    # Two thousand pixels are enough for all.
    page.set_viewport_size({"width": 2000, "height": 800})
    page.wait_for_function(
        "count => document.querySelectorAll('[aria-label^=\"Wider than the page\"]').length < count", arg=narrow
    )


def test_the_map_shows_no_progress_once_storage_is_refused(page, book_url):
    open_without_mathematics(page, f"{book_url}book/index.html")
    page.evaluate("localStorage.setItem('nnbook.exercise.neurons.count-parameters', '{\"status\": \"correct\"}')")
    page.reload()
    assert ", 1 answered" in page.locator(".answered-here").all_inner_texts()
    page.evaluate("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    page.evaluate("document.querySelector('[data-action=forget]').click()")
    assert set(page.locator(".answered-here").all_inner_texts()) == {""}
    assert not page.locator(".online-progress").first.is_visible()


# on paper

ASIDE = """<!doctype html><html lang="en" data-content_root="./"><head><meta charset="utf-8"><title>Aside</title>
<link rel="canonical" href="https://example.org/book/aside.html"></head><body><article class="bd-article"><section>
<h1>Aside</h1>
<figure class="explorer" id="f"><div class="controls"><p class="control"><label>play</label></p></div>
<figcaption>A finding.</figcaption></figure>
<div class="cell"><div class="cell_output"><p><strong>Exercise. Do it</strong></p><details class="sd-dropdown">
<summary><span class="sd-summary-text">Solution</span></summary><div class="sd-summary-content"><pre>done()</pre></div>
</details><form class="exercise" id="a.b"></form></div></div>
<details class="note"><summary>More</summary><p>inside</p></details>
<div class="index-entries"><a href="#term">a term</a></div></section></article></body></html>"""


def test_a_page_without_a_number_and_an_index_come_to_paper(page, tmp_path):
    path = tmp_path / "aside.html"
    path.write_text(ASIDE, encoding="utf-8")
    page.goto(path.as_uri())
    page.evaluate(pdf.READY)
    assert page.evaluate("paper.prepare()")["title"] == "Aside"
    text = page.locator("article").inner_text()
    assert "Figure 1. A finding." in text and "Exercise 1. Do it" in text
    assert "Move it at https://example.org/book/aside.html#f" in text and "Settings" not in text
    assert page.locator("#paper-solutions-1").inner_text().split() == ["1.", "Do", "it", "Solution.", "done()"]
    assert page.locator(".note").inner_text() == "inside" and page.locator("details").count() == 0
    page.evaluate("paper.chapter()")
    assert page.locator(".index-entries [data-page='aside--term']").inner_text() == "000"


# exercises


def agreed(page, tmp_path, question, answer):
    """What page and Python both say of an answer."""
    page.goto(write_page(tmp_path, [question]))
    seen = page.evaluate(ANSWER, [question.id, answer])
    assert seen == in_python(question, answer)
    return seen["message"]


def test_long_answers_are_told_by_their_shape(page, tmp_path):
    kind = Numeric(value=lambda given: np.arange(13.0))
    texts = {"id": "a.b", "title": "T", "statement": "S", "hints": ("one", "two"), "worked": "W"}
    question = Exercise(**texts, kind=kind, points=1, minutes=1)
    assert "a list of 13 numbers" in agreed(page, tmp_path, question, {"answer": " ".join("0" * 13)})


def test_weights_that_do_another_job_by_no_known_mistake_are_told_a_hint(page, tmp_path):
    question = exercise("neurons.xor-network")
    only_looks_at_x1 = {"W1": "-1 0; 0 0", "b1": "0 -1", "w2": "1 0", "b2": "-1"}
    assert question.check(only_looks_at_x1).mistake is None
    assert "Not yet" in agreed(page, tmp_path, question, only_looks_at_x1)
