"""What the book's build needs from the package: static explorers, local mathematics, pages open to everyone.

Listed in ``_config.yml`` under ``sphinx: extra_extensions``. It changes nothing that an author writes; it
decides what a page loads. The promise it keeps: a page requests nothing from another host.
"""

import importlib.util
import os
import shutil
from pathlib import Path

from nnbook import __version__, sphinx_site
from nnbook.sphinx_alone import link_alone, write_alone
from nnbook.sphinx_icons import draw_icons, read_icons
from nnbook.sphinx_map import draw_map
from nnbook.sphinx_pages import CHOOSE_THEME, mend_page
from nnbook.sphinx_policy import protect

STATIC = Path(__file__).parent / "static"
STYLES = ("nnbook.css", "exercises.css", "theme.css", "print.css")
SCRIPTS = ("pages.js", "explorers.js", "exercises.js")
DRAWING = 'class="explorer still drawing"'
DRAWING_SCRIPTS = ("digit-network.js", "draw-digit.js")
# What a link to the book shows where it is shared.
PICTURE = Path("docs") / "screenshot.png"
MATHJAX_PARTS = ("tex-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2")


def configure(app, config):
    """Switch kernels to static output and name the assets of every page."""
    # Kernels inherit the build's environment: explorers and exercises then publish HTML, not live widgets.
    os.environ["NNBOOK_STATIC"] = "1"
    config.html_static_path.append(str(STATIC))
    config.mathjax_path = "mathjax/tex-chtml.js"
    for style in STYLES:
        app.add_css_file(style, priority=900)
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")


def allow_parallel_reading(app, env, docnames):
    """Let notebooks run side by side, and deal the documents out to the processes like cards.

    Sphinx gives each process a run of neighbors, so that one would execute almost all chapters. What it misses before
    it reads in parallel is a declaration that sphinx-multitoc-numbering leaves out; that only numbers sections, after
    all documents have been read and merged.
    """
    docnames[:] = [name for start in range(app.parallel) for name in docnames[start :: app.parallel]]
    numbering = app.extensions.get("sphinx_multitoc_numbering")
    if numbering is not None:
        numbering.parallel_read_safe = True


def keep_formulas(app, what, name, thing, options, lines):
    """Escape what formulas in docstrings share with reStructuredText: the bars of |x|, the stars of *args."""
    in_code = False
    for i, line in enumerate(lines):
        in_code = in_code and (not line or line.startswith(" "))
        if not in_code:
            parts = line.split("`")
            parts[::2] = [part.replace("|", "\\|").replace("*", "\\*") for part in parts[::2]]
            lines[i] = "`".join(parts)
        in_code = in_code or line.endswith("::")


def mathjax_folder():
    """Return where sphinx-mathjax-offline keeps MathJax; raise FileNotFoundError if it is not installed."""
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    if spec is None:
        raise FileNotFoundError(
            "mathematics: sphinx-mathjax-offline is missing; pip install -r requirements.txt"
        )
    return Path(spec.origin).parent / "static" / "mathjax"


def copy_mathjax(app):
    """Copy the parts of MathJax that TeX input and HTML output need (2 MB of 24)."""
    if app.builder.format != "html":
        return
    source, target = mathjax_folder(), Path(app.outdir) / "_static" / "mathjax"
    for part in MATHJAX_PARTS:
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, dirs_exist_ok=True)
        else:
            shutil.copyfile(source / part, target / part)


def is_thebe(asset):
    """Tell whether an asset belongs to sphinx-thebe, whose kernels live elsewhere; nobody switched it on."""
    text = str(asset.filename or "") + str(asset.attributes.get("body", ""))
    return "thebe" in text


def drop_unused_assets(app, pagename, templatename, context, doctree):
    """Take the scripts and styles of sphinx-thebe off the page."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not is_thebe(asset)]


def bring_drawing(app, pagename, templatename, context, doctree):
    """Name the weights, script and style of the drawing figure on pages that show it, and on no others."""
    if DRAWING in context.get("body", ""):
        app.add_css_file("draw-digit.css", priority=900)
        for script in DRAWING_SCRIPTS:
            app.add_js_file(script, loading_method="defer")


def remove_thebe_nodes(app, doctree, docname):
    """Remove the inline configuration that sphinx-thebe appends to every document."""
    for node in list(doctree.children):
        if node.tagname == "raw" and ("thebe" in node.astext() or "<script>kernelName" in node.astext()):
            doctree.remove(node)


def finish_site(app, exception):
    """Finish an HTML build: mend its pages, add those that Sphinx does not know, protect them all."""
    if exception is not None or app.builder.format != "html":
        return
    folder, base = Path(app.outdir), app.config.html_baseurl
    script = folder / "_static" / "scripts" / "fontawesome.js"
    icons = read_icons(script.read_text(encoding="utf-8"))
    for path, page in unfinished(folder):
        mended = sphinx_site.state_version(link_alone(draw_icons(mend_page(page), icons)))
        path.write_text(mended, encoding="utf-8")
    write_alone(folder, CHOOSE_THEME)
    draw_map(folder, app.config.root_doc, [name for name in chapters(app.env) if name.startswith("book/")])
    picture = Path(app.confdir) / PICTURE
    if picture.exists():
        shutil.copyfile(picture, folder / "_static" / "share.png")
    if app.config.root_doc != "index":
        sphinx_site.write_front(folder, app.config.root_doc, app.config.project)
    sphinx_site.write_not_found(folder, base, app.config.project)
    sphinx_site.write_map(folder, base)
    for path, page in unfinished(folder):
        path.write_text(protect(page), encoding="utf-8")


def chapters(env):
    """The documents in the order of the table of contents."""
    found, waiting = [], [env.config.root_doc]
    while waiting:
        name = waiting.pop(0)
        found.append(name)
        waiting = env.toctree_includes.get(name, []) + waiting
    return found


def unfinished(folder):
    """(path, text) of the pages without a policy, the last thing that a page gets.

    An incremental build leaves the others as they are.
    """
    for path in sorted(folder.rglob("*.html")):
        page = path.read_text(encoding="utf-8") if "_static" not in path.parts else ""
        if page and "Content-Security-Policy" not in page:
            yield path, page


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("nnbook.sphinx_index")
    app.connect("config-inited", configure)
    app.connect("builder-inited", copy_mathjax)
    if "sphinx.ext.autodoc" in app.extensions:
        app.connect("autodoc-process-docstring", keep_formulas)
    app.connect("env-before-read-docs", allow_parallel_reading)
    app.connect("doctree-resolved", remove_thebe_nodes, priority=900)
    app.connect("html-page-context", bring_drawing)
    app.connect("html-page-context", sphinx_site.add_tags)
    app.connect("html-page-context", drop_unused_assets, priority=900)
    app.connect("build-finished", finish_site)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
