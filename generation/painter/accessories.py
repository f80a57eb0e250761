"""Things worn on head and neck: ears, bands, hats, scarf."""

from collections.abc import Callable
from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, ink, mix, shade, tint
from generation.painter.face import bent
from generation.painter.geometry import Knot, ellipse, flipped
from generation.painter.hair import draw_tie
from generation.painter.shot import Figure


def draw_headwear(brush: Brush, figure: Figure) -> None:
    """Draw ears, bands, flowers and hats on top of the hair."""
    for name, draw in HEADWEAR.items():
        if name in figure.extras:
            draw(brush, figure, figure.extras[name])
    tied = figure.hair in ("twintails", "short_twintails", "ponytail", "braids", "braid", "side_tail")
    if "hair_ribbon" in figure.extras and not tied:
        draw_tie(
            brush,
            bent(0.115, figure.turn),
            -0.175,
            figure.extras["hair_ribbon"] or (232, 76, 92),
            figure.hair_colour,
        )


def _straw_hat(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a brimmed hat with a band."""
    straw = colour or (236, 206, 140)
    brush.shape(
        [(-0.135, -0.13), (-0.12, -0.235), (0.0, -0.278), (0.12, -0.235), (0.135, -0.13), (0.0, -0.115)],
        straw,
    )
    brush.shape(
        [(-0.132, -0.165), (0.0, -0.145), (0.132, -0.165), (0.137, -0.125), (0.0, -0.105), (-0.137, -0.125)],
        (206, 72, 78) if colour is None else shade(straw, 1.4),
    )
    brush.shape(
        [
            (-0.275, -0.088),
            (-0.14, -0.135),
            (0.0, -0.118),
            (0.14, -0.135),
            (0.275, -0.088),
            (0.14, -0.068),
            (0.0, -0.062),
            (-0.14, -0.068),
        ],
        tint(straw, 0.15),
    )


def _cap(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a peaked cap."""
    cloth = colour or (214, 70, 74)
    dome = brush.shape(
        [(-0.19, -0.095), (-0.165, -0.205), (0.0, -0.255), (0.165, -0.205), (0.19, -0.095), (0.0, -0.12)],
        cloth,
    )
    brush.wash(ellipse(0.13, -0.16, 0.09, 0.12), shade(cloth), 0.7, within=dome)
    x = -0.12 * figure.turn
    brush.shape(
        [
            (x - 0.13, -0.112),
            (x, -0.142),
            (x + 0.13, -0.112),
            (x + 0.115, -0.062),
            (x, -0.08),
            (x - 0.115, -0.062),
        ],
        shade(cloth, 0.6),
    )
    brush.dot(0, -0.25, 0.014, shade(cloth, 0.6), outline=True)


def _witch_hat(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a pointed hat, its tip bent."""
    cloth = colour or (84, 64, 120)
    brush.shape(
        [
            (-0.13, -0.13),
            (-0.08, -0.27),
            (-0.02, -0.36),
            (0.09, -0.44),
            (0.15, -0.41, 1),
            (0.085, -0.36),
            (0.1, -0.25),
            (0.13, -0.13),
            (0.0, -0.115),
        ],
        cloth,
    )
    brush.shape(
        [(-0.128, -0.165), (0.0, -0.145), (0.125, -0.165), (0.135, -0.122), (0.0, -0.104), (-0.135, -0.122)],
        (236, 190, 92),
    )
    brush.shape(
        [
            (-0.29, -0.085),
            (-0.14, -0.135),
            (0.0, -0.118),
            (0.14, -0.135),
            (0.29, -0.085),
            (0.14, -0.062),
            (0.0, -0.056),
            (-0.14, -0.062),
        ],
        tint(cloth, 0.1),
    )


def _beret(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a beret worn to one side."""
    cloth = colour or (178, 62, 76)
    brush.shape(
        [
            (-0.16, -0.13),
            (-0.14, -0.20),
            (0.0, -0.262),
            (0.16, -0.25),
            (0.215, -0.17),
            (0.14, -0.125),
            (0.0, -0.15),
        ],
        cloth,
    )
    brush.ink([(0.02, -0.262), (0.03, -0.285)], ink(cloth), 0.012, taper=0.2)


def _beanie(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a knit hat with a bobble."""
    cloth = colour or (206, 96, 96)
    brush.dot(0, -0.262, 0.032, tint(cloth, 0.6), outline=True)
    brush.shape([(-0.192, -0.09), (-0.165, -0.20), (0.0, -0.25), (0.165, -0.20), (0.192, -0.09), (0.0, -0.11)], cloth)
    brush.shape(
        [(-0.2, -0.12), (0.0, -0.145), (0.2, -0.12), (0.202, -0.062), (0.0, -0.088), (-0.202, -0.062)],
        tint(cloth, 0.25),
    )


def _hairband(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a band across the crown."""
    band = colour or (222, 70, 96)
    brush.ink(
        [(-0.188, -0.06), (-0.13, -0.155), (0.0, -0.19), (0.13, -0.155), (0.188, -0.06)],
        ink(band),
        0.034,
        taper=0.1,
    )
    brush.ink(
        [(-0.188, -0.06), (-0.13, -0.155), (0.0, -0.19), (0.13, -0.155), (0.188, -0.06)],
        band,
        0.023,
        taper=0.1,
    )


def _hair_flower(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a flower above the temple."""
    petal = colour or (252, 170, 196)
    x, y = bent(-0.125, figure.turn), -0.13
    for dx, dy in ((0.0, -0.024), (0.023, -0.008), (0.014, 0.02), (-0.014, 0.02), (-0.023, -0.008)):
        brush.dot(x + dx, y + dy, 0.0175, petal, outline=True)
    brush.dot(x, y, 0.012, (250, 214, 96))


def _headphones(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw headphones over the hair."""
    shell = colour or (70, 76, 98)
    brush.ink([(-0.195, 0.0), (-0.175, -0.14), (0.0, -0.235), (0.175, -0.14), (0.195, 0.0)], shell, 0.026, taper=0.0)
    for x in (-0.195, 0.195):
        brush.dot(x, 0.03, 0.034, shell, ry=0.052, outline=True)
        brush.dot(x, 0.03, 0.015, (94, 206, 226), ry=0.028)


def _cat_ears(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw two animal ears in the hair's colour."""
    fur = colour or figure.hair_colour
    ear: list[Knot] = [
        (0.055, -0.195, 1),
        (0.095, -0.27),
        (0.155, -0.30, 1),
        (0.178, -0.22),
        (0.172, -0.13, 1),
    ]
    inner: list[Knot] = [
        (0.092, -0.195, 1),
        (0.112, -0.24),
        (0.146, -0.268, 1),
        (0.155, -0.21),
        (0.150, -0.155, 1),
    ]
    for outline, inside in ((ear, inner), (flipped(ear), flipped(inner))):
        brush.shape(outline, fur)
        brush.shape(inside, mix(fur, (255, 182, 190), 0.7), outline=False)


def _crown(brush: Brush, figure: Figure, colour: RGB | None) -> None:
    """Draw a small crown."""
    gold = colour or (240, 196, 82)
    brush.shape(
        [
            (-0.085, -0.19, 1),
            (-0.095, -0.29, 1),
            (-0.045, -0.245, 1),
            (0.0, -0.305, 1),
            (0.045, -0.245, 1),
            (0.095, -0.29, 1),
            (0.085, -0.19, 1),
            (0.0, -0.178),
        ],
        gold,
    )
    brush.dot(0.0, -0.215, 0.012, (214, 66, 84), outline=True)


def draw_neckwear(brush: Brush, figure: Figure) -> None:
    """Draw scarf and choker; the origin is the skull's centre."""
    if "choker" in figure.extras:
        band = figure.extras["choker"] or (52, 46, 62)
        brush.ink([(-0.034, 0.192), (0.0, 0.203), (0.034, 0.192)], band, 0.014, taper=0.0)
    if "scarf" in figure.extras:
        cloth = figure.extras["scarf"] or (206, 74, 78)
        brush.shape(
            [(0.045, 0.205), (0.085, 0.22), (0.098, 0.37, 1), (0.045, 0.385, 1), (0.035, 0.26)],
            shade(cloth, 0.5),
        )
        brush.shape(
            [(-0.115, 0.175), (0.0, 0.155), (0.115, 0.175), (0.122, 0.225), (0.0, 0.255), (-0.122, 0.225)],
            cloth,
        )
        brush.ink([(-0.1, 0.195), (-0.02, 0.225), (0.06, 0.226)], shade(cloth, 1.3), 0.008)


HEADWEAR: Final[dict[str, Callable[[Brush, Figure, RGB | None], None]]] = {
    "cat_ears": _cat_ears,
    "hairband": _hairband,
    "hair_flower": _hair_flower,
    "headphones": _headphones,
    "crown": _crown,
    "beret": _beret,
    "beanie": _beanie,
    "cap": _cap,
    "straw_hat": _straw_hat,
    "witch_hat": _witch_hat,
}
