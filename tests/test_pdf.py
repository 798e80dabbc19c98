"""The printed book: what a chapter's PDF says, where the contents of the whole book point, what is never clipped."""

import io
import re

import pytest
from bookmarks import entitle, read_pages, walk
from paper import HEIGHT, WIDTH, css_string, read_toc, slug
from pdf import ONLY_IN_BOOK, chosen, finished, for_paper, main, print_book, printed, ready
from pypdf import PdfReader

TITLE = "A book"
# What of an article stands out of the paper, or would have to be scrolled.
CLIPPED = """() => {
  const room = document.documentElement.clientWidth;
  const own = "svg, mjx-assistive-mml, mjx-ext";
  const out = Array.from(document.querySelectorAll("article *")).filter(e => {
    if (e.closest(own)) return false;
    const box = e.getBoundingClientRect();
    const scrolls = getComputedStyle(e).overflowX !== "visible" && e.clientWidth && e.scrollWidth > e.clientWidth + 1;
    return box.width && box.height && (box.right > room + 1 || box.left < -1 || scrolls);
  });
  return out.map(e => e.tagName + "." + e.className + ": " + e.textContent.slice(0, 60));
}"""
CONTROLS = "article :is(form, input, button, select, textarea, details, summary, script, noscript, canvas)"
COVERED = "found => found.filter(e => e.getBoundingClientRect().height > innerHeight).map(e => e.id)"


class Paper:
    """A chapter readied for paper: its page in the browser, its PDF, and the text of that."""

    def __init__(self, page, url):
        self.url = url
        self.page = for_paper(page)
        self.page.goto(url)
        self.hints = self.count_dropdowns("Hint")
        self.solutions = self.count_dropdowns("Solution") + self.count_dropdowns("Model answer")
        self.figures = self.page.locator("figure.explorer").count()
        self.exercises = self.page.locator("form.exercise").count()
        self.equations = self.page.locator("div.math .eqno").count()
        self.facts = ready(self.page, url, TITLE)
        self.pdf = finished(printed(self.page), self.page, "Its authors")
        self.reader = PdfReader(io.BytesIO(self.pdf))
        self.text = "\n".join(page.extract_text() for page in self.reader.pages)

    def count_dropdowns(self, kind):
        """Count the hints or the solutions that a page folds away."""
        return self.page.locator("details.sd-dropdown .sd-summary-text", has_text=kind).count()


@pytest.fixture(scope="module")
def chapter(browser, book_url):
    """Return chapter 1 on paper: it has explorers, equations, code and all kinds of exercises."""
    page = browser.new_page(color_scheme="dark")
    yield Paper(page, f"{book_url}book/01-neurons.html")
    page.close()


def links(reader, page):
    """Return the addresses outside of the PDF to which a page of it links."""
    found = [note.get_object().get("/A", {}) for note in page.get("/Annots", [])]
    return [action["/URI"] for action in found if "/URI" in action]


def test_chapter_is_selectable_text_with_its_numbers(chapter):
    text = chapter.text
    assert "13,002" in text
    assert chapter.figures > 3 and chapter.equations > 3
    for i in range(1, chapter.figures + 1):
        assert f"Figure 1.{i}." in text
    for i in range(1, chapter.equations + 1):
        assert f"(1.{i})" in text


def test_figures_stand_still_and_say_where_they_move(chapter):
    assert "right: AND 2 of 4 · OR 4 of 4 · NAND 2 of 4 · XOR 3 of 4" in chapter.text
    assert "weight w₁ = 1, weight w₂ = 1, bias b = −0.5. Move it at" in chapter.text
    addresses = [uri for page in chapter.reader.pages for uri in links(chapter.reader, page)]
    assert f"{chapter.facts['site']}book/01-neurons.html#one-neuron" in addresses
    assert chapter.facts["site"].startswith("https://")


def test_hints_and_solutions_come_after_the_chapter(chapter):
    before, after = chapter.text.split("\nHints\n")
    hints, solutions = after.split("\nSolutions\n")
    assert len(re.findall(r"^Hint \d\.", hints, re.M)) == chapter.hints > 0
    assert len(re.findall(r"^(?:Solution|Model answer)\.", solutions, re.M)) == chapter.solutions > 0
    assert not re.search(r"^(Hint \d|Solution|Model answer)\.", before, re.M)
    assert "Solution." not in hints and "Hint 1" not in solutions
    statements = re.findall(r"^Exercise 1\.\d+\. ", before, re.M)
    assert len(statements) == chapter.exercises
    assert "Nobody understands what its neurons compute." in before


def test_nothing_asks_to_be_pressed_and_nothing_is_dark(chapter):
    assert chapter.page.locator(CONTROLS).count() == 0
    assert chapter.page.locator("article :visible").count() > 500
    colors = "getComputedStyle(document.body).backgroundColor"
    assert chapter.page.evaluate(colors) == "rgb(255, 255, 255)"
    assert chapter.page.evaluate("getComputedStyle(document.querySelector('article')).color") != "rgb(255, 255, 255)"
    assert chapter.page.evaluate("document.body.children.length") == 1


def test_folded_code_is_open(chapter):
    assert "from nnbook.explorers import neurons" in chapter.text
    assert "Show code cell source" not in chapter.text


def test_sheets_are_a4_and_numbered(chapter):
    for number, page in enumerate(chapter.reader.pages, 1):
        assert [float(side) for side in page.mediabox[2:]] == pytest.approx([595.3, 841.9], abs=1)
        lines = page.extract_text().replace(f"{number}{TITLE}", f"{number}\n{TITLE}").splitlines()
        assert str(number) in lines, f"no page number on sheet {number}"
        assert any(f"{TITLE} · 1. Neurons" in line for line in lines)


def test_links_lead_within_the_chapter_and_to_the_published_book(chapter):
    pages = read_pages(chapter.pdf)
    assert "(1.1)" in chapter.reader.pages[pages["equation-eq-neuron"] - 1].extract_text()
    assert pages["paper-solutions"] > pages["equation-eq-neuron"]
    addresses = {uri for page in chapter.reader.pages for uri in links(chapter.reader, page)}
    assert f"{chapter.facts['site']}book/00-refresher.html" in addresses
    assert not [uri for uri in addresses if "127.0.0.1" in uri]


def test_bookmarks_are_the_headings(chapter):
    found = [item["/Title"] for item in walk(chapter.reader.trailer["/Root"]["/Outlines"]["/First"])]
    assert found[0] == "1. Neurons" and found[-1] == "Solutions"
    assert chapter.reader.metadata.author == "Its authors"


def lowest_text(page):
    """Return the last text on a sheet above its foot."""
    found = []

    def visit(text, frame, place, *_):
        found.append((frame[1] * place[4] + frame[3] * place[5] + frame[5], text.strip()))

    page.extract_text(visitor_text=visit)
    foot = min(y for y, text in found if TITLE in text)
    return min((y, text) for y, text in found if text and y > foot + 5)[1]


def test_no_heading_ends_a_sheet(chapter):
    headings = {item["/Title"] for item in walk(chapter.reader.trailer["/Root"]["/Outlines"]["/First"])}
    ends = [lowest_text(page) for page in chapter.reader.pages]
    assert len(set(ends)) > len(ends) / 2
    assert not headings.intersection(ends)


@pytest.mark.parametrize("name", ["01-neurons", "07-momentum-and-adam", "notation", "api"])
def test_nothing_is_wider_than_the_paper(new_page, book_url, name):
    page = for_paper(new_page())
    ready(page, f"{book_url}book/{name}.html", TITLE)
    assert page.evaluate(CLIPPED) == []
    assert page.eval_on_selector_all("figure, mjx-container", COVERED) == []


def test_wide_things_are_found_and_made_to_fit(new_page, book_url):
    page = for_paper(new_page())
    page.goto(f"{book_url}book/00-refresher.html")
    page.evaluate("document.querySelector('article h1').style.width = '2000px'")
    assert page.evaluate(CLIPPED)
    page.evaluate("""() => {
      const output = document.querySelector(".cell_output pre");
      output.textContent = "column ".repeat(16) + "\\n" + "column ".repeat(16);
      document.querySelector("article h1").style.width = "";
    }""")
    wide = page.evaluate("document.querySelector('.cell_output pre').outerHTML")
    page.route("**/00-refresher.html", lambda route: swap(route, wide))
    ready(page, f"{book_url}book/00-refresher.html", TITLE)
    assert page.evaluate("document.querySelector('.cell_output pre').style.fontSize").endswith("%")
    assert page.evaluate(CLIPPED) == []


def swap(route, wide):
    """Answer with the built page, whose first printed output is another one."""
    body = route.fetch().text()
    at = body.index("<pre", body.index('class="cell_output'))
    route.fulfill(body=body[:at] + wide + body[body.index("</pre>", at) + 6 :], content_type="text/html")


@pytest.fixture(scope="module")
def small_book(browser, book_url):
    """Return a book of three pages and an index, and the browser's page in which it is to be printed."""
    page = for_paper(browser.new_page())
    parts = [("", ["book/index"]), ("Start", ["book/00-refresher"]), ("End", ["book/notation"])]
    book = {"title": TITLE, "authors": "Its <authors>", "imprint": ["Printed"], "parts": parts, "chapters": {}}
    for name in [name for _, names in parts for name in names]:
        facts = ready(page, f"{book_url}{name}.html", TITLE)
        book["chapters"][slug(name)] = {"title": facts["title"], **page.evaluate("paper.chapter()")}
    yield page, book
    page.close()


@pytest.fixture(scope="module")
def whole(small_book, book_url):
    """Return the small book as a PDF."""
    page, book = small_book
    return PdfReader(io.BytesIO(print_book(page, book_url, book)))


def test_contents_give_the_pages_on_which_chapters_begin(whole, small_book):
    _, book = small_book
    texts = [page.extract_text() for page in whole.pages]
    listed = "\n".join(texts[1:2])
    assert "000" not in listed
    for name in ("00-refresher", "notation"):
        title = book["chapters"][name]["title"]
        number = int(re.search(rf"^{title}\s*(\d+)$", listed, re.M)[1])
        body = texts[number - 1].replace(f"{number}{title}", "", 1)
        assert title in body.splitlines()[:3], f"{title} does not begin on page {number}"
        for section in book["chapters"][name]["sections"]:
            page = int(re.search(rf"^{re.escape(section['title'])}\s*(\d+)$", listed, re.M)[1])
            assert page >= number and section["title"] in texts[page - 1]


def test_title_page_has_title_and_authors_and_no_number(whole):
    first = whole.pages[0].extract_text()
    assert first.split("\n")[0] == TITLE
    assert "Its <authors>" in first
    assert not re.search(r"\d", first)
    assert "Contents" in whole.pages[1].extract_text()


def test_front_page_leaves_its_map_to_the_contents(whole):
    text = "\n".join(page.extract_text() for page in whole.pages)
    assert "About this book" in text
    assert "to move," not in text


def test_chapters_keep_their_ids_apart_and_link_to_each_other(small_book, whole):
    page, book = small_book
    ids = page.eval_on_selector_all("[id]", "found => found.map(e => e.id)")
    assert len(ids) == len(set(ids)) > 50
    broken = "found => found.map(a => a.hash.slice(1)).filter(id => id && !document.getElementById(id))"
    in_book = "a[href^='#00-refresher'], a[href^='#notation'], a[href^='#index']"
    assert page.eval_on_selector_all(in_book, broken) == []
    assert page.locator("article[id='00-refresher'] a[href^='#']").count() > 5
    outlines = [item["/Title"] for item in walk(whole.trailer["/Root"]["/Outlines"]["/First"])]
    assert outlines[:3] == [TITLE, "Contents", "About this book"]


def test_index_gets_its_page_numbers(small_book, book_url):
    page, book = small_book
    entry = '<p><a href="#notation">N</a> <span data-page="notation">000</span></p>'
    chapter = {**book["chapters"]["notation"], "html": entry}
    with_index = {**book, "chapters": {**book["chapters"], "genindex": chapter}}
    reader = PdfReader(io.BytesIO(print_book(page, book_url, with_index)))
    last = reader.pages[-1].extract_text()
    page.unroute_all()
    starts = [i for i, sheet in enumerate(reader.pages, 1) if "One symbol, one meaning" in sheet.extract_text()]
    assert re.search(rf"\bN {starts[0]}\b", last)


def test_a_lost_place_is_an_error(small_book, book_url):
    page, book = small_book
    lost = {**book["chapters"]["notation"], "sections": [{"id": "nowhere", "title": "Nowhere"}]}
    with pytest.raises(RuntimeError, match="nowhere"):
        print_book(page, book_url, {**book, "chapters": {**book["chapters"], "notation": lost}})
    page.unroute_all()


def test_bookmarks_must_match_the_headings(new_page):
    page = for_paper(new_page())
    page.set_content("<title>t</title><h1>One</h1><h2>Two</h2>")
    pdf = printed(page)
    assert [item["/Title"] for item in walk(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Outlines"]["/First"])]
    mended = PdfReader(io.BytesIO(entitle(pdf, ["1", "2"], "me")))
    assert [item["/Title"] for item in walk(mended.trailer["/Root"]["/Outlines"]["/First"])] == ["1", "2"]
    with pytest.raises(ValueError, match="2 bookmarks for 1 headings"):
        entitle(pdf, ["One"], "me")


def test_the_order_is_that_of_the_book():
    parts = read_toc()
    names = [slug(name) for _, group in parts for name in group]
    assert names[:3] == ["index", "00-refresher", "01-neurons"]
    assert [caption for caption, _ in parts] == ["", "Before you start", "Chapters", "Appendices"]
    assert set(ONLY_IN_BOOK) < set(names)
    assert chosen(parts, ["notation"]) == ["book/notation"]
    with pytest.raises(LookupError, match="no page 'poetry'"):
        chosen(parts, ["poetry"])


def test_texts_survive_in_css():
    assert css_string('a "b" \\ c\nd') == '"a \\"b\\" \\\\ c d"'


def test_a_sheet_holds_whole_pixels():
    assert all(float(side).is_integer() for side in (WIDTH, HEIGHT))
    assert WIDTH < 210 * 96 / 25.4 and HEIGHT < 297 * 96 / 25.4


def test_without_a_built_book_one_sentence_says_so(tmp_path, capsys):
    assert main(["--source", str(tmp_path), "--target", str(tmp_path / "pdf")]) == 1
    assert capsys.readouterr().err == "pdf: there is no built book; run `make build` first\n"


def test_an_unknown_page_is_named(tmp_path, capsys, built_book):
    assert main(["poetry", "--source", str(built_book), "--target", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("pdf: the book has no page 'poetry'; name one of index, 00-refresher")
