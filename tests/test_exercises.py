"""Every exercise: its reference passes, its mistakes are recognized, nothing breaks its check."""

import itertools
import json
import re
import subprocess
import sys

import hostile
import pytest
from answers import REVIEWED as REVIEWED_ANSWERS
from answers import reviewable, same
from inputs import ROOT

from nnbook.exercises import CHAPTERS, exercise, exercises
from nnbook.exercises.numeric import close
from nnbook.exercises.results import STATUSES, number_text

EVERY = [item for chapter in CHAPTERS for item in exercises(chapter)]
SEEDS = range(1_000)
CODE_SEEDS = range(100)  # each runs a dozen functions on arrays
REVIEWED = json.loads(REVIEWED_ANSWERS.read_text(encoding="utf-8"))
numeric = [question for question in EVERY if question.kind.name == "Numeric"]
code = [question for question in EVERY if question.kind.name == "Code"]
each = pytest.mark.parametrize("question", EVERY, ids=lambda question: question.id)


def reference(question):
    """The right answer, as a reader would hand it in."""
    kind = question.kind
    if kind.name == "Numeric":
        return kind.value(question.given)
    if kind.name == "Choice":
        return kind.right if kind.several else kind.right[0]
    return kind.reference if kind.name == "Code" else kind.model


def mistaken(question):
    """Pairs of a mistake's name and the answer of a reader who made it."""
    kind, given = question.kind, question.given
    if kind.name == "Choice":
        return [(option.name, option.name) for option in kind.options if not option.right]
    if kind.name == "Code":
        return [(mistake.name, mistake.wrong) for mistake in kind.mistakes]
    right, pairs = reference(question), []
    for mistake in kind.mistakes:
        wrong = mistake.wrong(given)
        pairs.append((mistake.name, {**right, **wrong} if isinstance(wrong, dict) else wrong))
    return pairs


def test_ids_are_well_formed_and_unique():
    names = [question.id for question in EVERY]
    assert len(set(names)) == len(names)
    for chapter in CHAPTERS:
        for question in exercises(chapter):
            assert re.fullmatch(rf"{chapter}\.[a-z]+(-[a-z]+)*", question.id)


def test_a_chapter_says_how_long_its_exercises_take():
    told = {}
    for chapter, path in zip(CHAPTERS, sorted((ROOT / "book").glob("[01]*.ipynb")), strict=True):
        text = path.read_text(encoding="utf-8")
        told[chapter] = int(re.search(r"minutes, and (\d+) more for the (?:exercises|self-tests)", text)[1])
    taken = {chapter: sum(question.minutes for question in exercises(chapter)) for chapter in CHAPTERS}
    assert told == {chapter: 5 * round(taken[chapter] / 5) for chapter in CHAPTERS}


def test_every_chapter_has_all_four_kinds():
    for chapter in CHAPTERS:
        assert {question.kind.name for question in exercises(chapter)} == {
            "Numeric",
            "Choice",
            "Code",
            "Explain",
        }


@each
def test_is_complete(question):
    assert isinstance(question.points, int) and question.points > 0
    assert isinstance(question.minutes, int) and question.minutes > 0
    texts = [question.title, question.text, question.solution_text, question.kind.answer(question.given)]
    for text in [*texts, *question.hint_texts]:
        assert text.strip()
        assert not re.search(r"\[\[[a-z]", text), "a number was not filled in"
    assert question.hints
    assert (
        all(mistake.feedback.strip() for mistake in question.kind.mistakes) if question.kind.name != "Choice" else True
    )


@each
def test_reference_passes(question):
    result = question.check(reference(question))
    wanted = ("unmarked", None) if question.kind.name == "Explain" else ("correct", 1.0)
    assert (result.status, result.score) == wanted
    assert result.mistake is None


@each
def test_untouched_stub_is_not_attempted(question):
    def with_dots(*arguments): ...

    def with_pass(*arguments):
        """Says what it will do."""
        pass  # noqa: PIE790

    def returns_dots(*arguments):
        result = ...
        return result  # noqa: RET504

    def not_implemented(*arguments):
        raise NotImplementedError

    stubs = [..., None]
    if question.kind.name == "Code":
        stubs += [with_dots, with_pass, returns_dots, not_implemented]
    for stub in stubs:
        result = question.check(stub)
        assert (result.status, result.score) == ("not-attempted", 0.0)
        assert result.message.startswith("Not attempted yet: give ")


@each
def test_named_mistakes_are_recognized(question):
    for name, answer in mistaken(question):
        result = question.check(answer)
        assert result.mistake == name
        assert result.status in ("wrong", "partly")
        assert result.score < 1


@pytest.mark.parametrize("question", [q for q in numeric if not q.kind.fires], ids=lambda question: question.id)
def test_three_digits_are_enough_of_a_number_that_is_no_count(question):
    for seed in range(200):
        drawn = question.at(seed)
        for name, part in drawn.kind.parts(reference(drawn)).items():
            rounded = [number if number == round(number) else float(f"{number:.3g}") for number in part.numbers]
            near = part._replace(numbers=rounded)
            assert close(near, part, drawn.kind.rtol, drawn.kind.atol), f"seed {seed}, {name}: {part.numbers}"


@pytest.mark.parametrize("question", numeric, ids=lambda question: question.id)
def test_mistakes_and_the_right_answer_stay_apart_for_every_seed(question):
    for seed in SEEDS:
        variant = question.at(seed)
        assert variant.check(reference(variant)).status == "correct", seed
        for name, answer in mistaken(variant):
            assert variant.check(answer).mistake == name, seed


@pytest.mark.parametrize("question", code, ids=lambda question: question.id)
def test_wrong_functions_and_the_right_one_stay_apart_for_every_seed(question):
    kind = question.kind
    functions = {
        "the reference": kind.reference,
        **{mistake.name: mistake.wrong for mistake in kind.mistakes},
    }
    for seed in CODE_SEEDS:
        variant = question.at(seed)
        did = {name: kind.trusted(variant.given, function)["outcomes"] for name, function in functions.items()}
        for one, other in itertools.combinations(did, 2):
            assert not all(map(kind.alike, did[one], did[other])), f"seed {seed}: {one} looks like {other}"


@each
def test_a_seed_decides_the_numbers(question):
    assert question.at(0).text == question.text
    assert question.at(7).text == question.at(7).text
    if question.draw:
        assert len({question.at(seed).text for seed in range(50)}) > 25
        assert set(question.at(7).given) == set(question.given)


def numbers_in(text):
    """The numbers that a text says, as it spells them, without sign and separators."""
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?!\w|\.\d)", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


@pytest.mark.parametrize("question", numeric, ids=lambda question: question.id)
def test_neither_hints_nor_feedback_say_the_answers_number(question):
    if question.kind.fires:
        return  # any numbers that work are right
    for variant in (question, question.at(7)):
        # 0 and 1 are in every sentence about numbers; what the statement says is no secret.
        known = numbers_in(variant.text) | {"0", "1"}
        arrays = variant.kind.parts(variant.kind.value(variant.given)).values()
        secrets = {number_text(abs(x)) for array in arrays for x in array.numbers} - known
        said = [*variant.hint_texts, *(mistake.feedback for mistake in variant.kind.mistakes)]
        assert not secrets & numbers_in(" ".join(said)), variant.seed


@each
def test_answers_are_the_reviewed_ones(question):
    reviewed, now = REVIEWED[question.id], reviewable(question)
    assert same(now, reviewed), f"{now} is not {reviewed}; if it is right, run scripts/answers.py --write"


def test_every_exercise_has_a_reviewed_answer():
    assert list(REVIEWED) == [question.id for question in EVERY]


@each
def test_hints_do_not_contain_the_answer(question):
    hints, kind = " ".join(question.hint_texts), question.kind
    if kind.name == "Numeric" and not kind.fires:
        arrays = kind.parts(kind.value(question.given)).values()
        secrets = [number_text(x) for array in arrays for x in array.numbers if abs(x) >= 10]
        secrets += [kind.answer(question.given)]
    elif kind.name == "Choice":
        secrets = [option.text for option in kind.options if option.right]
    elif kind.name == "Code":
        secrets = [line.strip() for line in kind.answer(question.given).splitlines() if "return" in line]
    else:
        secrets = [kind.model] if kind.name == "Explain" else [kind.answer(question.given)]
    assert secrets or kind.name == "Numeric"
    assert not [secret for secret in secrets if secret in hints or secret in hints.replace(",", "")]


@each
def test_hostile_answers_get_a_sentence_and_every_submission_is_plain_data(question):
    # A check is the grade of a submission; so what their code does is seen once.
    for name, answer in {"the reference": reference(question), **hostile.answers()}.items():
        submission = question.submission(answer)
        result = question.grade(submission)
        assert question.grade(json.loads(json.dumps(submission))) == result, name
        if name == "the reference":
            assert result == question.check(answer)
            continue
        assert result.status in STATUSES, name
        assert result.status != "correct", name
        assert result.score in (0.0, None), name
        assert result.message.startswith(STATUSES[result.status]), name
        assert len(result.message) < 2_000, name
        assert "Traceback" not in result.message, name
        assert result.message.encode("utf-8"), name


@each
def test_forged_submissions_gain_nothing(question):
    for forged in (
        {"outcomes": []},
        {"outcomes": [{"value": None}]},
        {"outcomes": 3},
        {"items": 3},
        {"items": {"x": 1.0}},
    ):
        assert question.grade(forged).status in ("invalid", "wrong", "not-attempted"), forged


def test_unknown_exercises_and_seeds_are_named():
    with pytest.raises(ValueError, match=r"nearest is 'neurons.forward'"):
        exercise("neurons.forwards")
    with pytest.raises(ValueError, match=f"chapters: {', '.join(CHAPTERS)}"):
        exercise("nonsense")
    with pytest.raises(ValueError, match=f"chapters: {', '.join(CHAPTERS)}"):
        exercise(3)
    for seed in (-1, 1.5, "1", None, True):
        with pytest.raises(ValueError, match="integer from 0 up"):
            exercise("neurons.forward", seed=seed)


def test_exercises_load_nothing_that_draws():
    code = (
        "import sys, nnbook.exercises; nnbook.exercises.exercise('neurons.forward');"
        "print([name for name in ('matplotlib', 'IPython', 'ipywidgets') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
