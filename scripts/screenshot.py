"""Take the picture at the top of README.md: a real page of the built book, in Chromium.

    python scripts/screenshot.py
"""

import sys
import threading

from chromium import ADVICE, FLAGS, find_chromium
from inputs import BUILD, ROOT, is_current
from playwright.sync_api import sync_playwright
from serve import HOST, make_server

PAGE = "book/01-neurons.html"
FIGURE = "figure.explorer"
TARGET = ROOT / "docs" / "screenshot.png"
SIZE = {"width": 1280, "height": 800}


def take(url, executable):
    """Photograph the first explorer of a page, in the middle of the window, after a slider was moved."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(url)
        page.evaluate("MathJax.startup.promise.then(() => null)")
        figure = page.locator(FIGURE).first
        figure.locator("input[type=range]").first.press("ArrowLeft")
        figure.evaluate("e => { document.activeElement.blur(); e.scrollIntoView({ block: 'center' }) }")
        page.screenshot(path=TARGET)
        browser.close()


def main():
    """Write docs/screenshot.png; return the exit code."""
    executable = find_chromium()
    if executable is None or not is_current():
        print(ADVICE if executable is None else "screenshot: run `make build` first", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    with make_server(BUILD / "html") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        take(f"http://{HOST}:{server.server_address[1]}/{PAGE}", executable)
        server.shutdown()
    print(f"The picture is {TARGET.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
