"""A compact SVG renderer: what matplotlib draws, as short elements in whole tenths of a pixel.

matplotlib's own SVG backend writes every coordinate with six decimals and every color as a number. A book page keeps
hundreds of states of one drawing, so here a path is a string of small integers relative to each other, and a color of
the palette is the name of a CSS variable, which a dark page can change.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from html import escape

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from PIL import Image

from nnbook.figures.style import INK, PALETTE, RAMPS, SURFACE

TENTHS = 10
LARGEST = 20_000  # pixels; beyond this a path is clipped, since browsers lose precision there

CSS_COLORS = {to_hex(color): f"var(--nn-{name})" for name, color in PALETTE.items()}
CSS_COLORS |= {to_hex(INK): "currentColor", to_hex(SURFACE): "var(--nn-surface)"}

ANCHORS = {"left": "start", "center": "middle", "right": "end"}
HEAT_SIZE = 32


class NotFinite(ValueError):
    """A drawing holds a coordinate that is NaN or infinite."""


@dataclass
class Element:
    """One SVG element: its tag, its attributes, and its text, if it has any."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def markup(self) -> str:
        shown = ((k, v) for k, v in self.attributes.items() if k != "data-heat")
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in shown)
        return f"<{self.tag}{attributes}>{escape(self.text)}</{self.tag}>"

    def same_style(self, other: Element) -> bool:
        """Whether two paths differ in nothing but their geometry."""
        mine, theirs = (
            {k: v for k, v in e.attributes.items() if k != "d"} for e in (self, other)
        )
        return self.tag == other.tag == "path" and mine == theirs


def tenths(values) -> np.ndarray:
    return np.rint(np.asarray(values, dtype=float) * TENTHS).astype(int)


def _numbers(values) -> str:
    """Integers, separated by a space or by their own minus sign."""
    text = " ".join(map(str, values))
    return text.replace(" -", "-")


def path_data(path: Path, transform, height: float) -> str:
    """The SVG path string of a matplotlib path: absolute moves, relative everything else, in tenths of a pixel."""
    points = transform.transform(path.vertices)
    if not np.isfinite(points).all():
        raise NotFinite("a coordinate is not a finite number")
    clip = None
    if path.codes is None and np.abs(points).max(initial=0) > LARGEST:
        clip = (-LARGEST, -LARGEST, LARGEST, LARGEST)
    simplify = path.should_simplify and len(path.vertices) > 400
    clean = path.cleaned(transform, remove_nans=True, clip=clip, simplify=simplify, curves=True)
    points = tenths(clean.vertices * (1, -1) + (0, height))
    out: list[str] = []
    here = start = np.zeros(2, dtype=int)
    last, index = "", 0
    while (code := clean.codes[index]) != Path.STOP:
        if code == Path.CLOSEPOLY:
            out.append("z")
            here, last = start, "z"
            index += 1
            continue
        count = {Path.MOVETO: 1, Path.LINETO: 1, Path.CURVE3: 2, Path.CURVE4: 3}[code]
        command = {Path.MOVETO: "M", Path.LINETO: "l", Path.CURVE3: "q", Path.CURVE4: "c"}[code]
        block = points[index : index + count]
        if command == "M":
            out.append("M" + _numbers(block.ravel()))
            start = block[-1]
        else:
            numbers = _numbers((block - here).ravel())
            glue = "" if numbers.startswith("-") else " "
            out.append(glue + numbers if command == last else command + numbers)
        here, last = block[-1], command
        index += count
    return "".join(out)


def circle_data(center, radius: float) -> str:
    x, y = tenths(center)
    r = max(1, int(round(radius * TENTHS)))
    return f"M{_numbers([x - r, y])}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0"


def _is_circle(path: Path) -> bool:
    return path.codes is not None and len(path.vertices) == len(Path.unit_circle().vertices)


def heat_levels(image) -> str:
    """The values of an image, from the top row, as one hexadecimal digit each."""
    values = np.ma.filled(image.norm(image.get_array()), np.nan)
    if not np.isfinite(values).all():
        raise NotFinite("a value of a heat map is not a finite number")
    if values.shape != (HEAT_SIZE, HEAT_SIZE):
        raise ValueError(f"heat map: expected {HEAT_SIZE} × {HEAT_SIZE} values, got {values.shape}")
    levels = np.clip((values * 16).astype(int), 0, 15)[::-1]  # its first row is the lowest
    return "".join("0123456789abcdef"[level] for level in levels.ravel())


def heat_png(levels: str, ramp: str) -> str:
    """A heat map as a data URI, 16 levels with their own transparency, so that it sits on any background."""
    colors = np.array(RAMPS[ramp], dtype=np.uint8)
    side = int(len(levels) ** 0.5)
    pixels = colors[[int(level, 16) for level in levels]].reshape(side, side, 4)
    buffer = io.BytesIO()
    Image.fromarray(pixels, "RGBA").quantize(16).save(buffer, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


class SvgRenderer(RendererBase):
    """Collects elements; an artist with a gid becomes a layer of its own, a group that a script can find."""

    def __init__(self, width: float, height: float, prefix: str):
        super().__init__()
        self.width, self.height, self.prefix = width, height, prefix
        self.clips: dict[tuple, str] = {}
        self.parts: list = []
        self.layers: dict[str, list[Element]] = {}
        self._open: list[str | None] = []

    # what matplotlib asks of a renderer
    def get_canvas_width_height(self):
        return self.width, self.height

    def points_to_pixels(self, points):
        return points

    def flipy(self):
        return True

    def option_image_nocomposite(self):
        return True

    def open_group(self, s, gid=None):
        self._open.append(gid)
        if gid:
            self.layers[gid] = []
            self.parts.append(gid)

    def close_group(self, s):
        self._open.pop()

    # drawing
    def _add(self, element: Element):
        layer = next((gid for gid in reversed(self._open) if gid), None)
        target = self.parts if layer is None else self.layers[layer]
        if target and isinstance(target[-1], Element) and element.same_style(target[-1]):
            target[-1].attributes["d"] += element.attributes["d"]
        else:
            target.append(element)

    def _style(self, gc, fill) -> dict[str, str]:
        attributes = {"fill": "none"}
        alpha = gc.get_alpha() if gc.get_forced_alpha() else None
        if fill is not None:
            attributes["fill"] = css_color(fill)
            opacity = fill[3] if alpha is None and len(fill) == 4 else (alpha if alpha is not None else 1)
            if opacity < 1:
                attributes["fill-opacity"] = f"{opacity:.2g}"
        width = gc.get_linewidth()
        rgb = gc.get_rgb()
        opacity = alpha if alpha is not None else rgb[3]
        if width and opacity:
            attributes["stroke"] = css_color(rgb)
            attributes["stroke-width"] = str(int(round(width * TENTHS)))
            if opacity < 1:
                attributes["stroke-opacity"] = f"{opacity:.2g}"
            _, dashes = gc.get_dashes()
            if dashes is not None and len(dashes):
                attributes["stroke-dasharray"] = _numbers(tenths(dashes))
        clip = gc.get_clip_rectangle()
        if clip is not None:
            attributes["clip-path"] = f"url(#{self._clip(clip)})"
        return attributes

    def _clip(self, box) -> str:
        x, y, width, height = tenths(box.bounds)
        key = (int(x), int(self.height * TENTHS - y - height), int(width), int(height))
        return self.clips.setdefault(key, f"{self.prefix}-clip{len(self.clips)}")

    def draw_path(self, gc, path, transform, rgbFace=None):
        if not len(path.vertices):
            return
        if _is_circle(path):
            points = transform.transform(path.vertices) * (1, -1) + (0, self.height)
            if not np.isfinite(points).all():
                raise NotFinite("a coordinate is not a finite number")
            low, high = points.min(axis=0), points.max(axis=0)
            data = circle_data((low + high) / 2, (high[0] - low[0]) / 2)
        else:
            data = path_data(path, transform, self.height)
        style = self._style(gc, rgbFace)
        if data and (style["fill"] != "none" or "stroke" in style):
            self._add(Element("path", style | {"d": data}))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if not np.isfinite([x, y]).all():
            raise NotFinite(f"the position of the text {s!r} is not a finite number")
        attributes = {}
        if mtext is not None and angle == 0:
            anchor_x, _ = mtext.get_transform().transform(mtext.get_unitless_position())
            x = anchor_x
            attributes["text-anchor"] = ANCHORS[mtext.get_ha()]
        x, y = tenths([x, y])
        attributes |= {"x": str(x), "y": str(y), "fill": css_color(gc.get_rgb())}
        if angle:
            attributes["transform"] = f"rotate({-angle:g} {x} {y})"
        if prop.get_size_in_points() < 10:
            attributes["class"] = "small"
        if prop.get_weight() in ("bold", 700):
            attributes["font-weight"] = "bold"
        self._add(Element("text", attributes, s))

    def draw_heat(self, image):
        """A heat map: drawn as one small image over its extent, levels kept beside it for the script."""
        levels = heat_levels(image)
        box = image.get_window_extent(self)
        left, top = tenths([box.x0, self.height - box.y1])
        width, height = tenths([box.width, box.height])
        attributes = {"x": str(left), "y": str(top), "width": str(width), "height": str(height)}
        attributes |= {"class": image.nn_ramp, "preserveAspectRatio": "none", "href": heat_png(levels, image.nn_ramp)}
        if image.nn_blocky:
            attributes["image-rendering"] = "pixelated"
        self._add(Element("image", attributes | {"data-heat": levels}))

    def draw_image(self, gc, x, y, im, transform=None):
        raise NotImplementedError("draw images with nnbook.explorers.heat: this renderer knows no other kind")

    # results
    def body(self, layers: dict[str, list[Element]], hidden=frozenset()) -> str:
        """Everything drawn, with these elements in the layers; a hidden layer is there, unseen."""
        clips = "".join(
            f'<clipPath id="{name}"><rect x="{x}" y="{y}" width="{w}" height="{h}"/></clipPath>'
            for (x, y, w, h), name in self.clips.items()
        )
        shown = (
            part.markup() if isinstance(part, Element) else _group(part, layers[part], part in hidden)
            for part in self.parts
        )
        return (f"<defs>{clips}</defs>" if clips else "") + "".join(shown)


def _group(name: str, elements: list[Element], hidden: bool) -> str:
    unseen = ' visibility="hidden"' if hidden else ""
    return f'<g data-layer="{name}"{unseen}>{"".join(e.markup() for e in elements)}</g>'


def css_color(rgba) -> str:
    color = to_hex(rgba[:3])
    return CSS_COLORS.get(color, color)
