"""The answers of all exercises and of the mistakes they know, and what is said to these, to be reviewed.

    python scripts/answers.py          say which answers are no longer the reviewed ones
    python scripts/answers.py --write  take the present ones as reviewed, after a look at what git says changed

A reference solution that is wrong passes its own check, and a mistake whose formula is wrong recognizes itself; here
both show, because their answers are other numbers. So does a diagnosis that belongs to another mistake. What was
reviewed is in tests/references/answers.json.
"""

import json
import sys

import numpy as np
from inputs import ROOT

from nnbook.exercises import CHAPTERS, exercises

REVIEWED = ROOT / "tests" / "references" / "answers.json"
SEEDS = (0, 7)
MOST = 12  # of more numbers, only their count, mean and root mean square are kept


def numbers(values):
    """A flat list of numbers that stands for any number of them; rounded, since processors differ."""
    flat = np.ravel(np.asarray(values, dtype=float))
    if len(flat) > MOST:
        flat = np.array([len(flat), np.mean(flat), np.sqrt(np.mean(flat**2))])
    return [float(f"{x:.7g}") for x in flat]


def answer(question):
    """What the reference of an exercise answers: numbers by part, the right options, or the results of its calls."""
    kind = question.kind
    if kind.name == "Choice":
        return {"right": list(kind.right), "wrong": [option.name for option in kind.options if not option.right]}
    if kind.name == "Explain":
        return {"points of the rubric": [len(kind.rubric)]}
    if kind.name == "Code":
        return results(question, kind.reference) | mistaken(question, results)
    return parts(question, kind.value) | mistaken(question, parts)


def mistaken(question, answered):
    """What those answer who make the mistakes that an exercise knows, by the mistakes' names."""
    return {f"mistake {mistake.name}": answered(question, mistake.wrong) for mistake in question.kind.mistakes}


def told(question):
    """What those are told who choose an option, make a known mistake or miss a property, by its name."""
    kind = question.kind
    named = [one for kind_of in ("options", "mistakes", "properties") for one in getattr(kind, kind_of, ())]
    return {one.name: one.feedback for one in named}


def results(question, function):
    """The numbers that a function returns for the cases of an exercise, or what it raises."""
    outcomes = question.kind.trusted(question.given, function)["outcomes"]
    raised = sorted({outcome["error"]["type"] for outcome in outcomes if "error" in outcome})
    found = [number for outcome in outcomes for number in flattened(outcome.get("value", []))]
    return {"results": numbers(found)} | ({"raises": raised} if raised else {})


def parts(question, answered):
    """The numbers of an answer by its parts; those parts that a mistake leaves as they are left out."""
    kind, given = question.kind, question.given
    value, right = answered(given), kind.value(given)
    found = kind.parts(right | value if isinstance(value, dict) else value)
    return {name: numbers(part.numbers) for name, part in found.items() if not isinstance(value, dict) or name in value}


def flattened(value):
    """The numbers in nested lists and dicts; what is no number is left out."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in flattened(item)]
    return [float(value)] if isinstance(value, (bool, int, float)) else []


def reviewable(question):
    """An exercise's answers by seed, and what it tells those whose answer is another."""
    seeds = SEEDS if question.draw else SEEDS[:1]
    return {str(seed): answer(question.at(seed)) for seed in seeds} | {"told": told(question)}


def answers():
    """What is reviewed of every exercise, by id."""
    return {question.id: reviewable(question) for chapter in CHAPTERS for question in exercises(chapter)}


def same(one, other):
    """Whether two answers agree: texts exactly, numbers to one part in 100,000."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or isinstance(one, float) and bool(np.isclose(one, other, rtol=1e-5, atol=1e-9))


def main(argv):
    """Compare, or write; return the exit code."""
    now = answers()
    if "--write" in argv:
        lines = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in now.items()]
        REVIEWED.parent.mkdir(exist_ok=True)
        REVIEWED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        return 0
    reviewed = json.loads(REVIEWED.read_text(encoding="utf-8"))
    changed = [name for name in now | reviewed if not same(reviewed.get(name, {}), now.get(name, {}))]
    for name in changed:
        print(f"{name}: {now.get(name)} is not what was reviewed, {reviewed.get(name)}")
    return int(bool(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
