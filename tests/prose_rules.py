"""Typed numbers in prose: what counts as one, and what binds it to a computation.

A number in prose that nobody computes is a claim that nothing checks. It is bound if it is glued, if it stands in the
code beside it or in what that code printed (which strict comparison keeps true), or if a control beside it takes it.
Every other one wants an entry in prose_numbers.toml: an expression that gives it, or a reason.
"""

import ast
import re
from dataclasses import dataclass

from nnbook.explorers import slider

NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+"
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
TYPED = re.compile(
    r"(?<![\w.^{/-])(?:"
    r"(?P<power>(?:\d+(?:\.\d+)?\s*(?:\\cdot|\\times|[·×])\s*)?10(?:[⁻⁰¹²³⁴-⁹]+|\^\{?-?\d+\}?))"
    r"|(?P<percent>\d+(?:\.\d+)?)(?:\\?%|\s\\?%|\spercent\b)"
    r"|(?P<count>\d+)\sof\s(?:the\s)?(?P<total>(?!(?:1[5-9]|20)\d\d\b)\d+)\b"
    r"|(?P<decimal>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|(?!(?:1[5-9]|20)\d\d\b)\d{3,}|(?<== )\d{1,2})(?![.,]\d|\w|\^)"
    r")"
)
CONTROLS = ("slider", "stops", "choice", "reveal", "step")
ANSWERS = ("Option", "Mistake", "Property")
LAYOUT = ("size", "panels", "points", "minutes")
NOT_PROSE = (
    re.compile(r"^(`{3,})(?!\{(?:note|tip|warning|admonition)).*?^\1", re.MULTILINE | re.DOTALL),  # code
    re.compile(r"\$\$.*?\$\$(?:\s*\(eq:[^)]*\))?", re.DOTALL),  # held by the tests of equations
    re.compile(r"sections? \d+\.\d+(?: and \d+\.\d+)?"),  # places in other books
    re.compile(r"\{(?!term\b)[\w:-]+\}`[^`]*`"),  # glue, citations, references
    re.compile(r"(?<!`)`[^`\n]+`(?!`)"),  # code in a line
    re.compile(r"\]\([^)\s]*\)|<https?:[^>]*>|^\([\w-]+\)=$", re.MULTILINE),  # addresses and labels
    re.compile(r"<[a-z/][^>]*>"),  # HTML
)


@dataclass(frozen=True)
class Hit:
    """A typed number: its text, where it starts in the prose, its value and the unit of its last digit."""

    text: str
    start: int
    values: tuple
    unit: float


def prose(markdown):
    """Markdown without what is no prose; what is left out leaves one mark each, so that sentences keep their shape."""
    for pattern in NOT_PROSE:
        markdown = pattern.sub("▪", markdown)
    return " ".join(markdown.split())


def hits(text):
    """The typed numbers of a piece of prose."""
    return [_hit(match) for match in TYPED.finditer(text)]


def _hit(match):
    if match["power"]:
        mantissa, _, exponent = re.sub(r"\\cdot|\\times|[·×]", "*", match["power"]).rpartition("10")
        exponent = int(exponent.translate(SUPERSCRIPT).strip("^{}"))
        mantissa = mantissa.strip(" *") or "1"
        unit = _unit(mantissa) * 10.0 ** min(exponent, 300)
        return Hit(match[0], match.start(), (float(f"{mantissa}e{exponent}"),), unit)
    if match["count"]:
        return Hit(match[0], match.start(), (float(match["count"]), float(match["total"])), 0.0)
    number = (match["percent"] or match["decimal"]).replace(",", "")
    value = float(number)
    values = (value / 100, value) if match["percent"] else (value,)
    return Hit(match[0], match.start(), values, _unit(number) / (100 if match["percent"] else 1))


def _unit(number):
    return 10.0 ** -len(number.partition(".")[2])


def literals(source):
    """The numbers that a piece of code names, those in its strings too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            found.add(float(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= numbers(node.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            base, power = (getattr(side, "value", None) for side in (node.left, node.right))
            if isinstance(base, (int, float)) and isinstance(power, int):
                found.add(float(base) ** power)
    return found


def numbers(text):
    """Every number in a text, percentages as shares too."""
    found = set()
    for match in re.finditer(rf"({NUMBER}|\.\d+)(e[-+]?\d+)?(\s?%)?", text):
        value = float(match[1].replace(",", "") + (match[2] or ""))
        found |= {value, value / 100} if match[3] else {value}
    return found


def is_bound(hit, known):
    """Whether the computations beside a number know it."""
    if len(hit.values) == 2 and hit.unit == 0.0:
        return set(hit.values) <= known
    return any(abs(value - other) <= 1e-9 * abs(value) for value in hit.values for other in known)


def agrees(hit, value):
    """Whether a value, rounded as the text rounds it, is the number in the text."""
    if len(hit.values) == 2 and hit.unit == 0.0:
        return tuple(value) == hit.values
    return abs(value - hit.values[0]) <= 0.5000001 * hit.unit


def module_texts(source, names, helpers):
    """(text, numbers known to it) of the texts in keywords of these names, as far as they are typed.

    What is computed leaves one mark each. A text knows the numbers of the statement that it stands in, of the module's
    constants, and, where `helpers` says so, of its functions.
    """
    body = ast.parse(source).body
    shared = [node for node in body if _is_constant(node) or (helpers and isinstance(node, ast.FunctionDef))]
    common = set().union(*(_numeric(node, names) for node in shared))
    controls = control_values(source)
    for node in body:
        own = common | _numeric(node, names) | controls.get(getattr(node, "name", ""), set())
        for text in _texts(node, names):
            yield " ".join(_typed(text).split()), own


def _is_constant(node):
    """Whether a statement gives a value to a name in capitals."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    named = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return bool(named) and all(name.isupper() for name in named)


def _numeric(node, names):
    """The numbers that a statement names outside of texts and of the size of a picture."""
    skipped = [keyword for keyword in ast.walk(node) if isinstance(keyword, ast.keyword) and keyword.arg in LAYOUT]
    skipped = {id(part) for top in (*skipped, *_texts(node, names)) for part in ast.walk(top)}
    constants = [part for part in ast.walk(node) if isinstance(part, ast.Constant) and id(part) not in skipped]
    return {float(part.value) for part in constants if isinstance(part.value, (int, float))}


def control_values(source):
    """By the name of each function of a module of explorers: the numbers that its controls take or name."""
    found, tree = {}, ast.parse(source)
    lists = {node.targets[0].id: node.value for node in tree.body if _is_list(node)}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            controls = [call for call in calls if getattr(call.func, "id", "") in CONTROLS]
            found[function.name] = set().union(*(_values_of(call, lists) for call in controls))
    return found


def _is_list(node):
    """Whether a statement gives a name to a tuple."""
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Tuple)


def _values_of(call, lists):
    """The numbers of one control; a slider whose ends are typed takes all of its steps, stops those of their list."""
    values = literals(ast.unparse(call))
    for stars in (node for node in call.args if isinstance(node, ast.Starred) and isinstance(node.value, ast.Name)):
        values |= literals(ast.unparse(lists[stars.value.id])) if stars.value.id in lists else set()
    try:
        arguments = [ast.literal_eval(node) for node in call.args]
        options = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    except ValueError:
        return values
    if call.func.id == "slider":
        values |= {float(value) for value in slider(*arguments, **options).values}
    return values


def _texts(tree, names):
    """The texts in keywords of these names, those of a tuple one by one, and those of options and mistakes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in names:
            yield from node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else [node.value]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ANSWERS:
            yield from (part for part in node.args if isinstance(part, (ast.Constant, ast.JoinedStr, ast.BinOp)))


def _typed(node):
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else "▪"
    if isinstance(node, ast.BinOp):
        return _typed(node.left) + _typed(node.right)
    return "".join(_typed(part) for part in node.values) if isinstance(node, ast.JoinedStr) else "▪"
