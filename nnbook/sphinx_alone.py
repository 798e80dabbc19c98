"""Every explorer on a page of its own, for the lecture hall and for other sites to embed."""

import html
import re
from pathlib import Path

FIGURE = re.compile(r'<figure class="explorer[^"]*" id="([^"]+)".*?</figure>', re.DOTALL)
TITLE = re.compile(r"<title>(.*?)(?: &#8212; .*?)?</title>", re.DOTALL)
ASSET = re.compile(
    r'"(?:\.\./)*_static/((?:nnbook|theme|draw-digit)\.css|(?:explorers|digit-network|draw-digit)\.js)(\?[^"]*)?"'
)
LINK = re.compile(r'<a class="alone".*?</a>\n', re.DOTALL)
# The page has no text around its figure, so the figure's caption must do; the state of the controls is in the address.
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>{title}</title>
    <link rel="icon" href="../_static/favicon.svg" type="image/svg+xml">
    {script}
    {assets}
  </head>
  <body class="alone">
    <main>
      <h1>{heading}</h1>
      {figure}
      <p class="whence">From <a href="../{page}#{id}" target="_top">{chapter}</a></p>
    </main>
  </body>
</html>
"""


def link_alone(page):
    """Return the page with a link under every explorer that can be moved to its page of its own."""

    def link(match):
        opening = match.group()[: match.group().index(">")]
        if " still" in opening and " drawing" not in opening:
            return match.group()
        text = (
            f'<a class="alone" href="../explorers/{match[1]}.html" aria-label="Full page: {heading_of(match[1])}">'
            "Full page</a>\n</figure>"
        )
        return match.group().removesuffix("</figure>") + text

    return FIGURE.sub(link, page)


def heading_of(identity):
    """``one-neuron`` as a heading."""
    return identity.replace("-", " ").capitalize()


def alone(page, name, script):
    """{id: HTML} of a page for each explorer that a chapter (its HTML, its address) shows."""
    found = {}
    title = TITLE.search(page)
    chapter = title[1].strip() if title else name
    assets = dict.fromkeys(
        f'<link rel="stylesheet" href="../_static/{asset}{version}">'
        if asset.endswith(".css")
        else f'<script defer src="../_static/{asset}{version}"></script>'
        for asset, version in ASSET.findall(page)
    )
    for match in FIGURE.finditer(page):
        identity = match[1]
        drawing = "drawing" in match.group()[:200]
        kept = [a for a in assets if drawing or "digit" not in a]
        heading = heading_of(identity)
        found[identity] = PAGE.format(
            title=html.escape(f"{heading} — {html.unescape(chapter)}"),
            heading=html.escape(heading),
            figure=LINK.sub("", match.group()),
            page=name,
            id=identity,
            chapter=chapter,
            script=script,
            assets="\n    ".join(kept),
        )
    return found


def write_alone(folder, script):
    """Write ``explorers/<id>.html`` for every explorer of a built book; return the identities."""
    folder = Path(folder)
    target = folder / "explorers"
    target.mkdir(exist_ok=True)
    written = []
    for path in sorted(folder.glob("book/*.html")):
        page = path.read_text(encoding="utf-8")
        for identity, text in alone(page, path.relative_to(folder).as_posix(), script).items():
            (target / f"{identity}.html").write_text(text, encoding="utf-8")
            written.append(identity)
    return written
