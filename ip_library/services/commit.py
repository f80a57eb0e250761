"""Commit drafts: validate, resolve, compile, and write one changeset of one or several versions."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.errors import InvalidDocumentError, RefusedError, StaleDraftError
from ip_library.core.failpoints import point
from ip_library.core.paths import MAIN
from ip_library.core.problems import Problem
from ip_library.core.trailers import check_message
from ip_library.models import Changeset, Project, Resolution, Version
from ip_library.selectors.access import Action
from ip_library.selectors.changesets import Content
from ip_library.selectors.drafts import name_of_draft
from ip_library.selectors.prepare import AssetName, Prepared, prepare_assets
from ip_library.services.access import require
from ip_library.services.audit import record_event
from ip_library.services.changesets import lock_project, record_changeset, seal_changeset


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What a commit did: nothing is written when every asset is already committed as it is."""

    changeset: Changeset | None
    versions: tuple[Version, ...]
    unchanged: tuple[Version, ...]


def commit_assets(
    *,
    project: Project,
    assets: Sequence[AssetName],
    message: str,
    author: User | None,
    changeset_id: uuid.UUID | None = None,
    seen: Mapping[AssetName, int] | None = None,
) -> CommitResult:
    """Commit the drafts of ``assets`` (pairs of kind and name) as one changeset.

    A ``changeset_id`` chosen by the caller makes a repeated call harmless: it returns the first one's result.
    ``seen`` are the states of the drafts that the author looked at.

    Raises:
        NotAllowedError: the author's role does not grant committing.
        RefusedError: no assets, or a message that cannot be stored.
        InvalidDocumentError: a draft breaks the rules; nothing is changed.
        StaleDraftError: a draft is not in the state that was seen; nothing is changed.
        UnknownError: there is no such draft.
        LibraryError: the repository cannot be written; nothing is changed.
    """
    message = check_message(message)
    if not assets:
        raise RefusedError("assets", [], "at least one")
    require(author, project, Action.COMMIT)
    with transaction.atomic(durable=True):
        project = lock_project(project)
        point("commit.locked")
        done = Changeset.objects.filter(pk=changeset_id).first() if changeset_id else None
        if done:
            return _result_of(done, project)
        prepared = prepare_assets(project, assets)
        for item in prepared:
            _refuse(item, seen or {})
        new = [item for item in prepared if item.version]
        versions = tuple(item.version for item in new if item.version)
        unchanged = tuple(item.last for item in prepared if item.last and not item.version)
        if not versions:
            return CommitResult(None, (), unchanged)
        changeset = record_changeset(
            project=project,
            branch=MAIN,
            content=Content(versions, [prompt for item in new for prompt in item.prompts]),
            message=message,
            author=author,
            changeset_id=changeset_id,
        )
        _note(changeset, new, author)
        point("commit.rows_written")
    point("commit.acknowledged")
    seal_changeset(changeset)
    point("seal.done")
    return CommitResult(changeset, versions, unchanged)


def _note(changeset: Changeset, prepared: Sequence[Prepared], author: User | None) -> None:
    """Write what the new shot versions resolved to, and one audit event a version."""
    Resolution.objects.bulk_create(
        Resolution(shot=item.version, place=place, used=used)
        for item in prepared
        for place, used in enumerate(item.used)
        if used
    )
    for version in (item.version for item in prepared if item.version):
        record_event(
            project=changeset.project,
            actor=author,
            action="commit",
            subject=f"{version.kind}/{version.asset}",
            after={"version": version.label, "commit": changeset.sha, "message": changeset.message},
        )


def check_draft(project: Project, kind: str, asset: str) -> list[Problem]:
    """Return what would forbid committing a draft now, by itself and against what it refers to."""
    return list(prepare_assets(project, [(kind, asset)])[0].problems)


def _result_of(changeset: Changeset, project: Project) -> CommitResult:
    if changeset.project_id != project.pk:
        raise RefusedError("changeset_id", str(changeset.pk), "unused, or one of this project")
    return CommitResult(changeset, tuple(changeset.versions.order_by("pk")), ())


def _refuse(item: Prepared, seen: Mapping[AssetName, int]) -> None:
    if item.problems:
        raise InvalidDocumentError(f"{item.document.kind} {item.document.asset}", item.problems)
    name = name_of_draft(item.draft)
    if name in seen and seen[name] != item.draft.state:
        raise StaleDraftError(" ".join(name), seen=seen[name], current=item.draft.state)
