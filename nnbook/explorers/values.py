"""Numbers in explorers: the computed one nearest to what a slider says, and how a reader would write it."""

from __future__ import annotations

import numpy as np

from nnbook.figures.scales import power_text


def place(value, values) -> int:
    """Where among these positive values the one stands that is closest to `value` by ratio."""
    return int(np.abs(np.log(np.asarray(values, dtype=float) / value)).argmin())


def power(value, digits=2) -> str:
    """A number with so many digits, as 0.015 or −3300, or as 2.8·10⁻⁷ where it is very large or small."""
    if not np.isfinite(value):
        return "∞"
    value = value + 0.0  # no minus before zero
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])  # of the rounded number: 9.96 is 10
    if -3 <= exponent <= 3:
        shown = f"{float(f'{value:.{digits}g}'):g}"
    else:
        mantissa, exponent = f"{value:.1e}".split("e")
        shown = f"{mantissa}·{power_text(int(exponent))}"
    return shown.replace("-", "−")


def text(value) -> str:
    """A number with two or three significant digits, as one would write it."""
    shown = f"{value:.3g}"
    return power(value) if "e" in shown else shown.replace("-", "−")


def _rounded(part, whole, digits, unit=""):
    """That part of a whole with so many digits; none and all are said of none and all only."""
    shown, step = f"{whole * part:.{digits}f}", 10.0**-digits
    if float(shown) == 0 and part > 0:
        return f"under {step:.{digits}f}{unit}"
    if float(shown) == whole and part < 1:
        return f"over {whole - step:.{digits}f}{unit}"
    return shown + unit


def share(part) -> str:
    """A share in percent, as 12 %; one that isn't quite none or all is under 1 % or over 99 %."""
    return _rounded(part, 100, 0, " %")


def probability(p) -> str:
    """A probability with three digits; one that isn't quite 0 or 1 is under 0.001 or over 0.999."""
    return _rounded(p, 1, 3)


def labeled(digit) -> str:
    """A digit with its article: a 7, but an 8."""
    return f"{'an' if str(digit) == '8' else 'a'} {digit}"
