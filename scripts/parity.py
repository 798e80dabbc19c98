"""Compare nnbook with PyTorch, live, on cases drawn from a fresh seed.

    python scripts/parity.py [CASES] [SEED]

Prints the largest deviation of each quantity; fails if one is beyond its tolerance, naming the case.
"""

import secrets
import sys

import torch_environment


def main(cases=100, seed=None):
    seed = secrets.randbelow(10**9) if seed is None else int(seed)
    return torch_environment.run("scripts/parity_live.py", cases, seed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
