"""The rules a document must keep to be committed. Every finding names the field, the value and the limit."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ip_library.core import documents as d
from ip_library.core import text
from ip_library.core.canonical import to_xml
from ip_library.core.dialects.base import Staging
from ip_library.core.problems import Problem, error
from ip_library.core.prompt import MAX_CHARACTERS
from ip_library.core.shot_codes import shot_code_problems
from ip_library.core.xml import MAX_BYTES, MAX_ELEMENTS

_VARIANTS_LIMIT: Final = 64
_SCALE_FROM: Final = Decimal("0.1")
_SCALE_TO: Final = Decimal(4)
_DECIMALS: Final = 3
_TAGS_THAT_FIT: Final = 400  # of 64 characters in four bytes each, with every name and note at its limit


def validate(document: d.Document) -> list[Problem]:
    """Check one document by itself."""
    match document:
        case d.CharacterDocument():
            found = _character(document)
        case d.SceneDocument():
            found = _scene(document)
        case d.ShotDocument():
            found = _shot(document)
    return found or _size(document)


def validate_staging(staging: Staging) -> list[Problem]:
    """Check a shot against the characters it refers to: its looks and expressions must exist there."""
    found: list[Problem] = []
    for number, performer in enumerate(staging.performers, start=1):
        member, character = performer.member, performer.character
        if member.look and character.look(member.look) is None:
            known = ", ".join(look.slug for look in character.looks) or "none"
            found.append(
                error(
                    "cast.look",
                    f"cast/{number}/look",
                    f"{character.slug} has no look {member.look!r} (it has: {known})",
                )
            )
        if member.expression and character.expression(member.expression) is None:
            known = ", ".join(item.slug for item in character.expressions) or "none"
            found.append(
                error(
                    "cast.expression",
                    f"cast/{number}/expression",
                    f"{character.slug} has no expression {member.expression!r} (it has: {known})",
                )
            )
    return found


def position_problems(field: str, position: d.Position) -> list[Problem]:
    """Check a position: x and y from 0 to 1, scale from 0.1 to 4, at most three decimals."""
    limits = (("x", Decimal(0), Decimal(1)), ("y", Decimal(0), Decimal(1)), ("scale", _SCALE_FROM, _SCALE_TO))
    found = []
    for axis, low, high in limits:
        value: Decimal = getattr(position, axis)
        if not value.is_finite() or not low <= value <= high:
            found.append(error("position.range", f"{field}/{axis}", f"{value} is outside {low} to {high}"))
        elif value != round(value, _DECIMALS):
            found.append(error("position.decimals", f"{field}/{axis}", f"{value} has more than {_DECIMALS} decimals"))
    return found


def _tags_of(document: d.CharacterDocument) -> int:
    worn = sum(len(tags) for look in document.looks for _slot, tags in look.overrides)
    return len(document.appearance.tags()) + worn + sum(len(item.tags) for item in document.expressions)


def _size(document: d.Document) -> list[Problem]:
    """Check that the canonical form keeps the limits of the parser: what is committed can be read again."""
    if not isinstance(document, d.CharacterDocument) or _tags_of(document) < _TAGS_THAT_FIT:
        return []  # the other rules keep it small enough
    data = to_xml(document)
    elements = data.count(b"</") + data.count(b"/>")  # no text holds either, a '>' is written as an entity
    return [
        error("document.too_large", "", f"has {value:,} {what}, at most {limit:,} are allowed")
        for value, limit, what in ((len(data), MAX_BYTES, "bytes"), (elements, MAX_ELEMENTS, "elements"))
        if value > limit
    ]


def _reference(field: str, reference: d.Reference) -> list[Problem]:
    if reference.follow not in {"", d.LATEST}:
        return [error("reference.follow", field, f"follows {reference.follow!r}, it can follow {d.LATEST!r} only")]
    if (reference.version is None and not reference.follow) or (
        reference.version is not None and reference.version < 1
    ):
        return [error("reference.version", field, f"is pinned to version {reference.version}, it must be 1 or more")]
    return []


def _unique(field: str, slugs: Iterable[str]) -> list[Problem]:
    slugs = list(slugs)
    if len(slugs) > _VARIANTS_LIMIT:
        return [error("variants.too_many", field, f"there are {len(slugs)}, at most {_VARIANTS_LIMIT} are allowed")]
    return [
        error("slug.twice", field, f"{slug!r} stands there {slugs.count(slug)} times")
        for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1})
    ]


def _character(document: d.CharacterDocument) -> list[Problem]:
    found = text.slug_problems("slug", document.slug)
    found += text.text_problems("name", document.name, limit=text.NAME_LIMIT, required=True)
    if document.prompt_name and (problem := text.tag_problem("prompt_name", document.prompt_name)):
        found.append(problem)
    if document.gender not in d.GENDERS:
        found.append(error("gender", "gender", f"{document.gender!r} must be one of {', '.join(d.GENDERS)}"))
    for slot in d.SLOTS:
        found += text.tags_problems(slot, getattr(document.appearance, slot))
    if not document.appearance.tags():
        found.append(error("appearance.empty", "appearance", "needs at least one tag in one of its slots"))
    found += _unique("looks", (look.slug for look in document.looks))
    for look in document.looks:
        field = f"looks/{look.slug}"
        found += text.slug_problems(f"{field}/slug", look.slug)
        found += text.text_problems(f"{field}/name", look.name, limit=text.NAME_LIMIT, required=True)
        if not look.overrides:
            found.append(error("look.empty", field, "changes nothing; fill at least one slot"))
        for slot, tags in look.overrides:
            found += text.tags_problems(f"{field}/{slot}", tags)
    found += _unique("expressions", (item.slug for item in document.expressions))
    for item in document.expressions:
        field = f"expressions/{item.slug}"
        found += text.slug_problems(f"{field}/slug", item.slug)
        found += text.text_problems(f"{field}/name", item.name, limit=text.NAME_LIMIT, required=True)
        found += text.tags_problems(f"{field}/tags", item.tags, required=True)
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)


def _scene(document: d.SceneDocument) -> list[Problem]:
    found = text.slug_problems("slug", document.slug)
    found += text.text_problems("name", document.name, limit=text.NAME_LIMIT, required=True)
    for slot in d.SCENE_SLOTS:
        found += text.tags_problems(slot, getattr(document, slot))
    if not any(getattr(document, slot) for slot in d.SCENE_SLOTS):
        found.append(error("scene.empty", "background", "the scene needs at least one tag in one of its slots"))
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)


def _shot(document: d.ShotDocument) -> list[Problem]:
    found = shot_code_problems("code", document.code)
    found += text.text_problems("title", document.title, limit=text.NAME_LIMIT)
    if not 1 <= len(document.cast) <= MAX_CHARACTERS:
        found.append(
            error("cast.size", "cast", f"has {len(document.cast)} members, it must have 1 to {MAX_CHARACTERS}")
        )
    if document.scene:
        found += _reference("scene", document.scene)
    for number, member in enumerate(document.cast, start=1):
        found += _reference(f"cast/{number}/character", member.character)
        found += text.tags_problems(f"cast/{number}/pose", member.pose)
        found += position_problems(f"cast/{number}/position", member.position)
    found += text.tags_problems("negative", document.negative)
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)
