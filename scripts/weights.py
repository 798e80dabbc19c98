"""What the wire carries when a page is opened, with gzip as every server does it."""

import gzip

PACKED_ALREADY = (".woff", ".woff2", ".png", ".zip")


def loaded(page, url, weights):
    """{address: bytes} of all that a browser's page asks for, gzipped where that makes it smaller.

    weights: what other pages have asked for, to which the new is added.
    """
    responses = []
    page.on("response", lambda response: responses.append(response))  # Playwright takes no method of a list
    page.goto(url, wait_until="networkidle")
    for response in responses:
        if response.url not in weights:
            body, packed = response.body(), response.url.endswith(PACKED_ALREADY)
            weights[response.url] = len(body if packed else gzip.compress(body, 6))
    return {response.url: weights[response.url] for response in responses}


def first_and_later(visits):
    """(bytes of a first visit, bytes beyond what another first visit has left in the cache), by page.

    visits: {name: {address: bytes}} of fresh browsers. Later is for a reader who comes from the first of them.
    """
    known = set(next(iter(visits.values())))
    return {
        name: (sum(sizes.values()), sum(size for url, size in sizes.items() if url not in known))
        for name, sizes in visits.items()
    }
