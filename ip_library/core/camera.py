"""Shot sizes and camera angles: the film's terms, and the tags of the field they compile to."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """A film term: its name for people, its short name on a storyboard, and its tags in a prompt."""

    name: str
    short: str
    tags: tuple[str, ...]


SIZES: Final = {
    "extreme-long": Term("extreme long shot", "ELS", ("very_wide_shot",)),
    "long": Term("long shot", "LS", ("wide_shot",)),
    "full": Term("full shot", "FS", ("full_body",)),
    "medium-long": Term("medium long shot (cowboy)", "MLS", ("cowboy_shot",)),
    "medium": Term("medium shot", "MS", ("upper_body",)),
    "medium-close": Term("medium close-up", "MCU", ("portrait",)),
    "close": Term("close-up", "CU", ("close-up",)),
    "extreme-close": Term("extreme close-up", "ECU", ("extreme_close-up",)),
}

ANGLES: Final = {
    "eye-level": Term("eye level", "EL", ("straight-on",)),
    "high": Term("high angle", "HA", ("from_above",)),
    "low": Term("low angle", "LA", ("from_below",)),
    "birds-eye": Term("bird's eye", "BE", ("bird's-eye_view",)),
    "worms-eye": Term("worm's eye", "WE", ("worm's-eye_view",)),
    "dutch": Term("Dutch angle", "DA", ("dutch_angle",)),
    "profile": Term("profile", "PR", ("from_side",)),
    "behind": Term("from behind", "FB", ("from_behind",)),
    "over-shoulder": Term("over the shoulder", "OTS", ("over_the_shoulder",)),
    "pov": Term("point of view", "POV", ("pov",)),
}
