"""The documents of the library as frozen values: what is committed, compared and compiled.

A document knows nothing of rows or forms. Values are plain; ``validate.py`` says what is wrong with them.
"""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import ClassVar, Final

Tags = tuple[str, ...]

CHARACTER: Final = "character"
SCENE: Final = "scene"
SHOT: Final = "shot"
POSE: Final = "pose"
PROP: Final = "prop"
STYLE: Final = "style"
KINDS: Final = (CHARACTER, SCENE, POSE, PROP, STYLE, SHOT)  # what is referred to stands before what refers to it
GENDERS: Final = ("1girl", "1boy", "1other")
LATEST: Final = "latest"
CANON: Final = "canon"


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


class _BySlug:
    """An asset that is known by its slug."""

    __slots__ = ()
    slug: str

    @property
    def asset(self) -> str:
        """The name of the asset within its project and kind."""
        return self.slug


@dataclass(frozen=True, slots=True)
class LookDocument:
    """An outfit variant: the slots it names replace the character's, an empty one clears it.

    With ``base`` it builds on another look of the character: that one's slots come first.
    """

    slug: str
    name: str
    overrides: tuple[tuple[str, Tags], ...] = ()
    base: str = ""

    def dress(self, appearance: Appearance) -> Appearance:
        """Return the appearance with this look's slots in place of its own."""
        return replace(appearance, **dict(self.overrides))


@dataclass(frozen=True, slots=True)
class ExpressionDocument:
    """A face variant, for example ``gentle`` with ``slight_smile``.

    It may override slots of the appearance (closed eyes), and build on another expression (``base``): then its
    overrides come on top, and without tags of its own it keeps the base's.
    """

    slug: str
    name: str
    tags: Tags
    overrides: tuple[tuple[str, Tags], ...] = ()
    base: str = ""

    def dress(self, appearance: Appearance) -> Appearance:
        """Return the appearance with this expression's slots in place of its own."""
        return replace(appearance, **dict(self.overrides))


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
class Colour:
    """A colour of a character's palette: ``hair``, ``#39c5bb``."""

    name: str
    hex: str


@dataclass(frozen=True, slots=True)
class Art:
    """A piece of reference art: the SHA-256 of its image file."""

    sha256: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class CharacterDocument(_BySlug):
    """A character sheet: canonical appearance, looks and expressions.

    ``prompt_name`` is the name that the model knows (``hatsune_miku``); without one it is made from the slug.
    A variant has a ``base``: a slot of its appearance that is empty is the base's, unless ``cleared`` names it, and
    it has the base's looks, expressions and locks besides its own (``inherit.py``). ``locked`` are slots that
    nothing may contradict.
    """

    slug: str
    name: str
    gender: str
    appearance: Appearance
    looks: tuple[LookDocument, ...] = ()
    expressions: tuple[ExpressionDocument, ...] = ()
    prompt_name: str = ""
    notes: str = ""
    base: Reference | None = None
    cleared: Tags = ()
    locked: Tags = ()
    aliases: tuple[str, ...] = ()
    palette: tuple[Colour, ...] = ()
    art: tuple[Art, ...] = ()
    kind: ClassVar[str] = CHARACTER

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
class SceneDocument(_BySlug):
    """A place and its light, by slot."""

    slug: str
    name: str
    background: Tags = ()
    environment: Tags = ()
    lighting: Tags = ()
    atmosphere: Tags = ()
    notes: str = ""
    kind: ClassVar[str] = SCENE


SCENE_SLOTS: Final = ("background", "environment", "lighting", "atmosphere")


@dataclass(frozen=True, slots=True)
class PoseDocument(_BySlug):
    """A pose that several shots use."""

    slug: str
    name: str
    tags: Tags = ()
    notes: str = ""
    kind: ClassVar[str] = POSE


@dataclass(frozen=True, slots=True)
class PropDocument(_BySlug):
    """A thing that is held or stands about."""

    slug: str
    name: str
    tags: Tags = ()
    notes: str = ""
    kind: ClassVar[str] = PROP


@dataclass(frozen=True, slots=True)
class StyleDocument(_BySlug):
    """How pictures are drawn, how good they shall be, and what shall never be seen."""

    slug: str
    name: str
    style: Tags = ()
    artists: Tags = ()
    quality: Tags = ()
    negative: Tags = ()
    notes: str = ""
    kind: ClassVar[str] = STYLE


STYLE_SLOTS: Final = ("style", "artists", "quality", "negative")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a character stands: its feet centre in 0 to 1, ``y`` grows downward; ``scale`` 1 is normal size."""

    x: Decimal
    y: Decimal
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class CastMember:
    """Who is in a shot: a character, the look and expression it wears, its pose and its position.

    ``pose`` comes on top of the pose that ``preset`` refers to.
    """

    character: Reference
    position: Position
    look: str = ""
    expression: str = ""
    pose: Tags = ()
    preset: Reference | None = None


@dataclass(frozen=True, slots=True)
class PropUse:
    """A prop in a shot: with a member of the cast (by number, from 1), or in the scene (0)."""

    prop: Reference
    member: int = 0


@dataclass(frozen=True, slots=True)
class Interaction:
    """What one member of the cast does with another; both by number, from 1."""

    actor: int
    partner: int
    tags: Tags


@dataclass(frozen=True, slots=True)
class Line:
    """A line of dialogue: who says it (by number; 0 is somebody unseen, whom ``voice`` names)."""

    speaker: int
    text: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a shot is: seconds and frames, written 3+12; the project says how many frames a second has."""

    seconds: int
    frames: int = 0

    def __str__(self) -> str:
        return f"{self.seconds}+{self.frames:02d}"


@dataclass(frozen=True, slots=True)
class ShotDocument:
    """A shot composition: its scene and style, its camera, its cast in order, and what shall not be seen.

    ``size`` and ``angle`` are terms of ``camera.py``. ``action``, ``dialogue`` and ``duration`` are for people and
    for storyboards; they are never part of a prompt.
    """

    code: str
    title: str
    cast: tuple[CastMember, ...]
    scene: Reference | None = None
    negative: Tags = ()
    notes: str = ""
    style: Reference | None = None
    size: str = ""
    angle: str = ""
    props: tuple[PropUse, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    action: str = ""
    dialogue: tuple[Line, ...] = ()
    duration: Duration | None = None
    kind: ClassVar[str] = SHOT

    @property
    def asset(self) -> str:
        """The name of the asset within its project and kind."""
        return self.code


Document = CharacterDocument | SceneDocument | PoseDocument | PropDocument | StyleDocument | ShotDocument
