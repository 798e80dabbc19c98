"""Print the book: each page to _build/pdf/01-neurons.pdf …, all of them to one book; run by `make pdf`.

    python scripts/pdf.py                  the whole book and every page of it
    python scripts/pdf.py 01-neurons       only the pages named

Chromium prints the built pages, after scripts/paper.js has readied each of them. The whole book is not merged from
these PDFs: it is one HTML document of the same readied pages, printed twice, the second time with the page numbers
that the first one showed. So links across chapters, bookmarks, numbering and the tags for screen readers are
Chromium's own work, where a merger would have to rebuild each of them.
"""

import argparse
import contextlib
import datetime
import sys
import threading
import time
from pathlib import Path

import yaml
from chromium import ADVICE, FLAGS, find_chromium
from inputs import BUILD, ROOT
from paper import WIDTH, assemble, entitle, feet, read_pages, read_toc, slug
from serve import make_server

READY = (Path(__file__).parent / "paper.js").read_text(encoding="utf-8")
HEADINGS = "found => found.map(heading => heading.textContent.replace(/\\s+/g, ' ').trim())"
NAME = "neural-networks-you-can-move.pdf"
PRINTING = {"prefer_css_page_size": True, "print_background": True, "tagged": True, "outline": True}


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
    """Give a page of a browser that lays out for paper, in the light."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise FileNotFoundError(ADVICE.replace("make test", "make pdf"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page(viewport={"width": WIDTH, "height": 1000}, color_scheme="light")
        page.emulate_media(media="print", color_scheme="light")
        page.set_default_timeout(120_000)
        yield page
        browser.close()


def ready(page, url, title):
    """Open a built page and ready it for paper; return its name and title."""
    page.goto(url)
    page.evaluate(READY)
    facts = page.evaluate("paper.prepare()")
    page.add_style_tag(content=feet("", f"{title} · {facts['title']}"))
    return facts


def titles(page):
    """Return the texts of all headings of a page."""
    return page.eval_on_selector_all("h1, h2, h3, h4, h5, h6", HEADINGS)


def print_book(page, address, book):
    """Return the whole book as a PDF, printed until its page numbers are those it shows: twice, as a rule."""
    pages, shown = {}, None
    documents = {}
    page.route("**/paper.html", lambda route: route.fulfill(body=documents["now"], content_type="text/html"))
    while pages != shown:
        documents["now"] = assemble(book, pages)
        page.goto(address + "paper.html")
        page.evaluate("document.fonts.ready.then(() => true)")
        shown, pdf = pages, page.pdf(**PRINTING)
        pages = read_pages(pdf)
    return entitle(pdf, titles(page), book["authors"])


def imprint(site):
    """Return what the foot of the title page says."""
    from nnbook import __version__

    day = datetime.date.today()
    return [
        f'Figures move and exercises answer at <a href="{site}">{site}</a>.',
        f"Version {__version__}, printed {day.day} {day:%B %Y}. Code: BSD 3-Clause License. "
        "Text and figures: Creative Commons Attribution 4.0.",
    ]


def print_all(source, target, wanted):
    """Print the pages wanted, and the book if none is named; return the paths written."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    parts = read_toc()
    names = [name for _, group in parts for name in group]
    book = {"title": config["title"], "authors": config["author"], "parts": parts, "chapters": {}, "math": []}
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with served(source) as address, browser_page() as page:
        for name in names:
            if wanted and slug(name) not in wanted:
                continue
            started = time.perf_counter()
            facts = ready(page, f"{address}{name}.html", book["title"])
            if name not in (names[0], "genindex"):
                written.append(target / f"{slug(name)}.pdf")
                written[-1].write_bytes(entitle(page.pdf(**PRINTING), titles(page), book["authors"]))
            part = page.evaluate("paper.chapter()")
            book["chapters"][slug(name)] = {"title": facts["title"], "html": part["html"]}
            book["math"].append(part["math"])
            book["sheets"] = part["sheets"]
            print(f"{slug(name)}: {time.perf_counter() - started:.1f} s", flush=True)
        if not wanted:
            book["imprint"] = imprint(facts["site"])
            written.append(target / NAME)
            written[-1].write_bytes(print_book(page, address, book))
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
    for path in print_all(options.source, options.target, options.pages):
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
