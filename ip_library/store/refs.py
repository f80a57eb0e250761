"""Branches: read as Git reads them, moved by Git's own lock protocol, durably."""

import os
import re
from pathlib import Path
from typing import Final

from ip_library.core import durable
from ip_library.core.errors import LibraryError
from ip_library.core.failpoints import point

_SHA: Final = re.compile(r"[0-9a-f]{40}")


def head(repository: Path, branch: str) -> str:
    """Return the commit a branch points to, or an empty string.

    Raises:
        LibraryError: the ref cannot be read.
    """
    try:
        return _read_ref(repository / "refs" / "heads" / branch)
    except FileNotFoundError:
        return _packed(repository).get(f"refs/heads/{branch}", "")
    except OSError as reason:
        raise LibraryError(f"branch {branch} of {repository} cannot be read: {reason}") from None


def move(repository: Path, branch: str, *, new: str, old: str) -> None:
    """Move a branch from ``old`` (empty: it must not exist) to ``new``.

    Raises:
        LibraryError: the branch is elsewhere, or its lock is held, or the disk refuses.
    """
    path = repository / "refs" / "heads" / branch
    lock = path.with_name(f"{branch}.lock")
    try:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(f"{new}\n".encode())
                file.flush()
                os.fsync(file.fileno())
            point("ref.lock_written")
            if (found := head(repository, branch)) != old:
                raise LibraryError(f"branch {branch} of {repository} is at {found or 'nothing'}, expected {old}")
            lock.replace(path)
        except (OSError, LibraryError):
            lock.unlink(missing_ok=True)  # it is ours; left behind it would stop every later move
            raise
        point("ref.moved")
        durable.sync_folder(path.parent)
    except OSError as reason:
        raise LibraryError(f"branch {branch} of {repository} cannot be moved: {reason}") from reason


def read_all(repository: Path) -> dict[str, str]:
    """Return every ref with its sha, loose ones before packed ones."""
    found = _packed(repository)
    for path in sorted((repository / "refs").rglob("*")):
        if path.is_file() and path.suffix != ".lock":
            found[path.relative_to(repository).as_posix()] = _read_ref(path)
    return found


def _packed(repository: Path) -> dict[str, str]:
    try:
        lines = (repository / "packed-refs").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {name: sha for sha, _, name in pairs if _SHA.fullmatch(sha)}


def _read_ref(path: Path) -> str:
    return path.read_text(errors="replace").strip()
