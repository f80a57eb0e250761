"""Hair over the face: cap, fringe, side locks, light band; and the whole back of a head seen from behind.

Coordinates are head units around the skull's centre; see ``tails`` for what hangs behind the body.
"""

from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, ink, luma, mix, shade, tint
from generation.painter.face import bend
from generation.painter.geometry import Knot, Point, curve, flipped, mirrored
from generation.painter.shot import Figure

SHORT: Final = frozenset({"short", "spiky"})
FLOWING: Final = frozenset({"long", "very_long", "medium", "bob"})
HATS: Final = frozenset({"straw_hat", "cap", "witch_hat", "beret", "beanie"})
TIED: Final = frozenset(
    {"twintails", "short_twintails", "ponytail", "side_tail", "bun", "double_bun", "braids", "braid"}
)

CROWN: Final[tuple[Knot, ...]] = (
    (0.0, -0.222), (0.095, -0.200), (0.165, -0.135), (0.196, -0.045), (0.196, 0.03),
)  # fmt: skip
FRINGES: Final[dict[str, tuple[Knot, ...]]] = {
    "soft": (
        (0.160, -0.045), (0.133, -0.058, 1), (0.128, -0.015), (0.106, 0.022, 1), (0.088, -0.02), (0.070, -0.066, 1),
        (0.064, -0.02), (0.040, 0.024, 1), (0.020, -0.025), (0.006, -0.080, 1), (-0.004, -0.025), (-0.030, 0.018, 1),
        (-0.052, -0.02), (-0.066, -0.068, 1), (-0.078, -0.02), (-0.104, 0.020, 1), (-0.126, -0.02), (-0.133, -0.055, 1),
        (-0.160, -0.045),
    ),
    "swept": (
        (0.165, -0.05), (0.142, -0.06, 1), (0.136, -0.02), (0.118, 0.012, 1), (0.108, -0.03), (0.104, -0.072, 1),
        (0.082, -0.02), (0.046, 0.026, 1), (0.040, -0.02), (0.034, -0.076, 1), (0.005, -0.02), (-0.040, 0.022, 1),
        (-0.042, -0.02), (-0.044, -0.070, 1), (-0.070, -0.02), (-0.112, 0.024, 1), (-0.118, -0.02), (-0.128, -0.058, 1),
        (-0.160, -0.045),
    ),
    "blunt": (
        (0.160, -0.045), (0.140, -0.05, 1), (0.134, 0.004, 1), (0.09, 0.012), (0.082, -0.012, 1), (0.074, 0.014, 1),
        (0.03, 0.017), (0.022, -0.008, 1), (0.014, 0.018, 1), (-0.03, 0.017), (-0.044, -0.008, 1), (-0.052, 0.014, 1),
        (-0.09, 0.012), (-0.134, 0.004, 1), (-0.140, -0.05, 1), (-0.160, -0.045),
    ),
}  # fmt: skip
SPIKES: Final[tuple[Knot, ...]] = (
    (-0.186, 0.085, 1), (-0.196, 0.03), (-0.236, 0.040, 1), (-0.216, -0.02), (-0.206, -0.048, 1), (-0.228, -0.064),
    (-0.266, -0.070, 1), (-0.226, -0.115), (-0.190, -0.140, 1), (-0.204, -0.170), (-0.232, -0.205, 1), (-0.165, -0.215),
    (-0.120, -0.212, 1), (-0.110, -0.240), (-0.112, -0.282, 1), (-0.045, -0.258), (-0.010, -0.224, 1), (0.018, -0.258),
    (0.078, -0.284, 1), (0.092, -0.240), (0.106, -0.206, 1), (0.145, -0.225), (0.206, -0.226, 1), (0.196, -0.178),
    (0.184, -0.140, 1), (0.222, -0.132), (0.266, -0.108, 1), (0.228, -0.062), (0.206, -0.044, 1), (0.226, -0.012),
    (0.240, 0.030, 1), (0.204, 0.034), (0.188, 0.085, 1),
)  # fmt: skip


def lit(colour: RGB) -> RGB:
    """Return the colour of the light band on hair."""
    return tint(colour, 0.62 if luma(colour) > 90 else 0.3)


def draw_fringe(brush: Brush, figure: Figure) -> None:
    """Draw side locks, cap, fringe and the light band over a face."""
    colour, turn = figure.hair_colour, figure.turn
    _side_locks(brush, figure)
    kind = figure.bangs or ("soft" if figure.girl else "swept")
    inner = bend(list(FRINGES[kind]), turn)
    if figure.hair == "spiky" and not HATS & set(figure.extras):
        inner = bend(list(FRINGES["swept"]), turn)
        cap: list[Knot] = [*SPIKES, (0.170, 0.03), *inner, (-0.170, 0.03)]
    else:
        outer = mirrored(CROWN)
        cap = [*outer[len(CROWN) :], *outer[: len(CROWN)], (0.186, 0.06, 1), *inner, (-0.186, 0.06, 1)]
    shape = brush.shape(cap, colour)
    _light_band(brush, colour, shape, turn)
    _strands(brush, colour, turn)
    if "ahoge" in figure.extras:
        brush.shape(
            [
                (-0.012, -0.213, 1),
                (0.0, -0.27),
                (0.055, -0.30),
                (0.085, -0.268, 1),
                (0.045, -0.272),
                (0.018, -0.213, 1),
            ],
            colour,
        )


def _side_locks(brush: Brush, figure: Figure) -> None:
    """Draw the locks that frame the cheeks; on a turned head the near one covers the temple."""
    colour, turn = figure.hair_colour, figure.turn
    if figure.hair in SHORT and not figure.girl:
        drop = 0.085
    elif figure.hair in SHORT:
        drop = 0.12
    elif figure.hair in ("long", "very_long"):
        drop = 0.25
    else:
        drop = 0.175
    lock: list[Knot] = [
        (0.188, -0.09), (0.200, 0.0), (0.192, drop * 0.6), (0.166, drop, 1), (0.150, drop * 0.62), (0.143, 0.02),
        (0.128, -0.07),
    ]  # fmt: skip
    brush.shape(lock, colour)
    if not turn:
        brush.shape(flipped(lock), colour)
        return
    brush.shape(
        [
            (-0.180, -0.09),
            (-0.190, 0.0),
            (-0.184, drop * 0.45),
            (-0.170, drop * 0.7, 1),
            (-0.162, 0.02),
            (-0.15, -0.07),
        ],
        colour,
    )
    if figure.hair in SHORT:
        brush.shape(
            [
                (0.19, -0.06),
                (0.196, 0.05),
                (0.172, 0.10, 1),
                (0.15, 0.06),
                (0.128, 0.085, 1),
                (0.112, 0.02),
                (0.088, -0.07),
                (0.13, -0.12),
            ],
            colour,
        )
        return
    panel: list[Knot] = [
        (0.196, -0.06), (0.202, 0.04), (0.190, drop * 0.8), (0.158, drop + 0.02, 1), (0.142, drop * 0.75),
        (0.118, drop * 0.72, 1), (0.100, 0.05), (0.082, -0.07), (0.13, -0.12),
    ]  # fmt: skip
    brush.shape(panel, colour)


def _light_band(brush: Brush, colour: RGB, cap: list[Point], turn: float, *, foot: bool = True) -> None:
    """Draw the zigzag band of light around the crown and, with ``foot``, a soft shadow over the brow."""
    top = [(-0.150, -0.085), (-0.095, -0.128), (0.0, -0.146), (0.095, -0.128), (0.150, -0.085)]
    under: list[Knot] = [
        (0.138, -0.066, 1), (0.108, -0.092), (0.092, -0.076, 1), (0.062, -0.108), (0.036, -0.094, 1), (0.008, -0.118),
        (-0.026, -0.096, 1), (-0.056, -0.110), (-0.080, -0.080, 1), (-0.104, -0.096), (-0.138, -0.066, 1),
    ]  # fmt: skip
    band = curve(bend([*top, *under], turn))
    brush.wash(band, lit(colour), 0.5, within=cap)
    if not foot:
        return
    rest: list[Knot] = [
        (-0.25, 0.0),
        (-0.16, -0.03),
        (0.0, -0.01),
        (0.16, -0.03),
        (0.25, 0.0),
        (0.25, 0.1),
        (-0.25, 0.1),
    ]
    brush.wash(curve(rest), shade(colour), 0.6, within=cap, blur=0.018)


def _strands(brush: Brush, colour: RGB, turn: float) -> None:
    """Ink a few strands from the crown."""
    dark = mix(ink(colour), colour, 0.25)
    for knots in (
        [(0.012, -0.205), (0.03, -0.15), (0.068, -0.075)],
        [(-0.008, -0.19), (-0.03, -0.13), (-0.064, -0.075)],
        [(0.06, -0.19), (0.108, -0.14), (0.135, -0.06)],
        [(-0.06, -0.19), (-0.108, -0.14), (-0.135, -0.06)],
    ):
        brush.ink(bend(list(knots), turn), dark, 0.006)


def draw_from_behind(brush: Brush, figure: Figure) -> None:
    """Draw the head seen from behind: hair alone, with its parting lines."""
    colour = figure.hair_colour
    if figure.hair == "spiky" and not HATS & set(figure.extras):
        cap: list[Knot] = [
            *SPIKES,
            (0.16, 0.12),
            (0.12, 0.175, 1),
            (0.07, 0.135),
            (0.03, 0.18, 1),
            (-0.03, 0.14),
            (-0.07, 0.18, 1),
            (-0.13, 0.13),
        ]
    else:
        low = 0.15 if figure.hair in TIED or figure.hair == "short" else 0.17
        right: list[Knot] = [
            *CROWN,
            (0.188, 0.10),
            (0.13, low, 1),
            (0.09, low - 0.025),
            (0.05, low + 0.012, 1),
            (0.0, low - 0.02),
        ]
        cap = mirrored(right)
    comb(brush, colour, brush.shape(cap, colour), 0.12)


def comb(brush: Brush, colour: RGB, shape: list[Point], low: float) -> None:
    """Draw the light band and the strands, down to ``low``, on the back of a head."""
    _light_band(brush, colour, shape, 0.0, foot=False)
    dark = mix(ink(colour), colour, 0.4)
    for x in (-0.15, -0.095, -0.035, 0.035, 0.095, 0.15):
        brush.ink([(x * 0.2, -0.20), (x, -0.05), (x * 1.15, low - 0.03 - 0.3 * abs(x))], dark, 0.006)


def draw_tie(brush: Brush, x: float, y: float, colour: RGB | None, hair: RGB) -> None:
    """Draw the ring or bow that holds a tail."""
    bow = colour or (mix(hair, (230, 70, 96), 0.85) if luma(hair) < 205 or hair[0] < hair[2] else (96, 110, 190))
    if colour is None:
        brush.dot(x, y, 0.021, bow, outline=True)
        return
    for side in (-1, 1):
        loop: list[Knot] = [
            (x, y),
            (x + side * 0.035, y - 0.038),
            (x + side * 0.066, y - 0.016),
            (x + side * 0.055, y + 0.022),
            (x + side * 0.02, y + 0.015),
        ]
        brush.shape(loop, bow)
        brush.shape(
            [
                (x, y, 1),
                (x + side * 0.014, y + 0.04),
                (x + side * 0.035, y + 0.072, 1),
                (x + side * 0.03, y + 0.03),
            ],
            bow,
        )
    brush.dot(x, y, 0.015, shade(bow), outline=True)


def top_of(figure: Figure) -> float:
    """Return how far above the skull's centre hair and hats reach, in figure heights."""
    top = 0.232
    if figure.hair == "spiky":
        top = 0.29
    if figure.hair == "ponytail":
        top = 0.275
    if figure.hair == "bun" or figure.hair == "double_bun":
        top = 0.325
    for extra, reach in (
        ("witch_hat", 0.47),
        ("straw_hat", 0.29),
        ("cat_ears", 0.31),
        ("crown", 0.31),
        ("beanie", 0.30),
        ("beret", 0.295),
        ("cap", 0.285),
        ("ahoge", 0.31),
    ):
        if extra in figure.extras:
            top = max(top, reach)
    return top
