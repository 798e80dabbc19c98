"""Every explorer of the book: each chapter's module lists its own in `EXPLORERS`."""

from __future__ import annotations

import importlib
import pkgutil

import nnbook.explorers


def modules() -> list:
    """The modules of this package that hold explorers, one a chapter."""
    names = [m.name for m in pkgutil.iter_modules(nnbook.explorers.__path__)]
    found = [importlib.import_module(f"nnbook.explorers.{name}") for name in names]
    return [module for module in found if hasattr(module, "EXPLORERS")]


def catalog() -> list:
    """Functions without arguments, each of which makes one explorer."""
    return [make for module in modules() for make in module.EXPLORERS]
