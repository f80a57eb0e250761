"""The rows of a vocabulary: one tag with its slot, its other spellings, what it excludes, and how people say it.

A CSV file with the columns ``tag,slot,aliases,contradicts,words``; the last three hold lists separated by ``|``.
``*_hair`` stands for every colour of hair; the rows of slot ``colour`` say which colours there are.
"""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ip_library.core import text
from ip_library.core.problems import Problem, error

COLOUR: Final = "colour"
SLOTS: Final = (
    COLOUR, "hair", "eyes", "face", "body", "clothing", "accessories", "expression", "pose", "interaction", "camera",
    "background", "environment", "lighting", "atmosphere", "objects", "style", "quality", "count", "negative",
)  # fmt: skip
COLUMNS: Final = ("tag", "slot", "aliases", "contradicts", "words")
STAR: Final = "*_"
MAX_ROWS: Final = 20_000
MAX_CHARACTERS: Final = 4_000_000
MAX_PROBLEMS: Final = 100
_LIST_LIMIT: Final = 64
_PHRASE_LIMIT: Final = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a canonical tag. ``words`` are phrases of plain language that suggest it."""

    tag: str
    slot: str
    aliases: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def spelled(tag: str) -> str:
    """Return a tag as a vocabulary spells it: lower case, underscores for blanks, parentheses not escaped."""
    return "_".join(tag.replace("\\", "").lower().split())


def read_entries(
    source: str, *, beside: Sequence[Entry] = (), known: Collection[str] = ()
) -> tuple[list[Entry], list[Problem]]:
    """Read the rows of a CSV file; a row with a problem is left out, the others are returned.

    At most 20,000 rows and 4 million characters. Every message begins with the number of the line; at most 100
    problems are listed. ``beside`` are rows that stay where the file has none of their tag; contradictions may name
    their tags, and those ``known`` from elsewhere.
    """
    if len(source) > MAX_CHARACTERS:
        message = f"the file has {len(source):,} characters, at most {MAX_CHARACTERS:,} are allowed"
        return [], [error("vocabulary.size", "", message)]
    problems: list[Problem] = []
    entries = _resolved(list(_rows(source.removeprefix("\ufeff"), problems)), problems, beside, known)
    rest = len(problems) - MAX_PROBLEMS
    if rest > 0:
        problems = [*problems[:MAX_PROBLEMS], error("vocabulary.more", "", f"{rest} more problems are not listed")]
    return entries, problems


def _rows(source: str, problems: list[Problem]) -> Iterator[tuple[int, Entry]]:
    """Yield ``(line, entry)`` of every row that is sound by itself."""
    reader = csv.reader(io.StringIO(source, newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            message = f"row 1: the columns are {','.join(header)[:80]!r}, they must be {','.join(COLUMNS)!r}"
            problems.append(error("vocabulary.header", "", message))
            return
        for number, row in enumerate(reader, start=1):
            if number > MAX_ROWS:
                message = f"row {reader.line_num}: more than {MAX_ROWS:,} rows are not read"
                problems.append(error("vocabulary.size", "", message))
                return
            if len(row) != len(COLUMNS):
                message = f"row {reader.line_num}: has {len(row)} columns, it must have {len(COLUMNS)}"
                problems.append(error("vocabulary.columns", "", message))
                continue
            entry = Entry(row[0], row[1], *(tuple(cell.split("|")) if cell else () for cell in row[2:]))
            found = [_at(reader.line_num, problem) for problem in _entry_problems(entry)]
            problems.extend(found)
            if not found:
                yield reader.line_num, entry
    except csv.Error as failure:
        problems.append(error("vocabulary.csv", "", f"row {reader.line_num}: no CSV: {failure}"))


def _at(line: int, problem: Problem) -> Problem:
    """Return the problem with the number of its line before the message."""
    return Problem(problem.code, problem.severity, problem.field, f"row {line}: {problem.message}", problem.fix)


def _entry_problems(entry: Entry) -> Iterator[Problem]:
    """Check what can be said of one row alone."""
    if entry.slot not in SLOTS:
        yield error("vocabulary.slot", "slot", f"{entry.slot[:40]!r} is no slot; known: {', '.join(SLOTS)}")
    yield from _spelling("tag", entry.tag)
    for column in ("aliases", "contradicts", "words"):
        values: tuple[str, ...] = getattr(entry, column)
        if len(values) > _LIST_LIMIT:
            yield error("vocabulary.list", column, f"has {len(values)} values, at most {_LIST_LIMIT} are allowed")
        elif twice := sorted({value for value in values if values.count(value) > 1}):
            yield error("vocabulary.twice", column, f"{twice[0]!r} stands there twice")
    for column, tags in (("aliases", entry.aliases), ("contradicts", entry.contradicts)):
        for tag in tags:
            yield from _spelling(column, tag)
    for alias in entry.aliases:
        if alias.startswith(STAR) != entry.tag.startswith(STAR):
            yield error("vocabulary.alias", "aliases", f"{alias!r} and {entry.tag!r}: both begin with *_ or none does")
    for phrase in entry.words:
        if not phrase.strip() or len(phrase) > _PHRASE_LIMIT or text.invisible(phrase):
            message = f"{phrase[:40]!r} must be 1 to {_PHRASE_LIMIT} visible characters"
            yield error("vocabulary.words", "words", message)


def _spelling(column: str, tag: str) -> Iterator[Problem]:
    """Check that a tag may stand in a document and is spelled as a vocabulary spells it."""
    if problem := text.tag_problem(column, tag):
        yield problem
    elif tag != spelled(tag):
        yield error("vocabulary.spelling", column, f"{tag!r} must be spelled {spelled(tag)!r}", spelled(tag))
    elif "*" in tag.removeprefix(STAR):
        yield error("vocabulary.spelling", column, f"{tag!r}: a * may stand only before an underscore at the beginning")


def _resolved(
    rows: list[tuple[int, Entry]], problems: list[Problem], beside: Sequence[Entry], known: Collection[str]
) -> list[Entry]:
    """Check the rows against each other: each tag and alias once, contradictions with tags that exist."""
    tags = {(entry.slot == COLOUR, entry.tag): line for line, entry in reversed(rows)}
    staying = [entry for entry in beside if (entry.slot == COLOUR, entry.tag) not in tags]
    others = {(entry.slot == COLOUR, entry.tag) for entry in staying}
    outside = {*known, *(tag for colour, tag in others if not colour)}
    aliases = {(entry.slot == COLOUR, alias): entry.tag for entry in staying for alias in entry.aliases}
    sound: list[Entry] = []
    for line, entry in rows:
        colour = entry.slot == COLOUR  # a colour is no tag by itself: `orange` may be both
        found: list[Problem] = []
        if (first := tags[colour, entry.tag]) != line:
            found.append(error("vocabulary.duplicate", "tag", f"{entry.tag!r} stands in row {first} already"))
        if other := aliases.get((colour, entry.tag)):
            found.append(error("vocabulary.alias", "tag", f"{entry.tag!r} is an alias of {other!r} already"))
        for alias in entry.aliases:
            if (colour, alias) in tags:
                message = f"{alias!r} is a tag itself, in row {tags[colour, alias]}"
                found.append(error("vocabulary.alias", "aliases", message))
            elif (colour, alias) in others:
                found.append(error("vocabulary.alias", "aliases", f"{alias!r} is a tag of the project already"))
            elif other := aliases.get((colour, alias)):
                found.append(error("vocabulary.alias", "aliases", f"{alias!r} is an alias of {other!r} already"))
        for tag in entry.contradicts:
            if (False, tag) not in tags and tag not in outside:
                found.append(error("vocabulary.contradiction", "contradicts", f"{tag!r} is no tag of this vocabulary"))
        problems.extend(_at(line, problem) for problem in found)
        if not found:
            aliases.update(((colour, alias), entry.tag) for alias in entry.aliases)
            sound.append(entry)
    names = {*outside, *(entry.tag for entry in sound)}
    return [
        entry
        if names.issuperset(entry.contradicts)
        else Entry(entry.tag, entry.slot, entry.aliases, tuple(t for t in entry.contradicts if t in names), entry.words)
        for entry in sound
    ]
