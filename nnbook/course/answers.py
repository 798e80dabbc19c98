"""A notebook → the answers in it: runs the cells in a sandbox, as often as it takes to get past those that end it."""

from dataclasses import dataclass, field

from nnbook.course import sources, wire
from nnbook.course.notebooks import TEXT_STUB, answer_names
from nnbook.course.plan import slug
from nnbook.course.sandbox import Gone
from nnbook.course.tidy import tidy, tidy_outcomes
from nnbook.exercises.code import case_arguments

__all__ = ["Answers", "collect"]

MOST_RUNS = 6
WORDS = {
    "time": "ran longer than {seconds} seconds and was ended",
    "output": "printed more than {megabytes} million characters and was ended",
    "exit": "called exit; the cells after it were run nevertheless",
    "ended": "ended Python itself (by exit, a crash, or too much memory) and was left out",
    "memory": "took more than {memory} MB of memory and was left out",
    "processes": "started more than {processes} processes and was left out",
    "garbage": "wrote into the grader's pipe and was left out",
}


@dataclass
class Answers:
    """Plain data by exercise id, and sentences on what happened on the way."""

    submissions: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


def collect(cells, exercises, start, limits):
    """The Answers of a notebook's cells. start: () → Sandbox; the notebook is run at most `MOST_RUNS` times."""
    answers, names = Answers(), answer_names(exercises)
    keys = {slug(item.id): item for item in exercises}
    _look_at_cells(cells, keys, answers)
    left_out, failed = set(), set()
    for _ in range(MOST_RUNS):
        run = Run(cells, keys, names, start, limits, left_out, failed)
        stopped = run.go()
        if stopped is None:
            break
        where, why = stopped
        if where is None or where in left_out or where in failed:
            answers.notes.append(f"The notebook {say(why, limits)}.")
            break
        (left_out if isinstance(where, int) else failed).add(where)
        thing = f"Cell {where}" if isinstance(where, int) else f"The function of {where}"
        answers.notes.append(f"{thing} {say(why, limits)}.")
    else:
        answers.notes.append("The notebook kept ending, so what came after that was not graded.")
    answers.notes += run.notes
    answers.submissions |= run.submissions
    return answers


def say(why, limits):
    """What happened, in words."""
    return WORDS[why].format(
        seconds=f"{limits.cell:g}",
        megabytes=limits.output // 10**6,
        memory=limits.memory,
        processes=limits.processes // 2,
    )


def _look_at_cells(cells, keys, answers):
    """Texts, and a sentence on each cell that was deleted or copied."""
    found = {key: [cell for cell in cells if cell.grade_id == key] for key in keys}
    for key, item in keys.items():
        if not found[key]:
            answers.notes.append(f"The cell for the answer to {item.id} is gone.")
        elif len(found[key]) > 1:
            answers.notes.append(
                f"The cell for the answer to {item.id} stands there {len(found[key])} times; the last counts."
            )
        if item.kind.name == "Explain":
            texts = [cell.source for cell in found[key] if cell.source.strip() not in ("", TEXT_STUB)]
            answers.submissions[item.id] = tidy(texts[-1]) if texts else None


class Run:
    """One run of a notebook: `go` fills submissions and notes."""

    def __init__(self, cells, keys, names, start, limits, left_out, failed):
        self.keys, self.names, self.start, self.limits = keys, names, start, limits
        self.cells = [(number, cell) for number, cell in enumerate(cells, 1) if self._is_run(cell, number, left_out)]
        self.failed, self.where = failed, None
        self.submissions, self.notes = {}, []

    def _is_run(self, cell, number, left_out):
        """Not the first looks: students' processes lack what those need, and may have lost them."""
        looks = {f"{key}-points" for key in self.keys}
        return cell.kind == "code" and number not in left_out and cell.grade_id not in looks and cell.source.strip()

    def go(self):
        """None when all is done, or (cell number, exercise id or None; why) when the process ended before."""
        try:
            with self.start() as sandbox:
                self._run_cells(sandbox)
                self._try_functions(sandbox)
        except Gone as gone:
            return self.where, str(gone)
        return None

    def _run_cells(self, sandbox):
        wanted = {number: self._wanted(cell) for number, cell in self.cells}
        cells = [
            {"number": number, "source": cell.source, "answers": list(wanted[number])} for number, cell in self.cells
        ]
        sandbox.send({"cells": cells, "names": list(self.names.values())})
        seconds = 4 * self.limits.cell + 5  # the cell's own clock stops it before
        while "end" not in (message := sandbox.receive(seconds)):
            started, done = (_number(message.get(key), wanted) for key in ("start", "done"))
            if started:
                self.where = started
            elif done:
                self._note(done, message.get("problem"))
                self._keep(message.get("answers"), wanted[done])
        self.where = None
        missing = {name: key for name, key in self._by_name().items() if self.submissions.get(key) is None}
        self._keep(message["end"], missing)

    def _by_name(self):
        return {name: key for key, name in self.names.items()}

    def _wanted(self, cell):
        """{name of the answer: exercise id} that a cell is for."""
        item = self.keys.get(cell.grade_id)
        return {self.names[item.id]: item.id} if item and item.id in self.names else {}

    def _keep(self, answers, wanted):
        for name, key in wanted.items():
            data = answers.get(name) if isinstance(answers, dict) else None
            data = data if data == {"function": True} else tidy(data)
            if data is not None:
                self.submissions[key] = data

    def _note(self, number, problem):
        if not isinstance(problem, dict) or problem.get("type") == "NotImplementedError":
            return
        kind = problem.get("kind")
        if kind in ("time", "output", "exit"):
            self.notes.append(f"Cell {number} {say(kind, self.limits)}.")
            return
        line, about = problem.get("line"), str(tidy(problem.get("type")))[:40]
        message = str(tidy(problem.get("message")) or "")[:200]
        where = f" in line {line}" if type(line) is int else ""
        self.notes.append(f"Cell {number} raised {about}{where}{': ' if message else ''}{message}")

    def _try_functions(self, sandbox):
        for item in self.keys.values():
            if self.submissions.get(item.id) != {"function": True}:
                continue
            if item.kind.name != "Code":
                self.submissions[item.id] = {"unreadable": "a function"}
                continue
            self.submissions[item.id] = {"outcomes": [{"ended": True}]}
            if item.id not in self.failed:
                self.where = item.id
                self.submissions[item.id] = {"outcomes": self._outcomes(item, sandbox)}
        self.where = None

    def _outcomes(self, item, sandbox):
        kind, functions = item.kind, []
        cases = kind.arguments_of(item.given)
        adapter = None if kind.call is case_arguments else sources.describe(kind.call)
        sandbox.send(
            {
                "name": self.names[item.id],
                "seconds": kind.seconds,
                "adapter": adapter,
                "cases": [wire.encode(case, functions) for case in cases],
            }
        )
        seconds = 4 * kind.seconds * len(cases) + 5
        while "outcomes" not in (message := sandbox.receive(seconds)):
            sandbox.send(_called(functions, message))
        own = [cell.source.splitlines() for _, cell in self.cells if cell.grade_id == slug(item.id)]
        lines = {number: line.strip() for number, line in enumerate(own[-1], 1)} if own else {}
        return tidy_outcomes(message["outcomes"], len(cases), set(cases[0]) if cases else set(), lines)


def _number(value, known):
    """A cell's number, if it is one: a student may have written the message."""
    return value if type(value) is int and value in known else None


def _called(functions, message):
    """The reply to a student's function that called one of its arguments."""
    number = message.get("call")
    if type(number) is not int or not 0 <= number < len(functions):
        raise Gone("garbage")
    try:
        arguments = wire.decode(message.get("arguments"))
        return {"value": wire.encode(functions[number](*arguments))}
    except Exception as error:  # with odd arguments our function may raise whatever it likes: the student is told
        return {"error": f"{type(error).__name__}: {error}"[:300]}
