"""Findings about where a cast stands: who hides whose face, and whom the edge of the picture cuts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from ip_library.core.canonical import format_decimal
from ip_library.core.documents import CastMember, Position
from ip_library.core.problems import Problem, warning

# A chibi of scale 1 is half the picture tall, its head the upper two fifths, its shoulders .18 of the width: what the
# blocking painter draws in a square picture.
_TALL: Final = 0.5
_HEAD: Final = 0.4
_WIDE: Final = 0.18
_HIDDEN: Final = 0.6
_TOUCHED: Final = 0.25
_CUT: Final = 0.2
_HEAD_CUT: Final = 0.5

_Box = tuple[float, float, float, float]


def position_findings(cast: Sequence[CastMember], framed: Collection[int] = ()) -> Iterator[Problem]:
    """Find members that hide each other's faces and members that the picture's edge cuts.

    ``framed`` are the numbers of those whose shot size cuts them on purpose: their heads may be beyond the upper edge.
    Positions that cannot be drawn are passed over; refusing them is not this module's part.
    """
    boxes: dict[int, _Box] = {}
    taken: dict[tuple[Decimal, Decimal], int] = {}
    for number, member in enumerate(cast, start=1):
        box = _box(member.position)
        if box is None:
            continue
        field = f"cast/{number}/position"
        x, y = place = (member.position.x, member.position.y)
        first = taken.setdefault(place, number)
        share, other = max(((_hidden(box, there), -who) for who, there in boxes.items()), default=(0.0, 0))
        if first != number:
            at = f"(x {format_decimal(x)}, y {format_decimal(y)})"
            message = f"stands exactly where member {first} stands {at}"
            yield warning("position.overlap", field, message, _aside(member.position, boxes[first], boxes))
        elif share >= _TOUCHED:
            code = "overlap" if share >= _HIDDEN else "near"
            message = f"stands so near to member {-other} that {share:.0%} of a face is covered"
            yield warning(f"position.{code}", field, message, _aside(member.position, boxes[-other], boxes))
        boxes[number] = box
        yield from _edges(field, member.position, box, framed=number in framed)


def _edges(field: str, position: Position, box: _Box, *, framed: bool) -> Iterator[Problem]:
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    outside = (max(0.0, -left) + max(0.0, right - 1)) / wide
    scale = format_decimal(position.scale)
    if outside > _CUT:
        edge = "left" if left < 0 else "right"
        x = min(max(wide / 2, float(position.x)), 1 - wide / 2)
        message = f"at scale {scale}, {outside:.0%} of the figure is beyond the {edge} edge"
        yield warning("position.frame", field, message, _written(x, bottom))
    above = -top / (_HEAD * tall)
    if above > _HEAD_CUT and not framed:
        fix = _written(float(position.x), tall) if tall <= 1 else ""
        yield warning("position.frame", field, f"at scale {scale}, the head is beyond the upper edge", fix)


def _box(position: Position) -> _Box | None:
    """Return left, top, right and bottom of a figure in 0 to 1, or None for a position that cannot be drawn."""
    if not all(value.is_finite() for value in (position.x, position.y, position.scale)) or position.scale <= 0:
        return None
    x, y, scale = float(position.x), float(position.y), float(position.scale)
    return x - _WIDE * scale / 2, y - _TALL * scale, x + _WIDE * scale / 2, y


def _hidden(one: _Box, two: _Box) -> float:
    """Return how much (0 to 1) of the farther figure's head the nearer one covers; feet lower down are nearer."""
    back, front = (one, two) if one[3] < two[3] else (two, one)
    chin = back[1] + _HEAD * (back[3] - back[1])
    across = max(0.0, min(back[2], front[2]) - max(back[0], front[0]))
    down = max(0.0, min(chin, front[3]) - max(back[1], front[1]))
    return across * down / ((back[2] - back[0]) * (chin - back[1]))


def _aside(position: Position, other: _Box, taken: Mapping[int, _Box]) -> str:
    """Return the nearest place beside ``other`` where a figure is whole and hides nobody, or an empty string."""
    half = _WIDE * float(position.scale) / 2
    beside = sorted((other[0] - half, other[2] + half), key=lambda x: abs(x - float(position.x)))
    for x in beside:
        moved = (x - half, float(position.y) - _TALL * float(position.scale), x + half, float(position.y))
        if half <= x <= 1 - half and all(_hidden(moved, box) < _TOUCHED for box in taken.values()):
            return _written(x, float(position.y))
    return ""


def _written(x: float, y: float) -> str:
    return f"x:{x:.3f}".rstrip("0").rstrip(".") + f", y:{y:.3f}".rstrip("0").rstrip(".")
