"""Aliases and palettes as people type them into a character sheet: one a line."""

from collections.abc import Iterable

from ip_library.core.documents import Colour
from ip_library.core.text import normalise


def read_aliases(text: str) -> tuple[str, ...]:
    """Read names, one a line; empty lines are left out."""
    return tuple(name for line in text.splitlines() if (name := normalise(line)))


def write_aliases(aliases: Iterable[str]) -> str:
    """Write names, one a line."""
    return "\n".join(aliases)


def read_palette(text: str) -> tuple[Colour, ...]:
    """Read colours, one a line: ``hair #39c5bb``. What lacks a part is kept as it is, for the rules to judge."""
    return tuple(_colour(line) for line in read_aliases(text))


def write_palette(palette: Iterable[Colour]) -> str:
    """Write colours, one a line."""
    return "\n".join(f"{colour.name} {colour.hex}".strip() for colour in palette)


def _colour(line: str) -> Colour:
    words = line.split()
    if words[-1].startswith("#"):
        return Colour(" ".join(words[:-1]), words[-1].lower())
    return Colour(" ".join(words), "")
