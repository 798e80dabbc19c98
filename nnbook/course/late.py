"""Late work: a rule such as 10%/day, a due date, and extensions of single students."""

import datetime
import math
import re
from dataclasses import dataclass

from nnbook.course.errors import CourseError

__all__ = ["Rule", "parse_due", "parse_rule"]

HOURS = {"hour": 1, "day": 24, "week": 168}


@dataclass(frozen=True)
class Rule:
    """percent of the points are taken off for each begun `unit` after `due`; without a due date nothing is late."""

    due: datetime.datetime | None = None
    percent: float = 0.0
    unit: str = "day"

    def penalty(self, submitted, extension=""):
        """(percent that is taken off, sentence or ""). extension: "2", "2 days", "12 hours" or a date."""
        if self.due is None or submitted is None:
            return 0.0, ""
        late = submitted - self.extended(extension)
        if late <= datetime.timedelta(0):
            return 0.0, ""
        units = math.ceil(late / datetime.timedelta(hours=HOURS[self.unit]))
        percent = min(100.0, units * self.percent)
        count = f"{units} {self.unit}{'s' * (units != 1)}"
        return percent, f"Late by {count}, counting begun ones: {percent:g} % of the points are taken off."

    def extended(self, extension):
        """The due date of a student with this extension. Raises CourseError."""
        length = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *(hour|day|week)?s?", extension.strip())
        if length:
            return self.due + datetime.timedelta(hours=float(length[1]) * HOURS[length[2] or "day"])
        return parse_due(extension, "extension") if extension.strip() else self.due


def parse_rule(text, due):
    """The Rule of --late and --due. Raises CourseError."""
    if text and not due:
        raise CourseError("--late: it needs --due, the time from which work is late.")
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *% */ *(hour|day|week)", text or "0%/day")
    if not found or float(found[1]) > 100:
        raise CourseError(f"--late {text}: expected a rule such as 10%/day, with hour, day or week.")
    return Rule(parse_due(due, "--due") if due else None, float(found[1]), found[2])


def parse_due(text, what):
    """A time such as 2027-03-01 18:00, in this machine's zone unless it names one; a date lasts to its end."""
    try:
        time = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise CourseError(f"{what} {text!r}: expected a time such as 2027-03-01 or 2027-03-01 18:00.") from None
    if len(text.strip()) <= 10:
        time += datetime.timedelta(days=1) - datetime.timedelta(microseconds=1)
    return time.astimezone()
