"""Schedules: from the number of steps done (0 at the first) to the learning rate; steps may be an array.

An optimizer's `learning_rate` may be one. Each raises ValueError for a negative rate or step, and for a
length below 1.
"""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import count, number, real

__all__ = ["Constant", "Cosine", "Exponential", "Join", "Schedule", "StepDecay", "Warmup"]


@dataclass(frozen=True)
class Schedule:
    """A learning rate η(t); a subclass gives `_at` for t ≥ 0."""

    def __post_init__(self):
        for name in ("learning_rate", "factor", "final"):
            if hasattr(self, name):
                number(type(self).__name__, name, getattr(self, name), 0)
        for name in ("every", "steps"):
            if hasattr(self, name):
                count(type(self).__name__, name, getattr(self, name))

    def _expect_schedules(self, schedules):
        for schedule in schedules:
            if not isinstance(schedule, Schedule):
                raise TypeError(
                    f"{type(self).__name__}: expected schedules to put together, got {schedule!r:.40}; "
                    "wrap a number as Constant(number)"
                )

    def __call__(self, step):
        """η after `step` steps: a float, or an array of the shape of `step`."""
        t = real(type(self).__name__, "step", step)
        if t.size and t.min() < 0:
            raise ValueError(f"{type(self).__name__}: expected steps of at least 0, got {t.min():g}; count from 0")
        rate = self._at(t)
        return float(rate) if np.ndim(rate) == 0 else rate


@dataclass(frozen=True)
class Constant(Schedule):
    """η(t) = η₀."""

    learning_rate: float

    def _at(self, t):
        return np.full(t.shape, float(self.learning_rate))


@dataclass(frozen=True)
class StepDecay(Schedule):
    """η(t) = η₀ · factor^⌊t / every⌋."""

    learning_rate: float
    every: int
    factor: float = 0.1

    def _at(self, t):
        return self.learning_rate * self.factor ** np.floor(t / self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """η(t) = η₀ · factorᵗ."""

    learning_rate: float
    factor: float

    def _at(self, t):
        return self.learning_rate * self.factor**t


@dataclass(frozen=True)
class Cosine(Schedule):
    """η(t) = η₁ + ½ (η₀ − η₁) (1 + cos(π t / steps)), then η₁ (`final`). Loshchilov and Hutter, 2017."""

    learning_rate: float
    steps: int
    final: float = 0.0

    def _at(self, t):
        progress = np.minimum(t / self.steps, 1)
        return self.final + 0.5 * (self.learning_rate - self.final) * (1 + np.cos(np.pi * progress))


@dataclass(frozen=True)
class Warmup(Schedule):
    """η(t) = after(0) · (t + 1) / steps for t < steps, then after(t − steps). Goyal et al., 2017.

    after: the schedule that follows, counted from its own start.
    """

    steps: int
    after: Schedule

    def __post_init__(self):
        super().__post_init__()
        self._expect_schedules([self.after])

    def _at(self, t):
        rising = self.after(0) * (t + 1) / self.steps
        return np.where(t < self.steps, rising, self.after(np.maximum(t - self.steps, 0)))


@dataclass(frozen=True)
class Join(Schedule):
    """schedules[0] until boundaries[0], then schedules[1], and so on, each counted from its own start.

    Raises ValueError unless there is one boundary fewer than schedules, and they rise.
    """

    schedules: tuple
    boundaries: tuple

    def __post_init__(self):
        if not isinstance(self.schedules, (tuple, list)) or not isinstance(self.boundaries, (tuple, list)):
            raise TypeError(
                f"Join: expected a tuple of schedules and a tuple of boundaries, got {self.schedules!r:.40} and "
                f"{self.boundaries!r:.20}; put each in parentheses, also when there is one"
            )
        self._expect_schedules(self.schedules)
        starts = [0, *(count("Join", "every boundary", b) for b in self.boundaries)]
        if len(starts) != len(self.schedules) or sorted(set(starts)) != starts:
            raise ValueError(
                f"Join: expected rising boundaries, one fewer than the {len(self.schedules)} schedules, "
                f"got {tuple(self.boundaries)}; give the step at which each later schedule starts"
            )

    def _at(self, t):
        rate = self.schedules[0](t)
        for schedule, start in zip(self.schedules[1:], self.boundaries, strict=True):
            rate = np.where(t < start, rate, schedule(np.maximum(t - start, 0)))
        return rate
