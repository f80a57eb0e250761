"""Legs and arms with what covers them."""

from typing import Final

from generation.painter.brush import Brush
from generation.painter.colours import RGB, mix, shade, tint
from generation.painter.geometry import Knot, Point, between, curve, ellipse, tube
from generation.painter.shot import Figure
from generation.painter.skeleton import Skeleton
from generation.painter.wardrobe import SHIRT, Wear

LAPS: Final = {"skirt": 0.85, "dress": 1.05, "robe": 1.0, "tails": 0.9}


def draw_leg(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear, i: int) -> None:
    """Draw one leg with sock, trouser leg and shoe."""
    hip, knee, foot = bones.hips[i], bones.knees[i], bones.feet[i]
    slim = 0.92 if figure.girl else 1.0
    dim = 0.35 if bones.toe and i == 0 else 0.0
    skin = mix(figure.skin, shade(figure.skin), dim)
    line: list[Knot] = [hip, knee, foot]
    leg = tube(line, [0.082 * slim, 0.064 * slim, 0.05 * slim])
    brush.solid(leg, skin)
    brush.wash(ellipse(hip[0], hip[1] + 0.06, 0.06, 0.045), shade(skin), 0.8, within=leg)
    if wear.sock:
        sock = mix(wear.sock_colour, shade(wear.sock_colour), dim)
        top = (
            between(knee, foot, 1 - wear.sock * 2)
            if wear.sock <= 0.5
            else between(hip, knee, 1 - (wear.sock - 0.5) * 2)
        )
        path: list[Knot] = [top, foot] if wear.sock <= 0.5 else [top, knee, foot]
        widths = [0.064 * slim, 0.054 * slim] if wear.sock <= 0.5 else [0.077 * slim, 0.067 * slim, 0.053 * slim]
        brush.solid(tube(path, widths), sock)
    if wear.lower in ("trousers", "shorts"):
        cloth = mix(wear.lower_colour, shade(wear.lower_colour), dim)
        end = between(knee, foot, 0.80) if wear.lower == "trousers" else between(hip, knee, 0.72)
        path = [(hip[0], hip[1] - 0.01), knee, end] if wear.lower == "trousers" else [(hip[0], hip[1] - 0.01), end]
        widths = [0.098, 0.086, 0.078] if wear.lower == "trousers" else [0.098, 0.096]
        shape = tube(path, widths)
        brush.solid(shape, cloth)
        side = 1 if i == 0 else -1
        brush.wash(
            tube(
                [
                    (hip[0] + side * 0.035, hip[1]),
                    (knee[0] + side * 0.034, knee[1]),
                    (end[0] + side * 0.03, end[1]),
                ][: len(widths)],
                [0.04] * len(widths),
            ),
            shade(cloth),
            0.8,
            within=shape,
        )
    if figure.stance == "sitting" and bones.toe and wear.lower in LAPS:
        cloth = mix(wear.lower_colour, shade(wear.lower_colour), dim)
        over = between(hip, knee, LAPS[wear.lower])
        lap: list[Knot] = [(hip[0] + 0.02, hip[1] - 0.005), (over[0], over[1] - 0.01)]
        if wear.lower == "robe":
            lap = [lap[0], (knee[0], knee[1] - 0.005), between(knee, foot, 0.78)]
        brush.solid(tube(lap, [0.12, 0.1, 0.094][: len(lap)]), cloth)
    _shoe(brush, bones, wear, i, dim)


def _shoe(brush: Brush, bones: Skeleton, wear: Wear, i: int, dim: float) -> None:
    """Draw one shoe or boot, pointing to the viewer or to the left."""
    x, y = bones.feet[i]
    knee = bones.knees[i]
    colour = mix(wear.shoe, shade(wear.shoe), dim)
    if wear.boots and wear.lower != "trousers":
        top = between(knee, (x, y), 0.15)
        brush.solid(tube([top, (x, y)], [0.078, 0.064]), colour)
    at = brush.at(x, y)
    if bones.toe:
        lean = 38.0 if knee[0] < x - 0.07 else 0.0
        at = brush.at(x, y, lean)
        knots: list[Knot] = [
            (0.034, -0.024),
            (0.036, 0.014),
            (0.02, 0.02, 1),
            (-0.07, 0.02, 1),
            (-0.084, 0.006),
            (-0.066, -0.012),
            (-0.03, -0.026),
        ]
        sole: list[Knot] = [(0.036, 0.010, 1), (-0.082, 0.010, 1), (-0.078, 0.021, 1), (0.033, 0.021, 1)]
    else:
        knots = [
            (-0.034, -0.018),
            (0.0, -0.03),
            (0.034, -0.018),
            (0.041, 0.008),
            (0.032, 0.02, 1),
            (-0.032, 0.02, 1),
            (-0.041, 0.008),
        ]
        sole = [(-0.042, 0.012, 1), (0.042, 0.012, 1), (0.036, 0.021, 1), (-0.036, 0.021, 1)]
    shape = at.shape(knots, colour)
    at.wash(curve(sole), mix(shade(colour), (60, 50, 60), 0.4), 0.85, within=shape)
    at.wash(
        ellipse(-0.01 + (-0.03 if bones.toe else 0), -0.008, 0.016, 0.006),
        tint(colour, 0.6),
        0.6,
        within=shape,
    )


def draw_arm(brush: Brush, figure: Figure, bones: Skeleton, wear: Wear, i: int) -> None:
    """Draw one arm with hand and sleeve."""
    shoulder, elbow, hand = bones.shoulders[i], bones.elbows[i], bones.hands[i]
    slim = 0.9 if figure.girl else 1.0
    dim = 0.3 if bones.toe and i == 0 else 0.0
    skin = mix(figure.skin, shade(figure.skin), dim)
    cloth = mix(wear.top, shade(wear.top), dim)
    if not bones.hidden[i]:
        _hand(brush, skin if wear.glove is None else wear.glove, elbow, hand, slim)
    path: list[Knot] = [shoulder, elbow, hand]
    if wear.sleeve in ("short", "puff"):
        brush.solid(tube(path, [0.056 * slim, 0.049 * slim, 0.042 * slim]), skin)
        end = between(shoulder, elbow, 0.78)
        if wear.sleeve == "puff":
            middle = between(shoulder, elbow, 0.4)
            brush.dot(middle[0], middle[1], 0.043, cloth, ry=0.045, outline=True)
            return
        shape = tube([shoulder, end], [0.062, 0.074], cap=True)
    elif wear.sleeve == "wide":
        cuff = between(elbow, hand, 0.8)
        drop = 0.075 if hand[1] > shoulder[1] - 0.05 else 0.055
        side = -1 if i == 0 else 1
        shape = curve(
            [
                (shoulder[0] - side * 0.02, shoulder[1] - 0.022),
                (elbow[0] + side * 0.03, elbow[1] - 0.02),
                (cuff[0] + side * 0.03, cuff[1], 1),
                (cuff[0] + side * 0.045, cuff[1] + drop, 1),
                (cuff[0] - side * 0.03, cuff[1] + drop * 1.1),
                (elbow[0] - side * 0.045, elbow[1] + 0.03),
                (shoulder[0] - side * 0.03, shoulder[1] + 0.05),
            ]
        )
        brush.solid(shape, cloth)
        trim = curve(
            [
                (cuff[0] + side * 0.05, cuff[1] - 0.002, 1),
                (cuff[0] + side * 0.07, cuff[1] + drop, 1),
                (cuff[0] + side * 0.028, cuff[1] + drop * 1.2, 1),
                (cuff[0] + side * 0.012, cuff[1], 1),
            ]
        )
        brush.wash(trim, tint(cloth, 0.5), 0.9, within=shape)
        return
    else:
        full = 0.078 if figure.outfit in ("hoodie", "coat", "sweater") else 0.068
        shape = tube(
            [shoulder, elbow, between(elbow, hand, 0.86)],
            [full * slim * 0.88, full * slim, full * slim * 0.94],
            cap=True,
        )
    brush.solid(shape, cloth)
    _sleeve_details(brush, figure, wear, shape, (shoulder, elbow, hand), cloth)


def _sleeve_details(
    brush: Brush,
    figure: Figure,
    wear: Wear,
    shape: list[Point],
    joints: tuple[Point, Point, Point],
    cloth: RGB,
) -> None:
    """Draw the shadow, cuff and pauldron of a fitted sleeve."""
    shoulder, elbow, hand = joints
    inward = 1 if shoulder[0] < 0 else -1
    brush.wash(
        tube(
            [
                (shoulder[0] + inward * 0.022, shoulder[1] + 0.02),
                (elbow[0] + inward * 0.028, elbow[1]),
                (hand[0] + inward * 0.024, hand[1]),
            ],
            [0.035, 0.04, 0.035],
        ),
        shade(cloth),
        0.75,
        within=shape,
    )
    if wear.sleeve == "long" and figure.outfit in ("school_uniform", "suit", "coat", "hoodie", "maid"):
        cuff = tube([between(elbow, hand, 0.72), between(elbow, hand, 0.9)], [0.1, 0.1])
        colour = SHIRT if figure.outfit in ("school_uniform", "suit") else shade(cloth, 0.9)
        brush.wash(cuff, colour, 0.95, within=shape)
    if figure.outfit == "armor":
        brush.dot(
            shoulder[0] - inward * 0.012,
            shoulder[1] + 0.004,
            0.047,
            tint(wear.top, 0.25),
            ry=0.04,
            outline=True,
        )
        brush.ink(
            [
                (shoulder[0] - 0.04, shoulder[1] + 0.016),
                (shoulder[0], shoulder[1] + 0.028),
                (shoulder[0] + 0.03, shoulder[1] + 0.016),
            ],
            shade(wear.top),
            0.008,
        )


def _hand(brush: Brush, colour: RGB, elbow: Point, hand: Point, slim: float) -> None:
    """Draw a mitten of a hand with its thumb, continuing the forearm."""
    ax, ay = hand[0] - elbow[0], hand[1] - elbow[1]
    size = max(1e-6, (ax * ax + ay * ay) ** 0.5)
    ux, uy = ax / size, ay / size
    inward = -1 if hand[0] > 0 else 1
    brush.dot(hand[0] + inward * abs(uy) * 0.017 + ux * 0.008, hand[1] + uy * 0.008, 0.0125, colour, outline=True)
    brush.dot(hand[0] + ux * 0.012, hand[1] + uy * 0.012, 0.0255 * slim, colour, ry=0.028 * slim, outline=True)
