"""axe-core at WCAG 2.2 AA finds nothing: every page, light and dark, phone and desk, with no exclusions."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import page_names
from test_browser import open_page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = page_names()
# The theme gives wide code and tables their tab stop a third of a second after the window changed its size.
SETTLED = """![...document.querySelectorAll('pre, .pst-scrollable-table-container')]
    .some(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0)"""
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


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(new_page, book_url, name):
    # Waiting for a condition evaluates text in the page, which its policy forbids to scripts, this one's too.
    page = new_page(viewport=DESK, reduced_motion="reduce", bypass_csp=True)
    open_page(page, book_url + name)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    found = {}
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        page.wait_for_function(SETTLED)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
            found[scheme, viewport["width"]] = violations(page)
    assert not any(found.values()), {at: lines for at, lines in found.items() if lines}


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
