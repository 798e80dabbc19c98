"""What the tests share: the built book, a server for it, and a browser that lets nothing out.

``built_book``  the folder of the built pages; fails in one sentence if they are missing or stale
``book_url``    the address at which they are served, on a free port of this machine
``new_page``    makes a browser page: ``new_page(color_scheme="dark", viewport=…, java_script_enabled=False)``
``page``        one such page

When a test ends, each of its pages fails it if the page asked another host for something, if a request of its
own failed, or if the browser's console reported an error or a warning.
"""

import threading
from urllib.parse import urlsplit

import js_coverage
import pytest
import sandbox_coverage
from chromium import ADVICE, FLAGS, find_chromium
from inputs import BUILD, is_current
from serve import make_server
from xdist.scheduler import LoadFileScheduling


@pytest.fixture(scope="session", autouse=True)
def students_counted():
    """Have the students' processes counted when `make coverage` asks for it."""
    with sandbox_coverage.measured():
        yield


# What these draw is computed once in a process and kept there, so that one process takes them all.
EXPLORERS = ("test_browser_explorers.py", "test_explorers.py", "test_figures.py", "test_captions.py")
# The files that take longest begin first, so that at the end no process works alone. Exercises fork for every function
# that is tried, which costs a process the more the more it holds: they come while theirs is fresh.
LONGEST = (
    *EXPLORERS,
    *"test_exercises.py test_browser_axe.py test_lab.py test_course_class.py test_course_nbgrader.py".split(),
    *"test_site.py test_mutants.py test_course_sandbox.py test_pdf.py test_project.py test_browser.py".split(),
)


def pytest_collection_modifyitems(items):
    """Put the files that take longest first; pytest-xdist hands files out in this order."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


class ByFile(LoadFileScheduling):
    """Hands out whole files, and those about explorers together."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return EXPLORERS[0] if file.rpartition("/")[2] in EXPLORERS else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let files about explorers go to one process."""
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Compare figures with their references in every run, and keep what differs under `_build`."""
    if config.pluginmanager.hasplugin("pytest_mpl"):
        config.option.mpl = True
        config.option.mpl_results_path = config.option.mpl_results_path or str(BUILD / "figures")


@pytest.fixture(scope="session")
def built_book():
    """Return the folder of the built book."""
    if not is_current():
        pytest.fail("the built book is missing or older than its sources; run `make build` first")
    return BUILD / "html"


@pytest.fixture(scope="session")
def book_url(built_book):
    """Serve the built book for as long as the tests run; return its address, with a slash at the end."""
    server = make_server(built_book)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Start the Chromium that was found; fail if there is none."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        pytest.fail(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        with js_coverage.measured():
            yield browser
        browser.close()


class Watch:
    """Keeps a context's requests on this machine and writes down everything that went wrong in it."""

    def __init__(self, context):
        self.complaints = []
        context.route("**/*", self.decide)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("requestfailed", self.note_failure)
        context.on("response", self.look_at)

    def decide(self, route):
        """Let a request go on if it stays here."""
        url = urlsplit(route.request.url)
        if url.scheme in ("file", "data", "blob") or url.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.complaints.append(f"left the host: {route.request.url}")
            route.abort()

    def note_failure(self, request):
        """Write down a request that failed; one that the page gave up because it was left did not fail."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} ({request.failure})")

    def hear(self, message):
        """Write down what the console reports."""
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text}")

    def look_at(self, response):
        """Write down a response that says no."""
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {response.url}")


@pytest.fixture
def new_page(browser):
    """Return a function that makes a page in a profile of its own; keywords as for Playwright's contexts."""
    contexts = []

    def make(**options):
        context = browser.new_context(**options)
        contexts.append((context, Watch(context)))
        context.set_default_timeout(15_000)
        return context.new_page()

    yield make
    for context, _ in contexts:
        context.close()
    complaints = [complaint for _, watch in contexts for complaint in watch.complaints]
    assert not complaints, complaints


@pytest.fixture
def page(new_page):
    """Return a fresh page of 1280 × 800 pixels."""
    return new_page(viewport={"width": 1280, "height": 800})
