"""Print how every public name of the numerics is called, defaults included: what readers' code depends on.

python scripts/signatures.py > tests/references/signatures.txt    after a look at what changes
"""

import importlib
import inspect
import pkgutil
import re

import nnbook


def modules():
    """The modules of the package that say what of them is public."""
    found = [m.name for m in pkgutil.iter_modules(nnbook.__path__) if not m.ispkg and not m.name.startswith("_")]
    loaded = [importlib.import_module(f"nnbook.{name}") for name in found if not name.startswith("sphinx_")]
    return [module for module in loaded if hasattr(module, "__all__")]


def call_text(thing):
    """How something is called, without annotations, which every Python spells in its own way."""
    given = inspect.signature(thing)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in given.parameters.values()]
    text = str(given.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return re.sub(r"<function ([\w.]+) at 0x[0-9a-f]+>", r"\1", text)


def signatures():
    """One line for each public name; a constant that is a plain number or text is told, too."""
    for module in modules():
        for name in sorted(module.__all__):
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                yield f"{module.__name__}.{name}{call_text(thing)}"
            else:
                yield f"{module.__name__}.{name}" + (f" = {thing!r}" if isinstance(thing, (int, float, str)) else "")


if __name__ == "__main__":
    print("\n".join(signatures()))
