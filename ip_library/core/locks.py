"""Locked traits: slots of a character that nothing may contradict, and what does.

What is locked is the slot's list of tags. A look, an expression or a variant contradicts it by putting other tags in
the slot; a shot by saying something beside the character that the vocabulary knows to exclude them (``red_hair`` in a
pose) or by asking not to see them; a new version of the sheet by changing the slot or taking the lock off.
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
        said = list(_said_of(number, performer, staging))
        for slot in performer.character.locked:
            worn = getattr(performer.appearance, slot)
            found += _contradicted(performer.character.slug, slot, worn, said, vocabulary)
            found += _unwanted(performer.character.slug, slot, worn, staging, vocabulary)
    return found


def _said_of(number: int, performer: Performer, staging: Staging) -> Iterator[tuple[str, d.Tags]]:
    """Yield what a shot says of one of its cast beside the appearance, by field."""
    yield f"cast/{number}/pose", performer.member.pose
    yield f"cast/{number}/preset", performer.preset.tags if performer.preset else ()
    yield f"cast/{number}/expression", performer.expression
    for use, prop in zip(staging.shot.props, staging.props, strict=True):
        if use.member == number:
            yield f"cast/{number}/props", prop.tags
    for at, interaction in enumerate(staging.shot.interactions, start=1):
        if number in {interaction.actor, interaction.partner}:
            yield f"interactions/{at}", interaction.tags


def _contradicted(
    character: str, slot: str, worn: d.Tags, said: list[tuple[str, d.Tags]], vocabulary: Vocabulary
) -> Iterator[Contradiction]:
    """Yield what is said of a character that its locked tags exclude."""
    for field, tags in said:
        for locked, other in _excluding(worn, tags, vocabulary):
            message = f"{other!r} contradicts {locked!r}: {character} has {slot} locked"
            yield Contradiction(character, slot, field, message)


def _unwanted(
    character: str, slot: str, worn: d.Tags, staging: Staging, vocabulary: Vocabulary
) -> Iterator[Contradiction]:
    """Yield the locked tags that the shot or its style asks not to see, in whatever spelling."""
    style = staging.style.negative if staging.style else ()
    for field, tags in (("negative", staging.shot.negative), ("style", style)):
        refused = {vocabulary.canonical(tag) or tag: tag for tag in tags}
        for tag in worn:
            name = vocabulary.canonical(tag) or tag
            if name in refused:
                message = f"{refused[name]!r} shall not be seen, but {character} has {slot} locked to {_said(worn)}"
                yield Contradiction(character, slot, field, message)


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
