"""Which places of the book's scripts Chromium ran while the tests ran, by V8's precise block coverage.

``make coverage`` names a folder in the environment variable NNBOOK_COVERAGE; every process that drives a browser
leaves there one JSON file: for each script the places (in characters) where V8 says that a block begins, and the
stretches that ran. Without the variable nothing is measured.
"""

import contextlib
import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pdf
import pytest
from inputs import ROOT

FOLDER = os.environ.get("NNBOOK_COVERAGE")
SCRIPTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "nnbook" / "static").glob("*.js"))
    if path.name != "digit-network.js"  # numbers only
}
# Text that a test evaluates has no address; V8 takes the one that it gives itself.
SCRIPTS["paper.js"] = pdf.READY + "\n//# sourceURL=paper.js"
# A page counts from here on …
OPENED = ("Browser.new_page", "BrowserContext.new_page")
# … and is asked for its counts before they can be lost.
LEFT = ("Page.goto", "Page.reload", "Page.set_content", "Page.close", "BrowserContext.close")


class Tally:
    """What ran of each script, over all the pages of a process."""

    def __init__(self):
        self.begins = {name: set() for name in SCRIPTS}
        self.ran = {name: bytearray(len(text)) for name, text in SCRIPTS.items()}
        self.sessions = {}
        self.media = {}
        self.others = set()

    def start(self, page):
        """Count in a page from now on."""
        session = page.context.new_cdp_session(page)
        session.send("Profiler.enable")
        session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})
        self.sessions[page] = session

    def take(self, page):
        """Add a page's counts, which begin at zero again."""
        if page not in self.sessions or page.is_closed():
            return
        for script in self.sessions[page].send("Profiler.takePreciseCoverage")["result"]:
            name = urlsplit(script["url"]).path.rpartition("/")[2]
            if name in SCRIPTS:
                self.add(name, (page, script["scriptId"]), script["functions"])

    def add(self, name, identity, functions):
        """Add the counts of one script: of nested blocks, the innermost tells."""
        blocks = [block for function in functions for block in function["ranges"]]
        # A test may serve a script that it has changed: that is not ours. The first report of a script has all of it.
        if any(b["startOffset"] == 0 and b["endOffset"] != len(SCRIPTS[name]) for b in blocks):
            self.others.add(identity)
        if identity in self.others:
            return
        ran = bytearray(len(SCRIPTS[name]))
        for block in sorted(blocks, key=lambda block: block["startOffset"] - block["endOffset"]):
            start, end = block["startOffset"], block["endOffset"]
            ran[start:end] = bytes([block["count"] > 0]) * (end - start)
            self.begins[name].add(start)
        self.ran[name] = bytearray(map(max, self.ran[name], ran))

    def write(self, folder):
        """Leave what was counted in a file of its own."""
        found = {name: {"begins": sorted(self.begins[name]), "ran": stretches(self.ran[name])} for name in SCRIPTS}
        Path(folder, f"browser-{os.getpid()}.json").write_text(json.dumps(found), encoding="utf-8")


def stretches(ran):
    """Return the stretches of ones as pairs: the first place, the one after the last."""
    edges = [i for i in range(len(ran) + 1) if (i > 0 and ran[i - 1]) != (i < len(ran) and ran[i])]
    return list(zip(edges[::2], edges[1::2], strict=True))


@contextlib.contextmanager
def measured(folder=FOLDER):
    """Count in all pages that Playwright opens meanwhile, if a folder for the counts is named."""
    if not folder:
        yield
        return
    from playwright import sync_api

    tally = Tally()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "READY", SCRIPTS["paper.js"])
        patch.setattr(sync_api.Page, "emulate_media", remembering(sync_api.Page.emulate_media, tally))
        for wrap, places in ((opening, OPENED), (leaving, LEFT)):
            for place in places:
                owner, name = place.split(".")
                owner = getattr(sync_api, owner)
                patch.setattr(owner, name, wrap(getattr(owner, name), tally))
        yield
    tally.write(folder)


def opening(make, tally):
    """Return a maker of pages that has them counted."""

    def made(*arguments, **options):
        page = make(*arguments, **options)
        tally.start(page)
        return page

    return made


def remembering(emulate, tally):
    """Return a way of emulating media that is repeated in the next page: a second session makes Chromium forget."""

    def emulated(page, **options):
        tally.media[page] = tally.media.get(page, {}) | options
        return emulate(page, **options)

    return emulated


def leaving(leave, tally):
    """Return a way of leaving a page, or all pages of a context, that has their counts taken first."""

    def left(place, *arguments, **options):
        for page in getattr(place, "pages", [place]):
            tally.take(page)
        answer = leave(place, *arguments, **options)
        if place in tally.media and not place.is_closed():
            place.emulate_media(**tally.media[place])
        return answer

    return left
