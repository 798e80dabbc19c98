"""A scalar tape: numbers that remember how they were made, so that the chain rule can walk back through them.

Each `Value` keeps its parents and the local derivative with respect to each of them; `backward` multiplies
these along every path and adds the paths up. After Karpathy's micrograd, 2020; the idea is Linnainmaa's,
1970.
"""

import math
from numbers import Real

__all__ = ["Value"]


class Value:
    """A number in a computational graph.

    data: the number. grad: ∂output/∂self after `output.backward()`. parents: the values it was made from;
    slopes: ∂self/∂parent for each of them; op: what made it; label: a name to draw it with. Raises TypeError
    for what isn't a real number, ValueError for NaN, infinity and operations without a value.
    """

    # numpy numbers on the left hand the operation over to us instead of making an array of Values.
    __array_ufunc__ = None

    def __init__(self, data, parents=(), slopes=(), op="", label=""):
        if not isinstance(data, Real):
            raise TypeError(f"Value: expected a real number, got {type(data).__name__}; pass an int or a float")
        if not math.isfinite(data):
            raise ValueError(f"Value{f' ({op})' if op else ''}: expected a finite number, got {data}; check its inputs")
        self.data = float(data)
        self.grad = 0.0
        self.parents, self.slopes, self.op, self.label = tuple(parents), tuple(slopes), op, label

    def __add__(self, other):
        other = _value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = _value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")

    def __truediv__(self, other):
        other = _value(other)
        quotient = _evaluated("÷", lambda x: self.data / x, other.data)
        slopes = (_evaluated("÷", lambda x: 1 / x, other.data), _evaluated("÷", lambda x: -quotient / x, other.data))
        return Value(quotient, (self, other), slopes, "÷")

    def __pow__(self, exponent):
        """selfⁿ for a plain number n, with slope n selfⁿ⁻¹."""
        if not isinstance(exponent, Real):
            raise TypeError(f"Value **: expected a plain number as exponent, got {type(exponent).__name__}; "
                            "for a value as exponent use (exponent * base.log()).exp()")  # fmt: skip
        power = _evaluated(f"** {exponent:g}", math.pow, self.data, exponent)
        slope = exponent * _evaluated(f"** {exponent:g}", math.pow, self.data, exponent - 1) if exponent else 0.0
        return Value(power, (self,), (slope,), f"**{exponent:g}")

    def __rpow__(self, base):
        raise TypeError(f"Value **: expected a plain number as exponent, got Value; for {base!r:.20} to the power of a "
                        "value use (exponent * math.log(base)).exp()")  # fmt: skip

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        other = _value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), "−")

    def __rsub__(self, other):
        return _value(other) - self

    def __rtruediv__(self, other):
        return _value(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        """eˣ, slope eˣ."""
        e = _evaluated("exp", math.exp, self.data)
        return Value(e, (self,), (e,), "exp")

    def log(self):
        """log x for x > 0, slope 1/x."""
        slope = _evaluated("log", lambda x: 1 / x, self.data)
        return Value(_evaluated("log", math.log, self.data), (self,), (slope,), "log")

    def tanh(self):
        """tanh x, slope 1 − tanh² x."""
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t**2,), "tanh")

    def relu(self):
        """max(0, x), slope 1 if x > 0, else 0."""
        return Value(max(0.0, self.data), (self,), (float(self.data > 0),), "relu")

    def sigmoid(self):
        """σ(x) = 1/(1 + e⁻ˣ), slope σ(x) (1 − σ(x))."""
        e = math.exp(-abs(self.data))  # never overflows
        s = (1.0 if self.data >= 0 else e) / (1 + e)
        return Value(s, (self,), (e / (1 + e) ** 2,), "sigmoid")

    def graph(self):
        """All values that this one was made from, itself last: parents come before children."""
        ordered, seen, stack = [], set(), [(self, False)]
        while stack:  # not recursive: graphs may be deeper than Python's stack
            value, parents_done = stack.pop()
            if parents_done:
                ordered.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent in reversed(value.parents))
        return ordered

    def backward(self):
        """Set `grad` of every value in the graph to ∂self/∂value, from zero; calling it twice changes
        nothing."""
        graph = self.graph()
        for value in graph:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(graph):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope

    def __repr__(self):
        name = f"{self.label}: " if self.label else ""
        return f"Value({name}data={self.data:.6g}, grad={self.grad:.6g})"


def _value(other):
    return other if isinstance(other, Value) else Value(other)


def _evaluated(operation, function, *numbers):
    try:
        result = function(*numbers)
        if not math.isfinite(result):
            raise OverflowError
        return result
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        raise ValueError(f"Value {operation}: expected an input with a finite real result and slope, got "
                         f"{numbers[0]:g}; keep it in the function's domain") from error  # fmt: skip
