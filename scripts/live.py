"""Write and see: serve the book, rebuild what changes as it is saved, and reload the pages that are open.

An edit of prose takes a few seconds, since no notebook runs whose code is the same. An edit of code runs its chapter;
one of the package rebuilds everything, because any printed number may depend on it.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from inputs import BUILD, CHAPTERS, ENGINE, ROOT, files, is_current
from serve import HOST, QuietHandler, Server, has_screen

EVERY = 0.3  # seconds between two looks at the files
PATIENCE = 20  # seconds after which a page that waits for news asks again
# A page asks for news, is told when there are any, and shows them in place; its policy allows scripts of its own host.
SCRIPT = """(async function ask(since) {
  try {
    const news = await (await fetch("/live?since=" + since)).json();
    if (since >= 0 && news.builds > since && news.good) location.reload();
    document.title = document.title.replace(/^(FAILED: )?/, news.good ? "" : "FAILED: ");
    ask(news.builds);
  } catch (error) { setTimeout(() => ask(-1), 1000); }
})(-1);
"""


class News:
    """How many builds there were, and whether the last was good; who waits is told of the next."""

    def __init__(self):
        self.builds, self.good = 0, True
        self._changed = threading.Condition()

    def tell(self, good):
        """There was one more build."""
        with self._changed:
            self.builds, self.good = self.builds + 1, good
            self._changed.notify_all()

    def after(self, since):
        """The news, at once if there are any since then, else when they come, at latest when patience ends."""
        with self._changed:
            self._changed.wait_for(lambda: self.builds > since, PATIENCE)
            return {"builds": self.builds, "good": self.good}


def make_handler(news):
    """A handler that serves the book, with the script that asks for news on every page."""

    class Handler(QuietHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            if url.path == "/live":
                self.send("application/json", json.dumps(news.after(int(parse_qs(url.query).get("since", ["-1"])[0]))))
            elif url.path == "/live.js":
                self.send("text/javascript", SCRIPT)
            elif url.path.endswith(".html"):
                self.send_page()
            else:
                super().do_GET()

        def send_page(self):
            path = Path(self.translate_path(self.path))
            if not path.is_file():
                self.send_error(404)
                return
            page = path.read_text(encoding="utf-8")
            self.send("text/html", page.replace("</head>", '<script defer src="/live.js"></script></head>', 1))

        def send(self, kind, text):
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return lambda *arguments: Handler(*arguments, directory=str(BUILD / "html"))


def seen():
    """When each of the book's inputs was last changed."""
    times = {}
    for path in files((*ENGINE, *CHAPTERS)):
        with contextlib.suppress(FileNotFoundError):  # an editor's passing file is gone before it is looked at
            times[path] = path.stat().st_mtime_ns
    return times


def build():
    """Build what changed, in a process of its own, which sees the package as it is now; tell whether it was good."""
    start = time.monotonic()
    good = subprocess.run([sys.executable, "scripts/build.py"], cwd=ROOT).returncode == 0
    print(f"{'Built' if good else 'Failed'} in {time.monotonic() - start:.1f} s.", flush=True)
    return good


def watch(news):
    """Build after every change, until Ctrl-C."""
    before = seen()
    while True:
        time.sleep(EVERY)
        now = seen()
        if now != before:
            before = now
            news.tell(build())


def main(argv=None):
    """Serve, watch and rebuild until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(description="Rebuild and reload the book while it is written.")
    parser.add_argument("--port", type=int, default=0, help="a port of your choice; default: any free one")
    port = parser.parse_args(argv).port
    news = News()
    try:
        server = Server((HOST, port), make_handler(news))
    except (OSError, OverflowError) as error:
        sys.exit(f"live: port {port} cannot be used ({error}); run `make live` without PORT")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://{HOST}:{server.server_address[1]}/"
    print(f"The book is at {url}; save a file to see it there (Ctrl-C stops)", flush=True)
    try:
        if not is_current():
            news.tell(build())
        if has_screen():
            webbrowser.open(url)
        watch(news)
    except KeyboardInterrupt:
        print("\nStopped.")
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
