"""Read a file that a person names: a regular one, and no more of it than is allowed."""

import os
from pathlib import Path

from ip_library.core.errors import RefusedError


def read_bounded(path: Path, *, limit: int) -> bytes:
    """Return the bytes of a regular file of at most ``limit`` bytes.

    Raises:
        RefusedError: it is larger, or a folder, a pipe or a device.
        OSError: it cannot be read.
    """
    if path.exists() and not path.is_file():  # opening a pipe would wait, reading a device never end
        raise RefusedError(str(path), "a folder" if path.is_dir() else "a pipe or device", "a regular file")
    with path.open("rb") as file:
        data = file.read(limit + 1)
        size = os.fstat(file.fileno()).st_size
    if len(data) > limit:
        raise RefusedError(str(path), f"{size:,} bytes", f"at most {limit:,} bytes")
    return data
