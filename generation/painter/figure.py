"""Draws one whole figure on a transparent tile, back to front."""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from generation.painter.accessories import draw_headwear, draw_neckwear
from generation.painter.brush import Brush
from generation.painter.colours import mix, shade, tint
from generation.painter.cuts import draw_details
from generation.painter.face import draw_brows, draw_face, draw_skull
from generation.painter.geometry import Knot, curve
from generation.painter.glasses import draw_glasses
from generation.painter.hair import FLOWING, draw_fringe, draw_from_behind, top_of
from generation.painter.limbs import draw_arm, draw_leg
from generation.painter.shot import BACK, RIGHT, Figure
from generation.painter.skeleton import HEAD_Y, Skeleton, pose
from generation.painter.tails import draw_back_hair, draw_front_tails
from generation.painter.torso import draw_neck, draw_skirt, draw_torso
from generation.painter.wardrobe import Wear, dress

HALF_WIDTH: Final = 0.40
BELOW: Final = 0.05
LARGEST_TILE: Final = 3000


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure's picture: RGBA, and where in it the feet are, in pixels."""

    image: Image.Image
    foot_x: float
    foot_y: float


def reach_up(figure: Figure) -> float:
    """Return how far the picture of a figure reaches above its feet, in figure heights."""
    return (0.88 if figure.stance == "jumping" else 0.83) + top_of(figure)


def draw_figure(figure: Figure, height: int, sway: float) -> Tile:
    """Draw a figure ``height`` pixels tall (1 unit), anti-aliased; ``sway`` tilts the head by degrees."""
    over = min(3.0, LARGEST_TILE / height)
    wide, tall = 2 * HALF_WIDTH * height, (reach_up(figure) + BELOW) * height
    size = (max(2, round(wide)), max(2, round(tall)))
    image = Image.new("RGBA", (round(size[0] * over), round(size[1] * over)), (0, 0, 0, 0))
    foot = (size[0] / 2, size[1] - BELOW * height)
    brush = Brush(
        image,
        ImageDraw.Draw(image),
        height * over,
        foot[0] * over,
        foot[1] * over,
        mirror=figure.facing == RIGHT,
    )
    _draw(brush, figure, pose(figure, sway), dress(figure))
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    return Tile(image, foot[0], foot[1])


def _draw(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear) -> None:
    """Draw all parts of the figure in their order."""
    head = brush.at(bones.head[0], bones.head[1], bones.tilt)
    behind = figure.facing == BACK
    if figure.stance == "sitting":
        _draw_seat(brush, figure)
    over_head = figure.arms in ("up", "waving")
    if not behind:
        draw_back_hair(head, figure)
        _backpack(brush, figure, bones)
    elif not over_head:
        _draw_over(brush, figure, bones, wear)
    for i in (0, 1):
        if bones.behind or (bones.toe and i == 0 and not bones.over[i]):
            draw_arm(brush, figure, bones, wear, i)
    for i in (0, 1):
        draw_leg(brush, figure, bones, wear, i)
    draw_skirt(brush, figure, bones, wear)
    neck = brush.at(bones.head[0], bones.head[1] - HEAD_Y)
    draw_neck(neck, figure)
    draw_torso(brush, figure, bones, wear)
    for i in (0, 1):
        if not (bones.behind or bones.over[i] or (bones.toe and i == 0)):
            draw_arm(brush, figure, bones, wear, i)
    draw_details(brush, figure, bones, wear)
    if not over_head and not behind:
        _draw_over(brush, figure, bones, wear)
    draw_neckwear(head, figure)
    if behind:
        _backpack(brush, figure, bones)
    _draw_head(head, figure)
    if over_head:
        _draw_over(brush, figure, bones, wear)


def _draw_head(head: Brush, figure: Figure) -> None:
    """Draw the head on top of the body; from behind it is hair alone."""
    if figure.facing == BACK:
        draw_back_hair(head, figure)
        if figure.hair not in FLOWING:
            draw_from_behind(head, figure)
    else:
        face = draw_skull(head, figure)
        draw_face(head, figure, face)
        draw_fringe(head, figure)
        draw_brows(head, figure)
        draw_glasses(head, figure)
    draw_front_tails(head, figure)
    draw_headwear(head, figure)


def _draw_over(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear) -> None:
    """Draw the arms that lie in front of everything so far."""
    for i in (0, 1):
        if bones.over[i] and not bones.behind:
            draw_arm(brush, figure, bones, wear, i)


def _draw_seat(brush: Brush, figure: Figure) -> None:
    """Draw the block a sitting figure sits on."""
    colour = (214, 206, 214)
    dx = 0.03 if figure.turn else 0.0
    box: list[Knot] = [
        (dx - 0.15, -0.225, 1),
        (dx + 0.15, -0.225, 1),
        (dx + 0.15, -0.005, 1),
        (dx - 0.15, -0.005, 1),
    ]
    shape = curve(box)
    brush.solid(shape, colour)
    brush.wash(
        curve([(dx + 0.02, -0.2, 1), (dx + 0.2, -0.2, 1), (dx + 0.2, 0.0, 1), (dx + 0.06, 0.0, 1)]),
        shade(colour),
        0.7,
        within=shape,
    )
    brush.solid(
        curve([(dx - 0.165, -0.25, 1), (dx + 0.165, -0.25, 1), (dx + 0.165, -0.213, 1), (dx - 0.165, -0.213, 1)]),
        tint(colour, 0.35),
    )


def _backpack(brush: Brush, figure: Figure, bones: Skeleton) -> None:
    """Draw a bag behind the shoulders."""
    if "backpack" not in figure.extras:
        return
    colour = figure.extras["backpack"] or (150, 92, 74)
    dx = 0.075 * figure.turn
    y = bones.shoulders[0][1]
    brush.shape(
        [(dx - 0.12, y - 0.005), (dx + 0.12, y - 0.005), (dx + 0.128, y + 0.18), (dx - 0.128, y + 0.18)],
        mix(colour, shade(colour), 0.3),
    )
