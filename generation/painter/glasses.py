"""Glasses over the eyes: round, square or dark."""

from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, WHITE
from generation.painter.face import EYE_X, EYE_Y, bent
from generation.painter.geometry import Knot, Point, curve, ellipse
from generation.painter.shot import Figure

FRAME: Final[RGB] = (58, 48, 66)


def draw_glasses(brush: Brush, figure: Figure) -> None:
    """Draw round, square or dark glasses over the eyes."""
    kind = next((k for k in ("round_glasses", "glasses", "sunglasses") if k in figure.extras), "")
    if not kind:
        return
    turn = figure.turn
    frame = figure.extras[kind] or FRAME
    edges: list[float] = []
    for side in (-1, 1):
        squeeze = 1.0 if not turn else (0.72 if side < 0 else 0.96)
        x, y = bent(side * EYE_X, turn), EYE_Y + 0.006
        rx, ry = 0.062 * squeeze, 0.06
        lens = ellipse(x, y, rx, ry) if kind == "round_glasses" else curve(_square(x, y, rx, ry * 0.78))
        if kind == "sunglasses":
            brush.wash(lens, (46, 40, 58), 0.86)
        else:
            brush.wash(lens, WHITE, 0.07)
        glint: list[Knot] = [
            (x - rx * 0.55, y + ry * 0.1, 1),
            (x - rx * 0.1, y - ry * 0.75, 1),
            (x + rx * 0.2, y - ry * 0.75, 1),
            (x - rx * 0.4, y + ry * 0.45, 1),
        ]
        brush.wash(curve(glint), WHITE, 0.2, within=lens)
        _ring(brush, lens, frame)
        edges += [x - rx, x + rx]
    brush.ink(
        [(edges[1], EYE_Y), ((edges[1] + edges[2]) / 2, EYE_Y - 0.012), (edges[2], EYE_Y)],
        frame,
        0.009,
        taper=0.1,
    )
    brush.ink([(edges[3], EYE_Y - 0.005), (0.158 if not turn else 0.11, EYE_Y - 0.016)], frame, 0.008, taper=0.1)
    if not turn:
        brush.ink([(edges[0], EYE_Y - 0.005), (-0.158, EYE_Y - 0.016)], frame, 0.008, taper=0.1)


def _square(x: float, y: float, rx: float, ry: float) -> list[Knot]:
    """Return a rounded box around (x, y)."""
    return [
        (x - rx, y - ry * 0.6),
        (x - rx * 0.7, y - ry),
        (x + rx * 0.7, y - ry),
        (x + rx, y - ry * 0.6),
        (x + rx * 0.9, y + ry * 0.6),
        (x + rx * 0.5, y + ry),
        (x - rx * 0.5, y + ry),
        (x - rx * 0.9, y + ry * 0.6),
    ]


def _ring(brush: Brush, lens: list[Point], colour: RGB) -> None:
    """Draw the rim along a lens."""
    placed = brush.place(lens)
    brush.draw.line(
        [*placed, *placed[:3]], fill=(*colour, 255), width=max(1, round(0.0095 * brush.unit)), joint="curve"
    )
