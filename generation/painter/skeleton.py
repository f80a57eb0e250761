"""Joints of a figure in its pose, in units of the figure's height with the feet at (0, 0).

Index 0 is the arm or leg on the viewer's left (for a turned figure: the far one), index 1 the other.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from generation.painter.geometry import Point
from generation.painter.shot import Figure

Pair: TypeAlias = tuple[Point, Point]

HEAD_Y: Final = -0.80


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Where the joints are.

    ``hidden`` are hands out of sight, ``over`` arms drawn last, ``toe`` the way the shoes point (-1 left, 0 viewer);
    ``height`` is the share of a standing figure's height that the pose takes.
    """

    head: Point
    tilt: float
    shoulders: Pair
    elbows: Pair
    hands: Pair
    hips: Pair
    knees: Pair
    feet: Pair
    toe: float = 0.0
    sway: float = 0.0
    hidden: tuple[bool, bool] = (False, False)
    over: tuple[bool, bool] = (False, False)
    behind: bool = False

    def moved(self, dx: float, dy: float) -> "Skeleton":
        """Return the upper body moved; the feet stay."""

        def pair(points: Pair) -> Pair:
            """Return two joints moved."""
            return (points[0][0] + dx, points[0][1] + dy), (points[1][0] + dx, points[1][1] + dy)

        return replace(
            self,
            head=(self.head[0] + dx, self.head[1] + dy),
            shoulders=pair(self.shoulders),
            elbows=pair(self.elbows),
            hands=pair(self.hands),
            hips=pair(self.hips),
        )


def pose(figure: Figure, sway: float = 0.0) -> Skeleton:
    """Return the joints of a figure; ``sway`` tilts the head by up to a few degrees."""
    turned = figure.turn > 0
    half = 0.094 if figure.girl else 0.106
    foot = 0.045 if figure.girl else 0.054
    if turned:
        half *= 0.6
        foot *= 0.6
    base = Skeleton(
        head=(-0.012 if turned else 0.0, HEAD_Y),
        tilt=sway,
        shoulders=((-half, -0.565), (half, -0.565)),
        elbows=((-half - 0.034, -0.475), (half + 0.034, -0.475)),
        hands=((-half - 0.036, -0.375), (half + 0.036, -0.375)),
        hips=((-0.043, -0.36), (0.043, -0.36)) if not turned else ((-0.024, -0.36), (0.024, -0.36)),
        knees=((-foot, -0.19), (foot, -0.19)),
        feet=((-foot - 0.004, -0.018), (foot + 0.004, -0.018)),
        toe=-1.0 if turned else 0.0,
    )
    base = _arms(base, figure.arms, turned)
    return _stance(base, figure, turned)


def _arms(s: Skeleton, arms: str, turned: bool) -> Skeleton:
    """Place the arms; shoulders stay where they are."""
    (lx, _), (rx, _) = s.shoulders
    if arms == "up":
        return replace(
            s,
            elbows=((lx - 0.095, -0.645), (rx + 0.095, -0.645)),
            hands=((lx - 0.145, -0.80), (rx + 0.145, -0.80)),
            over=(True, True),
        )
    if arms == "waving":
        near = ((rx + 0.10, -0.60), (rx + 0.15, -0.735)) if not turned else ((lx - 0.10, -0.59), (lx - 0.17, -0.70))
        if turned:
            return replace(s, elbows=(near[0], s.elbows[1]), hands=(near[1], s.hands[1]), over=(True, False))
        return replace(s, elbows=(s.elbows[0], near[0]), hands=(s.hands[0], near[1]), over=(False, True))
    if arms == "pockets":
        return replace(
            s,
            elbows=((lx - 0.052, -0.478), (rx + 0.052, -0.478)),
            hands=((lx + 0.004, -0.385), (rx - 0.004, -0.385)),
            hidden=(True, True),
        )
    if arms == "crossed":
        return replace(
            s,
            elbows=((lx - 0.03, -0.478), (rx + 0.03, -0.478)),
            hands=((rx - 0.03, -0.495), (lx + 0.03, -0.505)),
            over=(True, True),
            hidden=(False, True),
        )
    if arms == "hips":
        return replace(
            s,
            elbows=((lx - 0.085, -0.49), (rx + 0.085, -0.49)),
            hands=((lx - 0.004, -0.425), (rx + 0.004, -0.425)),
        )
    return _reach(s, arms, turned)


def _reach(s: Skeleton, arms: str, turned: bool) -> Skeleton:
    """Place the arms of the rarer poses."""
    (lx, _), (rx, _) = s.shoulders
    if arms == "behind":
        return replace(
            s,
            elbows=((lx - 0.04, -0.48), (rx + 0.04, -0.48)),
            hands=((-0.03, -0.43), (0.03, -0.43)),
            behind=True,
        )
    if arms == "pointing":
        if turned:
            return replace(
                s,
                elbows=((lx - 0.10, -0.56), s.elbows[1]),
                hands=((lx - 0.19, -0.57), s.hands[1]),
                over=(True, False),
            )
        return replace(
            s,
            elbows=(s.elbows[0], (rx + 0.10, -0.56)),
            hands=(s.hands[0], (rx + 0.19, -0.58)),
            over=(False, True),
        )
    if arms == "spread":
        return replace(
            s,
            elbows=((lx - 0.09, -0.535), (rx + 0.09, -0.535)),
            hands=((lx - 0.17, -0.575), (rx + 0.17, -0.575)),
        )
    if arms == "clasped":
        return replace(
            s,
            elbows=((lx - 0.03, -0.475), (rx + 0.03, -0.475)),
            hands=((lx * 0.3, -0.475), (rx * 0.3, -0.475)),
            over=(True, True),
        )
    return s


def _stance(s: Skeleton, figure: Figure, turned: bool) -> Skeleton:
    """Place the legs, and move the upper body with them."""
    free = figure.arms == "relaxed"
    if figure.stance == "sitting":
        low = s.moved(0.03 if turned else 0.0, 0.135)
        if turned:
            return replace(low, knees=((-0.085, -0.222), (-0.055, -0.215)), feet=((-0.09, -0.018), (-0.06, -0.016)))
        hands = ((-0.055, -0.262), (0.055, -0.262)) if free else low.hands
        return replace(
            low, hands=hands, over=(True, True) if free else low.over,
            knees=((-0.06, -0.185), (0.06, -0.185)), feet=((-0.056, -0.018), (0.056, -0.018)),
        )  # fmt: skip
    if figure.stance == "walking":
        return _walk(s, turned, free)
    if figure.stance == "running":
        return _run(s, turned, free)
    if figure.stance == "jumping":
        up = s.moved(0.0, -0.05)
        return replace(up, knees=((-0.085, -0.25), (0.075, -0.24)), feet=((-0.06, -0.12), (0.10, -0.09)))
    return s


def _walk(s: Skeleton, turned: bool, free: bool) -> Skeleton:
    """Take a step: legs apart, arms swinging against them."""
    (lx, _), (rx, _) = s.shoulders
    if turned:
        s = replace(s, knees=((-0.075, -0.20), (0.05, -0.19)), feet=((-0.115, -0.022), (0.10, -0.03)))
        hands = ((lx + 0.05, -0.39), (rx - 0.10, -0.40))
        elbows = ((lx + 0.02, -0.47), (rx - 0.02, -0.47))
    else:
        s = replace(s, knees=((-0.05, -0.195), (0.05, -0.205)), feet=((-0.055, -0.016), (0.045, -0.062)))
        hands = ((lx - 0.05, -0.385), (rx + 0.01, -0.425))
        elbows = ((lx - 0.045, -0.475), (rx + 0.055, -0.495))
    return replace(s, elbows=elbows, hands=hands) if free else s


def _run(s: Skeleton, turned: bool, free: bool) -> Skeleton:
    """Run: a long step, bent elbows, the body leaning on."""
    (lx, _), (rx, _) = s.shoulders
    if turned:
        s = replace(s, knees=((-0.125, -0.25), (0.07, -0.19)), feet=((-0.165, -0.045), (0.175, -0.10)), tilt=s.tilt - 5)
        hands = ((lx + 0.13, -0.45), (rx - 0.17, -0.50))
        elbows = ((lx + 0.06, -0.47), (rx - 0.03, -0.46))
    else:
        s = replace(
            s,
            knees=((-0.055, -0.20), (0.065, -0.235)),
            feet=((-0.06, -0.016), (0.055, -0.12)),
            tilt=s.tilt + 4,
        )
        hands = ((lx - 0.015, -0.52), (rx + 0.05, -0.415))
        elbows = ((lx - 0.07, -0.485), (rx + 0.085, -0.485))
    return replace(s, elbows=elbows, hands=hands, over=(True, False)) if free else s
