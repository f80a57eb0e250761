"""Go back to an earlier version: the draft becomes what it was, and is committed as a new version."""

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.errors import InvalidDocumentError, RefusedError
from ip_library.models import Version
from ip_library.selectors.drafts import as_draft, get_draft, read_draft
from ip_library.selectors.library import latest_version
from ip_library.services.audit import kept_refusals, refusals
from ip_library.services.commit import CommitResult, check_draft, commit_assets
from ip_library.services.edit import save_document
from ip_library.services.reviews import carry_approval


def restore_version(*, version: Version, author: User | None, message: str = "") -> CommitResult:
    """Commit the content of an earlier version again. History is kept: nothing is taken back.

    A shot follows its labels again, so it resolves to what they point to now; what was pinned stays pinned. A new
    version that says byte for byte what an approved one said is approved as that one was: nobody need look again.

    Raises:
        NotAllowedError: the author's role does not grant editing and committing.
        RefusedError: the draft holds changes that are in no version, and would be lost.
        InvalidDocumentError: the content is refused by today's rules, or refers to what is gone; nothing is changed.
        LibraryError: the repository cannot be written; the draft is restored, not yet committed.
    """
    subject = f"{version.kind}/{version.asset}"
    with kept_refusals(), refusals(version.project, author, "restore", subject):
        _refuse_loss(version)
        with transaction.atomic():  # a draft that could not be committed is not restored either
            save_document(project=version.project, document=from_xml(version.document.encode()), editor=author)
            if problems := check_draft(version.project, version.kind, version.asset):
                raise InvalidDocumentError(f"{version.kind} {version.asset}", problems)
        result = commit_assets(
            project=version.project,
            assets=[(version.kind, version.asset)],
            message=message or f"Restore {version.asset} {version.label}",
            author=author,
        )
        for restored in result.versions:
            carry_approval(source=version, version=restored, author=author)
    return result


def _refuse_loss(version: Version) -> None:
    """Refuse to put an old version in the place of work that nobody has committed."""
    last = latest_version(version.project, version.kind, version.asset)
    draft = read_draft(get_draft(version.project, version.kind, version.asset))
    if last and to_xml(draft) != to_xml(as_draft(from_xml(last.document.encode()))):
        raise RefusedError("the draft", version.asset, f"as {last.label}: commit or undo what was changed in it first")
