"""Read history back: commits as values, and the blobs of their files by path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ip_library.core.errors import LibraryError
from ip_library.store import objects
from ip_library.store.git import GitStore, Identity

_IDENTITY: Final = re.compile(r"(?P<name>[^<>]*) <(?P<email>[^<>]*)> (?P<timestamp>[0-9]{1,12}) \+0000")
_TREES_KEPT: Final = 2000


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of ours, read back; ``parent`` is empty for the first."""

    sha: str
    tree: str
    parent: str
    author: Identity
    message: str


class History:
    """Reads one repository, inside ``store.reading()``; keeps the trees that it read last."""

    def __init__(self, store: GitStore) -> None:
        self._store = store
        self._trees: dict[str, objects.Tree] = {}

    def commits(self, branch: str, *, after: int = 0) -> Iterator[Commit]:
        """Yield the commits of a branch, oldest first, past the first ``after``.

        Raises:
            LibraryError: Git cannot walk the branch, or a commit is not as we write them.
        """
        for place, sha in enumerate(self._store.commits(branch)):
            if place >= after:
                yield self.commit(sha)

    def commit(self, sha: str) -> Commit:
        """Return a commit.

        Raises:
            LibraryError: it cannot be read, or is not as we write them: one parent at most, no other headers, UTC.
        """
        head, _, message = self._store.body(sha, "commit").decode(errors="replace").partition("\n\n")
        headers = [line.partition(" ")[::2] for line in head.split("\n")]
        values = dict(headers)
        author = _IDENTITY.fullmatch(values.get("author", ""))
        if [name for name, _ in headers if name != "parent"] != ["tree", "author", "committer"] or not author:
            raise LibraryError(f"commit {sha} of {self._store.path} is none that Settei wrote")
        who = Identity(author["name"], author["email"], int(author["timestamp"]))
        return Commit(sha, values["tree"], values.get("parent", ""), who, message)

    def find(self, tree: str, path: str) -> str:
        """Return the blob of a file below a tree, or an empty string."""
        *folders, name = path.split("/")
        for folder in folders:
            entry = self._tree(tree).get(folder)
            if entry is None or not entry.is_tree:
                return ""
            tree = entry.sha
        entry = self._tree(tree).get(name)
        return entry.sha if entry and not entry.is_tree else ""

    def files(self, tree: str, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Yield every file below a tree with its blob."""
        for name, entry in self._tree(tree).items():
            if entry.is_tree:
                yield from self.files(entry.sha, f"{prefix}{name}/")
            else:
                yield f"{prefix}{name}", entry.sha

    def new_files(self, tree: str, before: str, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Yield the files of a tree that another tree (empty: none) does not have, or has otherwise."""
        known = self._tree(before) if before else {}
        for name, entry in self._tree(tree).items():
            old = known.get(name)
            if old == entry:
                continue
            if entry.is_tree:
                yield from self.new_files(entry.sha, old.sha if old and old.is_tree else "", f"{prefix}{name}/")
            else:
                yield f"{prefix}{name}", entry.sha

    def read(self, blob: str) -> bytes:
        """Return the bytes of a blob.

        Raises:
            LibraryError: it cannot be read.
        """
        return self._store.body(blob, "blob")

    def _tree(self, sha: str) -> objects.Tree:
        found = self._trees.get(sha)
        if found is None:
            found = self._trees[sha] = objects.read_tree(self._store.body(sha, "tree"))
            if len(self._trees) > _TREES_KEPT:
                del self._trees[next(iter(self._trees))]
        return found
