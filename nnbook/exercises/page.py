"""How an exercise is shown: Markdown in a notebook, and on the page a form that exercises.js checks."""

import html
import json
import os
import re

from nnbook.exercises.results import SENTENCES, STATUSES

__all__ = ["form", "show", "statement"]

FENCE = "`" * 8  # longer than any fence in a text
NO_SCRIPT = "Answers are checked by a script, which is switched off here; the hints and the solution below can be read."
LAUNCH = (
    "This one is answered in code. Launch the chapter (the rocket at the top of the page) and complete the"
    " cell below it."
)


def show(exercise):
    """Displays the exercise; with NNBOOK_STATIC=1 in the environment, as the published page needs it."""
    from IPython.display import display  # only a notebook needs it, and only then

    static = os.environ.get("NNBOOK_STATIC") == "1"
    plain = {"text/plain": repr(exercise)}
    display({"text/markdown": statement(exercise, options=not static), **plain}, raw=True)
    if static:
        display({"text/html": form(exercise), **plain}, raw=True)
        display({"text/markdown": reveals(exercise), **plain}, raw=True)


def statement(exercise, *, options=True):
    """Title, kind, points, minutes and statement as Markdown; a Choice's options where no form has them."""
    kind, size = exercise.kind, f"{exercise.points} point{'s' * (exercise.points != 1)}"
    head = f"**Exercise. {exercise.title}** ({kind.name}, {size}, about {exercise.minutes} min)"
    tail = ""
    if kind.name == "Choice" and options:
        tail = "\n".join(f"- `{option.name}`: {option.text}" for option in kind.options)
    if kind.name == "Numeric":
        tail = f"*Answer:* {kind.wanted(exercise.given)}; {kind.tolerance()}."
    return "\n\n".join(text for text in (head, exercise.text, tail) if text)


def reveals(exercise):
    """The hints and the solution as MyST Markdown, each closed until asked for; no script is needed."""
    title = "Model answer" if exercise.kind.name == "Explain" else "Solution"
    texts = [(f"Hint {i}", text) for i, text in enumerate(exercise.hint_texts, 1)] + [(title, exercise.solution_text)]
    return "\n\n".join(f"{FENCE}{{dropdown}} {name}\n{text}\n{FENCE}" for name, text in texts)


def form(exercise):
    """The HTML of the form: native inputs with labels, a live region, and what the script needs to check."""
    kind = exercise.kind
    fields = {"Numeric": _numbers, "Choice": _options, "Explain": _textbox, "Code": _launch}[kind.name](exercise)
    head = f'<form class="exercise" id="{exercise.id}" method="dialog" aria-label="{html.escape(exercise.title)}">'
    if kind.name == "Code":
        return f"{head}{fields}</form>"
    data = json.dumps(_data(exercise), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    verb = "Compare with the rubric" if kind.name == "Explain" else "Check"
    return (
        f"{head}<fieldset><legend>Your answer</legend>{fields}</fieldset>"
        f'<p class="actions"><button type="submit" hidden>{verb}</button>'
        '<button type="button" class="erase" hidden>Erase</button></p>'
        f'<div class="result" role="status"></div><noscript><p>{NO_SCRIPT}</p></noscript>'
        f'<script type="application/json">{data}</script></form>'
    )


def inline(text):
    """Text with `code` and *emphasis* as HTML."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)


def _numbers(exercise):
    names = exercise.kind.parts(exercise.kind.value(exercise.given))
    return "".join(
        f'<p><label for="{exercise.id}-{i}">{inline(name)}</label> <input type="text"'
        f' id="{exercise.id}-{i}" name="{html.escape(name)}" autocomplete="off" spellcheck="false"></p>'
        for i, name in enumerate(names)
    )


def _options(exercise):
    box = "checkbox" if exercise.kind.several else "radio"
    return "".join(
        f'<p><input type="{box}" id="{exercise.id}-{option.name}" name="option" value="{option.name}"> '
        f'<label for="{exercise.id}-{option.name}">{inline(option.text)}</label></p>'
        for option in exercise.kind.options
    )


def _textbox(exercise):
    rubric = "".join(
        f'<p><input type="checkbox" id="{exercise.id}-{i}" name="rubric" value="{i}"> '
        f'<label for="{exercise.id}-{i}">{inline(item)}</label></p>'
        for i, item in enumerate(exercise.kind.rubric)
    )
    return (
        f'<p><label for="{exercise.id}-text">In your own words</label> '
        f'<textarea id="{exercise.id}-text" name="text" rows="5"></textarea></p>'
        f'<fieldset class="rubric"><legend>Rubric: tick what your answer says</legend>{rubric}</fieldset>'
    )


def _launch(exercise):
    return f"<p>{LAUNCH}</p>"


def _data(exercise):
    """What the script needs, answers included: solutions in the book are public."""
    return {
        "kind": exercise.kind.name,
        "wanted": exercise.kind.wanted(exercise.given),
        "takeaway": exercise.takeaway_text,
        "statuses": STATUSES,
        "sentences": SENTENCES,
        **exercise.kind.page(exercise.given),
    }
