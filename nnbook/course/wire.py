"""Arguments and values as JSON that keeps whole numbers, tuples and arrays apart; nothing in it can be run.

The grader sends the arguments of hidden cases to the process that runs a student's code, and gets the
arguments of callbacks from it. Functions stay where they are: only their number travels.
"""

import dataclasses
import importlib
import types

import numpy as np

import nnbook

__all__ = ["decode", "encode"]

PLAIN = (bool, int, float, str, type(None))
DTYPES = ("bool", "uint8", "int32", "int64", "float32", "float64")
NUMERICS = {f"nnbook.{name}" for name in nnbook.NUMERICS}


def encode(value, functions=None):
    """A value as JSON data; functions are appended to the list `functions`. Raises TypeError for what has no form."""
    if type(value) in PLAIN:
        return value
    if type(value) in (list, tuple):
        return {type(value).__name__: [encode(item, functions) for item in value]}
    if type(value) is dict:
        return {"dict": [[encode(key), encode(item, functions)] for key, item in value.items()]}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.name in DTYPES:
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        return {kind: value.ravel().tolist(), "shape": value.shape, "dtype": value.dtype.name}
    if isinstance(value, np.random.Generator) and type(value.bit_generator) is np.random.PCG64:
        return {"rng": value.bit_generator.state}
    return _encode_code(value, functions)


def _encode_code(value, functions):
    """What belongs to nnbook's numerics by name or field by field, any other function by number."""
    module = getattr(value, "__module__", None) or type(value).__module__
    name = getattr(value, "__qualname__", "")
    if module in NUMERICS and name.isidentifier():
        return {"name": [module, name]}
    if dataclasses.is_dataclass(value) and type(value).__module__ in NUMERICS:
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        items = {key: encode(item, functions) for key, item in fields.items()}
        return {"instance": [type(value).__module__, type(value).__qualname__], "fields": items}
    if callable(value) and functions is not None:
        functions.append(value)
        return {"function": len(functions) - 1}
    raise TypeError(f"a {type(value).__name__} cannot be sent to a student's function; use numbers, arrays, functions")


def decode(data, function=None):
    """The value of JSON data. function: number → callable; without it only numbers, texts, lists and arrays are read.

    Raises ValueError for anything else, so that what a student's process wrote can be read.
    """
    if type(data) in PLAIN:
        return data
    if isinstance(data, dict):
        for key, read in READERS.items():
            if key in data and (function is not None or key in DATA_ONLY):
                return read(data, function)
    raise ValueError("wire: expected encoded data, got something else")


def _list(data, function):
    return [decode(item, function) for item in _checked(data["list"], list)]


def _tuple(data, function):
    return tuple(decode(item, function) for item in _checked(data["tuple"], list))


def _dict(data, function):
    return {decode(key): decode(item, function) for key, item in data["dict"]}


def _array(data, function):
    dtype, shape = data.get("dtype"), _checked(data.get("shape"), list)
    numbers = _checked(data["array"], list)
    if dtype not in DTYPES or not all(type(x) in (int, float, bool) for x in numbers):
        raise ValueError("wire: expected an array of numbers, got something else")
    if not all(type(size) is int and 0 <= size <= 1_000_000 for size in shape) or len(shape) > 8:
        raise ValueError("wire: expected a shape, got something else")
    try:
        return np.array(numbers, dtype=dtype).reshape(shape)
    except OverflowError as error:
        raise ValueError(f"wire: expected numbers of dtype {dtype}, got larger ones") from error


def _scalar(data, function):
    return _array({"array": data["scalar"], "shape": [], "dtype": data.get("dtype")}, function)[()]


def _rng(data, function):
    rng = np.random.Generator(np.random.PCG64())
    rng.bit_generator.state = data["rng"]
    return rng


def _name(data, function):
    module, name = data["name"]
    return getattr(importlib.import_module(module), name)


def _instance(data, function):
    module, name = data["instance"]
    fields = {key: decode(item, function) for key, item in data["fields"].items()}
    return getattr(importlib.import_module(module), name)(**fields)


def _function(data, function):
    return function(data["function"])


def _checked(data, kind):
    if not isinstance(data, kind):
        raise ValueError(f"wire: expected a {kind.__name__}, got something else")
    return data


DATA_ONLY = {"list", "tuple", "array", "scalar"}
READERS = types.MappingProxyType(
    {
        "list": _list,
        "tuple": _tuple,
        "array": _array,
        "scalar": _scalar,
        "dict": _dict,
        "rng": _rng,
        "name": _name,
        "instance": _instance,
        "function": _function,
    }
)
