"""Around the pages: policy, icons, explorers alone, the offline copy, what search engines and shared links see."""

import re
import zipfile
from pathlib import Path

import pytest
from accessibility import violations
from bs4 import BeautifulSoup
from dist import NAME, PLACE, files, offer_paper, pack
from inputs import ROOT
from pages import documents, page_names
from test_browser import open_without_mathematics
from weights import first_and_later, loaded

from nnbook import __version__, sphinx_site
from nnbook.explorers.catalog import catalog
from nnbook.sphinx_icons import draw_icons, read_icons
from nnbook.sphinx_policy import policy, protect

PAGES = page_names()
EXPLORERS = sorted(make.__name__.replace("_", "-") for make in catalog())
PLAIN = '<html><head><meta charset="utf-8"></head><body>{}</body></html>'


def text(built_book, name):
    return (built_book / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*PAGES, "index.html", "404.html"])
def test_every_page_has_a_policy_without_loopholes(built_book, name):
    page = text(built_book, name)
    soup = BeautifulSoup(page, "html.parser")
    metas = soup.head.select('meta[http-equiv="Content-Security-Policy"]')
    assert len(metas) == 1
    assert not soup.head.find("script") or page.index("Content-Security-Policy") < page.index("<script")
    rules = dict(rule.split(" ", 1) for rule in metas[0]["content"].split("; "))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[A-Za-z0-9+/=]{44}')*", rules["script-src"])
    assert metas[0]["content"] == policy(page)
    assert not soup.select("[onclick], [onload], [href^='javascript:']")


def test_a_policy_names_each_inline_script_and_no_data():
    page = PLAIN.format('<script>a()</script><script src="b.js"></script><script type="application/json">{}</script>')
    assert policy(page).count("sha256") == 1
    assert policy(page) != policy(page.replace("a()", "b()"))
    assert policy(PLAIN.format("")).count("sha256") == 0


def test_an_inline_handler_stops_the_build():
    with pytest.raises(ValueError, match="expected no inline event handler, got '<p onclick="):
        protect(PLAIN.format('<p onclick="a()">x</p>'))
    assert 'data-action="print"' in protect(PLAIN.format('<button onclick="window.print()">x</button>'))


@pytest.mark.parametrize("script", ["<script>spy()</script>", '<script src="https://example.org/spy.js"></script>'])
def test_a_script_in_an_output_stops_the_build(script):
    data = '<script type="application/json">{}</script>'
    assert protect(PLAIN.format(f"<article>{data}</article>"))
    with pytest.raises(ValueError, match="expected no script in the text of a page, got '<script"):
        protect(PLAIN.format(f"<article>{data}{script}</article>"))


def test_a_script_that_slips_into_a_page_does_not_run(browser, built_book, tmp_path):
    page_text = text(built_book, "explorers/one-neuron.html")
    evil = page_text.replace("<main>", "<main><script>window.slipped = 1</script><img src=x onerror='slipped = 2'>")
    target = tmp_path / "explorers" / "evil.html"
    target.parent.mkdir()
    target.write_text(evil, encoding="utf-8")
    page = browser.new_page()
    page.goto(target.as_uri())
    assert page.evaluate("window.slipped") is None
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_icons_are_drawn_in_the_page(built_book, name):
    page = text(built_book, name)
    assert "fontawesome.js" not in page and not re.search(r'<i class="[^"]*fa-', page)
    drawn = BeautifulSoup(page, "html.parser").select("svg.icon")
    assert drawn and all(icon.path["d"] for icon in drawn)


def test_of_two_styles_of_an_icon_the_solid_one_is_drawn_and_an_unknown_one_is_refused():
    icons = read_icons('{sun:[512,512,[9728],"f185","M1 1"],sun:[512,512,[9728,"day"],"f185","M2 2"]}')
    assert icons["sun"] == icons["day"] == (512, 512, "M2 2")
    place = '<i class="theme-switch fa-solid fa-{} fa-lg" data-mode="light"></i>'
    assert 'd="M2 2"' in draw_icons(place.format("sun"), icons)
    with pytest.raises(KeyError):
        draw_icons(place.format("moon"), icons)


def test_every_figure_is_an_explorer_with_a_page_of_its_own(built_book):
    found = sorted(path.stem for path in (built_book / "explorers").glob("*.html"))
    assert set(EXPLORERS) <= set(found)
    shown = set()
    for name in documents():
        page = BeautifulSoup(text(built_book, f"{name}.html"), "html.parser")
        shown |= {figure["id"] for figure in page.select("figure.explorer")}
        # What is drawn otherwise is compared with no reference.
        drawn = page.select("article :is(img, canvas, svg[role=img])")
        assert all(picture.find_parent("figure", class_="explorer") for picture in drawn), name
        for figure in page.select("figure.explorer:not(.still)"):
            assert figure.select_one("a.alone")["href"] == f"../explorers/{figure['id']}.html"
    # Two figures are none of the catalog's, and have references of their own kind.
    assert shown == {*EXPLORERS, "draw-a-digit", "ablation-figure"}


def test_every_name_on_the_page_of_the_package_says_what_it_is(built_book):
    page = BeautifulSoup(text(built_book, "book/api.html"), "html.parser")
    said = {name["id"]: name.find_next_sibling("dd").get_text().strip() for name in page.select("dl.py > dt[id]")}
    assert {"nnbook.activations.relu", "nnbook.landscapes.ravine", "nnbook.landscapes.Landscape.__call__"} <= set(said)
    # Without words of its own, a tuple or a number is explained by Python's.
    borrowed = tuple(kind.__doc__.splitlines()[0] for kind in (tuple, int, float, str, list, dict, bool))
    assert [name for name, words in said.items() if not words or words.startswith(borrowed)] == []


def test_the_way_to_the_page_alone_keeps_the_state(page, book_url):
    open_without_mathematics(page, f"{book_url}book/01-neurons.html")
    figure = page.locator("figure.explorer:has(input[type=range])").first
    control = figure.locator("input[type=range]").first
    control.press("End")
    value = control.input_value()
    figure.locator("a.alone").click()
    page.wait_for_url("**/explorers/**")
    assert page.locator("input[type=range]").first.input_value() == value
    page.locator(".whence a").click()
    page.wait_for_url("**/book/01-neurons.html#*")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_an_explorer_alone(new_page, book_url, scheme):
    page = new_page(color_scheme=scheme, viewport={"width": 360, "height": 700})
    for identity in (EXPLORERS[0], EXPLORERS[-1]):
        page.goto(f"{book_url}explorers/{identity}.html")
        assert violations(page) == []


def test_the_offline_copy_works_after_unpacking(new_page, built_book, tmp_path):
    with zipfile.ZipFile(built_book / PLACE) as packed:
        packed.extractall(tmp_path)
    book = tmp_path / NAME
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto((book / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    assert not page.locator(".online-only").is_visible()
    page.goto((book / "book" / "01-neurons.html").as_uri())
    page.locator("mjx-container").first.wait_for()
    readout = page.locator("figure.explorer output").first
    before = readout.inner_text()
    page.locator("figure.explorer input[type=range]").first.press("Home")
    assert readout.inner_text() != before
    page.goto((book / "search.html").as_uri() + "?q=momentum")
    page.locator("#search-results .search li a").first.wait_for()
    assert "07-momentum" in page.locator("#search-results").inner_html()


def test_the_same_book_packs_to_the_same_bytes(tmp_path):
    for name, words in {"index.html": "<p>", "book/a.html": "<b>", "404.html": "no", "x.map": "{}"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(words)
    first = pack(tmp_path).read_bytes()
    assert pack(tmp_path).read_bytes() == first
    assert [path.name for path in files(tmp_path)] == ["a.html", "index.html"]


def test_paper_is_offered_once_it_is_printed_and_not_packed(built_book, tmp_path):
    (tmp_path / "book").mkdir()
    front = tmp_path / "book" / "index.html"
    front.write_text(text(built_book, "book/index.html"), encoding="utf-8")
    whole = tmp_path / f"{NAME}.pdf"
    whole.write_bytes(b"%PDF")
    for _ in range(2):
        offer_paper(tmp_path, [whole])
        (link,) = BeautifulSoup(front.read_text(encoding="utf-8"), "html.parser").select(".online-only #paper a")
        assert (front.parent / link["href"]).resolve().read_bytes() == b"%PDF"
    assert not [path for path in files(tmp_path) if "downloads" in path.parts]


def test_the_map_names_every_page_once(built_book):
    found = re.findall(r"<loc>([^<]*)</loc>", text(built_book, "sitemap.xml"))
    assert len(found) == len(set(found))
    for name in documents():
        assert sum(address.endswith(f"/{name}.html") for address in found) == 1
    assert not any(address.endswith(("404.html", "search.html")) for address in found)


def test_a_lost_link_leads_home_from_any_depth(built_book):
    page = BeautifulSoup(text(built_book, "404.html"), "html.parser")
    assert all(link["href"].startswith("https://") for link in page.select("a"))
    assert not page.select("script, link[rel=stylesheet], img")


@pytest.mark.parametrize("name", [name for name in documents() if name != "genindex"])
def test_a_shared_link_shows_what_the_page_is_about(built_book, name):
    head = BeautifulSoup(text(built_book, f"{name}.html"), "html.parser").head
    given = {meta.get("property"): meta["content"] for meta in head.select("meta[property]")}
    assert given["og:title"] and given["og:url"].endswith(f"{name}.html")
    description = head.select_one("meta[name=description]")
    assert len(description["content"]) > 40
    assert (built_book / "_static" / Path(given["og:image"]).name).exists()


def test_icon_version_and_date_are_on_a_page(built_book):
    page = BeautifulSoup(text(built_book, "book/01-neurons.html"), "html.parser")
    assert (built_book / "book" / page.select_one("link[rel~=icon]")["href"]).resolve().exists()
    assert page.select_one(".version").text == f"Version {__version__}"
    changed = sphinx_site.last_change(ROOT / "book" / "01-neurons.ipynb")
    assert (changed or "") in page.select_one("footer.bd-footer-content, .bd-footer-content").text


def test_a_file_without_history_has_no_date(tmp_path):
    (tmp_path / "new.md").write_text("x")
    assert sphinx_site.last_change(tmp_path / "new.md") is None


# What the wire carries, with gzip as every server does it.
FIRST_VISIT, LATER_PAGE = 1_000_000, 250_000


def test_a_chapter_is_light(new_page, book_url):
    chapters = [name for name in documents() if re.match(r"book/\d", name)]
    weights = {}
    bytes_of = first_and_later({name: loaded(new_page(), f"{book_url}{name}.html", weights) for name in chapters})
    assert all(first <= FIRST_VISIT and later <= LATER_PAGE for first, later in bytes_of.values()), bytes_of


def test_the_map_tells_of_each_chapter_what_it_asks_and_holds(built_book):
    front = BeautifulSoup(text(built_book, "book/index.html"), "html.parser")
    entries = {entry.a["href"]: entry for entry in front.select("#chapter-map li")}
    for name in [name for name in documents() if re.match(r"book/\d", name)]:
        entry, page = entries[f"{Path(name).name}.html"], BeautifulSoup(text(built_book, f"{name}.html"), "html.parser")
        assert entry.p.text.endswith("?")
        assert f"about {entry.select_one('.minutes').text.removesuffix(' min')} minutes" in page.article.text
        forms = [form["id"] for form in page.select("form.exercise") if form.find("script")]
        assert entry.select_one(".answered-here")["data-exercises"].split() == forms
        counts = f"{len(page.select('figure.explorer'))} to move, {len(forms)} to answer"
        assert " ".join(entry.select_one(".counts").text.split()) == counts


def test_answers_are_counted_on_the_map_and_can_be_forgotten(page, book_url):
    open_without_mathematics(page, f"{book_url}book/01-neurons.html")
    form = page.locator("form.exercise[id='neurons.count-parameters']")
    form.locator("input").first.fill("13002")
    form.locator("button[type=submit]").click()
    assert form.locator(".result").get_attribute("data-status") == "correct"
    page.goto(f"{book_url}book/index.html")
    entry = page.locator("#chapter-map li", has=page.locator("a[href='01-neurons.html']"))
    assert entry.locator(".answered-here").inner_text() == ", 1 answered"
    page.get_by_role("button", name="Forget my answers").click()
    assert entry.locator(".answered-here").inner_text() == ""
    assert not page.get_by_role("button", name="Forget my answers").is_visible()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('nnbook.exercise')).length") == 0


@pytest.mark.parametrize("term", ["logits", "fan-in", "learning rate"])
def test_the_search_finds_a_term_of_the_glossary(page, book_url, term):
    page.goto(f"{book_url}search.html?q={term.replace(' ', '+')}")
    page.locator("#search-results .search li a").first.wait_for()
    links = page.locator("#search-results .search li a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert any("glossary.html" in link for link in links), links
