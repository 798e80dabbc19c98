"""Defects of the explorers, in both of their lives."""

from mutants.planting import Defect, both, edit, page, script

DESCENT = "nnbook/explorers/descent.py"
PARABOLA = "pytest tests/test_explorers.py -k parabola_steps"
LIVES = "pytest tests/test_explorers.py"
PACKED = "pytest tests/test_explorers.py -k 'replay or track or alternative_must'"
PAGES = "pytest tests/test_browser_explorers.py -k parabola-steps"
PARABOLA_PAGE = "explorers/parabola-steps.html"
FIGURES = "pytest tests/test_figures.py -k parabola-steps"

MOVE = "        theta = minimize(parabola, np.array([10.0]), GradientDescent(learning_rate), FEW)[:, 0]\n"

DEFECTS = (
    Defect(
        "a move raises only at its control's maximum",
        edit(DESCENT, MOVE, MOVE + "        1 / (1.1 - learning_rate)\n"),
        PARABOLA,
        quick=True,
    ),
    Defect(
        "a move draws something infinite at one end",
        edit(DESCENT, "        path.set_data(theta, theta**2)\n        head", "        path.set_data(theta, theta**2 if learning_rate > 0.06 else theta / 0.0)\n        head"),
        PARABOLA,
    ),
    Defect(
        "a figure's data changed",
        edit(DESCENT, "GradientDescent(learning_rate), FEW)[:, 0]\n        path", "GradientDescent(learning_rate * 1.02), FEW)[:, 0]\n        path"),
        FIGURES,
    ),
    Defect(
        "a curve is drawn with its axes exchanged",
        edit(DESCENT, "path.set_data(theta, theta**2)\n        head", "path.set_data(theta**2, theta)\n        head"),
        FIGURES,
    ),
    Defect(
        "an axis carries another symbol",
        edit(DESCENT, 'label_axes(valley, "θ", "loss L = θ²")', 'label_axes(valley, "w", "loss L = θ²")'),
        FIGURES,
    ),
    Defect(
        "the live readout is not the page's",
        edit("nnbook/explorers/live.py", "return readout[min(at, len(readout) - 1)]", "return readout[min(at, len(readout) - 1) - 1]"),
        PARABOLA,
    ),
    Defect(
        "the page packs its last frame as the first one",
        edit("nnbook/explorers/pack.py", "    flat = [int(n) for n in index.ravel()]\n", "    flat = [int(n) for n in index.ravel()]\n    flat[-1] = 0\n"),
        PACKED,
    ),
    Defect(
        "a frame is missing on the page",
        edit("nnbook/explorers/pack.py", "    table = [list(key) if isinstance(key, tuple) else key for key in numbers]\n", "    table = [list(key) if isinstance(key, tuple) else key for key in numbers][:-1]\n"),
        PACKED,
    ),
    Defect(
        "the script counts the settings in the wrong order",
        script("explorers.js", "track.on.reduce((n, axis) => n * grid[axis].names.length + state[grid[axis].name], 0)", "track.on.reduceRight((n, axis) => n * grid[axis].names.length + state[grid[axis].name], 0)"),
        "pytest tests/test_browser_explorers.py -k momentum-path",
    ),
    Defect(
        "the script leaves the readout where it was",
        script("explorers.js", "if (readout && readout.textContent !== line) readout.textContent = line;", ""),
        PAGES,
    ),
    Defect(
        "the script shows every picture one setting late",
        script("explorers.js", "stop(); state[c.name] = read(c, input); show(c, i); draw(); }", "stop(); draw(); state[c.name] = read(c, input); show(c, i); }"),
        PAGES,
    ),
    Defect(
        "reset leaves one control where it was",
        script("explorers.js", "data.controls.forEach((c) => { state[c.name] = c.first; });\n      update();", "data.controls.slice(1).forEach((c) => { state[c.name] = c.first; });\n      update();"),
        PAGES,
    ),
    Defect(
        "a link to a state is not followed",
        script("explorers.js", '  window.addEventListener("hashchange", follow);', ""),
        "pytest tests/test_browser_branches.py tests/test_browser_explorers.py -k 'odd_values or parabola'",
    ),
    Defect(
        "a control is called by another's name",
        edit(DESCENT, 'learning_rate=slider(0.05, 1.1, 22, start=0.9, label="learning rate η")', 'learning_rate=slider(0.05, 1.1, 22, start=0.9, label="momentum μ")'),
        "pytest tests/test_figures.py -k 'names and parabola'",
    ),
    Defect(
        "a control has lost its name on the page",
        page(PARABOLA_PAGE, 'for="parabola-steps-learning_rate"', 'for="nothing"'),
        PAGES,
    ),
    Defect(
        "a slider does not say its value",
        script("explorers.js", 'input.setAttribute("aria-valuetext", label(c));', 'input.removeAttribute("aria-valuetext");'),
        PAGES,
    ),
    Defect(
        "a text alternative is lost",
        edit(DESCENT, 'alt="Left, a parabola with a path that starts on its right side at 10 and jumps from one side to the other, lower each time. "\n        "Right, the distance from the minimum over ten steps on a logarithmic axis: a straight line that falls."', 'alt=""'),
        PARABOLA,
    ),
    Defect(
        "text alternatives may be anything",
        edit("nnbook/explorers/__init__.py", "if len(self.alt) < 30 or self.alt == self.caption:", "if not self.alt:"),
        PACKED,
    ),
    Defect(
        "an explorer is not in the catalog's list",
        edit(DESCENT, "    rate_and_curve,\n    four_curves,\n", "    rate_and_curve,\n"),
        "pytest tests/test_contents.py",
    ),
    Defect(
        "two meanings share a color",
        both(
            edit("nnbook/figures/style.py", '"model": "#c04a00"', '"model": "#0070b0"'),
            edit("nnbook/static/nnbook.css", "--nn-model: #c04a00", "--nn-model: #0070b0"),
        ),
        "pytest tests/test_colors.py",
    ),
)
