"""The built HTML, read as files: everything it names is there, and nothing it loads is elsewhere."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from inputs import ROOT
from pages import documents, page_names

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
PAGES = page_names()
CHAPTERS = [name for name in documents() if (ROOT / f"{name}.ipynb").exists()]
# What a browser fetches by itself when it meets the attribute; a plain link waits for a click.
FETCHED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("link", "href"),
}
NOT_FETCHED_LINKS = {"canonical", "next", "prev", "index", "search", "author"}
STRANGERS = re.compile(
    r"unpkg|jsdelivr|cdnjs|googleapis|gstatic|require(\.min)?\.js|html-manager", re.IGNORECASE
)


class Page(HTMLParser):
    """What a page says about itself: ids, links, what it fetches, and its pictures' texts."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.fetched, self.pictures, self.buttons = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        self.pictures += [given.get("alt")] if tag == "img" else []
        if tag == "link" and given.get("rel") in NOT_FETCHED_LINKS:
            return
        self.fetched += [value for name, value in attributes if (tag, name) in FETCHED and value]


@cache
def parsed(path):
    """Return the parsed page of a path."""
    return Page(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_built(built_book, name):
    assert (built_book / name).is_file()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_from_elsewhere(built_book, name):
    fetched = parsed(built_book / name).fetched
    assert [url for url in fetched if urlsplit(url).netloc] == []
    missing = [
        url
        for url in fetched
        if not url.startswith("data:")
        and not (built_book / name).parent.joinpath(unquote(urlsplit(url).path)).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_no_stranger_is_named(built_book, name):
    assert STRANGERS.findall((built_book / name).read_text(encoding="utf-8")) == []


def test_style_sheets_fetch_nothing_from_elsewhere(built_book):
    for sheet in built_book.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(@import|url\()\s*['\"]?\s*(https?:)?//", text), sheet


def wanted_ids(fragment):
    """Return the ids that a fragment needs: its own, and for a state of an explorer its controls'."""
    identity, _, settings = unquote(fragment).partition("?")
    controls = [setting.partition("=")[0] for setting in settings.split("&") if setting]
    return {identity, *(f"{identity}-{control}" for control in controls)}


@pytest.mark.parametrize("name", PAGES)
def test_internal_links_and_anchors_lead_somewhere(built_book, name):
    page = built_book / name
    dead = []
    for link in parsed(page).links:
        url = urlsplit(link)
        if url.scheme or url.netloc:
            continue
        target = (page.parent / unquote(url.path)).resolve() if url.path else page
        target = target / "index.html" if target.is_dir() else target
        anchors = wanted_ids(url.fragment) if url.fragment and target.suffix == ".html" else set()
        if not target.exists() or (anchors and not anchors <= set(parsed(target).ids)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_given_once(built_book, name):
    ids = parsed(built_book / name).ids
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", PAGES)
def test_pictures_say_what_they_show(built_book, name):
    texts = parsed(built_book / name).pictures
    # An empty text marks a decoration, such as the logo on a button; a missing one or a hash is a defect.
    assert [text for text in texts if text is None or re.search(r"[0-9a-f]{16}|\.(png|svg)$", text)] == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_launch_buttons_open_this_chapter(built_book, name):
    hub = CONFIG["launch_buttons"]["binderhub_url"]
    owner_and_name = urlsplit(CONFIG["repository"]["url"]).path.strip("/")
    wanted = f"{hub}/v2/gh/{owner_and_name}/{CONFIG['repository']['branch']}?urlpath=lab/tree/{name}.ipynb"
    assert wanted in parsed(built_book / f"{name}.html").links


@pytest.mark.parametrize("name", CHAPTERS)
def test_explorers_carry_their_states(built_book, name):
    text = (built_book / f"{name}.html").read_text(encoding="utf-8")
    states = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert len(states) >= text.count('<figure class="explorer"')
    assert all(json.loads(state) for state in states)


def test_no_widget_is_saved_that_would_be_dead(built_book):
    for path in built_book.rglob("*.html"):
        assert "application/vnd.jupyter.widget" not in path.read_text(encoding="utf-8"), path


def test_only_the_needed_mathematics_is_published(built_book):
    folder = built_book / "_static" / "mathjax"
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 3_000_000
    assert (folder / "output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff").exists()
