"""Choice answers: one or several options, each with its own feedback."""

from dataclasses import asdict, dataclass

from nnbook.exercises.plain import plain
from nnbook.exercises.reading import describe, is_missing, quote
from nnbook.exercises.results import Result, say

__all__ = ["Choice", "Option"]


@dataclass(frozen=True)
class Option:
    """One option: a stable name to answer with, its text, whether it is right, and what to say about it."""

    name: str
    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Choice:
    """One right option, or with `several` all the right ones and no other.

    The share of points for several: (right ones chosen − wrong ones chosen) / right ones, at least 0.
    """

    options: tuple[Option, ...]
    several: bool = False
    name = "Choice"

    @property
    def right(self):
        """Names of the right options."""
        return [option.name for option in self.options if option.right]

    def wanted(self, given):
        """What to hand in."""
        return "the names of all options that hold" if self.several else "the name of one option"

    def answer(self, given):
        """The answer as Markdown."""
        right = [option for option in self.options if option.right]
        return "\n".join(f"- {option.text} {option.feedback}" for option in right)

    def submission(self, given, answer):
        """The answer as plain data."""
        return plain(answer)

    def grade(self, given, submission):
        """The Result for plain data: a name, or a list of names."""
        items = submission.get("items") if isinstance(submission, dict) else None
        chosen = items if isinstance(items, list) else submission
        chosen = chosen if isinstance(chosen, list) else [chosen]
        if all(is_missing(item) for item in chosen):
            return Result("not-attempted", say("not-attempted", "missing", wanted=self.wanted(given)))
        names = [option.name for option in self.options]
        for item in chosen:
            if not isinstance(item, str) or item not in names:
                got = quote(item) if isinstance(item, str) else describe(item)
                return Result("invalid", say("invalid", "options", got=got, wanted=", ".join(names)))
        chosen = [option for option in self.options if option.name in chosen]
        if len(chosen) > 1 and not self.several:
            return Result("invalid", say("invalid", "one-option", got=" and ".join(o.name for o in chosen)))
        return self._grade_chosen(chosen)

    def page(self, given):
        """What the page's script needs to grade as `grade` does."""
        return {"several": self.several, "options": [asdict(option) for option in self.options]}

    def _grade_chosen(self, chosen):
        wrong = [option for option in chosen if not option.right]
        hits = len(chosen) - len(wrong)
        if not wrong and hits == len(self.right):
            feedback = "" if self.several else chosen[0].feedback
            return Result("correct", say("correct", "feedback", feedback=feedback), score=1.0)
        score = max(0.0, (hits - len(wrong)) / len(self.right))
        status = "partly" if score else "wrong"
        if not wrong:
            return Result(status, say(status, "more"), score=score)
        feedback = f"“{wrong[0].text}” {wrong[0].feedback}" if self.several else wrong[0].feedback
        return Result(status, say(status, "feedback", feedback=feedback), wrong[0].name, score)
