"""A content security policy on every page: only this site's files, and no inline script but those hashed here."""

import base64
import hashlib
import re

INLINE = re.compile(r"<script(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", re.DOTALL)
DATA = re.compile(r'type="(?:application|text)/(?:json|x-[^"]*)"')
SCRIPT = re.compile(r"<script[^>]*>", re.IGNORECASE)
ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)
# What the theme does in attributes, which a policy without 'unsafe-inline' forbids; pages.js does it instead.
ACTIONS = {
    'onclick="window.print()"': 'data-action="print"',
    'onclick="toggleFullScreen()"': 'data-action="fullscreen"',
}


def policy(page):
    """The policy under which the page works: each inline script by its hash."""
    bodies = [body for attributes, body in INLINE.findall(page) if not DATA.search(attributes)]
    hashes = sorted({base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies})
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *(f"'sha256-{each}'" for each in hashes)]),
            # MathJax and the drawings of matplotlib set styles on elements.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'self'",
        ]
    )


def refuse_scripts_in(article):
    """Raise ValueError for a script in what an author or a cell wrote: the book's own come with the page's head."""
    for tag in SCRIPT.findall(article):
        if not DATA.search(tag):
            raise ValueError(
                f"content security policy: expected no script in the text of a page, got {tag[:80]!r}; "
                "an output brought it; put what it does into nnbook/static"
            )


def protect(page):
    """Return the page with its policy as the first thing after the charset.

    Raises ValueError for an inline event handler, and for a script in the page's text.
    """
    for article in ARTICLE.findall(page):
        refuse_scripts_in(article)
    for inline, action in ACTIONS.items():
        page = page.replace(inline, action)
    handler = HANDLER.search(INLINE.sub("", page))
    if handler:
        raise ValueError(
            f"content security policy: expected no inline event handler, got {handler.group()[:80]!r}; "
            "listen in a script of nnbook/static instead"
        )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    return CHARSET.sub(lambda match: match.group() + "\n    " + meta, page, count=1)
