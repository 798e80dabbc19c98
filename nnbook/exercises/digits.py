"""Exercises of chapter 10, Reading digits."""

import functools
from dataclasses import replace

import numpy as np

from nnbook.datasets import digits
from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code, Property
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric
from nnbook.recipes import MODERN
from nnbook.training import accuracy

__all__ = ["EXERCISES"]


# Three parts

three_parts = Exercise(
    id="digits.three-parts",
    title="Why three parts and not two",
    statement=(
        "A friend trains twenty networks with different settings, looks at the accuracy of each on the test set, hands in the best one, and reports that accuracy. \"No network was ever trained on a test digit,\" "
        "says the friend, \"so the number is honest.\" Answer in four to six sentences: what is wrong, in which direction, and what should be done instead?"
    ),
    kind=Explain(
        rubric=(
            "Choosing among networks by their test accuracy uses the test set, just as training uses the training set: the choice is fitted to it.",
            "Each measured accuracy is the true one plus chance, and the largest of twenty is more likely than not to have had good luck, so the reported number is too high on average.",
            "Choose on a validation set, and look at the test set once, with the network chosen.",
            "The bias grows with the number of candidates and shrinks with the size of the set, or the answer compares it with the standard error.",
        ),
        model=(
            "The gradient never saw the test digits, but the choice did: of twenty candidates the one was kept that happened to do best on just these images. A measured accuracy is the true accuracy plus the luck "
            "of the sample. The maximum over twenty such sums prefers good luck, so on average it lies above the true accuracy of the network that was chosen. The more candidates and the fewer test digits, the larger the "
            "surplus; with 2,000 digits one standard error is about 0.6 of a percentage point at 92 %, and the best of twenty equally good networks gains typically up to two of them. The remedy is a third part: choose everything, also the epoch at which to stop, on "
            "validation digits, and measure the chosen network once on test digits that took no part in any decision."
        ),
    ),
    hints=(
        "Imagine twenty networks that are exactly equally good. Would their measured accuracies be equal?",
        "Which of the twenty numbers is reported, and is it a typical one?",
    ),
    worked="Compare your sentences with these; other words are as good when they say the same.",
    points=4,
    minutes=8,
)

LEAKY = """```python
 1  images = (images - images.mean(axis=0)) / (images.std(axis=0) + 1)
 2  images, labels = shift_each_by_one_pixel_four_ways(images, labels)
 3  order = rng.permutation(len(images))
 4  train, validation, test = cut(images[order], labels[order])
 5  for rate in (0.001, 0.003, 0.01):
 6      nets[rate] = fit(train, rate, batches=shuffled_each_epoch)
 7      scores[rate] = accuracy(nets[rate], test)
 8  best = nets[max(scores, key=scores.get)]
 9  best = keep_training(best, train, until_loss_rises_on=validation)
10  print("accuracy on new digits:", accuracy(best, test))
```"""

data_leak = Exercise(
    id="digits.data-leak",
    title="Find the leaks",
    statement=(
        f"Something of the test digits finds its way into the decisions of this program, so that the last line promises too much. Which of the statements are leaks? (Several are.)\n\n{LEAKY}"
    ),
    kind=Choice(
        options=(
            Option(
                "line-one",
                "Line 1 takes the mean and the spread over all images.",
                True,
                "They are parameters too, and they must be taken from the training images and then applied to the others; here the leak is small, but it is one.",
            ),
            Option(
                "lines-two-to-four",
                "Lines 2 to 4 make shifted copies first and cut afterward.",
                True,
                "Copies of one handwritten digit end up on both sides of the cut, so the network is tested on images that it has all but seen.",
            ),
            Option(
                "line-six",
                "Line 6 shuffles the training images in every epoch.",
                False,
                "Whose order is it that changes?",
            ),
            Option(
                "lines-seven-and-eight",
                "Lines 7 and 8 choose the learning rate.",
                True,
                "The choice is made by the test digits, so their score of the chosen network is flattered.",
            ),
            Option(
                "line-nine",
                "Line 9 stops when the loss on the validation images rises.",
                False,
                "That is what validation images are for; is a test image looked at?",
            ),
        ),
        several=True,
    ),
    hints=(
        "Go through the lines and ask of each: would the result be another one if the test images were other ones?",
        "When is it decided which image belongs to which part, and what has happened to the images before?",
    ),
    worked="Cut first. Everything that is computed from data and then used, be it a weight, a mean or a choice, must come from training and validation digits.",
    takeaway="The worst of them is the one that looks most harmless: near-copies on both sides of the cut.",
    points=3,
    minutes=6,
)


# What an accuracy says


def _sample(n, wrong):
    p = 1 - wrong / n
    return {"n": n, "wrong": wrong, "share": 100 * p, "error": 100 * np.sqrt(p * (1 - p) / n)}


standard_error = Exercise(
    id="digits.standard-error",
    title="How sure is an accuracy?",
    statement=(
        "A network misreads [[wrong]] of [[n]] test digits. Give its accuracy in percent, and the standard error of that accuracy in percentage points, each with three digits."
    ),
    kind=Numeric(
        value=lambda g: {"accuracy": g["share"], "standard error": g["error"]},
        rtol=0.005,
        mistakes=(
            Mistake(
                "error-rate",
                lambda g: {"accuracy": 100 - g["share"]},
                "That is the share of mistakes; how many are right?",
            ),
            Mistake(
                "as-a-share",
                lambda g: {"accuracy": g["share"] / 100, "standard error": g["error"] / 100},
                "Both as percent, please: multiply by a hundred.",
            ),
            Mistake(
                "variance",
                lambda g: {"standard error": g["error"] ** 2 / 100},
                "That is a variance; the standard error is its root.",
            ),
            Mistake(
                "of-one-digit",
                lambda g: {"standard error": g["error"] * np.sqrt(g["n"])},
                "That is the standard deviation of a single digit, right or wrong; the mean over many varies less.",
            ),
            Mistake(
                "divided-by-n",
                lambda g: {"standard error": g["error"] / np.sqrt(g["n"])},
                "The spread of a mean falls with the root of the number of examples, not with the number.",
            ),
        ),
    ),
    hints=(
        "One digit is right (1) or wrong (0). What is the variance of such a number, if its mean is p?",
        "The variance of a mean of n independent numbers is that of one, divided by n.",
    ),
    worked="With $p = 1 - [[wrong]]/[[n]]$, one digit has the variance $p(1-p)$, and the mean over [[n]] digits the standard error $\\sqrt{p(1-p)/[[n]]}$.",
    takeaway="Differences of less than about two standard errors between networks tell little.",
    points=3,
    minutes=5,
    book=_sample(2000, 160),
    draw=lambda rng: _sample(int(rng.integers(8, 60)) * 100, int(rng.integers(41, 190))),
)


def _table(rows):
    (aa, ab, ac), (ba, bb, bc), (ca, cb, cc) = rows
    total = sum(map(sum, rows))
    numbers = {f"n{i}{j}": rows[i][j] for i in range(3) for j in range(3)}
    return {
        **numbers,
        "total": total,
        "share": (aa + bb + cc) / total,
        "recall": bb / (ba + bb + bc),
        "precision": bb / (ab + bb + cb),
    }


def _draw_table(rng):
    while True:
        rows = [[int(rng.integers(2, 15)) for _ in range(3)] for _ in range(3)]
        for k in range(3):
            rows[k][k] = int(rng.integers(40, 99))
        g = _table(rows)
        shares = (g["share"], g["recall"], g["precision"], rows[1][1] / g["total"])
        if min(abs(x - y) for i, x in enumerate(shares) for y in shares[:i]) > 0.012:
            return g


read_confusion = Exercise(
    id="digits.read-the-confusion",
    title="Reading a confusion matrix",
    statement=(
        "Rows are labels, columns are what the network read:\n\n"
        "| | read as 3 | read as 5 | read as 8 |\n|---|---|---|---|\n"
        "| a 3 | [[n00]] | [[n01]] | [[n02]] |\n| a 5 | [[n10]] | [[n11]] | [[n12]] |\n| an 8 | [[n20]] | [[n21]] | [[n22]] |\n\n"
        "Give three shares between 0 and 1: the accuracy; of the fives, how many were read as fives (*recall*); and of what was read as a five, how much was one (*precision*)."
    ),
    kind=Numeric(
        value=lambda g: {"accuracy": g["share"], "recall of 5": g["recall"], "precision of 5": g["precision"]},
        rtol=0.003,
        mistakes=(
            Mistake(
                "swapped",
                lambda g: {"recall of 5": g["precision"], "precision of 5": g["recall"]},
                "Recall stays within one label, so within one row; precision within one answer, so within one column.",
            ),
            Mistake(
                "of-all",
                lambda g: {"recall of 5": g["n11"] / g["total"]},
                "That is a share of all digits; recall asks only about the fives.",
            ),
            Mistake(
                "one-row",
                lambda g: {"accuracy": g["recall"]},
                "That is the share within one row; accuracy counts the whole diagonal.",
            ),
            Mistake(
                "mistakes",
                lambda g: {"accuracy": 1 - g["share"]},
                "That is the share of mistakes.",
            ),
        ),
    ),
    hints=("What do the numbers of one row have in common, and what those of one column?",),
    worked="Accuracy is the diagonal over everything. Recall divides [[n11]] by the sum of its row, precision by the sum of its column.",
    takeaway="One matrix answers three different questions; say which one you ask.",
    points=3,
    minutes=5,
    book=_table([[86, 11, 3], [9, 78, 13], [2, 5, 93]]),
    draw=_draw_table,
)


def confusion_matrix(labels, predictions, classes):
    """Counts (classes, classes): row the label, column what was predicted."""
    counts = np.zeros((classes, classes))
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label, prediction] += 1
    return counts


def _counted_once(labels, predictions, classes):
    counts = np.zeros((classes, classes))
    counts[labels, predictions] += 1  # an index that comes twice is written twice, and counts once
    return counts


def _transposed(labels, predictions, classes):
    return confusion_matrix(labels, predictions, classes).T


def _only_mistakes(labels, predictions, classes):
    counts = confusion_matrix(labels, predictions, classes)
    return counts - np.diag(np.diag(counts))


def _as_shares(labels, predictions, classes):
    counts = confusion_matrix(labels, predictions, classes)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _of_classes_seen(labels, predictions, classes):
    return confusion_matrix(labels, predictions, max(*labels, *predictions) + 1)


def _confusion_cases(given, rng):
    small = {"labels": np.array([0, 0, 0, 1, 2, 2]), "predictions": np.array([0, 0, 2, 1, 2, 1]), "classes": 4}
    labels = rng.integers(0, 5, 60)
    wrong = np.where(rng.random(60) < 0.3, rng.integers(0, 5, 60), labels)
    return [small, {"labels": labels, "predictions": wrong, "classes": 5}]


write_confusion = Exercise(
    id="digits.confusion-matrix",
    title="Count the confusions",
    statement=(
        "Write `confusion_matrix(labels, predictions, classes)`. `labels` and `predictions` are arrays of whole numbers from 0 to `classes − 1`. It returns an array of shape (classes, classes) whose "
        "entry in row *i* and column *j* says how many examples of label *i* were predicted to be *j*."
    ),
    kind=Code(
        reference=confusion_matrix,
        cases=_confusion_cases,
        mistakes=(
            Mistake(
                "each-pair-once",
                _counted_once,
                "Every entry is 0 or 1: adding to an indexed array counts a pair that comes several times only once; use a loop or `np.add.at`.",
            ),
            Mistake("transposed", _transposed, "Rows and columns are interchanged: the label decides the row."),
            Mistake("only-mistakes", _only_mistakes, "The diagonal is empty; right answers are counted too."),
            Mistake("shares", _as_shares, "These are shares of each row; counts are wanted."),
            Mistake(
                "classes-seen",
                _of_classes_seen,
                "The size follows from the examples; a class that happens not to occur has its row and column all the same.",
            ),
        ),
    ),
    hints=(
        "Begin with zeros of shape (classes, classes) and go through the pairs of label and prediction.",
        "Without a loop: `counts[labels, predictions] += 1` would add only once for equal pairs. Which function of numpy adds as often as a place is named?",
    ),
    worked="Each example adds 1 in the row of its label and the column of its prediction.",
    takeaway="Its diagonal over its sum is the accuracy.",
    points=3,
    minutes=8,
)


# Explaining mistakes

explain_mistakes = Exercise(
    id="digits.explain-mistakes",
    title="Explain three mistakes",
    statement=(
        "In the figure of the confusion matrix, open the cells *label 9, read as 4*, *label 3, read as 5* and *label 7, read as 9*. From each take one image that you would have read correctly. "
        "Explain the three mistakes: what in the image speaks for the wrong digit, if one sees only which pixels have ink, and what do you use that this network cannot? One or two sentences for each."
    ),
    kind=Explain(
        rubric=(
            "9 read as 4: the loop is open at the top, angular or flattened, so that most of its pixels are those of a 4; a person follows the line and sees that it nearly closes.",
            "3 read as 5: the upper bow is short, or begins at the left with a bar, so the ink of the upper half lies where fives have theirs; a person sees on which side the upper bow is open.",
            "7 read as 9: a curled or hooked top, or a stroke across, puts ink where a nine has its loop; a person sees that the hook encloses nothing.",
            "At least once it is said that the network adds up evidence by pixel position, and has no notion of line, closure or neighborhood, so that a small shift or slant moves the ink onto pixels with other weights.",
        ),
        model=(
            "*9 as 4.* The loop of this nine is open at the top and pointed, so nearly all of its ink lies on pixels that fours use too; I follow the line, see that it comes back to its beginning, and allow for the gap. "
            "*3 as 5.* The upper bow is short and begins with a level bar at the left, and ink in the upper left is strong evidence for a five; I see that the upper bow opens to the left. "
            "*7 as 9.* The top bends down at its left end and puts ink where a nine closes its loop; I see that the hook encloses nothing. In all three cases the network has only sums of evidence by position. Whether two inked pixels belong to one line, "
            "or whether a line closes, is nothing that its first layer can ask about, and a digit that is a little slanted or narrow brings its ink to pixels whose weights speak for another digit."
        ),
    ),
    hints=(
        "Which pixels of the wrong digit are inked, and which of the right one are missing?",
        "What would you point at, to convince a child that it is a nine? Is that a property of single pixels?",
    ),
    worked="Your images may be others; compare the kind of argument.",
    points=4,
    minutes=12,
)

not_edges = Exercise(
    id="digits.not-edges",
    title="Edges, then loops, then digits?",
    statement=(
        "A popular account of this very network says: the first hidden layer picks up edges, the second puts them together into loops and lines, the last into digits. What have you seen in this chapter that speaks against it, "
        "and what would you have to see to believe it? Answer in four to six sentences."
    ),
    kind=Explain(
        rubric=(
            "The weight maps of the trained first layer are blotches over the whole field, not short oriented bars.",
            "Permuting all pixels changes neither training nor accuracy; so nothing in the architecture looks for edges, which are a matter of neighboring pixels; what units reflect of them is in the data alone.",
            "Networks from other starts have other units and reach the same accuracy, so no particular set of parts is needed.",
            "A test that could support the account is named: units that respond to an edge at a place whatever the digit is, or weights that look like edges, or that removing the unit harms digits with that edge.",
        ),
        model=(
            "The account describes how one might design a reader of digits, and it was offered as a hope, not as a finding. The learned weights do not look like it: each unit weighs ink all over the field, in blotches of both signs. "
            "The permutation shows that nothing in the architecture looks for edges: shuffle the pixels of all images in one and the same way, and the network learns exactly as well, step by step with the same numbers, although no edge is left in the images. If units "
            "reflect which pixels are neighbors, they have it from the data alone. And from another start other units come out, with the same accuracy. To believe the account I would want to see units that fire for an edge at a certain place and direction in digits of every kind, and a network that suffers in "
            "just the digits with that edge when the unit is taken away. (Convolutional networks, which know about neighbors, do learn filters for edges in their first layer.)"
        ),
    ),
    hints=(
        "What are edges made of, and what becomes of them if all images are shuffled alike?",
        "What does the weight map of a unit that detects an edge look like?",
    ),
    worked="Compare your sentences with these.",
    points=4,
    minutes=8,
)


# Recipes

which_ablation = Exercise(
    id="digits.which-ablation",
    title="Which change hurts most?",
    statement=(
        "The modern recipe for 784-16-16-10 is ReLU, cross-entropy, Adam and He's initialization. One thing is changed, the learning rate is chosen anew, and the budget stays at a few epochs. Which change costs most accuracy?"
    ),
    kind=Choice(
        options=(
            Option(
                "activation",
                "Sigmoid instead of ReLU, with Xavier's initialization.",
                False,
                "Two hidden layers are not deep enough for the small slopes to add up to much; look at its row in the table.",
            ),
            Option(
                "optimizer",
                "Plain gradient descent instead of Adam.",
                False,
                "On a well-scaled start a tuned η does the same here; chapter 7 compared the two.",
            ),
            Option(
                "initialization",
                "Weights from N(0, 1) instead of N(0, 2/fan_in).",
                True,
                "A hundred inked pixels with weights of size one make pre-activations of size ten, the next layers enlarge them further, and the first loss is many times the 2.3 of guessing: the budget is spent on undoing the start.",
            ),
            Option(
                "dropout",
                "Dropout at the rate 0.1 in addition.",
                False,
                "It takes one or two of sixteen units away at a time; is there overfitting to be cured in a few epochs?",
            ),
        )
    ),
    hints=(
        "Which of the changes makes the network of the first step a bad one, and which only slow it down?",
        "How large are the logits before the first step, in each case?",
    ),
    worked="The ablation table of the chapter has it, over five seeds, each recipe at its best of three learning rates.",
    points=2,
    minutes=3,
)

BUDGET = {"digits": 2000, "epochs": 3, "target": 0.87}


@functools.cache
def reached(learning_rate, batch_size):
    """The median validation accuracy of three networks 784-16-10 after three epochs on 2,000 digits with these settings."""
    x, y = (part[: BUDGET["digits"]] for part in digits("train"))
    held_out, wanted = digits("validation")
    recipe = replace(MODERN, sizes=(784, 16, 10), batch_size=batch_size)
    nets = [recipe.fit(x, y, seed=k, learning_rate=learning_rate, epochs=BUDGET["epochs"]).net for k in range(3)]
    return float(np.median([_accuracy(net, held_out, wanted) for net in nets]))


def _accuracy(net, images, labels):
    """The accuracy of a network, 0 for one that diverged."""
    return accuracy(net(images), labels) if np.isfinite(net.theta).all() else 0.0


def _passes(learning_rate, batch_size):
    return reached(float(learning_rate), int(batch_size)) >= BUDGET["target"]


def settings():
    """Small batches make many updates of three epochs, and a rate above Adam's default uses them."""
    return 0.004, 20


beat_the_target = Exercise(
    id="digits.beat-the-target",
    title="Challenge: 87 percent within a budget",
    statement=(
        "A network 784-16-10 (ReLU, cross-entropy, Adam, He) may look at 2,000 training digits three times each, and no more. Write `settings()`, without arguments, which returns a pair `(learning_rate, batch_size)`, so that it reads at "
        "least 87 % of the 2,000 validation digits. The check trains three networks from different starts and takes the median. Adam's usual $η = 0.001$ with batches of 32 does not reach it."
    ),
    kind=Code(
        reference=settings,
        cases=lambda given, rng: [{}],
        compare=False,
        returns=("learning_rate", "batch_size"),
        properties=(
            Property(
                "no-batch-size",
                lambda case, learning_rate, batch_size: float(batch_size).is_integer() and 1 <= batch_size <= 2000,
                "the batch size must be a whole number from 1 to 2,000; return the learning rate first and the batch size second.",
            ),
            Property(
                "no-rate",
                lambda case, learning_rate, batch_size: 0 < learning_rate < 10,
                "the learning rate must be a positive number below 10; Adam moves every weight by about η in a step.",
            ),
            Property(
                "few-updates",
                lambda case, learning_rate, batch_size: batch_size <= 64 or _passes(learning_rate, batch_size),
                "the target is not reached, and your three epochs hold few updates; how many are they with smaller batches?",
            ),
            Property(
                "timid",
                lambda case, learning_rate, batch_size: learning_rate > 0.0015 or _passes(learning_rate, batch_size),
                "the target is not reached: the steps are short for the number of updates that you make. What is the next larger rate that you would try?",
            ),
            Property(
                "wild",
                lambda case, learning_rate, batch_size: _passes(learning_rate, batch_size),
                "the target is not reached. Are the steps too long for the noise of your batches, or too short for their number? Compare with the next larger and the next smaller rate.",
            ),
        ),
    ),
    hints=(
        "An epoch is 2,000 / batch_size updates. Count yours.",
        "Train on the training digits and look at validation accuracy for a grid: rates by factors of about two, batches of 10, 20, 50.",
    ),
    worked="The best batch is small enough for a few hundred updates and large enough to point somewhere; around 20 to 50 examples and η from 0.004 to 0.007 mostly do it.",
    takeaway="With a budget in examples, batch size buys updates, and each batch size has its own best rate.",
    points=4,
    minutes=15,
)

against_neighbors = Exercise(
    id="digits.against-neighbors",
    title="A network or the neighbors?",
    statement=(
        "In the chapter's table, three nearest neighbors read more digits than 784-16-16-10, without any training. Name one situation in which you would take the neighbors and one in which you would take the network, each with a reason that has a number in it. Three to five sentences."
    ),
    kind=Explain(
        rubric=(
            "The neighbors are more accurate here, need no training, and new examples can be added at once.",
            "They keep all training digits, 6,272,000 numbers against 13,002.",
            "Each answer compares with every stored digit, some 6.3 million multiplications against 13,000, so reading is hundreds of times as costly.",
            "The choice follows from the situation: few answers and changing data against many answers, little memory or slow devices.",
        ),
        model=(
            "For a museum that sorts a few thousand labels once and keeps adding examples, I take the neighbors: they read more digits, need no training, and a new example works the moment it is stored. For a page in a browser I take the "
            "network: it keeps 13,002 numbers where the neighbors keep 6,272,000, and it answers with 13,000 multiplications instead of 6.3 million, so it can run at every stroke. If accuracy mattered most I would take a wider network, which catches up with the "
            "neighbors at 784-128-10 and is still some sixty times cheaper to ask."
        ),
    ),
    hints=("What does each of them store, and what does one answer cost?",),
    worked="Other situations are as good when the numbers support them.",
    points=3,
    minutes=8,
)

EXERCISES = (
    three_parts,
    data_leak,
    standard_error,
    read_confusion,
    write_confusion,
    explain_mistakes,
    not_edges,
    which_ablation,
    beat_the_target,
    against_neighbors,
)
