"""What the built book depends on, as one hash for the engine and one for the chapters."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
STAMP = BUILD / "inputs.json"
# A new chapter or another order shows in the sidebar of every page.
ENGINE = ("nnbook", "_config.yml", "_toc.yml", "requirements.txt", "scripts/build.py", "scripts/dist.py")
CHAPTERS = ("book",)


def files(entries, root=ROOT):
    """List the files under the given entries, without caches, in a stable order."""
    found = []
    for entry in entries:
        path = root / entry
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sorted(p for p in found if not {"__pycache__", ".ipynb_checkpoints"} & set(p.parts))


def digest(entries, root=ROOT):
    """Return the SHA-256 of names and contents of all files under the given entries."""
    total = hashlib.sha256()
    for path in files(entries, root):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def stamp(root=ROOT):
    """Return the present state of the inputs: ``{"engine": …, "chapters": …}``."""
    return {"engine": digest(ENGINE, root), "chapters": digest(CHAPTERS, root)}


def last_stamp():
    """Return the state of the inputs at the last good build, or ``{}``."""
    return json.loads(STAMP.read_text()) if STAMP.exists() else {}


def write_stamp(state):
    """Remember that the build of this state was good."""
    STAMP.write_text(json.dumps(state))


def is_current():
    """Tell whether the built book belongs to the present inputs."""
    return last_stamp() == stamp() and (BUILD / "html" / "index.html").exists()
