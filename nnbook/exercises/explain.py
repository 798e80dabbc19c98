"""Answers in the reader's own words: a rubric and a model answer; marked by a person when assigned."""

from dataclasses import dataclass

from nnbook.exercises.plain import plain
from nnbook.exercises.reading import describe, is_missing
from nnbook.exercises.results import Result, say

__all__ = ["Explain"]

FEWEST_WORDS = 5


@dataclass(frozen=True)
class Explain:
    """Free text. rubric: what a full answer says, in equal parts; model: an answer that a teacher accepts."""

    rubric: tuple[str, ...]
    model: str
    mistakes = ()
    name = "Explain"

    def wanted(self, given):
        """What to hand in."""
        return "your answer as text"

    def answer(self, given):
        """The model answer as Markdown."""
        return self.model

    def page(self, given):
        """What the page's script needs: nothing, since the reader compares."""
        return {}

    def submission(self, given, answer):
        """The answer as plain data."""
        return plain(answer)

    def grade(self, given, submission):
        """The Result for plain data; its score is None, since a person gives it."""
        wanted = self.wanted(given)
        if is_missing(submission):
            return Result("not-attempted", say("not-attempted", "missing", wanted=wanted))
        if not isinstance(submission, str):
            return Result("invalid", say("invalid", "not-text", got=describe(submission), wanted=wanted))
        count = len(submission.split())
        if count < FEWEST_WORDS:
            return Result("invalid", say("invalid", "short", got=f"{count} words"[: -1 if count == 1 else None]))
        rubric = "\n".join(f"  [ ] {item}" for item in self.rubric)
        return Result("unmarked", say("unmarked", "rubric", got=f"{count} words", rubric=rubric), score=None)
