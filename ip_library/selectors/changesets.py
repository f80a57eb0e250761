"""What a changeset holds, and the commit that its rows make."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ip_library.core.documents import CANON as CANON_LABEL
from ip_library.core.documents import SHOT
from ip_library.core.paths import document_path, negative_path, prompt_path
from ip_library.core.prompt import DIALECTS
from ip_library.core.trailers import LabelName, VersionName, write_message
from ip_library.models import Anchor, Changeset, LabelMove, Project, PromptRevision, Version
from ip_library.store.git import GitStore, Identity, Plan

ANCHOR_PATH: Final = "anchor.json"
SIGNATURE_PATH: Final = "anchor.json.sig"
COMMITTER = ("Settei", "settei@localhost")

Files = dict[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Content:
    """What a changeset holds, as rows that may not be saved yet: versions and prompts, or label moves, or an anchor."""

    versions: Sequence[Version] = ()
    prompts: Sequence[PromptRevision] = ()
    moves: Sequence[LabelMove] = ()
    anchor: Anchor | None = None

    def files(self) -> Files:
        """Return the files of the commit; nothing stands for a file that must not be there."""
        files: Files = {
            document_path(version.kind, version.asset): version.document.encode() for version in self.versions
        }
        for prompt in self.prompts:
            files[prompt.path] = prompt.text.encode()
            if prompt.version:
                path = negative_path(prompt.dialect, prompt.version.asset)
                files[path] = prompt.negative_text.encode() or None
        for move in self.moves:
            files |= _files_of_move(move)
        if self.anchor:
            files |= {ANCHOR_PATH: self.anchor.payload.encode(), SIGNATURE_PATH: self.anchor.signature.encode()}
        return files

    def message(self, changeset: Changeset) -> str:
        """Return the whole message of the commit: what a person wrote, then the trailers."""
        return write_message(
            changeset.message,
            changeset=str(changeset.pk),
            author=changeset.author_login,
            versions=[VersionName(version.kind, version.asset, version.number) for version in self.versions],
            labels=[
                LabelName(move.name, move.kind, move.asset, move.version.number if move.version else None)
                for move in self.moves
            ],
        )


def _files_of_move(move: LabelMove) -> Files:
    """Return what moving a label changes on its branch, whose tree is exactly what ``canon`` points to."""
    if move.name != CANON_LABEL:
        return {}
    version = move.version
    files: Files = {document_path(move.kind, move.asset): version.document.encode() if version else None}
    if move.kind == SHOT:
        for dialect in DIALECTS:
            files |= {prompt_path(dialect, move.asset): None, negative_path(dialect, move.asset): None}
        for prompt in version.prompts.all() if version else ():
            files[prompt.path] = prompt.text.encode()
            files[negative_path(prompt.dialect, move.asset)] = prompt.negative_text.encode() or None
    return files


def head_of(project: Project, branch: str) -> tuple[str, int]:
    """Return the commit that a branch ends in, according to the database, and how many changesets it has."""
    head: str = getattr(project, f"{branch}_head")
    length: int = getattr(project, f"{branch}_length")
    return head, length


def content_of(changeset: Changeset) -> Content:
    """Read back what a changeset holds, in the order in which it was written."""
    return contents_of([changeset])[0]


def contents_of(changesets: Sequence[Changeset]) -> list[Content]:
    """Read back what several changesets hold, in few questions."""
    keys = [changeset.pk for changeset in changesets]
    anchors = {row.changeset_id: row for row in Anchor.objects.filter(changeset__in=keys)}
    moves: defaultdict[object, list[LabelMove]] = defaultdict(list)
    found = LabelMove.objects.filter(changeset__in=keys).select_related("version").prefetch_related("version__prompts")
    for move in found.order_by("pk"):
        moves[move.changeset_id].append(move)
    versions: defaultdict[object, list[Version]] = defaultdict(list)
    known = {}
    for version in Version.objects.filter(changeset__in=keys).order_by("pk"):
        versions[version.changeset_id].append(version)
        known[version.pk] = version
    prompts: defaultdict[object, list[PromptRevision]] = defaultdict(list)
    for prompt in PromptRevision.objects.filter(changeset__in=keys).order_by("pk"):
        if prompt.version_id in known:
            prompt.version = known[prompt.version_id]
        prompts[prompt.changeset_id].append(prompt)
    return [Content(versions[key], prompts[key], moves[key], anchors.get(key)) for key in keys]


def plan_of(store: GitStore, changeset: Changeset, content: Content) -> Plan:
    """Work out the commit of a changeset from its rows.

    Raises:
        LibraryError: the parent commit cannot be read.
    """
    when = int(changeset.committed_at.timestamp())
    return store.plan(
        parent=changeset.parent,
        files=content.files(),
        author=Identity(changeset.author_name, changeset.author_email, when),
        committer=Identity(*COMMITTER, when),
        message=content.message(changeset),
    )
