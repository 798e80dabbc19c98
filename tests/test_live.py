"""Write and see: an open page is told of each build, reloads after a good one, and says so after a bad one."""

import threading
import urllib.request

import live
import pytest
from serve import HOST, Server

POLICY = """<meta http-equiv="Content-Security-Policy" content="script-src 'self'; connect-src 'self'">"""
PAGE = f'<!doctype html><html lang="en"><head>{POLICY}<title>A page</title></head><body><p>{{text}}</p></body></html>'


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A built book of one page that is served while it is written; (address, file of the page, news)."""
    monkeypatch.setattr(live, "BUILD", tmp_path)
    (tmp_path / "html").mkdir()
    path = tmp_path / "html" / "page.html"
    path.write_text(PAGE.format(text="old"))
    news = live.News()
    server = Server((HOST, 0), live.make_handler(news))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_address[1]}/", path, news
    server.shutdown()
    thread.join()
    server.server_close()


def asks_after(builds):
    """Whether a request waits for the build after so many."""
    return lambda request: request.url.endswith(f"since={builds}")


def test_a_page_follows_the_builds(page, served):
    url, path, news = served
    with page.expect_request(asks_after(0)):
        page.goto(f"{url}page.html")
    with page.expect_request(asks_after(1)):
        news.tell(False)
    page.get_by_text("old").wait_for()
    assert page.title() == "FAILED: A page"
    path.write_text(PAGE.format(text="new"))
    with page.expect_navigation():
        news.tell(True)
    page.get_by_text("new").wait_for()
    assert page.title() == "A page"
    page.close()


def test_pages_as_built_stay_as_they_are(served):
    url, path, _ = served
    with urllib.request.urlopen(f"{url}page.html") as answer:
        assert b'src="/live.js"' in answer.read()
    assert "live.js" not in path.read_text()


def test_a_page_that_is_not_there_is_not_found(served):
    url, _, _ = served
    for name in ("nowhere.html", "../inputs.html"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url + name)


def test_a_change_of_any_input_is_seen(tmp_path, monkeypatch):
    path = tmp_path / "chapter.md"
    path.write_text("old")
    monkeypatch.setattr(live, "files", lambda entries: [path])
    before = live.seen()
    assert live.seen() == before
    path.with_suffix(".new").write_text("new")
    path.with_suffix(".new").replace(path)  # as editors save
    assert live.seen() != before
    path.unlink()
    assert live.seen() == {}
