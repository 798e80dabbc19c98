"""Names of the book's pages, read from the table of contents, so that a missing page is a failing test."""

from pathlib import PurePosixPath

import yaml
from inputs import ROOT

GENERATED = ("search.html",)


def documents():
    """Return the documents of the table of contents, in order, without suffix: ``["book/index", …]``."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [contents["root"]]

    def collect(node):
        for part in node.get("parts", []):
            collect(part)
        for chapter in node.get("chapters", []) + node.get("sections", []):
            found.append(str(PurePosixPath(chapter["file"]).with_suffix("")))
            collect(chapter)

    collect(contents)
    return found


def page_names():
    """Return every page to be looked at, relative to the root of the site."""
    return [f"{name}.html" for name in documents()] + list(GENERATED)
