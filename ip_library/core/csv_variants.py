"""Looks and expressions as CSV: one row each, with the slug of the character that they belong to.

An empty cell of a slot leaves the character's tags as they are; a look that takes a slot's tags away names the slot
in ``cleared``. A column that a file does not have leaves what is there.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ip_library.core import documents as d
from ip_library.core.csv_sheets import COLUMNS, LOOK, Row, write_cells
from ip_library.core.problems import Problem, error
from ip_library.core.prompt import join_tags, split_tags

Variant = d.LookDocument | d.ExpressionDocument
_V = TypeVar("_V", d.LookDocument, d.ExpressionDocument)


def write_variants(kind: str, characters: Iterable[d.CharacterDocument]) -> str:
    """Write the looks or the expressions of characters as CSV; empty where there are none."""
    rows = [
        [_cell(character, item, column) for column in COLUMNS[kind]]
        for character in characters
        for item in (character.looks if kind == LOOK else character.expressions)
    ]
    return write_cells(kind, rows) if rows else ""


def with_variant(character: d.CharacterDocument, row: Row) -> tuple[d.CharacterDocument, list[Problem]]:
    """Return the character with the look or expression of a row: in its old place, or as the last one."""
    if unknown := [slot for slot in split_tags(row.cells.get("cleared", "")) if slot not in d.SLOTS]:
        message = f"{unknown[0][:40]!r} is none of {', '.join(d.SLOTS)}"
        return character, [error("csv.cleared", f"line {row.line}/cleared", message)]
    if row.kind == LOOK:
        look = character.look(row.asset) or d.LookDocument(row.asset, row.asset)
        look = replace(_named(look, row), overrides=_overrides(look, row))
        return replace(character, looks=_placed(character.looks, look)), []
    face = character.expression(row.asset) or d.ExpressionDocument(row.asset, row.asset, ())
    face = replace(_named(face, row), overrides=_overrides(face, row))
    if "tags" in row.cells:
        face = replace(face, tags=split_tags(row.cells["tags"]))
    return replace(character, expressions=_placed(character.expressions, face)), []


def _named(item: _V, row: Row) -> _V:
    return replace(item, name=row.cells.get("name", item.name), base=row.cells.get("base", item.base))


def _overrides(item: Variant, row: Row) -> tuple[tuple[str, d.Tags], ...]:
    slots = dict(item.overrides)
    if "cleared" in row.cells:
        named = split_tags(row.cells["cleared"])
        slots = {slot: tags for slot, tags in slots.items() if tags} | dict.fromkeys(named, ())
    for slot in d.SLOTS:
        if tags := split_tags(row.cells.get(slot, "")):
            slots[slot] = tags
        elif slot in row.cells and slots.get(slot):
            del slots[slot]
    return tuple((slot, slots[slot]) for slot in d.SLOTS if slot in slots)


def _placed(items: tuple[_V, ...], new: _V) -> tuple[_V, ...]:
    placed = [new if item.slug == new.slug else item for item in items]
    if new not in placed:
        placed.append(new)
    return tuple(placed)


def _cell(character: d.CharacterDocument, item: Variant, column: str) -> str:
    match column:
        case "character":
            return character.slug
        case "cleared":
            return join_tags(slot for slot, tags in item.overrides if not tags)
        case "slug" | "name" | "base":
            return str(getattr(item, column))
        case "tags":
            return join_tags(item.tags) if isinstance(item, d.ExpressionDocument) else ""
    return join_tags(dict(item.overrides).get(column, ()))
