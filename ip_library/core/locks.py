"""Locked traits: slots of a character that nothing may contradict, and what does.

What is locked is the slot's list of tags. A look, an expression or a variant contradicts it by putting other tags in
the slot; a shot by saying something beside the character that the vocabulary knows to exclude them (``red_hair`` in a
pose); a new version of the sheet by changing the slot or taking the lock off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ip_library.core import documents as d
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.prompt import join_tags
from ip_library.core.vocabulary import Vocabulary

CODE: Final = "trait.locked"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction of a locked trait: whose trait, which slot, in which field, and what it is in words."""

    character: str
    slot: str
    field: str
    message: str


def sheet_contradictions(
    sheet: d.CharacterDocument, *, whole: d.CharacterDocument, base: d.CharacterDocument | None = None
) -> list[Contradiction]:
    """Find what a sheet's own slots, looks and expressions say against its locks and those of its base.

    ``whole`` is the sheet with everything inherited (``inherit.effective``), ``base`` likewise what it builds on.
    """
    found = list(_against_base(sheet, base)) if base else []
    owner = dict.fromkeys(base.locked, base.slug) if base else {}
    for slot in whole.locked:
        worn = getattr(whole.appearance, slot)
        for variants, head in ((sheet.looks, "looks"), (sheet.expressions, "expressions")):
            for variant in variants:
                tags = dict(variant.overrides).get(slot, worn)
                if tags != worn:
                    message = f"{owner.get(slot, sheet.slug)} has {slot} locked to {_said(worn)}, not {_said(tags)}"
                    field = f"{head}/{variant.slug}/{slot}"
                    found.append(Contradiction(owner.get(slot, sheet.slug), slot, field, message))
    return found


def change_contradictions(sheet: d.CharacterDocument, before: d.CharacterDocument) -> list[Contradiction]:
    """Find locked slots of an earlier version that a new one changes or unlocks."""
    found = []
    for slot in before.locked:
        old, new = getattr(before.appearance, slot), getattr(sheet.appearance, slot)
        if new != old or (slot in sheet.cleared) != (slot in before.cleared):
            message = f"{slot} is locked to {_said(old)}, not {_said(new)}"
        elif slot not in sheet.locked:
            message = f"{slot} is locked; taking the lock off changes what everybody relies on"
        else:
            continue
        found.append(Contradiction(sheet.slug, slot, slot, message))
    return found


def staging_contradictions(staging: Staging, vocabulary: Vocabulary) -> list[Contradiction]:
    """Find what a shot says of its cast against their locked traits."""
    found: list[Contradiction] = []
    for number, performer in enumerate(staging.performers, start=1):
        held = [prop.tags for use, prop in zip(staging.shot.props, staging.props, strict=True) if use.member == number]
        for slot in performer.character.locked:
            worn = getattr(performer.appearance, slot)
            for field, tags in (*_said_of(number, performer), *((f"cast/{number}/props", tags) for tags in held)):
                for locked, said in _excluding(worn, tags, vocabulary):
                    message = f"{said!r} contradicts {locked!r}: {performer.character.slug} has {slot} locked"
                    found.append(Contradiction(performer.character.slug, slot, field, message))
    return found


def _said_of(number: int, performer: Performer) -> Iterator[tuple[str, d.Tags]]:
    yield f"cast/{number}/pose", performer.member.pose
    yield f"cast/{number}/preset", performer.preset.tags if performer.preset else ()
    yield f"cast/{number}/expression", performer.expression


def _against_base(sheet: d.CharacterDocument, base: d.CharacterDocument) -> Iterator[Contradiction]:
    for slot in base.locked:
        own, locked = getattr(sheet.appearance, slot), getattr(base.appearance, slot)
        if (own and own != locked) or (slot in sheet.cleared and locked):
            message = f"{base.slug} has {slot} locked to {_said(locked)}, not {_said(own)}"
            yield Contradiction(base.slug, slot, slot, message)


def _excluding(worn: d.Tags, said: d.Tags, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a worn and a said tag that cannot both be true."""
    news = tuple(tag for tag in said if tag not in worn)
    for one, two in vocabulary.contradictions((*worn, *news)) if worn and news else ():
        if one in worn and two in news:
            yield one, two


def _said(tags: d.Tags) -> str:
    return join_tags(tags) or "nothing"
