"""What search reads of a document: all its tags with their fields, and all its words as one folded text."""

import unicodedata
from collections.abc import Iterator

from ip_library.core import documents as d
from ip_library.core.tag_fields import tag_fields
from ip_library.core.vocabularies.entries import spelled


def fold(text: str) -> str:
    """Return text as it is compared: NFKC and case-folded, so that ＭＩＫＵ, Miku and miku are one word."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def tags_of(document: d.Document) -> Iterator[tuple[str, str]]:
    """Yield ``(field, tag)`` of every tag of a document; the tags are spelled as a vocabulary spells them."""
    for field, tags in tag_fields(document):
        for tag in tags:
            yield field, spelled(tag)


def text_of(document: d.Document) -> str:
    """Return all words of a document, folded, one value a line; also before the first and behind the last.

    So a value that is the whole of what was searched for can be told from one that merely holds it. Tags stand there
    with underscores and with blanks.
    """
    values = [*_words(document), document.notes]
    for _, tag in tags_of(document):
        values += [tag, tag.replace("_", " ")]
    lines = dict.fromkeys(fold(" ".join(line.split())) for value in values for line in value.split("\n"))
    return "\n" + "".join(f"{line}\n" for line in lines if line)


def name_of(document: d.Document) -> str:
    """Return what people call an asset: its name, or a shot's title; without one its slug or code."""
    return (document.title if isinstance(document, d.ShotDocument) else document.name) or document.asset


def _words(document: d.Document) -> Iterator[str]:
    yield document.asset
    yield name_of(document)
    match document:
        case d.CharacterDocument():
            yield document.prompt_name
            yield from document.aliases
            yield from (text for look in document.looks for text in (look.slug, look.name))
            yield from (text for item in document.expressions for text in (item.slug, item.name))
            for colour in document.palette:
                yield colour.name
                yield colour.hex
            for art in document.art:
                yield art.caption
        case d.ShotDocument():
            yield document.action
            for line in document.dialogue:
                yield line.voice
                yield line.text
