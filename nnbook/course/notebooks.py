"""The cells of an assignment, in nbgrader's format: source with solutions and hidden tests, or release without."""

import json
import textwrap

import numpy as np

from nnbook.course import sources
from nnbook.course.plan import fingerprint, slug
from nnbook.exercises.page import statement

__all__ = ["STUB", "TEXT_STUB", "answer_names", "notebook", "text"]

TEXT_STUB = "YOUR ANSWER HERE"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
SETUP = "import numpy as np\n\nfrom nnbook.course import looks"
INTRODUCTION = """# {title}

{count} exercises, {points} points, about {minutes} minutes. Numbers in the questions are {whose}.

- Write your answers where it says `...`, `raise NotImplementedError()` or *{stub}*, under the names that are there.
- Run the cell below an answer for a first look: it tells whether the form can be graded, not whether it is right.
- Cells of your own are welcome anywhere; leave the ones that are here, and do not copy them.
- Before you hand in, choose *Kernel → Restart and run all*, then save. A cell may take ten seconds; there are no
  files and no network where it is graded.
"""


def answer_names(exercises):
    """The name in the notebook of each exercise's answer, by id; no two are the same."""
    names = {item.id: item.kind.reference.__name__ for item in exercises if item.kind.name == "Code"}
    for item in exercises:
        if item.kind.name in ("Numeric", "Choice"):
            name = slug(item.id.partition(".")[2]).replace("-", "_")
            while name in names.values() or name in ("np", "looks"):
                name += "_answer"
            names[item.id] = name
    return names


def notebook(plan, exercises, seed, *, title, release, book):
    """The notebook as nbformat 4.5 data. book: ids of published exercises, which can be checked on the book's cases."""
    variants = [item.at(seed) for item in exercises]
    names = answer_names(variants)
    words = {
        "title": title,
        "count": len(variants),
        "points": sum(item.points for item in variants),
        "minutes": sum(item.minutes for item in variants),
        "whose": "your own" if plan.personal else "the same for all",
        "stub": TEXT_STUB,
    }
    cells = [
        cell("markdown", INTRODUCTION.format(**words), "introduction", locked=True),
        cell("code", SETUP, "setup", locked=True),
    ]
    for item in variants:
        make = text_cells if item.kind.name == "Explain" else code_cells
        cells += make(item, names.get(item.id), plan, release, item.id in book)
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "nnbook": {"assignment": plan.name, "version": plan.version, "numbers": fingerprint(plan.name, seed)},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def text(data):
    """A notebook as the text of its file."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def cell(kind, source, name, *, locked=False, grade=False, solution=False, task=False, points=None, fixed=False):
    """One cell with nbgrader's metadata, schema version 3."""
    flags = {"grade": grade, "locked": locked, "solution": solution, "task": task}
    about = {"schema_version": 3, "grade_id": name, **flags} | ({"points": points} if points is not None else {})
    metadata = {"nbgrader": about}
    if locked or solution or fixed:
        metadata["deletable"] = False
    if locked:
        metadata["editable"] = False
    lines = source.strip().splitlines(keepends=True)
    made = {"cell_type": kind, "id": name[-64:], "metadata": metadata, "source": lines}
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def text_cells(item, name, plan, release, published):
    """A question for a person to mark: a task whose rubric is in the source alone, and a cell for the text."""
    key = slug(item.id)
    rubric = "\n".join(f"- {line}" for line in item.kind.rubric)
    scheme = f"### BEGIN MARK SCHEME\n**Rubric** ({item.points} points)\n\n{rubric}\n### END MARK SCHEME"
    question = statement(item) if release else f"{statement(item)}\n\n{scheme}"
    return [
        cell("markdown", question, f"{key}-question", locked=True, task=True, points=item.points),
        cell("markdown", TEXT_STUB, key, fixed=True),
    ]


def code_cells(item, name, plan, release, published):
    """A question with an answer in code: statement, stub, first look; in the source, solution and hidden test."""
    key, seed = slug(item.id), item.seed
    look = first_look(item, name, published)
    extra = "" if published else f", extra={plan.extra!r}"
    hidden = (
        "### BEGIN HIDDEN TESTS\nfrom nnbook.course.points import points\n\n"
        f"points({item.id!r}, {name}, seed={seed}{extra})\n### END HIDDEN TESTS"
    )
    return [
        cell("markdown", statement(item), f"{key}-question", locked=True),
        cell("code", stub(item, name) if release else solved(item, name), key, solution=True),
        cell(
            "code",
            look if release else f"{look}\n{hidden}",
            f"{key}-points",
            grade=True,
            locked=True,
            points=item.points,
        ),
    ]


def stub(item, name):
    """What a student finds in the cell of an answer."""
    if item.kind.name == "Code":
        body = "\n".join(f"    {line}" for line in STUB.splitlines())
        return f"def {item.kind.signature}:\n{body}"
    if item.kind.name == "Choice" and item.kind.several:
        return f"{name} = [...]"
    return f"{name} = {empty(item)}"


def empty(item):
    """A placeholder: three dots, or a dictionary of them where there are several parts."""
    value = item.kind.value(item.given) if item.kind.name == "Numeric" else None
    return "{" + ", ".join(f"{key!r}: ..." for key in value) + "}" if isinstance(value, dict) else "..."


def solved(item, name):
    """The same cell with the solution, between the marks that nbgrader cuts at."""
    if item.kind.name == "Code":
        body = f"### BEGIN SOLUTION\n{sources.body(item.kind.reference)}\n### END SOLUTION"
        return f"def {item.kind.signature}:\n{textwrap.indent(body, '    ')}"
    value = item.kind.value(item.given) if item.kind.name == "Numeric" else item.kind.right
    if item.kind.name == "Choice" and not item.kind.several:
        value = value[0]
    return f"{stub(item, name)}\n### BEGIN SOLUTION\n{name} = {literal(value)}\n### END SOLUTION"


def literal(value):
    """A value as Python that makes it again."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(part)}" for key, part in value.items()) + "}"
    return repr(np.asarray(value).tolist())


def first_look(item, name, published):
    """The call of `looks` that fits the exercise."""
    kind = item.kind
    if kind.name == "Numeric":
        shapes = {part: array.shape for part, array in kind.parts(kind.value(item.given)).items()}
        return f"looks.numbers({name}, {shapes!r})"
    if kind.name == "Choice":
        options = [option.name for option in kind.options]
        return f"looks.choice({name}, {options!r}{', several=True' if kind.several else ''})"
    book = f", book={item.id!r}" if published else ""
    return f"looks.function({name}, {kind.signature!r}{book})"
