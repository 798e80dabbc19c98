"""Code answers: a function, tried on cases and compared with the reference."""

import dis
import inspect
import sys
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnbook.exercises.numeric import Mistake, close, examine
from nnbook.exercises.plain import plain
from nnbook.exercises.reading import describe, is_missing, read
from nnbook.exercises.results import Array, Problem, Result, array_text, number_text, say, shape_text
from nnbook.exercises.runner import attempt, outcomes

__all__ = ["Code", "Property", "case_arguments", "is_stub"]

STUB_INSTRUCTIONS = {
    "RESUME",
    "NOP",
    "LOAD_CONST",
    "RETURN_VALUE",
    "RETURN_CONST",
    "POP_TOP",
    "COPY_FREE_VARS",
}


def case_arguments(function, case):
    """Calls a function with the arguments of a case, in order."""
    return function(*case.values())


@dataclass(frozen=True)
class Property:
    """Something that must hold whatever the numbers: holds(case, *outputs) → bool, and what to say if not."""

    name: str
    holds: Callable
    feedback: str


@dataclass(frozen=True)
class Code:
    """A function whose outputs match the reference's in shape and, with `compare`, in value; properties hold.

    reference: the solution, whose source is shown; its name and parameters are the reader's to keep.
    cases: (given, rng) → list of dicts of arguments by name. call: (function, case) → what is compared,
    for answers that are not called with the arguments in order. returns: names, where several things are
    returned. hidden: messages tell neither a case's arguments nor the numbers that came back.
    """

    reference: Callable
    cases: Callable
    mistakes: tuple[Mistake, ...] = ()
    properties: tuple[Property, ...] = ()
    call: Callable = case_arguments
    returns: tuple[str, ...] = ("the result",)
    compare: bool = True
    rtol: float = 1e-7
    atol: float = 1e-9
    seconds: float = 5.0
    hidden: bool = False
    name = "Code"

    @property
    def signature(self):
        """How the function is called, such as forward(x, W, b)."""
        return f"{self.reference.__name__}({', '.join(inspect.signature(self.reference).parameters)})"

    def wanted(self, given):
        """What to hand in."""
        return f"the function {self.signature} with a body of your own"

    def answer(self, given):
        """The reference's source as Markdown."""
        return f"```python\n{textwrap.dedent(inspect.getsource(self.reference)).strip()}\n```"

    def submission(self, given, answer):
        """What the function does on the cases, as plain data; its prints are passed on."""
        if not callable(answer):
            return plain(answer)
        if is_stub(answer):
            return None
        found = outcomes(answer, self.arguments_of(given), self.call, self.seconds)
        sys.stdout.write("".join(outcome.pop("printed", "") for outcome in found))
        return {"outcomes": found}

    def trusted(self, given, function):
        """The submission of a function of the book's own, called right here."""
        return {"outcomes": [attempt(function, case, self.call) for case in self.arguments_of(given)]}

    def grade(self, given, submission):
        """The Result for plain data."""
        found = submission.get("outcomes") if isinstance(submission, dict) else None
        if not isinstance(found, list) or not all(isinstance(outcome, dict) for outcome in found):
            found = None
        if is_missing(submission) or found and all("stub" in outcome for outcome in found):
            return Result("not-attempted", say("not-attempted", "missing", wanted=self.wanted(given)))
        if not found:
            return Result("invalid", say("invalid", "function", got=describe(submission), wanted=self.signature))
        cases, wanted = self.arguments_of(given), self.trusted(given, self.reference)["outcomes"]
        found = [*found, *({"ended": True} for _ in cases[len(found) :])]
        for case, outcome, want in zip(cases, found, wanted, strict=True):
            problem = self._problem(outcome, want)
            if problem:
                if self.hidden and "value" in outcome:
                    problem[1]["got"] = self._veiled(outcome["value"], problem[2])
                return self._explain(case, problem, self._recognize(given, found))
        return self._grade_properties(cases, found)

    def arguments_of(self, given):
        """The cases of a seed: dicts of arguments by name."""
        return self.cases(given, np.random.default_rng([given["seed"], 1]))

    def _problem(self, outcome, want):
        """The sentence for one call, its fields, and what it is about; None when nothing is wrong with it."""
        if "value" not in outcome:
            return without_value(outcome)
        got, wanted = self._parts(outcome), self._parts(want)
        if outcome["value"] is None:
            return "no-return", {}, ""
        if got is None:
            return "parts", {"got": describe(outcome["value"]), "wanted": " and ".join(self.returns)}, ""
        for key, array in wanted.items():
            problem = examine(got[key], array, self.rtol, self.atol if self.compare else np.inf)
            if problem:
                return *problem, key if len(wanted) > 1 else ""
        return None

    def _parts(self, outcome):
        """Arrays (or Problems) by name of what is returned; None when their number is wrong."""
        value = outcome["value"]
        if len(self.returns) == 1:
            return {self.returns[0]: _returned(value)}
        if not isinstance(value, list) or len(value) != len(self.returns):
            return None
        return {key: _returned(item) for key, item in zip(self.returns, value, strict=True)}

    def _explain(self, case, problem, mistake):
        key, fields, part = problem
        status = "wrong" if key in ("value", "values", "raised", "changed") else "invalid"
        if mistake and key in ("value", "values", "shape"):
            status, key, fields = "wrong", "mistake", {"got": fields["got"], "feedback": mistake.feedback}
        call = self._call_text(case) + (f", {part}" if part else "")
        after = mistake.feedback if mistake and key != "mistake" else ""
        return Result(status, say(status, key, call, after, **fields), mistake and mistake.name)

    def _call_text(self, case):
        return self.reference.__name__ + ("" if self.hidden else f"({case_text(case)})")

    def _veiled(self, value, part):
        """What came back, without its numbers or texts."""
        value = value[self.returns.index(part)] if part else value
        got = Problem("type", "") if isinstance(value, str) else read(value, truth=True)
        return shape_text(got.shape) if isinstance(got, Array) else "something else"

    def _recognize(self, given, found):
        """The mistake whose function does the same on every case."""
        for mistake in self.mistakes:
            wrong = self.trusted(given, mistake.wrong)["outcomes"]
            some = any("value" in outcome for outcome in found)  # one exception is too much like another
            if some and len(wrong) == len(found) and all(map(self.alike, found, wrong)):
                return mistake
        return None

    def alike(self, outcome, wrong):
        """Whether two calls came to the same: the same numbers, or the same kind of exception."""
        if "error" in outcome and "error" in wrong:
            return outcome["error"]["type"] == wrong["error"]["type"]
        if "value" not in outcome or "value" not in wrong:
            return outcome == wrong
        got, expected = self._parts(outcome), self._parts(wrong)
        if got is None or expected is None:
            return got is expected
        return all(got[key] == array or close(got[key], array, self.rtol, self.atol) for key, array in expected.items())

    def _grade_properties(self, cases, found):
        for check in self.properties:
            for case, outcome in zip(cases, found, strict=True):
                arrays = [np.reshape(part.numbers, part.shape) for part in self._parts(outcome).values()]
                if not check.holds(case, *arrays):
                    message = say("wrong", "feedback", self._call_text(case), feedback=check.feedback)
                    return Result("wrong", message, check.name)
        return Result("correct", say("correct"), score=1.0)


def _returned(value):
    """Array or Problem; a function returns numbers, and text only by mistake."""
    return Problem("type", describe(value)) if isinstance(value, str) else read(value, truth=True)


def without_value(outcome):
    """The sentence for a call that returned nothing to compare."""
    if "timeout" in outcome:
        return "timeout", {"got": number_text(outcome["timeout"])}, ""
    if "changed" in outcome:
        return "changed", {"got": outcome["changed"]}, ""
    if "stub" in outcome:
        return "no-return", {}, ""
    if "error" not in outcome:
        return "ended", {}, ""
    error = outcome["error"]
    said = f"{error['type']} ({error['message']})" if error["message"] else error["type"]
    return ("raised" if error["line"] else "raised-outside"), {**error, "error": said}, ""


def is_stub(function):
    """Whether a function's body is nothing but dots, pass, or a docstring."""
    if type(function) is not types.FunctionType:
        return False
    instructions = list(dis.get_instructions(function))
    constants = [step.argval for step in instructions if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    only_stub = all(step.opname in STUB_INSTRUCTIONS for step in instructions)
    return only_stub and all(value is None or value is Ellipsis for value in constants)


def case_text(case):
    """The arguments of a call in words: x = [1, 2], W = an array of shape (16, 10)."""
    return ", ".join(f"{name} = {_value_text(value)}" for name, value in case.items())


def _value_text(value):
    if type(value) is types.FunctionType:
        return value.__name__
    array = read(plain(value), truth=True)
    return array_text(array) if isinstance(array, Array) else array.got
