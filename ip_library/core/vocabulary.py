"""The tag vocabulary of a project: canonical tags, their aliases, slots and contradictions.

A vocabulary is a frozen value, read from CSV (``vocabularies/entries.py`` has the format). Building one of 1,200 rows
takes some 20 ms; looking a tag up takes microseconds, so a vocabulary is built once and kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ip_library.core.problems import Problem
from ip_library.core.vocabularies.entries import COLOUR, SLOTS, STAR, Entry, read_entries, spelled
from ip_library.core.vocabularies.families import Families, Member
from ip_library.core.vocabularies.sentences import Phrases
from ip_library.core.vocabularies.spelling import Spellings

__all__ = ["SLOTS", "Entry", "Vocabulary", "read_csv", "spelled"]

COMPLETIONS: Final = 20
NEAREST: Final = 3
# Tags that say: here several colours are meant.
_SEVERAL_COLOURS: Final[Mapping[str, frozenset[str]]] = {
    "*_hair": frozenset(
        ["multicolored_hair", "two-tone_hair", "gradient_hair", "streaked_hair", "colored_inner_hair", "colored_tips"]
    ),
    "*_eyes": frozenset({"heterochromia", "multicolored_eyes"}),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Canonical tags and all that is known of them; two with the same rows are equal."""

    entries: tuple[Entry, ...] = ()
    _tags: Mapping[str, Entry] = field(init=False, repr=False, compare=False)
    _canonical: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _excluded: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _families: Families = field(init=False, repr=False, compare=False)
    _phrases: Phrases = field(init=False, repr=False, compare=False)
    _spellings: Spellings = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tags = {entry.tag: entry for entry in self.entries if entry.slot != COLOUR}
        canonical = {alias: entry.tag for entry in tags.values() for alias in entry.aliases}
        canonical.update((tag, tag) for tag in tags)
        excluded: dict[str, set[str]] = {}
        for entry in self.entries:
            for other in entry.contradicts:
                excluded.setdefault(entry.tag, set()).add(other)
                excluded.setdefault(other, set()).add(entry.tag)
        families = Families.of(self.entries)
        parts = {
            "_tags": tags,
            "_canonical": canonical,
            "_excluded": {tag: frozenset(others) for tag, others in excluded.items()},
            "_families": families,
            "_phrases": Phrases.of(self.entries, families),
            "_spellings": Spellings.of(self.entries, families),
        }
        for name, part in parts.items():
            object.__setattr__(self, name, part)

    def canonical(self, tag: str) -> str | None:
        """Return the canonical tag for any spelling of it, or None when the tag is not known.

        Case, blanks for underscores and escaped parentheses are read over; ``gray hair`` is ``grey_hair``.
        """
        spelling = spelled(tag)
        found = self._canonical.get(spelling)
        if found is not None and not found.startswith(STAR):
            return found
        member = self._families.member(spelling)
        return member.tag if member else None

    def slot_of(self, tag: str) -> str | None:
        """Return the slot of a tag in any spelling, or None when the tag is not known."""
        rows = self._rows(tag)
        return self._tags[rows[-1]].slot if rows else None

    def spellings(self, tag: str) -> tuple[str, ...]:
        """Return every spelling of a tag, the canonical one first; of a tag that is not known its own."""
        canonical = self.canonical(tag)
        if canonical is None:
            return (spelled(tag),)
        entry = self._tags.get(canonical)
        members = self._families.spellings(canonical)
        return tuple(dict.fromkeys((canonical, *(entry.aliases if entry else ()), *members)))

    def contradictions(self, tags: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the pairs of tags that cannot both be true, as they are written, in their order.

        Two colours of one thing contradict each other (``blue_hair``, ``red_hair``) where its ``*_`` row excludes
        itself and no tag such as ``gradient_hair`` or ``heterochromia`` says that several are meant.
        """
        written = tuple(dict.fromkeys(tags))
        canonical = [self.canonical(tag) for tag in written]
        present: dict[str, list[int]] = {}
        pairs: dict[tuple[int, int], None] = {}
        for at, tag in enumerate(written):
            rows = self._rows(tag)
            for row in rows:
                for other in self._excluded.get(row, ()):
                    for first in present.get(other, ()):
                        if row != other or self._differ(canonical[first], canonical[at], row, canonical):
                            pairs[first, at] = None
            for row in rows:
                present.setdefault(row, []).append(at)
        return tuple((written[first], written[second]) for first, second in sorted(pairs))

    def complete(self, prefix: str, *, slot: str | None = None, limit: int = COMPLETIONS) -> tuple[str, ...]:
        """Return the canonical tags that a beginning may become, best first, at most ``limit``; of one slot if given.

        An alias is shown as its canonical tag; a colour offers its families: ``blu`` gives ``blue_hair``.
        """
        found: dict[str, None] = {}
        for offered in self._spellings.complete(spelled(prefix)):
            if len(found) >= limit:
                break
            tag = self.canonical(offered) or offered
            if slot is None or self.slot_of(tag) == slot:
                found[tag] = None
        return tuple(found)

    def suggest(self, sentence: str) -> tuple[str, ...]:
        """Return the tags a sentence speaks of, in its order: ``just ran`` gives ``blush``, ``sweat_drops`` ..."""
        return self._phrases.suggest(sentence)

    def nearest(self, tag: str, *, limit: int = NEAREST) -> tuple[str, ...]:
        """Return the canonical tags spelled most like ``tag``, best first; empty when none is near."""
        return self._spellings.nearest(spelled(tag), limit)

    def _rows(self, tag: str) -> tuple[str, ...]:
        """Return the rows that speak of a tag: its own, or those of its family (the member's own name first)."""
        spelling = spelled(tag)
        found = self._canonical.get(spelling)
        if found is not None and not found.startswith(STAR):
            return (found,)
        member = self._families.member(spelling)
        return (member.base,) if member else ()

    def _differ(self, one: str | None, two: str | None, row: str, tags: Iterable[str | None]) -> bool:
        """Tell whether two members of a family have different colours and nothing says that several are meant."""
        first, second = (self._families.member(tag or "") for tag in (one, two))
        if not isinstance(first, Member) or not isinstance(second, Member) or first.colour == second.colour:
            return False
        return _SEVERAL_COLOURS.get(row, frozenset()).isdisjoint(tags)


def read_csv(
    text: str, *, beside: Sequence[Entry] = (), known: Collection[str] = ()
) -> tuple[Vocabulary, list[Problem]]:
    """Read a vocabulary from CSV with the columns ``tag,slot,aliases,contradicts,words``.

    Rows with a problem are left out; every message begins with its row. Contradictions hold both ways, whichever row
    states them. A vocabulary with problems is for looking at; refuse to store it. ``beside`` are rows that stay beside
    the file's, ``known`` further tags that contradictions may name.
    """
    entries, problems = read_entries(text, beside=beside, known=known)
    return Vocabulary(tuple(entries)), problems
