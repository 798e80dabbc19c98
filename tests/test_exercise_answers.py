"""How answers are read, run and judged, on small exercises made for the purpose."""

import os
import re
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from nnbook.exercises import (
    Choice,
    Code,
    Exercise,
    Explain,
    Fires,
    Mistake,
    Numeric,
    Option,
    Property,
    exercise,
    page,
    runner,
)
from nnbook.exercises.core import Text, fill
from nnbook.exercises.numeric import wanted_text
from nnbook.exercises.plain import LIMIT, plain
from nnbook.exercises.reading import read
from nnbook.exercises.results import NOTEBOOK_SENTENCES, SENTENCES, Array, array_text, number_text


def made(kind, **fields):
    """An exercise around a kind."""
    texts = {"id": "a.b", "title": "T", "statement": "S", "hints": ("one", "two"), "worked": "W"}
    return Exercise(**{**texts, "kind": kind, "points": 1, "minutes": 1, **fields})


def code(reference, cases, **fields):
    """A Code exercise with given cases and little patience."""
    return made(Code(reference=reference, cases=lambda given, rng: cases, seconds=0.5, **fields))


@pytest.mark.parametrize(
    ("text", "shape", "numbers"),
    [
        ("3", (), (3,)),
        (" -0.25 ", (), (-0.25,)),
        ("−1.5", (), (-1.5,)),
        ("3/4", (), (0.75,)),
        ("3 / 4", (), (0.75,)),
        ("1e-3", (), (0.001,)),
        (".5", (), (0.5,)),
        ("+2.", (), (2,)),
        ("1, 2, 3", (3,), (1, 2, 3)),
        ("1 2 3", (3,), (1, 2, 3)),
        ("[1 2 3]", (3,), (1, 2, 3)),
        ("(3, 4)", (2,), (3, 4)),
        ("(3,)", (1,), (3,)),
        ("3,4", (2,), (3, 4)),
        ("[[1, 2], [3, 4]]", (2, 2), (1, 2, 3, 4)),
        ("1 2; 3 4", (2, 2), (1, 2, 3, 4)),
        ("[1 2; 3 4]", (2, 2), (1, 2, 3, 4)),
        ("1/2 1/4", (2,), (0.5, 0.25)),
        ("inf", (), (float("inf"),)),
        ("[]", (0,), ()),
    ],
)
def test_text_is_read_as_numbers(text, shape, numbers):
    assert read(text) == Array(shape, numbers)


@pytest.mark.parametrize(
    ("text", "key"),
    [("0,5", "comma"), ("13,002", "comma"), ("-1,234,567.8", "comma"), ("25 %", "percent"),
     ("abc", "text"), ("1 + 2", "text"), ("[1, 2", "text"), ("1]", "text"), ("2^3", "text"), ("0x10", "text"),
     ("1_000", "text"), ("٣", "text"), ("[1, [2, 3]]", "ragged"), ("1 2; 3", "ragged")],
)  # fmt: skip
def test_text_that_is_no_number_is_named(text, key):
    assert read(text, scalar=True).key == key


@pytest.mark.parametrize(
    ("x", "text"),
    [(3.0, "3"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (1e-7, "1e-7"), (-2.5e-5, "-2.5e-5"), (1e20, "1e20"),
     (1 / 3, "0.3333333333"), (12704, "12704"), (123456.75, "123456.75"), (float("nan"), "nan"),
     (-float("inf"), "-inf")],
)  # fmt: skip
def test_number_text(x, text):
    assert number_text(x) == text


def test_array_text_has_brackets_up_to_twelve_numbers():
    assert array_text(read([[1.0, 2.0], [3.0, 4.0]])) == "[[1, 2], [3, 4]]"
    assert array_text(read([float(i) for i in range(13)])) == "a list of 13 numbers"
    assert array_text(read([])) == "a list of 0 numbers"


def test_plain_keeps_numbers_and_shape():
    assert plain(np.float32(0.5)) == 0.5
    assert plain(np.longdouble(0.5)) == 0.5
    assert plain(np.array(3)) == 3.0
    assert plain((1, [2, np.arange(2)])) == [1.0, [2.0, [0.0, 1.0]]]
    assert plain(np.bool_(True)) is True
    assert plain({2, 1})["unreadable"] == "a set"


def test_every_sentence_says_one_next_step_and_ends():
    for key, text in {**SENTENCES, **NOTEBOOK_SENTENCES}.items():
        assert text.endswith((".", "}")), key
        if "expected" in text:
            assert ";" in text or "\n" in text, f"{key}: what to do?"


# Numeric


def two_parts():
    value = {"W": [[1, 2], [3, 4]], "b": 0.5}
    mistakes = (Mistake("transposed", lambda g: {"W": [[1, 3], [2, 4]]}, "Rows are columns."),)
    return made(Numeric(lambda g: value, mistakes=mistakes, atol=0.01))


def test_parts_are_named_and_earn_their_share():
    question = two_parts()
    assert question.check(([[1, 2], [3, 4]], 0.5)).score == 1
    assert question.check({"W": "1 2; 3 4", "b": "1/2"}).status == "correct"
    partly = question.check(([[1, 2], [3, 4]], 7))
    assert (partly.status, partly.score) == ("partly", 0.5)
    assert partly.message == "Partly right. b: Got 7, expected another number; a hint may help. Right so far: W."
    assert question.check(([[1, 3], [2, 4]], 0.5)).mistake == "transposed"
    missing = question.check(([[1, 2], [3, 4]], ...))
    assert missing.message == "Partly right. b: give a single number. Right so far: W."
    assert question.check((..., ...)).status == "not-attempted"
    assert "W (an array of shape (2, 2)), b (a single number)" in question.check(3).message
    assert question.check({"W": 1, "c": 2}).status == "invalid"


def test_type_then_shape_then_finite_then_value():
    question = made(Numeric(lambda g: [1.0, 2.0], rtol=0.01))
    stages = ["x", ["x", 1], [[1, 2], [3, 4]], [1, float("nan")], [1, 3], [1, 2.01]]
    seen = [question.check(answer).message for answer in stages]
    for message, words in zip(
        seen,
        ["Could not read", "the text", "shape (2, 2)", "finite", "1 of 2 places", "Correct"],
        strict=True,
    ):
        assert words in message


def test_tolerance_is_stated_and_kept():
    kind = Numeric(lambda g: 200.0, rtol=0.01)
    assert kind.tolerance() == "within 1 %"
    assert Numeric(lambda g: 200.0, atol=0.5).tolerance() == "within 0.5"
    assert Numeric(lambda g: 200.0).tolerance() == "exact"
    assert [made(kind).check(x).status for x in (198, 202, 197.9, 202.1)] == [
        "correct",
        "correct",
        "wrong",
        "wrong",
    ]


def test_any_weights_that_do_the_job_are_right():
    question = exercise("neurons.and-weights")
    rng = np.random.default_rng(0)
    for w1, w2, b in rng.uniform(-3, 3, (2_000, 3)):
        works = b < 0 and w1 + b < 0 and w2 + b < 0 and w1 + w2 + b >= 0
        assert (question.check(((w1, w2), b)).status == "correct") == works
    assert question.check(((1, 1), -2)).status == "correct", "step(0) is 1"


def test_the_rounding_of_decimals_decides_no_answer():
    both, neither = exercise("neurons.and-weights"), exercise("neurons.nand-weights")
    for w1, w2 in np.ndindex(10, 10):
        w, b = ((w1 + 1) / 10, (w2 + 1) / 10), (w1 + w2 + 2) / 10
        assert both.check((w, -b)).status == "correct", "z is 0 at (1, 1), and step(0) is 1"
        assert neither.check(((-w[0], -w[1]), b)).mistake == "always"
    assert both.check(((0.1, 0.3), -0.401)).status == "wrong"


def test_threshold_layers_equal_matrix_products():
    rng = np.random.default_rng(1)
    W1, b1, W2, b2 = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2)), rng.normal(size=2)
    rows = rng.normal(size=(20, 3))
    fires = Fires((("W1", "b1"), ("W2", "b2")), tuple((tuple(row), ()) for row in rows.tolist()))
    parts = {name: read(plain(array)) for name, array in {"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items()}
    wanted = ((rows @ W1 + b1 >= 0) @ W2 + b2 >= 0).astype(float)
    assert np.array_equal(fires.answers(parts), wanted)


# Choice and Explain


def test_choice_of_several_earns_a_share():
    options = [Option("a", "A.", True, "a!"), Option("b", "B.", True, "b!"), Option("c", "C.", False, "c!")]
    question = made(Choice(tuple(options), several=True))
    assert question.check({"a", "b"}).score == 1
    assert question.check(["a"]).score == 0.5
    assert question.check(["a", "b", "c"]).score == 0.5
    assert question.check(["a", "c"]).score == 0
    assert question.check("c").mistake == "c"
    assert "the options a, b, c" in question.check("d").message


def test_choice_of_one_wants_one():
    question = exercise("neurons.hidden-layer")
    assert question.check(["between", "deep"]).status == "invalid"
    assert question.check(["between"]).status == "correct"


def test_explain_shows_the_rubric_and_leaves_marking_to_a_person():
    question = made(Explain(rubric=("Says one thing.", "Says another."), model="M"))
    result = question.check("It says one thing and then another thing.")
    assert (result.status, result.score) == ("unmarked", None)
    assert "[ ] Says one thing.\n  [ ] Says another." in result.message
    assert question.check("No idea").status == "invalid"


# Code


def double(x):
    """Twice x."""
    return 2 * x


CASES = [{"x": np.array([1.0, 2.0])}, {"x": np.array([[3.0]])}]


def test_a_raised_exception_is_the_readers_with_line_and_input():
    def reader(x):
        y = x + 1
        return y[17]

    message = code(double, CASES).check(reader).message
    line = reader.__code__.co_firstlineno + 2
    assert "double(x = [1, 2]): Your code raised IndexError (index 17 is out of bounds" in message
    assert f"in line {line}, `return y[17]`" in message


def test_only_a_stub_counts_as_not_attempted():
    class Child(NotImplementedError):
        pass

    def reader(x):
        raise Child("no input here")

    assert "Your code raised Child (no input here)" in code(double, CASES).check(reader).message


def test_a_call_with_other_arguments_is_explained():
    assert "takes 0 positional arguments" in code(double, CASES).check(lambda: 1).message


def test_changed_arguments_are_diagnosed_and_cases_stay_whole():
    def reader(x):
        x *= 2
        return x

    question = code(double, CASES)
    assert "It changed its argument x" in question.check(reader).message
    assert question.check(double).status == "correct"
    assert np.array_equal(CASES[0]["x"], [1, 2])


def test_nothing_a_function_does_reaches_the_notebook():
    def reader(x):
        np.exp = None
        os.environ["NNBOOK_TEST"] = "1"
        return 2 * x

    assert code(double, CASES).check(reader).status == "correct"
    assert callable(np.exp)
    assert "NNBOOK_TEST" not in os.environ


def test_prints_and_warnings_are_fine(capsys):
    def reader(x):
        print("look", x.shape)
        np.log(np.array([-1.0]))
        sys.stdout.write("x" * 100_000)
        return 2 * x

    assert code(double, CASES).check(reader).status == "correct"
    printed = capsys.readouterr().out
    assert printed.startswith("look (2,)\n")
    assert "more characters" in printed
    assert len(printed) < 10_000


def test_forgotten_return_and_wrong_kinds_are_told_apart():
    question = code(double, CASES)

    def forgets(x):
        y = 2 * x  # noqa: F841

    assert "ends with return" in question.check(forgets).message
    assert "Got the text “2”" in question.check(lambda x: "2").message
    assert "Got a single number, expected a list of 2 numbers" in question.check(lambda x: 3.0).message
    assert "finite" in question.check(lambda x: x * np.nan).message
    assert "hand in the function itself" in question.check(double(np.ones(2))).message


def catches_everything(x):
    while True:
        try:
            sum(range(1000))
        except:  # noqa: E722
            continue


def never_ends(x):
    while True:
        pass


def sleeps(x):
    time.sleep(3_600)


def stays_in_c(x):
    return sum(range(10**15))


@pytest.mark.parametrize("reader", [never_ends, catches_everything, sleeps, stays_in_c])
def test_a_call_that_does_not_end_is_ended(reader):
    result = code(double, CASES).check(reader)
    assert result.status == "invalid"
    assert "no answer within 0.5 seconds" in result.message


def test_without_fork_a_thread_is_ended():
    found = runner._in_thread(lambda index: runner.attempt(never_ends, CASES[index], lambda f, case: f(**case)), 2, 0.2)
    assert found == [{"timeout": 0.2}]
    assert not [frame for frame in sys._current_frames().values() if frame.f_code is never_ends.__code__]


def test_without_fork_a_thread_answers():
    found = runner._in_thread(lambda index: runner.attempt(double, CASES[index], lambda f, case: f(**case)), 2, 5)
    assert found == [{"value": [2.0, 4.0]}, {"value": [[6.0]]}]


def test_exits_crashes_and_memory_bombs_are_survived():
    question = code(double, CASES)
    assert "ended Python itself" in question.check(lambda x: os._exit(0)).message
    assert "ended Python itself" in question.check(lambda x: os.kill(os.getpid(), 9)).message
    assert "raised SystemExit" in question.check(lambda x: sys.exit()).message
    assert "raised MemoryError" in question.check(lambda x: [0] * 10**12).message
    assert "raised RecursionError" in question.check(calls_itself).message


def calls_itself(x):
    return calls_itself(x)


def test_no_process_is_left_behind():
    def reader(x):
        if os.fork() == 0:
            time.sleep(3_600)
        return 2 * x

    before = children()
    code(double, CASES).check(reader)
    assert children() == before


def children():
    """The processes that this one has started and not yet taken leave of; tests of other files may have some."""
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


def test_several_results_are_compared_by_name():
    def both(x):
        """Twice and three times x."""
        return 2 * x, 3 * x

    question = code(both, CASES, returns=("the double", "the triple"))
    assert question.check(lambda x: [2 * x, x * 3]).status == "correct"
    assert "both(x = [1, 2]), the triple: Got [4, 8]" in question.check(lambda x: (2 * x, 4 * x)).message
    assert "expected the double and the triple" in question.check(lambda x: np.ones(3)).message


def test_properties_judge_what_has_no_single_answer():
    def noise(n, rng):
        """n random numbers of variance 4."""
        return rng.normal(0, 2, n)

    spread = Property("spread", lambda case, output: abs(output.std() - 2) < 0.2, "The spread is off.")
    case = {"n": 1000, "rng": np.random.default_rng(0)}
    question = code(noise, [case], properties=(spread,), compare=False)
    assert question.check(lambda n, rng: 2 * rng.standard_normal(n)).status == "correct"
    wrong = question.check(lambda n, rng: rng.standard_normal(n))
    assert (wrong.status, wrong.mistake) == ("wrong", "spread")
    assert question.check(lambda n, rng: rng.standard_normal(3)).status == "invalid"


def test_call_adapts_functions_that_give_something_else():
    def pairs(n):
        """The numbers up to n in pairs."""
        yield from np.arange(n).reshape(-1, 2)

    question = code(pairs, [{"n": 6}], call=lambda function, case: list(function(**case)))
    assert question.check(lambda n: [[0, 1], [2, 3], [4, 5]]).status == "correct"


# What a reader sees


def test_hints_come_one_after_the_other_and_solutions_have_the_source():
    question = exercise("neurons.forward")
    assert repr(question.hint()).startswith("**Hint 1 of 2.**")
    assert repr(question.hint()).startswith("**Hint 2 of 2.**")
    assert repr(question.hint()).startswith("**Hint 2 of 2.**")
    assert repr(question.hint(1)).startswith("**Hint 1 of 2.**")
    with pytest.raises(ValueError, match="from 1 to 2"):
        question.hint(3)
    assert "def forward(x, W, b):" in repr(question.solution())
    assert repr(exercise("neurons.forward").hint()).startswith("**Hint 1"), "a fresh exercise starts again"


def test_fill_leaves_lists_and_mathematics_alone():
    assert (
        fill(r"$\frac{1}{[[n]]}$, [[1, 2], [3, 4]], [[big:,]]", {"n": 3, "big": 13002})
        == r"$\frac{1}{3}$, [[1, 2], [3, 4]], 13,002"
    )
    with pytest.raises(KeyError):
        fill("[[unknown]]", {})


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as MIME bundles."""
    import IPython.display

    bundles = []
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_kernel_shows_the_statement(shown, monkeypatch):
    monkeypatch.delenv("NNBOOK_STATIC", raising=False)
    exercise("neurons.hidden-layer")._ipython_display_()
    (bundle,) = shown
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert "- `between`: It is neither" in bundle["text/markdown"]
    assert (
        bundle["text/plain"]
        == "Exercise neurons.hidden-layer: What is hidden in a hidden layer? (Choice, 1 point, 1 min)"
    )


def test_the_page_shows_statement_form_and_solution(shown, monkeypatch):
    monkeypatch.setenv("NNBOOK_STATIC", "1")
    exercise("neurons.count-parameters")._ipython_display_()
    assert [next(iter(bundle)) for bundle in shown] == ["text/markdown", "text/html", "text/markdown"]
    assert '<form class="exercise" id="neurons.count-parameters"' in shown[1]["text/html"]
    assert "{dropdown} Solution" in shown[2]["text/markdown"]


def test_form_text_cannot_become_markup():
    options = (Option("a", "<b>x</b>", True, "</script><script>alert(1)</script>"),)
    html = page.form(made(Choice(options), title='"><i>'))
    assert "<b>" not in html and "<i>" not in html
    assert len(re.findall("</script", html)) == 1


def test_without_fork_all_else_is_the_same(monkeypatch):
    monkeypatch.setattr(runner.sys, "platform", "darwin")
    question = code(double, CASES)
    assert question.check(double).status == "correct"

    def overwrites(x):
        x[...] = 0
        return 2 * x

    message = question.check(overwrites).message
    assert "double(x = [1, 2]): It changed its argument x" in message


def test_a_thread_that_hears_nothing_is_left_behind():
    asked = []
    stuck = types.SimpleNamespace(ident=0, join=asked.append, is_alive=lambda: True)
    runner._stop(stuck)
    assert len(asked) == 40 and sum(asked) < 2.1, "it gives up after two seconds"


def test_long_answers_arrive_whole():
    rows = np.arange(60_000.0)
    (found,) = runner.outcomes(lambda x: rows, CASES[:1], lambda f, case: f(**case), 5)
    assert found["value"] == rows.tolist()


def test_an_exception_that_cannot_tell_its_message_is_told_without():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def reader(x):
        raise Mute

    outcome = runner.attempt(reader, CASES[0], lambda f, case: f(**case))
    assert outcome["error"]["message"] == "(its message could not be made)"


def test_prints_are_kept_up_to_a_length():
    printed = runner.Printed()
    printed.write("x" * 1_999)
    assert printed.write("yz\n") == 3
    assert printed.text() == "x" * 1_999 + "y\n… and 2 more characters\n"
    few = runner.Printed()
    few.write("few")
    assert few.text() == "few"


def test_a_process_that_has_ended_has_used_no_time():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert runner._processor_seconds(child) == 0.0
    assert runner._processor_seconds(os.getpid()) > 0


def test_dots_for_one_case_are_no_answer():
    message = code(double, CASES).check(lambda x: 2 * x if x.ndim == 1 else ...).message
    assert "double(x = [[3]]): Got nothing back" in message


def test_the_same_failure_is_the_same_mistake():
    kind = code(double, CASES).kind
    assert kind.alike({"ended": True}, {"ended": True})
    assert not kind.alike({"ended": True}, {"value": 3.0})
    assert not kind.alike({"value": [1.0]}, {"changed": "x"})


def nothing(*arguments, **options):
    """What a function does whose body is not written yet."""


@pytest.mark.parametrize("name", ["initialization.kaiming-normal", "sgd.minibatches", "backpropagation.tape-tanh"])
def test_a_function_that_returns_nothing_is_told_so(name):
    question = exercise(name)
    given = question.at(0).given
    result = question.kind.grade(given, question.kind.trusted(given, nothing))
    assert result.status == "invalid" and "Got nothing back" in result.message


def test_many_small_parts_are_too_many_and_truths_stay_truths():
    assert plain([[0.0]] * (LIMIT // 2 + 1))[-1] == {"unreadable": f"more than {LIMIT} items"}
    assert plain(np.array([[True, False]])) == [[True, False]]


def test_code_is_answered_in_the_notebook_and_explanations_beside_their_rubric():
    asked = page.form(code(double, CASES))
    assert page.LAUNCH in asked and "<input" not in asked
    explained = page.form(exercise("neurons.xor-no-line"))
    assert "<textarea" in explained and explained.count("checkbox") == len(exercise("neurons.xor-no-line").kind.rubric)


def test_text_is_markdown_for_a_notebook():
    assert Text("*bold*")._repr_markdown_() == repr(Text("*bold*")) == "*bold*"


def test_a_number_for_the_tape_is_a_value_without_parents():
    question = exercise("backpropagation.tape-tanh")
    assert question.check(lambda x: np.tanh(x.data)).mistake == "no-parents"


def test_an_order_from_another_generator_is_not_the_one_asked_for():
    question = exercise("sgd.minibatches")

    def batches(rng, examples, batch_size):
        order = np.random.default_rng().permutation(examples)
        return [order[i : i + batch_size] for i in range(0, examples, batch_size)]

    assert "the same order from an equal rng" in question.check(batches).message


@pytest.mark.parametrize("size, example", [(1, "[1]"), (2, "[1, 2]"), (3, "[1, 2, 3]"), (8, "[1, 2, 3, …]")])
def test_a_list_is_shown_with_as_many_numbers_as_are_wanted(size, example):
    assert wanted_text((size,)).endswith(f"such as {example}")
