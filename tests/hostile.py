"""Answers that nobody should hand in, and that a check survives with one sentence."""

import datetime
import fractions
import itertools
import re
from decimal import Decimal
from unittest.mock import MagicMock

import numpy as np


class Refuses:
    """Raises from whatever it is asked."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def refuse(self, *_):
        raise RuntimeError("no")

    __eq__ = __len__ = __iter__ = __array__ = __float__ = __repr__ = __str__ = __bool__ = refuse
    __hash__ = __getitem__ = __index__ = __format__ = __contains__ = __lt__ = refuse


class AgreesWithAll:
    """Claims to equal everything."""

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__

    def __array__(self, *_, **__):
        raise KeyboardInterrupt


class OddType(type):
    """A class of classes that refuses to be compared, hashed or named."""

    def __eq__(cls, other):
        raise RuntimeError("no")

    __hash__ = __eq__
    __name__ = property(__eq__)


class Odd(metaclass=OddType):
    """Has a type that refuses."""


class Float(float):
    """A number that refuses to be one."""

    __float__ = __repr__ = __eq__ = __lt__ = __pos__ = Refuses.refuse
    __hash__ = None


class Text(str):
    """A text that refuses to be one."""

    __slots__ = ()
    __str__ = __repr__ = __eq__ = __len__ = strip = encode = Refuses.refuse
    __hash__ = None


class List(list):
    """A list that refuses to be one."""

    __iter__ = __len__ = __getitem__ = __eq__ = __repr__ = Refuses.refuse
    __hash__ = None


class Grid(np.ndarray):
    """An array that refuses to be one."""

    __eq__ = __len__ = __iter__ = __repr__ = astype = tolist = Refuses.refuse
    __hash__ = None


class Raises:
    """Can be called, and exits."""

    def __call__(self, *_):
        raise SystemExit("bye")


# A list in a list in a list …, made once: the collector of garbage takes its time with every new one.
DEEP = []
for _ in range(100_000):
    DEEP = [DEEP]


def holds_itself():
    """A list whose members are the list, several times over."""
    items = []
    items += [items] * 3
    return items


def object_array():
    """An array of things that are no numbers."""
    array = np.empty(3, dtype=object)
    array[0], array[2] = 1, Refuses()
    return array


def answers():
    """The answers, by name, freshly made."""
    return {
        "refuses": Refuses(),
        "agrees with all": AgreesWithAll(),
        "odd type": Odd(),
        "odd class": Odd,
        "float that refuses": Float(1.5),
        "text that refuses": Text("1.5"),
        "list that refuses": List([1, 2]),
        "array that refuses": np.arange(4.0).reshape(2, 2).view(Grid),
        "holds itself": holds_itself(),
        "very deep": DEEP,
        "very long": [0.5] * 1_000_000,
        "huge array": np.broadcast_to(np.float64(1), (20_000, 20_000)),
        "object array": object_array(),
        "text array": np.array(["a", "b"]),
        "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "records": np.zeros(3, dtype=[("a", float), ("b", int)]),
        "masked": np.ma.masked_array([1.0, 2.0], mask=[True, False]),
        "no numbers": np.zeros((0, 3)),
        "ragged": [[1, 2], [3]],
        "mixed": [1, "two", None, {3}],
        "generator": (x for x in itertools.count()),
        "iterator": itertools.count(),
        "text": "thirteen thousand",
        "long text": "1" * 10_000_000,
        "slow text": ";" * 1_999 + "]x",
        "brackets": "[" * 1_500,
        "lone surrogate": "\ud800\x00\x1b[31m",
        "bytes": b"13002",
        "nan": float("nan"),
        "infinity": float("inf"),
        "nans": [float("nan")] * 4,
        "complex": 1 + 2j,
        "truth": True,
        "big integer": 10**400,
        "signalling": Decimal("sNaN"),
        "big fraction": fractions.Fraction(10**400),
        "dictionary": {"W": 1, 2: 3, None: Refuses()},
        "dictionary in itself": (d := {}, d.update(d=d))[0],
        "forged": {"outcomes": [{"value": 1.0}], "unreadable": "x", "items": {}},
        "set": {1, 2},
        "date": datetime.datetime(2020, 1, 1),
        "class": int,
        "module": re,
        "exception": ValueError("x"),
        "mock": MagicMock(),
        "callable that exits": Raises(),
        "built-in function": print,
        "function": lambda *arguments: arguments[0],
        "ufunc": np.add,
        "slice": slice(1, 2),
        "ellipses": [..., [...]],
    }
