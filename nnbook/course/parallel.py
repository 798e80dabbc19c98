"""Grades many submissions at once: on the cores of this machine, or on the workers of a Dask cluster."""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed

import nnbook
from nnbook.course.errors import CourseError
from nnbook.course.grading import clean_up, grade_one
from nnbook.course.progress import progress

__all__ = ["cores", "grade_all"]

RETRIES = 3


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_all(jobs, *, workers=None, dask=None):
    """The reports, in the order of the jobs. Raises CourseError when the cluster cannot be used."""
    done = _on_cluster(jobs, dask) if dask else _here(jobs, workers or cores())
    reports = dict(progress(done, len(jobs), "Grading"))
    return [reports[index] for index in range(len(jobs))]


def _here(jobs, workers):
    """A thread for each core suffices: the work is done by the students' processes."""
    pool = ThreadPoolExecutor(workers)
    try:
        futures = {pool.submit(grade_one, job): index for index, job in enumerate(jobs)}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _on_cluster(jobs, address):
    """A worker that dies costs a retry; what the cluster gives up on is graded here."""
    try:
        import distributed
    except ImportError:
        raise CourseError(
            "--dask: the package distributed is missing; install nnbook with its extra, nnbook[dask]."
        ) from None
    try:
        client = distributed.Client(address, timeout=10)
    except (OSError, ValueError, TypeError):
        raise CourseError(f"--dask {address}: no scheduler answered there; expected tcp://host:8786.") from None
    with client:
        _look_at_versions(client, address)
        futures = client.map(grade_one, jobs, pure=False, retries=RETRIES)
        numbers = {future.key: index for index, future in enumerate(futures)}
        for future in distributed.as_completed(futures):
            index = numbers[future.key]
            yield index, future.result() if future.status == "finished" else grade_one(jobs[index])
        client.run(clean_up)


def _look_at_versions(client, address):
    versions = client.run(_version)
    if not versions:
        raise CourseError(f"--dask {address}: the scheduler has no workers; start some with `dask worker`.")
    other = {version for version in versions.values() if version != nnbook.__version__}
    if other:
        raise CourseError(f"--dask {address}: the workers have nnbook {other.pop()}, here it is {nnbook.__version__}.")


def _version():
    return nnbook.__version__
