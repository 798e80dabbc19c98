"""Put the prepared pages together into one document for paper: title page, contents, chapters, running feet.

The document is plain HTML. A page number is known only after printing, so the document is made twice: `read_pages`
finds in the first printing where every link of the contents and of the index leads, and the second shows it.
"""

import html
import io
import logging
import re

import yaml
from inputs import ROOT
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

# The space between the margins in whole pixels: with fractions, what begins a sheet leaves a trace on the one before.
WIDTH, HEIGHT = 658, 980
TOP = 68
MARGINS = f"{TOP}px calc(105mm - {WIDTH / 2:g}px) calc(297mm - {TOP + HEIGHT}px)"
UNKNOWN = "000"

# Chromium's PDFs count their objects a little low; that pypdf says so at each reading helps nobody.
logging.getLogger("pypdf").setLevel(logging.ERROR)


def read_toc(root=ROOT):
    """Return the book's parts, in order: pairs of a caption and the names of its pages; the front page comes first."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = [(part["caption"], [chapter["file"] for chapter in part["chapters"]]) for part in toc["parts"]]
    return [("", [toc["root"]]), *parts]


def slug(page):
    """Return the name by which a page is known in the book: "01-neurons" for book/01-neurons."""
    return page.rsplit("/", 1)[-1]


def css_string(text):
    """Return a text as a string of CSS."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def feet(name, left):
    """Return the rule of a kind of sheet: a text at its foot on the left, the page number on the right."""
    style = "font: 8pt system-ui, sans-serif; color: #45494f"
    return (
        f"@page {name} {{ size: A4; margin: {MARGINS};"
        f" @bottom-left {{ content: {css_string(left)}; {style} }}"
        f" @bottom-right {{ content: counter(page); {style} }} }}"
    )


def sheet(name, left):
    """Return the rules by which a section is printed on sheets of its own kind."""
    return feet(name, left) + f" .on-{name} {{ page: {name}; break-before: page }}\n"


def title_page(title, authors, imprint):
    """Return the title page."""
    lines = "".join(f"<p>{line}</p>" for line in imprint)
    return (
        f'<section class="paper-title"><div><h1>{html.escape(title)}</h1>'
        f'<p class="subtitle">An interactive textbook, on paper</p><p>{html.escape(authors)}</p></div>'
        f'<div class="imprint">{lines}</div></section>'
    )


def headings(chapter):
    """Return the sections of a chapter that the contents name: pairs of an id and a title."""
    found = re.findall(r'<section[^>]*\bid="([^"]+)"[^>]*>(?:\s*<span[^>]*></span>)*\s*<h2[^>]*>(.*?)</h2>', chapter, re.S)
    return [(name, re.sub(r"<[^>]+>", "", title)) for name, title in found if "<mjx" not in title]


def number(pages, target):
    """Return the page of a target as an element, or a place for it while the pages are not known."""
    return f'<span class="number">{pages.get(target, UNKNOWN)}</span>'


def line(pages, target, text):
    """Return a line of the contents."""
    return f'<a href="#{target}"><span>{text}</span>{number(pages, target)}</a>'


def contents(parts, chapters, pages):
    """Return the contents: parts, chapters and their sections, each with its page."""
    items = []
    for caption, names in parts:
        if caption:
            items.append(f'<li class="part">{html.escape(caption)}</li>')
        for name in map(slug, names):
            chapter = chapters[name]
            below = [] if name in ("api", "genindex", "references") else headings(chapter["html"])
            inner = "".join(f"<li>{line(pages, target, title)}</li>" for target, title in below)
            items.append(f'<li>{line(pages, name, chapter["title"])}<ol>{inner}</ol></li>')
    return f'<nav class="paper-contents"><h1>Contents</h1><ol>{"".join(items)}</ol></nav>'


def number_index(index, pages):
    """Give every place that the index names its page."""
    return re.sub(
        r'(<a [^>]*href="#([\w.-]+--[^"]+)"[^>]*>[^<]*</a>)', lambda m: m[1] + number(pages, m[2]), index
    )


def assemble(book, pages):
    """Return the whole book as one HTML document; `pages` maps ids to page numbers, empty at the first printing."""
    chapters = book["chapters"]
    rules = [feet("", ""), "@page front { @bottom-left { content: none } @bottom-right { content: none } }"]
    rules += [".paper-title { page: front }", sheet("contents", "Contents")]
    rules += [sheet(f"s-{name}", chapter["title"]) for name, chapter in chapters.items()]
    body = []
    for name, chapter in chapters.items():
        inner = number_index(chapter["html"], pages) if name == "genindex" else chapter["html"]
        body.append(f'<article class="bd-article on-s-{name}" id="{name}">{inner}</article>')
    links = "".join(f'<link rel="stylesheet" href="{html.escape(href)}">' for href in book["sheets"])
    styles = "\n".join([*book["math"], *rules])
    front = title_page(book["title"], book["authors"], book["imprint"])
    toc = f'<div class="on-contents">{contents(book["parts"], chapters, pages)}</div>'
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">'
        f"<title>{html.escape(book['title'])}</title>{links}<style>{styles}</style></head>"
        f'<body class="paper">{front}{toc}{"".join(body)}</body></html>'
    )


def read_pages(pdf):
    """Return where the links of a PDF lead: a dictionary from ids to page numbers that start at 1."""
    reader = PdfReader(io.BytesIO(pdf))
    return {
        name.lstrip("/"): reader.get_destination_page_number(target) + 1
        for name, target in reader.named_destinations.items()
    }


def bookmarks(item):
    """Go through the bookmarks of a PDF in the order of its pages, from the first of a level."""
    while item is not None:
        item = item.get_object()
        yield item
        yield from bookmarks(item.get("/First"))
        item = item.get("/Next")


def entitle(pdf, titles, author):
    """Return a PDF whose bookmarks bear the titles of its headings; ValueError if there are not as many.

    Chromium says the words of a heading twice where a sheet begins with it, and drops the space where it wraps.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    items = list(bookmarks(writer.root_object["/Outlines"].get("/First")))
    if len(items) != len(titles):
        raise ValueError(f"pdf: {len(items)} bookmarks for {len(titles)} headings; a heading is empty or hidden")
    for item, title in zip(items, titles, strict=True):
        item[NameObject("/Title")] = TextStringObject(title)
    writer.add_metadata({"/Author": author})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
