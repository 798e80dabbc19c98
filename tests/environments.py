"""What a reader's machine has: a copy of the repository, an environment from requirements.txt alone, JupyterLab."""

import os
import re
import shutil
import subprocess
import sys
import threading
import venv
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from inputs import ROOT

TOKEN = "reader"
# Where nothing answers: whatever the server or a kernel asks of another host fails at once.
NOWHERE = "http://127.0.0.1:9"
OURS = ("NNBOOK", "JUPYTER", "IPYTHON", "PYTHON", "VIRTUAL_ENV")


def copy_tracked(target):
    """Copy what git tracks, as it stands here, and nothing else; return the folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():  # tracked still, deleted already
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def make_environment(folder, repository):
    """Make an environment of the pins and the package, as Binder's is; return its folder `bin`.

    pip has installed the pins here, from the same file; their files, and no others, are linked into the new
    environment: unpacking a hundred packages once more would tell nothing new. The package is installed.
    """
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    for name, version in pins(repository).items():
        distribution = metadata.distribution(name)
        assert distribution.version == version, f"{name} {distribution.version} is installed here, not {version}"
        for file in distribution.files:
            link(Path(distribution.locate_file(file)), site / file)
    done = run_pip(folder, "install", "--quiet", "--no-deps", repository)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def pins(repository):
    """The packages that requirements.txt names, with their versions."""
    lines = (repository / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def link(source, target):
    """Give a file of a package a second name, or its content where that cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


def run_pip(folder, *arguments):
    """Let the pip at hand work on another environment: one of its own would take longer and add nothing."""
    command = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=readers(os.environ))


def readers(environ, **more):
    """A reader's variables: without those of the tests and the build."""
    return {name: value for name, value in environ.items() if not name.startswith(OURS)} | more


@contextmanager
def jupyterlab(bin, root, home):
    """Run JupyterLab in a folder, alone with the pages it serves; give its address, without a slash at the end."""
    quiet = ("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly")
    server = ("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={root}", "--allow-root")
    asked = (f"--IdentityProvider.token={TOKEN}", "--no-browser", "--LabApp.expose_app_in_browser=True")
    alone = {"HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1"}
    # Threads that wait for each other on a busy machine make a chapter take minutes instead of seconds.
    variables = readers(os.environ, HOME=str(home), OPENBLAS_NUM_THREADS="1", **alone)
    command = [bin / "python", "-m", "jupyterlab", *server, *asked, *quiet]
    process = subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True)
    try:
        yield address(process)
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def address(process):
    """Wait until a server says where it listens; then keep its pipe empty."""
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+(?=/lab)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found.group()
    raise RuntimeError("JupyterLab ended before it served anything:\n" + "".join(said))
