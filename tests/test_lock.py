"""The locks belong to the pins, and whatever is wrong with a lock is named."""

from importlib.metadata import distributions

import pytest
from inputs import ROOT
from lock import EXTRA, LOCK, check, complaints, entries, extras, pins
from packaging.utils import canonicalize_name
from pins import closure, needed_by

HASH = "0123456789abcdef" * 4
PROJECT = '[project.optional-dependencies]\ndev = ["ruff==0.17.5", "pytest==9.2.0"]\n'


def locked(*pins):
    """Return the text of a lock of some pins."""
    hashes = " \\\n".join([f"    --hash=sha256:{HASH}"] * 2)
    return "# Comment.\n\n" + "".join(f"{pin} \\\n{hashes}\n" for pin in pins)


GOOD = {
    "requirements": "# What the book names\nnumpy==2.4.6\npytest==9.2.0\n",
    "project": PROJECT,
    "lock": locked("numpy==2.4.6", "pytest==9.2.0"),
    "extra": locked("ruff==0.17.5", "virtualenv==20.1"),
}


def test_the_stored_locks_are_those_of_the_pins():
    assert check() == [], "run `make lock`, and commit both locks with the pins"


def test_the_locks_hold_all_that_the_extras_need_here():
    locked = {**pins((ROOT / LOCK).read_text()), **pins((ROOT / EXTRA).read_text())}
    assert closure(extras((ROOT / "pyproject.toml").read_text())) - set(locked) == set()


def test_a_good_lock_has_no_complaints():
    assert complaints(**GOOD) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lock": locked("numpy==2.4.6")}, "requirements.lock: pytest is missing, pinned is 9.2.0"),
        ({"lock": locked("numpy==2.4.5", "pytest==9.2.0")}, "numpy is 2.4.5, pinned is 2.4.6"),
        ({"requirements": "numpy==2.4.6\n"}, "pytest is not pinned in requirements.txt"),
        ({"extra": locked("virtualenv==20.1")}, "requirements-dev.lock: ruff is missing"),
        ({"extra": locked("ruff==0.17.5", "numpy==2.4.6")}, "numpy stands in requirements.lock already"),
        ({"lock": GOOD["lock"].replace(HASH, HASH[1:])}, "numpy has no proper hashes"),
        ({"lock": GOOD["lock"].replace("sha256", "md5")}, "numpy has no proper hashes"),
        ({"lock": "numpy==2.4.6\npytest==9.2.0\n"}, "pytest has no proper hashes"),
        ({"lock": "--index-url somewhere\n" + GOOD["lock"]}, "no package: --index-url somewhere"),
        ({"extra": "-e .\n" + GOOD["extra"]}, "requirements-dev.lock: has a line that is no package: -e ."),
    ],
)
def test_what_is_wrong_with_a_lock_is_named(changed, said):
    assert said in "\n".join(complaints(**GOOD | changed))


def test_an_entry_is_its_pin_with_its_hashes():
    assert entries(GOOD["lock"])["numpy"].count("sha256") == 2


def test_a_pin_names_the_extras_that_others_ask_for():
    # Some versions of pip take `coverage[toml]>=7` for another package than `coverage==7.17`, and the newest of it.
    lines = {name: text for file in (LOCK, EXTRA) for name, text in entries((ROOT / file).read_text()).items()}
    here = {canonicalize_name(package.name) for package in distributions()} & lines.keys()
    asked = {(other, extra) for name in here for other, extra in needed_by(name, "") if extra}
    assert ("jsonschema", "format-nongpl") in asked
    assert [(name, extra) for name, extra in asked if extra not in lines[name].partition("==")[0]] == []
