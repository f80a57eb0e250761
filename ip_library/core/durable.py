"""Files that are whole or absent, and stay after a crash: temporary file, fsync, link, fsync of the folder."""

import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ip_library.core.failpoints import point

TEMPORARY_PREFIX: Final = "tmp_obj_"  # the name that git itself gives and prunes


def write_new(files: Iterable[tuple[Path, bytes]], *, mode: int = 0o444, scope: str) -> None:
    """Write files that never change afterwards; a file that is there already is left alone.

    All files are durable when this returns. ``scope`` names the failpoints (``<scope>.file_written`` and
    ``<scope>.linked``).

    Raises:
        OSError: the disk is full or the folder cannot be written; no partial file is visible.
    """
    folders = set()
    for path, data in files:
        if path.exists():
            continue
        temporary = _write_temporary(path, data, mode)
        point(f"{scope}.file_written")
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass  # another writer of the same content was quicker
        finally:
            temporary.unlink()
        folders.add(path.parent)
        point(f"{scope}.linked")
    for folder in folders:
        sync_folder(folder)


def replace(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace a small file at once: readers see the old or the new content, never a part."""
    temporary = _write_temporary(path, data, mode)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents durable."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def _write_temporary(path: Path, data: bytes, mode: int) -> Path:
    temporary = path.parent / f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(temporary, flags, mode)
    except FileNotFoundError:
        make_folder(path.parent)
        descriptor = os.open(temporary, flags, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
