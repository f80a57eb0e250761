"""The documents of the library as frozen values: what is committed, compared and compiled.

A document knows nothing of rows or forms. Values are plain; ``validate.py`` says what is wrong with them.
"""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Final

Tags = tuple[str, ...]

CHARACTER: Final = "character"
SCENE: Final = "scene"
SHOT: Final = "shot"
KINDS: Final = (CHARACTER, SCENE, SHOT)
GENDERS: Final = ("1girl", "1boy", "1other")
LATEST: Final = "latest"


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a character looks like, by slot, in the order in which the slots are compiled."""

    hair: Tags = ()
    eyes: Tags = ()
    face: Tags = ()
    body: Tags = ()
    clothing: Tags = ()
    accessories: Tags = ()

    def tags(self, *slots: str) -> Tags:
        """Return the tags of the named slots (of all when none is named), joined in slot order."""
        wanted = slots or SLOTS
        return tuple(tag for slot in SLOTS if slot in wanted for tag in getattr(self, slot))


SLOTS: Final = tuple(field.name for field in fields(Appearance))


@dataclass(frozen=True, slots=True)
class LookDocument:
    """An outfit variant: the slots it names replace the character's, an empty one clears it."""

    slug: str
    name: str
    overrides: tuple[tuple[str, Tags], ...] = ()

    def dress(self, appearance: Appearance) -> Appearance:
        """Return the appearance with this look's slots in place of its own."""
        return replace(appearance, **dict(self.overrides))


@dataclass(frozen=True, slots=True)
class ExpressionDocument:
    """A face variant, for example ``gentle`` with ``slight_smile``."""

    slug: str
    name: str
    tags: Tags


@dataclass(frozen=True, slots=True)
class CharacterDocument:
    """A character sheet: canonical appearance, looks and expressions.

    ``prompt_name`` is the name that the model knows (``hatsune_miku``); without one it is made from the slug.
    """

    slug: str
    name: str
    gender: str
    appearance: Appearance
    looks: tuple[LookDocument, ...] = ()
    expressions: tuple[ExpressionDocument, ...] = ()
    prompt_name: str = ""
    notes: str = ""

    @property
    def kind(self) -> str:
        """The kind of asset."""
        return CHARACTER

    @property
    def asset(self) -> str:
        """The name of the asset within its project and kind."""
        return self.slug

    @property
    def name_in_prompt(self) -> str:
        """The name as the model reads it."""
        return self.prompt_name or self.slug.replace("-", "_")

    def look(self, slug: str) -> LookDocument | None:
        """Return the look called ``slug``."""
        return next((look for look in self.looks if look.slug == slug), None)

    def expression(self, slug: str) -> ExpressionDocument | None:
        """Return the expression called ``slug``."""
        return next((expression for expression in self.expressions if expression.slug == slug), None)


@dataclass(frozen=True, slots=True)
class SceneDocument:
    """A place and its light, by slot."""

    slug: str
    name: str
    background: Tags = ()
    environment: Tags = ()
    lighting: Tags = ()
    atmosphere: Tags = ()
    notes: str = ""

    @property
    def kind(self) -> str:
        """The kind of asset."""
        return SCENE

    @property
    def asset(self) -> str:
        """The name of the asset within its project and kind."""
        return self.slug


SCENE_SLOTS: Final = ("background", "environment", "lighting", "atmosphere")


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of another asset: it follows a label, or (without one) is pinned to a version.

    ``version`` and ``sha256`` (of the canonical document) are what it resolved to; a draft that follows a label
    has neither yet.
    """

    asset: str
    follow: str = LATEST
    version: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a character stands: its feet centre in 0 to 1, ``y`` grows downward; ``scale`` 1 is normal size."""

    x: Decimal
    y: Decimal
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class CastMember:
    """Who is in a shot: a character, the look and expression it wears, its pose and its position."""

    character: Reference
    position: Position
    look: str = ""
    expression: str = ""
    pose: Tags = ()


@dataclass(frozen=True, slots=True)
class ShotDocument:
    """A shot composition: its scene, its cast in order, and what shall not be seen."""

    code: str
    title: str
    cast: tuple[CastMember, ...]
    scene: Reference | None = None
    negative: Tags = ()
    notes: str = ""

    @property
    def kind(self) -> str:
        """The kind of asset."""
        return SHOT

    @property
    def asset(self) -> str:
        """The name of the asset within its project and kind."""
        return self.code


Document = CharacterDocument | SceneDocument | ShotDocument
