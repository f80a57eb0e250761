"""Git's loose objects: encoding, hashing, reading and durable writing, without a work tree or an index."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ip_library.core import durable

EMPTY: Final = "0" * 40
_FILE: Final = "100644"
_TREE: Final = "40000"
_LEVEL: Final = 1  # fsync costs more than the bytes that a higher level would save


@dataclass(frozen=True, slots=True)
class RawObject:
    """A Git object: its sha, and its bytes, which begin with the header that names kind and length."""

    sha: str
    data: bytes

    def split(self) -> tuple[str, bytes]:
        """Return kind and body."""
        header, _, body = self.data.partition(b"\0")
        return header.split(b" ")[0].decode(), body


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree: the mode as Git writes it, and the sha."""

    mode: str
    sha: str

    @property
    def is_tree(self) -> bool:
        """Tell whether the entry is a folder."""
        return self.mode == _TREE


Tree = dict[str, Entry]


def file_entry(sha: str) -> Entry:
    """Make the entry of a plain file."""
    return Entry(_FILE, sha)


def tree_entry(sha: str) -> Entry:
    """Make the entry of a folder."""
    return Entry(_TREE, sha)


def make(kind: str, body: bytes) -> RawObject:
    """Make the object of a kind (blob, tree, commit); its sha is the SHA-1 of header and body."""
    data = f"{kind} {len(body)}\0".encode() + body
    return RawObject(hashlib.sha1(data, usedforsecurity=False).hexdigest(), data)


def make_tree(tree: Mapping[str, Entry]) -> RawObject:
    """Make a tree object; entries stand in Git's order, in which a folder sorts as if its name ended in ``/``."""
    ordered = sorted(tree.items(), key=lambda item: f"{item[0]}/" if item[1].is_tree else item[0])
    body = b"".join(f"{entry.mode} {name}\0".encode() + bytes.fromhex(entry.sha) for name, entry in ordered)
    return make("tree", body)


def read_tree(body: bytes) -> Tree:
    """Read the body of a tree object."""
    tree: Tree = {}
    at = 0
    while at < len(body):
        end = body.index(b"\0", at)
        mode, _, name = body[at:end].decode().partition(" ")
        tree[name] = Entry(mode, body[end + 1 : end + 21].hex())
        at = end + 21
    return tree


def loose_path(folder: Path, sha: str) -> Path:
    """Return where a loose object lies below ``objects/``."""
    return folder / sha[:2] / sha[2:]


def read_loose(folder: Path, sha: str) -> tuple[str, bytes] | None:
    """Return kind and body of a loose object, or nothing when it is not there (it may be packed).

    Raises:
        ValueError: the file is damaged.
    """
    try:
        packed = loose_path(folder, sha).read_bytes()
    except FileNotFoundError:
        return None
    try:
        data = zlib.decompress(packed)
    except zlib.error as reason:
        raise ValueError(f"object {sha} is damaged: {reason}") from None
    return RawObject(sha, data).split()


def write_loose(folder: Path, objects: Iterable[RawObject]) -> None:
    """Write objects that are not there yet, durable when this returns.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    durable.write_new(
        ((loose_path(folder, item.sha), zlib.compress(item.data, _LEVEL)) for item in objects),
        scope="objects",
    )


def is_whole(folder: Path, item: RawObject) -> bool:
    """Tell whether a loose object is there and holds exactly these bytes."""
    try:
        return zlib.decompress(loose_path(folder, item.sha).read_bytes()) == item.data
    except (OSError, zlib.error):
        return False
