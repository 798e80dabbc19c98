"""Plain data or typed text → numbers. The page's script reads text by the same rules."""

import math
import re

from nnbook.exercises.results import Array, Problem, number_text, shape_text

__all__ = ["is_missing", "quote", "read", "read_text"]

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
FRACTION = re.compile(f"({NUMBER})(?:/({NUMBER}))?")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+|[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
LONGEST = 2_000  # characters, so that no pattern below takes noticeable time
DEEPEST = 8
NON_FINITE = re.compile("([+-]?)(nan|inf|infinity)", re.IGNORECASE)


def is_missing(data):
    """Whether a placeholder stands here: nothing, an empty text, or three dots."""
    return data is None or isinstance(data, str) and data.strip() in ("", "...", "…")


def read(data, *, scalar=False, truth=False):
    """Array or Problem from plain data.

    scalar: a single number is wanted, so 0,5 is a decimal comma and not two numbers; truth: True counts as 1.
    """
    if isinstance(data, str):
        return read_text(data, scalar=scalar)
    if isinstance(data, float) or truth and isinstance(data, bool):
        return Array((), (float(data),))
    if not isinstance(data, list):
        return Problem("type", describe(data))
    items = [Problem("type", describe(x)) if isinstance(x, str) else read(x, truth=truth) for x in data]
    return _stack(items)


def _stack(items):
    """One array from equally shaped items, or the first problem among them."""
    for item in items:
        if isinstance(item, Problem):
            return item
    if len({item.shape for item in items}) > 1:
        return Problem("ragged", "")
    inner = items[0].shape if items else ()
    return Array((len(items), *inner), tuple(number for item in items for number in item.numbers))


def read_text(text, *, scalar=False):
    """Array or Problem from typed text: 3/4; 1, 2, 3 or [1 2 3]; rows as [[1, 2], [3, 4]] or 1 2; 3 4."""
    if len(text) > LONGEST:
        return Problem("text", quote(text))
    tidy = re.sub("[\u2212\u2013]", "-", text.strip())  # the minus sign and the dash that word processors put
    if scalar and COMMA.fullmatch(tidy):
        return Problem("comma", quote(text))
    rows = re.fullmatch(r"\[?([^\[\]()]*;[^\[\]()]*)\]?", tidy)
    if rows:
        tidy = f"[{']['.join(rows[1].split(';'))}]"
    tidy = re.sub(r"\s*/\s*", "/", tidy.replace("(", "[").replace(")", "]"))
    return _parse(re.findall(r"[\[\]]|[^\s,\[\]]+", tidy), text)


def _parse(tokens, text):
    """Nested lists from tokens; several items outside of all brackets are a list too."""
    levels = [[]]
    for token in tokens:
        number = _number(token)
        if token == "[" and len(levels) < DEEPEST:
            levels.append([])
        elif token == "]" and len(levels) > 1:
            closed = levels.pop()
            levels[-1].append(closed)
        elif number is not None:
            levels[-1].append(number)
        else:
            return Problem("percent" if "%" in token else "text", quote(text))
    if len(levels) > 1 or len(levels[0]) == 0:
        return Problem("text", quote(text))
    return read(levels[0][0] if len(levels[0]) == 1 else levels[0])


def _number(token):
    special = NON_FINITE.fullmatch(token)
    if special:
        return math.nan if special[2].lower() == "nan" else -math.inf if special[1] == "-" else math.inf
    fraction = FRACTION.fullmatch(token)
    if not fraction:
        return None
    above, below = float(fraction[1]), float(fraction[2] or 1)
    return above / below if below else math.nan


def describe(data):
    """Plain data that is not numbers, in words."""
    if isinstance(data, dict):
        return str(data.get("unreadable"))
    if isinstance(data, bool):
        return f"{data} (a truth value)"
    if isinstance(data, str):
        return f"the text {quote(data)}"
    if isinstance(data, float):
        return number_text(data)
    if data is None:
        return "nothing"
    array = read(data)
    return shape_text(array.shape) if isinstance(array, Array) else "a list"


def quote(text):
    """The reader's text in quotation marks, on one line, cut after 40 characters."""
    line = re.sub(r"\s+", " ", text.strip())
    return f"“{line[:40]}…”" if len(line) > 40 else f"“{line}”"
