"""Neck, torso and skirts; ``cuts`` adds what makes an outfit."""

from dataclasses import dataclass
from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, ink, shade, tint
from generation.painter.geometry import Knot, Point, curve, ellipse, mirrored, shifted, tube
from generation.painter.shot import BACK, Figure
from generation.painter.skeleton import Skeleton
from generation.painter.wardrobe import SHIRT, Wear

GIRL: Final[tuple[Knot, ...]] = (
    (0.0, -0.603), (0.034, -0.602), (0.078, -0.590), (0.104, -0.566), (0.090, -0.52),
    (0.073, -0.45), (0.086, -0.385), (0.09, -0.35), (0.0, -0.345),
)  # fmt: skip
BOY: Final[tuple[Knot, ...]] = (
    (0.0, -0.603), (0.036, -0.602), (0.090, -0.592), (0.119, -0.566), (0.104, -0.52),
    (0.090, -0.45), (0.094, -0.385), (0.096, -0.35), (0.0, -0.345),
)  # fmt: skip


def draw_neck(brush: Brush, figure: Figure) -> None:
    """Draw the neck with the head's shadow on it."""
    neck = brush.shape(
        [(-0.03, -0.66, 1), (0.03, -0.66, 1), (0.034, -0.585), (0.0, -0.57), (-0.034, -0.585)], figure.skin
    )
    brush.wash(ellipse(0, -0.635, 0.05, 0.035), shade(figure.skin), 0.9, within=neck)


@dataclass(frozen=True, slots=True)
class Cut:
    """The outline of a skirt: middle and half width of waist and hem, and their heights."""

    x: float
    waist: float
    top: float
    hem: float
    low: float


def _cut(figure: Figure, bones: Skeleton, wear: Wear) -> Cut | None:
    """Return how a skirt hangs in the figure's pose, None for trousers."""
    cuts = {
        "skirt": (0.072, -0.452, 0.146, -0.268),
        "dress": (0.070, -0.46, 0.172, -0.165),
        "robe": (0.088, -0.45, 0.108, -0.045),
        "tails": (0.09, -0.46, 0.142, -0.185),
    }
    if wear.lower not in cuts:
        return None
    waist, top, hem, low = cuts[wear.lower]
    dy = bones.hips[0][1] + 0.36
    if figure.turn:
        waist, hem = waist * 0.86, hem * 0.88
    if figure.stance == "sitting":
        hem *= 1.12 if wear.lower == "robe" else 1.0
        low = min(low + dy * 0.75, -0.1)
    else:
        hem *= 1.1 if figure.stance in ("walking", "running") else 1.0
        low += dy
    return Cut((bones.hips[0][0] + bones.hips[1][0]) / 2, waist, top + dy, hem, low)


def draw_skirt(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear) -> None:
    """Draw skirt, dress, robe or coat tails around the legs."""
    cut = _cut(figure, bones, wear)
    if cut is None:
        return
    colour = wear.lower_colour
    right: list[Knot] = [
        (0.0, cut.top), (cut.waist, cut.top, 1),
        (cut.waist + (cut.hem - cut.waist) * 0.55, cut.top * 0.55 + cut.low * 0.45),
        (cut.hem, cut.low, 1), (cut.hem * 0.5, cut.low + 0.022), (0.0, cut.low + 0.0275),
    ]  # fmt: skip
    skirt = curve(shifted(mirrored(right), cut.x))
    brush.solid(skirt, colour)
    edge = cut.top + 0.02
    shadow: list[Knot] = [(-0.2, edge - 0.04), (0.2, edge - 0.04), (cut.waist, edge), (-cut.waist, edge)]
    brush.wash(curve(shifted(shadow, cut.x)), shade(colour), 0.7, within=skirt)
    if wear.lower in ("skirt", "dress"):
        _pleats(brush, skirt, colour, cut, 7 if wear.lower == "skirt" else 5)
    if figure.outfit == "school_uniform" and wear.lower == "skirt":
        _hem_line(brush, skirt, cut, SHIRT, 0.02)
    elif wear.lower == "dress":
        _hem_line(brush, skirt, cut, SHIRT if figure.outfit == "maid" else tint(colour, 0.55), 0.006)
    if figure.facing != BACK:
        _front_of_skirt(brush, figure, wear, cut)
    if wear.lower == "robe":
        fold = tube([(cut.x + 0.07, cut.top), (cut.x + 0.085, cut.low)], [0.05, 0.06])
        brush.wash(fold, shade(colour), 0.7, within=skirt)


def _front_of_skirt(brush: Brush, figure: Figure, wear: Wear, cut: Cut) -> None:
    """Draw apron, a robe's overlap or a coat's opening."""
    dx, top, low = cut.x, cut.top, cut.low
    if figure.outfit == "maid":
        right: list[Knot] = [(0.0, top), (0.055, top, 1), (0.095, low - 0.03), (0.0, low - 0.005)]
        brush.shape(shifted(mirrored(right), dx), SHIRT)
    if wear.lower == "robe":
        overlap: list[Knot] = [(dx + 0.02, top), (dx - 0.012, (top + low) / 2), (dx - 0.035, low + 0.02)]
        brush.ink(overlap, ink(wear.lower_colour), 0.008)
    elif wear.lower == "tails":
        brush.ink([(dx, top), (dx + 0.004, low + 0.022)], ink(wear.lower_colour), 0.009)


def _pleats(brush: Brush, skirt: list[Point], colour: RGB, cut: Cut, count: int) -> None:
    """Draw folds that fan out from the waist."""
    for i in range(count):
        share = (i + 0.5) / count * 2 - 1
        a, b = cut.x + share * cut.waist, cut.x + share * cut.hem
        wide, low = 0.014 if i % 2 else 0.022, cut.low + 0.05
        fold = curve([(a, cut.top + 0.03, 1), (b + wide, low, 1), (b - wide * 0.4, low, 1)])
        brush.wash(fold, shade(colour), 0.85, within=skirt)


def _hem_line(brush: Brush, skirt: list[Point], cut: Cut, colour: RGB, up: float) -> None:
    """Draw a stripe that runs along the hem."""
    low, half = cut.low - up, cut.hem
    line: list[Knot] = [
        (-half, low),
        (-half * 0.5, low + 0.021),
        (0.0, low + 0.028),
        (half * 0.5, low + 0.021),
        (half, low),
    ]
    brush.wash(tube(shifted(line, cut.x), [0.011] * 5), colour, 0.95, within=skirt)


def torso(figure: Figure, wear: Wear) -> list[Point]:
    """Return the outline of the upper body of a standing figure."""
    sx = 0.8 if figure.turn else 1.0
    knots: list[Knot] = [
        (k[0] * sx, k[1], 1) if len(k) == 3 else (k[0] * sx, k[1]) for k in (GIRL if figure.girl else BOY)
    ]
    if figure.outfit in ("hoodie", "coat", "sweater"):
        knots = [(k[0] * 1.08, k[1]) for k in knots]
    if wear.lower in ("skirt", "dress") and figure.outfit not in ("hoodie", "sweater", "jacket", "coat"):
        knots = [*knots[:5], (knots[5][0], -0.445), (0.0, -0.437)]
    return curve(mirrored(knots))


def draw_torso(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear) -> None:
    """Draw the bare cut of the upper body; ``cuts`` adds what lies over the sleeves."""
    dy = bones.hips[0][1] + 0.36
    dx = (bones.hips[0][0] + bones.hips[1][0]) / 2
    sx = 0.8 if figure.turn else 1.0
    at = brush.at(dx, dy)
    shape = torso(figure, wear)
    at.solid(shape, wear.top)
    side: list[Knot] = [
        (0.05 * sx, -0.61),
        (0.07 * sx, -0.52),
        (0.05 * sx, -0.43),
        (0.06 * sx, -0.33),
        (0.2, -0.33),
        (0.2, -0.61),
    ]
    at.wash(curve(side), shade(wear.top), 0.75, within=shape)
