"""The rules a document must keep to be committed. Every finding names the field, the value and the limit."""

from typing import Final

from ip_library.core import documents as d
from ip_library.core import text
from ip_library.core.canonical import to_xml
from ip_library.core.character_rules import base_problems, character_problems
from ip_library.core.dialects.base import Staging
from ip_library.core.problems import Problem, error
from ip_library.core.shot_rules import position_problems, shot_problems
from ip_library.core.xml import MAX_BYTES, MAX_ELEMENTS

__all__ = ["PROP_TAGS_LIMIT", "position_problems", "validate", "validate_staging", "validate_variant"]

PROP_TAGS_LIMIT: Final = 12  # so that a pose with every prop of a shot still fits into one element of a prompt
_FITS: Final = 40_000  # bytes: with less than this in tags and lines, everything else at its limit still fits
_TAG_BYTES: Final = 280  # a tag of 64 characters in four bytes each, and its line


def validate(document: d.Document, *, pattern: str = "", frame_rate: int = 0) -> list[Problem]:
    """Check one document by itself; a shot also by its project's pattern of codes and frame rate, where given.

    What a variant of a character inherits is checked by ``validate_variant``.
    """
    match document:
        case d.CharacterDocument():
            found = character_problems(document)
        case d.ShotDocument():
            found = shot_problems(document, pattern=pattern, frame_rate=frame_rate)
        case d.SceneDocument():
            found = _slots(document, d.SCENE_SLOTS)
        case d.StyleDocument():
            found = _slots(document, d.STYLE_SLOTS)
        case d.PoseDocument() | d.PropDocument():
            found = _tagged(document)
    return found or _size(document)


def validate_variant(character: d.CharacterDocument) -> list[Problem]:
    """Check what only shows when a variant has met its base: ``character`` is as it is in effect (``inherit.py``)."""
    return character_problems(character)


def validate_staging(staging: Staging) -> list[Problem]:
    """Check a shot against the effective characters it refers to: its looks and expressions must exist there."""
    found: list[Problem] = []
    for number, performer in enumerate(staging.performers, start=1):
        member, character = performer.member, performer.character
        field = f"cast/{number}"
        if member.look and character.look(member.look) is None:
            known = ", ".join(look.slug for look in character.looks) or "none"
            message = f"{character.slug} has no look {member.look!r} (it has: {known})"
            found.append(error("cast.look", f"{field}/look", message))
        if member.expression and character.expression(member.expression) is None:
            known = ", ".join(item.slug for item in character.expressions) or "none"
            message = f"{character.slug} has no expression {member.expression!r} (it has: {known})"
            found.append(error("cast.expression", f"{field}/expression", message))
        found += [problem.under(f"{field}/character") for problem in base_problems(character)]
    return found


def _slots(document: d.SceneDocument | d.StyleDocument, slots: d.Tags) -> list[Problem]:
    found = text.slug_problems("slug", document.slug)
    found += text.text_problems("name", document.name, limit=text.NAME_LIMIT, required=True)
    for slot in slots:
        found += text.tags_problems(slot, getattr(document, slot))
    if not any(getattr(document, slot) for slot in slots):
        message = f"the {document.kind} needs at least one tag in one of its slots"
        found.append(error(f"{document.kind}.empty", slots[0], message))
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)


def _tagged(document: d.PoseDocument | d.PropDocument) -> list[Problem]:
    found = text.slug_problems("slug", document.slug)
    found += text.text_problems("name", document.name, limit=text.NAME_LIMIT, required=True)
    found += text.tags_problems("tags", document.tags, required=True)
    if isinstance(document, d.PropDocument) and PROP_TAGS_LIMIT < len(document.tags) <= text.TAGS_LIMIT:
        message = f"has {len(document.tags)} tags, a prop may have at most {PROP_TAGS_LIMIT}"
        found.append(error("tags.too_many", "tags", message))
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)


def _size(document: d.Document) -> list[Problem]:
    """Check that the canonical form keeps the limits of the parser: what is committed can be read again."""
    if _weight(document) < _FITS:
        return []  # the other rules keep it small enough
    data = to_xml(document)
    elements = data.count(b"</") + data.count(b"/>")  # no text holds either, a '>' is written as an entity
    return [
        error("document.too_large", "", f"has {value:,} {what}, at most {limit:,} are allowed")
        for value, limit, what in ((len(data), MAX_BYTES, "bytes"), (elements, MAX_ELEMENTS, "elements"))
        if value > limit
    ]


def _weight(document: d.Document) -> int:
    """Return at most how many bytes those parts of a document have that no limit of their number keeps small."""
    match document:
        case d.CharacterDocument():
            changed = sum(len(tags) for look in document.looks for _slot, tags in look.overrides)
            changed += sum(len(tags) for item in document.expressions for _slot, tags in item.overrides)
            own = sum(len(item.tags) for item in document.expressions)
            return _TAG_BYTES * (len(document.appearance.tags()) + changed + own)
        case d.ShotDocument():
            said = sum(6 * len(line.text) + 800 for line in document.dialogue)  # a sign takes up to six bytes
            return said + _TAG_BYTES * sum(len(item.tags) for item in document.interactions)
    return 0
