"""What the tests leave unrun: lines and branches of nnbook by coverage.py, blocks of the scripts by Chromium.

A gap is a dictionary: ``file``, ``function`` (of Python only), ``at`` (lines, as "12" or "12-14") and ``line``, the
text of the first of them, which is what tests/uncovered.toml knows it by.
"""

import json
from pathlib import Path

from inputs import ROOT

STATIC = ROOT / "nnbook" / "static"
PAPER = ROOT / "scripts" / "paper.js"


def read_python(report, root=ROOT):
    """Return (branches run, branches, gaps) of what `coverage json` has written."""
    data = json.loads(Path(report).read_text(encoding="utf-8"))
    gaps = []
    for name, found in data["files"].items():
        lines = (root / name).read_text(encoding="utf-8").splitlines()
        for function, part in found["functions"].items():
            for first, last in stretches(part["missing_lines"]):
                gaps.append(gap(name, first, last, lines, function))
            # Of a line that did not run, no branch was taken either: once is enough.
            for line in sorted({a for a, _ in part["missing_branches"]} - set(part["missing_lines"])):
                gaps.append(gap(name, line, line, lines, function))
    return data["totals"]["covered_branches"], data["totals"]["num_branches"], gaps


def read_browser(folder):
    """Return (blocks run, blocks, gaps) of what the processes with a browser have left in a folder."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("browser-*.json"))]
    ran, blocks, gaps = 0, 0, []
    for name in sorted(set().union(*found)):
        path = PAPER if name == PAPER.name else STATIC / name
        text = path.read_text(encoding="utf-8")
        begins = sorted({place for each in found for place in each[name]["begins"]})
        pieces = [piece for each in found for piece in each[name]["ran"]]
        missed = [place for place in begins if not any(first <= place < end for first, end in pieces)]
        ran, blocks = ran + len(begins) - len(missed), blocks + len(begins)
        numbers = sorted({text.count("\n", 0, place) + 1 for place in missed})
        gaps += [gap(path.relative_to(ROOT).as_posix(), n, n, text.splitlines()) for n in numbers]
        if not begins:
            gaps.append(gap(path.relative_to(ROOT).as_posix(), 1, text.count("\n"), text.splitlines()))
    return ran, blocks, gaps


def gap(name, first, last, lines, function=None):
    """Return one gap."""
    at = f"{first}" if first == last else f"{first}-{last}"
    return {"file": name, "function": function, "at": at, "line": lines[first - 1].strip()}


def stretches(numbers):
    """Return the first and the last of each run of successive numbers."""
    firsts = [n for n in numbers if n - 1 not in numbers]
    lasts = [n for n in numbers if n + 1 not in numbers]
    return list(zip(firsts, lasts, strict=True))


def matches(entry, found):
    """Tell whether an entry of the list is about a gap: by its file, and by its line or its whole function."""
    if entry["file"] != found["file"]:
        return False
    return found["line"] == entry["line"] if "line" in entry else found["function"] == entry["function"]


def compare(gaps, entries):
    """Return sentences: what is not run and not listed, what is listed and is run, what is listed without a reason."""
    complaints = [
        f"{found['file']}:{found['at']}: not run by any test: {found['line']}"
        for found in gaps
        if not any(matches(entry, found) for entry in entries)
    ]
    for entry in entries:
        what = f"{entry['file']}: {entry.get('line') or entry['function']}"
        if not any(matches(entry, found) for found in gaps):
            complaints.append(f"{what}: listed as not run, but it is; take it off the list")
        if len(entry.get("reason", "")) < 20:
            complaints.append(f"{what}: listed without a reason")
    return complaints
