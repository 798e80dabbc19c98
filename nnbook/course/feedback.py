"""One page of feedback for a student: one file that needs nothing else, and in which nothing can run."""

from html import escape
from pathlib import Path

from nnbook.course.exports import earned, number, out_of, total_of
from nnbook.exercises.page import inline
from nnbook.exercises.results import STATUSES

__all__ = ["page", "write_feedback"]

STATUS = {
    "correct": "Right",
    "partly": "Partly right",
    "wrong": "Not right",
    "invalid": "Could not be graded",
    "not-attempted": "Not attempted",
    "unmarked": "To be marked",
    "marked": "Marked",
}
STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem; border-bottom: 1px solid #888 }
td.points { white-space: nowrap }
td, th, li { overflow-wrap: anywhere }
thead th { overflow-wrap: normal }
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}: {name}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{name} ({id})</p>
<p><strong>{total} of {most} points</strong>{pending}</p>
{notes}
<table>
<caption>Each exercise</caption>
<thead><tr><th scope="col">Exercise</th><th scope="col">Points</th><th scope="col">What was found</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""


def page(title, student, report):
    """The page as HTML; whatever a student wrote is text in it."""
    pending = sum(result["score"] is None for result in report["results"])
    notes = "".join(f"<li>{escape(note)}</li>" for note in report["notes"])
    return PAGE.format(
        title=escape(title),
        name=escape(student.name or student.id),
        id=escape(student.id),
        style=STYLE,
        total=number(total_of(report)[1]),
        most=out_of(report),
        pending=f", {pending} answer{'s' * (pending != 1)} still to be marked" if pending else "",
        notes=f"<h2>About your notebook</h2>\n<ul>{notes}</ul>" if notes else "",
        rows="\n".join(map(_row, report["results"])),
    )


def _row(result):
    points = "…" if result["score"] is None else number(earned(result))
    message = result["message"].removeprefix(STATUSES.get(result["status"], "")).replace("; a hint may help", "")
    texts = [message.replace("A hint may help.", "").strip(), result.get("comment", "")]
    found = "".join(f"<br>{inline(text)}" for text in texts if text)
    return (
        f'<tr><th scope="row">{escape(result["title"])}</th><td class="points">{points} of {result["points"]}</td>'
        f"<td><strong>{STATUS[result['status']]}</strong>{found}</td></tr>"
    )


def write_feedback(folder, title, students, reports):
    """<id>.html for each student."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for student, report in zip(students, reports, strict=True):
        (folder / f"{student.id}.html").write_text(page(title, student, report), encoding="utf-8")
