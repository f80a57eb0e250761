"""Faces: skull, eyes, brows, mouth and what is worn on them, in head units around the skull's centre.

``turn`` 0 looks at the viewer, 1 looks to the viewer's left; ``bent`` moves a front-view x along with it.
"""

from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, WHITE, ink, luma, mix, multiply, shade, tint
from generation.painter.geometry import Knot, Point, curve, ellipse, mirrored, stroke
from generation.painter.shot import Figure

DARK: Final[RGB] = (62, 44, 58)
MOUTH: Final[RGB] = (176, 68, 78)
BLUSH: Final[RGB] = (244, 120, 120)
EYE_Y: Final = 0.048
EYE_X: Final = 0.08
FRONT_FACE: Final[tuple[Knot, ...]] = (
    (0.0, -0.175),
    (0.105, -0.145),
    (0.163, -0.05),
    (0.166, 0.03),
    (0.150, 0.088),
    (0.095, 0.143),
    (0.035, 0.172),
    (0.0, 0.177),
)
TURNED_FACE: Final[tuple[Knot, ...]] = (
    (-0.02, -0.175),
    (0.10, -0.15),
    (0.165, -0.05),
    (0.158, 0.05),
    (0.115, 0.115),
    (0.03, 0.158),
    (-0.04, 0.177),
    (-0.088, 0.160),
    (-0.143, 0.105),
    (-0.160, 0.058),
    (-0.156, 0.022),
    (-0.166, -0.04),
    (-0.125, -0.14),
)


def bent(x: float, turn: float) -> float:
    """Return where a front-view x lies on a head turned to the left; the silhouette stays."""
    return x - turn * 0.062 * max(0.0, 1 - (x / 0.2) ** 2)


def bend(knots: list[Knot], turn: float) -> list[Knot]:
    """Return the knots moved along with the turned head."""
    return [(bent(k[0], turn), k[1], 1) if len(k) == 3 else (bent(k[0], turn), k[1]) for k in knots]


def draw_skull(brush: Brush, figure: Figure) -> list[Point]:
    """Draw ears and the bare face and return the face's outline."""
    skin, turn = figure.skin, figure.turn
    if not turn:
        for x in (-0.165, 0.165):
            brush.dot(x, 0.05, 0.028, skin, ry=0.036, outline=True)
    return brush.shape(mirrored(FRONT_FACE) if not turn else TURNED_FACE, skin)


def draw_face(brush: Brush, figure: Figure, face: list[Point]) -> None:
    """Draw shadows, blush, eyes, nose and mouth on a bare face."""
    turn, extras = figure.turn, figure.extras
    fringe = ellipse(bent(0, turn), -0.095, 0.2, 0.125)
    brush.wash(fringe, shade(figure.skin, 0.75), 0.62, within=face)
    strength = 0.62 if "blush" in extras else 0.2 if figure.girl else 0.1
    if figure.mood in ("happy", "smile"):
        strength = max(strength, 0.28)
    for x in (-0.112, 0.112):
        brush.wash(ellipse(bent(x, turn), 0.108, 0.032, 0.016), BLUSH, strength, within=face, blur=0.006)
        if "blush" in extras:
            for step in (-0.012, 0.0, 0.012):
                cx = bent(x, turn) + step
                brush.wash(stroke([(cx + 0.004, 0.1), (cx - 0.004, 0.116)], 0.0045, taper=0.5), (214, 70, 84), 0.75)
    for side in (-1, 1):
        shut = "eyes_closed" in extras or ("wink" in extras and side == 1)
        squeeze = 1.0 if not turn else (0.74 if side < 0 else 0.96)
        eye = brush.at(bent(side * EYE_X, turn), EYE_Y)
        if shut or (figure.mood == "happy" and "wink" in extras and side == 1):
            _shut_eye(eye, figure, side, squeeze)
        else:
            _open_eye(eye, figure, side, squeeze)
    nose = bent(0, turn) - 0.012 * turn
    brush.ink(
        [(nose - 0.004, 0.096), (nose + 0.003, 0.102)],
        shade(figure.skin, 1.6 if luma(figure.skin) < 190 else 1.0),
        0.007,
    )
    _mouth(brush.at(bent(0, turn) - 0.006 * turn, 0.128), figure)
    if "tears" in extras:
        for side in (-1, 1):
            x = bent(side * 0.095, turn)
            drop: list[Knot] = [(x, 0.088, 1), (x + 0.012, 0.118), (x, 0.13), (x - 0.012, 0.118)]
            brush.wash(curve(drop), (120, 196, 246), 0.85)


def _open_eye(brush: Brush, figure: Figure, side: int, squeeze: float) -> None:
    """Draw one open eye around its centre: white, iris with a light foot, pupil, lights, lashes."""
    wide = figure.mood == "surprised"
    lowered = figure.mood in ("angry", "serious")
    w = 0.038 * squeeze * (1.04 if figure.girl else 0.98)
    h = (0.052 if figure.girl else 0.046) * (1.1 if wide else 0.9 if lowered else 1.0)
    iris, lash = figure.eyes, mix(DARK, figure.hair_colour, 0.12)
    inner, outer = (-side * w, side * w)
    white: list[Knot] = [
        (inner, -h * 0.15), (inner * 0.6, -h * 0.85), (outer * 0.35, -h * 0.98), (outer, -h * 0.4),
        (outer * 0.92, h * 0.35), (outer * 0.3, h * 0.95), (inner * 0.55, h * 0.85), (inner * 0.98, h * 0.3),
    ]  # fmt: skip
    shape = curve(white)
    brush.fill(shape, (252, 250, 252))
    rx, ry = w * (0.66 if wide else 0.8), h * (0.76 if wide else 0.93)
    look = -0.1 * w if figure.turn else -0.06 * side * w
    disc = ellipse(look, h * 0.04, rx, ry)
    for points, colour, alpha in (
        (disc, mix(iris, ink(iris), 0.55), 1.0),
        (ellipse(look, h * 0.06, rx * 0.84, ry * 0.88), iris, 1.0),
        (ellipse(look, h * 0.58, rx * 0.66, ry * 0.42), mix(tint(iris, 0.4), iris, 0.25), 1.0),
        (ellipse(look, h * 0.0, rx * 0.42, ry * 0.46), mix(ink(iris), DARK, 0.5), 1.0),
        (ellipse(look, -h * 0.85, rx * 1.3, ry * 0.62), mix(ink(iris), DARK, 0.4), 0.62),
    ):
        brush.wash(points, colour, alpha, within=shape)
    brush.wash(ellipse(0, -h * 1.1, w * 1.3, h * 0.45), (120, 110, 150), 0.35, within=shape)
    brush.dot(look - w * 0.26, -h * 0.34, w * 0.27, WHITE, ry=h * 0.24)
    brush.dot(look + w * 0.3, h * 0.42, w * 0.14, mix(WHITE, iris, 0.1), ry=h * 0.11)
    lid: list[Knot] = [
        (inner * 1.06, -h * 0.12), (inner * 0.66, -h * 0.86), (outer * 0.3, -h * 1.04),
        (outer * 1.02, -h * 0.5), (outer * 1.28, -h * (0.2 if figure.girl else 0.35)),
    ]  # fmt: skip
    brush.ink(lid, lash, 0.0155 if figure.girl else 0.0125, taper=0.72)
    if figure.girl:
        brush.ink([(outer * 1.0, -h * 0.5), (outer * 1.34, -h * 0.62)], lash, 0.009)
    brush.ink(
        [(inner * 0.6, -h * 1.22), (outer * 0.35, -h * 1.36), (outer * 0.95, -h * 0.95)],
        shade(figure.skin, 1.3),
        0.005,
    )
    brush.ink([(outer * 0.1, h * 1.02), (outer * 0.75, h * 0.82)], lash, 0.005)


def _shut_eye(brush: Brush, figure: Figure, side: int, squeeze: float) -> None:
    """Draw one closed eye: a glad bow upward when happy, else a calm one downward."""
    w = 0.042 * squeeze
    lash = mix(DARK, figure.hair_colour, 0.12)
    up = -0.024 if figure.mood in ("happy", "smile") else 0.02
    base = 0.012 if up < 0 else 0.0
    brush.ink([(-w, base), (0.0, base + up), (w, base)], lash, 0.014, taper=0.6)
    if figure.girl:
        brush.ink([(side * w * 0.9, base + up * 0.2), (side * w * 1.3, base + up * 0.1 + 0.012)], lash, 0.008)


def draw_brows(brush: Brush, figure: Figure) -> None:
    """Draw the brows; they lie over the hair, as is usual in the style."""
    hair = figure.hair_colour
    colour = mix(multiply(hair, (150, 130, 150)), DARK, 0.35)
    inner_y, outer_y, lift = {
        "angry": (0.016, -0.016, 0.0),
        "serious": (0.010, -0.008, 0.0),
        "sad": (-0.016, 0.010, 0.0),
        "surprised": (-0.006, 0.0, -0.022),
        "happy": (-0.004, 0.0, -0.010),
    }.get(figure.mood, (0.0, 0.0, 0.0))
    for side in (-1, 1):
        squeeze = 1.0 if not figure.turn else (0.72 if side < 0 else 0.95)
        at = brush.at(bent(side * EYE_X, figure.turn), EYE_Y - 0.082 + lift)
        w = 0.034 * squeeze
        knots: list[Knot] = [
            (-side * w, inner_y),
            (side * w * 0.1, (inner_y + outer_y) / 2 - 0.006),
            (side * w, outer_y + 0.003),
        ]
        at.ink(knots, colour, 0.0095 if figure.girl else 0.012, taper=0.7)


def _mouth(brush: Brush, figure: Figure) -> None:
    """Draw the mouth of a mood around its centre."""
    line = (150, 66, 70) if luma(figure.skin) > 150 else (110, 44, 48)
    mood = figure.mood
    if mood == "happy":
        open_mouth: list[Knot] = [
            (-0.036, -0.012, 1),
            (0.0, -0.006),
            (0.036, -0.012, 1),
            (0.024, 0.018),
            (0.0, 0.028),
            (-0.024, 0.018),
        ]
        shape = brush.shape(open_mouth, MOUTH)
        brush.wash(ellipse(0, 0.028, 0.02, 0.014), (240, 132, 136), 1.0, within=shape)
        brush.wash(ellipse(0, -0.012, 0.026, 0.008), WHITE, 1.0, within=shape)
    elif mood == "smile":
        brush.ink([(-0.027, -0.007), (0.0, 0.006), (0.027, -0.007)], line, 0.0085, taper=0.55)
    elif mood == "angry":
        brush.ink([(-0.025, 0.009), (-0.006, -0.003), (0.008, 0.001), (0.025, 0.010)], line, 0.009, taper=0.5)
    elif mood == "sad":
        brush.ink([(-0.021, 0.008), (0.0, -0.004), (0.021, 0.008)], line, 0.0085, taper=0.55)
    elif mood == "surprised":
        brush.dot(0.0, 0.006, 0.0135, MOUTH, ry=0.019, outline=True)
    elif mood == "serious":
        brush.ink([(-0.02, 0.001), (0.0, 0.0), (0.02, 0.002)], line, 0.009, taper=0.5)
    else:
        brush.ink([(-0.018, 0.0), (0.0, 0.0035), (0.018, 0.0)], line, 0.0075, taper=0.6)
