"""For the instructors' page: a term over the chapters, and what each exercise asks and recognizes."""

import json
import re
from pathlib import Path

from nnbook.course.bank import chapter_title
from nnbook.exercises import CHAPTERS, exercises
from nnbook.exercises.core import Text

__all__ = ["exercise_lists", "term_plan"]


def term_plan(folder):
    """A week for each chapter, from what the chapters in a folder say of themselves, as Markdown."""
    rows = ["| week | chapter | needs | reading | exercises |", "|---|---|---|---|---|"]
    for number, chapter in enumerate(CHAPTERS):
        for path in sorted(Path(folder).glob(f"{number:02}-*.ipynb")):
            text = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
            title = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
            needs, minutes = _said(text, "Needs"), re.search(r"\d+", _said(text, "Time"))[0]
            offer = exercises(chapter)
            points, work = sum(item.points for item in offer), sum(item.minutes for item in offer)
            size = f"{len(offer)}, {points} points, {work} min"
            rows.append(f"| {number + 1} | [{title}]({path.name}) | {_cell(needs)} | {minutes} min | {size} |")
    return Text("\n".join(rows))


def _said(text, what):
    """A line of the box "Before you start", which may run on."""
    return " ".join(re.search(rf"\*\*{what}\*\* (.+?)(?=\n- |\n:::)", text, re.DOTALL)[1].split())


def exercise_lists():
    """For each chapter its exercises: kind, points, minutes, and the mistakes that are recognized, as Markdown."""
    lists = [
        f"::::{{dropdown}} Chapter {number}, {chapter_title(chapter)}\n{_list(chapter)}\n::::"
        for number, chapter in enumerate(CHAPTERS)
    ]
    return Text("\n\n".join(lists))


def _list(chapter):
    lines = []
    for item in exercises(chapter):
        names = ", ".join(name.replace("-", " ") for name in _mistakes(item.kind))
        names = names or ("marked by a person" if item.kind.name == "Explain" else "run by the check, no mistake named")
        size = f"{item.kind.name}, {item.points} point{'s' * (item.points != 1)}, {item.minutes} min"
        lines.append(f"- **{item.title}** (`{item.id}`; {size}): {names}")
    return "\n".join(lines)


def _cell(text):
    """Text in which no bar ends a cell."""
    return text.replace("|", "\\|")


def _mistakes(kind):
    if kind.name == "Choice":
        return [option.name for option in kind.options if not option.right]
    return [mistake.name for mistake in kind.mistakes]
