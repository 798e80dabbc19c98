"""A network as a drawing: nodes in columns, edges whose width is the size of a weight and whose dashes are its sign."""

from __future__ import annotations

import numpy as np

from .axes import bare
from .style import PALETTE, SURFACE

NODE = 0.27  # radius


def node_positions(widths, *, gap=2.2, rise=1.0) -> list[np.ndarray]:
    """Centers of the nodes of each layer, left to right, each column centered."""
    return [
        np.column_stack([np.full(width, k * gap), rise * ((width - 1) / 2 - np.arange(width))])
        for k, width in enumerate(widths)
    ]


def draw_network(ax, widths, weights=None, *, gap=2.2, rise=1.0) -> list[np.ndarray]:
    """Draw the nodes and the edges of a fully connected network; returns where the nodes are."""
    columns = node_positions(widths, gap=gap, rise=rise)
    tall = max(widths) * rise / 2
    bare(ax, (-0.75, (len(widths) - 1) * gap + 0.75), (-tall - 0.1, tall + 0.45))
    for k, (left, right) in enumerate(zip(columns, columns[1:], strict=False)):
        for i, start in enumerate(left):
            for j, stop in enumerate(right):
                weight = 1.0 if weights is None else weights[k][i, j]
                draw_edge(ax, start, stop, weight)
    for k, column in enumerate(columns):
        role = "data" if k == 0 else "model"
        for center in column:
            draw_node(ax, center, role)
    return columns


def draw_edge(ax, start, stop, weight):
    """A line between two nodes: wider for a larger weight, dashed for a negative one."""
    style = "-" if weight >= 0 else (0, (3, 2))
    color = PALETTE["muted"]
    ax.plot(*np.transpose([start, stop]), ls=style, lw=0.6 + 1.6 * abs(weight), color=color, zorder=1)


def draw_node(ax, center, role="model", radius=NODE):
    """A node, ringed in the color of its role."""
    from matplotlib.patches import Circle

    ax.add_patch(Circle(center, radius, facecolor=SURFACE, edgecolor=PALETTE[role], lw=2, zorder=2))


def node_text(ax, center, text="", *, gid=None, small=False, dy=0.0, **style):
    """A number or a name in the middle of a node."""
    options = {"ha": "center", "va": "center_baseline", "fontsize": 9 if small else 11, "zorder": 3} | style
    return ax.text(center[0], center[1] + dy, text, gid=gid, **options)
