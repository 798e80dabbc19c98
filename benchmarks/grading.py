"""Grading: submissions a minute on this machine, by the number of workers; each is a whole chapter, answered."""

import json
import tempfile
import time

from nnbook.course import notebooks, parallel
from nnbook.course.assign import plan_of, title_of
from nnbook.course.grading import job_of
from nnbook.course.roster import Student
from nnbook.course.sandbox import Limits, best_level
from nnbook.exercises import exercises

CHAPTER, SUBMISSIONS, WORKERS = "4", 60, (1, 2)


def main():
    """Print the table."""
    jobs = submissions(SUBMISSIONS)
    parallel.grade_all(jobs[:2], workers=2)  # what is done once a process is not measured
    print("| workers | submissions | seconds | submissions a minute |")
    print("|---|---|---|---|")
    for workers in WORKERS:
        start = time.perf_counter()
        reports = parallel.grade_all(jobs, workers=workers)
        seconds = time.perf_counter() - start
        results = [result for report in reports for result in report["results"]]
        assert all(result["score"] == 1.0 or result["rubric"] for result in results), "all but texts are right"
        print(f"| {workers} | {len(jobs)} | {seconds:.1f} | {60 * len(jobs) / seconds:.0f} |")
    print(f"\nChapter {CHAPTER}, {len(reports[0]['results'])} exercises; students' code shut in by {best_level()}.")


def submissions(count):
    """Jobs of students who answered all but the texts, each with numbers of their own."""
    plan, picked = plan_of(CHAPTER, seed=1, personal=True)
    book = {item.id for item in exercises(plan.chapter)}
    jobs = []
    for number in range(count):
        student = Student(f"student{number}")
        seed = plan.seed_of(student.id)
        data = notebooks.notebook(plan, picked, seed, title=title_of(plan), release=False, book=book)
        jobs.append(job_of(plan, student, json.dumps(data).encode(), "", Limits(), [tempfile.gettempdir()], {}))
    return jobs


if __name__ == "__main__":
    main()
