"""Planted defects: each makes the book wrong in one way and names the check that must notice.

`python scripts/plant_defects.py` plants them one at a time in a copy of the repository and counts those that are caught.
A defect belongs to the module of what it damages; that module lists its own in `DEFECTS`.
"""

import importlib
import pkgutil

from mutants.planting import Defect

__all__ = ["Defect", "defects"]


def defects():
    """Every planted defect, module by module."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"mutants.{name}") for name in names]
    return [defect for module in modules for defect in getattr(module, "DEFECTS", ())]
