"""Exercises of chapter 11, When to use a network."""

import itertools

import numpy as np

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code
from nnbook.exercises.core import Exercise
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric

__all__ = ["EXERCISES"]


def apart(values, share=0.03):
    """Whether any two of the numbers differ by more than a share of the larger."""
    return all(abs(x - y) > share * max(abs(x), abs(y)) for x, y in itertools.combinations(values, 2))


# Choosing

five_situations = Exercise(
    id="when.five-situations",
    title="Five situations",
    statement=(
        "Choose a model for each of five situations, and give the one reason that decides: (1) a bank must say in writing why it refused a loan; 3,000 past cases, 20 columns. (2) Two million photographs of leaves, labeled with 400 plant "
        "diseases. (3) A battery-powered sensor has to report falls of elderly people; 200 recorded falls, six numbers a sample. (4) A shop wants to predict tomorrow's sales from 40 columns of mixed kind, 100,000 rows, with many columns of doubtful use. "
        "(5) Telling engine sounds apart, ten recordings of each of three kinds so far. Name also the simplest thing you would try first in each."
    ),
    kind=Explain(
        rubric=(
            "(1) A linear model, or a small tree: the reason must be told and checked, and 3,000 rows of 20 columns do not ask for more.",
            "(2) A network, and a convolutional one or one trained beforehand on other images: raw pixels, much data, no columns that mean something by themselves.",
            "(3) A threshold or a linear model on a few features made by hand: little data, and every operation costs battery.",
            "(4) A tree ensemble: mixed columns, useless ones among them, enough rows; a linear model as a yardstick.",
            "(5) Nothing that needs to be fitted much: nearest neighbors or a linear model on features of the sound, and more recordings; or the features of a network that others have trained.",
            "Names in each case a baseline to be beaten, such as the most frequent answer, yesterday's value, or one rule.",
        ),
        model=(
            "(1) Logistic regression: what decides is that the bank has to state the reason, and the weight of each column states it; baseline, the rule in use now. (2) A convolutional network, better one that has been trained on other photographs and is adjusted: single pixels mean nothing, the data are plenty; "
            "baseline, a linear model on colors. (3) Two or three features made by hand (the largest acceleration, how long it is still afterwards) with a threshold or a linear model: 200 examples, and a battery. (4) A forest or boosted trees: they choose columns, ignore useless ones and do not mind their scales; "
            "baselines, yesterday's sales and a linear model. (5) With thirty recordings I would compare spectra by nearest neighbors and put my time into recordings; features from a network trained on other sounds would be the next step. A network of my own from raw sound would learn the thirty by heart."
        ),
    ),
    hints=(
        "For each: how much data, what kind of columns, who has to understand the answer, what may one answer cost?",
        "Where a single column means something, begin with a model that looks at columns. Where only many together mean something, a network has its chance.",
    ),
    worked="There is more than one good answer; what counts is that the reason belongs to the situation.",
    points=6,
    minutes=12,
)


against_yourself = Exercise(
    id="when.argue-against-your-choice",
    title="Argue against your choice",
    statement=(
        "Take the situation of the previous exercise in which you felt surest. Write the strongest case *against* your choice that you can, as someone who knows the matter would. End with the measurement that would settle it, and say which result would change your mind."
    ),
    kind=Explain(
        rubric=(
            "The case against is specific to the situation: data, costs, errors that matter, or people affected; not “it depends”.",
            "It names an assumption of the first answer that may be false (enough labels, columns that stay the same, what errors cost).",
            "It proposes another model, not just doubts.",
            "The measurement is stated: which data kept aside, how many splits or seeds, which metric, against which baseline.",
            "It says in advance which result would change the choice.",
        ),
        model=(
            "For the bank I chose logistic regression, because its weights give the reason. Against it: with correlated columns (income, rent, district) the weights are not the reasons, a resample of the same cases can turn a sign around, and a letter that quotes them would give a false reason with great confidence. A shallow tree, or boosted "
            "trees with a bound on what may interact, would state its rule exactly and could be more accurate, since risk is not linear in age or income. And a wrongly refused loan costs a person a house, so two points of accuracy are not a luxury. What would settle it: the 3,000 cases in 20 random splits, "
            "both models tuned on the training part only, compared by wrong refusals at a fixed share of losses; and for the explanations, the share of weights whose sign is the same in 95 of 100 resamples. If the tree makes a fifth fewer wrong refusals in at least 15 splits, or if a third of my weights change their sign, I would change my mind."
        ),
    ),
    hints=(
        "Which sentence in your answer did you write without having seen a number?",
        "What would the opponent measure, and on whose data?",
    ),
    worked="A good opponent of this kind is cheaper than a failed project.",
    points=5,
    minutes=10,
)


yardstick = Exercise(
    id="when.first-thing-to-do",
    title="The first afternoon",
    statement="You get a new table with 5,000 rows and a column to be predicted, and one afternoon. Which of these belong in that afternoon? (Several may.)",
    kind=Choice(
        options=(
            Option(
                "look",
                "Look at the columns: units, missing values, duplicates, columns that know the answer.",
                True,
                "Most surprises are found here, and no model finds them for you.",
            ),
            Option(
                "constant",
                "Measure how good the best constant answer is.",
                True,
                "Without it, 95 % accuracy says nothing.",
            ),
            Option(
                "linear",
                "Fit a linear model and a tree ensemble with default settings.",
                True,
                "Both take minutes, and they bracket what the table gives away easily.",
            ),
            Option(
                "search",
                "Search over 500 settings of a deep network.",
                False,
                "What would you compare the winner with, and how many rows would be left to judge it honestly?",
            ),
            Option(
                "test",
                "Choose the best of all models tried by their accuracy on the test set.",
                False,
                "What is the test set for, once it has been used to choose?",
            ),
            Option(
                "curve",
                "Fit the same model on a half and on a quarter of the rows, to see whether more data would help.",
                True,
                "The slope of that curve tells whether to spend money on models or on data.",
            ),
        ),
        several=True,
    ),
    hints=("What must be known before any accuracy means something?",),
    worked="Look, measure the constant, fit two cheap models, look at their learning curves. Then decide whether there is anything left for a network to win.",
    points=3,
    minutes=4,
)


# Learning curves


def _power(n1, e1, b, n2, n3):
    e2 = e1 * (n1 / n2) ** b
    return {
        "first": n1, "second": n2, "third": n3, "error_first": round(100 * e1, 1), "error_second": round(100 * e2, 2),
    }  # fmt: skip


def _exponent(g):
    return float(np.log(g["error_first"] / g["error_second"]) / np.log(g["second"] / g["first"]))


def _at_third(g):
    return float(g["error_second"] * (g["second"] / g["third"]) ** _exponent(g))


def _straight(g):
    """A straight line through both points, as someone who forgets the logarithms would draw it."""
    slope = (g["error_second"] - g["error_first"]) / (g["second"] - g["first"])
    return g["error_second"] + slope * (g["third"] - g["second"])


def _draw_power(rng):
    while True:
        n1 = int(rng.choice([100, 200, 500, 1000]))
        n2 = n1 * int(rng.choice([4, 5, 8, 10]))
        g = _power(n1, float(rng.uniform(0.1, 0.35)), float(rng.uniform(0.15, 0.6)), n2, n2 * int(rng.choice([3, 6, 10, 20])))
        wrong = [_straight(g), g["error_second"] * g["second"] / g["third"], g["error_second"]]
        if apart([_at_third(g), *wrong], 0.06) and apart([_exponent(g), 1.0, np.log10(g["error_first"] / g["error_second"])], 0.06):
            return g


power_law = Exercise(
    id="when.more-data",
    title="What would more data bring?",
    statement=(
        "A model makes [[error_first:g]] % errors when trained on [[first]] examples and [[error_second:g]] % on [[second]]. Suppose its errors follow a power law, $E(N) = c\\,N^{-b}$. What is $b$, and what percentage of errors do you expect with [[third]] examples?"
    ),
    kind=Numeric(
        value=lambda g: {"b": _exponent(g), "errors in percent": _at_third(g)},
        rtol=0.02,
        mistakes=(
            Mistake(
                "straight-line",
                lambda g: {"errors in percent": _straight(g)},
                "That is a straight line through the two points; on which axes is a power law straight?",
            ),
            Mistake(
                "inverse",
                lambda g: {"errors in percent": g["error_second"] * g["second"] / g["third"]},
                "That would be b = 1, errors in proportion to 1/N; which b do the two measurements give?",
            ),
            Mistake(
                "not-divided",
                lambda g: {"b": float(np.log10(g["error_first"] / g["error_second"]))},
                "A slope on logarithmic axes is a difference up divided by a difference across.",
            ),
            Mistake(
                "no-gain",
                lambda g: {"errors in percent": g["error_second"]},
                "That is the error you have already; the law goes on falling.",
            ),
        ),
    ),
    hints=(
        "Take logarithms: $\\log E = \\log c - b \\log N$. Two points give the slope.",
        "You do not need c: divide the law at two sizes, and it cancels.",
    ),
    worked="$b = \\ln([[error_first:g]]/[[error_second:g]]) / \\ln([[second]]/[[first]])$, and then $E([[third]]) = [[error_second:g]] \\cdot ([[second]]/[[third]])^{b}$.",
    takeaway="Each tenfold of data divides the errors by the same factor, until something else is the limit.",
    points=3,
    minutes=5,
    book=_power(500, 0.158, 0.35, 4000, 40000),
    draw=_draw_power,
)


# Costs


def _operations(d, h, k, n):
    return {
        "inputs": d, "hidden": h, "classes": k, "kept": n,
        "network": d * h + h * k, "linear": d * k, "neighbors": n * d,
    }  # fmt: skip


def _draw_operations(rng):
    while True:
        d, h = int(rng.integers(20, 800)), int(rng.choice([16, 32, 64, 128, 256]))
        g = _operations(d, h, int(rng.integers(3, 12)), int(rng.integers(500, 20_000)))
        k, n = g["classes"], g["kept"]
        if apart([g["network"], g["network"] + h + k, d * h * k, d * h, g["linear"]], 0.003) and apart(
            [g["neighbors"], n, d * k, n * d * k], 0.003
        ):
            return g


operations = Exercise(
    id="when.operations-for-an-answer",
    title="What one answer costs",
    statement=(
        "Inputs have [[inputs]] numbers, and there are [[classes]] classes. How many multiplications does *one* answer take with a linear classifier (one logit a class), with a network [[inputs]]-[[hidden]]-[[classes]], and with nearest neighbors, which computes the squared distance "
        "to each of [[kept]] kept examples?"
    ),
    kind=Numeric(
        value=lambda g: {"linear": g["linear"], "network": g["network"], "neighbors": g["neighbors"]},
        rtol=1e-4,
        mistakes=(
            Mistake(
                "parameters",
                lambda g: {"network": g["network"] + g["hidden"] + g["classes"]},
                "That counts parameters; a bias is added, not multiplied with anything.",
            ),
            Mistake(
                "one-product",
                lambda g: {"network": g["inputs"] * g["hidden"] * g["classes"]},
                "The layers work one after the other: do their multiplications multiply?",
            ),
            Mistake(
                "first-layer",
                lambda g: {"network": g["inputs"] * g["hidden"]},
                "There is a second layer, even if it is small.",
            ),
            Mistake(
                "one-each",
                lambda g: {"neighbors": g["kept"]},
                "One distance is a sum of squares: over how many numbers?",
            ),
            Mistake(
                "times-classes",
                lambda g: {"neighbors": g["kept"] * g["inputs"] * g["classes"]},
                "The classes come in only after the distances; are distances computed for each class anew?",
            ),
        ),
    ),
    hints=(
        "A matrix of shape (from, to) costs from × to multiplications for one example.",
        "A squared distance takes one multiplication for each coordinate.",
    ),
    worked="Linear: $[[inputs]] \\cdot [[classes]]$. Network: $[[inputs]] \\cdot [[hidden]] + [[hidden]] \\cdot [[classes]]$. Neighbors: $[[kept]] \\cdot [[inputs]]$.",
    takeaway="Training is paid once. This is paid at every answer.",
    points=3,
    minutes=4,
    book=_operations(784, 128, 10, 8000),
    draw=_draw_operations,
)


def _worth(cases, simple, better, cost, extra):
    return {
        "cases": cases, "simple": simple, "better": better, "cost": cost, "extra": extra,
        "gain": cases * (simple - better) / 100 * cost - extra,
    }  # fmt: skip


def _draw_worth(rng):
    while True:
        simple = round(float(rng.uniform(3, 9)), 1)
        g = _worth(
            int(rng.integers(2, 50)) * 100, simple, round(simple - float(rng.uniform(0.3, 2.0)), 1),
            int(rng.integers(1, 13)), int(rng.integers(2, 90)) * 5,
        )  # fmt: skip
        saved = g["cases"] * (g["simple"] - g["better"]) / 100
        wrong = [saved, saved * g["cost"], 100 * saved * g["cost"] - g["extra"], -g["gain"]]
        if abs(g["gain"]) > 5 and apart([g["gain"], *wrong], 0.05):
            return g


worth_it = Exercise(
    id="when.is-it-worth-it",
    title="Is it worth it?",
    statement=(
        "A service answers [[cases]] requests a day. A linear model is wrong in [[simple:g]] % of them, a network in [[better:g]] %. Each wrong answer costs [[cost]] euros; the network costs [[extra]] euros a day more to run. How many euros a day does one gain with the network (negative if one loses)?"
    ),
    kind=Numeric(
        value=lambda g: g["gain"],
        rtol=0.005,
        atol=0.01,
        label="euros a day",
        mistakes=(
            Mistake(
                "errors-saved",
                lambda g: g["cases"] * (g["simple"] - g["better"]) / 100,
                "That is the number of errors saved; what are they worth?",
            ),
            Mistake(
                "price-forgotten",
                lambda g: g["gain"] + g["extra"],
                "That is what fewer errors save; the network itself has a price.",
            ),
            Mistake(
                "percent",
                lambda g: g["cases"] * (g["simple"] - g["better"]) * g["cost"] - g["extra"],
                "The rates are given in percent.",
            ),
            Mistake("sign", lambda g: -g["gain"], "The size is right; on which side does the gain stand?"),
        ),
    ),
    hints=(
        "How many errors fewer a day, and what do they cost?",
        "Subtract what the network costs more.",
    ),
    worked="[[cases]] · ([[simple:g]] % − [[better:g]] %) errors fewer, times [[cost]] euros, minus [[extra]] euros: [[gain:.4g]].",
    takeaway="An accuracy alone decides nothing. The same two models can be the right choice in one place and the wrong one in another.",
    points=2,
    minutes=3,
    book=_worth(2000, 5.0, 4.2, 3, 60),
    draw=_draw_worth,
)


# What models take for granted

turned_axes = Exercise(
    id="when.turned-axes",
    title="Turned axes",
    statement=(
        "All inputs of a task are multiplied by the same random rotation matrix $Q$, training and test alike: $\\mathbf{x} \\to \\mathbf{x}Q$. Then every model is trained anew. Which statements hold? (Several may.)"
    ),
    kind=Choice(
        options=(
            Option(
                "neighbors",
                "Nearest neighbors gives the same answers as before.",
                True,
                "A rotation changes no distance.",
            ),
            Option(
                "linear",
                "A linear model with an L2 penalty can represent exactly what it could before, at the same penalty.",
                True,
                "Turn its weights along; their length stays.",
            ),
            Option(
                "network",
                "A fully connected network from a random normal start, trained by gradient descent, is as likely to reach any given result as before.",
                True,
                "Its first weights, turned along, have the same distribution, and gradient descent treats all directions alike.",
            ),
            Option(
                "forest",
                "A forest gives the same answers as before.",
                False,
                "A tree asks about one column at a time; what has become of the columns?",
            ),
            Option(
                "information",
                "Information about the classes is lost.",
                False,
                "Multiply by the transpose of Q, and everything is back.",
            ),
        ),
        several=True,
    ),
    hints=(
        "For each model: does it look at single columns, or at sums and distances?",
        "What happens to $\\mathbf{x}\\cdot\\mathbf{w}$ if both are turned?",
    ),
    worked="Sums with free weights and distances do not notice a rotation. Questions about a single column do, and on tables whose columns mean something that is a strength.",
    points=3,
    minutes=4,
)


def nearest_neighbor(x_train, y_train, x):
    """The label of the nearest training example for every row of x."""
    squares = ((x[:, None, :] - x_train[None, :, :]) ** 2).sum(axis=2)
    return y_train[squares.argmin(axis=1)]


def _neighbor_cases(g, rng):
    cases = []
    for n, m, d in ((12, 9, 3), (20, 14, 5)):
        cases.append(
            {
                "x_train": rng.normal(size=(n, d)) * np.linspace(0.5, 2, d),
                "y_train": rng.permutation(np.arange(n)) + 100.0,
                "x": rng.normal(size=(m, d)) * np.linspace(0.5, 2, d),
            }
        )
    return cases


def _farthest(x_train, y_train, x):
    squares = ((x[:, None, :] - x_train[None, :, :]) ** 2).sum(axis=2)
    return y_train[squares.argmax(axis=1)]


def _index(x_train, y_train, x):
    return ((x[:, None, :] - x_train[None, :, :]) ** 2).sum(axis=2).argmin(axis=1).astype(float)


def _no_square(x_train, y_train, x):
    return y_train[(x[:, None, :] - x_train[None, :, :]).sum(axis=2).argmin(axis=1)]


def _largest_product(x_train, y_train, x):
    return y_train[(x @ x_train.T).argmax(axis=1)]


def _first_column(x_train, y_train, x):
    return y_train[np.abs(x[:, :1] - x_train[:, 0]).argmin(axis=1)]


write_neighbor = Exercise(
    id="when.nearest-neighbor",
    title="A rival in two lines",
    statement=(
        "Write `nearest_neighbor(x_train, y_train, x)`. It returns, for every row of `x` (shape (m, d)), the label of that row of `x_train` (shape (n, d)) which is nearest by Euclidean distance. `y_train` has shape (n,), the result shape (m,)."
    ),
    kind=Code(
        reference=nearest_neighbor,
        cases=_neighbor_cases,
        mistakes=(
            Mistake("farthest", _farthest, "These are the labels of the examples furthest away."),
            Mistake("index", _index, "These are the places of the neighbors in the training set; their labels were asked for."),
            Mistake(
                "not-squared",
                _no_square,
                "Differences of both signs cancel in your sum; what makes a distance of them?",
            ),
            Mistake(
                "largest-product",
                _largest_product,
                "The largest product x · x′ favors long examples; it is nearest only if all have the same length.",
            ),
            Mistake("first-column", _first_column, "Your distance looks at the first column only."),
        ),
    ),
    hints=(
        "How do you get all m·n differences at once? Give each array an axis of length 1 where the other has its rows.",
        "Which training example is nearest? Its place, not its distance, leads to a label.",
    ),
    worked="All squared distances as an array (m, n), the place of the smallest in each row, and its label.",
    takeaway="There is nothing to train. That is why it makes a good yardstick.",
    points=3,
    minutes=6,
)


# Judging

one_split = Exercise(
    id="when.one-split",
    title="A winner",
    statement=(
        "On a table of 500 rows, 100 of which are kept for testing, a paper reports 96 % accuracy for its network and 94 % for logistic regression, from one split. What is the most that can be concluded?"
    ),
    kind=Choice(
        options=(
            Option(
                "network-better",
                "The network is better on data of this kind.",
                False,
                "How many test examples make the difference between the two numbers?",
            ),
            Option(
                "two-rows",
                "The network got two more of these 100 rows right; another split may reverse the order.",
                True,
                "An accuracy of 95 % on 100 rows has a standard deviation of about two points.",
            ),
            Option(
                "third-fewer",
                "The network makes a third fewer errors.",
                False,
                "Of 4 and 6 errors that is true. Would you expect it of the next 100 rows?",
            ),
            Option(
                "equal",
                "The two models are equally good.",
                False,
                "That nothing has been shown does not show that there is nothing; what would have to be measured?",
            ),
        )
    ),
    hints=("Count the errors. By how much does such a count vary from one draw of 100 rows to the next?",),
    worked="Six errors against four. The standard deviation of such a count is about $\\sqrt{5} \\approx 2$. Repeat over many splits, compare split by split, and tune both models with the same care.",
    points=1,
    minutes=2,
)


EXERCISES = (
    yardstick,
    write_neighbor,
    power_law,
    turned_axes,
    operations,
    worth_it,
    one_split,
    five_situations,
    against_yourself,
)
