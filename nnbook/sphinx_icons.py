"""The theme's icons as drawings in the page, in place of a script of 540 kB that would draw sixteen of them."""

import re

# One icon in the theme's script: name:[width, height, [code points and other names], "code", "path"].
DEFINITION = re.compile(r'[{,]"?([a-z][a-z0-9-]*)"?:\[(\d+),(\d+),\[([^\]]*)\],"[0-9a-f]+","([^"]+)"\]')
PLACE = re.compile(r'<i class="([^"]*\bfa-[^"]*)"([^>]*)></i>')
SCRIPT = re.compile(
    r'\s*(?:<!-- So that users can add custom icons -->)?\s*<script defer src="[^"]*fontawesome\.js[^"]*"></script>'
)
MODIFIERS = {"solid", "regular", "brands", "lg", "fw"}


def read_icons(script):
    """{name: (width, height, path)} of all that a Font Awesome script draws; of two styles the solid one."""
    found = {}
    for name, width, height, others, path in DEFINITION.findall(script):
        for each in [name, *re.findall(r'"([^"]+)"', others)]:
            found[each] = int(width), int(height), path
    return found


def draw_icons(page, icons):
    """Return the page with each icon drawn in place, and without the script; KeyError for an unknown icon."""

    def draw(match):
        classes, rest = " ".join(match[1].split()), match[2]
        names = [word[3:] for word in classes.split() if word.startswith("fa-")]
        (name,) = [name for name in names if name not in MODIFIERS]
        width, height, path = icons[name]
        return (
            f'<svg class="{classes} icon"{rest} viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">'
            f'<path fill="currentColor" d="{path}"/></svg>'
        )

    return SCRIPT.sub("", PLACE.sub(draw, page))
