"""Pins the drawing code, so that a picture's recipe says which painter drew it."""

import hashlib
from pathlib import Path


def painter_digest() -> str:
    """Return the SHA-256 (hex) of the painter's own sources: each name, length and bytes, in order of the names."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py"), key=lambda path: path.name):
        source = path.read_bytes()
        digest.update(f"{path.name}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()
