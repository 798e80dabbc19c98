"""axe-core at WCAG 2.2 AA finds nothing: every page, light and dark, phone and desk, with no exclusions."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import page_names
from test_browser import open_page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = page_names()
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}


def violations(page):
    """Return one line for each thing that axe finds on a page."""
    # Without preload: axe would fetch @import rules of style sheets, and from the wrong folder.
    options = {"runOnly": {"type": "tag", "values": WCAG}, "preload": False, "resultTypes": ["violations"]}
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
