"""Keep image files under their SHA-256: written once, whole or absent, never changed.

A file lies at ``images/<first two hex digits>/<sha256>.png`` below the media folder.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from generation.core.errors import StorageError
from ip_library.core import durable

_NAME: Final = re.compile(r"([0-9a-f]{64})\.png")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
LEFTOVER_SECONDS: Final = 60  # a write that is still going on is younger


class ImageStore:
    """The image files below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Return where the file of this digest lies, or would lie."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256[:80]!r} is no SHA-256")
        return self.root / sha256[:2] / f"{sha256}.png"

    def put(self, data: bytes) -> str:
        """Keep a file and return its SHA-256; durable when this returns. The same bytes are kept once.

        Raises:
            StorageError: the disk refuses, or the file that is there was damaged; nothing half written is visible.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        try:
            durable.write_new([(path, data)], scope="images")
            there = path.stat().st_size
        except OSError as reason:
            raise StorageError(f"the image {path} cannot be written: {reason.strerror or reason}") from reason
        if there != len(data):
            raise StorageError(f"the image {path} is damaged: {there} bytes, not {len(data)}; remove it and try again")
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return a file, checked against its digest.

        Raises:
            StorageError: it is missing, unreadable or damaged.
        """
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise StorageError(f"the image {path} is missing") from None
        except OSError as reason:
            raise StorageError(f"the image {path} cannot be read: {reason.strerror or reason}") from reason
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StorageError(f"the image {path} is damaged: its SHA-256 is not its name")
        return data

    def digests(self) -> Iterator[str]:
        """Yield the digest of every file that is kept, in order."""
        for path in self._files():
            if match := _NAME.fullmatch(path.name):
                yield match[1]

    def strangers(self) -> Iterator[Path]:
        """Yield every file that is no image: what a killed writer left, and what somebody put there."""
        for path in self._files():
            match = _NAME.fullmatch(path.name)
            if not match or path != self.path(match[1]):
                yield path

    def clear_leftovers(self, *, older_than: float = LEFTOVER_SECONDS) -> int:
        """Remove what killed writers left, if it is older than so many seconds; return how many files.

        Raises:
            StorageError: the disk refuses.
        """
        removed = 0
        try:
            for path in list(self._files()):
                leftover = path.name.startswith(durable.TEMPORARY_PREFIX)
                if leftover and time.time() - path.stat().st_mtime >= older_than:
                    path.unlink(missing_ok=True)
                    removed += 1
        except OSError as reason:
            raise StorageError(f"leftovers in {self.root} cannot be removed: {reason}") from reason
        return removed

    def _files(self) -> Iterator[Path]:
        return (path for path in sorted(self.root.rglob("*")) if not path.is_dir())


def image_store() -> ImageStore:
    """Return the image store that the settings name."""
    return ImageStore(Path(settings.MEDIA) / "images")
