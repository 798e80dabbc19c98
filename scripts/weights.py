"""What the wire carries when a page is opened, with gzip as every server does it."""

import gzip

PACKED_ALREADY = (".woff", ".woff2", ".png", ".zip")


def loaded(page, url):
    """{address: bytes} of all that a browser's page asks for, gzipped where that makes it smaller."""
    responses = []
    page.on("response", lambda response: responses.append(response))  # Playwright takes no method of a list
    page.goto(url, wait_until="networkidle")
    bodies = {response.url: response.body() for response in responses}
    return {
        url: len(body) if url.endswith(PACKED_ALREADY) else len(gzip.compress(body, 6)) for url, body in bodies.items()
    }


def first_and_later(visits):
    """(bytes of a first visit, bytes beyond what another first visit has left in the cache), by page.

    visits: {name: {address: bytes}} of fresh browsers. Later is for a reader who comes from the first of them.
    """
    known = set(next(iter(visits.values())))
    return {
        name: (sum(sizes.values()), sum(size for url, size in sizes.items() if url not in known))
        for name, sizes in visits.items()
    }
