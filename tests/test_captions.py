"""What captions and text alternatives claim, asked of the figures themselves: their readouts at telling settings."""

import functools
import re
from itertools import pairwise

import numpy as np
import pytest

from nnbook.explorers import (
    activations,
    backpropagation,
    descent,
    digits,
    initialization,
    losses,
    momentum,
    neurons,
    refresher,
    regularization,
    sgd,
    troubleshooting,
    when,
)

SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
POWER = r"10([⁻⁰¹²³⁴-⁹]+)"
NUMBER = re.compile(rf"(?<![\w.])(?:{POWER}|([−-]?[\d,]*\d(?:\.\d+)?)(?:\s?[·×]\s?{POWER}|e([−+-]?\d+))?)")


@functools.cache
def made(make):
    return make()


@functools.cache
def scene(make, still):
    return made(make).scene(**dict(still))


def moved(make, settings):
    """(a figure's scene, its state): what is not set stands where it starts."""
    explorer = made(make)
    values = {name: axis.values[axis.first] for name, axis in explorer.controls.axes.items()} | settings
    here = scene(make, tuple((name, values[name]) for name in explorer.still_names))
    return here, here.state(**{name: values[name] for name in explorer.moving_names})


def lines(make, **settings):
    """All lines of a figure's readout."""
    said = moved(make, settings)[1].readout
    return [said] if isinstance(said, str) else list(said)


def line(make, gid, **settings):
    """The points (n, 2) of a line that a figure draws."""
    return moved(make, settings)[0].moving[gid].get_xydata()


def told(make, **settings):
    """The last line of a figure's readout."""
    return lines(make, **settings)[-1]


def numbers(text):
    """The numbers in a readout, powers of ten among them."""
    found = []
    for power, mantissa, *exponents in NUMBER.findall(text):
        value = float(mantissa.replace("−", "-").replace(",", "")) if mantissa else 1.0
        exponent = "".join((power, *exponents)).translate(SUPERSCRIPT).replace("−", "-")
        found.append(value * 10.0 ** int(exponent or 0))
    return found


def number(pattern, text):
    """The number that follows a pattern in a readout."""
    place = re.search(pattern, text)
    assert place, f"{pattern!r} is not in {text!r}"
    return numbers(text[place.end() :])[0]


def values(make, name):
    """What a control takes."""
    return made(make).controls.axes[name].values


def test_numbers_are_read_as_they_are_shown():
    shown = "2.8 × 10⁻⁷ and 6·10⁴, −3.6 of 1,000, 10⁻⁹ and 3e−2; w₁ = 2"
    assert numbers(shown) == pytest.approx([2.8e-7, 6e4, -3.6, 1000, 1e-9, 0.03, 2])


# Neurons and activations


def test_some_line_gets_each_gate_and_none_gets_xor():
    best = dict.fromkeys(("AND", "OR", "NAND", "XOR"), 0)
    for w1 in (-1.0, 1.0):
        for w2 in (-1.0, 1.0):
            for b in (-1.5, -0.5, 0.5, 1.5):
                said = told(neurons.one_neuron, w1=w1, w2=w2, b=b)
                best = {gate: max(right, number(gate, said)) for gate, right in best.items()}
    assert best == {"AND": 4, "OR": 4, "NAND": 4, "XOR": 3}


def test_two_linear_layers_equal_one_and_a_relu_between_them_prevents_it():
    identity, relu = values(neurons.collapse, "activation")
    for angle in (-60, 30, 90):
        assert "two layers equal one" in told(neurons.collapse, activation=identity, angle=angle)
        assert number("by up to", told(neurons.collapse, activation=relu, angle=angle)) > 0.1
    assert number("holds entries", told(neurons.pixels, row=1)) == 28


def test_the_perceptron_stops_on_three_gates_and_walks_in_a_circle_on_xor():
    for gate in ("AND", "OR", "NAND", "XOR"):
        ends = [told(neurons.perceptron, gate_name=gate, visit=visit) for visit in range(24, 49)]
        states = {said.partition(":")[2] for said in ends}
        assert (len(states) == 1 and "4 of 4" in ends[-1]) == (gate != "XOR")
    assert len(states) > 1 and ends[0].partition(":")[2] in {said.partition(":")[2] for said in ends[1:]}


def test_a_stick_is_cut_only_if_it_is_bent():
    identity, relu = values(activations.xor_bending, "activation")
    right = {
        φ: max(numbers(told(activations.xor_bending, activation=φ, b2=b2, bend=1.0))[0] for b2 in (-1.5, -1.0, -0.5))
        for φ in (identity, relu)
    }
    assert right[identity] < 4 and right[relu] == 4


def test_the_sigmoid_is_flat_on_both_sides_and_the_relu_on_one():
    slopes = {
        name: [number("slope", told(activations.activation_gallery, function=name, x=x)) for x in (-4.0, 0.0, 4.0)]
        for name in ("sigmoid", "ReLU")
    }
    assert slopes["sigmoid"][0] == slopes["sigmoid"][2] < 0.02 < slopes["sigmoid"][1] == 0.25
    assert slopes["ReLU"][0] == 0 and slopes["ReLU"][2] == 1


def test_a_chain_of_sigmoids_wants_a_weight_and_a_bias():
    def through(name, weight, bias):
        return number(name, told(activations.gradient_through_depth, weight=weight, bias=bias))

    assert through("sigmoid", 1.0, 0.0) <= 4.0**-10
    assert through("sigmoid", 4.0, 0.0) < 0.01 * through("sigmoid", 4.0, -2.0)
    assert through("ReLU", 1.0, 0.0) == 1 and through("ReLU", 1.0, -0.25) == 0


def test_three_units_make_at_most_four_pieces():
    pieces = {
        number("has", told(activations.three_hinges, unit=unit, slope=slope, kink=kink))
        for unit in ("1", "2", "3")
        for slope in values(activations.three_hinges, "slope")[::3]
        for kink in (-1.0, 0.0, 1.0)
    }
    assert max(pieces) == 4


def test_more_hinges_help_a_smooth_curve_and_not_a_jump():
    targets = values(activations.approximation, "target")
    errors = {
        target: [number("error", told(activations.approximation, target=target, hinges=n)) for n in (9, 41)]
        for target in targets
    }
    smooth, jump = errors["smooth wave"], errors["jump"]
    assert smooth[1] < smooth[0] / 9 and jump[1] > 0.9 * jump[0] > 0.2


def test_temperature_keeps_the_order_between_a_tie_and_the_largest_alone():
    for z1, z2 in ((1, -2), (-1, 3), (2, 1)):
        shares = [
            numbers(told(activations.softmax_temperature, z1=z1, z2=z2, temperature=t))[:3]
            for t in values(activations.softmax_temperature, "temperature")
        ]
        order = np.argsort([z1, z2, 0])
        assert all((np.diff(np.array(p)[order]) >= 0).all() for p in shares)
        assert max(shares[0]) > 0.99 and max(shares[-1]) < 0.5


def test_folds_multiply_and_kinks_add():
    for k in values(activations.folding, "layers"):
        said = told(activations.folding, layers=k)
        assert (number("ReLUs:", said), number("at most", said)) == (2**k, 2 * k + 1)


def test_a_secant_of_the_parabola_is_off_by_h():
    for h in values(refresher.secant, "h")[::3]:
        secant, tangent, apart = numbers(told(refresher.secant, h=h))
        assert apart == pytest.approx(h, abs=0.006) and secant - tangent == pytest.approx(h, abs=0.011)


# Losses


def test_a_grid_of_twelve_takes_days_and_of_thirteen_months():
    days = 10**12 / 1e6 / 86400
    assert days == pytest.approx(12, abs=0.5) and 10 * days / 30.4 == pytest.approx(4, abs=0.3)
    assert number("evaluations,", told(losses.grid_cost, values="10", parameters=12)) == 12


def test_squared_error_pulls_hardest_a_third_of_the_way_up():
    ps = values(losses.penalty, "p")
    said = [told(losses.penalty, target="1", p=p) for p in ps]
    sharp, soft = ([abs(numbers(s.split(";")[k])[-1]) for s in said] for k in (0, 1))
    assert all(a >= b for a, b in pairwise(sharp))
    assert ps[int(np.argmax(soft))] == pytest.approx(1 / 3, abs=0.03)
    assert soft[0] < 0.1 * max(soft)


def test_the_worse_the_start_the_longer_squared_error_waits():
    ends = [numbers(told(losses.saturated_neuron, w=v, b=v, learning_rate=0.15)) for v in (1.0, 2.0, 3.0)]
    squared, entropy = ([end[k] for end in ends] for k in (-2, -1))
    assert squared[0] < squared[1] < squared[2] and max(entropy) < 0.1 < squared[1]


def test_the_likelihood_is_highest_at_the_share_for_any_number_of_examples():
    for examples in values(losses.likelihood, "examples"):
        ps = values(losses.likelihood, "p")
        means = [number("mean negative log", told(losses.likelihood, examples=examples, share=0.7, p=p)) for p in ps]
        assert ps[int(np.argmin(means))] == pytest.approx(0.7, abs=0.03)
        lowest = min(means)
        assert lowest == pytest.approx(0.611, abs=0.01)


def test_whoever_picks_the_best_reports_the_luck():
    for examples in values(losses.peeking, "examples"):
        best, test = np.array(
            [numbers(told(losses.peeking, examples=examples, tried=n))[-2:] for n in ("1", "100")]
        ).T
        assert best[1] > best[0] - 1 and best[1] > 50 and abs(test - 50).max() <= 10


# Backpropagation


def test_nothing_reaches_the_upper_neuron_through_a_zero_weight():
    said = " ".join(lines(backpropagation.network_backward, w3=0))
    assert number("∂L/∂w₁ = .*= ", said) == 0
    one, other = (number("∂L/∂w₁ = .*= ", " ".join(lines(backpropagation.network_backward, w3=w))) for w in (1, -1))
    assert one * other < 0


def test_the_slope_is_steepest_along_the_gradient_and_falls_with_the_cosine():
    explorer = backpropagation.gradient_arrow
    for surface, x, y in (("bowl", 1.0, 1.0), ("saddle", 1.0, -0.5), ("banana", -1.0, 0.5)):
        said = numbers(told(explorer, surface=surface, x=x, y=y))
        gradient, steepest, angle = np.array(said[1:3]), said[3], said[4]
        assert steepest == pytest.approx(np.linalg.norm(gradient), rel=0.01)
        assert angle == pytest.approx(np.degrees(np.arctan2(*gradient[::-1])), abs=1)
        at, slope = line(explorer, "found", surface=surface, x=x, y=y).T
        # Measured along a step, so the curvature bends it a little.
        assert np.corrcoef(slope, np.cos(np.radians(at - angle)))[0, 1] > 0.97
    slopes = {surface: line(explorer, "found", surface=surface, x=0.0, y=0.0)[:, 1] for surface in ("bowl", "saddle")}
    assert slopes["bowl"].min() > 0 > slopes["saddle"].min() and slopes["saddle"].max() > 0


def test_an_example_pulls_its_own_output_up_and_all_others_down():
    for digit in range(0, 10, 3):
        for output in (digit, (digit + 1) % 10):
            said = told(backpropagation.example_wants, digit=str(digit), output=output)
            p, by = number("p =", said), number("(up|down), by", said)
            way = re.search("bias (up|down)", said).group(1)
            assert (way, by) == (("up", pytest.approx(1 - p)) if output == digit else ("down", pytest.approx(p)))
            scene_here = moved(backpropagation.example_wants, {"digit": str(digit), "output": output})[0]
            for row in ("weights", "activations"):
                heights = [bars(scene_here.moving[f"{row}-{role}"]) for role in ("model", "gradient")]
                assert np.corrcoef(*heights)[0, 1] * (1 if output == digit else -1) > 0.9, row


def bars(polygon):
    """The signed heights of a row of bars that are drawn as one polygon, four corners a bar, its foot first."""
    corners = polygon.get_xy()[:-1].reshape(-1, 4, 2)
    return corners[:, 1, 1] - corners[:, 0, 1]


def test_difference_quotients_err_like_the_step_and_its_square():
    steps = values(backpropagation.difference_step, "distance")
    said = [told(backpropagation.difference_step, function="exp at 1", distance=d) for d in steps]
    forward = [number("forward difference off by", s) for s in said]
    central = [number("central difference by", s) for s in said]
    assert 1e-9 < steps[int(np.argmin(forward))] < 1e-7 and 1e-6 < steps[int(np.argmin(central))] < 1e-4
    large, small = (int(np.argmin(np.abs(np.log10(steps) - k))) for k in (-2, -3))
    assert forward[large] / forward[small] == pytest.approx(10, rel=0.3)
    assert central[large] / central[small] == pytest.approx(100, rel=0.3)


def test_the_pulls_of_two_targets_add_up_to_the_input():
    for x in (-2.0, 1.0, 2.0):
        for w in (-1.0, 2.0):
            said = told(backpropagation.one_update, x=x, w=w)
            pulls = [number("∂L/∂w =", part) for part in said.split("· y =")[1:]]
            assert sum(map(abs, pulls)) == pytest.approx(abs(x), rel=1e-3) and pulls[0] * pulls[1] < 0


def test_sigmoids_shrink_gradients_and_relus_keep_or_explode_them():
    def left(activation, scale):
        said = told(backpropagation.gradient_by_layer, activation=activation, depth=20, scale=scale)
        return number("gradient is", said)

    sigmoid, _, relu = values(backpropagation.gradient_by_layer, "activation")
    assert left(sigmoid, 1.0) < 1e-9 and 0.05 < left(relu, 1.0) < 20 and left(relu, 2.0) > 1e4


def test_finite_differences_cost_a_third_of_the_parameters_times_more():
    for sizes in ((784, 16, 16, 10), (784, 100, 10), (20, 200, 200, 10)):
        found = backpropagation.multiply_adds(sizes)
        times = found["parameters"] * found["forward"] / found["backpropagation"]
        assert 2 < found["parameters"] / times <= 3


# Gradient descent


def test_a_parabola_is_crept_down_hit_jumped_and_left():
    for rate in values(descent.parabola_steps, "learning_rate"):
        factor = number("multiplies θ by", told(descent.parabola_steps, learning_rate=rate))
        assert factor == pytest.approx(1 - 2 * rate, abs=0.006)


def test_near_the_limit_the_path_zigzags_and_below_it_creeps():
    for kappa in (16, 64):
        near, below = (
            line(descent.ravine_path, "path", kappa=kappa, learning_rate=share * 2 / kappa) for share in (0.92, 0.2)
        )
        assert (np.sign(near[:6, 1]) == np.sign(near[0, 1]) * (-1.0) ** np.arange(6)).all()
        assert (np.diff(np.abs(below[:, 1])) <= 0).all() and (np.sign(below[:6, 1]) == np.sign(below[0, 1])).all()
        assert abs(below[8, 1] / below[0, 1]) < 0.1 < 0.5 < below[8, 0] / below[0, 0]


def test_the_four_basins_keep_what_begins_in_them():
    for x in (-4, -2, -1, 1, 2, 4):
        for y in (-3, 3):
            end = numbers(told(descent.starting_point, terrain="four basins", x=x, y=y).partition("at (")[2])[:2]
            assert np.sign(end).tolist() == [np.sign(x), np.sign(y)]


def test_over_a_hundredfold_range_the_network_learns():
    losses_at = {
        rate: number("training loss", told(descent.rate_and_curve, learning_rate=rate))
        for rate in values(descent.rate_and_curve, "learning_rate")[::4]
    }
    learns = [rate for rate, loss in losses_at.items() if loss < 0.5]
    assert max(learns) / min(learns) >= 100
    assert losses_at[0.01] > losses_at[1.0] and losses_at[100.0] > 0.6


def test_the_steepest_direction_sets_the_limit():
    for kappa in values(descent.eigen_components, "kappa"):
        slow, below, at, above = (
            told(descent.eigen_components, kappa=kappa, learning_rate=rate) for rate in (0.1, 1.95, 2.0, 2.05)
        )
        assert "flattest direction is last" in slow and "a millionth is left" in below
        assert "to and fro" in at and "steepest direction grows" in above


# SGD


def test_batches_scatter_as_one_over_their_size_and_not_at_all_at_the_whole():
    def expected(draw, size):
        return number("expected", told(sgd.gradient_cloud, draw=draw, batch_size=size))

    assert expected("with replacement", 1) / expected("with replacement", 64) == pytest.approx(64, rel=0.05)
    assert expected("without replacement", 64) == 0


def test_larger_batches_and_smaller_rates_calm_the_path():
    def uphill(size, rate):
        return number("η = .*: ", told(sgd.stochastic_path, batch_size=size, learning_rate=rate))

    rates = values(sgd.stochastic_path, "learning_rate")
    assert uphill(1.0, rates[3]) > 10 and uphill(64.0, rates[3]) == 0
    assert number("went uphill;", told(sgd.stochastic_path, batch_size=1.0)) < 5


def test_fed_in_order_the_network_forgets():
    for order in values(sgd.sorted_data, "order"):
        errors = [number("update .*: ", told(sgd.sorted_data, order=order, time=time)) for time in (43, 44, 45)]
        assert min(errors) > 70 if order == "never shuffled" else max(errors) < 30


def test_a_floor_falls_with_the_rate_and_decay_has_none():
    def floor(schedule, rate, size=4.0):
        said = told(sgd.noise_floor, schedule=schedule, learning_rate=rate, batch_size=size)
        return number("mean at the end:", said), said

    fast, slow = (number("within twice that after", floor("constant", rate)[1]) for rate in (1.0, 0.1))
    assert fast < slow
    sizes = values(sgd.noise_floor, "batch_size")
    assert floor("constant", 1.0, sizes[0])[0] > 10 * floor("constant", 1.0, sizes[-1])[0]
    assert floor("1/(1 + t/20)", 1.0)[0] < 0.2 * floor("constant", 1.0)[0]


def test_noise_escapes_in_a_window():
    sizes = values(sgd.noise_escape, "batch_size")
    rates = values(sgd.noise_escape, "learning_rate")
    shares = [number("%|:", told(sgd.noise_escape, batch_size=b, learning_rate=rates[-1])) for b in sizes]
    assert shares[-1] == 0 and max(shares) > 80 and shares[0] < max(shares) - 10


def test_the_machine_decides_which_batch_is_fastest():
    best = [number("fastest here: B =", told(sgd.best_batch, machine=m)) for m in values(sgd.best_batch, "machine")]
    assert best[0] < 10 and best[0] < best[1] < best[2]


# Momentum


def test_momentum_runs_where_descent_crawls_and_overshoots():
    def end(momentum_, rate):
        said = told(momentum.momentum_path, momentum=momentum_, learning_rate=rate)
        return number("the loss is", said)

    mus, rate = values(momentum.momentum_path, "momentum"), values(momentum.momentum_path, "learning_rate")[5]
    ends = [end(mu, rate) for mu in mus]
    assert min(ends) < 0.1 * ends[0] and ends[-1] > 10 * min(ends)


def test_the_stable_range_widens_from_two_to_almost_four():
    for mu in (0.0, 0.5, 0.95):
        for rate in values(momentum.damping_map, "scaled_rate"):
            if abs(rate - 2 * (1 + mu)) > 1e-9 and rate > 0:
                said = told(momentum.damping_map, scaled_rate=rate, momentum=mu)
                assert ("diverges" in said) == (rate > 2 * (1 + mu))


def test_steps_grow_like_kappa_and_like_its_root():
    low, high = (told(momentum.conditioning, kappa=values(momentum.conditioning, "kappa")[k]) for k in (4, -1))
    heavy = [number("momentum", said) for said in (low, high)]
    kappas = [values(momentum.conditioning, "kappa")[k] for k in (4, -1)]
    assert heavy[1] / heavy[0] == pytest.approx((kappas[1] / kappas[0]) ** 0.5, rel=0.35)
    assert all(number("momentum", said) > number("promised", said) for said in (low, high))


def test_adam_steps_by_its_rate_while_gradients_agree_and_less_while_they_rattle():
    agreeing, rattling = (
        [abs(numbers(said)[-1]) for said in lines(momentum.adam_anatomy, noise=noise)] for noise in (0.0, 1.5)
    )
    assert min(agreeing[:8]) > 0.9 and np.mean(rattling) < 0.6 * np.mean(agreeing)


def test_once_all_components_swing_they_shrink_alike():
    for mu in (0.8, 0.9):
        low, high = (1 - mu**0.5) ** 2, (1 + mu**0.5) ** 2 / 100
        rates = [rate for rate in values(momentum.momentum_components, "learning_rate") if low <= rate <= high]
        said = [told(momentum.momentum_components, learning_rate=rate, momentum=mu) for rate in rates]
        assert all(number("ρ", s) == pytest.approx(mu**0.5, abs=6e-4) for s in said)
        assert all(s.startswith("h = 1, 5, 20 and 100 are equally slow") for s in said)
    assert said


def test_on_the_border_an_error_neither_shrinks_nor_grows():
    said = [told(momentum.damping_map, scaled_rate=rate, momentum=0.0) for rate in (1.8, 2.0, 2.2)]
    assert said[0].startswith("flips sides: ρ = 0.8")
    assert said[1] == "jumps to and fro: ρ = 1.000, the error neither shrinks nor grows"
    assert said[2] == "diverges: ρ = 1.200, the error grows"


def test_rules_that_are_level_are_not_ranked():
    basins = [name for name, *_ in momentum.LANES].index("basins")
    raced = lines(momentum.optimizer_race, lane=basins)
    assert any("all of them are at" in line for line in raced) and any("is lowest" in line for line in raced)


def test_where_a_digit_is_moved_is_said_without_a_sign():
    said = told(regularization.shifted_digit, right=-3, up=-1)
    assert "moved 3 left and 1 down" in said and "moved 0 right and 2 up" in told(
        regularization.shifted_digit, right=0, up=2
    )


def test_few_runs_are_not_none():
    said = told(sgd.noise_escape, batch_size=8, learning_rate=0.1)
    assert "under 1 % of the runs" in said


def test_a_schedule_has_both_the_speed_and_the_quiet_end():
    def end(schedule, peak):
        return number("digits is", told(momentum.schedule_designer, schedule=schedule, peak=peak))

    for peak in values(momentum.schedule_designer, "peak")[4:6]:
        assert end("cosine", peak) < end("constant", peak)


# Initialization


def test_around_one_scale_the_last_layer_looks_like_the_first():
    def spread(activation, layer, scale):
        said = told(initialization.signal_histograms, activation=activation, layer=layer, scale=scale)
        return number("standard deviation", said)

    tanh = values(initialization.signal_histograms, "activation")[0]
    scales = values(initialization.signal_histograms, "scale")
    ratios = [spread(tanh, 32.0, scale) / spread(tanh, 1.0, scale) for scale in scales]
    assert ratios[0] < 1e-6 and max(ratios) > 0.8 and all(a <= b * 1.05 for a, b in pairwise(ratios))


def test_schemes_keep_their_activations_level_and_none_the_sigmoid():
    def factors(activation, scheme):
        said = told(initialization.signals_by_layer, activation=activation, scheme=scheme)
        return number("multiplied by", said), number("back by", said)

    tanh, relu, sigmoid = values(initialization.signals_by_layer, "activation")
    lecun, xavier, kaiming = values(initialization.signals_by_layer, "scheme")[1:4]
    assert all(0.3 < factor < 3 for factor in factors(relu, kaiming))
    assert all(0.1 < factor < 1 for factor in factors(tanh, xavier))
    for scheme in (lecun, xavier, kaiming):
        signal, gradient = factors(sigmoid, scheme)
        assert signal > 0.9 and gradient < 1e-8


def test_units_that_start_equal_stay_one_unit():
    names = values(initialization.breaking_symmetry, "start")
    names = [*names[:2], "random"]
    ends = {name: told(initialization.breaking_symmetry, start=name, time=1200) for name in names}
    different = {name: number(": ", said) for name, said in ends.items()}
    assert different["random"] > 1 and sum(count <= 1 for count in different.values()) >= 2


def test_starts_of_xor_by_width():
    def solved(activation, width):
        return number("units?: ", told(initialization.xor_by_lot, activation=activation, width=width, steps="1,000"))

    tanh, *_, relu = values(initialization.xor_by_lot, "activation")
    assert solved(tanh, 4) == 100 and solved(relu, 2) < 20 and solved(relu, 8) == pytest.approx(95, abs=0.5)
    assert solved(relu, 2) > 0 and solved(tanh, 2) > 0 and solved(relu, 1) == solved(tanh, 1) == 0


def test_deep_relus_learn_from_kaimings_weights_only_unless_normalized():
    relu = values(initialization.start_and_learning, "activation")[0]

    def end(scale, norm):
        said = told(initialization.start_and_learning, activation=relu, norm=norm, scale=scale)
        return said.partition("at the end")[2]

    assert numbers(end(1.0, "without"))[0] < 2.1 and numbers(end(0.5, "without"))[0] == pytest.approx(2.3, abs=0.05)
    assert "diverged" in told(initialization.start_and_learning, activation=relu, norm="without", scale=2.0)
    assert all(numbers(end(scale, "with"))[0] < 2.1 for scale in values(initialization.start_and_learning, "scale"))


# Regularization


def test_a_right_penalty_helps_and_a_large_one_flattens():
    strengths = values(regularization.penalty_strength, "strength")
    said = [told(regularization.penalty_strength, penalty="L2", strength=s) for s in strengths]
    training, validation = ([number(f"{'error' if k == 0 else 'training,'}", s) for s in said] for k in (0, 1))
    assert all(a <= b for a, b in pairwise(training))
    best = int(np.argmin(validation))
    assert 0 < best < len(strengths) - 1
    assert validation[best] < validation[0] / 3 and validation[best] < validation[-1] / 1.4


def test_capacity_helps_up_to_a_degree_of_three():
    def errors(examples):
        said = [told(regularization.capacity, examples=examples, degree=d) for d in range(1, 16)]
        return [number("error", s) for s in said], [number("examples,", s) for s in said]

    few, many = (errors(examples) for examples in values(regularization.capacity, "examples"))
    assert all(a >= b * 0.999 for a, b in pairwise(few[0]))
    assert 1 + int(np.argmin(few[1])) == 3
    assert few[1][-1] / few[1][2] > 10 * many[1][-1] / many[1][2]


def test_corners_hold_a_weight_at_zero_for_a_range():
    def at_zero(penalty):
        strengths = values(regularization.penalty_geometry, "strength")
        said = [told(regularization.penalty_geometry, penalty=penalty, strength=s) for s in strengths[1:-1]]
        return sum("0.00" in s.partition("w₁")[2] for s in said)

    assert at_zero("L1") > 2 >= at_zero("L2")


def test_twins_share_under_l2_and_not_under_l1():
    parted, wrong = 0, 0
    for sample in values(regularization.coefficient_paths, "sample"):
        said = told(regularization.coefficient_paths, correlation="0.99", sample=sample)
        (a, twin), (alone, other) = (
            (number(f"{rule} gives a", said), number(f"{rule} gives a .*?twin", said)) for rule in ("L2", "L1")
        )
        assert min(a, twin) > 0.25 * max(a, twin)
        parted += min(alone, other) < 0.2 * max(alone, other)
        wrong += alone < 0.2 * other
    assert parted >= 3 > wrong >= 1


def test_adamw_shrinks_alike_and_adams_penalty_does_not():
    quiet, _, loud = (
        told(regularization.decay_under_adam, loudness=values(regularization.decay_under_adam, "loudness")[k])
        for k in (0, 12, -1)
    )
    assert number("AdamW", quiet) == pytest.approx(number("AdamW", loud), abs=0.02)
    assert number("in Adam leaves", quiet) < 0.1 < 0.9 < number("in Adam leaves", loud) + 0.1


def test_dropout_survives_failing_units():
    whole = numbers(told(regularization.failing_units, failed=0).partition(":")[2])
    half = numbers(told(regularization.failing_units, failed=16).partition(":")[2])
    accuracy, after = ([found[0], found[1], found[3]] for found in (whole, half))
    assert max(accuracy) - min(accuracy) <= 5 and after[0] < after[1] - 5 and after[0] < after[2] - 5


def test_a_batch_decides_in_training_and_not_at_evaluation():
    def scatter(mode, size):
        said = told(regularization.batch_modes, mode=mode, batch_size=size)
        return np.ptp(numbers(said.partition("from")[2])[:2]) if "from" in said else 0.0

    sizes = values(regularization.batch_modes, "batch_size")
    assert scatter("training", sizes[1]) > 2 * scatter("training", sizes[-1]) > 0
    assert scatter("training", sizes[0]) == 0 and "x̂ = 1.00" in told(regularization.batch_modes, batch_size=2)
    assert all(scatter("evaluation", size) == 0 for size in sizes)


def test_normalized_inputs_forget_their_unit():
    for unit in values(regularization.normalize_batch, "unit"):
        assert "→ 0 and 1 →" in told(regularization.normalize_batch, unit=unit)


def test_a_penalty_smooths_the_border_and_then_erases_it():
    noisy = values(regularization.playground, "data")[-1]
    strengths = values(regularization.playground, "strength")
    said = [told(regularization.playground, data=noisy, width="32", strength=s) for s in strengths]
    old, new = ([number(pattern, s) for s in said] for pattern in ("λ = [^:]*:", "right,"))
    assert old[0] == 100 and max(new) > new[0] + 5 and new[-1] == 50 == old[-1]


# Digits, faults and rivals


def test_an_input_reaches_the_output_through_four_neurons():
    said = lines(neurons.signal_flow)
    assert [line.split()[0] for line in said[1:4]] == ["four", "four", "one"]
    outputs = [number("output is", told(neurons.signal_flow, x1=x)) for x in (-2.0, 0.0, 2.0)]
    assert 0 < min(outputs) < max(outputs) < 1


def test_every_line_stands_on_the_surface_above_the_lowest():
    for w in (-1.0, 0.5, 2.0):
        for b in (-1.5, 0.0, 1.5):
            here, lowest = numbers(told(losses.fit_a_line, w=w, b=b))[-2:]
            assert here >= lowest
            squares = [moved(losses.fit_a_line, {"w": w, "b": b})[0].moving[f"square-{i}"] for i in range(6)]
            areas = [np.ptp(square.get_xy()[:, 1]) ** 2 for square in squares]
            assert np.mean(areas) == pytest.approx(here, rel=0.01)


def test_warm_up_helps_at_sixteen_and_nothing_does_at_thirty_two():
    def errors(k):
        said = told(sgd.warm_up, beginning="twice as large", k=k).replace(" %", "")
        rules = re.search(r"about η (\d+), √k η (\d+), k η (\d+), k η, warm-up (\d+); B = 8 had (\d+)", said)
        return [int(group) for group in rules.groups()]

    _, _, plain, warm, small = errors(16.0)
    assert plain > warm > small
    assert min(errors(32.0)[:4]) > 2 * small
    assert errors(4.0)[0] > errors(4.0)[2]


def test_the_training_error_goes_on_falling_and_the_validation_error_turns():
    for noise in values(regularization.early_stopping, "noise"):
        said = told(regularization.early_stopping, noise=noise, patience="100", epoch=1000)
        training, validation, _, stop, kept, best = numbers(said)[1:7]
        early = told(regularization.early_stopping, noise=noise, epoch=20)
        assert training < 0.1 * number("training", early) and best < 0.8 * validation and kept + 100 == stop


def test_masks_scatter_the_predictions_around_the_whole_network():
    for rate in values(regularization.thinned_networks, "rate")[1:]:
        said = told(regularization.thinned_networks, rate=rate)
        assert number("±", said) > number("their mean is", said) > 0
    assert number("±", told(regularization.thinned_networks, rate=0.0)) == 0


def test_a_shift_of_two_changes_the_mind_of_the_network_that_saw_none():
    without, with_shifts = re.findall(r"reads (\d)", told(regularization.shifted_digit, digit="3", right=2))
    assert with_shifts == "3" != without


def test_mistakes_gather_in_a_few_pairs():
    def count(label, read):
        return number(r"labeled \d, ", told(digits.confusion, label=label, read=read))

    counts = np.array([[count(label, read) for read in range(10)] for label in range(10)])
    wrong = np.sort(counts[~np.eye(10, dtype=bool)])[::-1]
    assert wrong[:18].sum() > wrong.sum() / 2


def test_nine_of_ten_digits_are_read_with_blotches():
    said = told(digits.first_layer_weights, epoch=8)
    assert number("read, ", said) >= 90


def test_where_a_setting_has_no_effect_random_points_win():
    for second in values(troubleshooting.search_plans, "second"):
        grid, random = numbers(told(troubleshooting.search_plans, second=second).partition("come")[2])[:2]
        assert (grid > random) == (second != "a setting without effect")
    assert random > 1.5 * grid


def test_no_rival_wins_everywhere():
    tasks = values(when.training_set_size, "task")

    def errors(task, examples=8000.0):
        found = told(when.training_set_size, task=task, examples=examples)
        return {name: number(name, found) for name in ("linear", "neighbors", "forest", "network")}

    digits = errors("digits")
    assert digits["network"] == min(digits.values())
    spam, logs = errors("spam"), errors(next(task for task in tasks if "log" in task))
    assert spam["forest"] < spam["network"] and logs["forest"] <= logs["network"] + 0.1
    tumors = errors("tumors")
    assert tumors["linear"] <= tumors["network"] + 0.5


def test_moved_digits_lose_from_above_85_percent_to_about_a_quarter():
    shares = [numbers(told(when.moved_digits, shift=shift).partition(":")[2]) for shift in range(5)]
    assert min(shares[0]) > 85 and 15 < min(shares[4]) <= max(shares[4]) < 40
    assert all(np.less(after, before).all() for before, after in pairwise(shares))


def arrow(gid, **settings):
    """From where to where an arrow of one step points."""
    tail, tip = line(momentum.step_cartoon, gid, **settings)[:2]
    return tip - tail


def test_momentum_keeps_what_points_along_and_rmsprop_and_adam_even_out():
    steps = range(1, 11)
    newest, kept, taken = (
        np.array([arrow(gid, rule="momentum", step=k) for k in steps]) for gid in ("gradient", "kept", "step")
    )
    np.testing.assert_allclose(taken, newest + kept, atol=1e-9)
    assert (newest[:8, 0] * kept[:8, 0] > 0).all() and taken[3, 0] > 2 * newest[0, 0]
    assert (newest[:, 1] * kept[:, 1] < 0).sum() >= 4
    for rule in ("RMSprop", "Adam"):
        (along, across), (x, y) = (np.abs(arrow(gid, rule=rule, step=0)) for gid in ("gradient", "step"))
        assert across > 4 * along and x == pytest.approx(y, rel=0.01)


def test_equal_errors_have_unequal_prices_and_which_model_is_cheap_depends_on_what_is_counted():
    def marks(cost, task="spam, logarithms", examples=1000):
        state = {"cost": cost, "task": task, "examples": examples}
        here = moved(when.cost_and_error, state)[0].moving
        return {name: here[f"mark-{name}"].get_xydata()[0] for name in when.NAMES}

    seconds, answering = marks("seconds to train"), marks("operations for one answer")
    assert seconds["neighbors"][0] < seconds["linear"][0] < seconds["forest"][0] < seconds["network"][0]
    errors = [seconds[name][1] for name in ("linear", "forest", "network")]
    assert max(errors) < 1.1 * min(errors) and seconds["neighbors"][1] > 1.2 * max(errors)
    assert seconds["network"][0] > 100 * seconds["linear"][0] and seconds["forest"][0] > 10 * seconds["linear"][0]
    assert max(answering, key=lambda name: answering[name][0]) == "neighbors"
    for cost in when.COSTS:
        here = marks(cost)
        assert sorted(here, key=lambda name: here[name][0]).index("linear") <= 1
    for task in when.SIZES:
        assert 400 < marks("operations for one answer", task, 8000)["forest"][0] < 1500
    digits = marks("operations for one answer", "digits", 8000)
    assert abs(digits["neighbors"][1] - digits["forest"][1]) < 0.01
    assert digits["neighbors"][0] > 1000 * digits["forest"][0]
