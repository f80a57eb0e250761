"""Compare two documents by field and tag, as a person reads them, not as lines of XML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as detail
from typing import Literal

from ip_library.core import documents as d
from ip_library.core.leaves import GROUPS, Item, Value, leaves_of, order_of, show

ChangeKind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: in which field, and what stood and stands there. ``moved`` is the same parts in another order.

    The rest is what ``patch.py`` needs: ``item`` is the value itself that came (of a list, the one that came or
    went), ``whole`` the list afterwards where the field is one, ``order`` that of the looks (cast, props ...) where
    one of them is new or moved.
    """

    field: str
    kind: ChangeKind
    before: str
    after: str
    item: Value | Item = detail(default="", repr=False, compare=False)
    whole: tuple[Item, ...] | None = detail(default=None, repr=False, compare=False)
    order: tuple[str, ...] = detail(default=(), repr=False, compare=False)

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
    old = dict(leaves_of(before)) if before else {}
    new = dict(leaves_of(after)) if after else {}
    changes: list[Change] = []
    for name in [*old, *(name for name in new if name not in old)]:
        changes += _compare(name, old.get(name, ""), new.get(name, ""))
    return _orders(changes, before, after)


def parts_of(document: d.Document) -> list[tuple[str, str]]:
    """Return every tag and every other value of a document with its field, in the order in which people read it."""
    return [
        (name, show(part))
        for name, value in leaves_of(document)
        for part in (value if isinstance(value, tuple) else (value,))
    ]


def _compare(name: str, old: Value, new: Value) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, tuple) or isinstance(new, tuple):
        was = old if isinstance(old, tuple) else ()
        now = new if isinstance(new, tuple) else ()
        yield from _list(name, was, now)
    elif old in ("", 0):
        yield Change(name, "added", "", show(new), new)
    elif new in ("", 0):
        yield Change(name, "removed", show(old), "")
    else:
        said, says = show(old), show(new)
        if said == says:  # two references that differ in what they resolved to alone
            said, says = f"{said} {_digest(old)}", f"{says} {_digest(new)}"
        yield Change(name, "changed", said, says, new)


def _digest(value: Value) -> str:
    return (value.sha256[:10] or "unresolved") if isinstance(value, d.Reference) else ""


def _list(name: str, old: Sequence[Item], new: tuple[Item, ...]) -> Iterator[Change]:
    """Compare two lists; what stands there twice (a line of dialogue) is told apart by how often it stood before."""
    was, now = _counted(old), _counted(new)
    in_old, in_new = set(was), set(now)
    for key in was:
        if key not in in_new:
            yield Change(name, "removed", show(key[0]), "", key[0], new)
    for key in now:
        if key not in in_old:
            yield Change(name, "added", "", show(key[0]), key[0], new)
    kept = tuple(item for item, nth in was if (item, nth) in in_new)
    order = tuple(item for item, nth in now if (item, nth) in in_old)
    if kept != order:
        yield Change(name, "moved", show(kept), show(order), whole=new)


def _counted(items: Sequence[Item]) -> list[tuple[Item, int]]:
    seen: dict[Item, int] = {}
    found = []
    for item in items:
        seen[item] = seen.get(item, 0) + 1
        found.append((item, seen[item]))
    return found


def _orders(changes: list[Change], before: d.Document | None, after: d.Document | None) -> list[Change]:
    """Say where looks, expressions or members changed their order, and note the order with what is new."""
    for group in GROUPS:
        old = order_of(before, group) if before else ()
        new = order_of(after, group) if after else ()
        if old == new:
            continue
        fresh = {f"{group}/{name}" for name in new if name not in old}
        changes = [
            replace(change, order=new) if "/".join(change.field.split("/", 2)[:2]) in fresh else change
            for change in changes
        ]
        kept, order = [name for name in old if name in new], [name for name in new if name in old]
        if kept != order:
            changes.append(Change(group, "moved", ", ".join(kept), ", ".join(order), order=new))
    return changes
