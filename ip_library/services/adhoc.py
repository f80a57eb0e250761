"""Commit a prompt that belongs to no shot, before it is rendered: no image without a Git revision of its prompt."""

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.canonical import digest
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.failpoints import point
from ip_library.core.paths import ADHOC, adhoc_path
from ip_library.core.problems import errors_of
from ip_library.core.prompt_file import check_prompt
from ip_library.models import Project, PromptRevision
from ip_library.selectors.access import Action
from ip_library.selectors.changesets import Content
from ip_library.services.access import require
from ip_library.services.audit import record_event, refusals
from ip_library.services.changesets import lock_project, record_changeset, seal_changeset


def commit_adhoc(*, project: Project, data: bytes, author: User | None) -> PromptRevision:
    """Commit a prompt's bytes on the ad-hoc branch; the same bytes make no second commit.

    Raises:
        InvalidDocumentError: the prompt breaks the rules.
        NotAllowedError: the author's role does not grant rendering.
        LibraryError: the repository cannot be written; nothing is changed.
    """
    sha256 = digest(data)
    with refusals(project, author, "commit prompt", adhoc_path(sha256)):
        report = check_prompt(data)
        if not report.ok or report.dialect is None:
            raise InvalidDocumentError("prompt", errors_of(report.problems))
        require(author, project, Action.RENDER, subject=adhoc_path(sha256))
        return _commit(project, data, sha256, report.dialect, author)


def _commit(project: Project, data: bytes, sha256: str, dialect: str, author: User | None) -> PromptRevision:
    with transaction.atomic(durable=True):
        project = lock_project(project)
        point("commit.locked")
        known = PromptRevision.objects.filter(project=project, version=None, sha256=sha256).first()
        if known:
            return known
        prompt = PromptRevision(
            project=project,
            dialect=dialect,
            path=adhoc_path(sha256),
            text=data.decode(),
            sha256=sha256,
        )
        changeset = record_changeset(
            project=project,
            branch=ADHOC,
            content=Content(prompts=[prompt]),
            message=f"Ad-hoc prompt {sha256[:12]}",
            author=author,
        )
        record_event(
            project=project,
            actor=author,
            action="commit prompt",
            subject=prompt.path,
            after={"commit": changeset.sha, "dialect": prompt.dialect},
        )
        point("commit.rows_written")
    point("commit.acknowledged")
    seal_changeset(changeset)
    point("seal.done")
    return prompt
