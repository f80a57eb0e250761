"""The canonical form of a document: XML with one tag a line, the same bytes for the same document, and back.

Elements stand in a fixed order and are left out when they are empty, so that a new optional element changes the
bytes of no document that does not use it. These bytes are what is committed; every sha depends on them.
"""

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from lxml import etree

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.problems import error
from ip_library.core.schema import schema_problems
from ip_library.core.xml import parse

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def to_xml(document: d.Document) -> bytes:
    """Return the canonical bytes of a document: UTF-8, LF, two-space indent, one final LF."""
    match document:
        case d.CharacterDocument():
            root = _character(document)
        case d.SceneDocument():
            root = _scene(document)
        case d.ShotDocument():
            root = _shot(document)
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
    readers: Mapping[str, Callable[[etree._Element], d.Document]] = {
        d.CHARACTER: _read_character,
        d.SCENE: _read_scene,
        d.SHOT: _read_shot,
    }
    kind = str(root.tag)
    if kind not in readers:
        raise InvalidDocumentError(
            "document",
            [error("xml.root", "", f"the root is <{kind}>, it must be one of {', '.join(readers)}")],
        )
    if problems := schema_problems(root, kind):
        raise InvalidDocumentError(kind, problems)
    return readers[kind](root)


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, name).text = text


def _tags(parent: etree._Element, tags: d.Tags) -> None:
    for tag in tags:
        etree.SubElement(parent, "tag").text = tag


def _slot(parent: etree._Element, name: str, tags: d.Tags) -> None:
    if tags:
        _tags(etree.SubElement(parent, name), tags)


def _character(document: d.CharacterDocument) -> etree._Element:
    root = etree.Element(d.CHARACTER, {"format": "1", "slug": document.slug})
    _leaf(root, "name", document.name)
    _leaf(root, "prompt_name", document.prompt_name)
    _leaf(root, "gender", document.gender)
    appearance = etree.SubElement(root, "appearance")
    for slot in d.SLOTS:
        _slot(appearance, slot, getattr(document.appearance, slot))
    for look in document.looks:
        element = etree.SubElement(root, "look", {"slug": look.slug})
        _leaf(element, "name", look.name)
        overrides = dict(look.overrides)
        for slot in d.SLOTS:
            if slot in overrides:
                _tags(etree.SubElement(element, slot), overrides[slot])
    for expression in document.expressions:
        element = etree.SubElement(root, "expression", {"slug": expression.slug})
        _leaf(element, "name", expression.name)
        _tags(element, expression.tags)
    _leaf(root, "notes", document.notes)
    return root


def _scene(document: d.SceneDocument) -> etree._Element:
    root = etree.Element(d.SCENE, {"format": "1", "slug": document.slug})
    _leaf(root, "name", document.name)
    for slot in d.SCENE_SLOTS:
        _slot(root, slot, getattr(document, slot))
    _leaf(root, "notes", document.notes)
    return root


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
    for member in document.cast:
        element = etree.SubElement(root, "member")
        etree.SubElement(element, "character", _reference(member.character))
        _leaf(element, "look", member.look)
        _leaf(element, "expression", member.expression)
        _slot(element, "pose", member.pose)
        position = {"x": format_decimal(member.position.x), "y": format_decimal(member.position.y)}
        if member.position.scale != 1:
            position["scale"] = format_decimal(member.position.scale)
        etree.SubElement(element, "position", position)
    _slot(root, "negative", document.negative)
    _leaf(root, "notes", document.notes)
    return root


class _Parts:
    """The children of an element by name, looked up once: lxml's own search costs more than the rest of reading."""

    def __init__(self, element: etree._Element | None) -> None:
        self._found = {} if element is None else {child.tag: child for child in element}

    def get(self, name: str) -> etree._Element | None:
        return self._found.get(name)

    def text(self, name: str) -> str:
        found = self._found.get(name)
        return "" if found is None else found.text or ""

    def tags(self, name: str) -> d.Tags:
        found = self._found.get(name)
        return () if found is None else _read_tags(found)


def _read_tags(element: etree._Element) -> d.Tags:
    return tuple(child.text or "" for child in element if child.tag == "tag")


def _read_look(element: etree._Element) -> d.LookDocument:
    parts = _Parts(element)
    overrides = tuple((slot, parts.tags(slot)) for slot in d.SLOTS if parts.get(slot) is not None)
    return d.LookDocument(slug=element.get("slug", ""), name=parts.text("name"), overrides=overrides)


def _read_expression(element: etree._Element) -> d.ExpressionDocument:
    return d.ExpressionDocument(element.get("slug", ""), _Parts(element).text("name"), _read_tags(element))


def _read_character(root: etree._Element) -> d.CharacterDocument:
    parts = _Parts(root)
    appearance = _Parts(parts.get("appearance"))
    return d.CharacterDocument(
        slug=root.get("slug", ""),
        name=parts.text("name"),
        gender=parts.text("gender"),
        appearance=d.Appearance(*(appearance.tags(slot) for slot in d.SLOTS)),
        looks=tuple(_read_look(child) for child in root if child.tag == "look"),
        expressions=tuple(_read_expression(child) for child in root if child.tag == "expression"),
        prompt_name=parts.text("prompt_name"),
        notes=parts.text("notes"),
    )


def _read_scene(root: etree._Element) -> d.SceneDocument:
    parts = _Parts(root)
    slots = {slot: parts.tags(slot) for slot in d.SCENE_SLOTS}
    return d.SceneDocument(slug=root.get("slug", ""), name=parts.text("name"), notes=parts.text("notes"), **slots)


def _read_reference(element: etree._Element) -> d.Reference:
    version = element.get("version")
    return d.Reference(
        asset=element.get("slug", ""),
        follow=element.get("follow", "" if version else d.LATEST),
        version=int(version.removeprefix("v")) if version else None,
        sha256=element.get("sha256", ""),
    )


def _read_decimal(field: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidDocumentError(d.SHOT, [error("position.number", field, f"{text[:20]!r} is no number")]) from None


def _read_member(number: int, element: etree._Element) -> d.CastMember:
    parts = _Parts(element)
    position, character = parts.get("position"), parts.get("character")
    if position is None or character is None:  # the schema has already refused this
        raise InvalidDocumentError(d.SHOT, [error("xml.schema", f"cast/{number}", "lacks character or position")])
    where = {
        axis: _read_decimal(f"cast/{number}/position/{axis}", position.get(axis, default))
        for axis, default in (("x", ""), ("y", ""), ("scale", "1"))
    }
    return d.CastMember(
        character=_read_reference(character),
        position=d.Position(**where),
        look=parts.text("look"),
        expression=parts.text("expression"),
        pose=parts.tags("pose"),
    )


def _read_shot(root: etree._Element) -> d.ShotDocument:
    parts = _Parts(root)
    members = (child for child in root if child.tag == "member")
    scene = parts.get("scene")
    return d.ShotDocument(
        code=root.get("code", ""),
        title=parts.text("title"),
        cast=tuple(_read_member(number, child) for number, child in enumerate(members, start=1)),
        scene=None if scene is None else _read_reference(scene),
        negative=parts.tags("negative"),
        notes=parts.text("notes"),
    )
