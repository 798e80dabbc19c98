"""An environment with PyTorch and scikit-learn, apart from the book's: comparisons and benchmarks run in it."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".venv-torch"
# PyTorch's CPU build; the book itself never depends on these.
REQUIREMENTS = "torch==2.13.0", "scikit-learn==1.9.1", "numpy==2.4.6"


def python():
    """The environment's interpreter; makes the environment the first time."""
    interpreter, done = FOLDER / "bin" / "python", FOLDER / "complete"
    if not done.exists() or done.read_text() != "\n".join(REQUIREMENTS):
        print("Installing PyTorch and scikit-learn in .venv-torch (once) ...", flush=True)
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS]
        if subprocess.run(pip, check=False).returncode:
            sys.exit("torch_environment: pip could not install PyTorch 2.13.0; see its message above, then run again.")
        done.write_text("\n".join(REQUIREMENTS))
    return interpreter


def run(*arguments):
    """Run the environment's Python on nnbook as it stands here; returns its exit code."""
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"}
    return subprocess.run([python(), *map(str, arguments)], cwd=ROOT, env=os.environ | paths, check=False).returncode
