"""Every page of the built book in a real Chromium: it stays on its host, is quiet, and is whole.

Here pages come from files, as in a copy on a disk; test_browser_axe.py has them from a server.
"""

import json

import pytest
from pages import documents, page_names

from conftest import Watch

PAGES = page_names()
DOCUMENTS = [f"{name}.html" for name in documents()]
WIDE = """() => [...document.querySelectorAll('main *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth).slice(0, 3).map(e => e.outerHTML)"""
NOT_DRAWN = """() => [...document.querySelectorAll('figure.explorer')]
    .filter(e => !e.querySelector('svg path')).map(e => e.id)"""


def open_page(page, url):
    """Go to a page and wait until its mathematics is set."""
    page.goto(url)
    page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise.then(() => null) : null")
    return page


def open_without_mathematics(page, url):
    """Go to a page whose explorers are all that matters: setting its formulas takes longer than all the rest."""
    page.route("**/mathjax/**", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(url)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_from_the_file_system_and_nothing_scrolls_sideways(page, built_book, name):
    open_page(page, (built_book / name).as_uri())
    assert page.locator("h1").last.is_visible()
    assert page.locator("figure.explorer:not(.still):not([data-awake])").count() == 0
    page.locator("footer").last.scroll_into_view_if_needed()
    assert page.locator("mjx-merror").count() == 0
    assert page.locator("span.math, div.math").count() == page.locator(".math:has(mjx-container)").count()
    broken = page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
    assert broken == []
    for width in (768, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(WIDE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pages_can_be_read_without_scripts(new_page, book_url, name):
    page = new_page(java_script_enabled=False)
    page.goto(book_url + name)
    assert page.locator("article h1").inner_text().strip()
    # Without a theme the style sheet knows no colors, and text becomes black on nothing.
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.evaluate(NOT_DRAWN) == []


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
