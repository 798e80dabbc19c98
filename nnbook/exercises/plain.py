"""Anything at all → plain data: None, bool, float, str, list, dict; no method of the answer's own is called.

A check handles answers only in this form, so an object that lies about itself cannot harm or fool it, and
an answer can cross from the process that ran a reader's code to the one that grades it.
"""

import types
from decimal import Decimal
from fractions import Fraction

import numpy as np

__all__ = ["LIMIT", "clean", "plain", "type_name"]

LIMIT = 100_000  # numbers; more than any exercise asks for
DEPTH = 6
WORDS = {
    list: "a list",
    tuple: "a tuple",
    set: "a set",
    frozenset: "a set",
    complex: "a complex number",
    bytes: "bytes",
    bytearray: "bytes",
    range: "a range",
    types.GeneratorType: "a generator",
    types.FunctionType: "a function",
    types.BuiltinFunctionType: "a function",
    types.MethodType: "a method",
    types.ModuleType: "a module",
    type: "a class",
    np.ufunc: "a function",
}


def plain(answer):
    """The answer as plain data; what has no such form becomes {"unreadable": "a generator"}.

    Ellipsis and None are None; numbers are floats; lists, tuples and arrays are lists, at most `LIMIT`
    numbers in all and 6 levels deep; a set is unreadable, with its members beside it, since it has no
    order.
    """
    return _plain(answer, DEPTH, [LIMIT])


def _plain(answer, depth, budget):
    budget[0] -= 1
    if budget[0] < 0:
        return {"unreadable": f"more than {LIMIT} items"}
    if answer is None or answer is Ellipsis:
        return None
    kind = type(answer)  # type() cannot be overridden by the answer, isinstance() can
    if kind is bool or issubclass(kind, np.bool_):
        return bool(np.bool_.item(answer)) if issubclass(kind, np.bool_) else answer
    if issubclass(kind, (int, float, np.integer, np.floating)) or kind is Fraction or kind is Decimal:
        return _number(answer, kind)
    if issubclass(kind, str):
        return clean(str.__str__(answer))
    if issubclass(kind, (list, tuple, dict, set, frozenset)):
        return _container(answer, kind, depth, budget)
    if issubclass(kind, np.ndarray):
        return _array(np.ndarray.view(answer, np.ndarray), depth, budget)
    return {"unreadable": type_name(kind)}


def _number(answer, kind):
    try:
        for base in (float, int):
            if issubclass(kind, base):
                return float(base.__pos__(answer))
        if issubclass(kind, np.generic):
            return float(np.generic.astype(answer, np.float64))
        return float(answer)
    except (OverflowError, ValueError):  # 10**400, Decimal("sNaN")
        return {"unreadable": "a number that no float can hold"}


def _container(answer, kind, depth, budget):
    if depth == 0:
        return {"unreadable": f"lists nested more than {DEPTH} deep"}
    if issubclass(kind, dict):
        if len(dict.keys(answer)) > budget[0] or not all(type(key) is str for key in dict.keys(answer)):
            return {"unreadable": "a dictionary"}
        items = {clean(key): _plain(item, depth - 1, budget) for key, item in dict.items(answer)}
        return {"unreadable": "a dictionary", "items": items}
    base = next(base for base in (list, tuple, set, frozenset) if issubclass(kind, base))
    if base.__len__(answer) > budget[0]:
        return {"unreadable": f"{type_name(kind)} of {base.__len__(answer)} items"}
    items = [_plain(item, depth - 1, budget) for item in base.__iter__(answer)]
    return items if base in (list, tuple) else {"unreadable": "a set", "items": items}


def _array(array, depth, budget):
    shape = f"an array of shape {array.shape}"
    if array.size > budget[0]:
        return {"unreadable": shape}
    if array.dtype.kind == "O":
        return _plain(array.tolist(), depth, budget)
    if array.dtype.kind not in "biuf":
        return {"unreadable": f"{shape} and dtype {array.dtype}"}
    if array.dtype.kind == "b":
        return _plain(array.tolist(), depth, budget)
    budget[0] -= array.size
    return array.astype(np.float64).tolist()


def type_name(kind):
    """What a type is called in a sentence: "a generator", "an object of type Tensor"."""
    if issubclass(kind, type):
        return WORDS[type]
    for known, words in WORDS.items():  # not by lookup: that would call a metaclass's __hash__
        if kind is known:
            return words
    return f"an object of type {clean(type.__dict__['__name__'].__get__(kind))[:40]}"


def clean(text):
    """Text that can be printed and stored anywhere: no lone surrogates, hardly any control characters."""
    text = text[:LIMIT].encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if c < " " and c not in "\n\t" or c == "\x7f" else c for c in text)
