"""The folder of a bare repository: how it is made, and how it must look ever after."""

from pathlib import Path
from typing import Final

from ip_library.core import durable
from ip_library.core.errors import LibraryError
from ip_library.core.paths import MAIN

CONFIG: Final = b"""[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tfsync = all
\thooksPath = /dev/null
\tfsmonitor = false
[gc]
\tauto = 0
[fastimport]
\tunpackLimit = 1
"""
_HEAD: Final = f"ref: refs/heads/{MAIN}\n".encode()
_FOREIGN: Final = ("objects/info/alternates", "info/grafts", "shallow")  # each would lend or hide history


def create(path: Path) -> None:
    """Make the repository, readable by us alone; a half-made one is completed.

    Raises:
        LibraryError: the folder cannot be written.
    """
    try:
        durable.make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        for shard in range(256):
            (path / "objects" / f"{shard:02x}").mkdir(parents=True, exist_ok=True)
        (path / "objects" / "info").mkdir(exist_ok=True)
        durable.make_folder(path / "refs" / "heads")
        for folder in (path / "objects", path, path.parent):
            durable.sync_folder(folder)
        durable.replace(path / "config", CONFIG, mode=0o644)
        durable.replace(path / "HEAD", _HEAD, mode=0o644)
    except OSError as reason:
        raise LibraryError(f"the library {path} cannot be made: {reason}") from reason


def differs(path: Path) -> bool:
    """Tell whether the repository is set up otherwise than it was made: its config, its HEAD, foreign history."""
    try:
        same = (path / "config").read_bytes() == CONFIG and (path / "HEAD").read_bytes() == _HEAD
    except OSError:
        return True
    return not same or any((path / name).exists() for name in _FOREIGN)
