"""A folder tree of canonical documents, as export writes it and import reads it.

``PATH/characters/**.xml`` and so on, one version each; or ``PATH/v001/...``, ``PATH/v002/...``: one pass after the
other, each with the versions that changed in it. Links are not followed, and every file is read within the limit of
the one parser.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ip_library.core.errors import RefusedError, UnknownError
from ip_library.core.files import read_bounded
from ip_library.core.xml import MAX_BYTES

FILES_TO: Final = 1_000_000
PROMPTS_FOLDER: Final = "prompts"  # compiled texts, which export may put beside the documents

_PASS: Final = re.compile(r"v([0-9]{3,6})")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source: where it lies, its name below the source, and its pass from 1."""

    path: Path
    name: str
    number: int


def find_documents(folder: Path) -> list[SourceFile]:
    """Return the documents' files of a source, pass by pass and by name; a single file is a source of one.

    Raises:
        UnknownError: there is no such folder, or no ``.xml`` file in it.
        RefusedError: passes and documents without a pass stand side by side, or there are too many files.
    """
    if folder.is_file():
        return [SourceFile(folder, folder.name, 1)]
    if not folder.is_dir():
        raise UnknownError("folder", str(folder))
    files = [SourceFile(path, name, _pass_of(name)) for path, name in _walk(folder)]
    if not files:
        raise UnknownError("document", str(folder), hint="the folder holds no .xml file")
    loose = next((file.name for file in files if not file.number), "")
    if loose and any(file.number for file in files):
        raise RefusedError("folder", loose, "in one of the folders v001, v002 ..., as the other documents are")
    return sorted(files, key=lambda file: (file.number, file.name))


def read_source(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file that an import names: a regular one, no link, within the limit.

    Raises:
        RefusedError: it is none, or cannot be read.
    """
    if path.is_symlink():
        raise RefusedError(str(path), "a link", "a regular file")
    try:
        return read_bounded(path, limit=limit)
    except OSError as reason:
        raise RefusedError(str(path), reason.strerror or str(reason), "a file that can be read") from None


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    count = 0
    for place, folders, names in os.walk(folder):  # follows no links
        folders.sort()
        here = Path(place).relative_to(folder)
        if here.parts and here.parts[-1] == PROMPTS_FOLDER and len(here.parts) <= 2:
            folders.clear()
            continue
        for name in sorted(names):
            if name.endswith(".xml"):
                count += 1
                if count > FILES_TO:
                    raise RefusedError("folder", str(folder), f"at most {FILES_TO:,} documents at once")
                yield Path(place, name), (here / name).as_posix()


def _pass_of(name: str) -> int:
    found = _PASS.fullmatch(name.split("/")[0])
    return int(found[1]) if found and "/" in name else 0
