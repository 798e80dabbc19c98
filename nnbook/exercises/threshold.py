"""A property that Python and the page both check: a network of step neurons must answer a truth table."""

from dataclasses import dataclass

__all__ = ["Fires"]

ROUNDING = 1e-9


@dataclass(frozen=True)
class Fires:
    """The step neurons built from an answer's parts give the wanted outputs for every row of a table.

    a ← step(a @ W + b), layer by layer, with step(z) = 1 if z ≥ 0 else 0 (McCulloch and Pitts, 1943).
    layers: names of the parts that are W, shape (fan_in, fan_out) or (fan_in,), and b. cases: (inputs,
    outputs).
    """

    layers: tuple[tuple[str, str], ...]
    cases: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]

    @property
    def wanted(self):
        """The outputs of the table, row by row."""
        return [outputs for _, outputs in self.cases]

    def answers(self, parts):
        """What the network built from the parts (Arrays by name) outputs, row by row."""
        return [self._forward(inputs, parts) for inputs, _ in self.cases]

    def _forward(self, a, parts):
        for weight, bias in self.layers:
            a = _layer(a, parts[weight].numbers, parts[bias].numbers)
        return a


def _layer(a, weights, biases):
    """One layer, summed in a fixed order, so that Python and the page round alike. 0.1 + 0.3 − 0.4 is not 0 in
    floating point: what is that near to 0 counts as 0, where the step is 1."""
    outputs = []
    for j, z in enumerate(biases):
        for i, x in enumerate(a):
            z += x * weights[i * len(biases) + j]
        outputs.append(1.0 if z >= -ROUNDING else 0.0)
    return tuple(outputs)
