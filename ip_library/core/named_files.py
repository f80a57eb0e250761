"""The files that an import was given, each with a name for people that no other has."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ip_library.core.errors import RefusedError, UnknownError

FILES_TO: Final = 2000
_SUFFIXES: Final = (".xml", ".txt", ".png", ".csv")


def find_files(paths: Sequence[Path]) -> dict[str, Path]:
    """Return the files to read by their names: a folder stands for what is in and below it.

    Names are as short as they can be: a file of a name that another has is called by its path.

    Raises:
        UnknownError: there is no such file, or nothing to read in a folder.
        RefusedError: there are too many files.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = sorted(_inside(path))
            if not inside:
                raise UnknownError("file to import", str(path), hint=f"the folder holds no {', '.join(_SUFFIXES)}")
            named = {file.relative_to(path.parent).as_posix(): file for file in inside}
        elif path.exists() or path.is_symlink():
            named = {path.name: path}
        else:
            raise UnknownError("file", str(path))
        clash = any(found.get(name, file) != file for name, file in named.items())
        found |= {file.as_posix(): file for file in named.values()} if clash else named
        if len(found) > FILES_TO:
            raise RefusedError("paths", f"{len(found):,} files", f"at most {FILES_TO:,} files; see --versions for more")
    return found


def _inside(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):  # follows no links
        yield from (Path(place, name) for name in names if name.endswith(_SUFFIXES))
