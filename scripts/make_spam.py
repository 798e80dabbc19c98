"""Make nnbook/data/spam.npz from the Spambase table of the UCI repository, as comma-separated lines.

    python scripts/make_spam.py spambase.data

Rows that occur twice are kept once: an e-mail in the training and in the test part would be a leak.
"""

import sys
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "nnbook" / "data" / "spam.npz"
SEED = 11


def rows(path):
    """The table without duplicates, in an order drawn with a fixed seed."""
    lines = Path(path).read_text().strip().splitlines()
    table = np.array([[float(number) for number in line.split(",")] for line in lines if not line.startswith("@")])
    if table.shape[1] != 58 or not np.isin(table[:, -1], (0, 1)).all():
        raise ValueError(f"make_spam: expected 57 columns and a label of 0 or 1, got a table of {table.shape}")
    once = np.unique(table, axis=0)
    return np.random.default_rng(SEED).permutation(once)


def main(path):
    """Write the file."""
    table = rows(path)
    np.savez_compressed(TARGET, x=table[:, :-1].astype(np.float32), y=table[:, -1].astype(np.uint8))
    print(f"{len(table)} rows, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
