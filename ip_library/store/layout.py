"""The folder of a bare repository: how it is made, and how it must look ever after."""

import os
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
MIRROR_CONFIG: Final = b"""[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tfsync = all
\thooksPath = /dev/null
[gc]
\tauto = 0
[receive]
\tdenyNonFastForwards = true
\tdenyDeletes = true
\tfsckObjects = true
"""
# Each would lend, hide or redirect history.
_FOREIGN: Final = (
    "objects/info/alternates",
    "objects/info/http-alternates",
    "info/grafts",
    "shallow",
    "commondir",
    "config.worktree",
)


def create(path: Path, *, config: bytes = CONFIG) -> None:
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
        durable.replace(path / "config", config, mode=0o644)
        durable.replace(path / "HEAD", _HEAD, mode=0o644)
    except OSError as reason:
        raise LibraryError(f"the library {path} cannot be made: {reason}") from reason


def differences(path: Path) -> list[str]:
    """Tell what is set up otherwise than the repository was made: its config, its HEAD, foreign history."""
    found = []
    for name, made in (("config", CONFIG), ("HEAD", _HEAD)):
        try:
            same = not (path / name).is_symlink() and (path / name).read_bytes() == made
        except OSError:
            same = False
        if not same:
            found.append(f"{name} is not the one it was made with")
    found += [f"{name} lends or hides history" for name in _FOREIGN if os.path.lexists(path / name)]
    return found
