"""A document as a list of fields with their values, under names that people read: ``looks/summer/clothing``.

What stands in a list of its own (looks, expressions, cast, props, interactions) is named by what it is, not by its
number, so that it keeps its name when the order changes: ``cast/miku/pose``; a second Miku is ``cast/miku#2/pose``.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum

from ip_library.core import documents as d
from ip_library.core.canonical import format_decimal


class Nothing(Enum):
    """The one value of a slot that is cleared, as against one that is not named."""

    NOTHING = "(nothing)"


Item = str | d.Colour | d.Art | d.Line | Nothing
Value = str | int | Decimal | d.Reference | d.Position | d.Duration | tuple[Item, ...]
Leaf = tuple[str, Value]

NOTHING = (Nothing.NOTHING,)
GROUPS = ("looks", "expressions", "cast", "props", "interactions")


def leaves_of(document: d.Document) -> Iterator[Leaf]:
    """Yield every field of a document that says something, in the order in which people read it."""
    for field, value in _fields(document):
        if value not in ("", (), 0):
            yield field, value


def show(value: Value | Item) -> str:
    """Return a value as people read it."""
    match value:
        case str():
            return value
        case Nothing():
            return str(value.value)
        case d.Reference():
            number = f" v{value.version:03d}" if value.version is not None else ""
            return f"{value.asset}{number}{f' ({value.follow})' if value.follow else ' (pinned)'}"
        case d.Position():
            return f"x {format_decimal(value.x)}, y {format_decimal(value.y)}"
        case Decimal():
            return format_decimal(value)
        case d.Colour():
            return f"{value.name} {value.hex}"
        case d.Art():
            return f"{value.sha256[:10]} {value.caption}".rstrip()
        case d.Line():
            who = f"member {value.speaker}" if value.speaker else value.voice or "somebody"
            return f"{who}: {value.text}"
        case tuple():
            return ", ".join(show(item) for item in value)
    return str(value)


def order_of(document: d.Document, group: str) -> tuple[str, ...]:
    """Return the names of a group's items in their order: the slugs of looks, the characters of a cast."""
    match document, group:
        case d.CharacterDocument(), "looks":
            return tuple(look.slug for look in document.looks)
        case d.CharacterDocument(), "expressions":
            return tuple(item.slug for item in document.expressions)
        case d.ShotDocument(), "cast":
            return _numbered(member.character.asset for member in document.cast)
        case d.ShotDocument(), "props":
            return _numbered(use.prop.asset for use in document.props)
        case d.ShotDocument(), "interactions":
            return _numbered(f"{item.actor} with {item.partner}" for item in document.interactions)
    return ()


def _numbered(names: Iterable[str]) -> tuple[str, ...]:
    """Tell apart what is called alike: the second ``miku`` is ``miku#2``."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(found)


def _fields(document: d.Document) -> Iterator[Leaf]:
    match document:
        case d.CharacterDocument():
            yield from _character(document)
        case d.ShotDocument():
            yield from _shot(document)
        case d.SceneDocument() | d.StyleDocument():
            yield "name", document.name
            for slot in d.SCENE_SLOTS if isinstance(document, d.SceneDocument) else d.STYLE_SLOTS:
                yield slot, getattr(document, slot)
        case d.PoseDocument() | d.PropDocument():
            yield "name", document.name
            yield "tags", document.tags
    yield "notes", document.notes


def _character(document: d.CharacterDocument) -> Iterator[Leaf]:
    yield "name", document.name
    yield "prompt_name", document.prompt_name
    yield "aliases", document.aliases
    if document.base:
        yield "base", document.base
    yield "gender", document.gender
    for slot in d.SLOTS:
        yield slot, getattr(document.appearance, slot) or (NOTHING if slot in document.cleared else ())
    yield "locked", document.locked
    yield "palette", document.palette
    yield "art", document.art
    for look in document.looks:
        field = f"looks/{look.slug}"
        yield f"{field}/name", look.name
        yield f"{field}/base", look.base
        for slot, tags in look.overrides:
            yield f"{field}/{slot}", tags or NOTHING
    for item in document.expressions:
        field = f"expressions/{item.slug}"
        yield f"{field}/name", item.name
        yield f"{field}/base", item.base
        yield f"{field}/tags", item.tags
        for slot, tags in item.overrides:
            yield f"{field}/{slot}", tags or NOTHING


def _shot(document: d.ShotDocument) -> Iterator[Leaf]:
    yield "title", document.title
    if document.scene:
        yield "scene", document.scene
    if document.style:
        yield "style", document.style
    yield "size", document.size
    yield "angle", document.angle
    for name, member in zip(order_of(document, "cast"), document.cast, strict=True):
        field, position = f"cast/{name}", member.position
        yield f"{field}/character", member.character
        yield f"{field}/look", member.look
        yield f"{field}/expression", member.expression
        if member.preset:
            yield f"{field}/preset", member.preset
        yield f"{field}/pose", member.pose
        yield f"{field}/position", d.Position(position.x, position.y)
        yield f"{field}/scale", "" if position.scale == 1 else position.scale
    for name, use in zip(order_of(document, "props"), document.props, strict=True):
        yield f"props/{name}/prop", use.prop
        yield f"props/{name}/member", use.member
    for name, item in zip(order_of(document, "interactions"), document.interactions, strict=True):
        yield f"interactions/{name}", item.tags
    yield "negative", document.negative
    yield "action", document.action
    yield "dialogue", document.dialogue
    if document.duration:
        yield "duration", document.duration
