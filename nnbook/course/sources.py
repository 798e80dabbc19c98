"""A function as text with what it refers to, so that it can be made again where its module must not be."""

import ast
import dis
import importlib
import inspect
import textwrap
import types

__all__ = ["body", "describe", "make"]


def describe(function):
    """{"name", "sources", "imports", "values"} of a function written with `def`; its own helpers come with it.

    Raises ValueError when it refers to something that is neither a module, nor importable from nnbook or
    numpy, nor a function or a plain constant of its own module.
    """
    found = {"name": function.__name__, "sources": [], "imports": {}, "values": {}}
    _add(function, found, set())
    return found


def _add(function, found, seen):
    seen.add(function.__name__)
    source = textwrap.dedent(inspect.getsource(function))
    if function.__closure__ or not source.startswith("def "):
        raise ValueError(f"{function.__qualname__}: expected a plain function written with def, got something else")
    for name in sorted(_names(function.__code__) & set(function.__globals__) - seen):
        value = function.__globals__[name]
        if isinstance(value, types.ModuleType):
            found["imports"][name] = [value.__name__, None]
        elif isinstance(value, types.FunctionType) and value.__module__ == function.__module__:
            _add(value, found, seen)
        elif type(value) in (int, float, str, bool):
            found["values"][name] = value
        elif (getattr(value, "__module__", None) or "").startswith(("nnbook.", "numpy")):
            found["imports"][name] = [value.__module__, value.__qualname__]
        else:
            raise ValueError(f"{function.__name__}: expected it to use functions, modules and constants, got {name}")
    found["sources"].append(source)


def _names(code):
    """The global names that a code object and those within it use."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    return names.union(*(_names(inner) for inner in code.co_consts if isinstance(inner, types.CodeType)))


def make(described):
    """The function that `describe` described."""
    namespace = dict(described["values"])
    for alias, (module, name) in described["imports"].items():
        loaded = importlib.import_module(module)
        namespace[alias] = getattr(loaded, name) if name else loaded
    for source in described["sources"]:
        exec(source, namespace)  # the instructor's own text, sent to the student's process
    return namespace[described["name"]]


def body(function):
    """The statements of a function after its docstring as text, preceded by what they refer to."""
    found = describe(function)
    lines = [
        (f"import {module}" if name is None else f"from {module} import {name}")
        + (f" as {alias}" if alias not in (module, name) else "")
        for alias, (module, name) in found["imports"].items()
        if (alias, module) != ("np", "numpy")  # every notebook has it
    ]
    lines += [f"{name} = {value!r}" for name, value in found["values"].items()]
    *helpers, own = found["sources"]
    statements = ast.parse(own).body[0].body
    first = statements[1] if ast.get_docstring(ast.parse(own).body[0]) else statements[0]
    text = textwrap.dedent("\n".join(own.splitlines()[first.lineno - 1 :]))
    return "\n".join([*lines, *helpers, text])
