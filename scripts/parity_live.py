"""The live comparison itself, run by scripts/parity.py in the environment that has PyTorch."""

import sys

import numpy as np
from make_parity_vectors import REFERENCE
from parity_cases import DERIVED, FAMILIES, TOLERANCE, deviation


def main(cases, seed):
    print(f"nnbook against PyTorch: {cases} cases of each kind, seed {seed}; largest relative deviations")
    failed = False
    for index, (family, (draw, answer)) in enumerate(FAMILIES.items()):
        worst = {}
        for case in range(cases):
            given = draw(np.random.default_rng([seed, case, index]))
            wanted, ours = REFERENCE[family](given), answer(given)
            for name in wanted:
                worst[name] = max(worst.get(name, (0.0, 0)), (deviation(ours[name], wanted[name]), case))
        for name, (largest, case) in worst.items():
            verdict = "ok" if largest <= TOLERANCE.get(name, DERIVED) else f"TOO LARGE, in case {case}"
            failed |= verdict != "ok"
            print(f"  {family:<12} {name:<18} {largest:.1e}  {verdict}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
