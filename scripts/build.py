"""Build the book: every notebook executed, warnings are errors, and one readable block when something fails.

    python scripts/build.py            build what changed since the last good build
    python scripts/build.py --clean    build everything from nothing (for tests and publishing)

A change of the package, the configuration or the requirements rebuilds everything, because any printed number
may depend on it; a change of chapters alone rebuilds those chapters.
"""

import argparse
import os
import shutil
import sys

from dist import pack
from failures import describe_failures
from inputs import BUILD, ROOT, is_current, last_stamp, stamp, write_stamp
from kernels import isolate_kernels


def sphinx_build():
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
        BUILD / "html",
        noconfig=True,
        path_config=config,
        confoverrides=overrides,
        builder="html",
        warningiserror=True,
        keep_going=True,
        jobs=os.cpu_count() or 1,
        quiet=1,
    )
    return 0 if outcome == 0 else 1


def main(argv=None):
    """Build if needed; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the book into _build/html.")
    parser.add_argument("--clean", action="store_true", help="start from nothing")
    options = parser.parse_args(argv)
    if not options.clean and is_current():
        print("The book is up to date.")
        return 0
    now = stamp()
    if options.clean or last_stamp().get("engine") != now["engine"]:
        shutil.rmtree(BUILD, ignore_errors=True)
    # Without a stamp, a build that is interrupted or fails is never taken for a good one.
    (BUILD / "inputs.json").unlink(missing_ok=True)
    isolate_kernels()
    print("Building the book (every notebook is executed) ...", flush=True)
    if sphinx_build() != 0:
        print(describe_failures(BUILD / "html" / "reports", ROOT), file=sys.stderr)
        return 1
    pack(BUILD / "html")
    write_stamp(now)
    print(f"The book is in {(BUILD / 'html').relative_to(ROOT)}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
