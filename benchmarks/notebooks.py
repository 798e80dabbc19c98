"""Notebooks: how long each takes, and the most memory that its kernel holds; Binder's machines have 2 GB.

    python -m benchmarks notebooks
    python -m benchmarks.notebooks book/01-neurons.ipynb    some of them
"""

import os
import sys
import time
from pathlib import Path

from nbclient import NotebookClient
from nbformat import v4

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from kernels import isolate_kernels
from notebooks import notebook_paths, read

LIMIT = 1000  # megabytes; a chapter that holds more is a defect
# The kernel's own peak, as Linux counts it from the start of its program. Elsewhere getrusage knows it, in bytes.
PEAK = """
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    kilobytes = int(status.read_text().partition("VmHWM:")[2].split()[0])
    print(kilobytes * 1024)
else:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main(paths=()):
    """Print the table; return 1 if a notebook holds more than it may."""
    os.environ.pop("NNBOOK_STATIC", None)
    isolate_kernels()
    print("| notebook | seconds | peak memory |")
    print("|---|---|---|")
    heaviest = 0
    for path in paths or notebook_paths():
        seconds, megabytes = measure(path)
        heaviest = max(heaviest, megabytes)
        print(f"| {Path(path).stem} | {seconds:.1f} | {megabytes:.0f} MB |", flush=True)
    print(f"\nThe heaviest holds {heaviest:.0f} MB; at most {LIMIT} MB are allowed.")
    return int(heaviest > LIMIT)


def measure(path):
    """(seconds, megabytes) of one notebook, run from its own folder in a kernel of its own."""
    notebook = read(path)
    notebook.cells.append(v4.new_code_cell(PEAK))
    resources = {"metadata": {"path": str(Path(path).parent)}}
    start = time.perf_counter()
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    return time.perf_counter() - start, int(notebook.cells[-1].outputs[0].text) / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
