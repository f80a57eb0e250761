"""Commit again what follows an asset, so that it uses what the labels point to now. One changeset for all of it."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from ip_library.core.errors import RefusedError
from ip_library.core.trailers import check_message
from ip_library.models import Project
from ip_library.selectors.access import Action
from ip_library.selectors.blast import Follower, followers_of
from ip_library.selectors.prepare import Prepared, prepare_assets
from ip_library.services.access import require
from ip_library.services.audit import refusals
from ip_library.services.commit import CommitResult, commit_assets


def recast(
    *, project: Project, kind: str, asset: str, message: str, author: User | None, only: Sequence[str] = ()
) -> CommitResult:
    """Commit what follows a label of an asset anew, variants before shots; ``only`` these of them, by name.

    Each is taken as it was last committed: drafts are neither read nor touched. Who uses already what its labels point
    to is left alone.

    Raises:
        NotAllowedError: the author's role does not grant committing.
        RefusedError: a message that cannot be stored, or ``only`` names what does not follow; nothing is changed.
        InvalidDocumentError: what was committed does not fit what it would use now; nothing is changed.
        LibraryError: the repository cannot be written; nothing is changed.
    """
    with refusals(project, author, "recast", f"{kind}/{asset}"):
        message = check_message(message)
        require(author, project, Action.COMMIT, subject=f"{kind}/{asset}")
        chosen = to_recast(project, kind, asset, only)
        if not chosen:
            return CommitResult(None, (), ())
        names = [(item.kind, item.asset) for item in chosen]
        return commit_assets(project=project, assets=names, message=message, author=author, from_versions=True)


def preview_recast(project: Project, kind: str, asset: str, only: Sequence[str] = ()) -> list[Prepared]:
    """Work out what ``recast`` would write, without writing.

    Raises:
        RefusedError: ``only`` names what does not follow.
    """
    names = [(item.kind, item.asset) for item in to_recast(project, kind, asset, only)]
    return prepare_assets(project, names, from_versions=True)


def behind(project: Project, kind: str, asset: str) -> list[Follower]:
    """Return who follows an asset and does not use yet what its labels point to, or no longer fits it."""
    prepared = preview_recast(project, kind, asset)
    names = {(item.document.kind, item.document.asset) for item in prepared if item.version or item.problems}
    return [item for item in to_recast(project, kind, asset) if (item.kind, item.asset) in names]


def to_recast(project: Project, kind: str, asset: str, only: Sequence[str] = ()) -> list[Follower]:
    """Return who follows any label of an asset, or those of them that ``only`` names.

    Raises:
        RefusedError: ``only`` names what does not follow.
    """
    followers = followers_of(project, kind, asset, label=None)
    names = {item.asset for item in followers}
    for name in only:
        if name not in names:
            known = ", ".join(sorted(names)[:10]) or "nothing does"
            raise RefusedError("only", name[:80], f"something that follows {kind} {asset}: {known}")
    return [item for item in followers if not only or item.asset in only]
