"""Print the tables: `python -m benchmarks`. They are measured in an environment that has PyTorch and scikit-learn."""

import sys
from importlib.util import find_spec
from pathlib import Path

if __name__ == "__main__":
    if find_spec("torch") is None or find_spec("sklearn") is None:
        sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
        import torch_environment

        sys.exit(torch_environment.run("-m", "benchmarks", *sys.argv[1:]))
    from benchmarks import memory, speed

    speed.main()
    print()
    memory.main()
