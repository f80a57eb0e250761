"""Compare two documents by field and tag, as a person reads them, not as lines of XML."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ip_library.core import documents as d
from ip_library.core.canonical import format_decimal
from ip_library.core.prompt import join_tags, split_tags

ChangeKind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: in which field, and what stood and stands there. ``moved`` is the same tags in another order."""

    field: str
    kind: ChangeKind
    before: str
    after: str

    def __str__(self) -> str:
        match self.kind:
            case "added":
                return f"{self.field}: + {self.after}"
            case "removed":
                return f"{self.field}: - {self.before}"
            case _:
                return f"{self.field}: {self.before} -> {self.after}"


def diff_documents(before: d.Document | None, after: d.Document | None) -> list[Change]:
    """Return what changed from one document to another; a missing one is empty."""
    old = dict(_fields(before)) if before else {}
    new = dict(_fields(after)) if after else {}
    changes: list[Change] = []
    for field in [*old, *(name for name in new if name not in old)]:
        changes += _compare(field, old.get(field, ""), new.get(field, ""))
    return changes


def parts_of(document: d.Document) -> list[tuple[str, str]]:
    """Return every tag and every other value of a document with its field, in the order in which people read it."""
    return [
        (field, part)
        for field, value in _fields(document)
        for part in (value if isinstance(value, tuple) else (value,))
        if part
    ]


def _compare(field: str, old: str | d.Tags, new: str | d.Tags) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, tuple) or isinstance(new, tuple):
        old = old if isinstance(old, tuple) else split_tags(old)
        new = new if isinstance(new, tuple) else split_tags(new)
        for tag in old:
            if tag not in new:
                yield Change(field, "removed", tag, "")
        for tag in new:
            if tag not in old:
                yield Change(field, "added", "", tag)
        kept = tuple(tag for tag in old if tag in new)
        order = tuple(tag for tag in new if tag in old)
        if kept != order:
            yield Change(field, "moved", join_tags(kept), join_tags(order))
    elif not old:
        yield Change(field, "added", "", new)
    elif not new:
        yield Change(field, "removed", old, "")
    else:
        yield Change(field, "changed", old, new)


def _fields(document: d.Document) -> Iterator[tuple[str, str | d.Tags]]:
    match document:
        case d.CharacterDocument():
            yield from _character(document)
        case d.SceneDocument():
            yield "name", document.name
            for slot in d.SCENE_SLOTS:
                yield slot, getattr(document, slot)
        case d.ShotDocument():
            yield from _shot(document)
    yield "notes", document.notes


def _character(document: d.CharacterDocument) -> Iterator[tuple[str, str | d.Tags]]:
    yield "name", document.name
    yield "prompt_name", document.prompt_name
    yield "gender", document.gender
    for slot in d.SLOTS:
        yield slot, getattr(document.appearance, slot)
    for look in document.looks:
        yield f"looks/{look.slug}/name", look.name
        for slot, tags in look.overrides:
            yield f"looks/{look.slug}/{slot}", tags or "(nothing)"
    for item in document.expressions:
        yield f"expressions/{item.slug}/name", item.name
        yield f"expressions/{item.slug}/tags", item.tags


def _shot(document: d.ShotDocument) -> Iterator[tuple[str, str | d.Tags]]:
    yield "title", document.title
    if document.scene:
        yield "scene", _reference(document.scene)
    for number, member in enumerate(document.cast, start=1):
        field = f"cast/{number}"
        position = member.position
        yield f"{field}/character", _reference(member.character)
        yield f"{field}/look", member.look
        yield f"{field}/expression", member.expression
        yield f"{field}/pose", member.pose
        yield f"{field}/position", f"x {format_decimal(position.x)}, y {format_decimal(position.y)}"
        yield f"{field}/scale", "" if position.scale == 1 else format_decimal(position.scale)
    yield "negative", document.negative


def _reference(reference: d.Reference) -> str:
    number = f" v{reference.version:03d}" if reference.version is not None else ""
    return f"{reference.asset}{number}{f' ({reference.follow})' if reference.follow else ' (pinned)'}"
