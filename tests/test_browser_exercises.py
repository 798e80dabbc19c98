"""The exercises on a page, in a real Chromium: the same answers get the same messages as in Python."""

import json

import numpy as np
import pytest
from accessibility import violations
from inputs import ROOT

from conftest import Watch
from nnbook.exercises import CHAPTERS, exercise, exercises, page
from nnbook.exercises.plain import plain

STATIC = ROOT / "nnbook" / "static"
SEEDS = (0, 1, 2)
CHECKED = [
    question.at(seed)
    for chapter in CHAPTERS
    for question in exercises(chapter)
    if question.kind.name in ("Numeric", "Choice")
    for seed in (SEEDS if question.draw else SEEDS[:1])
]
RNG = np.random.default_rng(20)
MALFORMED = [
    "", "  ", "...", "…", "abc", "3/4", "3 / 4", "1/0", "1e-3", "1e400", "0,5", "13,002", "-1,234,567.8",
    "25 %", "nan", "-inf", "1, 2", "1 2 3", "[1 2 3]", "(3, 4)", "[[1, 2], [3, 4]]", "1 2; 3 4",
    "[1 2; 3 4]", "1 2; 3", "[1, [2]]", "[1", "1]", "[]", "−1.5", "1–2", ".5", "5.", "+7", "2^3", "0x10",
    "1_000", "True", "٣", "0.1 0.2 0.30000000000000004", "0.000012345678912345", "123456789012345678",
    "9999999999.99999", "a\tb\nc", "<b>x</b>", "$&",
    "1 2 3 4 5 6 7 8 9 10 11 12 13", ";;", "1e5", "1E5", "-0",
    "12,34", "1, 2, 3, x", "💡" * 50, "[" * 20 + "]" * 20, "9" * 2_001,
]  # fmt: skip

ALPHABET = list("0012345.,;/[]()+-e% ")
FUZZ = ["".join(RNG.choice(ALPHABET, RNG.integers(1, 12))) for _ in range(300)]

# Enters texts by field name (or ticks options), checks, and reports what the page says.
ANSWER = """([id, answer]) => {
  const form = document.getElementById(id);
  for (const field of form.querySelectorAll("input")) {
    if (field.name === "option") field.checked = answer.includes(field.value);
    else field.value = answer[field.name];
  }
  form.requestSubmit();
  const result = form.querySelector(".result");
  return { message: result.textContent, status: result.dataset.status };
}"""


def write_page(folder, questions):
    """A page with nothing but forms, that runs from a file as the book's pages do."""
    forms = "".join(page.form(question) for question in questions)
    styles = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">' for name in ("nnbook.css", "exercises.css")
    )
    script = f'<script defer src="{(STATIC / "exercises.js").as_uri()}"></script>'
    head = f'<meta charset="utf-8"><title>Exercises</title>{styles}{script}'
    path = folder / "page.html"
    path.write_text(
        f'<!doctype html><html lang="en"><head>{head}</head><body><main><h1>Exercises</h1>{forms}</main></body></html>',
        encoding="utf-8",
    )
    return path.as_uri()


def typed(data):
    """Plain data as a reader would type it."""
    return data if isinstance(data, str) else json.dumps(data)


def answers(question):
    """Right, mistaken and malformed answers as the page takes them: texts by field, or names of options."""
    kind = question.kind
    if kind.name == "Choice":
        names = [option.name for option in kind.options]
        return [[], kind.right, names, *([name] for name in names)]
    right = {key: typed(plain(item)) for key, item in as_parts(kind, kind.value(question.given)).items()}
    slips = [as_parts(kind, mistake.wrong(question.given)) for mistake in kind.mistakes]
    wrong = [{**right, **{key: typed(plain(item)) for key, item in parts.items()}} for parts in slips]
    broken = [{**right, key: text} for key in right for text in MALFORMED]
    if kind.fires and {"w", "b"} == set(right):  # sums that are 0 but for the last digit
        wrong += [{"w": "[0.1, 0.3]", "b": "-0.4"}, {"w": "[-0.1, -0.7]", "b": "0.8"}]
    return [right, *wrong, *broken, *(dict.fromkeys(right, text) for text in MALFORMED + FUZZ)]


def as_parts(kind, value):
    return value if isinstance(value, dict) else {kind.label: value}


def in_python(question, answer):
    """What Python says; a Choice of one that got several cannot happen on the page."""
    result = question.check(answer)
    return {"message": result.message, "status": result.status}


@pytest.fixture(scope="module")
def forms(browser, tmp_path_factory):
    """Return one page for each seed, with the forms of all questions: opening one for each form takes longer."""
    context = browser.new_context()
    watch, pages = Watch(context), {}
    for seed in SEEDS:
        pages[seed] = context.new_page()
        questions = [question for question in CHECKED if question.seed == seed]
        pages[seed].goto(write_page(tmp_path_factory.mktemp(f"forms-{seed}"), questions))
    yield pages
    context.close()
    assert not watch.complaints, watch.complaints


@pytest.mark.parametrize("question", CHECKED, ids=lambda question: f"{question.id}-{question.seed}")
def test_page_and_python_agree(forms, question):
    page = forms[question.seed]
    several = question.kind.name == "Numeric" or question.kind.several
    tried = [answer for answer in answers(question) if several or len(answer) < 2]
    assert len(tried) > 3
    told = page.evaluate(f"answers => answers.map((answer) => ({ANSWER})(['{question.id}', answer]))", tried)
    for answer, seen in zip(tried, told, strict=True):
        # A text field takes no line breaks, so the page never sees them.
        heard = {k: v.replace("\n", "") for k, v in answer.items()} if isinstance(answer, dict) else answer
        assert seen == in_python(question, heard), answer


def form(page, name):
    return page.locator(f"form[id='{name}']")


def test_numeric_answers_by_keyboard_alone(page, tmp_path):
    page.goto(write_page(tmp_path, [exercise("neurons.count-parameters")]))
    page.keyboard.press("Tab")
    page.keyboard.type("12960")
    page.keyboard.press("Enter")
    result = form(page, "neurons.count-parameters").get_by_role("status")
    assert "each neuron has one more parameter" in result.inner_text()
    page.keyboard.press("Control+a")
    page.keyboard.type("13002")
    assert result.inner_text() == "", "a message about another answer has gone"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert result.inner_text().startswith("Correct.")


def test_choice_by_keyboard_alone(page, tmp_path):
    page.goto(write_page(tmp_path, [exercise("neurons.hidden-layer")]))
    for key in ("Tab", "Space", "ArrowDown", "ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    assert form(page, "neurons.hidden-layer").get_by_role("status").inner_text().startswith("Correct.")


def test_explain_shows_the_rubric_once_there_is_an_answer(page, tmp_path):
    question = exercise("neurons.xor-no-line")
    page.goto(write_page(tmp_path, [question]))
    place, compare = form(page, question.id), page.get_by_role("button", name="Compare with the rubric")
    compare.click()
    assert place.get_by_role("status").inner_text() == "Not attempted yet: give your answer as text."
    assert not place.get_by_role("checkbox").first.is_visible()
    place.get_by_label("In your own words").fill("Add the two middle inequalities.")
    compare.click()
    assert place.get_by_role("status").inner_text().startswith("Noted. Got 5 words;")
    place.get_by_label(question.kind.rubric[1]).check()
    assert place.get_by_role("checkbox").count() == len(question.kind.rubric)
    said = place.locator(".result").inner_text()
    page.reload()
    assert place.get_by_label(question.kind.rubric[1]).is_checked()
    assert place.locator(".result").inner_text() == said, "who marks goes on where the page was left"


def test_answers_are_kept_and_can_be_erased(page, tmp_path):
    page.goto(write_page(tmp_path, [exercise("neurons.count-parameters"), exercise("neurons.hidden-layer")]))
    count, hidden = form(page, "neurons.count-parameters"), form(page, "neurons.hidden-layer")
    count.get_by_label("parameters").fill("13002")
    count.get_by_role("button", name="Check").click()
    hidden.get_by_role("radio").nth(1).check()
    page.reload()
    assert count.get_by_label("parameters").input_value() == "13002"
    assert count.get_by_role("status").inner_text().startswith("Correct.")
    assert hidden.get_by_role("radio").nth(1).is_checked()
    assert hidden.get_by_role("status").inner_text() == ""
    count.get_by_role("button", name="Erase").click()
    assert count.get_by_label("parameters").input_value() == ""
    assert page.evaluate("Object.keys(localStorage)") == ["nnbook.exercise.neurons.hidden-layer"]
    page.reload()
    assert count.get_by_label("parameters").input_value() == ""


def test_works_without_storage_or_with_nonsense_in_it(page, tmp_path):
    name = "neurons.count-parameters"
    url = write_page(tmp_path, [exercise(name)])
    for nonsense in (
        "not json",
        "null",
        "3",
        '{"answer": 3}',
        '{"answer": {"parameters": [1]}, "status": "correct"}',
        "[]",
    ):
        page.goto(url)
        page.evaluate("text => localStorage.setItem('nnbook.exercise.neurons.count-parameters', text)", nonsense)
        page.reload()
        assert form(page, name).get_by_label("parameters").input_value() == ""
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage'); } })")
    page.goto(url)
    form(page, name).get_by_label("parameters").fill("1")
    form(page, name).get_by_role("button", name="Check").click()
    assert form(page, name).get_by_role("status").inner_text().startswith("Not yet. Got 1")
    form(page, name).get_by_role("button", name="Erase").click()


def test_without_scripts_everything_can_be_read_and_nothing_is_sent(new_page, tmp_path):
    page = new_page(java_script_enabled=False)
    url = write_page(tmp_path, [exercise("neurons.count-parameters"), exercise("neurons.define-terms")])
    page.goto(url)
    assert page.get_by_role("button").count() == 0
    assert [note.is_visible() for note in page.locator("noscript p").all()] == [True, True]
    assert page.get_by_label(exercise("neurons.define-terms").kind.rubric[0]).is_visible()
    page.get_by_label("parameters", exact=True).fill("13002")
    page.get_by_label("parameters", exact=True).press("Enter")
    assert page.url == url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_forms_are_open_to_everyone(new_page, tmp_path, width, theme):
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(
        write_page(
            tmp_path,
            [question for question in CHECKED if question.seed == 0] + list(exercises("neurons"))[:1],
        )
    )
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.add_style_tag(content="body { background: var(--nn-surface); color: var(--nn-ink); }")
    page.get_by_label("In your own words").fill("It is a weighted sum, and more.")
    for button in page.locator("form.exercise [type=submit]").all():
        button.click()
    assert violations(page) == []
    sizes = page.eval_on_selector_all(
        "form.exercise button, form.exercise input",
        "all => all.map((e) => e.getBoundingClientRect()).map((r) => [r.width, r.height])",
    )
    assert min(min(size) for size in sizes) >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_script_needs_no_evaluation_no_network_and_no_markup():
    source = (STATIC / "exercises.js").read_text(encoding="utf-8")
    for forbidden in ("eval(", "innerHTML", "fetch(", "import ", "XMLHttpRequest", "Function("):
        assert forbidden not in source
