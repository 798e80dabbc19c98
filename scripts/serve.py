"""Serve the built book on a free port of this machine; print its address; open a browser if there is one."""

import argparse
import contextlib
import functools
import http.server
import os
import signal
import sys
import webbrowser

from inputs import BUILD

HOST = "127.0.0.1"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line of log for each, and without letting the browser keep old pages."""

    def log_message(self, format, *args):
        """Say nothing: the reader looks at the page, not at the terminal."""

    def end_headers(self):
        """Ask the browser to check with us before it shows a page it has kept."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


class Server(http.server.ThreadingHTTPServer):
    """Serve each request in a thread of its own, unmoved by readers who leave before a page has arrived."""

    def handle_error(self, request, client_address):
        """Report what goes wrong, except that the other side hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def make_server(folder, port=0):
    """Return a server of a folder on the loopback interface; port 0: any free one. OSError if it is taken."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    return Server((HOST, port), handler)


def has_screen(environ=os.environ, platform=sys.platform):
    """Tell whether a browser window could appear: not in continuous integration, not without a display."""
    if environ.get("CI"):
        return False
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


@contextlib.contextmanager
def own_terminal():
    """Take the terminal's foreground, so that Ctrl-C reaches this process and not the make that waits."""
    try:
        before = os.tcgetpgrp(sys.stdin.fileno())
    except (OSError, AttributeError):
        before = None  # no terminal, or not one of this kind
    if before is None or before != os.getpgrp():
        # In the background, the terminal belongs to somebody else.
        yield
        return
    # Whoever changes the foreground from the background is stopped, unless that signal is ignored.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), before)


def stop(signum, frame):
    """End on a polite termination just as on Ctrl-C."""
    raise KeyboardInterrupt


def serve(server, url):
    """Say where the book is, show it, and serve it until Ctrl-C."""
    try:
        print(f"The book is at {url} (Ctrl-C stops)", flush=True)
        if has_screen():
            webbrowser.open(url)
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped.")


def main(argv=None):
    """Serve until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(description="Serve _build/html on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="a port of your choice; default: any free one")
    port = parser.parse_args(argv).port
    if not (BUILD / "html" / "index.html").exists():
        sys.exit("serve: there is no built book in _build/html; run `make serve`, which builds it first")
    try:
        server = make_server(BUILD / "html", port)
    except (OSError, OverflowError) as error:
        sys.exit(f"serve: port {port} cannot be used ({error}); run `make serve` without PORT")
    signal.signal(signal.SIGTERM, stop)
    url = f"http://{HOST}:{server.server_address[1]}/"
    with own_terminal(), server:
        serve(server, url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
