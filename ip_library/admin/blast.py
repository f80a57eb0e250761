"""What moves with an asset, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ip_library.selectors.blast import Follower, in_words

SHOWN: Final = 50  # a page with a thousand links helps nobody


@dataclass(frozen=True, slots=True)
class Moving:
    """Who follows: in words, the first of them, and how many others there are."""

    summary: str
    shown: tuple[Follower, ...]
    more: int


def moving(followers: Sequence[Follower]) -> Moving:
    """Return what a page shows of those who follow."""
    return Moving(in_words(followers), tuple(followers[:SHOWN]), max(0, len(followers) - SHOWN))
