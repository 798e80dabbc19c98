"""Put the prepared pages together into one document for paper: title page, contents, chapters, running feet.

The document is plain HTML. Where it names the page of something, it says "000" and bears the target's id in
`data-page`: the number is known, and filled in, when it has been printed once.
"""

import html

import yaml
from inputs import ROOT

# The space between the margins in whole pixels: with fractions, what begins a sheet leaves a trace on the one before.
WIDTH, HEIGHT = 658, 980
TOP = 68
MARGINS = f"{TOP}px calc(105mm - {WIDTH / 2:g}px) calc(297mm - {TOP + HEIGHT}px)"
UNKNOWN = "000"


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
    """Return the rule for a kind of sheet: a text at its foot on the left, the page number on the right."""
    style = "font: 8pt system-ui, sans-serif; color: #45494f"
    return (
        f"@page {name} {{ size: A4; margin: {MARGINS};"
        f" @bottom-left {{ content: {css_string(left)}; {style} }}"
        f" @bottom-right {{ content: counter(page); {style} }} }}"
    )


def sheets(name, left):
    """Return the rules by which a section is printed on sheets of its own kind."""
    return f"{feet(name, left)} .on-{name} {{ page: {name}; break-before: page }}"


def title_page(book):
    """Return the title page."""
    lines = "".join(f"<p>{line}</p>" for line in book["imprint"])
    return (
        f'<section class="paper-title"><div><h1>{html.escape(book["title"])}</h1>'
        f'<p class="subtitle">An interactive textbook, on paper</p><p>{html.escape(book["authors"])}</p></div>'
        f'<div class="imprint">{lines}</div></section>'
    )


def line(target, title):
    """Return a line of the contents: a link with a place for the page that it leads to."""
    number = f'<span class="number" data-page="{target}">{UNKNOWN}</span>'
    return f'<a href="#{target}"><span>{html.escape(title)}</span>{number}</a>'


def contents(book):
    """Return the contents: parts, chapters and their sections."""
    items = []
    for caption, names in book["parts"]:
        if caption:
            items.append(f'<li class="part">{html.escape(caption)}</li>')
        for name in map(slug, names):
            chapter = book["chapters"][name]
            below = "".join(f"<li>{line(part['id'], part['title'])}</li>" for part in chapter["sections"])
            items.append(f"<li>{line(name, chapter['title'])}<ol>{below}</ol></li>")
    return f'<nav class="paper-contents on-contents"><h1>Contents</h1><ol>{"".join(items)}</ol></nav>'


def assemble(book):
    """Return the whole book as one HTML document."""
    chapters = book["chapters"]
    rules = [feet("", ""), "@page front { @bottom-left { content: none } @bottom-right { content: none } }"]
    rules += [".paper-title { page: front }", sheets("contents", "Contents")]
    rules += [sheets(f"s-{name}", chapter["title"]) for name, chapter in chapters.items()]
    rules += [chapter["math"] for chapter in chapters.values()]
    links = dict.fromkeys(link for chapter in chapters.values() for link in chapter["sheets"])
    body = [
        f'<article class="bd-article on-s-{name}" id="{name}">{chapter["html"]}</article>'
        for name, chapter in chapters.items()
    ]
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">',
            f"<title>{html.escape(book['title'])}</title>",
            *(f'<link rel="stylesheet" href="{html.escape(link)}">' for link in links),
            f'<style>{" ".join(rules)}</style></head><body class="paper">',
            title_page(book),
            contents(book),
            *body,
            "</body></html>",
        ]
    )
