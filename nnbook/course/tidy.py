"""What a student's process handed back, made safe to read: only the forms that honest answers have."""

import builtins

from nnbook.exercises.plain import LIMIT, clean

__all__ = ["tidy", "tidy_outcomes"]

DEPTH = 8
FORGED = {"unreadable": "something that cannot be read"}
EXCEPTIONS = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}


def tidy(data):
    """Plain data in the forms that `plain` makes; anything else is unreadable."""
    return _tidy(data, DEPTH, [2 * LIMIT])


def _tidy(data, depth, budget):
    budget[0] -= 1
    if budget[0] < 0 or depth < 0:
        return FORGED
    if data is None or isinstance(data, (bool, float)):
        return data
    if isinstance(data, int):
        return float(data) if abs(data) < 2**1000 else FORGED
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, list):
        return [_tidy(item, depth - 1, budget) for item in data]
    if not isinstance(data, dict) or not isinstance(data.get("unreadable"), str):
        return FORGED
    kept = {"unreadable": clean(data["unreadable"])[:100]}
    items = data.get("items")
    if isinstance(items, dict):
        kept["items"] = {clean(key): _tidy(item, depth - 1, budget) for key, item in items.items()}
    elif isinstance(items, list):
        kept["items"] = [_tidy(item, depth - 1, budget) for item in items]
    return kept


def tidy_outcomes(data, count, parameters, lines):
    """At most `count` outcomes of calls. parameters: names of arguments; lines: number → the student's own line.

    Of an exception only a built-in's name and the line remain: its message could tell the hidden case.
    """
    outcomes = data if isinstance(data, list) else []
    return [_outcome(item if isinstance(item, dict) else {}, parameters, lines) for item in outcomes[:count]]


def _outcome(item, parameters, lines):
    if "value" in item:
        return {"value": tidy(item["value"])}
    if item.get("stub") is True:
        return {"stub": True}
    if isinstance(item.get("timeout"), (int, float)) and not isinstance(item["timeout"], bool):
        return {"timeout": float(item["timeout"])}
    if isinstance(item.get("changed"), str) and item["changed"] in parameters:
        return {"changed": item["changed"]}
    if isinstance(item.get("error"), dict):
        kind, line = item["error"].get("type"), item["error"].get("line")
        kind = kind if isinstance(kind, str) and kind in EXCEPTIONS else "an exception"
        line = line if type(line) is int and line in lines else None
        return {"error": {"type": kind, "message": "", "line": line, "source": lines.get(line, "")}}
    return {"ended": True}
