"""Run notebooks in place and store them as they are to be committed.

python scripts/run_notebooks.py                        all of the book
python scripts/run_notebooks.py book/01-neurons.ipynb  some
"""

import os
import sys
from pathlib import Path

from kernels import isolate_kernels
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from notebooks import normal_form, notebook_paths, read, write


def run(path):
    """Run one notebook from its own folder, as JupyterLab does; raise CellExecutionError if a cell raises."""
    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(Path(path).parent)}},
    )
    client.execute()
    write(normal_form(notebook), path)


def main(arguments):
    """Run the named notebooks, or all; return the exit code."""
    # A reader's kernel is live; the build alone asks for static output.
    os.environ.pop("NNBOOK_STATIC", None)
    isolate_kernels()
    failed = 0
    for path in arguments or notebook_paths():
        print(f"Running {path} ...", flush=True)
        try:
            run(path)
        except CellExecutionError as error:
            failed += 1
            print(f"{path} is left as it was, because a cell raised an error:\n{error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
