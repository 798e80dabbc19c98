"""Every page of the built book in a real Chromium: it stays on its host, says nothing on the console, and is open to all."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import page_names

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = page_names()


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
    return [f"{rule['id']}: {node['target']} {node['html'][:160]} — {node['failureSummary'][:300]}"
            for rule in response["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(new_page, book_url, name, scheme, width):
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    open_page(page, book_url + name)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    found = violations(page)
    assert not found, "\n".join(found)
