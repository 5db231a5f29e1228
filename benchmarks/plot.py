"""Draws panels of lines on logarithmic axes, as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

Point: TypeAlias = tuple[float, str, float]
"""Where, of which line, and how high."""


@dataclass(frozen=True)
class Panel:
    title: str
    unit: str
    points: Sequence[Point]


_WIDTH, _HEIGHT = 420, 340
_LEFT, _TOP, _BOTTOM, _GAP = 76, 40, 72, 48

_COLOURS = ("#3f86d9", "#7d5fd3", "#d9661f", "#1a9a6c", "#c8559d", "#8a8a8a")
"""Seen on white and on black; dashes and marks tell the lines apart without colour."""
_INK = "#7b7b7b"
_FONT = 'font-family="sans-serif" font-size="14"'
_DASHES = ("none", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")
_MARKS = ("M-4-4h8v8h-8z", "M0-5L5 0 0 5-5 0z", "M0-5L5 4H-5z", "M-4-4L4 4M-4 4L4-4", "M-5 0H5M0-5V5", "M0 5L5-4H-5z")


def plot(panels: Sequence[Panel], across: str) -> str:
    """The panels side by side, with what the x axis counts, and one legend for all."""
    names = list(dict.fromkeys(name for panel in panels for _, name, _ in panel.points))
    width = len(panels) * (_LEFT + _WIDTH + _GAP)
    plain = [name.replace("`", "") for name in names]
    columns = 3
    bottom = _TOP + _HEIGHT + _BOTTOM
    height = bottom + 24 * math.ceil(len(names) / columns) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="{_INK}" {_FONT}>',
        f"<title>{escape(' and '.join(panel.title for panel in panels))} over {escape(across)}</title>",
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, names, across, number * (_LEFT + _WIDTH + _GAP) + _LEFT)
    for number, name in enumerate(plain):
        x, y = _LEFT + number % columns * (width - _LEFT) / columns, bottom + 24 * (number // columns)
        parts += [_line(number, [(x, y), (x + 44, y)]), f'<text x="{x + 54:.1f}" y="{y + 5:.1f}">{escape(name)}</text>']
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, names: Sequence[str], across: str, left: float) -> list[str]:
    columns = _decades([x for x, _, _ in panel.points])
    rows = _decades([y for _, _, y in panel.points])

    def place(x: float, y: float) -> tuple[float, float]:
        part = (math.log10(x) - columns[0]) / (columns[-1] - columns[0])
        high = (math.log10(y) - rows[0]) / (rows[-1] - rows[0])
        return left + part * _WIDTH, _TOP + (1 - high) * _HEIGHT

    middle, bottom = left + _WIDTH / 2, _TOP + _HEIGHT
    upright = f"translate({left - 60} {_TOP + _HEIGHT / 2}) rotate(-90)"
    parts = [
        f'<text x="{middle}" y="24" text-anchor="middle" font-weight="bold">{escape(panel.title)}</text>',
        f'<text x="{middle}" y="{bottom + 40}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="{upright}" text-anchor="middle">{escape(panel.unit)}</text>',
    ]
    for decade in columns:
        x, _ = place(10.0**decade, 10.0 ** rows[0])
        parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="{_INK}" stroke-opacity="0.3"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{10**decade:,}</text>')
    for decade in rows:
        _, y = place(10.0 ** columns[0], 10.0**decade)
        parts.append(f'<path d="M{left} {y:.1f}H{left + _WIDTH}" stroke="{_INK}" stroke-opacity="0.3"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 5:.1f}" text-anchor="end">{10.0**decade:,.9g}</text>')
    parts.append(f'<rect x="{left}" y="{_TOP}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="{_INK}"/>')
    for number, name in enumerate(names):
        parts.append(_line(number, [place(x, y) for x, of, y in panel.points if of == name]))
    return parts


def _decades(values: Sequence[float]) -> range:
    """The powers of ten from below the least to above the greatest."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(low, max(high, low + 1) + 1)


def _line(number: int, points: Sequence[tuple[float, float]]) -> str:
    colour, dashes, mark = (styles[number % len(styles)] for styles in (_COLOURS, _DASHES, _MARKS))
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    marks = "".join(
        f'<path transform="translate({x:.1f} {y:.1f})" d="{mark}" fill="{colour}" stroke="{colour}" stroke-width="1.5"/>'
        for x, y in points
    )
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dashes}"/>{marks}'
