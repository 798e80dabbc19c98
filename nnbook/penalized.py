"""Linear regression with a penalty, solved exactly: L2 in closed form (ridge), L1 by coordinate descent (lasso).

Both take X (N, n), y (N,) and λ ≥ 0 and return the weights (n,). No intercept is fitted: center X and y, so that
none is needed and none is penalized. Each raises ValueError for a negative strength, shapes that don't fit and an
empty X. They compute in float64; float32 in gives float32 out.
"""

import numpy as np

from nnbook._checks import number, real_finite, shape_text

__all__ = ["lasso", "ridge", "soft_threshold"]

MOST_SWEEPS = 10_000


def ridge(X, y, strength):
    """The w that minimizes (1/N)‖Xw − y‖² + (λ/2)‖w‖²: it solves (H + λI) w = (2/N) Xᵀy, where H = (2/N) XᵀX.

    For λ = 0 and dependent columns, the shortest of the many solutions. Hoerl and Kennard, 1970.
    """
    H, p, strength, dtype = _checked("ridge", X, y, strength)
    return np.linalg.lstsq(H + strength * np.eye(len(H)), p, rcond=None)[0].astype(dtype)


def soft_threshold(w, threshold):
    """sign(w) max(|w| − t, 0): the v that minimizes ½(v − w)² + t|v|, exactly 0 where |w| ≤ t. Donoho, 1995."""
    threshold = number("soft_threshold", "threshold", threshold, 0)
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0.0) + 0.0


def lasso(X, y, strength, *, tolerance=1e-10, start=None):
    """The w that minimizes (1/N)‖Xw − y‖² + λ‖w‖₁, one weight after the other, each exactly, until none moves.

    With the others fixed, wⱼ = soft_threshold(pⱼ, λ) / hⱼ with hⱼ = (2/N) xⱼᵀxⱼ and pⱼ = (2/N) xⱼᵀ(y − Xw + xⱼwⱼ).
    Stops when no weight moves by more than tolerance; raises RuntimeError if one still does after `MOST_SWEEPS`.
    start: weights to begin at instead of zeros. Tibshirani, 1996; Friedman et al., 2007.
    """
    H, p, strength, dtype = _checked("lasso", X, y, strength)
    tolerance = number("lasso", "tolerance", tolerance, 0)
    w = np.zeros(len(p)) if start is None else real_finite("lasso", "start", start).astype(float)
    if w.shape != p.shape:
        raise ValueError(
            f"lasso: expected start of shape {shape_text(p)}, got {shape_text(w)}; give one weight for each column of X"
        )
    for _ in range(MOST_SWEEPS):
        before = w.copy()
        for j in np.flatnonzero(H.diagonal()):
            rest = p[j] - H[j] @ w + H[j, j] * w[j]
            w[j] = np.sign(rest) * max(abs(rest) - strength, 0.0) / H[j, j]  # soft_threshold, of one number
        moved = np.abs(w - before).max()
        if moved <= tolerance:
            return w.astype(dtype)
    raise RuntimeError(
        f"lasso: expected weights that come to rest within {MOST_SWEEPS:,} sweeps, got one that still moves by "
        f"{moved:.1e}; center and scale the columns of X, or allow a larger tolerance"
    )


def _checked(operation, X, y, strength):
    """(H, p, λ, dtype of the answer): H = (2/N) XᵀX and p = (2/N) Xᵀy, in float64."""
    X, y = real_finite(operation, "X", X), real_finite(operation, "y", y)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"{operation}: expected X of shape (N, n) and y of shape (N,), got {shape_text(X)} and "
            f"{shape_text(y)}; put examples in rows, with one target each"
        )
    if X.size == 0:
        raise ValueError(
            f"{operation}: expected at least one example and one column, got X of shape {shape_text(X)}; pass data"
        )
    strength, dtype = number(operation, "strength", strength, 0), np.result_type(X, y)
    X, y = X.astype(float), y.astype(float)
    return 2 / len(X) * X.T @ X, 2 / len(X) * X.T @ y, strength, dtype
