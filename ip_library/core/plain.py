"""What any prompt says, without slots and slugs, and how documents are made of it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from ip_library.core import documents as d
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.shot_rules import PROPS_LIMIT
from ip_library.core.text import slug_problems
from ip_library.core.vocabulary import Vocabulary

READ_CODE: Final = "PROMPT"  # no prompt says what its shot is called; whoever keeps it gives it a code

_FACES: Final = frozenset(("expression", "face"))
_OBJECTS: Final = frozenset(("objects",))
_LIKE: Final[Mapping[str | None, str]] = {"expression": "face", "objects": "accessories"}  # where they stand on a sheet
_GATHERED: Final = 12  # tags of one prop, where there are more of them than props are allowed
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
_SLUG_ROOM: Final = 56


@dataclass(frozen=True, slots=True)
class Figure:
    """One character of a prompt; ``worn`` are the tags of each element that describes it."""

    name: str
    gender: str
    worn: Mapping[str, d.Tags]
    expression: d.Tags
    pose: d.Tags
    together: tuple[tuple[int, d.Tags], ...]
    position: d.Position
    faces_in_pose: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """A prompt and its negative prompt as lists of tags; ``place`` are the tags of each element of the scene."""

    figures: tuple[Figure, ...]
    place: Mapping[str, d.Tags]
    artists: d.Tags
    style: d.Tags
    quality: d.Tags
    objects: d.Tags
    size: str
    angle: str
    negative: d.Tags


def staging_of(
    plain: Plain,
    vocabulary: Vocabulary | None,
    *,
    worn: Mapping[str, d.Tags],
    place: Mapping[str, d.Tags],
    notes: str = "",
) -> Staging:
    """Make documents of what a prompt says; ``worn`` and ``place`` say which slots each element holds."""
    slugs = _slugs([figure.name for figure in plain.figures])
    performers, held = [], [(0, plain.objects)]
    for number, (slug, figure) in enumerate(zip(slugs, plain.figures, strict=True), start=1):
        performer, objects = _performer(slug, figure, vocabulary, worn)
        performers.append(performer)
        held.append((number, objects))
    uses, props = _props(held)
    slots = _split_all(plain.place, place, vocabulary)
    scene = d.SceneDocument(slug="scene", name="Scene", notes="", **slots) if any(slots.values()) else None
    drawn = plain.artists + plain.style + plain.quality
    style = d.StyleDocument("style", "Style", plain.style, plain.artists, plain.quality) if drawn else None
    shot = d.ShotDocument(
        code=READ_CODE,
        title="",
        cast=tuple(performer.member for performer in performers),
        scene=d.Reference("scene") if scene else None,
        negative=plain.negative,
        notes=notes,
        style=d.Reference("style") if style else None,
        size=plain.size,
        angle=plain.angle,
        props=uses,
        interactions=tuple(
            d.Interaction(number, partner, tags)
            for number, figure in enumerate(plain.figures, start=1)
            for partner, tags in figure.together
        ),
    )
    return Staging(shot, tuple(performers), scene, style, props)


def slug_of(name: str, fallback: str = "unnamed") -> str:
    """Make a slug of a name: ``Hatsune Miku (vocaloid)`` becomes ``hatsune-miku-vocaloid``."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _NO_SLUG.sub("-", letters).strip("-")[:_SLUG_ROOM].strip("-") or fallback
    return f"{slug}-1" if slug_problems("slug", slug) else slug


def _slugs(names: Iterable[str]) -> list[str]:
    """Return a slug for each name, none twice."""
    found: list[str] = []
    for name in names:
        slug = slug_of(name, "character")
        numbered = (f"{slug}-{number}" for number in count(2))
        found.append(slug if slug not in found else next(other for other in numbered if other not in found))
    return found


def _performer(
    slug: str, figure: Figure, vocabulary: Vocabulary | None, worn: Mapping[str, d.Tags]
) -> tuple[Performer, d.Tags]:
    """Return a performer, and the tags of what it holds."""
    pose, objects = _tail(figure.pose, _OBJECTS, vocabulary)
    face = figure.expression
    if figure.faces_in_pose:
        pose, face = _tail(pose, _FACES, vocabulary)
    character = d.CharacterDocument(
        slug=slug,
        name=figure.name,
        gender=figure.gender,
        appearance=d.Appearance(**_split_all(figure.worn, worn, vocabulary)),
        expressions=(d.ExpressionDocument("expression", "Expression", face),) if face else (),
        prompt_name="" if slug.replace("-", "_") == figure.name else figure.name,
    )
    member = d.CastMember(
        character=d.Reference(slug), position=figure.position, expression="expression" if face else "", pose=pose
    )
    return Performer(member, character), objects


def _tail(tags: d.Tags, slots: frozenset[str], vocabulary: Vocabulary | None) -> tuple[d.Tags, d.Tags]:
    """Split off the tags at the end that belong in these slots; nothing where no vocabulary says so."""
    at = len(tags)
    while vocabulary and at and vocabulary.slot_of(tags[at - 1]) in slots:
        at -= 1
    return tags[:at], tags[at:]


def _split_all(
    elements: Mapping[str, d.Tags], slots: Mapping[str, d.Tags], vocabulary: Vocabulary | None
) -> dict[str, d.Tags]:
    found: dict[str, d.Tags] = {}
    for name, held in slots.items():
        found |= _split(elements.get(name, ()), held, vocabulary)
    return found


def _split(tags: d.Tags, slots: Sequence[str], vocabulary: Vocabulary | None) -> dict[str, d.Tags]:
    """Tell tags apart by slot; a slot never comes before the slot of the tag before it."""
    found: dict[str, list[str]] = {slot: [] for slot in slots}
    at = 0
    for tag in tags:
        slot = vocabulary.slot_of(tag) if vocabulary and len(slots) > 1 else None
        slot = slot if slot in slots else _LIKE.get(slot)
        if slot in slots:
            at = max(at, slots.index(slot))
        found[slots[at]].append(tag)
    return {slot: tuple(items) for slot, items in found.items()}


def _props(held: Sequence[tuple[int, d.Tags]]) -> tuple[tuple[d.PropUse, ...], tuple[d.PropDocument, ...]]:
    """Make a prop of every tag; of several where there are too many. What is called alike is one prop."""
    size = 1 if sum(len(tags) for _who, tags in held) <= PROPS_LIMIT else _GATHERED
    made: dict[d.Tags, d.PropDocument] = {}
    uses, props = [], []
    for who, tags in held:
        for start in range(0, len(tags), size):
            part = tags[start : start + size]
            if part not in made:
                slug = _slugs([*(prop.slug for prop in made.values()), part[0]])[-1]
                made[part] = d.PropDocument(slug, part[0], part)
            uses.append(d.PropUse(d.Reference(made[part].slug), who))
            props.append(made[part])
    return tuple(uses), tuple(props)
