"""Neural networks in plain numpy, small enough to print in a textbook.

Every public name of the numerics can be taken from here (`from nnbook import mlp, relu, train`) or from its
module; modules are loaded when a name of theirs is asked for first. (The function gradcheck is in the module of
this name; images are moved by `nnbook.augment`, penalties solved exactly by `nnbook.penalized`.)
"""

from importlib import import_module

__version__ = "0.1.0"

NUMERICS = (
    "activations",
    "losses",
    "regularizers",
    "initializers",
    "layers",
    "autograd",
    "gradcheck",
    "optimizers",
    "schedules",
    "landscapes",
    "training",
    "datasets",
)


def __getattr__(name):
    if name == "__all__":
        return _names()
    # A name that is also a module's stays the module: nnbook.gradcheck is where gradcheck lives.
    if not name.startswith("_") and name not in NUMERICS:
        for module in NUMERICS:
            loaded = import_module(f"nnbook.{module}")
            if name in loaded.__all__:
                return getattr(loaded, name)
    raise AttributeError(f"module 'nnbook' has no name {name!r}")


def __dir__():
    return sorted({*_names(), *NUMERICS, "__version__"})


def _names():
    names = {name for module in NUMERICS for name in import_module(f"nnbook.{module}").__all__}
    return sorted(names - set(NUMERICS))
