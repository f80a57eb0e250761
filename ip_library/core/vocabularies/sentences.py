"""Finds the tags that a sentence speaks of: ``she just ran`` gives ``blush, sweat_drops, heavy_breathing``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ip_library.core.vocabularies.entries import COLOUR, SLOTS, STAR, Entry
from ip_library.core.vocabularies.families import MODIFIERS, Families, Member

_SILENT: Final = frozenset({COLOUR, "count", "negative", "quality"})
_CLAUSES: Final = re.compile(r"[,.;:!?()\"\n]+")
_WORD: Final = re.compile(r"[^\W_]+")
_NEGATIONS: Final = frozenset({"no", "not", "without", "never", "nor", "hardly"})
_JOINTS: Final = frozenset({"and", "but", "or", "with", "while"})
_UNSAID: Final = frozenset(["a", "an", "the", "her", "his", "their", "its", "my", "your", "our", "some"])
_SHORTEST_TAG: Final = 3
_SHORTEST_ALIAS: Final = 4  # `top`, `tie`, `run` mean too many things in a sentence
_LONGEST_NOUN: Final = 4

_Stems = tuple[str, ...]


def stems(phrase: str) -> _Stems:
    """Return the words of a phrase that tell something, without plural s and possessive 's; n't becomes not."""
    plain = phrase.lower().replace("’", "'").replace("_", " ").replace("n't", " not").replace("'s", "")
    return tuple(_stem(word) for word in _WORD.findall(plain) if word not in _UNSAID)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@dataclass(frozen=True, slots=True)
class Phrases:
    """What people say, by its stems, and the tags it suggests."""

    tags: Mapping[_Stems, tuple[str, ...]] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    families: Families = field(default_factory=Families)
    nouns: Mapping[_Stems, str] = field(default_factory=dict)
    modifiers: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[_Stems, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], families: Families) -> "Phrases":
        """Collect the phrases of a vocabulary: its words, its tags and its longer aliases."""
        tags: dict[_Stems, list[str]] = {}
        longest: dict[str, int] = {}
        for entry in sorted(entries, key=lambda entry: (SLOTS.index(entry.slot), entry.tag)):
            if entry.slot in _SILENT or entry.tag.startswith(STAR):
                continue
            for key in _keys(entry):
                tags.setdefault(key, []).append(entry.tag)
                longest[key[0]] = max(longest.get(key[0], 0), len(key))
        return cls(
            tags={key: tuple(dict.fromkeys(found)) for key, found in tags.items()},
            longest=longest,
            families=families,
            nouns={key: base for noun, base in reversed(tuple(families.nouns.items())) if (key := stems(noun))},
            modifiers={_stem(word): word for word in MODIFIERS},
            colours={key: colour for word, colour in families.colours.items() if (key := stems(word))},
        )

    def suggest(self, sentence: str) -> tuple[str, ...]:
        """Return the tags of a sentence in the order in which it speaks of them; what it denies is left out."""
        found: dict[str, None] = {}
        for clause in _CLAUSES.split(sentence):
            found.update(dict.fromkeys(self._clause(stems(clause))))
        return tuple(found)

    def _clause(self, words: _Stems) -> list[str]:
        coloured = list(self._coloured(words))
        spoken = [(start, tag) for start, _, _, tag in coloured]
        nouns = {at for _, noun, end, _ in coloured for at in range(noun, end)}
        # The colours are read over for the rest: `long dark blue hair` is long_hair too.
        read = {at for start, noun, _, _ in coloured for at in range(start, noun)}
        kept = [at for at in range(len(words)) if at not in read]
        at = 0
        while at < len(kept):
            length = self._longest_at(tuple(words[place] for place in kept[at:]))
            span = kept[at : at + length]
            if span and not nouns.issuperset(span) and not _denied(words, span[0]):
                key = tuple(words[place] for place in span)
                spoken += [(span[0], tag) for tag in self.tags[key]]
            at += max(1, length)
        return [tag for _, tag in sorted(spoken, key=lambda item: item[0])]

    def _longest_at(self, words: _Stems) -> int:
        """Return how many of the first words make the longest known phrase, 0 when none does."""
        most = min(self.longest.get(words[0], 0), len(words))
        return next((length for length in range(most, 0, -1) if words[:length] in self.tags), 0)

    def _coloured(self, words: _Stems) -> Iterator[tuple[int, int, int, str]]:
        """Yield ``(start, start of the noun, end, tag)`` of every colour with a noun behind it."""
        at = 0
        while at < len(words):
            found = self._coloured_at(words, at)
            if found and not _denied(words, at):
                yield at, *found
            at = found[1] if found else at + 1

    def _coloured_at(self, words: _Stems, at: int) -> tuple[int, int, str] | None:
        modifier = self.modifiers.get(words[at], "")
        start = at + bool(modifier)
        for noun in (start + 2, start + 1):
            colour = self.colours.get(words[start:noun])
            if colour is None:
                continue
            for end in range(min(len(words), noun + _LONGEST_NOUN), noun, -1):
                if base := self.nouns.get(words[noun:end]):
                    return noun, end, Member(modifier, colour, base).tag
        return None


def _keys(entry: Entry) -> Iterator[_Stems]:
    for phrase in entry.words:
        if key := stems(phrase):
            yield key
    for spelling, shortest in ((entry.tag, _SHORTEST_TAG), *((alias, _SHORTEST_ALIAS) for alias in entry.aliases)):
        key = stems(spelling)
        if key and sum(map(len, key)) >= min(shortest, len(spelling)) and len(spelling) >= shortest:
            yield key


def _denied(words: _Stems, at: int) -> bool:
    """Tell whether one of the two words before denies what follows: ``without a hat``."""
    for word in reversed(words[max(0, at - 2) : at]):
        if word in _JOINTS:
            return False
        if word in _NEGATIONS:
            return True
    return False
