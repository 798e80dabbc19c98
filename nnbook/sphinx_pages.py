"""Small repairs to finished pages, where the theme's HTML falls short."""

import re

# The theme leaves "auto" to a script that comes late: without scripts a page then has no colors at all, and
# with them it flashes. So the page is light by itself, and this, before anything is drawn, may make it dark.
CHOOSE_THEME = """<script>
    (function (root, keep) {
      try { keep = localStorage; } catch (refused) { keep = { getItem: function () { return null; } }; }
      var dark = matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.mode = keep.getItem("mode") || "auto";
      root.dataset.theme = keep.getItem("theme") || (dark ? "dark" : "light");
    })(document.documentElement);
  </script>"""

THEME_SCRIPT = re.compile(r'<script data-cfasync="false">.*?</script>', re.DOTALL)
PRELOAD = re.compile(r'<link rel="preload" as="script"[^>]*>')
LOGO = re.compile(r'alt="\w+ logo"')
VIEWPORT = re.compile(r'<meta name="viewport" content="[^"]*"\s*/>')


def choose_theme_early(page):
    """Replace the theme's own choice between light and dark by one that needs no later script."""
    page = page.replace('data-theme="auto"', 'data-theme="light"', 1)
    return THEME_SCRIPT.sub(lambda _: CHOOSE_THEME, page, count=1)


def keep_one_viewport(page):
    """Keep the first of the three equal viewport tags."""
    first = VIEWPORT.search(page)
    return page if first is None else page[: first.end()] + VIEWPORT.sub("", page[first.end() :])


def drop_preloads(page):
    """Drop hints to fetch scripts early: the scripts come anyway, and where they are off the hints fail."""
    return PRELOAD.sub("", page)


def undo_deprecated_roles(page):
    """Call the entries of a bibliography what ARIA calls them since 1.2: items of a list."""
    return page.replace('role="doc-biblioentry"', 'role="listitem"')


def quiet_logos(page):
    """Let a logo beside its own name say nothing: "Binder logo Binder" is one word too often."""
    return LOGO.sub('alt=""', page)


def mend_page(page):
    """Return the page (HTML text) with every repair applied; a mended page is left as it is."""
    for repair in (choose_theme_early, keep_one_viewport, drop_preloads, undo_deprecated_roles, quiet_logos):
        page = repair(page)
    return page
