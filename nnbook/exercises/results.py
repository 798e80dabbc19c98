"""What a check answers: a status, one message, a share of the points; the page's script says the same."""

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "NOTEBOOK_SENTENCES",
    "SENTENCES",
    "STATUSES",
    "Array",
    "Problem",
    "Result",
    "array_text",
    "number_text",
    "say",
    "sentence",
    "shape_text",
]

STATUSES = {
    "correct": "Correct.",
    "partly": "Partly right.",
    "wrong": "Not yet.",
    "invalid": "Cannot check that.",
    "not-attempted": "Not attempted yet:",
    "unmarked": "Noted.",
}

# Every sentence, on the page and in a notebook, says what came, what was wanted, and one next step.
SENTENCES = {
    "mistake": "Got {got}. {feedback}",
    "hint": "A hint may help.",
    "missing": "give {wanted}.",
    "type": "Got {got}, expected {wanted}; hand in plain numbers.",
    "text": "Could not read {got}, expected {wanted}; write numbers like 3, 0.25, 3/4 or 1e-3.",
    "comma": "Could not read {got}, expected {wanted}; use a decimal point, and nothing between thousands.",
    "percent": "Could not read {got}, expected {wanted}; write 25 % as 25 where percent is asked for, else as 0.25.",
    "ragged": "Got rows of different lengths, expected {wanted}; count the numbers in each row.",
    "shape": "Got {got}, expected {wanted}; check how many numbers there are, and how they are arranged.",
    "finite": "Got {got}, expected finite numbers; look for a division by zero or an overflow.",
    "value": "Got {got}, expected another number; a hint may help.",
    "values": "Got {got}, expected other numbers in {wrong} of {count} places; a hint may help.",
    "property": ("For inputs {inputs} it answers {got}, expected {wanted}; {right} of {count} rows are right so far."),
    "right-so-far": "Right so far: {names}.",
    "one-option": "Got {got}, expected one option; choose one of them.",
    "feedback": "{feedback}",
    "more": "Nothing you chose is wrong, expected more; look at the options you left out.",
    "compare": "Got {got}; tick what your answer says, then open the model answer.",
}

# These concern what only a notebook can be handed.
NOTEBOOK_SENTENCES = {
    "parts": "Got {got}, expected {wanted}; hand them in together, in this order.",
    "options": "Got {got}, expected one of the options {wanted}; hand in its name as text.",
    "not-text": "Got {got}, expected {wanted}; write it between quotation marks.",
    "short": "Got {got}, expected a sentence or two; write it out.",
    "rubric": ("Got {got}, expected an answer that says:\n{rubric}\nTick what yours says, then see the model answer."),
    "function": ("Got {got}, expected the function {wanted}; hand in the function itself, without calling it."),
    "no-return": "Got nothing back, expected a result; see whether it ends with return.",
    "timeout": "Got no answer within {got} seconds and ended the call; look for a loop that never ends.",
    "changed": "It changed its argument {got}, expected it left as it was; work on a copy.",
    "ended": ("Got no answer, since the call ended Python itself; look for exit, a crash, or too much memory."),
    "raised": "Your code raised {error} in line {line}, `{source}`; look at the shapes and values there.",
    "raised-outside": ("The call raised {error}, expected a function of these arguments; see that they match."),
}


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of a check; shown in a notebook as its message.

    status: one of `STATUSES`; score: share of the points earned, from 0 to 1, or None where a person
    marks it; mistake: the name of the mistake that was recognized, if any.
    """

    status: str
    message: str
    mistake: str | None = None
    score: float | None = 0.0

    def __repr__(self):
        return self.message


class Array(NamedTuple):
    """Finite or non-finite numbers in row-major order, with their shape."""

    shape: tuple
    numbers: tuple


class Problem(NamedTuple):
    """Why something could not be read: a key of `SENTENCES`, and what came, in words."""

    key: str
    got: str


def say(status, key="", part="", after="", **fields):
    """The message: the status in words, the part it is about, one sentence, and what else is known."""
    texts = (STATUSES[status], part and f"{part}:", key and sentence(key, **fields), after)
    return " ".join(text for text in texts if text)


def sentence(key, **fields):
    """One of the sentences above with its fields filled in."""
    text = SENTENCES[key] if key in SENTENCES else NOTEBOOK_SENTENCES[key]
    return re.sub(r"\{(\w+)\}", lambda match: str(fields[match[1]]), text)


def number_text(x):
    """A number as both Python and the page print it: ten significant digits at most.

    Python and JavaScript switch to exponents at different sizes, so the rule is spelled out here and there.
    """
    if not math.isfinite(x):
        return "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"
    if x == int(x) and abs(x) < 1e15:
        return str(int(x))
    rounded = float(f"{x:.10g}")
    if 1e-4 <= abs(rounded) < 1e15:
        return str(rounded).removesuffix(".0")
    mantissa, exponent = f"{rounded:.9e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def shape_text(shape):
    """A shape in words; () is a single number."""
    if len(shape) == 0:
        return "a single number"
    if len(shape) == 1:
        return f"a list of {shape[0]} number" + ("" if shape[0] == 1 else "s")
    return f"an array of shape ({', '.join(map(str, shape))})"


def array_text(array):
    """The numbers themselves when there are at most twelve, else the shape in words."""
    if not 0 < len(array.numbers) <= 12:
        return shape_text(array.shape)
    texts = [number_text(x) for x in array.numbers]
    for size in reversed(array.shape):
        texts = [f"[{', '.join(texts[i : i + size])}]" for i in range(0, len(texts), size)]
    return texts[0]
