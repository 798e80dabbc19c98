"""Defects of what the book says: equations, numbers, sources."""

from mutants.planting import Defect, edit, prose

DESCENT = "book/05-gradient-descent.ipynb"
MOMENTUM = "book/07-momentum-and-adam.ipynb"
EQUATIONS = "pytest tests/test_equations.py"
FORMULAS = "pytest tests/test_formulas.py"
PROSE = "pytest tests/test_prose.py"
BIB = "book/references.bib"
BA_KEY = "@inproceedings{kingma2015,"
BA_TITLE = "  title = {{Adam}: a method for stochastic optimization},\n"
BA_AT = "  booktitle = {International Conference on Learning Representations},\n"
SOURCES = "pytest tests/test_bibliography.py"

DEFECTS = (
    Defect("a displayed equation has the wrong sign", prose(DESCENT, "θ_t = (1 - ηh)^t", "θ_t = (1 + ηh)^t"), EQUATIONS, quick=True),
    Defect("a displayed equation lacks a factor", prose(DESCENT, r"H = \frac{2}{N} A^\top A", r"H = \frac{1}{N} A^\top A"), EQUATIONS),
    Defect("Adam's displayed correction has another exponent", prose(MOMENTUM, r"\hat{\mathbf{m}} &= \mathbf{m} / (1-β_1^t)", r"\hat{\mathbf{m}} &= \mathbf{m} / (1-β_2^t)"), EQUATIONS),
    Defect("a formula within a sentence has the wrong sign", prose(DESCENT, "$L(θ) = \\tfrac12 hθ^2$", "$L(θ) = -\\tfrac12 hθ^2$"), FORMULAS),
    Defect("a formula of an exercise has the wrong sign", edit("nnbook/exercises/activations.py", "$σ(x) = \\\\tfrac12\\\\,(1 + ", "$σ(x) = \\\\tfrac12\\\\,(1 - "), FORMULAS),
    Defect("an equation has no label", prose(DESCENT, "$$ (eq:descent-limit)", "$$"), EQUATIONS),
    Defect(
        "the code no longer computes what the equation says",
        edit("nnbook/rates.py", "return np.where(inside < 0, np.sqrt(momentum), real)", "return np.where(inside < 0, momentum, real)"),
        EQUATIONS,
    ),
    Defect("a number is typed into the prose", prose(DESCENT, "## In short", "On average it took 12.7 steps.\n\n## In short"), PROSE, quick=True),
    Defect("a count is typed into the prose", prose(DESCENT, "## In short", "It arrived in 87 of 100 runs.\n\n## In short"), PROSE),
    Defect("a percentage is typed into the prose", prose(DESCENT, "## In short", "It saves 35 % of the time.\n\n## In short"), PROSE),
    Defect("a year in the bibliography is wrong", edit(BIB, BA_TITLE + f"{BA_AT}  year = {{2015}}", BA_TITLE + f"{BA_AT}  year = {{2014}}"), SOURCES),
    Defect("an author in the bibliography is misspelled", edit(BIB, "Kingma, Diederik P. and Ba, Jimmy},\n  title = {{Adam}", "Kingma, Dietrich P. and Ba, Jimmy},\n  title = {{Adam}"), SOURCES),
    Defect("a work is listed that nothing cites", edit(BIB, BA_KEY, f"@misc{{nobody1900,\n  author = {{Nobody, A.}},\n  title = {{Nothing}},\n  year = {{1900}}\n}}\n\n{BA_KEY}"), SOURCES),
)
