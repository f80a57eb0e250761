"""Colour families: ``blue_hair`` or ``dark_red_school_uniform`` is a colour and a noun, and is listed nowhere.

A noun is whatever a row ``*_noun`` names, and every tag of clothing and accessories.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ip_library.core.vocabularies.entries import COLOUR, STAR, Entry

MODIFIERS: Final = ("light", "dark", "pale", "pastel", "deep", "bright", "vivid")
WORN: Final = frozenset({"clothing", "accessories"})
_COLOUR_WORDS: Final = 2  # sky_blue


@dataclass(frozen=True, slots=True)
class Member:
    """A tag of a family, taken apart. ``base`` is the row it belongs to: ``*_hair`` or ``school_uniform``."""

    modifier: str
    colour: str
    base: str

    @property
    def tag(self) -> str:
        """The canonical spelling."""
        noun = self.base.removeprefix(STAR)
        return "_".join(word for word in (self.modifier, self.colour, noun) if word)


@dataclass(frozen=True, slots=True)
class Families:
    """The colours and the nouns they may precede.

    ``colours`` and ``nouns`` lead from every spelling to the canonical one; ``starred`` are the nouns of ``*_`` rows.
    """

    colours: Mapping[str, str] = field(default_factory=dict)
    nouns: Mapping[str, str] = field(default_factory=dict)
    starred: tuple[str, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Families":
        """Collect the colours and nouns of a vocabulary."""
        colours: dict[str, str] = {}
        nouns: dict[str, str] = {}
        starred: list[str] = []
        for entry in entries:
            spellings = (entry.tag, *entry.aliases)
            if entry.slot == COLOUR:
                colours.update(dict.fromkeys(spellings, entry.tag))
            elif entry.tag.startswith(STAR):
                nouns.update((spelling.removeprefix(STAR), entry.tag) for spelling in spellings)
                starred.append(entry.tag.removeprefix(STAR))
            elif entry.slot in WORN:
                for spelling in spellings:
                    nouns.setdefault(spelling, entry.tag)
        return cls(colours, nouns, tuple(starred))

    def member(self, tag: str) -> Member | None:
        """Take a tag apart, or return None when it is no colour with a noun. ``tag`` is spelled."""
        modifier, head, rest = self.split_colour(tag)
        base = self.nouns.get(rest) if head else None
        return Member(modifier, head, base) if base else None

    def spellings(self, tag: str) -> Iterator[str]:
        """Yield every spelling of a member: each word for its colour with each word for its noun."""
        member = self.member(tag)
        if member is None:
            return
        heads = [word for word, colour in self.colours.items() if colour == member.colour]
        for noun, base in self.nouns.items():
            if base == member.base:
                noun = noun.removeprefix(STAR)
                yield from ("_".join(filter(None, (member.modifier, head, noun))) for head in heads)

    def split_colour(self, tag: str) -> tuple[str, str, str]:
        """Split ``dark_blue_skirt`` into modifier, canonical colour and the rest; without a colour all is rest."""
        words = tag.split("_")
        start = 1 if words[0] in MODIFIERS and len(words) > 1 else 0
        for length in range(_COLOUR_WORDS, 0, -1):
            colour = self.colours.get("_".join(words[start : start + length]))
            if colour:
                return "_".join(words[:start]), colour, "_".join(words[start + length :])
        return "", "", tag

    def beginning(self, prefix: str) -> Iterator[str]:
        """Yield the family tags that begin with ``prefix``, noun by noun.

        ``blu`` gives ``blue_hair``, ``blue_eyes`` ...; ``red_sch`` gives ``red_school_uniform``.
        """
        modifier = next((word for word in MODIFIERS if prefix.startswith(f"{word}_")), "")
        said = prefix.removeprefix(f"{modifier}_") if modifier else prefix
        bases = dict.fromkeys((*(f"{STAR}{noun}" for noun in self.starred), *self.nouns.values()))
        words = dict.fromkeys(self.colours.values()) | dict.fromkeys(self.colours)  # `grey` before its alias `gray`
        openings = [(f"{word}_", self.colours[word]) for word in words]
        openings = [(opening, colour) for opening, colour in openings if said and _agree(opening, said)]
        for base in bases:
            noun = base.removeprefix(STAR)
            for opening, colour in openings:
                if noun.startswith(said[len(opening) :]):
                    yield Member(modifier, colour, base).tag

    def coloured(self, noun: str) -> Iterator[str]:
        """Yield every colour of the ``*_`` nouns that begin with ``noun``."""
        for starred in self.starred:
            if starred.startswith(noun):
                for colour in dict.fromkeys(self.colours.values()):
                    yield f"{colour}_{starred}"


def _agree(one: str, two: str) -> bool:
    """Tell whether one of two texts begins with the other."""
    return one.startswith(two) or two.startswith(one)
