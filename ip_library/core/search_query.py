"""What people type into search: words, and filters such as ``tag:blue_hair kind:shot status:wfa``.

A value with blanks stands in quotes (``tag:"blue hair"``), a ``-`` before a term asks for its opposite. An asset has
one kind, status, author and project: of several filters of these, any may hold; of all others, all must.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ip_library.core.documents import KINDS
from ip_library.core.errors import SearchQueryError
from ip_library.core.reviews import STATUSES
from ip_library.core.text import invisible, normalise

WORD: Final = "word"
KEYS: Final = {
    "tag": "a tag that stands in it: tag:blue_hair",
    "kind": f"one of {', '.join(KINDS)}",
    "status": f"of the newest version, one of {', '.join(STATUSES)}",
    "label": "a label that points to one of its versions: label:canon",
    "by": "who made the newest version: by:alice",
    "used": "what its draft uses: used:miku",
    "project": "in which project it is: project:sakura",
}
CHOICES: Final = {"kind": KINDS, "status": STATUSES}
ANY: Final = frozenset({"kind", "status", "by", "project"})
MAX_CHARACTERS: Final = 400
MAX_TERMS: Final = 16

_TERM: Final = re.compile(r'(?P<no>-?)(?:(?P<key>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))(?=\s|$)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked for; ``no`` asks for its opposite."""

    key: str
    value: str
    no: bool = False

    def __str__(self) -> str:
        plain = not re.search(r"\s", self.value) and (self.key != WORD or not re.search(r":|^-", self.value))
        value = self.value if plain else f'"{self.value}"'
        return f"{'-' if self.no else ''}{'' if self.key == WORD else f'{self.key}:'}{value}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; without terms it is everything."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def values(self, key: str, *, no: bool = False) -> tuple[str, ...]:
        """Return the values that a key has."""
        return tuple(term.value for term in self.terms if term.key == key and term.no is no)

    def without(self, term: Term) -> "Query":
        """Return the query without one of its terms."""
        return Query(tuple(other for other in self.terms if other != term))


def parse_query(text: str) -> Query:
    """Read what was typed.

    Raises:
        SearchQueryError: there is no such filter or value, or a quote is not closed; names what is known.
    """
    text = normalise(text)
    if len(text) > MAX_CHARACTERS:
        raise SearchQueryError(f"the search has {len(text)} characters, at most {MAX_CHARACTERS} are allowed")
    if invisible(text.replace("\t", " ").replace("\n", " ")):
        raise SearchQueryError("the search holds an invisible character; type it again")
    terms = tuple(dict.fromkeys(_terms(text)))
    if len(terms) > MAX_TERMS:
        raise SearchQueryError(f"the search has {len(terms)} terms, at most {MAX_TERMS} are allowed")
    return Query(terms)


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TERM.match(text, at)
        if found is None:
            raise SearchQueryError(f"{text[at : at + 40]!r}: a quote is not closed, or stands within a word")
        yield _term(found)
        at = found.end()


def _term(found: re.Match[str]) -> Term:
    key, value = found["key"], (found["plain"] or found["quoted"] or "").strip()
    no = bool(found["no"])
    if key is None:
        if not value:
            raise SearchQueryError(f"{found[0]!r}: there is nothing to look for")
        key = (found["plain"] or "").rpartition(":")[0].lower()
        if key in KEYS and value.endswith(":"):
            raise SearchQueryError(f"{key}: needs a value right behind it, {KEYS[key]}")
        return Term(WORD, value, no)
    key = key.lower()
    if key not in KEYS:
        known = ", ".join(f"{name}:" for name in KEYS)
        hint = f'there are {known}; a word with a colon stands in quotes: "{found[0][:40]}"'
        raise SearchQueryError(f"there is no filter {key[:40]!r}; {hint}")
    if not value:
        raise SearchQueryError(f"{key}: needs a value, {KEYS[key]}")
    value = value if key == "tag" else value.lower() if key in CHOICES else value
    if key in CHOICES and value not in CHOICES[key]:
        raise SearchQueryError(f"{key}:{value[:40]} is not known; {key}: is {KEYS[key]}")
    return Term(key, value, no)
