"""The project's Git repository: bare, without work tree, written by this process alone.

The only module that imports GitPython. Values come out, Git's errors do not. A commit is planned as a pure function
of its bytes, parent, identity, time and message, so a lost object or ref is written again with the same sha.
No value of a user reaches a git argument: the verbs are those below, their arguments constants and checked shas.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import git
from git.exc import GitError
from gitdb.exc import ODBError

from ip_library.core import durable
from ip_library.core.errors import LibraryError
from ip_library.core.paths import BRANCHES
from ip_library.store import layout, objects, refs
from ip_library.store.plans import Growth, Identity, Plan

__all__ = ["GitStore", "Identity", "Plan"]

_ENVIRONMENT: Final = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
}
_SHA: Final = re.compile(r"[0-9a-f]{40}")
_RECENT_LIMIT: Final = 2000  # trees and commits; a tree has a few kilobytes


class GitStore:
    """One bare repository at ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._objects = path / "objects"
        self._kept: git.Repo | None = None
        self._recent: dict[str, tuple[str, bytes]] = {}

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep one process of git for many reads, and the trees and commits that were planned or read last.

        Raises:
            LibraryError: there is no repository.
        """
        with self._open() as repository:
            self._kept = repository
            try:
                yield
            finally:
                self._kept = None
                self._recent.clear()

    def create(self) -> None:
        """Make the repository where it is not there yet; a half-made one is completed.

        Raises:
            LibraryError: the folder cannot be written.
        """
        layout.create(self.path)

    def exists(self) -> bool:
        """Tell whether the repository has been made."""
        return (self.path / "HEAD").exists()

    def plan(
        self,
        *,
        parent: str,
        files: Mapping[str, bytes | None],
        author: Identity,
        committer: Identity,
        message: str,
    ) -> Plan:
        """Work out the commit that puts ``files`` (path to bytes, or nothing to remove it) on top of ``parent``.

        Raises:
            LibraryError: the parent cannot be read.
        """
        growth = Growth(self._tree)
        tree = growth.put(self._tree_of(parent) if parent else {}, files)
        planned = growth.commit(tree, parent, author, committer, message)
        if self._kept:
            for item in planned.objects:
                self._remember(item.sha, *item.split())
        return planned

    def write(self, plan: Plan) -> None:
        """Write a plan's objects, durable when this returns; no ref moves.

        Raises:
            LibraryError: the disk is full or the folder cannot be written.
        """
        try:
            objects.write_loose(self._objects, plan.objects)
        except OSError as reason:
            raise LibraryError(f"the library {self.path} cannot be written: {reason}") from reason

    def repair(self, plan: Plan) -> int:
        """Write a plan's objects where they are missing or damaged; return how many had to be written.

        Raises:
            LibraryError: the disk is full or the folder cannot be written.
        """
        broken = [item for item in plan.objects if not objects.is_whole(self._objects, item)]
        missing = [item for item in broken if not self._is_packed(item.sha)]
        try:
            for item in missing:
                objects.loose_path(self._objects, item.sha).unlink(missing_ok=True)
            objects.write_loose(self._objects, missing)
        except OSError as reason:
            raise LibraryError(f"the library {self.path} cannot be written: {reason}") from reason
        return len(missing)

    def head(self, branch: str) -> str:
        """Return the commit a branch points to, or an empty string.

        Raises:
            LibraryError: the ref cannot be read.
        """
        return refs.head(self.path, branch)

    def move(self, branch: str, *, new: str, old: str) -> None:
        """Move a branch from ``old`` (empty: it must not exist) to ``new`` by Git's own lock protocol, durably.

        Raises:
            LibraryError: the branch is elsewhere, or its lock is held, or the disk refuses.
        """
        refs.move(self.path, branch, new=new, old=old)

    def refs(self) -> dict[str, str]:
        """Return every ref with its sha, loose ones before packed ones."""
        return refs.read_all(self.path)

    def has(self, sha: str) -> bool:
        """Tell whether an object is there, loose or packed."""
        return objects.loose_path(self._objects, _checked(sha)).exists() or self._is_packed(sha)

    def read(self, commit: str, path: str) -> bytes:
        """Return the bytes of a file at a commit.

        Raises:
            LibraryError: the commit or the file is not there.
        """
        tree = self._tree_of(commit)
        *folders, name = path.split("/")
        for folder in folders:
            entry = tree.get(folder)
            if entry is None or not entry.is_tree:
                raise LibraryError(f"{self.path} has no {path} at {commit}")
            tree = self._tree(entry.sha)
        if name not in tree:
            raise LibraryError(f"{self.path} has no {path} at {commit}")
        return self.body(tree[name].sha, "blob")

    def commits(self, branch: str) -> Iterator[str]:
        """Yield the commits of a branch, oldest first.

        Raises:
            LibraryError: Git cannot walk the branch.
        """
        if branch not in BRANCHES or not self.head(branch):
            return
        try:
            with self._open() as repository:
                listing = repository.git.rev_list("--reverse", "--end-of-options", f"refs/heads/{branch}")
        except GitError as reason:
            raise LibraryError(f"git cannot walk {branch} of {self.path}: {reason}") from None
        yield from listing.split()

    def fsck(self) -> list[str]:
        """Let Git check every object and link; return what it finds wrong."""
        try:
            with self._open() as repository:
                status, out, err = repository.git.fsck(
                    "--full", "--strict", "--no-dangling", "--no-progress",
                    with_extended_output=True, with_exceptions=False,
                )  # fmt: skip
        except (GitError, LibraryError) as reason:
            return [f"git cannot check {self.path}: {reason}"]
        lines = [line for line in f"{out}\n{err}".splitlines() if line and not line.startswith("notice: ")]
        return lines or ([f"git fsck ended with {status}"] if status else [])

    def clear_leftovers(self) -> int:
        """Remove stale locks and temporary files, which a killed writer leaves; return how many.

        Only while the project's lock is held: then no writer is alive to whom they belong.
        """
        leftovers = [*self.path.rglob("*.lock"), *self.path.rglob(f"{durable.TEMPORARY_PREFIX}*")]
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)

    def differences(self) -> list[str]:
        """Tell what is set up otherwise than the repository was made: its config, its HEAD, foreign history."""
        return layout.differences(self.path)

    @contextmanager
    def _open(self) -> Iterator[git.Repo]:
        if self._kept:
            yield self._kept
            return
        try:
            repository = git.Repo(self.path)
        except (GitError, OSError) as reason:
            raise LibraryError(f"{self.path} is no Git repository: {reason}") from None
        with repository:
            repository.git.update_environment(**_ENVIRONMENT)
            yield repository

    def _remember(self, sha: str, kind: str, body: bytes) -> None:
        if kind == "blob":
            return
        self._recent[sha] = kind, body
        if len(self._recent) > _RECENT_LIMIT:
            del self._recent[next(iter(self._recent))]

    def _is_packed(self, sha: str) -> bool:
        if not any((self._objects / "pack").glob("*.pack")) or objects.loose_path(self._objects, sha).exists():
            return False
        try:
            with self._open() as repository:
                return bool(repository.odb.info(bytes.fromhex(_checked(sha))))
        except (ValueError, ODBError, GitError):
            return False

    def body(self, sha: str, kind: str) -> bytes:
        """Return the bytes of an object of a kind (blob, tree, commit).

        Raises:
            LibraryError: it is not there, damaged, or of another kind.
        """
        try:
            found = self._recent.get(_checked(sha)) or objects.read_loose(self._objects, sha)
            if found is None:
                with self._open() as repository:
                    stream = repository.odb.stream(bytes.fromhex(sha))
                    found = stream.type.decode(), stream.read()
        except (ValueError, ODBError, GitError, OSError) as reason:
            raise LibraryError(f"{self.path} cannot read object {sha}: {reason}") from None
        if found[0] != kind:
            raise LibraryError(f"object {sha} of {self.path} is a {found[0]}, expected a {kind}")
        if self._kept:
            self._remember(sha, *found)
        return found[1]

    def _tree_of(self, commit: str) -> objects.Tree:
        header = self.body(commit, "commit").partition(b"\n")[0]
        return self._tree(header.removeprefix(b"tree ").decode())

    def _tree(self, sha: str) -> objects.Tree:
        return objects.read_tree(self.body(sha, "tree"))


def _checked(sha: str) -> str:
    if not _SHA.fullmatch(sha):
        raise LibraryError(f"{sha[:60]!r} is no sha of Git")
    return sha
