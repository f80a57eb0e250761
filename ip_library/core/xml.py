"""The only door for XML from outside: bytes in, a small harmless tree or one clear refusal out.

Nothing here opens a file or a socket. Every limit is checked while the bytes stream in, so a hostile document
costs no more than its first offending part.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from ip_library.core import text as rules
from ip_library.core.errors import InvalidDocumentError, XmlRefusedError
from ip_library.core.prompt import GENERAL_TAGS, Block, Element, Prompt
from ip_library.core.schema import dialect_of, line_of, prompt_problems

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 32
MAX_ELEMENTS: Final = 5_000
MAX_ATTRIBUTES: Final = 64
MAX_NAMESPACES: Final = 8
PROMPT_ROOT: Final = "prompt"

_FEED: Final = 4096
_PARSER: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "recover": False,
    "decompress": False,
}
_EVENTS: Final = ("start", "end", "start-ns", "comment", "pi")
_REFUSED_NAMESPACES: Final = {
    "http://www.w3.org/2001/XInclude": "XInclude",
    "http://www.w3.org/2003/XInclude": "XInclude",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:*",
}
_MARKUP_SPACE: Final = frozenset("\t\n\r")
_BOMS: Final = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32"))
_DECLARED: Final = re.compile(r"""<\?xml\b[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']""")
_DECLARATION: Final = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_CDATA: Final = "<![CDATA["
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)[^;\s<]{0,20};?")
_ENTITY_LIKE: Final = re.compile(r"&[^;\s<]{0,20};?|<!\[CDATA\[")
_WRAPPER: Final = re.compile(rf"</?{PROMPT_ROOT}[\s/>]")
_OTHER_ROOT: Final = re.compile(r"\s*<(image|img|document|root|prompts)[\s/>]", re.IGNORECASE)
_BLANK_IN_NAME: Final = re.compile(r"<character[ -]([0-9]{1,3})>")
_UNCLOSED: Final = re.compile(
    r"(?:Opening and ending tag mismatch: |Premature end of data in tag )(\S+) line (\d+)(?: and (\S+))?"
)
_POSITION_TAIL: Final = re.compile(r",? line \d+(?:, column \d+)?$")
_MESSAGE_LIMIT: Final = 160


def parse(data: bytes) -> etree._Element:
    """Return the root of an XML document that keeps every limit of this module.

    At most 256 KiB of UTF-8, 32 levels, 5,000 elements, 64 attributes on one element and 8 namespaces; no
    document type, entity, comment, processing instruction, XInclude, ``xsi:`` or invisible character.

    Raises:
        XmlRefusedError: names what was found, the limit and, where known, the line.
    """
    text = _decode(data)
    root = _build((data,))
    if "&#" in text:
        _refuse_hidden_references(root)
    return root


def parse_prompt(data: bytes) -> Prompt:
    """Read a prompt file, which has no root element, and recognise its dialect.

    Raises:
        XmlRefusedError: the bytes are not XML that Settei reads, or hold what would reach the model as text.
        InvalidDocumentError: the blocks or elements break the schema of the dialect.
    """
    root = prompt_tree(data)
    dialect = dialect_of(root)
    if problems := prompt_problems(root, dialect or GENERAL_TAGS):
        raise InvalidDocumentError("prompt", problems)
    return prompt_of(root, dialect or GENERAL_TAGS)


def prompt_tree(data: bytes) -> etree._Element:
    """Return the blocks of a prompt file below a root of our own; line numbers stay those of the file.

    Raises:
        XmlRefusedError: as ``parse``, and for a declaration, an own root, an entity or a CDATA section.
    """
    text = _decode(data)
    if text.startswith("<?xml"):
        raise XmlRefusedError(
            "a prompt file reaches the model as it is and holds blocks only; remove the line <?xml ...?>",
            line=1,
        )
    if found := _WRAPPER.search(text) or _OTHER_ROOT.match(text):
        name = found.group().strip(" \t\r\n<>/")
        raise XmlRefusedError(
            f"a prompt file has no root element; remove <{name}> and </{name}> around the blocks",
            line=_line(text, found.end() - 1),
        )
    if found := _BLANK_IN_NAME.search(text):
        raise XmlRefusedError(
            f"{found.group()} is no element name; write <character_{found.group(1)}>",
            line=_line(text, found.start()),
        )
    if found := _ENTITY_LIKE.search(text):
        raise XmlRefusedError(
            f"{found.group()!r} would reach the model as text; a prompt holds no '&' and no CDATA section",
            line=_line(text, found.start()),
        )
    return _build((f"<{PROMPT_ROOT}>".encode(), data, f"</{PROMPT_ROOT}>".encode()))


def prompt_of(root: etree._Element, dialect: str) -> Prompt:
    """Return the tree of a prompt as a value; what the schema refuses is left out."""
    return Prompt(dialect, tuple(_block(block) for block in root))


def _block(block: etree._Element) -> Block:
    elements = tuple(Element(str(item.tag), (item.text or "").strip()) for item in block)
    return Block(str(block.tag), elements, text="" if elements else (block.text or "").strip())


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise XmlRefusedError(f"it has {len(data):,} bytes, at most {MAX_BYTES:,} are allowed")
    if not data.strip():
        raise XmlRefusedError("it is empty")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            raise XmlRefusedError(f"it is {encoding}, only UTF-8 is read; save it as UTF-8", line=1)
    if data.startswith(b"\xef\xbb\xbf"):
        raise XmlRefusedError("it starts with a byte order mark; save it as UTF-8 without BOM", line=1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise XmlRefusedError(
            f"byte {data[failure.start]:#04x} at offset {failure.start} is not UTF-8",
            line=data.count(b"\n", 0, failure.start) + 1,
        ) from None
    _refuse_invisible(text)
    declared = _DECLARED.match(text)
    if declared and declared.group(1).lower() not in {"utf-8", "utf8"}:
        raise XmlRefusedError(f"it declares the encoding {declared.group(1)[:40]!r}, only UTF-8 is read", line=1)
    if found := _DECLARATION.search(text):
        raise XmlRefusedError(
            f"{found.group()} is refused; a document declares no type and no entities",
            line=_line(text, found.start()),
        )
    if _CDATA not in text and (found := _ENTITY.search(text)):  # in CDATA an '&' is text; there the parser decides
        raise XmlRefusedError(
            f"{found.group()!r} is refused; known are only &amp; &lt; &gt; &quot; &apos; and numbers",
            line=_line(text, found.start()),
        )
    return text


def _refuse_invisible(text: str) -> None:
    distinct = "".join(sorted(set(text) - _MARKUP_SPACE))
    if found := rules.invisible(distinct):
        raise XmlRefusedError(
            f"it holds the invisible character {rules.name_of(found)}", line=_line(text, text.index(found))
        )


def _refuse_hidden_references(root: etree._Element) -> None:
    """Look for invisible characters that were written as numbers, such as ``&#x202e;``."""
    for element in root.iter():
        for value in (element.text, element.tail, *element.attrib.values()):
            distinct = "".join(sorted(set(str(value or "")) - _MARKUP_SPACE))
            if found := rules.invisible(distinct):
                raise XmlRefusedError(
                    f"a reference such as &#8206; makes the invisible character {rules.name_of(found)}",
                    line=line_of(element),
                )


def _build(parts: tuple[bytes, ...]) -> etree._Element:
    parser = etree.XMLPullParser(events=_EVENTS, **_PARSER)
    guard = _Guard()
    try:
        for chunk in _chunks(parts):
            parser.feed(chunk)
            guard.check(parser.read_events())
        root: etree._Element = parser.close()
    except etree.XMLSyntaxError as failure:
        guard.check(parser.read_events())
        raise _readable(failure) from None
    guard.check(parser.read_events())
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or next(root.iter(etree.Entity), None) is not None:
        raise XmlRefusedError("a document type or an entity is refused")
    return root


def _chunks(parts: tuple[bytes, ...]) -> Iterator[bytes]:
    for part in parts:
        for start in range(0, len(part), _FEED):
            yield part[start : start + _FEED]


class _Guard:
    """Count what streams by and stop at the first limit that is passed."""

    __slots__ = ("depth", "elements", "namespaces")

    def __init__(self) -> None:
        self.depth = self.elements = self.namespaces = 0

    def check(self, events: Iterator[tuple[str, Any]]) -> None:
        """Check a batch of parser events."""
        for event, item in events:
            match event:
                case "start":
                    self._start(item)
                case "end":
                    self.depth -= 1
                case "start-ns":
                    self._namespace(*item)
                case "comment":
                    raise XmlRefusedError("comments are refused", line=line_of(item))
                case _:
                    raise XmlRefusedError(
                        f"the processing instruction <?{item.target[:40]} is refused", line=line_of(item)
                    )

    def _start(self, element: etree._Element) -> None:
        self.depth += 1
        self.elements += 1
        counts = (
            (self.depth, MAX_DEPTH, "levels of elements"),
            (self.elements, MAX_ELEMENTS, "elements"),
            (len(element.attrib), MAX_ATTRIBUTES, "attributes on one element"),
        )
        for value, limit, what in counts:
            if value > limit:
                raise XmlRefusedError(
                    f"it has {value:,} or more {what}, at most {limit:,} are allowed", line=line_of(element)
                )

    def _namespace(self, prefix: str, uri: str) -> None:
        self.namespaces += 1
        if self.namespaces > MAX_NAMESPACES:
            raise XmlRefusedError(
                f"it declares {self.namespaces} or more namespaces, at most {MAX_NAMESPACES} are allowed"
            )
        if uri in _REFUSED_NAMESPACES:
            raise XmlRefusedError(f"{_REFUSED_NAMESPACES[uri]} is refused; a document stands by itself")


def _readable(failure: etree.XMLSyntaxError) -> XmlRefusedError:
    """Turn the parser's complaint into one sentence about the document."""
    line = failure.lineno or None
    reason = _POSITION_TAIL.sub("", failure.msg or "not well-formed")[:_MESSAGE_LIMIT]
    if found := _UNCLOSED.match(reason):
        name, opened, other = found.groups()
        closer = "is never closed" if other in {None, PROMPT_ROOT} else f"is closed by </{other}>"
        return XmlRefusedError(f"<{name}>, opened on line {opened}, {closer}", line=line)
    if reason.startswith("StartTag: invalid element name"):
        return XmlRefusedError("a '<' stands there that starts no element; text holds no '<'", line=line)
    if reason == "no element found":
        return XmlRefusedError("it is not well-formed: it ends too early or uses an unknown entity")
    return XmlRefusedError(f"it is not well-formed: {reason}", line=line)
