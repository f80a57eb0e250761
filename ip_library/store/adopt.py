"""Take over the history of another repository: its objects and our branches, never its configuration or hooks."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ip_library.core import durable
from ip_library.core.errors import LibraryError
from ip_library.core.paths import BRANCHES
from ip_library.store import refs
from ip_library.store.git import GitStore

_LOOSE: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}")
_PACKED: Final = re.compile(r"pack/pack-[0-9a-f]{40}\.(pack|idx)")


def adopt(source: Path, place: Path, *, accept: Callable[[GitStore], None]) -> None:
    """Make a repository at ``place`` with the objects and branches of ``source``; it appears whole or not at all.

    ``accept`` looks at the copy before it is put into place, and raises where it is not to be.

    Raises:
        LibraryError: the source is no whole repository with a branch of ours, or something stands at ``place``.
    """
    source = source / ".git" if (source / ".git").is_dir() else source
    if GitStore(place).exists():
        raise LibraryError(f"{place} is there already; leave --repository out to read it, or move it away first")
    if not (source / "objects").is_dir():
        raise LibraryError(f"{source} is no bare Git repository")
    if (source / "objects" / "info" / "alternates").exists():
        raise LibraryError(f"{source} borrows objects from another repository; give one that holds its own")
    incoming = place.with_name(f"{place.name}.incoming")
    shutil.rmtree(incoming, ignore_errors=True)  # one that was cut off
    store = GitStore(incoming)
    try:
        store.create()
        _copy_objects(source / "objects", incoming / "objects")
        heads = {branch: head for branch in BRANCHES if (head := refs.head(source, branch))}
        if not heads:
            raise LibraryError(f"{source} has none of the branches {', '.join(BRANCHES)}")
        for branch, head in heads.items():
            store.move(branch, new=head, old="")
        if findings := store.fsck():
            raise LibraryError(f"{source} is damaged: {findings[0]}")
        accept(store)
        incoming.rename(place)
        durable.sync_folder(place.parent)
    except OSError as reason:
        raise LibraryError(f"{source} cannot be copied to {place}: {reason}") from reason
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _copy_objects(source: Path, target: Path) -> None:
    """Copy the files that hold objects, durably; links and everything else stay behind."""
    for path in sorted(source.glob("*/*")):
        name = path.relative_to(source).as_posix()
        if path.is_symlink() or not (_LOOSE.fullmatch(name) or _PACKED.fullmatch(name)):
            continue
        copy = target / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o444)
        descriptor = os.open(copy, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for folder in [*target.iterdir(), target]:
        durable.sync_folder(folder)
