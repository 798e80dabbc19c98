"""Print the book: each page to _build/pdf/01-neurons.pdf …, and all of them as one book; run by `make pdf`.

    python scripts/pdf.py                  every page, and the whole book
    python scripts/pdf.py 01-neurons       only the pages named

Chromium prints the built pages after scripts/paper.js has readied each of them. The whole book is not merged from
these PDFs: it is one HTML document of the same readied pages, printed twice, the second time with the page numbers
that the first one showed. So links across chapters, bookmarks, numbering and the tags for screen readers are
Chromium's own work, where a merger would have to rebuild each of them. Running feet with page numbers want
Chromium 131 or newer.
"""

import argparse
import contextlib
import datetime
import sys
import threading
from pathlib import Path

import yaml
from bookmarks import entitle, read_pages
from chromium import ADVICE, FLAGS, find_chromium
from dist import NAME, offer_paper
from inputs import BUILD, ROOT
from paper import HEIGHT, WIDTH, assemble, feet, read_toc, slug
from serve import make_server

READY = (Path(__file__).parent / "paper.js").read_text(encoding="utf-8")
HEADINGS = "found => found.map(heading => heading.textContent.replace(/\\s+/g, ' ').trim())"
TARGETS = "found => found.map(place => place.dataset.page)"
FILL = "(places, pages) => places.forEach(place => { place.textContent = pages[place.dataset.page]; })"
BOOK = f"{NAME}.pdf"
# Its chapters are in the book; the front page and the index make sense nowhere else.
ONLY_IN_BOOK = ("index", "genindex")


@contextlib.contextmanager
def served(folder):
    """Serve a folder on this machine; give its address."""
    server = make_server(folder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def browser_page():
    """Give a page of a browser that lays out for paper, in the light; FileNotFoundError without a browser."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise FileNotFoundError(ADVICE.replace("browser tests", "pdf").replace("make test", "make pdf"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield for_paper(browser.new_page())
        browser.close()


def for_paper(page):
    """Have a page laid out as on paper: as wide as the space between the margins."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.emulate_media(media="print", color_scheme="light", reduced_motion="reduce")
    page.set_default_timeout(120_000)
    return page


def ready(page, url, book_title):
    """Open a built page and ready it for paper; return its title and the address of the site."""
    answer = page.goto(url)
    if not answer.ok:
        raise FileNotFoundError(f"pdf: the built book has no page {url}; run `make build` and name pages as it does")
    page.evaluate(READY)
    facts = page.evaluate("paper.prepare()")
    page.add_style_tag(content=feet("", f"{book_title} · {facts['title']}"))
    return facts


def printed(page):
    """Return what a page shows as a PDF, with links, bookmarks and tags."""
    return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)


def finished(pdf, page, author):
    """Return the PDF of a page with its author, and bookmarks in the words of the headings."""
    return entitle(pdf, page.eval_on_selector_all("h1, h2, h3, h4, h5, h6", HEADINGS), author)


def print_book(page, address, book):
    """Return the whole book as a PDF; RuntimeError if its page numbers cannot be found or do not settle."""
    url = f"{address}paper.html"
    page.route(url, lambda route: route.fulfill(body=assemble(book), content_type="text/html; charset=utf-8"))
    page.goto(url)
    page.evaluate("document.fonts.ready.then(() => true)")
    numbers = read_pages(printed(page))
    lost = set(page.eval_on_selector_all("[data-page]", TARGETS)) - set(numbers)
    if lost:
        raise RuntimeError(f"pdf: contents or index name places that the book does not have: {', '.join(sorted(lost))}")
    page.eval_on_selector_all("[data-page]", FILL, numbers)
    pdf = printed(page)
    if read_pages(pdf) != numbers:
        raise RuntimeError("pdf: the page numbers moved something to another page; give them one width in print.css")
    return finished(pdf, page, book["authors"])


def imprint(site):
    """Return what the foot of the title page says."""
    from nnbook import __version__

    day = datetime.date.today()
    return [
        f'Figures move and exercises answer at <a href="{site}">{site}</a>.',
        f"Version {__version__}, printed on {day.day} {day:%B %Y}. Code: BSD 3-Clause License. "
        "Text and figures: Creative Commons Attribution 4.0.",
    ]


def chosen(parts, wanted):
    """Return the names of the pages to print, all if none is wanted; LookupError for one that is not in the book."""
    names = [name for _, group in parts for name in group]
    known = {slug(name): name for name in names}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise LookupError(f"pdf: the book has no page {unknown[0]!r}; name one of {', '.join(known)}")
    return [known[name] for name in wanted] or names


def print_all(source, target, wanted=()):
    """Print the pages wanted, or all of them and the book; return the paths written."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    book = {"title": config["title"], "authors": config["author"], "parts": read_toc(), "chapters": {}}
    names = chosen(book["parts"], wanted)
    target.mkdir(parents=True, exist_ok=True)
    written = []

    def write(path, pdf):
        path.write_bytes(pdf)
        written.append(path)
        print(f"{path.name}: {len(pdf) / 1e6:.1f} MB", flush=True)

    with served(source) as address, browser_page() as page:
        for name in names:
            facts = ready(page, f"{address}{name}.html", book["title"])
            if slug(name) not in ONLY_IN_BOOK:
                write(target / f"{slug(name)}.pdf", finished(printed(page), page, book["authors"]))
            book["chapters"][slug(name)] = {"title": facts["title"], **page.evaluate("paper.chapter()")}
        if not wanted:
            book["imprint"] = imprint(facts["site"])
            write(target / BOOK, print_book(page, address, book))
    return written


def main(arguments=None):
    """Print what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description="Print the built book to PDF.")
    parser.add_argument("pages", nargs="*", help="names such as 01-neurons; default: all, and the whole book")
    parser.add_argument("--source", type=Path, default=BUILD / "html", help="the built pages")
    parser.add_argument("--target", type=Path, default=BUILD / "pdf", help="where the PDFs go")
    options = parser.parse_args(arguments)
    if not (options.source / "index.html").exists():
        print("pdf: there is no built book; run `make build` first", file=sys.stderr)
        return 1
    try:
        written = print_all(options.source, options.target, options.pages)
    except (FileNotFoundError, LookupError, RuntimeError) as error:
        print(error.args[0], file=sys.stderr)
        return 1
    if not options.pages:
        offer_paper(options.source, written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
