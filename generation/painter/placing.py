"""Reads positions, in numbers or in words, and finds a spot for characters that were given none."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ip_library.core.prompt import split_tags

WORD_X: Final = {"left": 0.1, "center_left": 0.3, "center": 0.5, "center_right": 0.7, "right": 0.9}
WORD_Y: Final = 0.75
DEPTHS: Final = {"foreground": (0.9, 1.3), "background": (0.64, 0.62)}
NUMBER: Final = re.compile(r"^\s*([xy])\s*[:=]\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$", re.IGNORECASE)
NEUTRAL: Final = frozenset({"middle", "midground", "middle_ground"})
NUDGE: Final = 0.13


@dataclass(frozen=True, slots=True)
class Place:
    """Where a character's feet are, in 0 to 1; None where nothing was said. ``words`` is the cell it was put in."""

    x: float = math.nan
    y: float = math.nan
    scale: float = 1.0
    words: str = ""
    unread: tuple[str, ...] = ()


def read_position(text: str) -> Place:
    """Read ``x:0.5, y:0.7`` or ``center_left, foreground``; numbers win, values are kept inside 0 to 1."""
    x = y = math.nan
    scale, depth_y = 1.0, math.nan
    cell: list[str] = []
    unread: list[str] = []
    for tag in split_tags(text):
        number = NUMBER.match(tag)
        word = "_".join(tag.casefold().replace("-", " ").replace("_", " ").split()).replace("centre", "center")
        if number:
            value = min(1.0, max(0.0, float(number[2])))
            x, y = (value, y) if number[1].lower() == "x" else (x, value)
        elif word in WORD_X:
            cell.append(word)
        elif word in DEPTHS:
            depth_y, scale = DEPTHS[word]
            cell.append(word)
        elif word not in NEUTRAL:
            unread.append(tag)
    columns = [WORD_X[word] for word in cell if word in WORD_X]
    if math.isnan(x) and columns:
        x = sum(columns) / len(columns)
    worded = not math.isnan(x)
    if math.isnan(y) and (worded or not math.isnan(depth_y)):
        y = WORD_Y if math.isnan(depth_y) else depth_y
    exact = any(NUMBER.match(tag) for tag in split_tags(text))
    return Place(x, y, scale, "" if exact else ",".join(sorted(cell)), tuple(unread))


def spread(places: Sequence[Place]) -> tuple[Place, ...]:
    """Give every character a spot: those without one share the width evenly, those of one cell step aside."""
    free = [i for i, place in enumerate(places) if math.isnan(place.x)]
    crowd = Counter(place.words for place in places)
    seen: Counter[str] = Counter()
    out: list[Place] = []
    for i, place in enumerate(places):
        if math.isnan(place.x):
            x = (free.index(i) + 1) / (len(free) + 1)
        else:
            x = place.x
            if place.words and crowd[place.words] > 1:
                step = min(NUDGE, 0.5 / crowd[place.words])
                x += (seen[place.words] - (crowd[place.words] - 1) / 2) * step
                seen[place.words] += 1
        y = WORD_Y if math.isnan(place.y) else place.y
        out.append(replace(place, x=min(1.0, max(0.0, x)), y=y))
    return tuple(out)
