"""Many at once: any number of workers gives the same, a Dask cluster too, and a killed worker costs a retry."""

import json
import os
import re
import signal
import threading
import time

import distributed
import pytest
from course_submissions import solved, with_cell

from nnbook.course import parallel, watch
from nnbook.course.assign import plan_of
from nnbook.course.errors import CourseError
from nnbook.course.grading import job_of
from nnbook.course.roster import Student
from nnbook.course.sandbox import Limits

CHOSEN = ["hidden-layer", "neuron-output", "forward"]


@pytest.fixture(scope="module")
def jobs():
    """Four submissions: right ones that take a moment, and one that ends its process."""
    plan, picked = plan_of("1", seed=5, names=CHOSEN, personal=True)
    made = []
    for number in range(4):
        student = Student(f"s{number}")
        data = solved(plan, picked, plan.seed_of(student.id))
        data = with_cell(data, "import os\nos._exit(1)" if number == 2 else "import time\ntime.sleep(0.3)")
        made.append(job_of(plan, student, json.dumps(data).encode(), "", Limits(), [], {}))
    return made


@pytest.fixture(scope="module")
def expected(jobs):
    """The reports of one worker."""
    return parallel.grade_all(jobs, workers=1)


def test_reports_are_plain_data_in_the_order_of_the_jobs(jobs, expected):
    assert [report["student"] for report in expected] == [job["student"] for job in jobs]
    assert all(result["score"] == 1.0 for report in expected for result in report["results"])
    assert json.loads(json.dumps(expected)) == expected


def test_two_workers_give_the_same(jobs, expected):
    assert parallel.grade_all(jobs, workers=2) == expected


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two workers in processes of their own, reached by this machine's own address only."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def test_a_cluster_gives_the_same_even_when_a_worker_is_killed(jobs, expected, cluster):
    address = cluster.scheduler_address
    victims = [nanny.pid for nanny in cluster.workers.values()]
    assert len(victims) == 2

    def kill():
        # As soon as it has started a student's process, so that it dies over a submission.
        while not watch.descendants(victims[0]):
            time.sleep(0.01)
        os.kill(victims[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    assert parallel.grade_all(jobs, dask=address) == expected
    killer.join(10)
    assert not killer.is_alive() and cluster.workers[0].pid != victims[0]


def test_what_a_cluster_gives_up_on_is_graded_here(jobs, expected, monkeypatch):
    class Future:
        def __init__(self, key):
            self.key, self.status = key, "error" if key == 1 else "finished"

        def result(self):
            assert self.status == "finished", "a cluster hands out what went wrong when it is asked for a result"
            return expected[self.key]

    class Client:
        """Has graded all jobs but one, and answers in another order."""

        def __init__(self, *args, **known):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *args):
            pass

        def run(self, function):
            return {"worker": function()}

        def map(self, function, jobs, **known):
            return [Future(number) for number in range(len(jobs))]

    here = []
    grade_one = parallel.grade_one
    monkeypatch.setattr(distributed, "Client", Client)
    monkeypatch.setattr(distributed, "as_completed", reversed)
    monkeypatch.setattr(parallel, "grade_one", lambda job: here.append(job) or grade_one(job))
    assert parallel.grade_all(jobs, dask="tcp://127.0.0.1:1") == expected
    assert here == [jobs[1]]


def test_a_cluster_that_is_not_there_is_told():
    with pytest.raises(CourseError, match=re.escape("--dask nonsense: no scheduler answered there")):
        parallel.grade_all([], dask="nonsense")
