"""Every page of the built book in a real Chromium: it stays on its host, is quiet, and is open to all."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Watch
from pages import documents, page_names

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = page_names()
DOCUMENTS = [f"{name}.html" for name in documents()]
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}


def open_page(page, url):
    """Go to a page and wait until its mathematics is set."""
    page.goto(url)
    page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise.then(() => null) : null")
    return page


def violations(page):
    """Return one line for each thing that axe finds on a page."""
    # Without preload: axe would fetch @import rules of style sheets, and from the wrong folder.
    options = {"runOnly": {"type": "tag", "values": WCAG}, "preload": False}
    response = Axe().run(page, options=options).response
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} — {node['failureSummary'][:300]}"
        for rule in response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(new_page, book_url, name, scheme, viewport):
    page = new_page(color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    open_page(page, book_url + name)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert violations(page) == []


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


def test_axe_would_find_a_defect(page, book_url):
    open_page(page, book_url + PAGES[0])
    page.evaluate("document.body.append(new Image())")
    assert any(found.startswith("image-alt") for found in violations(page))


@pytest.mark.parametrize("name", PAGES)
def test_mathematics_and_pictures_are_there(page, book_url, name):
    open_page(page, book_url + name)
    page.locator("footer").last.scroll_into_view_if_needed()
    assert page.locator("mjx-merror").count() == 0
    assert page.locator("span.math, div.math").count() == page.locator(".math:has(mjx-container)").count()
    broken = page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
    assert broken == []


@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_but_what_may(new_page, book_url, name, width):
    page = open_page(new_page(viewport={"width": width, "height": 800}), book_url + name)
    wide = page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth)
        .slice(0, 3).map(e => e.outerHTML.slice(0, 120))""")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, wide


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pages_work_from_the_file_system(page, built_book, name):
    open_page(page, (built_book / name).as_uri())
    assert page.locator("h1").last.is_visible()
    asleep = page.locator("figure.explorer:not(.still):not([data-awake])")
    assert asleep.count() == 0
    assert page.locator(".math:not(:has(mjx-container))").count() == 0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pages_can_be_read_without_scripts(new_page, book_url, name):
    page = new_page(java_script_enabled=False)
    page.goto(book_url + name)
    assert page.locator("article h1").inner_text().strip()
    # Without a theme the style sheet knows no colors, and text becomes black on nothing.
    assert page.locator("html").get_attribute("data-theme") == "light"
    for figure in page.locator("figure.explorer").all():
        assert figure.locator("svg [data-layer]").count() > 0, figure.get_attribute("id")


def test_search_finds_a_page(page, book_url):
    page.goto(f"{book_url}search.html?q=moves")
    page.locator("#search-results .search li a").first.wait_for()


def test_the_watch_notices_what_must_not_happen(browser):
    context = browser.new_context()
    watch = Watch(context)
    page = context.new_page()
    page.set_content(
        '<img src="https://example.org/pixel.png" alt="">'
        "<script>console.error('bad'); console.warn('hm'); null.x</script>",
        wait_until="load",
    )
    context.close()
    said = json.dumps(watch.complaints)
    for what in (
        "left the host: https://example.org",
        "console error: bad",
        "console warning: hm",
        "uncaught",
    ):
        assert what in said
