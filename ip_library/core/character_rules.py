"""The rules of a character sheet: its own values, its looks and expressions, and what it is a variant of."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ip_library.core import documents as d
from ip_library.core import text
from ip_library.core.inherit import expression_chain, look_chain
from ip_library.core.problems import Problem, error
from ip_library.core.shot_rules import reference_problems

VARIANTS_LIMIT: Final = 64
ALIASES_LIMIT: Final = 32
PALETTE_LIMIT: Final = 24
COLOUR_NAME_LIMIT: Final = 40
ART_LIMIT: Final = 32

_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def character_problems(document: d.CharacterDocument) -> list[Problem]:
    """Check a character sheet by itself."""
    found = text.slug_problems("slug", document.slug)
    found += text.text_problems("name", document.name, limit=text.NAME_LIMIT, required=True)
    if document.prompt_name and (problem := text.tag_problem("prompt_name", document.prompt_name)):
        found.append(problem)
    if document.gender not in d.GENDERS:
        found.append(error("gender", "gender", f"{document.gender!r} must be one of {', '.join(d.GENDERS)}"))
    for slot in d.SLOTS:
        found += text.tags_problems(slot, getattr(document.appearance, slot))
    if document.base is None and not document.appearance.tags():
        found.append(error("appearance.empty", "appearance", "needs at least one tag in one of its slots"))
    found += _variant(document)
    found += _known_slots("locked", document.locked)
    found += _aliases(document) + _palette(document) + _art(document)
    found += _looks(document) + _expressions(document) + base_problems(document)
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)


def base_problems(document: d.CharacterDocument) -> list[Problem]:
    """Check what looks and expressions build on: it must be there, and nothing may build on itself in a circle.

    A variant may build on what its base has; that shows when it is looked at as it is in effect.
    """
    lent = document.base is not None
    found = _bases("looks", document.looks, lambda slug: look_chain(document, slug), lent=lent)
    return found + _bases("expressions", document.expressions, lambda slug: expression_chain(document, slug), lent=lent)


def _bases(
    field: str,
    variants: Sequence[d.LookDocument | d.ExpressionDocument],
    chain: Callable[[str], Sequence[d.LookDocument | d.ExpressionDocument]],
    *,
    lent: bool,
) -> list[Problem]:
    found: list[Problem] = []
    if not any(item.base for item in variants):
        return found
    known = {item.slug for item in variants}
    for item in variants:
        if not item.base:
            continue
        if item.base not in known:
            if not lent:
                names = ", ".join(sorted(known - {item.slug})) or "none"
                message = f"builds on {item.base!r}, which is not there (there are: {names})"
                found.append(error("base.unknown", f"{field}/{item.slug}/base", message))
        elif chain(item.slug)[0].base in known:
            message = f"builds on {item.base!r}, which builds on {item.slug!r} again or on another circle"
            found.append(error("base.circle", f"{field}/{item.slug}/base", message))
    return found


def _variant(document: d.CharacterDocument) -> list[Problem]:
    if document.base is None:
        if not document.cleared:
            return []
        message = f"clears {', '.join(document.cleared)}, but only a variant has something to clear"
        return [error("cleared.base", "cleared", message)]
    found = reference_problems("base", document.base)
    if document.base.asset == document.slug:
        found.append(error("base.itself", "base", f"{document.slug!r} cannot be a variant of itself"))
    found += _known_slots("cleared", document.cleared)
    for slot in document.cleared:
        if slot in d.SLOTS and getattr(document.appearance, slot):
            found.append(error("cleared.full", "cleared", f"{slot} is cleared, but it has tags"))
    return found


def _known_slots(field: str, slots: d.Tags) -> list[Problem]:
    found = [
        error("slot.unknown", field, f"{slot[:40]!r} is no slot; known: {', '.join(d.SLOTS)}")
        for slot in slots
        if slot not in d.SLOTS
    ]
    return found + _once(field, slots)


def _once(field: str, values: Sequence[str]) -> list[Problem]:
    if len(set(values)) == len(values):
        return []
    twice = sorted({value for value in values if values.count(value) > 1})
    return [error("value.twice", field, f"{value!r} stands there {values.count(value)} times") for value in twice]


def _number(field: str, values: Sequence[object], limit: int) -> list[Problem]:
    if len(values) <= limit:
        return []
    return [error("values.too_many", field, f"there are {len(values)}, at most {limit} are allowed")]


def _aliases(document: d.CharacterDocument) -> list[Problem]:
    if not document.aliases:
        return []
    found = _number("aliases", document.aliases, ALIASES_LIMIT) + _once("aliases", document.aliases)
    for number, alias in enumerate(document.aliases, start=1):
        found += text.text_problems(f"aliases/{number}", alias, limit=text.NAME_LIMIT, required=True)
    return found


def _palette(document: d.CharacterDocument) -> list[Problem]:
    if not document.palette:
        return []
    found = _number("palette", document.palette, PALETTE_LIMIT)
    found += _once("palette", [colour.name for colour in document.palette])
    for number, colour in enumerate(document.palette, start=1):
        field = f"palette/{number}"
        found += text.text_problems(f"{field}/name", colour.name, limit=COLOUR_NAME_LIMIT, required=True)
        if not _HEX.fullmatch(colour.hex):
            message = f"{colour.hex[:40]!r} must have the form #39c5bb: # and six hex digits, 0-9 and a-f"
            found.append(error("colour.hex", f"{field}/hex", message))
    return found


def _art(document: d.CharacterDocument) -> list[Problem]:
    if not document.art:
        return []
    found = _number("art", document.art, ART_LIMIT) + _once("art", [item.sha256 for item in document.art])
    for number, item in enumerate(document.art, start=1):
        if not _SHA256.fullmatch(item.sha256):
            message = f"{item.sha256[:40]!r} must be a SHA-256 digest: 64 hex digits, 0-9 and a-f"
            found.append(error("art.sha256", f"art/{number}", message))
        found += text.text_problems(f"art/{number}/caption", item.caption, limit=text.NAME_LIMIT)
    return found


def _unique(field: str, slugs: Iterable[str]) -> list[Problem]:
    slugs = list(slugs)
    if len(slugs) > VARIANTS_LIMIT:
        return [error("variants.too_many", field, f"there are {len(slugs)}, at most {VARIANTS_LIMIT} are allowed")]
    return [
        error("slug.twice", field, f"{slug!r} stands there {slugs.count(slug)} times")
        for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1})
    ]


def _looks(document: d.CharacterDocument) -> list[Problem]:
    found = _unique("looks", (look.slug for look in document.looks))
    for look in document.looks:
        field = f"looks/{look.slug}"
        found += text.slug_problems(f"{field}/slug", look.slug)
        found += text.text_problems(f"{field}/name", look.name, limit=text.NAME_LIMIT, required=True)
        if not look.overrides and not look.base:
            found.append(error("look.empty", field, "changes nothing; fill at least one slot"))
        found += _overrides(field, look.overrides)
    return found


def _expressions(document: d.CharacterDocument) -> list[Problem]:
    found = _unique("expressions", (item.slug for item in document.expressions))
    for item in document.expressions:
        field = f"expressions/{item.slug}"
        found += text.slug_problems(f"{field}/slug", item.slug)
        found += text.text_problems(f"{field}/name", item.name, limit=text.NAME_LIMIT, required=True)
        found += text.tags_problems(f"{field}/tags", item.tags, required=not item.base and not item.overrides)
        found += _overrides(field, item.overrides)
    return found


def _overrides(field: str, overrides: tuple[tuple[str, d.Tags], ...]) -> list[Problem]:
    found: list[Problem] = []
    for slot, tags in overrides:
        found += text.tags_problems(f"{field}/{slot}", tags)
    if overrides:
        found += _known_slots(field, tuple(slot for slot, _tags in overrides))
    return found
