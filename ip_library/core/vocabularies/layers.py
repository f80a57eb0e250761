"""A project's own rows on top of the rows it starts from, and rows written as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ip_library.core.vocabularies.entries import COLOUR, COLUMNS, Entry

Key = tuple[bool, str]


def key_of(entry: Entry) -> Key:
    """Return what is unique in a vocabulary: a colour is no tag by itself, ``orange`` may be both."""
    return entry.slot == COLOUR, entry.tag


def layered(base: Sequence[Entry], own: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return one vocabulary's rows: the own ones, then those of the base that they do not replace.

    An own row replaces the base's row of the same tag. A base tag that an own row names as its alias is an alias from
    then on; an alias of the base that is an own tag or alias belongs to the own row alone.
    """
    if not own:
        return tuple(base)
    tags = {key_of(entry) for entry in own}
    aliases = {(entry.slot == COLOUR, alias) for entry in own for alias in entry.aliases}
    taken = tags | aliases
    kept = []
    for entry in base:
        if key_of(entry) in taken:
            continue
        colour = entry.slot == COLOUR
        if any((colour, alias) in taken for alias in entry.aliases):
            entry = replace(entry, aliases=tuple(item for item in entry.aliases if (colour, item) not in taken))
        kept.append(entry)
    return (*own, *kept)


def write_csv(entries: Iterable[Entry]) -> str:
    """Return rows as a CSV file that ``read_csv`` reads back."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        lists = ("|".join(values) for values in (entry.aliases, entry.contradicts, entry.words))
        writer.writerow([entry.tag, entry.slot, *lists])
    return target.getvalue()
