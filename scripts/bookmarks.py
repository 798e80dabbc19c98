"""Read from a printed PDF on which page its links end, and give its bookmarks the words of its headings."""

import io
import logging

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

# Chromium's PDFs count their objects a little low; that pypdf says so at each reading helps nobody.
logging.getLogger("pypdf").setLevel(logging.ERROR)


def read_pages(pdf):
    """Return where the links within a PDF lead: a dictionary from ids to page numbers that start at 1."""
    reader = PdfReader(io.BytesIO(pdf))
    return {
        name.lstrip("/"): reader.get_destination_page_number(target) + 1
        for name, target in reader.named_destinations.items()
    }


def walk(item):
    """Go through a PDF's bookmarks in the order of its pages, from the first of a level on."""
    while item is not None:
        item = item.get_object()
        yield item
        yield from walk(item.get("/First"))
        item = item.get("/Next")


def entitle(pdf, titles, author):
    """Return a PDF whose bookmarks bear the titles of its headings; ValueError if there are not as many.

    Chromium says the words of a heading twice where a sheet begins with it, and drops the space where it wraps.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    items = list(walk(writer.root_object["/Outlines"].get("/First")))
    if len(items) != len(titles):
        raise ValueError(
            f"pdf: found {len(items)} bookmarks for {len(titles)} headings, wanted one each; "
            "look for a heading that is empty or not shown"
        )
    for item, title in zip(items, titles, strict=True):
        item[NameObject("/Title")] = TextStringObject(title)
    writer.add_metadata({"/Author": author})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
