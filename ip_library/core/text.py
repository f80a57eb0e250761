"""Rules for text: which characters a name, a note, a tag and a slug may hold.

Values that reach a prompt never hold ``<``, ``>`` or ``&``: an entity such as ``&amp;`` would reach the model
as text. Invisible characters are refused everywhere, because two names that look alike must be alike.
"""

import re
import unicodedata
from typing import Final

from ip_library.core.problems import Problem, error

NAME_LIMIT: Final = 120
NOTES_LIMIT: Final = 4000
TAG_LIMIT: Final = 64
TAGS_LIMIT: Final = 48

_PLAIN_TAG: Final = re.compile(
    rf"[A-Za-z0-9_:;!?'*/+^~.()-]{{1,{TAG_LIMIT}}}"
)  # nearly every tag: nothing to look into
SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DEVICE_NAMES: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10)))
)
_UNSEEN: Final = frozenset(
    "\u2028\u2029"  # line and paragraph separator
    "\u034f\u115f\u1160\u3164\uffa0\u2800"  # joiner, Hangul fillers, blank Braille: letters that show nothing
    "\u180b\u180c\u180d"  # Mongolian variation selectors
) | {chr(code) for code in range(0xFDD0, 0xFDF0)}  # noncharacters
_FORBIDDEN_IN_TAGS: Final = frozenset('<>&,"\\')


def normalise(text: str) -> str:
    """Return text as it is stored: NFC, LF line ends, no blanks at the ends. For forms and imports."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def invisible(text: str, *, multiline: bool = False) -> str:
    """Return the first character that people cannot see, or an empty string.

    Invisible are control, format (bidirectional, zero-width, tag) and surrogate characters, line and paragraph
    separators, fillers and noncharacters; with ``multiline`` a line feed is allowed. Variation selectors are seen: they
    choose between forms of a Han character in people's names.
    """
    if text.isascii() and text.isprintable():
        return ""
    for character in text:
        if character == "\n" and multiline:
            continue
        category = unicodedata.category(character)
        if category in {"Cc", "Cf", "Cs"} or character in _UNSEEN or ord(character) & 0xFFFE == 0xFFFE:
            return character
    return ""


def name_of(character: str) -> str:
    """Name a character for a message, for example ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def text_problems(
    field: str, text: str, *, limit: int, required: bool = False, multiline: bool = False
) -> list[Problem]:
    """Check a name or a note of at most ``limit`` characters."""
    if not text:
        return [error("text.empty", field, "must not be empty")] if required else []
    if len(text) > limit:
        return [error("text.too_long", field, f"has {len(text)} characters, at most {limit} are allowed")]
    if found := invisible(text, multiline=multiline):
        return [error("text.character", field, f"{text[:40]!r} holds the invisible character {name_of(found)}")]
    if text != normalise(text):
        return [error("text.form", field, f"{text[:40]!r} is not in NFC or has blanks at its ends")]
    return []


def tag_problem(field: str, tag: str) -> Problem | None:
    """Check one tag: what it may hold and its length."""
    if _PLAIN_TAG.fullmatch(tag):
        return None
    if not tag or tag != tag.strip():
        return error("tag.empty", field, f"{tag!r} is an empty tag or has blanks at its ends")
    if len(tag) > TAG_LIMIT:
        return error("tag.too_long", field, f"{tag[:40]!r} has {len(tag)} characters, at most {TAG_LIMIT} are allowed")
    if found := invisible(tag):
        return error("tag.character", field, f"{tag!r} holds the invisible character {name_of(found)}")
    bad = sorted(_FORBIDDEN_IN_TAGS.intersection(tag))
    if bad:
        return error("tag.character", field, f"{tag!r} holds {bad[0]!r}, which no tag may hold")
    if "  " in tag or tag != unicodedata.normalize("NFC", tag):
        return error("tag.form", field, f"{tag!r} holds two blanks in a row or is not in NFC")
    return None


def tags_problems(field: str, tags: tuple[str, ...], *, required: bool = False) -> list[Problem]:
    """Check a list of tags: each one, their number, and that none stands twice."""
    if not tags:
        return [error("tags.empty", field, "needs at least one tag")] if required else []
    if len(tags) > TAGS_LIMIT:
        return [error("tags.too_many", field, f"has {len(tags)} tags, at most {TAGS_LIMIT} are allowed")]
    found = [problem for tag in tags if (problem := tag_problem(field, tag))]
    twice = sorted({tag for tag in tags if tags.count(tag) > 1})
    found += [error("tag.twice", field, f"{tag!r} stands there {tags.count(tag)} times") for tag in twice]
    return found


def slug_problems(field: str, slug: str) -> list[Problem]:
    """Check a slug: lower-case ASCII letters, digits and hyphens, 1 to 63, no name that Windows reserves."""
    if not SLUG.fullmatch(slug):
        return [
            error(
                "slug.form",
                field,
                f"{slug[:80]!r} must be 1 to 63 lower-case letters a-z, digits or hyphens, with no hyphen at the ends",
            )
        ]
    if slug in _DEVICE_NAMES:
        return [error("slug.reserved", field, f"{slug!r} is a reserved device name")]
    return []
