"""Curves for flat drawing: smooth outlines, tapered tubes and strokes as plain point lists.

Points are ``(x, y)`` with y growing downward. A knot is a point, or ``(x, y, 1)`` for a sharp corner.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
Knot: TypeAlias = tuple[float, float] | tuple[float, float, int]

STEPS: Final = 7


def curve(knots: Sequence[Knot], *, closed: bool = True) -> list[Point]:
    """Run a smooth line through the knots, sharp where a knot is a corner.

    Catmull-Rom tangents; at a corner each side leaves along its own chord.
    """
    count = len(knots)
    points = [(float(knot[0]), float(knot[1])) for knot in knots]
    corner = [len(knot) == 3 for knot in knots]
    out: list[Point] = []
    for i in range(count if closed else count - 1):
        j = (i + 1) % count
        first = not closed and i == 0
        last = not closed and j == count - 1
        before, after = points[i - 1], points[(j + 1) % count]
        start, end = points[i], points[j]
        chord = (end[0] - start[0], end[1] - start[1])
        if corner[i] and corner[j]:
            out.append(start)
            continue
        leave = chord if corner[i] or first else ((end[0] - before[0]) / 2, (end[1] - before[1]) / 2)
        arrive = chord if corner[j] or last else ((after[0] - start[0]) / 2, (after[1] - start[1]) / 2)
        out.extend(_hermite(start, end, leave, arrive))
    if not closed:
        out.append(points[-1])
    return out


def _hermite(start: Point, end: Point, leave: Point, arrive: Point) -> list[Point]:
    """Sample one Hermite piece, without its end point."""
    out: list[Point] = []
    for step in range(STEPS):
        t = step / STEPS
        tt, ttt = t * t, t * t * t
        a, b, c, d = 2 * ttt - 3 * tt + 1, ttt - 2 * tt + t, 3 * tt - 2 * ttt, ttt - tt
        out.append(
            (
                a * start[0] + b * leave[0] + c * end[0] + d * arrive[0],
                a * start[1] + b * leave[1] + c * end[1] + d * arrive[1],
            )
        )
    return out


def mirrored(knots: Sequence[Knot]) -> list[Knot]:
    """Return a right half (top to bottom) followed by its mirror image (bottom to top).

    A knot on the axis is not doubled.
    """
    left: list[Knot] = []
    for knot in reversed(knots):
        if abs(knot[0]) > 1e-9:
            left.append((-knot[0], knot[1], 1) if len(knot) == 3 else (-knot[0], knot[1]))
    return [*knots, *left]


def flipped(knots: Iterable[Knot]) -> list[Knot]:
    """Return the knots mirrored at x = 0."""
    return [(-knot[0], knot[1], 1) if len(knot) == 3 else (-knot[0], knot[1]) for knot in knots]


def shifted(knots: Iterable[Knot], dx: float, dy: float = 0.0, *, sx: float = 1.0) -> list[Knot]:
    """Return the knots scaled in x by ``sx`` and then moved."""
    return [
        (knot[0] * sx + dx, knot[1] + dy, 1) if len(knot) == 3 else (knot[0] * sx + dx, knot[1] + dy) for knot in knots
    ]


def ellipse(x: float, y: float, rx: float, ry: float, *, steps: int = 36) -> list[Point]:
    """Return an ellipse around ``(x, y)``."""
    turn = 2 * math.pi / steps
    return [(x + rx * math.cos(i * turn), y + ry * math.sin(i * turn)) for i in range(steps)]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 18) -> list[Point]:
    """Return an open piece of an ellipse; angles in degrees, clockwise on screen from three o'clock."""
    a, b = math.radians(start), math.radians(end)
    return [
        (x + rx * math.cos(a + (b - a) * i / steps), y + ry * math.sin(a + (b - a) * i / steps))
        for i in range(steps + 1)
    ]


def tube(knots: Sequence[Knot], widths: Sequence[float], *, cap: bool = False) -> list[Point]:
    """Return the outline of a limb along the knots with the given full widths, one a knot.

    ``cap`` rounds its start.
    """
    spine = curve(knots, closed=False)
    pieces = len(widths) - 1
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(spine):
        at = i / max(1, len(spine) - 1) * pieces
        k = min(int(at), pieces - 1)
        half = (widths[k] + (widths[k + 1] - widths[k]) * (at - k)) / 2
        nx, ny = _normal(spine, i)
        left.append((x + nx * half, y + ny * half))
        right.append((x - nx * half, y - ny * half))
    if not cap:
        return left + right[::-1]
    (x, y), (nx, ny), half = spine[0], _normal(spine, 0), widths[0] / 2
    turns = [math.pi * step / 8 for step in range(1, 8)]
    round_end = [
        (x - half * (nx * math.cos(t) + ny * math.sin(t)), y - half * (ny * math.cos(t) - nx * math.sin(t)))
        for t in turns
    ]
    return left + right[::-1] + round_end


def stroke(knots: Sequence[Knot], width: float, *, taper: float = 1.0) -> list[Point]:
    """Return an inked line: thickest in the middle, thinner towards its ends.

    ``taper`` is how much of the width the ends lose, 0 to 1.
    """
    spine = curve(knots, closed=False)
    last = max(1, len(spine) - 1)
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(spine):
        half = width / 2 * (1 - taper + taper * math.sin(math.pi * (0.06 + 0.88 * i / last)))
        nx, ny = _normal(spine, i)
        left.append((x + nx * half, y + ny * half))
        right.append((x - nx * half, y - ny * half))
    return left + right[::-1]


def _normal(points: Sequence[Point], i: int) -> Point:
    """Return the unit normal of an open line at its i-th point."""
    x0, y0 = points[max(0, i - 1)]
    x1, y1 = points[min(len(points) - 1, i + 1)]
    dx, dy = x1 - x0, y1 - y0
    size = math.hypot(dx, dy) or 1.0
    return (-dy / size, dx / size)


def between(a: Point, b: Point, t: float) -> Point:
    """Return the point a share ``t`` of the way from ``a`` to ``b``."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def grown(points: Sequence[Point], by: float) -> list[Point]:
    """Return a closed outline moved outward along its normals; sharp corners grow no further than ``by``."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))
    side = by if area > 0 else -by
    out: list[Point] = []
    count = len(points)
    for i, (x, y) in enumerate(points):
        x0, y0 = points[i - 1]
        x1, y1 = points[(i + 1) % count]
        dx, dy = x1 - x0, y1 - y0
        size = math.hypot(dx, dy) or 1.0
        out.append((x + dy / size * side, y - dx / size * side))
    return out
