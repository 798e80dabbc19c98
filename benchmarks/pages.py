"""What a chapter's page weighs: at a first visit, and after another chapter has been visited. `make build` first.

    python -m benchmarks pages
"""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from chromium import FLAGS, find_chromium
from inputs import BUILD
from notebooks import notebook_paths
from serve import make_server
from weights import first_and_later, loaded


def main():
    """Print the table."""
    from playwright.sync_api import sync_playwright

    server = make_server(BUILD / "html")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.server_address[1]}/book/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        visits, weights = {}, {}
        for path in notebook_paths():
            context = browser.new_context()
            visits[path.stem] = loaded(context.new_page(), f"{base}{path.stem}.html", weights)
            context.close()
        browser.close()
    server.shutdown()
    thread.join()
    print("| page | first visit | later |")
    print("|---|---|---|")
    for name, (first, later) in first_and_later(visits).items():
        print(f"| {name} | {first / 1000:.0f} kB | {later / 1000:.0f} kB |")


if __name__ == "__main__":
    main()
