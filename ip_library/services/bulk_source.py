"""The source of a bulk import: its files, the key of each commit that they become, and its documents pass by pass."""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from ip_library.core import documents as d
from ip_library.core.canonical import digest, from_xml
from ip_library.core.errors import InvalidDocumentError, RefusedError, SetteiError
from ip_library.core.ordering import references_first
from ip_library.core.problems import Problem, error
from ip_library.core.source_tree import SourceFile, find_documents, read_source
from ip_library.models import Project
from ip_library.selectors.drafts import AssetName, as_draft
from ip_library.services.bulk_commit import BATCH, Item

Progress = Callable[[str, int, int], None]
_NAMESPACE: Final = uuid.UUID("5b1f4a52-6a0e-4c0b-9d0c-3a3f0c8f2b11")  # any constant, but never another

Pair = tuple[SourceFile, str]  # a file and the SHA-256 that it had when it was first read


@dataclass(frozen=True, slots=True)
class Source:
    """A source that has been read once: its files, their digests, and the key of the whole."""

    files: tuple[SourceFile, ...]
    digests: tuple[str, ...]
    key: uuid.UUID

    def passes(self) -> Iterator[list[Pair]]:
        """Yield the files of each pass with their digests."""
        pairs = zip(self.files, self.digests, strict=True)
        for _, group in groupby(pairs, key=lambda pair: pair[0].number):
            yield list(group)

    def key_of(self, file: SourceFile) -> uuid.UUID:
        """Return the key of the changeset that a file becomes."""
        return uuid.uuid5(self.key, file.name)


def read_source_tree(project: Project, folder: Path, progress: Progress) -> Source:
    """Look at every file once: what the source holds decides the keys of its commits."""
    files = find_documents(folder)
    digests = []
    manifest = hashlib.sha256(f"{project.slug}\n".encode())
    for at, file in enumerate(files, start=1):
        digests.append(digest(read_source(file.path)))
        manifest.update(f"{digests[-1]} {file.name}\n".encode())
        progress("reading", at, len(files))
    return Source(tuple(files), tuple(digests), uuid.uuid5(_NAMESPACE, manifest.hexdigest()))


def once_more(source: Source, finished: int) -> Source:
    """Return what is left of a source that was imported before: each asset's last document, all in one pass.

    Its history is there already. The keys are new ones, and the same for every call until the next import of the
    source is finished.
    """
    last: dict[AssetName, Pair] = {}
    problems: list[Problem] = []
    for pairs in source.passes():
        last |= {(document.kind, document.asset): pair for pair, document in parsed(pairs, problems)}
    if problems:
        raise InvalidDocumentError("import", problems)
    files, digests = zip(*last.values(), strict=True)
    key = uuid.uuid5(source.key, f"again {finished}")
    return Source(tuple(replace(file, number=1) for file in files), digests, key)


def parsed(pairs: Sequence[Pair], problems: list[Problem]) -> Iterator[tuple[Pair, d.Document]]:
    """Read the documents of a pass; what cannot be read, and a second one of an asset, becomes a problem."""
    seen: dict[AssetName, str] = {}
    for pair in pairs:
        file = pair[0]
        try:
            document = document_in(pair)
        except InvalidDocumentError as reason:
            problems += [problem.under(file.name) for problem in reason.problems]
            continue
        except SetteiError as reason:
            problems.append(error(reason.code, file.name, str(reason)))
            continue
        name = (document.kind, document.asset)
        if name in seen:
            message = f"{name[0]} {name[1]!r} stands in {seen[name]} already; one pass holds one version of an asset"
            problems.append(error("import.twice", file.name, message))
            continue
        seen[name] = file.name
        yield pair, document


def batches_of(source: Source, read: Sequence[tuple[Pair, d.Document]]) -> Iterator[list[Item]]:
    """Yield the documents of one pass, which holds each asset once, in batches: what is referred to first."""
    files = {(document.kind, document.asset): pair[0] for pair, document in read}
    ordered = references_first(document for _, document in read)
    for start in range(0, len(ordered), BATCH):
        batch = [(files[item.kind, item.asset], item) for item in ordered[start : start + BATCH]]
        yield [Item(source.key_of(file), file.name, document) for file, document in batch]


def document_in(pair: Pair) -> d.Document:
    """Read a file again, which must still be what it was."""
    file, sha256 = pair
    data = read_source(file.path)
    if digest(data) != sha256:
        raise RefusedError("file", file.name, "left alone while it is imported; it has been changed")
    return as_draft(from_xml(data))
