"""What makes an outfit: collar, closing, tie, sash, drawn over sleeves and torso."""

from collections.abc import Callable
from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, ink, mix, shade, tint
from generation.painter.geometry import Knot, Point, tube
from generation.painter.shot import BACK, Figure
from generation.painter.skeleton import Skeleton
from generation.painter.torso import torso
from generation.painter.wardrobe import SHIRT, Wear, accent


def draw_details(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear) -> None:
    """Draw collar, closing and tie of the outfit."""
    dx = (bones.hips[0][0] + bones.hips[1][0]) / 2
    at = brush.at(dx - (0.024 if figure.turn else 0.0), bones.hips[0][1] + 0.36)
    if figure.facing == BACK:
        if figure.outfit == "school_uniform" and figure.girl:
            _cape_collar(at, wear)
        return
    cut = CUTS.get(figure.outfit)
    if cut is not None:
        cut(at, figure, wear, torso(figure, wear))
    if "necktie" in figure.extras:
        draw_tie(at, figure.extras["necktie"] or accent(wear.top))


def _cape_collar(brush: Brush, wear: Wear) -> None:
    """Draw a sailor collar from behind."""
    flap = brush.shape([(-0.075, -0.60, 1), (0.075, -0.60, 1), (0.07, -0.505, 1), (-0.07, -0.505, 1)], SHIRT)
    brush.wash(tube([(-0.07, -0.518), (0.07, -0.518)], [0.008, 0.008]), wear.top, 1.0, within=flap)


def _v_shirt(brush: Brush, depth: float, colour: RGB = SHIRT) -> list[Point]:
    """Draw the shirt that shows in a jacket's opening."""
    return brush.shape([(-0.04, -0.605, 1), (0.04, -0.605, 1), (0.0, depth, 1)], colour)


def draw_tie(brush: Brush, colour: RGB) -> None:
    """Draw a necktie."""
    brush.shape(
        [(-0.011, -0.566, 1), (0.011, -0.566, 1), (0.017, -0.475, 1), (0.0, -0.455, 1), (-0.017, -0.475, 1)],
        colour,
    )
    brush.shape([(-0.014, -0.582, 1), (0.014, -0.582, 1), (0.009, -0.56, 1), (-0.009, -0.56, 1)], tint(colour, 0.15))


def _bow(brush: Brush, y: float, colour: RGB, size: float = 1.0) -> None:
    """Draw a ribbon bow on the chest."""
    for side in (-1, 1):
        brush.shape(
            [
                (0, y, 1),
                (side * 0.018 * size, y + 0.03 * size),
                (side * 0.034 * size, y + 0.066 * size, 1),
                (side * 0.01 * size, y + 0.055 * size),
            ],
            shade(colour, 0.6),
        )
        brush.shape(
            [
                (0, y),
                (side * 0.03 * size, y - 0.022 * size),
                (side * 0.054 * size, y - 0.014 * size),
                (side * 0.05 * size, y + 0.02 * size),
                (side * 0.02 * size, y + 0.012 * size),
            ],
            colour,
        )
    brush.dot(0, y, 0.0125 * size, tint(colour, 0.12), outline=True)


def _uniform(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw a sailor collar with a bow for a girl, a blazer with a tie for a boy."""
    if figure.girl:
        for side in (-1, 1):
            flap: list[Knot] = [
                (side * 0.02, -0.608, 1),
                (side * 0.085, -0.595),
                (side * 0.082, -0.545, 1),
                (0.0, -0.512, 1),
                (side * 0.004, -0.535),
            ]
            points = brush.shape(flap, SHIRT)
            brush.wash(
                tube([(side * 0.078, -0.555), (side * 0.04, -0.545), (0.0, -0.525)], [0.007] * 3),
                wear.top,
                1.0,
                within=points,
            )
        brush.shape([(-0.03, -0.606, 1), (0.03, -0.606, 1), (0.0, -0.545, 1)], figure.skin)
        _bow(brush, -0.518, accent(wear.top))
        return
    _v_shirt(brush, -0.47)
    draw_tie(brush, accent(wear.top))
    _lapels(brush, tint(wear.top, 0.12), -0.465)
    brush.ink([(0.0, -0.465), (0.002, -0.36)], ink(wear.top), 0.008, taper=0.3)
    for y in (-0.435, -0.395):
        brush.dot(0.018, y, 0.0075, (246, 214, 120))
    brush.shape(
        [(0.048, -0.525, 1), (0.076, -0.525, 1), (0.074, -0.505, 1), (0.05, -0.505, 1)],
        tint(wear.top, 0.3),
        outline=False,
    )


def _lapels(brush: Brush, colour: RGB, depth: float) -> None:
    """Draw the turned edges of a jacket."""
    for side in (-1, 1):
        brush.shape(
            [
                (side * 0.034, -0.607, 1),
                (side * 0.068, -0.575, 1),
                (side * 0.056, -0.535, 1),
                (0.0, depth, 1),
                (side * 0.022, -0.54),
            ],
            colour,
        )


def _suit(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw a jacket with shirt, lapels and tie."""
    _v_shirt(brush, -0.455)
    draw_tie(brush, accent(wear.top))
    _lapels(brush, tint(wear.top, 0.14), -0.45)
    brush.ink([(0.0, -0.45), (0.002, -0.35)], ink(wear.top), 0.008, taper=0.3)
    brush.dot(0.0, -0.43, 0.0075, shade(wear.top, 1.6))
    brush.shape([(0.05, -0.53, 1), (0.074, -0.538, 1), (0.076, -0.518, 1), (0.052, -0.516, 1)], SHIRT, outline=False)


def _hoodie(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw hood rim, strings and pocket."""
    brush.shape(
        [(-0.075, -0.60), (0.0, -0.575), (0.075, -0.60), (0.055, -0.555), (0.0, -0.53), (-0.055, -0.555)],
        shade(wear.top, 0.55),
    )
    for side in (-1, 1):
        brush.ink([(side * 0.022, -0.545), (side * 0.026, -0.49)], SHIRT, 0.008, taper=0.2)
    pocket = brush.shape(
        [(-0.045, -0.435, 1), (0.045, -0.435, 1), (0.068, -0.375, 1), (-0.068, -0.375, 1)],
        shade(wear.top, 0.3),
    )
    brush.wash(tube([(-0.06, -0.38), (0.06, -0.38)], [0.012, 0.012]), shade(wear.top), 0.9, within=pocket)
    brush.wash(tube([(-0.12, -0.352), (0.12, -0.352)], [0.02, 0.02]), shade(wear.top), 0.9, within=shape)


def _kimono(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw crossed collars and the sash."""
    brush.shape([(-0.034, -0.607, 1), (0.034, -0.607, 1), (0.0, -0.55, 1)], figure.skin)
    band = tint(wear.top, 0.72)
    brush.solid(tube([(0.045, -0.605), (0.015, -0.55), (-0.035, -0.475)], [0.024] * 3), band)
    brush.solid(tube([(-0.045, -0.605), (-0.01, -0.55), (0.04, -0.475)], [0.024] * 3), band)
    sash = accent(wear.top)
    brush.shape([(-0.082, -0.482, 1), (0.082, -0.482, 1), (0.086, -0.415, 1), (-0.086, -0.415, 1)], sash)
    brush.ink([(-0.08, -0.449), (0.08, -0.449)], tint(sash, 0.7), 0.012, taper=0.0)


def _armor(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw a breastplate with its ridge, rim and gem."""
    light = tint(wear.top, 0.35)
    brush.shape(
        [(-0.082, -0.575), (0.0, -0.592), (0.082, -0.575), (0.076, -0.50), (0.0, -0.452, 1), (-0.076, -0.50)],
        light,
    )
    brush.ink([(0.0, -0.585), (0.0, -0.46)], shade(wear.top), 0.009)
    brush.wash(tube([(-0.11, -0.447), (0.11, -0.447)], [0.022, 0.022]), (206, 164, 82), 1.0, within=shape)
    brush.dot(0.0, -0.447, 0.016, (92, 196, 226), outline=True)
    brush.shape(
        [(-0.04, -0.608), (0.0, -0.588), (0.04, -0.608), (0.044, -0.585), (0.0, -0.565), (-0.044, -0.585)],
        wear.top,
    )


def _coat(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw a coat's collar, closing and belt."""
    _v_shirt(brush, -0.535, mix(SHIRT, wear.top, 0.15))
    _lapels(brush, tint(wear.top, 0.18), -0.525)
    brush.ink([(0.0, -0.525), (0.0, -0.35)], ink(wear.top), 0.008, taper=0.2)
    for y in (-0.49, -0.405):
        for x in (-0.022, 0.022):
            brush.dot(x, y, 0.0085, shade(wear.top, 1.5))
    brush.wash(tube([(-0.13, -0.45), (0.13, -0.45)], [0.026, 0.026]), shade(wear.top, 1.2), 0.9, within=shape)


def _jacket(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw an open jacket over a shirt."""
    shirt: list[Knot] = [
        (-0.036, -0.607, 1),
        (0.036, -0.607, 1),
        (0.034, -0.48),
        (0.03, -0.347, 1),
        (-0.03, -0.347, 1),
        (-0.034, -0.48),
    ]
    brush.shape(shirt, SHIRT)
    _lapels(brush, tint(wear.top, 0.14), -0.53)


def _sweater(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw a roll neck and ribbed hem."""
    brush.shape(
        [(-0.044, -0.618), (0.0, -0.605), (0.044, -0.618), (0.046, -0.588), (0.0, -0.572), (-0.046, -0.588)],
        shade(wear.top, 0.4),
    )
    brush.wash(tube([(-0.12, -0.355), (0.12, -0.355)], [0.026, 0.026]), shade(wear.top), 0.9, within=shape)


def _dress(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw neckline, collar and sash of a dress or a maid's apron."""
    if figure.outfit == "maid":
        brush.shape([(-0.05, -0.55, 1), (0.05, -0.55, 1), (0.052, -0.44, 1), (-0.052, -0.44, 1)], SHIRT)
        _bow(brush, -0.572, accent(wear.top), 0.75)
        return
    brush.shape([(-0.04, -0.607), (0.0, -0.56), (0.04, -0.607), (0.0, -0.612)], figure.skin)
    brush.wash(tube([(-0.1, -0.452), (0.1, -0.452)], [0.026, 0.026]), tint(wear.top, 0.5), 1.0, within=shape)
    _bow(brush, -0.545, tint(wear.top, 0.6), 0.7)


def _tshirt(brush: Brush, figure: Figure, wear: Wear, shape: list[Point]) -> None:
    """Draw a round neckline."""
    brush.shape([(-0.038, -0.607), (0.0, -0.574), (0.038, -0.607), (0.0, -0.615)], figure.skin)
    brush.ink([(-0.042, -0.603), (0.0, -0.566), (0.042, -0.603)], shade(wear.top), 0.008, taper=0.2)


CUTS: Final[dict[str, Callable[[Brush, Figure, Wear, list[Point]], None]]] = {
    "school_uniform": _uniform,
    "suit": _suit,
    "hoodie": _hoodie,
    "kimono": _kimono,
    "armor": _armor,
    "coat": _coat,
    "jacket": _jacket,
    "sweater": _sweater,
    "dress": _dress,
    "maid": _dress,
    "tshirt": _tshirt,
}
