"""What inherits from what: a variant from its base character, a look and an expression from others of their kind."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ip_library.core import documents as d

_Variant = TypeVar("_Variant", d.LookDocument, d.ExpressionDocument)
_Named = TypeVar("_Named", d.LookDocument, d.ExpressionDocument, d.Colour, d.Art)


def effective(document: d.CharacterDocument, base: d.CharacterDocument | None) -> d.CharacterDocument:
    """Return a character with everything that it inherits, and no base any more.

    ``base`` is the base as it is in effect itself, or nothing. A slot that is empty and not cleared is the base's;
    looks, expressions, colours and art of the base stand first, those of the same name are replaced; locks add up.
    To the model a variant is called what its base is called, unless it says otherwise.
    """
    if base is None:
        return document if document.base is None and not document.cleared else replace(document, base=None, cleared=())
    own = document.appearance
    return replace(
        document,
        appearance=d.Appearance(
            *(
                getattr(own, slot) or (() if slot in document.cleared else getattr(base.appearance, slot))
                for slot in d.SLOTS
            )
        ),
        looks=_joined("slug", base.looks, document.looks),
        expressions=_joined("slug", base.expressions, document.expressions),
        prompt_name=document.prompt_name or base.name_in_prompt,
        base=None,
        cleared=(),
        locked=tuple(slot for slot in d.SLOTS if slot in document.locked or slot in base.locked),
        palette=_joined("name", base.palette, document.palette),
        art=_joined("sha256", base.art, document.art),
    )


def appearance_in(character: d.CharacterDocument, look: str, expression: str) -> d.Appearance:
    """Return what an effective character looks like in a look and with an expression (slugs, or empty)."""
    appearance = character.appearance
    if look:
        for worn in look_chain(character, look):
            appearance = worn.dress(appearance)
    if expression:
        for face in expression_chain(character, expression):
            appearance = face.dress(appearance)
    return appearance


def expression_tags(character: d.CharacterDocument, slug: str) -> d.Tags:
    """Return the tags of an expression of an effective character: its own, else those of what it builds on."""
    faces = expression_chain(character, slug) if slug else ()
    return next((face.tags for face in reversed(faces) if face.tags), ())


def look_chain(character: d.CharacterDocument, slug: str) -> tuple[d.LookDocument, ...]:
    """Return a look and what it builds on, the first base first; empty when there is no such look."""
    return _chain(character.looks, slug)


def expression_chain(character: d.CharacterDocument, slug: str) -> tuple[d.ExpressionDocument, ...]:
    """Return an expression and what it builds on, the first base first; empty when there is no such expression."""
    return _chain(character.expressions, slug)


def _chain(variants: Iterable[_Variant], slug: str) -> tuple[_Variant, ...]:
    known = {variant.slug: variant for variant in variants}
    found: dict[str, _Variant] = {}
    while slug in known and slug not in found:  # a circle ends where it closes; validate.py refuses it
        found[slug] = known[slug]
        slug = known[slug].base
    return tuple(reversed(found.values()))


def _joined(name: str, inherited: Iterable[_Named], own: Iterable[_Named]) -> tuple[_Named, ...]:
    items = {getattr(item, name): item for item in inherited}
    items.update((getattr(item, name), item) for item in own)
    return tuple(items.values())
