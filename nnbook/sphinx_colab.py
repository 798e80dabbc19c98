"""The button that opens a chapter in Colab: it leads to a copy with a cell that installs what Colab lacks.

Named in ``_config.yml``, with ``launch_buttons: colab_url``. The theme's link opens the notebook as it stands on the
main branch, where its first import would fail; the copies (scripts/colab.py) are published on a branch of their own.
"""

BRANCH = "colab"


def to_copy(url, branch):
    """The address of the copy, from the address in Colab of a notebook on a branch."""
    return url.replace(f"/blob/{branch}/", f"/blob/{BRANCH}/", 1)


def link_copies(app, pagename, templatename, context, doctree):
    """Let the theme's button for Colab open the copy."""
    branch = app.config.html_theme_options.get("repository_branch", "main")
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Colab":
                button["url"] = to_copy(button["url"], branch)


def setup(app):
    """Register with Sphinx, after the theme has made its buttons (priority 501)."""
    app.connect("html-page-context", link_copies, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
