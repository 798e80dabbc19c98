"""Every typed number in a sentence is bound to a computation or listed with what gives it; glued ones are shown."""

import functools
import inspect
import math
import re
import tomllib

import numpy as np
import pytest
from inputs import ROOT
from notebooks import notebook_paths, read
from prose_rules import (
    agrees,
    control_values,
    hits,
    is_bound,
    literals,
    module_texts,
    numbers,
    prose,
)

from nnbook import (
    comparison,
    datasets,
    drawing,
    layers,
    optimizers,
    overfits,
    rates,
    recipes,
    schedules,
    signals,
    tables,
)
from nnbook.activations import sigmoid
from nnbook.exercises.digits import BUDGET, reached
from nnbook.explorers import sgd

LISTED = tomllib.loads((ROOT / "tests" / "prose_numbers.toml").read_text(encoding="utf-8"))["number"]
EXPLORER_TEXTS = ("caption", "alt")
EXERCISE_TEXTS = ("statement", "model", "worked", "hints", "rubric")


def sigmoid_backward(n_var):
    """By what a deep layer of sigmoids multiplies the mean square of a gradient."""
    return signals.layer_factors(sigmoid, n_var, signals.stationary(sigmoid, n_var))[1]


@functools.cache
def wide_tanh():
    """The activations of 12 tanh layers of 200 units with weights from N(0, 1), (layers, examples, units)."""
    rng = np.random.default_rng(0)
    found = [rng.standard_normal((100, 200))]
    for _ in range(12):
        found.append(np.tanh(found[-1] @ rng.standard_normal((200, 200))))
    return np.array(found[1:])


def relu_std(layer):
    """The standard deviation of ReLUs in a layer when weights have the variance 1/n, by the law for wide layers."""
    return math.sqrt((1 / 2 - 1 / (2 * math.pi)) / 2 ** (layer - 1))


# What an expression in the list may use.
NAMES = {
    "math": math,
    "np": np,
    "inspect": inspect,
    "datasets": datasets,
    "layers": layers,
    "optimizers": optimizers,
    "comparison": comparison,
    "rates": rates,
    "recipes": recipes,
    "schedules": schedules,
    "drawing": drawing,
    "overfits": overfits,
    "tables": tables,
    "sgd": sgd,
    "sigmoid": sigmoid,
    "p": float(sigmoid(0.1)),  # the probability in the worked example with x = 0.5 and w = 0.2
    "sigmoid_backward": sigmoid_backward,
    "wide_tanh": wide_tanh,
    "relu_std": relu_std,
    "passes": lambda learning_rate, batch_size: reached(learning_rate, batch_size) >= BUDGET["target"],
}


@functools.cache
def controls():
    """What the controls of every explorer take, by the name of its function."""
    found = {}
    for path in sorted((ROOT / "nnbook" / "explorers").glob("*.py")):
        found |= control_values(path.read_text(encoding="utf-8"))
    return found


def known(cell):
    """The numbers that a code cell names, prints, or lets the reader dial."""
    if cell.cell_type != "code" or cell.source.lstrip().startswith("%"):
        return set()
    printed = [output.get("text", "") + str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs]
    dialed = [controls().get(name, set()) for name in re.findall(r"\.(\w+)\(\)", cell.source)]
    return literals(cell.source).union(*map(numbers, printed), *dialed)


def beside(cells, place):
    """The numbers known to the code cells right before and right after a cell of prose."""
    found = set()
    for direction in (range(place - 1, -1, -1), range(place + 1, len(cells))):
        for i in direction:
            if cells[i].cell_type != "code":
                break
            found |= known(cells[i])
    return found


def documents():
    """(name, [(prose, numbers known beside it)]) of everything that has sentences for readers."""
    for path in notebook_paths():
        cells = read(path).cells
        texts = [(prose(c.source), beside(cells, i)) for i, c in enumerate(cells) if c.cell_type == "markdown"]
        yield path.stem, texts
    for path in sorted((ROOT / "book").glob("*.md")):
        yield path.stem, [(prose(path.read_text(encoding="utf-8")), set())]
    for folder, names in (("explorers", EXPLORER_TEXTS), ("exercises", EXERCISE_TEXTS)):
        for path in sorted((ROOT / "nnbook" / folder).glob("*.py")):
            source = path.read_text(encoding="utf-8")
            found = module_texts(source, names, helpers=folder == "exercises")
            yield f"{folder}/{path.stem}", [(prose(text), numbers_there) for text, numbers_there in found]


DOCUMENTS = dict(documents())


def spans(text, phrase):
    """Where a phrase stands in a text."""
    return [(m.start(), m.end()) for m in re.finditer(re.escape(phrase), text)]


def entries_for(name):
    """The entries of the list that speak of a document."""
    return [entry for entry in LISTED if entry["where"] in (name, "*")]


def unbound(name):
    """(sentence, hit, index of the text) of the numbers of a document that no computation beside them knows."""
    return [
        (text, hit, place)
        for place, (text, numbers_there) in enumerate(DOCUMENTS[name])
        for hit in hits(text)
        if not is_bound(hit, numbers_there)
    ]


def covers(entry, text, hit):
    """Whether an entry's phrase stands around a number."""
    end = hit.start + len(hit.text)
    return any(start <= hit.start and end <= stop for start, stop in spans(text, entry["phrase"]))


def sentence(text, hit):
    """What stands around a number, to find it by."""
    return text[max(0, hit.start - 80) : hit.start + len(hit.text) + 40]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_typed_number_is_bound_to_something(name):
    loose = [
        f"{name}: {hit.text!r} in “… {sentence(text, hit)} …”"
        for text, hit, _ in unbound(name)
        if not any(covers(entry, text, hit) for entry in entries_for(name))
    ]
    assert loose == [], (
        "glue a computed number instead of typing one, or list it in tests/prose_numbers.toml "
        "with the expression that gives it or the reason for it"
    )


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: f"{entry['where']}: {entry['phrase']}")
def test_a_listed_number_is_there_and_is_right(entry):
    found = [
        hit
        for name in ([entry["where"]] if entry["where"] != "*" else DOCUMENTS)
        for text, hit, _ in unbound(name)
        if covers(entry, text, hit)
    ]
    assert found, "no loose number stands in this phrase any more; take the entry out"
    (kind,) = entry.keys() - {"where", "phrase"}
    if kind == "reason":
        assert len(entry["reason"].split()) >= 3
        return
    if kind == "holds":
        assert eval(entry["holds"], dict(NAMES)), entry["holds"]
        return
    expressions = entry["equals"] if isinstance(entry["equals"], list) else [entry["equals"]] * len(found)
    assert len(expressions) == len(found), [hit.text for hit in found]
    wrong = [
        f"{hit.text} is not {expression} = {value}"
        for hit, expression in zip(found, expressions, strict=True)
        if not agrees(hit, value := eval(expression, dict(NAMES)))
    ]
    assert wrong == []


def test_the_list_has_no_doubles():
    keys = [(entry["where"], entry["phrase"]) for entry in LISTED]
    assert sorted(keys) == sorted(set(keys))


# Glued numbers


def pattern(key):
    """A glued key as a pattern: what an f-string fills in may be anything."""
    return re.sub(r"\\\{.*?\\\}", ".+", re.escape(key))


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_every_glued_number_is_shown_and_glued_once(path):
    cells = read(path).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    glued = [key for source in code for key in re.findall(r"\bglue\(\s*f?\"([^\"]+)\"", source)]
    assert len(glued) == sum(len(re.findall(r"\bglue\(", source)) for source in code)
    markdown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    used = {key for text in markdown for key in re.findall(r"\{glue:\w+\}`([^`]+)`", text)}
    dead = [key for key in glued if not any(re.fullmatch(pattern(key), shown) for shown in used)]
    assert dead == [], "these are glued, and no sentence shows them"
    missing = [shown for shown in used if not any(re.fullmatch(pattern(key), shown) for key in glued)]
    assert missing == [], "these are shown, and no cell glues them"
    plain = [key for key in glued if "{" not in key]
    assert sorted(plain) == sorted(set(plain))


# The rules themselves


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a loss of 0.31 after", ["0.31"]),
        ("in 17 of 100 runs", ["17 of 100"]),
        ("about 12 % of them, or 3.5 percent", ["12 %", "3.5 percent"]),
        ("near 10⁻⁸, or $2\\cdot 10^{-5}$", ["10⁻⁸", "2\\cdot 10^{-5}"]),
        ("13,002 parameters and 709 steps", ["13,002", "709"]),
        ("chapter 3 of 1986, layer 2, 28 × 28", []),
        ("at k = 16 and $B = 4$, not $B = N$", ["16", "4"]),
        ("shown by {glue:text}`loss-1.5` and `0.31`, in {cite}`he2015`", []),
        ("$$\nx = 0.31\n$$ (eq:x)", []),
        ("```python\nx = 0.31\n```", []),
    ],
)
def test_typed_numbers_are_found(text, found):
    assert [hit.text for hit in hits(prose(text))] == found


def test_a_number_is_bound_by_the_code_beside_it_only():
    (hit,) = hits("a rate of 0.05")
    assert is_bound(hit, literals("η = 0.05")) and is_bound(hit, numbers("rate 0.050"))
    assert not is_bound(hit, literals("η = 0.06"))
    (share,) = hits("about 12 % of")
    assert is_bound(share, numbers("12%")) and is_bound(share, {0.12}) and not is_bound(share, {0.13})
    (count,) = hits("in 17 of 100 runs")
    assert is_bound(count, numbers("17 of 100")) and not is_bound(count, {16.0, 100.0})


def test_a_number_agrees_to_its_last_digit():
    (hit,) = hits("about 2.3")
    assert agrees(hit, math.log(10)) and not agrees(hit, 2.36)
    (share,) = hits("about 12 %")
    assert agrees(share, 0.1249) and not agrees(share, 0.126)
