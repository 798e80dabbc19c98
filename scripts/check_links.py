"""Ask every address outside the book that its pages link to, and print what does not answer.

    python scripts/check_links.py [FOLDER]

Run apart from the tests, since what others publish is not for us to break. The exit code is 1 if a link is dead: the
host is unknown, says nothing in time, or says that there is no such page. Hosts that turn programs away (401, 403, 429)
are listed and not counted.
"""

import argparse
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import yaml
from inputs import BUILD, ROOT

TIMEOUT = 20  # seconds for each request
AT_A_TIME = 8
TURNED_AWAY = {401, 403, 429}
# Some hosts send nothing to who does not say what it is.
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check of a book)", "Accept": "text/html,*/*"}


class Links(HTMLParser):
    """The addresses in a page's links that lead out of it, without fragments."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        address = dict(attributes).get("href") or ""
        if tag == "a" and urlsplit(address).scheme in ("http", "https"):
            self.found.add(urldefrag(address).url)


def own_addresses():
    """What the book itself makes addresses from; asking those would launch a hundred servers or edit pages."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    launches = [value for name, value in config["launch_buttons"].items() if name.endswith("_url")]
    repository = config["repository"]["url"]
    return (config["html"]["baseurl"], f"{repository}/edit/", f"{repository}/issues/new", *launches)


def collect(folder, skipped):
    """Return {address: pages that link to it}, sorted; none that begins with one of the skipped."""
    found = {}
    for page in sorted(Path(folder).rglob("*.html")):
        if "_static" not in page.parts:
            for address in Links(page.read_text(encoding="utf-8")).found:
                if not address.startswith(tuple(skipped)):
                    found.setdefault(address, []).append(page.relative_to(folder).as_posix())
    return dict(sorted(found.items()))


def request(address, method, timeout):
    """Return the status of an address, after its redirections, or a sentence if it gives none."""
    try:
        asked = urllib.request.Request(address, method=method, headers=HEADERS)
        with urllib.request.urlopen(asked, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError) as error:  # no such host, no answer in time, a broken connection or address
        return str(getattr(error, "reason", None) or error)


def ask(address, timeout=TIMEOUT):
    """Return the status of an address, or a sentence: by HEAD, and by GET if that brings nothing good."""
    said = request(address, "HEAD", timeout)
    return said if said == 200 else request(address, "GET", timeout)


def verdict(said):
    """Sort an answer: "good", "turned away" or "dead"."""
    if isinstance(said, int) and said < 400:
        return "good"
    return "turned away" if said in TURNED_AWAY else "dead"


def check(links, timeout=TIMEOUT):
    """Ask all addresses; return {address: what was said}."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return dict(zip(links, pool.map(lambda address: ask(address, timeout), links), strict=True))


def table(links, said):
    """Lines for all that is not good, the dead ones first."""
    rows = [(verdict(said[address]), said[address], address, pages) for address, pages in links.items()]
    rows = sorted((row for row in rows if row[0] != "good"), key=lambda row: (row[0], row[2]))
    return [f"{kind:12} {answer}  {address}  (in {', '.join(pages)})" for kind, answer, address, pages in rows]


def main(argv=None):
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description="Ask every address outside the book that its pages link to.")
    parser.add_argument("folder", nargs="?", type=Path, default=BUILD / "html", help="the built pages")
    folder = parser.parse_args(argv).folder
    if not (folder / "index.html").exists():
        sys.exit(f"check_links: there is no built book in {folder}; run `make build` first")
    links = collect(folder, own_addresses())
    said = check(links)
    print(*table(links, said), sep="\n")
    dead = sum(verdict(answer) == "dead" for answer in said.values())
    print(f"{len(links)} addresses asked, {dead} dead")
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
