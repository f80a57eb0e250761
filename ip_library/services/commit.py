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
from ip_library.models import Changeset, Project, Resolution, Version, Waiver, WaiverUse
from ip_library.selectors.access import Action
from ip_library.selectors.changesets import Content
from ip_library.selectors.drafts import AssetName, name_of_draft
from ip_library.selectors.prepare import Prepared, prepare_assets
from ip_library.services.access import require
from ip_library.services.audit import EventData, record_events, refusals
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
    from_versions: bool = False,
) -> CommitResult:
    """Commit the drafts of ``assets`` (pairs of kind and name) as one changeset.

    With ``from_versions`` what was last committed is committed anew instead, its labels followed again; the drafts
    stay as they are.

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
    subject = f"{assets[0][0]}/{assets[0][1]}" if len(assets) == 1 else f"project/{project.slug}"
    with refusals(project, author, "commit", subject):
        message = check_message(message)
        if not assets:
            raise RefusedError("assets", [], "at least one")
        require(author, project, Action.COMMIT, subject=subject)
        return _commit(project, assets, message, author, changeset_id, seen or {}, from_versions=from_versions)


def _commit(
    project: Project,
    assets: Sequence[AssetName],
    message: str,
    author: User | None,
    changeset_id: uuid.UUID | None,
    seen: Mapping[AssetName, int],
    *,
    from_versions: bool,
) -> CommitResult:
    with transaction.atomic(durable=True):
        project = lock_project(project)
        point("commit.locked")
        done = Changeset.objects.filter(pk=changeset_id).first() if changeset_id else None
        if done:
            return _result_of(done, project)
        prepared = prepare_assets(project, assets, from_versions=from_versions)
        for item in prepared:
            _refuse(item, seen)
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
        note_versions(project, [(changeset, item) for item in new], author)
        point("commit.rows_written")
    point("commit.acknowledged")
    seal_changeset(changeset)
    point("seal.done")
    return CommitResult(changeset, versions, unchanged)


def note_versions(project: Project, made: Sequence[tuple[Changeset, Prepared]], author: User | None) -> None:
    """Write what new versions, saved with their changesets, resolved to, and one audit event a version.

    ``project`` is the row as ``lock_project`` gave it in this transaction.
    """
    Resolution.objects.bulk_create(
        Resolution(using=item.version, field=field, used=used, follow=follow)
        for _, item in made
        for field, (used, follow) in item.used.items()
    )
    WaiverUse.objects.bulk_create(
        WaiverUse(version=item.version, waiver=waiver, message=message)
        for _, item in made
        for waiver, message in item.waived
    )
    events = [_event(changeset, item.version, item.waived) for changeset, item in made if item.version]
    record_events(project, author, events, fresh=True)


def _event(changeset: Changeset, version: Version, waived: Sequence[tuple[Waiver, str]]) -> EventData:
    waivers = (
        {"waived": [f"{waiver.author_login}: {waiver.reason} ({said})" for waiver, said in waived]} if waived else {}
    )
    return EventData(
        action="commit",
        subject=f"{version.kind}/{version.asset}",
        reason=changeset.message,
        after={"version": version.label, "commit": changeset.sha, "message": changeset.message, **waivers},
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
