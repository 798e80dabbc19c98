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


def share(part) -> str:
    """A share in percent, as 12 %: none and all are said of none and all only."""
    percent = f"{100 * part:.0f}"
    if percent == "0" and part > 0:
        return "under 1 %"
    if percent == "100" and part < 1:
        return "over 99 %"
    return f"{percent} %"


def probability(p) -> str:
    """A probability with three digits: 0 and 1 are said of what is 0 and 1 only."""
    shown = f"{p:.3f}"
    if shown == "0.000" and p > 0:
        return "under 0.001"
    if shown == "1.000" and p < 1:
        return "over 0.999"
    return shown


def labeled(digit) -> str:
    """A digit with its article: a 7, but an 8."""
    return f"{'an' if str(digit) == '8' else 'a'} {digit}"
