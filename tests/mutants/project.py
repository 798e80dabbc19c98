"""Defects of the files around the book."""

import io

import numpy as np

from mutants.planting import Defect, create, edit, remove


def npz_with_objects():
    """The bytes of an archive that only pickle could read."""
    buffer = io.BytesIO()
    np.savez(buffer, things=np.array([{"a": 1}], dtype=object))
    return buffer.getvalue()


PROJECT = "pytest tests/test_project.py"

DEFECTS = (
    Defect("a dependency is not pinned", edit("requirements.txt", "jupyter-book==1.0.4.post1", "jupyter-book>=1.0"), f"{PROJECT} -k requirements"),
    Defect("an extra is not pinned", edit("pyproject.toml", '"nbgrader==0.9.6"', '"nbgrader"'), f"{PROJECT} -k extras"),
    Defect("a chapter is missing from the table of contents", edit("_toc.yml", "      - file: book/05-gradient-descent\n", ""), "pytest tests/test_contents.py -k contents"),
    Defect("a pickle is among the data", create("nnbook/data/model.pkl", b"\x80\x04K\x01."), "pytest tests/test_contents.py -k pickle"),
    Defect("an archive holds objects", create("nnbook/data/objects.npz", npz_with_objects()), "pytest tests/test_contents.py -k pickle"),
    Defect("code reads a pickle", create("nnbook/stored.py", "import pickle\n\nload = pickle.load\n"), "pytest tests/test_contents.py -k pickle", quick=True),
    Defect("a workflow's action is named by a movable tag", lambda copy: _move_tag(copy), f"{PROJECT} -k workflows"),
    Defect("the version and the change log disagree", edit("nnbook/__init__.py", "__version__ = ", "__version__ = '9.' + "), f"{PROJECT} -k citation"),
    Defect("the license was lost", remove("LICENSE"), f"{PROJECT} -k licenses"),
    Defect("the runner tells of no failing notebook", edit("scripts/test.py", "if not good]", "if not good and name != 'notebooks']"), "pytest tests/test_tests.py"),
    Defect("the runner ends well whatever failed", edit("scripts/test.py", "return 0 if passed else 1", "return 0"), "pytest tests/test_tests.py"),
    Defect("a workflow goes on after a failure", edit(".github/workflows/test.yml", "- run: .ci/run", "- run: .ci/run || true"), "pytest tests/test_tests.py"),
    Defect("an unused import was left behind", edit("nnbook/schedules.py", "import numpy as np\n", "import os\n\nimport numpy as np\n"), "ruff nnbook"),
)


def _move_tag(copy):
    import re

    name = ".github/workflows/publish.yml"
    copy.write(name, re.sub(r"@[0-9a-f]{40}", "@main", copy.read(name), count=1).encode())
