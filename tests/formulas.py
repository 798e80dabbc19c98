"""The formulas within sentences; run as a script it prints them, as tests/formulas.txt holds them.

python tests/formulas.py > tests/formulas.txt
"""

import ast
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"^(`{3,})(?!\{(?:note|tip|warning|admonition)).*?^\1|(?<!`)`[^`\n]+`(?!`)", re.MULTILINE | re.DOTALL)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$")
# What says something of its symbols, and does not only name one.
SAYS = re.compile(
    r"[-+*/^=<>≤≥≈≠∝→·×−]|\\(?:le|ge|ne|approx|propto|to|mapsto|in|sim|frac|cdot|times|sum|prod|sqrt|max|min)\b"
)


def sources():
    """(where, text) of everything in which a formula may stand within a sentence."""
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        yield path.stem, "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for path in sorted((ROOT / "book").glob("*.md")):
        yield path.stem, path.read_text(encoding="utf-8")
    for folder in ("exercises", "explorers"):
        for path in sorted((ROOT / "nnbook" / folder).glob("*.py")):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            texts = [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
            texts.sort(key=lambda node: (node.lineno, node.col_offset))
            yield f"{folder}/{path.stem}", "\n\n".join(node.value for node in texts)


def formulas(text):
    """The formulas within the sentences of a text that say something, each once, in the order in which they come."""
    text = DISPLAYED.sub("", CODE.sub("", text))
    found = [" ".join(formula.split()) for formula in INLINE.findall(text)]
    return list(dict.fromkeys(formula for formula in found if SAYS.search(formula)))


def listed():
    """One line for each formula and place."""
    return [f"{where}: {formula}" for where, text in sources() for formula in formulas(text)]


if __name__ == "__main__":
    print("\n".join(listed()))
