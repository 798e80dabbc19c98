"""Defects of the exercises: what accepts too much, recognizes too little, or says too much."""

from mutants.planting import Defect, edit, notebook, script

NEURONS = "nnbook/exercises/neurons.py"
CHECKS = "pytest tests/test_exercises.py -k 'neurons and not every_seed'"
ANSWERS = "pytest tests/test_exercise_answers.py"
COUNTED = 'value=lambda g: g["weights"] + g["biases"],\n        label="parameters"'
COUNT_HINT = '"Each layer but the first adds (units before + 1) × units. Why the + 1?"'


def never_check(cells):
    """Take the check out of the first cell that has one."""
    cell = next(cell for cell in cells if ".check(" in cell.source)
    cell.source = cell.source[: cell.source.index("\n")] if "\n" in cell.source else "..."


DEFECTS = (
    Defect(
        "a reference solution does not pass its check",
        edit("nnbook/exercises/core.py", "return self.grade(self.submission(answer))", "return self.grade(self.submission(-answer if isinstance(answer, int) else answer))"),
        CHECKS,
        quick=True,
    ),
    Defect(
        "a reference answer is wrong",
        edit(NEURONS, COUNTED, 'value=lambda g: g["weights"] + g["biases"] + 1,\n        label="parameters"'),
        CHECKS,
    ),
    Defect(
        "the reference function forgets the bias",
        edit(NEURONS, "    z = x @ W + b\n    return 1 / (1 + np.exp(-z))", "    z = x @ W\n    return 1 / (1 + np.exp(-z))"),
        CHECKS,
    ),
    Defect(
        "a mistake gets the diagnosis of another",
        edit("nnbook/exercises/refresher.py", '"The inner dimension is summed over and disappears; which two are left?"', '"Rows come from the left factor, columns from the right one."'),
        "pytest tests/test_exercises.py -k reviewed",
    ),
    Defect(
        "a check accepts every finite number",
        edit("nnbook/exercises/numeric.py", "return x == y or abs(x - y) <= atol + rtol * abs(y)", "return True"),
        CHECKS,
        quick=True,
    ),
    Defect(
        "a check accepts every function",
        edit("nnbook/exercises/code.py", "            if problem:\n                if self.hidden", "            if problem and problem[0] == 'nothing':\n                if self.hidden"),
        CHECKS,
    ),
    Defect(
        "a choice is right when half of it is",
        edit("nnbook/exercises/choice.py", "if not wrong and hits == len(self.right):", "if not wrong and hits >= len(self.right) / 2:"),
        ANSWERS,
    ),
    Defect(
        "a named mistake is not recognized",
        edit(NEURONS, 'lambda g: g["z"] - 2 * g["b"]', 'lambda g: g["z"] - g["b"]'),
        CHECKS,
    ),
    Defect(
        "a mistake's answer lies within the tolerance of the right one",
        edit(NEURONS, 'lambda g: g["weights"],\n                "These are the connections', 'lambda g: g["weights"] + g["biases"],\n                "These are the connections'),
        CHECKS,
    ),
    Defect("a hint gives the answer", edit(NEURONS, COUNT_HINT, '"There are 13,002 of them."'), CHECKS),
    Defect(
        "a mistake's feedback gives the answer",
        edit(NEURONS, '"These are the connections; each neuron has one more parameter."', '"These are the connections; with biases it is 13002."'),
        CHECKS,
    ),
    Defect(
        "an exercise is worth no points",
        edit(NEURONS, 'takeaway="Most of them stand between the input and the first hidden layer.",\n    points=2', 'takeaway="Most of them stand between the input and the first hidden layer.",\n    points=0'),
        CHECKS,
    ),
    Defect(
        "an exercise has no hints",
        edit("nnbook/exercises/core.py", "    def hint(self, number=None):", "    hints = ()\n\n    def hint(self, number=None):"),
        CHECKS,
    ),
    Defect("an exercise is not in its chapter's list", edit(NEURONS, "    count_parameters,\n", ""), "pytest tests/test_contents.py"),
    Defect("an exercise's answer is never checked", notebook("book/01-neurons.ipynb", never_check), "pytest tests/test_contents.py"),
    Defect(
        "every student gets the same numbers",
        edit("nnbook/exercises/core.py", "self.draw(np.random.default_rng(self.seed))", "self.draw(np.random.default_rng(1))"),
        CHECKS,
    ),
    Defect(
        "a reader's exception becomes a traceback",
        edit("nnbook/exercises/code.py", 'return ("raised" if error["line"] else "raised-outside")', 'return ("raised" if error["lines"] else "raised-outside")'),
        ANSWERS,
    ),
    Defect(
        "a call that does not end is not ended",
        edit("nnbook/exercises/code.py", "outcomes(answer, self.arguments_of(given), self.call, self.seconds)", "outcomes(answer, self.arguments_of(given), self.call, 60 * self.seconds)"),
        f"{ANSWERS} -k 'not_end'",
    ),
    Defect(
        "the page accepts every number",
        script("exercises.js", "return x === y || Math.abs(x - y) <= atol + rtol * Math.abs(y);", "return true;"),
        "pytest tests/test_browser_exercises.py -k 'agree and neurons'",
    ),
    Defect(
        "the page says another sentence than Python",
        script("exercises.js", '    if (wrong === 0) return null;\n    const fields = { got: arrayText(got), wrong: wrong, count', '    if (wrong === 0) return null;\n    const fields = { got: arrayText(got), wrong: wrong + 1, count'),
        "pytest tests/test_browser_exercises.py -k 'agree and neurons'",
    ),
    Defect(
        "the page forgets answers when it is left",
        script("exercises.js", "enter(form, before.answer || {});", "enter(form, {});"),
        "pytest tests/test_browser_exercises.py -k kept",
    ),
    Defect(
        "a student's code sees the whole file system",
        edit("nnbook/course/jail.py", "    os.chroot(root)\n    os.chdir(HOME)", "    os.chdir(root + HOME)"),
        "pytest tests/test_course_sandbox.py",
    ),
    Defect(
        "a well-rounded answer is refused",
        edit("nnbook/exercises/backpropagation.py", "rtol=0.005,\n        atol=0.0006", "rtol=0.0005,\n        atol=0.0006"),
        "pytest tests/test_exercises.py -k three_digits",
    ),
    Defect(
        "the median of two totals is the larger",
        edit("nnbook/course/grade.py", "statistics.median(totals)", "totals[len(totals) // 2]"),
        "pytest tests/test_course_edges.py -k median",
    ),
    Defect(
        "a begun day late costs nothing",
        edit("nnbook/course/late.py", "math.ceil(", "math.floor("),
        "pytest tests/test_course_commands.py tests/test_course_class.py",
    ),
    Defect(
        "what a cluster gives up on is not graded",
        edit("nnbook/course/parallel.py", 'future.status == "finished"', 'future.status != "lost"'),
        "pytest tests/test_course_parallel.py -k gives_up",
    ),
)
