"""The canonical form of a document: XML with one tag a line, the same bytes for the same document, and back.

Elements stand in a fixed order and are left out when they are empty, so that a new optional element changes the
bytes of no document that does not use it. These bytes are what is committed; every sha depends on them.
"""

import hashlib
from decimal import Decimal
from typing import Final

from lxml import etree

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.problems import error
from ip_library.core.reader import READERS
from ip_library.core.schema import schema_problems
from ip_library.core.xml import parse

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def to_xml(document: d.Document) -> bytes:
    """Return the canonical bytes of a document: UTF-8, LF, two-space indent, one final LF."""
    match document:
        case d.CharacterDocument():
            root = _character(document)
        case d.ShotDocument():
            root = _shot(document)
        case d.PoseDocument() | d.PropDocument():
            root = _start(document)
            _tags(root, document.tags)
            _leaf(root, "notes", document.notes)
        case d.SceneDocument():
            root = _slots(document, d.SCENE_SLOTS)
        case d.StyleDocument():
            root = _slots(document, d.STYLE_SLOTS)
    etree.indent(root, space="  ")
    return _DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def format_decimal(value: Decimal) -> str:
    """Write a number of a position: plain, no needless zeros, at least one decimal (``0.5``, ``1.0``)."""
    text = f"{abs(value) if value == 0 else value:f}"  # minus nought is nought
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def from_xml(data: bytes) -> d.Document:
    """Read a document from XML of any source.

    Raises:
        XmlRefusedError: the bytes are not XML that Settei reads.
        InvalidDocumentError: the XML breaks the schema of its kind.
    """
    root = parse(data)
    kind = str(root.tag)
    if kind not in READERS:
        raise InvalidDocumentError(
            "document",
            [error("xml.root", "", f"the root is <{kind[:60]}>, it must be one of {', '.join(READERS)}")],
        )
    if problems := schema_problems(root, kind):
        raise InvalidDocumentError(kind, problems)
    return READERS[kind](root)


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, name).text = text


def _tags(parent: etree._Element, tags: d.Tags) -> None:
    for tag in tags:
        etree.SubElement(parent, "tag").text = tag


def _slot(parent: etree._Element, name: str, tags: d.Tags) -> None:
    if tags:
        _tags(etree.SubElement(parent, name), tags)


def _start(
    document: d.CharacterDocument | d.SceneDocument | d.PoseDocument | d.PropDocument | d.StyleDocument,
) -> etree._Element:
    root = etree.Element(document.kind, {"format": "1", "slug": document.slug})
    _leaf(root, "name", document.name)
    return root


def _slots(document: d.SceneDocument | d.StyleDocument, slots: d.Tags) -> etree._Element:
    root = _start(document)
    for slot in slots:
        _slot(root, slot, getattr(document, slot))
    _leaf(root, "notes", document.notes)
    return root


def _character(document: d.CharacterDocument) -> etree._Element:
    root = _start(document)
    _leaf(root, "prompt_name", document.prompt_name)
    for alias in document.aliases:
        _leaf(root, "alias", alias)
    if document.base is not None:
        etree.SubElement(root, "base", _reference(document.base))
    _leaf(root, "gender", document.gender)
    appearance = etree.SubElement(root, "appearance")
    for slot in d.SLOTS:
        if tags := getattr(document.appearance, slot):
            _tags(etree.SubElement(appearance, slot), tags)
        elif slot in document.cleared:
            etree.SubElement(appearance, slot)
    if document.locked:
        locked = etree.SubElement(root, "locked")
        for slot in d.SLOTS:
            if slot in document.locked:
                etree.SubElement(locked, "slot").text = slot
    if document.palette:
        palette = etree.SubElement(root, "palette")
        for colour in document.palette:
            etree.SubElement(palette, "colour", {"name": colour.name, "hex": colour.hex})
    for art in document.art:
        etree.SubElement(root, "art", _said(sha256=art.sha256, caption=art.caption))
    for look in document.looks:
        element = etree.SubElement(root, "look", _said(slug=look.slug, base=look.base))
        _leaf(element, "name", look.name)
        _overrides(element, look.overrides)
    for expression in document.expressions:
        element = etree.SubElement(root, "expression", _said(slug=expression.slug, base=expression.base))
        _leaf(element, "name", expression.name)
        _tags(element, expression.tags)
        if expression.overrides:
            _overrides(etree.SubElement(element, "overrides"), expression.overrides)
    _leaf(root, "notes", document.notes)
    return root


def _overrides(parent: etree._Element, overrides: tuple[tuple[str, d.Tags], ...]) -> None:
    named = dict(overrides)
    for slot in d.SLOTS:
        if slot in named:
            _tags(etree.SubElement(parent, slot), named[slot])


def _said(**attributes: str) -> dict[str, str]:
    """Return only the attributes that say something."""
    return {name: value for name, value in attributes.items() if value}


def _reference(reference: d.Reference) -> dict[str, str]:
    attributes = {"slug": reference.asset}
    if reference.follow:
        attributes["follow"] = reference.follow
    if reference.version is not None:
        attributes["version"] = f"v{reference.version:03d}"
    if reference.sha256:
        attributes["sha256"] = reference.sha256
    return attributes


def _shot(document: d.ShotDocument) -> etree._Element:
    root = etree.Element(d.SHOT, {"format": "1", "code": document.code})
    _leaf(root, "title", document.title)
    if document.scene is not None:
        etree.SubElement(root, "scene", _reference(document.scene))
    if document.style is not None:
        etree.SubElement(root, "style", _reference(document.style))
    if document.size or document.angle:
        etree.SubElement(root, "camera", _said(size=document.size, angle=document.angle))
    for member in document.cast:
        _member(root, member)
    for use in document.props:
        held = {"member": str(use.member)} if use.member else {}
        etree.SubElement(root, "prop", _reference(use.prop) | held)
    for item in document.interactions:
        who = {"actor": str(item.actor), "partner": str(item.partner)}
        _tags(etree.SubElement(root, "interaction", who), item.tags)
    _slot(root, "negative", document.negative)
    _leaf(root, "action", document.action)
    if document.dialogue:
        dialogue = etree.SubElement(root, "dialogue")
        for line in document.dialogue:
            said = _said(speaker=str(line.speaker or ""), voice=line.voice)
            etree.SubElement(dialogue, "line", said).text = line.text
    if document.duration is not None:
        lasts = {"seconds": str(document.duration.seconds), "frames": str(document.duration.frames)}
        etree.SubElement(root, "duration", lasts)
    _leaf(root, "notes", document.notes)
    return root


def _member(parent: etree._Element, member: d.CastMember) -> None:
    element = etree.SubElement(parent, "member")
    etree.SubElement(element, "character", _reference(member.character))
    _leaf(element, "look", member.look)
    _leaf(element, "expression", member.expression)
    if member.preset is not None:
        etree.SubElement(element, "preset", _reference(member.preset))
    _slot(element, "pose", member.pose)
    position = {"x": format_decimal(member.position.x), "y": format_decimal(member.position.y)}
    if member.position.scale != 1:
        position["scale"] = format_decimal(member.position.scale)
    etree.SubElement(element, "position", position)
