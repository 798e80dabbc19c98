"""The book's index: every linked glossary term becomes an entry at the place that links it.

Authors write ``{term}`` and nothing else; the index then leads from a term to the chapters that use it.
"""

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.index_entries import split_index_msg

TEMPLATES = Path(__file__).parent / "templates"


class IndexTerms(SphinxTransform):
    """Put an index entry before the first paragraph of a page that links a term."""

    default_priority = 800  # before the index collects what is in the document

    def apply(self, **kwargs):
        if self.env.docname.endswith("glossary"):
            return
        seen = set()
        for link in list(self.document.findall(addnodes.pending_xref)):
            term = link.get("reftarget", "").lower()
            if link.get("reftype") == "term" and term not in seen:
                seen.add(term)
                self.index(link, term)

    def index(self, link, term):
        """Insert the entry before the block that holds the link, whose anchor the block becomes.

        An empty anchor of its own would do for the index, but the search shows the text that an entry leads to.
        """
        block = link.parent
        while isinstance(block.parent, nodes.TextElement):
            block = block.parent
        # A block has one anchor, for all of its terms: any further one would be written as an empty element.
        anchor = block["ids"][0] if block["ids"] else f"index-{nodes.make_id(term)}"
        entry = addnodes.index(entries=[("single", term, anchor, "", None)])
        block["ids"] = [anchor]
        block.parent.insert(block.parent.index(block), entry)


def name_places(app, pagename, templatename, context, doctree):
    """Let the index name the page that an entry leads to, with its number if it has one."""
    if pagename != "genindex":
        return
    env = app.env

    def place(uri):
        docname = uri.partition("#")[0].removesuffix(".html")
        number = env.toc_secnumbers.get(docname, {}).get("", ())
        title = env.titles[docname].astext()
        return f"{'.'.join(map(str, number))} {title}".strip()

    context["place"] = place


def complete_search(app):
    """Let the search keep the entries of pages that are as they were; Sphinx has only those of pages written anew."""
    for docname, entries in app.env.get_domain("index").entries.items():
        found = {(text, target, main) for how, of, target, main, _ in entries for text in split_index_msg(how, of)}
        app.builder.indexer._index_entries.setdefault(docname, sorted(found))
    return ()


def setup(app):
    """Register with Sphinx."""
    app.config.templates_path.append(str(TEMPLATES))
    app.add_transform(IndexTerms)
    app.connect("html-page-context", name_places)
    app.connect("html-collect-pages", complete_search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
