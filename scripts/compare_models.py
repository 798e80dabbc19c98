"""Measure the models of chapter 11 on all tasks and sizes, and write nnbook/data/comparison.npz. About ten minutes.

    OPENBLAS_NUM_THREADS=1 python scripts/compare_models.py [TASK …]

With names of tasks only these are measured again, and the rest of the file is kept.
"""

import sys
from pathlib import Path

import numpy as np

from nnbook.comparison import DRAWS, SHIFTS, SIZES, key
from nnbook.rivals import RIVALS, measure
from nnbook.tables import shifted, task

TARGET = Path(__file__).parents[1] / "nnbook" / "data" / "comparison.npz"


def learning_curves(name):
    """Outcomes of all rivals, of shape (draws, sizes, rivals, 5)."""
    return np.array(
        [
            [[measure(rival, name, size, seed) for rival in RIVALS] for size in SIZES[name]]
            for seed in range(DRAWS[name])
        ]
    )


def shift_curves(draws=3, size=4000):
    """Accuracies on test digits moved by SHIFTS pixels, of shape (draws, shifts, rivals)."""
    x, y, x_test, y_test = task("digits", 0)
    found = []
    for seed in range(draws):
        rows = np.random.default_rng(seed).permutation(len(x))[:size]
        models = [rival(seed).fit(x[rows], y[rows]) for rival in RIVALS.values()]
        found.append([[np.mean(m.predict(shifted(x_test, k)) == y_test) for m in models] for k in SHIFTS])
    return np.array(found)


def main(names):
    """Measure everything, or what is named, and write the file."""
    results = dict(np.load(TARGET, allow_pickle=False)) if names else {"shift": shift_curves()}
    for name in names or sorted(SIZES, reverse=True):
        results[key(name)] = learning_curves(name)
        print(name, results[key(name)][..., 0].mean(axis=0).round(3).tolist(), flush=True)
    np.savez_compressed(TARGET, **{name: values.astype(np.float32) for name, values in results.items()})
    print(f"{TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
