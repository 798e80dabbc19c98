"""Print the tables: `python -m benchmarks`, or one of them by its name.

speed and memory are measured in an environment that has PyTorch and scikit-learn; it is made when it is missing.
"""

import argparse
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path

# Each is a module of this folder with a `main()`.
AGAINST_PYTORCH = ("speed", "memory")
TABLES = (*AGAINST_PYTORCH, "grading", "notebooks", "pages")


def parse(argv):
    """The names of the tables to print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Print the tables of speed.")
    known = f"of {', '.join(TABLES)} (default: {' '.join(AGAINST_PYTORCH)})"
    parser.add_argument("tables", nargs="*", metavar="table", help=known)
    tables = parser.parse_args(argv).tables or list(AGAINST_PYTORCH)
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        parser.error(f"there is no table {unknown[0]!r}; choose from {', '.join(TABLES)}")
    return tables


def main(argv):
    """Print what is asked for; return the exit code."""
    tables = parse(argv)
    if set(tables) & set(AGAINST_PYTORCH) and (find_spec("torch") is None or find_spec("sklearn") is None):
        sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
        import torch_environment

        return torch_environment.run("-m", "benchmarks", *tables)
    for i, name in enumerate(tables):
        print(end="\n" if i else "")
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
