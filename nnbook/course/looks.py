"""A first look at an answer in an assignment: whether it has the form that can be graded. It tells no more.

`numbers`, `choice` and `function` print one line each and return nothing.
"""

from nnbook.exercises import exercise
from nnbook.exercises.code import is_stub
from nnbook.exercises.numeric import examine
from nnbook.exercises.plain import plain, type_name
from nnbook.exercises.reading import is_missing, read
from nnbook.exercises.results import Array, Problem, sentence

__all__ = ["choice", "function", "numbers"]

FINE = "It has the right form; whether it is right, grading will tell."


def numbers(answer, shapes):
    """shapes: part → shape; an answer of several parts is a dictionary of them."""
    parts = dict(answer) if isinstance(answer, dict) else dict.fromkeys(shapes, answer)
    if len(shapes) > 1 and not isinstance(answer, dict):
        return print("Keep the dictionary as it was, and fill in its values.")
    for name, shape in shapes.items():
        data = plain(parts.get(name))
        if is_missing(data):
            return print(f"Not attempted yet: {name}.")
        problem = _problem(data, tuple(shape))
        if problem:
            return print(f"{name}: {sentence(problem[0], **problem[1])}")
    return print(FINE)


def _problem(data, shape):
    """The form alone: any numbers of the shape will do."""
    got = read(data, scalar=shape == ())
    wanted = Array(shape, ())
    if isinstance(got, Problem) or got.shape != shape:
        return examine(got, wanted, 0, 0)
    return examine(got, got, 0, 0)


def choice(answer, names, *, several=False):
    """names: those of the options."""
    chosen = plain(answer)
    chosen = chosen if isinstance(chosen, list) else [chosen]
    if all(map(is_missing, chosen)):
        return print("Not attempted yet.")
    unknown = [item for item in chosen if item not in names]
    if unknown:
        return print(f"{unknown[0]!r} is none of the options: {', '.join(names)}.")
    if len(chosen) > 1 and not several:
        return print("Only one option can be chosen.")
    return print(FINE)


def function(answer, signature, *, book=None):
    """signature: such as forward(x, W, b); book: the id of the book's exercise, which checks it on its own cases."""
    if not callable(answer):
        return print(f"Expected the function {signature}, got {type_name(type(answer))}.")
    if is_stub(answer):
        return print("Not attempted yet.")
    if book is None:
        return print("It is a function; whether it is right, grading will tell.")
    return print(f"With the book's cases: {exercise(book).check(answer)}\nGrading tries others.")
