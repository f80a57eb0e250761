"""What the dialects share: a shot with its references filled in, and the making of elements."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ip_library.core.documents import (
    Appearance,
    CastMember,
    CharacterDocument,
    ExpressionDocument,
    SceneDocument,
    ShotDocument,
    Tags,
)
from ip_library.core.prompt import Element, join_tags

_FOREGROUND_ABOVE: Final = Decimal("1.25")
_BACKGROUND_BELOW: Final = Decimal("0.6")


@dataclass(frozen=True, slots=True)
class Performer:
    """A cast member together with the character it refers to."""

    member: CastMember
    character: CharacterDocument

    @property
    def appearance(self) -> Appearance:
        """The character's appearance in the look it wears."""
        look = self.character.look(self.member.look)
        return look.dress(self.character.appearance) if look else self.character.appearance

    @property
    def expression(self) -> Tags:
        """The tags of the expression it wears."""
        expression: ExpressionDocument | None = self.character.expression(self.member.expression)
        return expression.tags if expression else ()


@dataclass(frozen=True, slots=True)
class Staging:
    """A shot with every reference filled in: all that a dialect needs to know."""

    shot: ShotDocument
    performers: tuple[Performer, ...]
    scene: SceneDocument | None


def escape(tag: str) -> str:
    """Escape what the model's captions escape: parentheses."""
    return tag.replace("(", "\\(").replace(")", "\\)")


def element(name: str, tags: Iterable[str]) -> Element:
    """Make an element of escaped tags."""
    return Element(name, join_tags(tuple(escape(tag) for tag in tags)))


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
