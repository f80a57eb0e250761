"""Bring two edits of one draft together, element by element, as a person would: what only one of them touched is taken.

Where both touched the same thing in different ways there is a conflict, and nothing is decided for people: the merged
document keeps *theirs* (what is saved already) there, and the conflict names the field and all three values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, Literal

from ip_library.core import documents as d
from ip_library.core.canonical import format_decimal

Side = Literal["mine", "theirs"]
MINE: Final = "mine"
NOTHING: Final = "(nothing)"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both edits changed in different ways, with what stood there and what either wants, in words."""

    field: str
    base: str
    mine: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.field}: you wrote {self.mine}, somebody else {self.theirs}; it was {self.base}"


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged document; with conflicts it holds *theirs* in their fields."""

    document: d.Document
    conflicts: tuple[Conflict, ...]


def merge_documents(
    base: d.Document, mine: d.Document, theirs: d.Document, *, decided: Mapping[str, Side] | None = None
) -> Merge:
    """Merge two edits of ``base``; a field that ``decided`` names takes that side and is no conflict.

    Raises:
        TypeError: the three are not documents of one kind.
    """
    if not type(base) is type(mine) is type(theirs):
        raise TypeError("only edits of one document can be merged")
    work = _Merger(decided or {})
    merged = work.dataclass("", base, mine, theirs)
    return Merge(merged, tuple(work.conflicts))


class _Merger:
    """One merge: walks three values at once and collects what contradicts."""

    def __init__(self, decided: Mapping[str, Side]) -> None:
        self.decided = decided
        self.conflicts: list[Conflict] = []

    def dataclass(self, path: str, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge two edits of a dataclass, field by field."""
        merged = {}
        for name in (field.name for field in fields(base)):
            values = (getattr(base, name), getattr(mine, name), getattr(theirs, name))
            merged[name] = self.value(_joined(path, name), *values)
        if isinstance(base, d.ShotDocument):
            self._numbers_hold(base, mine, theirs, merged)
        return replace(base, **merged)

    def value(self, path: str, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge two edits of any value."""
        if mine in (theirs, base):
            return theirs
        if theirs == base:
            return mine
        name = path.rpartition("/")[2]
        if name in _KEYS and all(isinstance(value, tuple) for value in (base, mine, theirs)):
            if name == "cast" and not _tellable(base, mine, theirs):
                return self._conflict(path, base, mine, theirs)
            return self._keyed(path, name, base, mine, theirs)
        if _are_tags(base, mine, theirs) and not _replaced_differently(base, mine, theirs):
            return _merge_tags(base, mine, theirs)
        if is_dataclass(base) and type(base) is type(mine) is type(theirs) and not isinstance(base, _WHOLE):
            return self.dataclass(path, base, mine, theirs)
        return self._conflict(path, base, mine, theirs)

    def _conflict(self, path: str, base: Any, mine: Any, theirs: Any) -> Any:
        if path in self.decided:
            return mine if self.decided[path] == MINE else theirs
        self.conflicts.append(Conflict(path, _said(base), _said(mine), _said(theirs)))
        return theirs

    def _keyed(self, path: str, name: str, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge lists whose entries are told apart by a key: looks, expressions, overrides, palette, cast."""
        old, my, their = (_by_key(name, values) for values in (base, mine, theirs))
        kept: dict[str, Any] = {}
        for at in _order(old, my, their):
            before, left, right = self._at(at, old, my, their)
            if left is None and right is None:
                continue
            where = f"{path}/{at}"
            if before is not None and (left is None or right is None):
                gone = before in (left, right)  # the other one left it alone
                merged = None if gone else self._conflict(where, before, left, right)
            elif before is None:
                both = left is not None and right is not None and left != right
                merged = self._conflict(where, None, left, right) if both else left or right
            elif isinstance(before, tuple):  # an override: slot and tags
                merged = (at, self.value(where, before[1], left[1], right[1]))
            else:
                merged = self.value(where, before, left, right)
            if merged is not None:
                kept[at] = merged
        return tuple(kept.values())

    @staticmethod
    def _at(key: str, *found: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(entries.get(key) for entries in found)

    def _numbers_hold(self, base: Any, mine: Any, theirs: Any, merged: dict[str, Any]) -> None:
        """Props, interactions and lines name members by number: they cannot follow a cast that the other re-ordered."""
        orders = [list(_by_key("cast", shot.cast)) for shot in (base, mine, theirs)]
        for name in ("props", "interactions", "dialogue"):
            values = [getattr(shot, name) for shot in (base, mine, theirs)]
            i_moved, they_moved = (order[: len(orders[0])] != orders[0] for order in orders[1:])
            i_said, they_said = values[1] != values[0], values[2] != values[0]
            if (i_moved and they_said and not i_said) or (they_moved and i_said and not they_said):
                merged[name] = self._conflict(name, *values)


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _by_key(name: str, values: Iterable[Any]) -> dict[str, Any]:
    """Return the entries of a list by what tells them apart; the second of one name is ``miku (2)``."""
    found: dict[str, Any] = {}
    for value in values:
        key = first = _KEYS[name](value)
        number = 1
        while key in found:
            number += 1
            key = f"{first} ({number})"
        found[key] = value
    return found


def _tellable(*casts: Any) -> bool:
    """Tell whether members can be told apart: of two of one character, nobody knows which was taken away."""
    twice = any(len({member.character.asset for member in cast}) < len(cast) for cast in casts)
    return not twice or len({len(cast) for cast in casts}) == 1


_KEYS: Final[Mapping[str, Callable[[Any], str]]] = {
    "looks": lambda look: str(look.slug),
    "expressions": lambda expression: str(expression.slug),
    "overrides": lambda override: str(override[0]),
    "palette": lambda colour: str(colour.name),
    "art": lambda art: str(art.sha256),
    "cast": lambda member: str(member.character.asset),
}
_WHOLE: Final = (d.Reference, d.Position, d.Duration)  # half of one and half of another would be nobody's


def _order(old: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Return all keys: in *my* order where only I changed it, else in *theirs*; then what is missing, each in place."""
    first, second = (mine, theirs) if _same_order(old, theirs) else (theirs, mine)
    order = list(first)
    for at, key in enumerate(second):
        if key not in first:
            before = list(second)[at - 1] if at else None
            order.insert(order.index(before) + 1 if before in order else 0 if at == 0 else len(order), key)
    return order


def _same_order(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return [key for key in old if key in new] == [key for key in new if key in old]


def _are_tags(*values: Any) -> bool:
    return all(isinstance(value, tuple) and all(isinstance(tag, str) for tag in value) for value in values)


def _replaced_differently(base: d.Tags, mine: d.Tags, theirs: d.Tags) -> bool:
    """Tell whether both took the same tag away and each put something else there."""
    both_removed = {tag for tag in base if tag not in mine and tag not in theirs}
    my_new = {tag for tag in mine if tag not in base}
    their_new = {tag for tag in theirs if tag not in base}
    return bool(both_removed and my_new - their_new and their_new - my_new)


def _merge_tags(base: d.Tags, mine: d.Tags, theirs: d.Tags) -> d.Tags:
    """Take what each added and leave out what each removed; the order is that of who changed it, else *theirs*."""
    old, my, their = (dict.fromkeys(tags) for tags in (base, mine, theirs))
    gone = {tag for tag in old if tag not in my or tag not in their}
    return tuple(tag for tag in _order(old, my, their) if tag not in gone)


def _said(value: Any) -> str:
    """Say a value in words for people."""
    match value:
        case None | "" | ():
            return NOTHING
        case d.Reference():
            return f"{value.asset} {f'v{value.version:03d}' if value.version and not value.follow else value.follow}"
        case d.Position():
            return f"x {format_decimal(value.x)}, y {format_decimal(value.y)}, scale {format_decimal(value.scale)}"
        case d.CastMember():
            return _said(value.character)
        case tuple():
            return ", ".join(_said(item) for item in value)
        case _ if is_dataclass(value):
            named = ((field.name, getattr(value, field.name)) for field in fields(value))
            return "; ".join(f"{name} {_said(item)}" for name, item in named if item not in ("", (), None))
    return str(value)
