"""Make nnbook/data/digits.npz from the four files of MNIST: 12,000 digits, drawn evenly over the classes.

    python scripts/make_digits.py FOLDER

FOLDER holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
t10k-labels-idx1-ubyte, uncompressed; their MD5 sums are checked. The draw has a fixed seed, so the same
digits come out each time.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

SEED = 1998
SUMS = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
TARGET = Path(__file__).parent.parent / "nnbook" / "data" / "digits.npz"


def read(folder, name, header):
    """The bytes of one file after its header, as uint8; exits with one sentence if the file is another
    one."""
    path = Path(folder) / name
    if not path.is_file():
        sys.exit(f"make_digits: expected {name} in {folder}, found none; put MNIST's four files there, unpacked.")
    content = path.read_bytes()
    if hashlib.md5(content).hexdigest() != SUMS[name]:
        sys.exit(f"make_digits: {name} doesn't have MNIST's MD5 sum {SUMS[name]}; fetch the file again.")
    return np.frombuffer(content, np.uint8, offset=header)


def draw(rng, labels, of_each_class):
    """Indices of as many examples of each class, without replacement, interleaved so that any prefix is
    balanced."""
    chosen = [rng.choice(np.flatnonzero(labels == digit), of_each_class, replace=False) for digit in range(10)]
    return np.concatenate([rng.permutation(round_) for round_ in np.transpose(chosen)])


def main(folder):
    rng = np.random.default_rng(SEED)
    arrays = {}
    for part, stem, of_each_class in [("train", "train", 1000), ("test", "t10k", 200)]:
        images = read(folder, f"{stem}-images-idx3-ubyte", 16).reshape(-1, 784)
        labels = read(folder, f"{stem}-labels-idx1-ubyte", 8)
        chosen = draw(rng, labels, of_each_class)
        arrays |= {
            f"{part}_images": images[chosen],
            f"{part}_labels": labels[chosen],
            f"{part}_index": chosen.astype(np.uint16),
        }
    np.savez_compressed(TARGET, **arrays)
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/make_digits.py FOLDER")
    main(sys.argv[1])
