"""What the dialects share: a shot with its references filled in, and the making of elements."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ip_library.core import camera
from ip_library.core.documents import (
    Appearance,
    CastMember,
    CharacterDocument,
    PoseDocument,
    PropDocument,
    SceneDocument,
    ShotDocument,
    StyleDocument,
    Tags,
)
from ip_library.core.inherit import appearance_in, expression_tags
from ip_library.core.prompt import Element, join_tags

_FOREGROUND_ABOVE: Final = Decimal("1.25")
_BACKGROUND_BELOW: Final = Decimal("0.6")


@dataclass(frozen=True, slots=True)
class Performer:
    """A cast member together with the effective character (``inherit.py``) and the pose that it refers to."""

    member: CastMember
    character: CharacterDocument
    preset: PoseDocument | None = None

    @property
    def appearance(self) -> Appearance:
        """The character's appearance in the look and with the expression it wears."""
        return appearance_in(self.character, self.member.look, self.member.expression)

    @property
    def expression(self) -> Tags:
        """The tags of the expression it wears."""
        return expression_tags(self.character, self.member.expression)

    @property
    def pose(self) -> Tags:
        """The tags of its pose: the preset's, then its own."""
        return (self.preset.tags if self.preset else ()) + self.member.pose


@dataclass(frozen=True, slots=True)
class Staging:
    """A shot with every reference filled in: all that a dialect needs to know. ``props`` go with ``shot.props``."""

    shot: ShotDocument
    performers: tuple[Performer, ...]
    scene: SceneDocument | None
    style: StyleDocument | None = None
    props: tuple[PropDocument, ...] = ()

    @property
    def camera(self) -> Tags:
        """The tags of the shot size, then of the camera angle."""
        size, angle = camera.SIZES.get(self.shot.size), camera.ANGLES.get(self.shot.angle)
        return (size.tags if size else ()) + (angle.tags if angle else ())

    @property
    def negative(self) -> Tags:
        """What shall not be seen: the style's, then the shot's own, each tag once."""
        return tuple(dict.fromkeys((self.style.negative if self.style else ()) + self.shot.negative))

    def objects(self, member: int = 0) -> Tags:
        """Return the tags of the props that a member has, by number; of those in the scene for 0."""
        if not self.props:
            return ()
        uses = zip(self.shot.props, self.props, strict=True)
        return tuple(tag for use, prop in uses if use.member == member for tag in prop.tags)


def interaction(staging: Staging, number: int) -> Element:
    """Make the element that says what a member does, and with whom: ``holding_hands, $character_2$``."""
    found = [item for item in staging.shot.interactions if item.actor == number]
    return Element(
        "interaction",
        join_tags(tuple(part for item in found for part in (*map(escape, item.tags), f"$character_{item.partner}$"))),
    )


def escape(tags: str) -> str:
    """Escape what the model's captions escape: parentheses; of one tag or of joined ones."""
    return tags.replace("(", "\\(").replace(")", "\\)")


def element(name: str, tags: Iterable[str]) -> Element:
    """Make an element of escaped tags, each tag once: where it stands first."""
    return Element(name, escape(join_tags(dict.fromkeys(tags))))


def filled(*elements: Element) -> tuple[Element, ...]:
    """Return only the elements that say something."""
    return tuple(item for item in elements if item.text)


def position_words(x: Decimal, scale: Decimal) -> Tags:
    """Return the position as words.

    Across: below .2 left, below .4 center_left, to .6 center, below .8 center_right, else right. In depth: a scale
    above 1.25 is in the foreground, below 0.6 in the background.
    """
    if x < Decimal("0.4"):
        across = "left" if x < Decimal("0.2") else "center_left"
    elif x <= Decimal("0.6"):
        across = "center"
    else:
        across = "center_right" if x < Decimal("0.8") else "right"
    if scale > _FOREGROUND_ABOVE:
        return (across, "foreground")
    return (across, "background") if scale < _BACKGROUND_BELOW else (across,)


def count_tags(genders: Iterable[str]) -> Tags:
    """Derive the count tags: ``1girl, 1boy``; ``2girls``; more than five of one are ``6+girls``."""
    genders = list(genders)
    counted = []
    for word in ("girl", "boy", "other"):
        number = genders.count(f"1{word}")
        if number == 1:
            counted.append(f"1{word}")
        elif number:
            counted.append(f"{number if number < 6 else '6+'}{word}s")
    return tuple(counted)
