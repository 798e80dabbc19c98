"""Throughput of an epoch against PyTorch, scikit-learn and a loop of plain numpy: each in a process of its own,
taking turns."""

import multiprocessing
import os
import time
from statistics import median

from benchmarks.libraries import LIBRARIES, data

CASES = [((784, 16, 16, 10), 32), ((784, 128, 10), 32), ((784, 512, 256, 10), 128)]
THREADS = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"
# The threads of a library go on spinning for up to 200 ms after its last product; the next library shall not pay.
REST = 0.4


def main(rounds=15, threads=(1, 2)):
    """Print the table of ratios."""
    against = [f"against {name}" for name in list(LIBRARIES)[1:]]
    print(f"| network | batch | threads | {' | '.join(against)} |")
    print("|---" * (3 + len(against)) + "|")
    for sizes, batch_size in CASES:
        for n in threads:
            seconds = measure(sizes, batch_size, n, rounds)
            ratios = [f"{_ratio(seconds[name], seconds['nnbook']):.2f}" for name in list(LIBRARIES)[1:]]
            network = "-".join(map(str, sizes))
            print(f"| {network} | {batch_size} | {n} | {' | '.join(ratios)} |", flush=True)


def measure(sizes, batch_size, threads, rounds):
    """Seconds of each round's epoch, for each library; the libraries take turns, after one epoch each to warm
    up."""
    os.environ.update(dict.fromkeys(THREADS, str(threads)))
    context = multiprocessing.get_context("spawn")
    pipes, processes = {}, []
    for name in LIBRARIES:
        pipes[name], theirs = context.Pipe()
        processes.append(context.Process(target=_work, args=(theirs, name, sizes, batch_size), daemon=True))
        processes[-1].start()
    for pipe in pipes.values():
        _ask(pipe)
    seconds = {name: [] for name in pipes}
    for _ in range(rounds):
        for name, pipe in pipes.items():
            seconds[name].append(_ask(pipe))
    for pipe, process in zip(pipes.values(), processes, strict=True):
        pipe.send("done")
        process.join()
    return seconds


def _ratio(theirs, ours):
    # Round by round, since what else the machine does changes between rounds.
    return median(t / o for t, o in zip(theirs, ours, strict=True))


def _ask(pipe):
    time.sleep(REST)
    pipe.send("epoch")
    return pipe.recv()


def _work(pipe, name, sizes, batch_size):
    epoch = LIBRARIES[name](sizes, batch_size, *data())
    while pipe.recv() == "epoch":
        started = time.perf_counter()
        epoch()
        pipe.send(time.perf_counter() - started)
