"""Every page is open to everyone: axe-core at WCAG 2.2 AA, the keyboard alone, and alternatives to pictures.

axe looks at every page, light and dark, on a phone and on a desk, with no exclusions. Its rules about color are asked
in both themes; the others read no colors, and a theme changes nothing else. Contrast takes nine tenths of axe's time,
most of it for words of code of the same few colors, so it is measured once for each look that text has on a page:
color, size, weight, and all backgrounds behind it. That this leaves nothing out is tried on the first chapter, and on
all pages that are no chapters, where every single text is measured, too.
"""

import re

import pytest
from accessibility import color_rules, mute, press_enter, violations, walk
from pages import page_names
from test_browser import open_page

PAGES = page_names()
# The theme gives wide code and tables their tab stop a third of a second after the window changed its size.
SETTLED = """![...document.querySelectorAll('pre, .pst-scrollable-table-container')]
    .some(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0)"""
OTHER_CHAPTERS = re.compile(r"book/(?!01)\d\d-")
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}
OPEN = "open => document.querySelectorAll('details').forEach(details => { details.open = open })"


def turn(page, scheme):
    """Make a page light or dark."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)


def looked_at(page, every_text):
    """Return what axe finds, by theme and width, from the top of the page, where no button floats over it."""
    found = {}
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    page.wait_for_function("!document.querySelector('#pst-back-to-top')?.checkVisibility()")
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        page.wait_for_function(SETTLED)
        turn(page, "light")
        found["light", viewport["width"]] = violations(page, every_text=every_text and viewport == DESK)
        turn(page, "dark")
        found["dark", viewport["width"]] = violations(page, color_rules(page))
    return {at: lines for at, lines in found.items() if lines}


def press_everything(page):
    """Open every fold and check every exercise with the Enter key; return what does not answer."""
    page.evaluate(OPEN, False)
    press_enter(page, "details > summary")
    dead = page.evaluate("[...document.querySelectorAll('details:not([open])')].map(e => e.outerHTML.slice(0, 150))")
    press_enter(page, "form.exercise [type=submit]")
    silent = (
        "[...document.querySelectorAll('form.exercise:has([type=submit])')]"
        ".filter(e => !e.querySelector('.result').textContent).map(e => e.id)"
    )
    return dead + page.evaluate(silent)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_open_to_everyone(new_page, book_url, name):
    # Waiting for a condition evaluates text in the page, which its policy forbids to scripts, this one's too.
    page = new_page(viewport=DESK, reduced_motion="reduce", color_scheme="light", bypass_csp=True)
    open_page(page, book_url + name)
    assert mute(page) == []
    page.evaluate(OPEN, True)
    page.wait_for_function(SETTLED)
    assert walk(page) == {}
    assert press_everything(page) == []
    assert looked_at(page, every_text=not OTHER_CHAPTERS.match(name)) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_over_the_page(new_page, book_url, scheme):
    page = new_page(color_scheme=scheme, viewport=PHONE, reduced_motion="reduce")
    open_page(page, book_url + PAGES[0])
    page.locator(".primary-toggle:visible").click()
    page.locator("#pst-primary-sidebar-modal[open]").wait_for()
    assert violations(page) == [], "with the contents open"
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog[open]").wait_for()
    assert violations(page) == [], "with the search open"
    page.keyboard.press("Escape")
    for place in ("document.body.scrollHeight", "1000"):  # it comes when one turns back
        page.evaluate(f"scrollTo(0, {place})")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.locator("#pst-back-to-top").wait_for()
    assert violations(page, within="#pst-back-to-top") == []


# what must be noticed

SOUND = """<!doctype html><html lang="en"><head><title>A page</title></head><body><main><h1>A page</h1>
  <p>Text, <a href="#a">a link</a>, <button>a button</button> <input aria-label="a field">
  <label><input type="radio" name="r">one</label> <label><input type="radio" name="r">two</label></p>
  <svg role="img" aria-label="A line that falls steeply from the left to the right." width="9" height="9"></svg>
  </main></body></html>"""


def test_axe_would_find_a_defect(page, book_url):
    open_page(page, book_url + PAGES[0])
    page.evaluate("document.body.append(new Image())")
    assert any(found.startswith("image-alt") for found in violations(page))


def test_faint_text_is_noticed_in_whatever_look_it_comes(page):
    page.set_content(SOUND)
    assert violations(page) == []
    page.evaluate("""() => {
      const words = document.querySelector("p");
      for (let i = 0; i < 9; i += 1) words.append(document.createElement("b"), "and ");
      const last = words.querySelector("b:last-of-type");
      last.textContent = "faint";
      last.style.opacity = 0.4;
    }""")
    assert len(violations(page)) == 1
    page.evaluate("document.querySelector('b:last-of-type').style.opacity = 1; document.body.style.background = '#555'")
    assert len(violations(page)) > 1


def test_only_two_rules_read_colors(page):
    page.set_content(SOUND)
    assert violations(page) == []
    assert sorted(color_rules(page)) == ["color-contrast", "link-in-text-block"]


@pytest.mark.parametrize(
    ("kind", "defect"),
    [
        ("missed", "document.querySelector('a').addEventListener('keydown', event => event.preventDefault())"),
        ("missed", "document.querySelector('button').addEventListener('focus', event => event.target.blur())"),
        ("out of order", "document.querySelector('button').tabIndex = 1"),
        ("without a mark", "document.querySelector('a').style.outline = 'none'"),
    ],
)
def test_what_stops_the_keyboard_is_noticed(page, kind, defect):
    page.set_content(SOUND)
    assert walk(page) == {}
    page.set_content(SOUND)
    page.evaluate(defect)
    assert kind in walk(page)


def test_what_opens_on_the_way_takes_no_steps_from_what_comes_after(page):
    page.set_content(SOUND)
    # Each link that is reached for the first time opens more: more of them than there are stops after it.
    page.evaluate("""() => {
      const open = ({ target }) => {
        for (let i = 0; i < target.dataset.more; i += 1) {
          const link = document.createElement("a");
          Object.assign(link, { href: "#b", textContent: "another link" });
          link.dataset.more = i === 19 ? 19 : 0;
          link.addEventListener("focus", open, { once: true });
          target.after(link);
        }
      };
      const first = document.querySelector("a");
      first.dataset.more = 20;
      first.addEventListener("focus", open, { once: true });
    }""")
    assert walk(page) == {}
    assert page.locator("a").count() == 1 + 20 + 19


@pytest.mark.parametrize("alternative", ["", "A line.", "path-of-the-gradient-descent-1.png", None])
def test_a_picture_that_says_too_little_is_noticed(page, alternative):
    page.set_content(SOUND)
    assert mute(page) == []
    page.locator("svg").evaluate("(e, text) => e.setAttribute('aria-label', text)", alternative or "")
    assert len(mute(page)) == 1


def test_a_picture_that_says_what_its_caption_or_another_says_is_noticed(page):
    page.set_content(SOUND)
    page.evaluate("document.body.append(document.querySelector('svg').cloneNode())")
    assert "what another says" in mute(page)[0]
    page.set_content(
        SOUND.replace("<svg", "<figure><svg").replace(
            "</svg>", "</svg><figcaption>A line that falls steeply from the left to the right.</figcaption></figure>"
        )
    )
    assert "repeats its caption" in mute(page)[0]
