"""Dependencies run downward: a numerics module loads numpy and nothing that draws or talks to a notebook."""

import subprocess
import sys

import pytest

import nnbook

FORBIDDEN = "matplotlib", "ipywidgets", "IPython", "nnbook.figures", "nnbook.explorers", "nnbook.exercises"
PROBE = """
import importlib, sys
importlib.import_module(sys.argv[1])
if sys.argv[1] == "nnbook":
    dir(sys.modules["nnbook"])
print([name for name in sys.argv[2:] if name in sys.modules])
"""


@pytest.mark.parametrize("module", ["nnbook", *(f"nnbook.{name}" for name in nnbook.NUMERICS)])
def test_numerics_import_nothing_above_them(module):
    command = [sys.executable, "-c", PROBE, module, *FORBIDDEN]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_package_offers_every_public_name():
    for module in nnbook.NUMERICS:
        loaded = getattr(__import__(f"nnbook.{module}"), module)
        for name in loaded.__all__:
            assert name == module or getattr(nnbook, name) is getattr(loaded, name)
            assert getattr(loaded, name).__doc__ or name.isupper(), f"{module}.{name} has no docstring"
    assert "relu" in dir(nnbook)
    with pytest.raises(AttributeError, match="no name 'reluu'"):
        nnbook.reluu  # noqa: B018
