"""What a prompt says to a painter: figures, a setting, and the tags that nothing here can draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generation.painter.colours import RGB

LEFT, FRONT, RIGHT, BACK = "left", "front", "right", "back"


@dataclass(frozen=True, slots=True)
class Figure:
    """One character as it is drawn.

    ``x`` and ``y`` are the feet's centre in 0 to 1, y downward; ``scale`` 1 is a figure of 0.55 canvas heights.
    ``extras`` maps things worn or seen (``round_glasses``, ``hat``, ``blush``) to their colour, if one was given.
    """

    name: str
    girl: bool
    hair: str
    hair_colour: RGB
    eyes: RGB
    skin: RGB
    outfit: str
    outfit_colour: RGB
    lower: str = ""
    lower_colour: RGB | None = None
    bangs: str = ""
    stance: str = "standing"
    arms: str = "relaxed"
    facing: str = FRONT
    mood: str = "neutral"
    extras: Mapping[str, RGB | None] = field(default_factory=dict)
    x: float = 0.5
    y: float = 0.72
    scale: float = 1.0

    @property
    def turn(self) -> float:
        """How far the body is turned to the viewer's left, 0 or 1; a figure facing right is its mirror image."""
        return 1.0 if self.facing in (LEFT, RIGHT) else 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """The place and its light.

    ``time`` is day, sunset, night, indoor, overcast or dramatic; ``effects`` holds beams, rim, rain and the like.
    """

    place: str = "plain"
    colour: RGB | None = None
    time: str = ""
    blur: bool = False
    effects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shot:
    """A whole picture to paint; ``undrawn`` are the tags that leave no trace in it."""

    figures: tuple[Figure, ...]
    setting: Setting
    undrawn: tuple[str, ...]
