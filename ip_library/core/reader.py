"""Read a document from a tree that its schema has accepted: the way back of ``canonical.py``."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from lxml import etree

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.problems import error


class _Parts:
    """The children of an element by name, looked up once: lxml's own search costs more than the rest of reading."""

    __slots__ = ("_found",)

    def __init__(self, element: etree._Element | None) -> None:
        self._found = {} if element is None else {child.tag: child for child in element}

    def get(self, name: str) -> etree._Element | None:
        return self._found.get(name)

    def text(self, name: str) -> str:
        found = self._found.get(name)
        return "" if found is None else found.text or ""

    def tags(self, name: str) -> d.Tags:
        found = self._found.get(name)
        return () if found is None else _tags(found)

    def reference(self, name: str) -> d.Reference | None:
        found = self._found.get(name)
        return None if found is None else _reference(found)

    def overrides(self) -> tuple[tuple[str, d.Tags], ...]:
        return tuple((slot, _tags(self._found[slot])) for slot in d.SLOTS if slot in self._found)


def _tags(element: etree._Element) -> d.Tags:
    return tuple(child.text or "" for child in element if child.tag == "tag")


def _reference(element: etree._Element) -> d.Reference:
    version = element.get("version")
    return d.Reference(
        asset=element.get("slug", ""),
        follow=element.get("follow", "" if version else d.LATEST),
        version=int(version.removeprefix("v")) if version else None,
        sha256=element.get("sha256", ""),
    )


def _look(element: etree._Element) -> d.LookDocument:
    parts = _Parts(element)
    return d.LookDocument(
        slug=element.get("slug", ""),
        name=parts.text("name"),
        overrides=parts.overrides(),
        base=element.get("base", ""),
    )


def _expression(element: etree._Element) -> d.ExpressionDocument:
    parts = _Parts(element)
    overrides = parts.get("overrides")
    return d.ExpressionDocument(
        slug=element.get("slug", ""),
        name=parts.text("name"),
        tags=_tags(element),
        overrides=() if overrides is None else _Parts(overrides).overrides(),
        base=element.get("base", ""),
    )


def _character(root: etree._Element) -> d.CharacterDocument:
    parts = _Parts(root)
    appearance = _Parts(parts.get("appearance"))
    slots = [appearance.tags(slot) for slot in d.SLOTS]
    locked, palette = parts.get("locked"), parts.get("palette")
    named = () if locked is None else {child.text for child in locked}
    return d.CharacterDocument(
        slug=root.get("slug", ""),
        name=parts.text("name"),
        gender=parts.text("gender"),
        appearance=d.Appearance(*slots),
        looks=tuple(_look(child) for child in root if child.tag == "look"),
        expressions=tuple(_expression(child) for child in root if child.tag == "expression"),
        prompt_name=parts.text("prompt_name"),
        notes=parts.text("notes"),
        base=parts.reference("base"),
        cleared=tuple(
            slot for slot, tags in zip(d.SLOTS, slots, strict=True) if not tags and appearance.get(slot) is not None
        ),
        locked=tuple(slot for slot in d.SLOTS if slot in named),
        aliases=() if parts.get("alias") is None else tuple(c.text or "" for c in root if c.tag == "alias"),
        palette=() if palette is None else tuple(d.Colour(c.get("name", ""), c.get("hex", "")) for c in palette),
        art=()
        if parts.get("art") is None
        else tuple(d.Art(c.get("sha256", ""), c.get("caption", "")) for c in root if c.tag == "art"),
    )


def _scene(root: etree._Element) -> d.SceneDocument:
    parts = _Parts(root)
    slots = {slot: parts.tags(slot) for slot in d.SCENE_SLOTS}
    return d.SceneDocument(slug=root.get("slug", ""), name=parts.text("name"), notes=parts.text("notes"), **slots)


def _style(root: etree._Element) -> d.StyleDocument:
    parts = _Parts(root)
    slots = {slot: parts.tags(slot) for slot in d.STYLE_SLOTS}
    return d.StyleDocument(slug=root.get("slug", ""), name=parts.text("name"), notes=parts.text("notes"), **slots)


def _pose(root: etree._Element) -> d.PoseDocument:
    parts = _Parts(root)
    return d.PoseDocument(root.get("slug", ""), parts.text("name"), _tags(root), parts.text("notes"))


def _prop(root: etree._Element) -> d.PropDocument:
    parts = _Parts(root)
    return d.PropDocument(root.get("slug", ""), parts.text("name"), _tags(root), parts.text("notes"))


def _decimal(field: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidDocumentError(d.SHOT, [error("position.number", field, f"{text[:20]!r} is no number")]) from None


def _member(number: int, element: etree._Element) -> d.CastMember:
    parts = _Parts(element)
    position, character = parts.get("position"), parts.get("character")
    if position is None or character is None:  # the schema has already refused this
        raise InvalidDocumentError(d.SHOT, [error("xml.schema", f"cast/{number}", "lacks character or position")])
    where = {
        axis: _decimal(f"cast/{number}/position/{axis}", position.get(axis, default))
        for axis, default in (("x", ""), ("y", ""), ("scale", "1"))
    }
    return d.CastMember(
        character=_reference(character),
        position=d.Position(**where),
        look=parts.text("look"),
        expression=parts.text("expression"),
        pose=parts.tags("pose"),
        preset=parts.reference("preset"),
    )


def _number(element: etree._Element, name: str) -> int:
    return int(element.get(name, "0"))


def _interaction(element: etree._Element) -> d.Interaction:
    return d.Interaction(_number(element, "actor"), _number(element, "partner"), _tags(element))


def _line(element: etree._Element) -> d.Line:
    return d.Line(_number(element, "speaker"), element.text or "", element.get("voice", ""))


def _shot(root: etree._Element) -> d.ShotDocument:
    parts = _Parts(root)
    members = (child for child in root if child.tag == "member")
    camera, dialogue, duration = parts.get("camera"), parts.get("dialogue"), parts.get("duration")
    return d.ShotDocument(
        code=root.get("code", ""),
        title=parts.text("title"),
        cast=tuple(_member(number, child) for number, child in enumerate(members, start=1)),
        scene=parts.reference("scene"),
        negative=parts.tags("negative"),
        notes=parts.text("notes"),
        style=parts.reference("style"),
        size="" if camera is None else camera.get("size", ""),
        angle="" if camera is None else camera.get("angle", ""),
        props=()
        if parts.get("prop") is None
        else tuple(d.PropUse(_reference(child), _number(child, "member")) for child in root if child.tag == "prop"),
        interactions=()
        if parts.get("interaction") is None
        else tuple(_interaction(child) for child in root if child.tag == "interaction"),
        action=parts.text("action"),
        dialogue=() if dialogue is None else tuple(_line(child) for child in dialogue),
        duration=None if duration is None else d.Duration(_number(duration, "seconds"), _number(duration, "frames")),
    )


READERS: Final[Mapping[str, Callable[[etree._Element], d.Document]]] = {
    d.CHARACTER: _character,
    d.SCENE: _scene,
    d.POSE: _pose,
    d.PROP: _prop,
    d.STYLE: _style,
    d.SHOT: _shot,
}
