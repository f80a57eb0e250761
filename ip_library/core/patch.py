"""Apply changes to a document: the way back of ``diff.py``."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar, cast

from ip_library.core import documents as d
from ip_library.core.diff import Change
from ip_library.core.leaves import GROUPS, NOTHING, Item, Value, leaves_of, order_of

_Document = TypeVar("_Document", bound=d.Document)
_Leaves = Mapping[str, Value]
_MIDDLE = d.Position(Decimal("0.5"), Decimal("0.7"))


def apply_changes(document: _Document, changes: Iterable[Change]) -> _Document:
    """Return the document with the changes made.

    All that ``diff_documents(a, b)`` says, applied to ``a``, gives ``b``. Some of it, or applied to another document,
    gives what can be made of it: what is gone already is not taken away again, and what came stands where it stood.
    """
    leaves = dict(leaves_of(document))
    orders = {group: order_of(document, group) for group in GROUPS}
    for change in changes:
        if change.order:
            orders[change.field.partition("/")[0]] = change.order
        if change.field in GROUPS:
            continue
        if change.whole is not None:
            current = leaves.get(change.field, ())
            leaves[change.field] = _list(current if isinstance(current, tuple) else (), change, change.whole)
        elif change.kind == "removed":
            leaves.pop(change.field, None)
        else:
            leaves[change.field] = cast("Value", change.item)
    return cast("_Document", _document(document, leaves, {group: _names(group, orders, leaves) for group in GROUPS}))


def _list(current: tuple[Item, ...], change: Change, whole: tuple[Item, ...]) -> tuple[Item, ...]:
    items, item = list(current), cast("Item", change.item)
    if change.kind == "removed" and items.count(item) > whole.count(item):
        items.remove(item)
    elif change.kind == "added" and items.count(item) < whole.count(item):
        items.append(item)
    return _arranged(items, whole)


def _arranged(items: list[Item], whole: Iterable[Item]) -> tuple[Item, ...]:
    """Put items in the order of ``whole``; what it does not know stays behind what stood before it."""
    left = Counter(items)
    found: list[Item] = []
    for item in whole:
        if left[item]:
            left[item] -= 1
            found.append(item)
    for at, item in enumerate(items):
        if left[item]:
            left[item] -= 1
            found.insert(found.index(items[at - 1]) + 1 if at and items[at - 1] in found else 0, item)
    return tuple(found)


def _names(group: str, orders: Mapping[str, tuple[str, ...]], leaves: _Leaves) -> list[str]:
    """Return the names of a group of which something is said, in their order."""
    there = dict.fromkeys(
        field.split("/", 2)[1]
        for field, value in leaves.items()
        if value and "/" in field and field.startswith(f"{group}/")
    )
    known = [name for name in orders[group] if name in there]
    return known + [name for name in there if name not in known]


def _document(document: d.Document, leaves: _Leaves, names: Mapping[str, list[str]]) -> d.Document:
    notes = _text(leaves, "notes")
    match document:
        case d.CharacterDocument():
            return _character(document, leaves, names)
        case d.ShotDocument():
            return _shot(document, leaves, names)
        case d.SceneDocument():
            slots = {slot: _tags(leaves, slot) for slot in d.SCENE_SLOTS}
            return d.SceneDocument(document.slug, _text(leaves, "name"), notes=notes, **slots)
        case d.StyleDocument():
            slots = {slot: _tags(leaves, slot) for slot in d.STYLE_SLOTS}
            return d.StyleDocument(document.slug, _text(leaves, "name"), notes=notes, **slots)
    return type(document)(document.slug, _text(leaves, "name"), _tags(leaves, "tags"), notes)


def _character(document: d.CharacterDocument, leaves: _Leaves, names: Mapping[str, list[str]]) -> d.CharacterDocument:
    looks, expressions = ([(name, f"{group}/{name}") for name in names[group]] for group in ("looks", "expressions"))
    return d.CharacterDocument(
        slug=document.slug,
        name=_text(leaves, "name"),
        gender=_text(leaves, "gender"),
        appearance=d.Appearance(*(_tags(leaves, slot) for slot in d.SLOTS)),
        looks=tuple(
            d.LookDocument(
                name, _text(leaves, f"{field}/name"), _overrides(leaves, field), _text(leaves, f"{field}/base")
            )
            for name, field in looks
        ),
        expressions=tuple(
            d.ExpressionDocument(
                slug=name,
                name=_text(leaves, f"{field}/name"),
                tags=_tags(leaves, f"{field}/tags"),
                overrides=_overrides(leaves, field),
                base=_text(leaves, f"{field}/base"),
            )
            for name, field in expressions
        ),
        prompt_name=_text(leaves, "prompt_name"),
        notes=_text(leaves, "notes"),
        base=_reference(leaves, "base"),
        cleared=tuple(slot for slot in d.SLOTS if leaves.get(slot) == NOTHING),
        locked=_tags(leaves, "locked"),
        aliases=_tags(leaves, "aliases"),
        palette=tuple(item for item in _items(leaves, "palette") if isinstance(item, d.Colour)),
        art=tuple(item for item in _items(leaves, "art") if isinstance(item, d.Art)),
    )


def _shot(document: d.ShotDocument, leaves: _Leaves, names: Mapping[str, list[str]]) -> d.ShotDocument:
    duration = leaves.get("duration")
    return d.ShotDocument(
        code=document.code,
        title=_text(leaves, "title"),
        cast=tuple(_member(leaves, name) for name in names["cast"]),
        scene=_reference(leaves, "scene"),
        negative=_tags(leaves, "negative"),
        notes=_text(leaves, "notes"),
        style=_reference(leaves, "style"),
        size=_text(leaves, "size"),
        angle=_text(leaves, "angle"),
        props=tuple(_prop(leaves, name) for name in names["props"]),
        interactions=tuple(_interaction(leaves, name) for name in names["interactions"]),
        action=_text(leaves, "action"),
        dialogue=tuple(item for item in _items(leaves, "dialogue") if isinstance(item, d.Line)),
        duration=duration if isinstance(duration, d.Duration) else None,
    )


def _member(leaves: _Leaves, name: str) -> d.CastMember:
    field = f"cast/{name}"
    position, scale = leaves.get(f"{field}/position"), leaves.get(f"{field}/scale")
    place = position if isinstance(position, d.Position) else _MIDDLE
    return d.CastMember(
        character=_reference(leaves, f"{field}/character") or d.Reference(name.partition("#")[0]),
        position=d.Position(place.x, place.y, scale if isinstance(scale, Decimal) else Decimal(1)),
        look=_text(leaves, f"{field}/look"),
        expression=_text(leaves, f"{field}/expression"),
        pose=_tags(leaves, f"{field}/pose"),
        preset=_reference(leaves, f"{field}/preset"),
    )


def _prop(leaves: _Leaves, name: str) -> d.PropUse:
    member = leaves.get(f"props/{name}/member")
    reference = _reference(leaves, f"props/{name}/prop") or d.Reference(name.partition("#")[0])
    return d.PropUse(reference, member if isinstance(member, int) else 0)


def _interaction(leaves: _Leaves, name: str) -> d.Interaction:
    actor, _, partner = name.partition("#")[0].partition(" with ")
    return d.Interaction(int(actor), int(partner), _tags(leaves, f"interactions/{name}"))


def _overrides(leaves: _Leaves, field: str) -> tuple[tuple[str, d.Tags], ...]:
    return tuple((slot, _tags(leaves, f"{field}/{slot}")) for slot in d.SLOTS if leaves.get(f"{field}/{slot}"))


def _text(leaves: _Leaves, field: str) -> str:
    value = leaves.get(field, "")
    return value if isinstance(value, str) else ""


def _items(leaves: _Leaves, field: str) -> tuple[Item, ...]:
    value = leaves.get(field, ())
    return value if isinstance(value, tuple) else ()


def _tags(leaves: _Leaves, field: str) -> d.Tags:
    return tuple(item for item in _items(leaves, field) if isinstance(item, str))


def _reference(leaves: _Leaves, field: str) -> d.Reference | None:
    value = leaves.get(field)
    return value if isinstance(value, d.Reference) else None
