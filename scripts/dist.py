"""What the site offers for download: the book as one zip, made by every build, and the PDFs once they are printed.

The zip holds the pages as they are, so it is unpacked and opened by a double click on index.html.
"""

import re
import shutil
import sys
import zipfile
from pathlib import Path

from inputs import BUILD

NAME = "neural-networks-you-can-move"
# Within the site; index.md links it.
FOLDER = "downloads"
PLACE = Path(FOLDER) / f"{NAME}.zip"
# Where index.md has room for a link to the PDF, which only a build that is published has.
PAPER = re.compile(r'<span id="paper">.*?</span>', re.DOTALL)
LINK = f'<span id="paper">Or on paper: <a href="../{FOLDER}/{NAME}.pdf" download>the whole book as a PDF</a>.</span>'
# What only a server or a developer needs.
LEFT_OUT = {"404.html", "sitemap.xml", "objects.inv", ".buildinfo"}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def files(folder):
    """The files of the built book that belong into the zip, in a stable order."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        path
        for path in found
        if path.relative_to(folder).as_posix() not in LEFT_OUT
        and path.suffix != ".map"
        and path.relative_to(folder).parts[0] not in (FOLDER, "reports")
    ]


def pack(folder):
    """Write the zip of a built book into its folder `downloads`; return its path. The same book, the same bytes."""
    target = folder / PLACE
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files(folder):
            entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(folder).as_posix()}", FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    return target


def offer_paper(folder, pdfs):
    """Copy PDFs into the folder `downloads` of a built book, and link that of the whole book on its front page."""
    (folder / FOLDER).mkdir(exist_ok=True)
    for pdf in pdfs:
        shutil.copy(pdf, folder / FOLDER)
    front = folder / "book" / "index.html"
    front.write_text(PAPER.sub(LINK, front.read_text(encoding="utf-8")), encoding="utf-8")


def main():
    """Pack the book that was built; return the exit code."""
    if not (BUILD / "html" / "index.html").exists():
        print("dist: there is no built book; run `make build` first", file=sys.stderr)
        return 1
    target = pack(BUILD / "html")
    print(f"{target.relative_to(BUILD.parent)}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
