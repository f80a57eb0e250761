"""What a changeset holds, and the commit that its rows make."""

from collections.abc import Sequence
from dataclasses import dataclass

from ip_library.core.paths import document_path, negative_path
from ip_library.core.trailers import VersionName, write_message
from ip_library.models import Changeset, Project, PromptRevision, Version
from ip_library.store.git import GitStore, Identity, Plan

_COMMITTER = ("Settei", "settei@localhost")


@dataclass(frozen=True, slots=True)
class Content:
    """What a changeset holds, as rows that may not be saved yet."""

    versions: Sequence[Version] = ()
    prompts: Sequence[PromptRevision] = ()

    def files(self) -> dict[str, bytes | None]:
        """Return the files of the commit; nothing stands for a file that must not be there."""
        files: dict[str, bytes | None] = {
            document_path(version.kind, version.asset): version.document.encode() for version in self.versions
        }
        for prompt in self.prompts:
            files[prompt.path] = prompt.text.encode()
            if prompt.version:
                path = negative_path(prompt.dialect, prompt.version.asset)
                files[path] = prompt.negative_text.encode() or None
        return files


def head_of(project: Project, branch: str) -> tuple[str, int]:
    """Return the commit that a branch ends in, according to the database, and how many changesets it has."""
    head: str = getattr(project, f"{branch}_head")
    length: int = getattr(project, f"{branch}_length")
    return head, length


def content_of(changeset: Changeset) -> Content:
    """Read back what a changeset holds, in the order in which it was written."""
    return Content(
        versions=list(changeset.versions.order_by("pk")),
        prompts=list(changeset.prompts.select_related("version").order_by("pk")),
    )


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
        committer=Identity(*_COMMITTER, when),
        message=write_message(
            changeset.message,
            changeset=str(changeset.pk),
            author=changeset.author_login,
            versions=[VersionName(version.kind, version.asset, version.number) for version in content.versions],
        ),
    )
