"""Pack the built book into one zip that is read offline, and offer it on the site: run by `make dist` and every build.

The zip holds the pages as they are, so it is unpacked and opened by a double click on index.html.
"""

import sys
import zipfile
from pathlib import Path

from inputs import BUILD

NAME = "neural-networks-you-can-move"
# Within the site; index.md links it.
PLACE = Path("downloads") / f"{NAME}.zip"
# What only a server or a developer needs.
LEFT_OUT = {"404.html", "sitemap.xml", "objects.inv", ".buildinfo"}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def files(folder):
    """The files of the built book that belong into the zip, in a stable order."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    unwanted = LEFT_OUT | {PLACE.as_posix()}
    return [
        path
        for path in found
        if path.relative_to(folder).as_posix() not in unwanted
        and path.suffix != ".map"
        and "reports" not in path.relative_to(folder).parts
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
