"""What the instructor's commands say when they cannot go on."""

__all__ = ["CourseError"]


class CourseError(ValueError):
    """An input that cannot be used; its text is the one sentence that the command prints."""
