"""Write the locks: every pinned package with the SHA-256 of each of its files, so that pip takes no others.

    python scripts/lock.py            write both locks, check them, and install from them in fresh environments
    python scripts/lock.py --check    check that the locks belong to the pins; asks no server

requirements.lock      what requirements.txt pins, nothing else
requirements-dev.lock  what the extras of pyproject.toml add to it, directly or not

    pip install --require-hashes -r requirements.lock

The hashes are those of the files for all systems. But pip may want a package more on other systems than the one on
which the locks were written, and with hashes it takes none that is not listed; so readers install requirements.txt.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from inputs import BUILD, ROOT
from pythons import interpreters

TOOL = "pip-tools==7.6.2"
LOCK, EXTRA = "requirements.lock", "requirements-dev.lock"
HEADER = "# {what}, with the hashes of their files.\n# Written by `make lock`, to be run when the pins move.\n\n"
# A pin names the package's extras that others ask for: without them some versions of pip take these from elsewhere.
PIN = r"^([\w.-]+)(?:\[[\w.,-]+\])?=="
# One package of a lock: its pin, then whatever is indented.
ENTRY = re.compile(PIN + r".*\n(?:[ ]+.*\n)*", re.MULTILINE)
HASHES = re.compile(r"\S+==[^\s;\\]+(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n")
# The machine's own settings of pip say where files come from; the locks do not.
OPTIONS = (
    *("--quiet", "--generate-hashes", "--allow-unsafe", "--no-strip-extras", "--no-header", "--no-annotate"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options"),
)


def pins(text):
    """Return {name: version} of the lines ``name==version``, with or without hashes below."""
    return dict(re.findall(PIN + r"([^\s;\\]+)", text, re.MULTILINE))


def entries(text):
    """Return {name: its lines} of a lock."""
    return {match[1]: match[0] for match in ENTRY.finditer(text)}


def extras(project):
    """Return {name: version} of what the extras in a pyproject.toml name."""
    named = tomllib.loads(project)["project"]["optional-dependencies"].values()
    return pins("\n".join(line for lines in named for line in lines))


def differences(wanted, locked, file):
    """Say where the versions in a lock are not those that are wanted."""
    return [
        f"{file}: {name} is {locked.get(name, 'missing')}, pinned is {version}"
        for name, version in wanted.items()
        if locked.get(name) != version
    ]


def unhashed(text, file):
    """Name the entries without a hash, and what else in a lock is not a package with SHA-256 hashes."""
    bad = [name for name, lines in entries(text).items() if not HASHES.fullmatch(lines)]
    rest = [line for line in ENTRY.sub("", text).splitlines() if line and not line.startswith("#")]
    return [f"{file}: {name} has no proper hashes" for name in bad] + [
        f"{file}: has a line that is no package: {line}" for line in rest
    ]


def complaints(requirements, project, lock, extra):
    """What is wrong with the texts of the two locks, given those of requirements.txt and pyproject.toml."""
    wanted, locked, more = pins(requirements), pins(lock), pins(extra)
    # An extra that requirements.txt pins too, as pytest, stands in the first lock.
    named = {name: version for name, version in extras(project).items() if name not in wanted}
    foreign = [f"{LOCK}: {name} is not pinned in requirements.txt" for name in locked if name not in wanted]
    twice = [f"{EXTRA}: {name} stands in {LOCK} already" for name in more if name in wanted]
    wrong = differences(wanted, locked, LOCK) + differences(named, more, EXTRA) + foreign + twice
    return wrong + unhashed(lock, LOCK) + unhashed(extra, EXTRA)


def check():
    """Return what is wrong with the locks as they are stored."""
    names = ("requirements.txt", "pyproject.toml", LOCK, EXTRA)
    missing = [f"{name} is missing" for name in names if not (ROOT / name).exists()]
    return missing or complaints(*((ROOT / name).read_text(encoding="utf-8") for name in names))


def pip_in(folder, command, *arguments):
    """Make an environment with a Python, run its pip, and return its folder `bin`."""
    subprocess.run([command, "-m", "venv", "--clear", folder], check=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "--quiet", *arguments], check=True, cwd=ROOT)
    return folder / "bin"


def write(command):
    """Resolve pins and extras with a Python, and write both locks."""
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    wanted = pins(requirements)
    named = extras((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked.txt"), Path(folder, "answered.txt")
        asked.write_text("\n".join(f"{name}=={version}" for name, version in {**named, **wanted}.items()))
        bin = pip_in(BUILD / "lock", command, "install", TOOL)
        subprocess.run([bin / "pip-compile", *OPTIONS, "--output-file", answered, asked], check=True)
        found = entries(answered.read_text())
    parts = {LOCK: [found[name] for name in sorted(wanted)]}
    parts[EXTRA] = [lines for name, lines in sorted(found.items()) if name not in wanted]
    what = {LOCK: "The pins of requirements.txt", EXTRA: "What the extras of pyproject.toml add to the pins"}
    for file, lines in parts.items():
        (ROOT / file).write_text(HEADER.format(what=what[file]) + "".join(lines), encoding="utf-8")


def install(command):
    """Install both locks, with nothing but the files that they list, in a fresh environment of a Python."""
    with tempfile.TemporaryDirectory() as folder:
        locks = ("--require-hashes", "-r", LOCK, "-r", EXTRA)
        bin = pip_in(Path(folder, "fresh"), command, "install", *locks)
        subprocess.run([bin / "python", "-m", "pip", "--quiet", "check"], check=True)


def main(argv=None):
    """Write and check, or only check; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description="Lock the pinned packages by the hashes of their files.")
    parser.add_argument("--check", action="store_true", help="only compare the locks with the pins")
    options = parser.parse_args(argv)
    if not options.check:
        commands = interpreters()
        print(f"Resolving with {commands[0]} ...", flush=True)
        write(commands[0])
    wrong = check()
    print("".join(f"{line}\n" for line in wrong), end="")
    for command in [] if wrong or options.check else commands:
        print(f"Installing from the locks with {command} ...", flush=True)
        install(command)
    sizes = [len(pins((ROOT / file).read_text(encoding="utf-8"))) for file in (LOCK, EXTRA)]
    print(f"packages locked {sizes[0]}, more for developers {sizes[1]}, complaints {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
