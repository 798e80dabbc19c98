"""What a site needs around its pages: what a shared link shows, dates, a map for search engines, a page for lost
links."""

import html
import subprocess
from pathlib import Path

from docutils import nodes

from nnbook import __version__

LONGEST = 200
NOT_FOUND = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <meta name="color-scheme" content="light dark">
    <title>There is no such page — {title}</title>
  </head>
  <body>
    <main>
      <h1>There is no such page</h1>
      <p>The address may have been mistyped, or the page has moved. The book begins <a href="{base}">on its front
        page</a>, and <a href="{base}genindex.html">the index</a> leads from terms to chapters.</p>
    </main>
  </body>
</html>
"""


FRONT = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="refresh" content="0; url={root}.html">
    <title>{title}</title>
  </head>
  <body>
    <p><a href="{root}.html">{title}</a></p>
  </body>
</html>
"""


def describe(doctree):
    """The first paragraph of a page as plain text, cut at a word; "" if there is none."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            text = " ".join(paragraph.astext().split())
            return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return ""


def tags(title, description, base, pagename):
    """The <meta> elements that a shared link is shown by."""
    given = {
        "og:title": title,
        "og:description": description,
        "og:type": "article",
        "og:url": f"{base}{pagename}.html",
        "og:image": f"{base}_static/share.png",
        "og:image:alt": "A chapter of the book with an explorer being moved",
    }
    lines = [f'<meta name="description" content="{html.escape(description)}">'] if description else []
    lines += [f'<meta property="{name}" content="{html.escape(text)}">' for name, text in given.items() if text]
    return "\n    ".join(lines)


def add_tags(app, pagename, templatename, context, doctree):
    """Give a page its description, its picture and the day of its last change."""
    if doctree is None:
        return
    base = app.config.html_baseurl
    context["metatags"] = context.get("metatags", "") + tags(
        app.env.titles[pagename].astext(), describe(doctree), base, pagename
    )
    context["last_updated"] = last_change(app.env.doc2path(pagename))


def last_change(path):
    """The day of the last commit that changed a file, as ``2026-11-20``; None where there is no history."""
    command = ["git", "log", "-1", "--format=%cs", "--", Path(path).name]
    try:
        done = subprocess.run(command, cwd=Path(path).parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # no git on this machine
        return None
    return done.stdout.strip() or None


def write_map(folder, base):
    """Write sitemap.xml: every page but those that only serve."""
    folder = Path(folder)
    skipped = {"search.html", "404.html", "py-modindex.html"}
    paths = [path for path in folder.rglob("*.html") if "_static" not in path.parts]
    pages = sorted(path.relative_to(folder).as_posix() for path in paths)
    urls = "".join(f"<url><loc>{base}{page}</loc></url>\n" for page in pages if page not in skipped)
    (folder / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n',
        encoding="utf-8",
    )


def write_not_found(folder, base, title):
    """Write 404.html, which must find its way from an address of any depth and so names the whole address."""
    (Path(folder) / "404.html").write_text(NOT_FOUND.format(base=base, title=html.escape(title)), encoding="utf-8")


def write_front(folder, root, title):
    """Write index.html, which leads to the book's first page."""
    (Path(folder) / "index.html").write_text(FRONT.format(root=root, title=html.escape(title)), encoding="utf-8")


def state_version(page):
    """Return the page with the version of the package in its footer."""
    version = f'<p class="version">Version {__version__}</p>\n<p class="copyright">'
    return page.replace('<p class="copyright">', version, 1)
