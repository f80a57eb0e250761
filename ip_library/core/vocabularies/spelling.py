"""Completion while typing, and the nearest spellings of a tag that is not known."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from ip_library.core.vocabularies.entries import COLOUR, STAR, Entry
from ip_library.core.vocabularies.families import Families

_CANDIDATES: Final = 24
_ALIKE: Final = 0.72
_INSIDE_FROM: Final = 3  # letters from which a match in the middle of a word is worth showing


@dataclass(frozen=True, slots=True)
class Spellings:
    """Every spelling of a vocabulary as ``(spelling, canonical tag)``, canonical ones first."""

    known: tuple[tuple[str, str], ...] = ()
    pairs: tuple[frozenset[str], ...] = field(default=(), repr=False)
    families: Families = field(default_factory=Families)

    @classmethod
    def of(cls, entries: Iterable[Entry], families: Families) -> "Spellings":
        """Collect the spellings; colours and ``*_`` rows are no tags by themselves."""
        rows = [entry for entry in entries if entry.slot != COLOUR and not entry.tag.startswith(STAR)]
        known = [(entry.tag, entry.tag) for entry in rows]
        known += [(alias, entry.tag) for entry in rows for alias in entry.aliases]
        return cls(tuple(known), tuple(_pairs(spelling) for spelling, _ in known), families)

    def complete(self, prefix: str) -> Iterator[str]:
        """Yield the tags that a beginning may become, best first, some of them twice. ``prefix`` is spelled.

        The tag itself, then what begins with the prefix (coloured tags last), then tags one of whose words does, then
        every colour of a noun that does, then tags that hold it anywhere; in each group canonical spellings come
        before aliases.
        """
        whole, begins, inside, anywhere = [], [], [], []
        for spelling, tag in self.known:
            if spelling == prefix:
                whole.append(tag)
            elif spelling.startswith(prefix):
                begins.append(tag)
            elif f"_{prefix}" in spelling or f"-{prefix}" in spelling:
                inside.append(tag)
            elif len(prefix) >= _INSIDE_FROM and prefix in spelling:
                anywhere.append(tag)
        yield from whole
        yield from begins
        yield from self.families.beginning(prefix)
        yield from inside
        if prefix:
            yield from self.families.coloured(prefix)
        yield from anywhere

    def nearest(self, tag: str, limit: int) -> tuple[str, ...]:
        """Return the canonical tags that are spelled most alike, best first. ``tag`` is spelled."""
        wanted = _pairs(tag)
        alike = ((len(wanted & pairs) / (len(wanted | pairs) or 1), at) for at, pairs in enumerate(self.pairs))
        scored = [self.known[at] for share, at in heapq.nlargest(_CANDIDATES, alike) if share]
        scored += [(member, member) for member in self._near_members(tag)]
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(tag)
        best: dict[str, float] = {}
        for spelling, canonical in scored:
            matcher.set_seq1(spelling)
            best[canonical] = max(best.get(canonical, 0.0), matcher.ratio())
        ranked = sorted((-ratio, canonical) for canonical, ratio in best.items() if ratio >= _ALIKE)
        return tuple(canonical for _, canonical in ranked[:limit])

    def _near_members(self, tag: str) -> Iterator[str]:
        """Yield family tags of which one half is right: ``bleu_hair``, ``red_skrit``."""
        words = tag.split("_")
        for at in range(1, len(words)):
            head, noun = "_".join(words[:at]), "_".join(words[at:])
            if base := self.families.nouns.get(noun):
                for colour in get_close_matches(head, self.families.colours, n=2, cutoff=_ALIKE):
                    yield f"{self.families.colours[colour]}_{base.removeprefix(STAR)}"
        _, colour, noun = self.families.split_colour(tag)
        if colour and noun:
            wanted = _pairs(noun)
            for near in get_close_matches(noun, [item for item in self.families.nouns if _pairs(item) & wanted], n=2):
                opening = tag.removesuffix(noun)
                yield f"{opening}{self.families.nouns[near].removeprefix(STAR)}"


def _pairs(spelling: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters, with the ends marked."""
    marked = f"^{spelling}$"
    return frozenset(marked[at : at + 2] for at in range(len(marked) - 1))
