"""Build the book: every notebook executed, warnings are errors, and one readable block when something fails.

    python scripts/build.py            build what changed since the last good build
    python scripts/build.py --clean    build everything from nothing (for tests and publishing)
    python scripts/build.py --check    read everything, resolve every reference, run and write nothing

A change of the package, the configuration or the requirements rebuilds everything, because any printed number
may depend on it; a change of chapters alone rebuilds those chapters, and runs those whose code changed.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from dist import pack
from failures import describe_failures
from inputs import BUILD, ROOT, is_current, last_stamp, stamp, write_stamp
from kernels import isolate_kernels

# Outputs are kept with the code that made them, so that an edit of prose runs nothing. What else they depend on
# (the package, the requirements) is the engine's stamp, and a build of another engine starts from nothing.
KEPT_OUTPUTS = {"nb_execution_mode": "cache", "nb_execution_cache_path": str(BUILD / ".jupyter_cache")}
# Stored notebooks have no pictures and no names of glued outputs, so without a run these are no news.
NOT_RUN = {"nb_execution_mode": "off", "suppress_warnings": ["myst.domains", "mystnb.glue", "mystnb.unknown_mime_type"]}


def sphinx_build(target, builder="html", **settings):
    """Run Jupyter Book's build on all cores; return 0 if there was neither error nor warning."""
    from jupyter_book.cli.main import build
    from jupyter_book.sphinx import build_sphinx

    # The command line of Jupyter Book cannot run notebooks in parallel; the function behind it can.
    config, source, overrides = build.callback(
        path_source=str(ROOT),
        path_output=None,
        config=None,
        toc=None,
        warningiserror=True,
        nitpick=True,
        keep_going=True,
        freshenv=False,
        builder="html",
        custom_builder=None,
        verbose=0,
        quiet=0,
        individualpages=False,
        get_config_only=True,
    )
    outcome = build_sphinx(
        source,
        target,
        noconfig=True,
        path_config=config,
        confoverrides=overrides | settings,
        builder=builder,
        warningiserror=True,
        keep_going=True,
        jobs=os.cpu_count() or 1,
        quiet=1,
    )
    return 0 if outcome == 0 else 1


def prepare_cache():
    """Make the data base of kept outputs before the workers come, each of whom would otherwise begin to make it."""
    from jupyter_cache import get_cache

    get_cache(KEPT_OUTPUTS["nb_execution_cache_path"]).list_cache_records()


def main(argv=None):
    """Build if needed; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the book into _build/html.")
    parser.add_argument("--clean", action="store_true", help="start from nothing")
    parser.add_argument("--check", action="store_true", help="look for warnings only: run and write nothing")
    options = parser.parse_args(argv)
    if options.check:
        with tempfile.TemporaryDirectory() as folder:
            # Jupyter Book keeps what it has read beside the target, where another check must not find it.
            return sphinx_build(Path(folder) / "nowhere", "dummy", **NOT_RUN)
    if not options.clean and is_current():
        print("The book is up to date.")
        return 0
    now = stamp()
    if options.clean or last_stamp().get("engine") != now["engine"]:
        shutil.rmtree(BUILD, ignore_errors=True)
    # Without a stamp, a build that is interrupted or fails is never taken for a good one.
    (BUILD / "inputs.json").unlink(missing_ok=True)
    isolate_kernels()
    print("Building the book (notebooks whose code has changed are run) ...", flush=True)
    prepare_cache()
    if sphinx_build(BUILD / "html", **KEPT_OUTPUTS) != 0:
        print(describe_failures(BUILD / "html" / "reports", ROOT), file=sys.stderr)
        return 1
    pack(BUILD / "html")
    write_stamp(now)
    print(f"The book is in {(BUILD / 'html').relative_to(ROOT)}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
