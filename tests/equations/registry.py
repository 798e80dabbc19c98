"""Which code holds which displayed equation: a check, or the reason in words why there is nothing to check.

A check gets a random generator and yields pairs (what the equation says, what nnbook or the chapter's own code
computes); a third number is a relative tolerance other than TIGHT. The equation is transcribed from the LaTeX above
it, term by term, and not from the code that it is compared with.
"""

import ast
import re
from dataclasses import dataclass

import numpy as np
from inputs import ROOT
from notebooks import read

TIGHT = 1e-12
SEEDS = (0, 1, 2)
DISPLAYED = re.compile(r"\$\$(.*?)\$\$[ \t]*(?:\((eq:[^)]*)\))?", re.DOTALL)
OTHER_DISPLAYS = re.compile(r"```\{math\}|:::\{math\}|(?<!\\)\\\[|\\begin\{(?:equation|align|gather|multline)\*?\}")

REGISTERED = {}


@dataclass(frozen=True)
class Entry:
    """An equation as it is displayed, with its check or the reason for having none."""

    latex: str
    check: object = None
    reason: str = ""


def holds(label, latex):
    """Register a check of the equation with this label and this LaTeX."""

    def keep(check):
        assert label not in REGISTERED, f"{label} is registered twice"
        REGISTERED[label] = Entry(normal(latex), check)
        return check

    return keep


def in_words(label, latex, reason):
    """Register an equation that no code implements."""
    assert label not in REGISTERED, f"{label} is registered twice"
    REGISTERED[label] = Entry(normal(latex), reason=reason)


def normal(latex):
    """LaTeX with every run of white space as one space."""
    return " ".join(latex.split())


def displayed(texts):
    """(label or None, LaTeX) of every displayed equation in pieces of Markdown."""
    return [(label or None, normal(latex)) for text in texts for latex, label in DISPLAYED.findall(text)]


def relations(latex):
    """How many equalities an equation states: =, ← and ≈ outside of indices and words."""
    latex = re.sub(r"\\text\{[^}]*\}", "", latex)
    latex = re.sub(r"[_^]\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", "", latex)
    return len(re.findall(r"=|\\leftarrow|\\approx", latex))


def complaints(label, entry, seed):
    """What is wrong with the pairs of a check: too few of them, not finite, or apart."""
    found, pairs = [], list(entry.check(np.random.default_rng(seed)))
    if len(pairs) < max(1, relations(entry.latex)):
        found.append(f"{label}: {relations(entry.latex)} equalities are displayed, {len(pairs)} pairs compared")
    for number, (says, computes, *tolerance) in enumerate(pairs, start=1):
        says, computes = np.asarray(says, float), np.asarray(computes, float)
        bound = tolerance[0] if tolerance else TIGHT
        apart = np.abs(says - computes).max() if says.shape == computes.shape else np.inf
        # Where one side is zero by the equation itself there is no size to compare with.
        size = min(np.abs(says).max(initial=0), np.abs(computes).max(initial=0)) or 1.0
        if not apart <= bound * size:
            found.append(f"{label}, pair {number}: the equation gives {says!s:.200}, the code {computes!s:.200}")
    return found


def chapter_code(name):
    """The syntax trees of a chapter's code cells; a cell that begins with a magic command has none."""
    sources = [cell.source for cell in read(ROOT / "book" / f"{name}.ipynb").cells if cell.cell_type == "code"]
    return [ast.parse(source) for source in sources if not source.lstrip().startswith("%")]


def chapter_function(name, function, **names):
    """A function as a chapter defines it, which sees numpy and the names given."""
    for tree in chapter_code(name):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == function:
                space = {"np": np} | names
                exec(compile(ast.Module([node], []), name, "exec"), space)
                return space[function]
    raise LookupError(f"{name} defines no function {function}")


def chapter_value(name, variable, **names):
    """What a chapter's first assignment to a variable gives, computed with the names given."""
    for tree in chapter_code(name):
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == variable:
                return eval(compile(ast.Expression(node.value), name, "eval"), {"np": np} | names)
    raise LookupError(f"{name} assigns nothing to {variable}")
