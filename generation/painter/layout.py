"""Turns positions in 0 to 1 into pixels: how tall each figure is and where its feet stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from generation.painter.figure import reach_up
from generation.painter.shot import Figure

STANDING: Final = 0.55
HEAD_HALF: Final = 0.215
FACE_HALF: Final = 0.165
REACH: Final = {"twintails": 0.33, "short_twintails": 0.31, "ponytail": 0.27, "side_tail": 0.26, "spiky": 0.25}
PLAIN_REACH: Final = 0.215
SMALLEST: Final = 0.3
CROWDED: Final = 0.64


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one figure is drawn, in pixels; ``mark_x`` and ``mark_y`` are the position that was asked for."""

    figure: Figure
    number: int
    x: float
    y: float
    height: int
    mark_x: float
    mark_y: float

    @property
    def head(self) -> tuple[float, float, float, float]:
        """The box of head and hair: left, top, right, bottom."""
        top = self.y - reach_up(self.figure) * self.height
        return self.x - 0.2 * self.height, top, self.x + 0.2 * self.height, self.y - 0.6 * self.height


def lay_out(figures: Sequence[Figure], width: int, height: int, floor: float) -> list[Spot]:
    """Return the spots back to front.

    Figures shrink so that heads stay inside the picture and neighbours stay readable; what still does not fit is
    moved inside. ``floor`` is the lowest row that feet may stand on.
    """
    base = min(STANDING * height, 1.1 * width)
    columns = _unstacked(figures, 0.26 * base / width)
    base *= _crowding(figures, columns, width, base)
    margin = max(2.0, 0.015 * height)
    spots = []
    for number, (figure, column) in enumerate(zip(figures, columns, strict=True), start=1):
        mark_x, mark_y = figure.x * width, figure.y * height
        depth = min(1.15, max(0.72, 1 + 0.55 * (figure.y - 0.72)))
        reach = reach_up(figure)
        foot = min(mark_y, floor)
        tall = base * figure.scale * depth
        tall = max(8.0, min(tall, max(SMALLEST * base, (foot - margin) / reach)))
        foot = max(foot, margin + reach * tall)
        half = min(HEAD_HALF * tall, width / 2)
        x = min(max(column * width, half), width - half)
        spots.append(Spot(figure, number, x, foot, max(8, round(tall)), mark_x, mark_y))
    return sorted(spots, key=lambda spot: (spot.mark_y, -_reach(spot.figure), spot.number))


def _reach(figure: Figure) -> float:
    """Return how far hair reaches to the side, in figure heights; of two at one depth the slimmer is in front."""
    return REACH.get(figure.hair, PLAIN_REACH)


def _unstacked(figures: Sequence[Figure], step: float) -> list[float]:
    """Return the columns (0 to 1) to draw at: figures asked to stand in one spot step aside by ``step``."""
    columns = [figure.x for figure in figures]
    done: set[int] = set()
    for i, one in enumerate(figures):
        stack = [
            k for k, other in enumerate(figures)
            if k not in done and abs(other.x - one.x) < 0.25 * step and abs(other.y - one.y) < 0.06
        ]  # fmt: skip
        if i in done or len(stack) < 2:
            continue
        done.update(stack)
        step_here = min(step, 0.9 / len(stack))
        left = min(max(one.x - step_here * (len(stack) - 1) / 2, 0.05), 0.95 - step_here * (len(stack) - 1))
        for place, k in enumerate(stack):
            columns[k] = left + place * step_here
    return columns


def _crowding(figures: Sequence[Figure], columns: Sequence[float], width: int, base: float) -> float:
    """Return by how much all figures shrink so that nobody's hair hides the face of a neighbour at the same depth."""
    share = 1.0
    for i, one in enumerate(figures):
        for k in range(i + 1, len(figures)):
            other = figures[k]
            if abs(one.y - other.y) < 0.1:
                wanted = base * (one.scale + other.scale) / 2 * (min(_reach(one), _reach(other)) + FACE_HALF)
                share = min(share, max(CROWDED, abs(columns[i] - columns[k]) * width / wanted))
    return share
