"""Commits as pure functions of their bytes, parent, identity, time and message: the same in, the same sha out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ip_library.store import objects

_FORBIDDEN_IN_IDENTITY: Final = dict.fromkeys(map(ord, "\r\n\0<>"), None)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and when, as Git records it; ``timestamp`` is in whole seconds, UTC."""

    name: str
    email: str
    timestamp: int

    def line(self) -> str:
        """Return the identity as it stands in a commit object."""
        name = self.name.translate(_FORBIDDEN_IN_IDENTITY).strip() or "unknown"
        email = self.email.translate(_FORBIDDEN_IN_IDENTITY).strip()
        return f"{name} <{email}> {self.timestamp} +0000"


@dataclass(frozen=True, slots=True)
class Plan:
    """A commit that may not be written yet: its sha, the blobs by path, and every object it needs."""

    sha: str
    blobs: Mapping[str, str]
    objects: tuple[objects.RawObject, ...]


class Growth:
    """Puts files into a tree, reading below it what a change touches; collects the objects that it makes."""

    def __init__(self, read: Callable[[str], objects.Tree]) -> None:
        self._read = read
        self.made: list[objects.RawObject] = []
        self.blobs: dict[str, str] = {}

    def put(self, tree: objects.Tree, files: Mapping[str, bytes | None]) -> str:
        """Return the sha of the tree with ``files`` (path to bytes, or nothing to remove it) in it."""
        nested: dict[str, object] = {}
        for path, data in sorted(files.items()):
            *folders, name = path.split("/")
            level = nested
            for folder in folders:
                level = level.setdefault(folder, {})  # type: ignore[assignment]
            level[name] = None if data is None else self._blob(path, data)
        root = self._grow(tree, nested) or objects.make_tree({})
        self.made.append(root)
        return root.sha

    def commit(self, tree: str, parent: str, author: Identity, committer: Identity, message: str) -> Plan:
        """Return the plan of a commit of the tree that was grown."""
        body = f"tree {tree}\n" + (f"parent {parent}\n" if parent else "")
        body += f"author {author.line()}\ncommitter {committer.line()}\n\n{message}"
        commit = objects.make("commit", body.encode())
        return Plan(commit.sha, self.blobs, (*self.made, commit))

    def _blob(self, path: str, data: bytes) -> str:
        blob = objects.make("blob", data)
        self.made.append(blob)
        self.blobs[path] = blob.sha
        return blob.sha

    def _grow(self, tree: objects.Tree, changes: Mapping[str, object]) -> objects.RawObject | None:
        """Apply changes to a tree, keeping its changed subtrees; an empty tree is nothing."""
        for name, change in changes.items():
            if isinstance(change, dict):
                entry = tree.get(name)
                grown = self._grow(self._read(entry.sha) if entry else {}, change)
                if grown is None:
                    tree.pop(name, None)
                    continue
                self.made.append(grown)
                tree[name] = objects.tree_entry(grown.sha)
            elif change is None:
                tree.pop(name, None)
            else:
                tree[name] = objects.file_entry(str(change))
        return objects.make_tree(tree) if tree else None
