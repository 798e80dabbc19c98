"""A computational graph as a drawing: values in the nodes, local slopes on the edges, derivatives below the nodes.

The graph is that of `nnbook.autograd`, so a drawing shows what the tape holds. Every number belongs to a stage: first
the operations in their order, then the derivative of the output, then the operations backward.
"""

from __future__ import annotations

from matplotlib.patches import FancyBboxPatch

from .axes import bare, number
from .style import PALETTE, SURFACE

WIDTH, HEIGHT = 0.58, 0.34  # of a node, in columns and rows


class Stages:
    """When each number of a graph appears: `value` and `grad` by place in the graph, `slope` by operation.

    Stage k = 1 … n computes the k-th operation, stage n + 1 is ∂output/∂output = 1, and stage 2n + 2 − k goes back
    through operation k. A derivative is complete once the last operation that used the value has been passed.
    """

    def __init__(self, output):
        graph = output.graph()
        places = {value: i for i, value in enumerate(graph)}
        self.operations = [i for i, value in enumerate(graph) if value.parents]
        n = len(self.operations)
        self.count = 2 * n + 1
        self.value = {i: k for k, i in enumerate(self.operations, start=1)}
        self.slope = {i: 2 * n + 2 - k for i, k in self.value.items()}
        self.grad = {len(graph) - 1: n + 1}
        for i in self.operations:
            for parent in graph[i].parents:
                j = places[parent]
                self.grad[j] = max(self.grad.get(j, 0), self.slope[i])


def draw_graph(ax, output, places, formulas, *, data=("x", "y"), along=0.5):
    """Draw the graph of `output`; returns show(output), which writes a graph of the same form into the drawing.

    places: label → (column, row) of every value; formulas: label → how an operation's value is made; data: labels of
    what is given rather than adjusted; along: where on an edge its slope stands, or {(from, to): where}. `show` returns
    the lines to read out, one for each stage from 0.
    """
    graph = output.graph()
    index = {value: i for i, value in enumerate(graph)}
    columns, rows = zip(*(places[value.label] for value in graph), strict=True)
    bare(ax, (min(columns) - 0.4, max(columns) + 0.4), (min(rows) - 0.5, max(rows) + 0.48), equal=False)
    stages, texts = Stages(output), {}
    for i, value in enumerate(graph):
        at = places[value.label]
        for parent in value.parents:
            share = along.get((parent.label, value.label), 0.5) if isinstance(along, dict) else along
            edge = _draw_edge(ax, places[parent.label], at, share, f"stage-{stages.slope[i]}-slope-{index[parent]}-{i}")
            texts["slope", index[parent], i] = edge
        role = "data" if value.label in data else "loss" if i == len(graph) - 1 else "model"
        _draw_node(ax, at, value, role)
        first = f"stage-{stages.value[i]}-value-{i}" if i in stages.value else f"value-{i}"
        style = {"ha": "center", "va": "center_baseline", "zorder": 4}
        texts["value", i] = ax.text(*at, "", gid=first, **style)
        below = (at[0], at[1] - HEIGHT / 2 - 0.15)
        texts["grad", i] = ax.text(
            *below, "", gid=f"stage-{stages.grad[i]}-grad-{i}", color=PALETTE["gradient"], weight="bold", **style
        )

    def show(output):
        graph = output.graph()
        output.backward()
        for i, value in enumerate(graph):
            texts["value", i].set_text(number(value.data))
            texts["grad", i].set_text(number(value.grad))
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                texts["slope", graph.index(parent), i].set_text(f"×{brief(slope, 2)}")
        return spoken(output, formulas)

    return show


def brief(value, digits=3) -> str:
    """A number with so many significant digits at most, and a true minus sign."""
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def spoken(output, formulas):
    """One sentence for each stage of a graph that has gone backward: what is computed there, with its numbers."""
    graph, name = output.graph(), output.label
    made = [value for value in graph if value.parents]
    leaves = ", ".join(f"{value.label} = {brief(value.data)}" for value in graph if not value.parents)
    lines = [f"given: {leaves}"]
    lines += [f"forward: {value.label} = {formulas[value.label]} = {brief(value.data)}" for value in made]
    lines.append(f"the way back starts with ∂{name}/∂{name} = 1")
    waiting = {value: sum(value is p for child in made for p in child.parents) for value in graph}
    for value in reversed(made):
        parts = []
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            waiting[parent] -= 1
            parts.append(_message(name, value, parent, slope, waiting[parent]))
        lines.append(f"back through {value.label}: " + "; ".join(parts))
    return lines


def _message(name, value, parent, slope, waiting):
    """What a value hands to one of its parents."""
    product = f"{brief(value.grad)} × {brief(slope)} = {brief(value.grad * slope)}"
    share = value.grad * slope
    if waiting:
        return f"{parent.label} gets {product} along this path"
    if abs(parent.grad - share) > 1e-12:
        return f"{parent.label} gets {product}, with the other path ∂{name}/∂{parent.label} = {brief(parent.grad)}"
    return f"∂{name}/∂{parent.label} = {product}"


def _draw_node(ax, at, value, role):
    corner = (at[0] - WIDTH / 2, at[1] - HEIGHT / 2)
    box = FancyBboxPatch(
        corner, WIDTH, HEIGHT, boxstyle="square,pad=0", facecolor=SURFACE, edgecolor=PALETTE[role], lw=2, zorder=2
    )
    ax.add_patch(box)
    ax.text(at[0], at[1] + HEIGHT / 2 + 0.06, value.label, ha="center", va="bottom", zorder=4)


def _draw_edge(ax, start, stop, share, gid):
    """A line from the right side of a node to the left side of another, and the place of its slope."""
    (x0, y0), (x1, y1) = (start[0] + WIDTH / 2, start[1]), (stop[0] - WIDTH / 2, stop[1])
    ax.plot([x0, x1], [y0, y1], color=PALETTE["muted"], lw=1.2, zorder=1)
    lift = 0.13 if y0 == y1 else 0.0  # a level line would strike its slope through
    return ax.text(
        x0 + share * (x1 - x0), y0 + share * (y1 - y0) + lift, "", gid=gid, ha="center", va="center_baseline",
        fontsize=9, color=PALETTE["gradient"], zorder=3,
    )  # fmt: skip
