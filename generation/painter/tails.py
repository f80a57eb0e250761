"""Hair behind the body: long falls, tails, braids and buns, in head units around the skull's centre."""

from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, ink, mix, shade
from generation.painter.geometry import Knot, Point, between, curve, flipped, mirrored, shifted
from generation.painter.hair import FLOWING, TIED, comb, draw_tie, lit
from generation.painter.shot import BACK, Figure

TUFT: Final[tuple[Knot, ...]] = (
    (0.0, -0.1), (0.16, -0.1), (0.205, 0.02), (0.222, 0.115, 1), (0.165, 0.10), (0.152, 0.155, 1), (0.1, 0.10),
    (0.0, 0.1),
)  # fmt: skip


def draw_back_hair(brush: Brush, figure: Figure) -> None:
    """Draw what lies behind head and body; seen from behind it is lit and combed, since nothing covers it."""
    style = figure.hair
    seen = figure.facing == BACK
    drift = 0.028 * figure.turn
    low = {"long": 0.43, "very_long": 0.62, "medium": 0.235, "bob": 0.165}.get(style, 0.135 if figure.girl else 0.115)
    if style in ("long", "very_long"):
        shape = _fall(brush, figure, low, drift)
    else:
        if style in ("bob", "medium"):
            half: list[Knot] = [
                (0.0, -0.20), (0.16, -0.14), (0.205, 0.0), (0.218, low * 0.62), (0.192, low, 1), (0.13, low - 0.01),
                (0.09, low + 0.012, 1), (0.0, low - 0.01),
            ]  # fmt: skip
        elif style in TIED or style == "short":
            half = [(0.0, -0.19), (0.15, -0.14), (0.196, 0.0), (0.186, low * 0.7), (0.15, low, 1), (0.0, low - 0.01)]
        else:
            half = list(TUFT)
        tone = figure.hair_colour if seen else shade(figure.hair_colour, 0.75)
        shape = brush.shape(shifted(mirrored(half), drift), tone)
    if seen and style in FLOWING:
        comb(brush, figure.hair_colour, shape, low)
    _tails(brush, figure)


def _fall(brush: Brush, figure: Figure, low: float, drift: float) -> list[Point]:
    """Draw a long fall of hair down the back and return its outline."""
    colour = figure.hair_colour
    right: list[Knot] = [
        (0.0, -0.21), (0.15, -0.17), (0.202, -0.04), (0.212, 0.12), (0.222, low * 0.6), (0.232, low - 0.05),
        (0.205, low, 1), (0.175, low - 0.045), (0.14, low + 0.018, 1), (0.10, low - 0.03),
        (0.06, low + 0.02, 1), (0.0, low - 0.03),
    ]  # fmt: skip
    shape = brush.shape(shifted(mirrored(right), drift), colour if figure.facing == BACK else shade(colour, 0.6))
    dark = mix(ink(colour), colour, 0.4)
    for x in (-0.19, -0.155, 0.155, 0.19):
        brush.ink([(x + drift, 0.05), (x * 1.06 + drift, low * 0.6), (x * 1.02 + drift, low - 0.05)], dark, 0.007)
    sheen: list[Knot] = [(0.19, 0.0), (0.205, 0.15), (0.214, low * 0.7), (0.198, low * 0.7), (0.186, 0.15)]
    for side in (sheen, flipped(sheen)):
        brush.wash(curve(shifted(side, drift)), colour, 0.9, within=shape)
    return shape


def _tails(brush: Brush, figure: Figure) -> None:
    """Draw tails and buns that stand out beside or above the head."""
    style, turn = figure.hair, figure.turn
    tie = figure.extras.get("hair_ribbon", (232, 76, 92)) if "hair_ribbon" in figure.extras else None
    if style in ("twintails", "short_twintails"):
        long = 1.0 if style == "twintails" else 0.55
        for side in (-1, 1):
            push = 0.02 * turn if side > 0 else 0.03 * turn
            twintail(brush, figure, side, long, push, tie)
    elif style == "ponytail":
        tail: list[Knot] = [
            (0.045, -0.205), (0.135, -0.262), (0.235, -0.20), (0.272, -0.06), (0.268, 0.10),
            (0.292, 0.215), (0.252, 0.315, 1),
            (0.228, 0.25), (0.196, 0.275, 1), (0.19, 0.16), (0.185, 0.0), (0.13, -0.11),
        ]  # fmt: skip
        _tail(brush, tail, figure.hair_colour, [(0.12, -0.21), (0.215, -0.14), (0.236, 0.02), (0.235, 0.20)])
        draw_tie(brush, 0.085, -0.205, tie, figure.hair_colour)
    elif style == "bun":
        _bun(brush, 0.02 * turn, -0.245, 0.082, figure.hair_colour)
    elif style == "double_bun":
        for x in (-0.135 + 0.02 * turn, 0.135 + 0.02 * turn):
            _bun(brush, x, -0.205, 0.07, figure.hair_colour)


def twintail(brush: Brush, figure: Figure, side: int, long: float, push: float, tie: RGB | None) -> None:
    """Draw one of two tails; ``long`` 1 reaches the hips."""

    def at(x: float, y: float) -> Point:
        """Return a point of the tail, nearer to the tie when it is short."""
        return x, -0.1 + (y + 0.1) * long

    knots: list[Knot] = [
        (0.150, -0.115), (0.205, -0.165), (0.272, -0.125), at(0.318, 0.02), at(0.334, 0.18),
        at(0.318, 0.34), at(0.332, 0.455),
        (*at(0.292, 0.56), 1), at(0.272, 0.485), (*at(0.236, 0.535), 1), at(0.232, 0.42),
        at(0.246, 0.28), at(0.232, 0.12), (0.196, 0.0),
    ]  # fmt: skip
    sheen: list[Knot] = [(0.215, -0.10), at(0.272, 0.06), at(0.288, 0.22), at(0.276, 0.40)]
    placed = shifted(knots if side > 0 else flipped(knots), push, sx=1.0)
    light = shifted(sheen if side > 0 else flipped(sheen), push)
    _tail(brush, placed, figure.hair_colour, light)
    draw_tie(brush, side * 0.178 + push, -0.118, tie, figure.hair_colour)


def _tail(brush: Brush, knots: list[Knot], colour: RGB, spine: list[Knot]) -> None:
    """Draw one tail with a strand and a streak of light along its spine."""
    brush.shape(knots, colour)
    inner = [(k[0] - 0.022, k[1], 1) if len(k) == 3 else (k[0] - 0.022, k[1]) for k in spine]
    brush.ink(inner, mix(ink(colour), colour, 0.35), 0.007)
    brush.ink(shifted(spine, 0.014, 0.015), mix(ink(colour), colour, 0.35), 0.006)
    a, b = spine[1], spine[2]
    brush.ink(
        [(spine[0][0], spine[0][1]), (a[0], a[1]), between((a[0], a[1]), (b[0], b[1]), 0.6)],
        lit(colour),
        0.013,
    )


def _bun(brush: Brush, x: float, y: float, radius: float, colour: RGB) -> None:
    """Draw a bun with its winding."""
    brush.dot(x, y, radius, colour, ry=radius * 0.92, outline=True)
    dark = mix(ink(colour), colour, 0.3)
    brush.ink(
        [
            (x - radius * 0.6, y + radius * 0.2),
            (x - radius * 0.1, y - radius * 0.5),
            (x + radius * 0.55, y - radius * 0.1),
        ],
        dark,
        0.007,
    )
    brush.ink(
        [
            (x - radius * 0.3, y + radius * 0.5),
            (x + radius * 0.1, y - radius * 0.05),
            (x + radius * 0.5, y + radius * 0.35),
        ],
        dark,
        0.006,
    )
    brush.ink(
        [
            (x - radius * 0.5, y - radius * 0.45),
            (x, y - radius * 0.72),
            (x + radius * 0.35, y - radius * 0.6),
        ],
        lit(colour),
        0.012,
    )


def draw_front_tails(brush: Brush, figure: Figure) -> None:
    """Draw what falls in front of the shoulders: braids and a side tail."""
    turn, colour = figure.turn, figure.hair_colour
    tie = figure.extras.get("hair_ribbon") or None
    if figure.hair == "braids":
        for x in (-0.165 + 0.035 * turn, 0.165 + 0.01 * turn):
            _plait(brush, x, 0.11, 1 if x > 0 else -1, colour, tie)
    elif figure.hair == "braid":
        _plait(brush, 0.16, 0.11, 1, colour, tie)
    elif figure.hair == "side_tail":
        knots: list[Knot] = [
            (0.165, -0.02), (0.215, -0.05), (0.262, 0.03), (0.270, 0.16), (0.240, 0.28),
            (0.246, 0.35), (0.205, 0.42, 1),
            (0.195, 0.36), (0.165, 0.385, 1), (0.162, 0.27), (0.182, 0.16), (0.176, 0.06),
        ]  # fmt: skip
        _tail(brush, knots, colour, [(0.205, -0.01), (0.228, 0.10), (0.222, 0.2), (0.205, 0.31)])
        draw_tie(brush, 0.188, -0.022, tie, colour)


def _plait(brush: Brush, x: float, y: float, side: int, colour: RGB, tie: RGB | None) -> None:
    """Draw one braid hanging from (x, y)."""
    links = 6
    for i in reversed(range(links)):
        cx, cy = x + side * 0.004 * i, y + 0.042 * i
        size = 0.031 - 0.0018 * i
        leaf: list[Knot] = [
            (cx, cy - 0.03),
            (cx + size, cy - 0.012),
            (cx + size * 0.9, cy + 0.018),
            (cx, cy + 0.034, 1),
            (cx - size * 0.9, cy + 0.018),
            (cx - size, cy - 0.012),
        ]
        brush.shape(leaf, colour if i % 2 else mix(colour, shade(colour), 0.35))
        brush.ink(
            [(cx - size * 0.5, cy - 0.008), (cx, cy + 0.018), (cx + size * 0.5, cy - 0.008)],
            mix(ink(colour), colour, 0.4),
            0.005,
        )
    ex, ey = x + side * 0.004 * links, y + 0.042 * links
    brush.shape(
        [
            (ex - 0.014, ey - 0.01),
            (ex + 0.014, ey - 0.01),
            (ex + 0.02, ey + 0.03),
            (ex, ey + 0.055, 1),
            (ex - 0.02, ey + 0.03),
        ],
        colour,
    )
    brush.dot(ex, ey - 0.008, 0.0165, tie or (228, 84, 104), ry=0.012, outline=True)
