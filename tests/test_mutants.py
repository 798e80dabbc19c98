"""That everything is tested is itself tested: defects that are planted here are caught, and the planting is honest.

A few are planted in every run; `make mutants` plants them all.
"""

import re
import shlex

import plant_defects as runner
import pytest
from inputs import ROOT
from mutants import defects
from mutants.planting import Copy, Defect, create, edit, remove

EVERY = defects()
QUICK = [defect for defect in EVERY if defect.quick]


@pytest.fixture(scope="module")
def copy():
    """A copy of the repository and of the built book."""
    with runner.copied() as copy:
        yield copy


@pytest.mark.parametrize("defect", QUICK, ids=lambda defect: defect.name)
def test_a_planted_defect_is_caught(built_book, copy, defect):
    """That the checks pass without a defect is seen by this very run of the tests, and by `make mutants` in a copy."""
    caught, said = runner.is_caught(copy, defect)
    assert caught, said
    # It found something wrong, rather than failing to begin; ruff and the build say so in other words.
    assert "pytest" not in defect.check.split()[:1] or re.search(r"\b[1-9]\d* failed", said), said


@pytest.mark.parametrize("defect", EVERY, ids=lambda defect: defect.name)
def test_a_defect_fits_the_book_as_it_is(built_book, defect):
    """Planting finds its place, changes something, and leaves nothing behind; which check it is for exists."""

    class Look(Copy):
        """Reads the repository and writes nowhere."""

        def write(self, name, content):
            self.changed = not (self.root / name).exists() or (self.root / name).read_bytes() != content

        def remove(self, name):
            self.changed = (self.root / name).exists()

    look = Look(ROOT)
    defect.plant(look)
    assert look.changed
    command, *arguments = shlex.split(defect.check)
    assert command in runner.COMMANDS
    assert all((ROOT / argument).exists() for argument in arguments if "/" in argument)


def test_there_are_enough_and_each_is_another():
    names = [defect.name for defect in EVERY]
    assert len(names) == len(set(names)) >= 40
    assert 8 <= len(QUICK) <= 24


def test_a_copy_is_mended(tmp_path):
    (tmp_path / "old").write_text("one two")
    (tmp_path / "gone").write_text("here")
    copy = Copy(tmp_path)
    for plant in (edit("old", "two", "three"), edit("old", "three", "four"), create("new", "x"), remove("gone")):
        plant(copy)
    assert (tmp_path / "old").read_text() == "one four"
    assert (tmp_path / "new").exists() and not (tmp_path / "gone").exists()
    copy.mend()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "one two", "gone": "here"}


def test_a_page_linked_from_the_original_is_not_changed_there(tmp_path):
    for folder in ("original", "copy"):
        (tmp_path / folder).mkdir()
    (tmp_path / "original" / "page").write_text("whole")
    (tmp_path / "copy" / "page").hardlink_to(tmp_path / "original" / "page")
    copy = Copy(tmp_path / "copy")
    edit("page", "whole", "damaged")(copy)
    assert (tmp_path / "original" / "page").read_text() == "whole"


@pytest.mark.parametrize("text", ["", "one one"])
def test_an_edit_that_has_no_place_or_two_is_refused(tmp_path, text):
    (tmp_path / "file").write_text(text)
    with pytest.raises(ValueError, match="expected once"):
        edit("file", "one", "two")(Copy(tmp_path))


UNSEEN = Defect("nothing that this check looks at", create("nothing.txt", "x"), "ruff nnbook/rates.py")
UNUSED = edit("nnbook/rates.py", "import numpy as np", "import os\nimport numpy")
SEEN = Defect("what this check looks at", UNUSED, "ruff nnbook/rates.py")
NO_CHECK = Defect("anything", create("nothing.txt", "x"), "ruff no-such-file.py")


@pytest.mark.parametrize(
    ("planted", "caught", "said"),
    [
        ([SEEN, UNSEEN], 1, "UNSEEN  nothing that this check looks at"),
        ([NO_CHECK], None, "fails without any defect, so it proves nothing"),
    ],
)
def test_what_is_not_caught_is_told(capsys, planted, caught, said):
    assert runner.run(planted, 1) == caught
    assert said in capsys.readouterr().out
