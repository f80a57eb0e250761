"""Read looser prompt text than a prompt file may hold, as people paste it from elsewhere.

Taken off or put right: a byte order mark, code fences, a leading system prompt, an XML declaration, one root element
(``<image>``, ``<img>``, ``<document>``), names such as ``<character 1>`` or ``<Scene>``, and the order of blocks and
elements. What a dialect does not know is set aside by name, never dropped unseen. After that the text goes through the
one safe parser like any other; it opens nothing and every rule and limit of it holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from ip_library.core.errors import InvalidDocumentError, XmlRefusedError
from ip_library.core.problems import error
from ip_library.core.prompt import GENERAL_TAGS, MAX_CHARACTERS, NEGATIVE_BLOCK, SCENE, Prompt, split_tags
from ip_library.core.schema import dialect_of, prompt_problems
from ip_library.core.xml import MAX_BYTES, prompt_of, prompt_tree

EXTRAS_LIMIT: Final = 100
EXTRA_TEXT_LIMIT: Final = 1000

_PROMPT_START: Final = re.compile(r"<\s?prompt[ _-]start\s?>", re.IGNORECASE)
_FENCE: Final = re.compile(r"^```[A-Za-z]{0,10}[ \t]*$", re.MULTILINE)
_XML_LINE: Final = re.compile(r"<\?xml [^<>]{0,100}\?>")
_ROOT: Final = re.compile(r"<(image|img|document|prompt|prompts|root)(?: [^<>]{0,200})?>", re.IGNORECASE)
_NAME: Final = re.compile(r"<(/?)[ ]?([A-Za-z][A-Za-z0-9_]{0,30})(?:[ -]?([0-9]{1,3}))?[ ]?>")
_FIRST_BLOCK: Final = re.compile(r"<[A-Za-z]")

_BLOCKS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    SCENE: {"scene": ("background", "lighting")},
    GENERAL_TAGS: {
        "general_tags": (
            "count", "artists", "style", "background", "environment", "perspective", "atmosphere", "lighting",
            "quality", "objects", "other",
        ),
        "caption": (),
    },
}  # fmt: skip
_CHARACTER: Final[Mapping[str, tuple[str, ...]]] = {
    SCENE: ("n", "gender", "appearance", "pose", "position"),
    GENERAL_TAGS: ("n", "gender", "appearance", "clothing", "expression", "action", "interaction", "position"),
}


@dataclass(frozen=True, slots=True)
class Normalised:
    """A prompt that was read from loose text.

    ``extras`` are elements that its dialect does not know, by path; ``preface`` is what stood before the first block;
    ``negative`` the tags of a ``danbooru_tags`` block that stood beside the others.
    """

    prompt: Prompt
    extras: tuple[tuple[str, str], ...]
    preface: str
    negative: tuple[str, ...]


def normalise_prompt(data: bytes) -> Normalised:
    """Read a prompt of either dialect from loose text of at most 256 KiB.

    Raises:
        XmlRefusedError: the bytes are not XML that Settei reads, even after all that may be put right.
        InvalidDocumentError: the blocks break the schema of the dialect.
    """
    preface, text = _plain_text(data)
    root = prompt_tree(text.encode())
    extras: list[tuple[str, str]] = []
    negative: tuple[str, ...] = ()
    dialect = dialect_of(root)
    if dialect is None:
        known = "<character_1>, <scene>, <general_tags>"
        raise InvalidDocumentError("prompt", [error("prompt.empty", "", f"holds no block that is known: {known}")])
    if len(root) > 1:
        negative = _take_negative(root)
    blocks = [*(f"character_{number}" for number in range(1, MAX_CHARACTERS + 1)), *_BLOCKS[dialect]]
    if [str(block.tag) for block in root] != [NEGATIVE_BLOCK]:
        _sort(root, tuple(blocks), "", extras)
    for block in root:
        name = str(block.tag)
        inner = _CHARACTER[dialect] if name.startswith("character_") else _BLOCKS[dialect].get(name, ())
        if inner:
            _sort(block, inner, f"{name}/", extras)
        _on_one_line(block)
    if problems := prompt_problems(root, dialect):
        raise InvalidDocumentError("prompt", problems)
    return Normalised(prompt_of(root, dialect), tuple(extras[:EXTRAS_LIMIT]), preface, negative)


def read_negative(data: bytes) -> tuple[str, ...]:
    """Read a negative prompt: a ``danbooru_tags`` block, or plain tags as web UIs write them.

    Raises:
        XmlRefusedError: it is neither text nor XML that Settei reads.
        InvalidDocumentError: it holds other blocks, or none.
    """
    preface, text = _plain_text(data)
    if not _NAME.search(text):  # no element: <lora:name:1> is none
        return _bare_tags(data.removeprefix(b"\xef\xbb\xbf").decode())
    root = prompt_tree(text.encode())
    if other := [str(block.tag)[:60] for block in root if block.tag != NEGATIVE_BLOCK]:
        message = f"is no block of a negative prompt, which holds <{NEGATIVE_BLOCK}> alone"
        raise InvalidDocumentError("negative prompt", [error("prompt.negative", other[0], message)])
    if problems := prompt_problems(root, GENERAL_TAGS):
        raise InvalidDocumentError("negative prompt", problems)
    return tuple(dict.fromkeys((*_bare_tags(preface), *_bare_tags(", ".join(_take_negative(root))))))


def _bare_tags(text: str) -> tuple[str, ...]:
    """Split tags as a model reads them: with brackets escaped, perhaps over several lines."""
    words = " ".join(text.split()).replace("\\(", "(").replace("\\)", ")")
    return tuple(dict.fromkeys(split_tags(words)))


def _plain_text(data: bytes) -> tuple[str, str]:
    """Return what stands before the prompt, and the prompt as strict prompt text, as far as signs can make it so."""
    if len(data) > MAX_BYTES:
        raise XmlRefusedError(f"it has {len(data):,} bytes, at most {MAX_BYTES:,} are allowed")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as failure:
        raise XmlRefusedError(
            f"byte {data[failure.start]:#04x} at offset {failure.start} is not UTF-8",
            line=data.count(b"\n", 0, failure.start) + 1,
        ) from None
    text = _FENCE.sub("", text.replace("\r\n", "\n"))
    preface = ""
    if started := _PROMPT_START.search(text):
        preface, text = text[: started.start()], text[started.end() :]
    text = _XML_LINE.sub("", text, count=1)
    if (first := _FIRST_BLOCK.search(text)) and first.start():
        if "<" in text[: first.start()]:  # a declaration or a comment: the parser says what is wrong with it
            return preface.strip(), text
        preface, text = f"{preface}\n{text[: first.start()]}", text[first.start() :]
    text = _without_root(text.strip())
    return preface.strip()[:EXTRA_TEXT_LIMIT], _NAME.sub(_name, text)


def _without_root(text: str) -> str:
    """Take one root element off, where it opens and closes the whole text."""
    opened = _ROOT.match(text)
    if opened and text[-40:].casefold().rstrip().endswith(f"</{opened[1].casefold()}>"):
        return text[opened.end() : text.rindex("</")].strip()
    return text


def _name(found: re.Match[str]) -> str:
    """Write an element's name as the dialects do: ``<Character 1>`` is ``<character_1>``."""
    slash, name, number = found.groups()
    name = name.lower()
    if number is None and (ends := re.fullmatch(r"(character)_?([0-9]{1,3})", name)):
        name, number = ends.groups()
    return f"<{slash}{name.rstrip('_')}_{number}>" if number is not None else f"<{slash}{name}>"


def _take_negative(root: etree._Element) -> tuple[str, ...]:
    found: list[str] = []
    for block in root.findall(NEGATIVE_BLOCK):
        found += split_tags(" ".join((block.text or "").split()))
        _remove(block)
    return tuple(dict.fromkeys(found))


def _sort(parent: etree._Element, order: tuple[str, ...], where: str, extras: list[tuple[str, str]]) -> None:
    """Put the children into the dialect's order; those that it does not know are set aside."""
    for child in list(parent):
        if str(child.tag) not in order:
            words = " ".join(" ".join(str(part) for part in child.itertext()).split())
            extras.append((f"{where}{str(child.tag)[:60]}", words[:EXTRA_TEXT_LIMIT]))
            _remove(child)
    children: list[Any] = sorted(parent, key=lambda child: order.index(str(child.tag)))
    if children != list(parent):
        tails = [child.tail for child in parent]
        parent[:] = children
        for child, tail in zip(parent, tails, strict=True):
            child.tail = tail


def _remove(child: etree._Element) -> None:
    """Remove an element, but not the text that follows it: that is for the rules to judge."""
    parent, before, tail = child.getparent(), child.getprevious(), child.tail or ""
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(child)


def _on_one_line(block: etree._Element) -> None:
    for element in (block, *block):
        if element.text and not len(element):
            element.text = " ".join(element.text.split())
