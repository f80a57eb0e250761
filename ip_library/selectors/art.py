"""Read reference art: where its files lie, and who may see them."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User

from ip_library.core.errors import StorageError, UnknownError
from ip_library.models import ReferenceImage
from ip_library.selectors.access import visible_projects


def reference_path(sha256: str) -> Path:
    """Return where the picture of this digest lies: ``references/<first two digits>/<sha256>.png``."""
    return Path(settings.MEDIA) / "references" / sha256[:2] / f"{sha256}.png"


def thumbnail_path(sha256: str) -> Path:
    """Return where the small copy of a picture lies, beside it."""
    return reference_path(sha256).with_suffix(".webp")


def get_reference(user: User | AnonymousUser, sha256: str) -> ReferenceImage:
    """Return a picture that the person may see, through any project of theirs.

    Raises:
        UnknownError: there is none, for this person.
    """
    rows = ReferenceImage.objects.filter(sha256=sha256, project__in=visible_projects(user))
    if found := rows.order_by("pk").first():
        return found
    raise UnknownError("reference picture", sha256)


def read_reference(image: ReferenceImage, *, thumbnail: bool = False) -> bytes:
    """Return the file of a picture, or its small copy.

    Raises:
        StorageError: it cannot be read.
    """
    path = thumbnail_path(image.sha256) if thumbnail else reference_path(image.sha256)
    try:
        return path.read_bytes()
    except OSError as reason:
        raise StorageError(f"the reference picture {path} cannot be read: {reason.strerror or reason}") from reason
