"""Keep reference art: what people upload is re-encoded, stored under its digest, and recorded."""

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core import durable
from ip_library.core.errors import StorageError
from ip_library.core.pictures import Picture, clean_name, read_picture
from ip_library.models import Project, ReferenceImage
from ip_library.selectors.access import Action
from ip_library.selectors.art import reference_path, thumbnail_path
from ip_library.services.access import require
from ip_library.services.audit import record_event


def store_reference(*, project: Project, data: bytes, name: str, uploader: User | None) -> ReferenceImage:
    """Keep an uploaded file as reference art of a project; the same pixels are kept once.

    Raises:
        NotAllowedError: the uploader's role does not grant editing.
        RefusedError: it is no picture that is kept (``core/pictures.py``).
        StorageError: the disk refuses.
    """
    require(uploader, project, Action.EDIT)
    return keep_picture(project=project, picture=read_picture(data, name=name), name=name, uploader=uploader)


def keep_picture(*, project: Project, picture: Picture, name: str, uploader: User | None) -> ReferenceImage:
    """Keep a picture that has been read already, as a form has to show what is wrong with it.

    Raises:
        NotAllowedError: the uploader's role does not grant editing.
        StorageError: the disk refuses.
    """
    require(uploader, project, Action.EDIT)
    files = [(reference_path(picture.sha256), picture.png), (thumbnail_path(picture.sha256), picture.thumbnail)]
    try:
        durable.write_new(files, mode=0o444, scope="references")
    except OSError as reason:
        raise StorageError(f"the reference picture cannot be kept: {reason.strerror or reason}") from reason
    with transaction.atomic():
        row, fresh = ReferenceImage.objects.get_or_create(
            project=project,
            sha256=picture.sha256,
            defaults={
                "width": picture.width,
                "height": picture.height,
                "size": len(picture.png),
                "original_name": clean_name(name),
                "uploaded_by": uploader,
            },
        )
        if fresh:
            after = {"sha256": row.sha256, "name": row.original_name, "width": row.width, "height": row.height}
            record_event(
                project=project, actor=uploader, action="upload", subject=f"reference/{row.sha256}", after=after
            )
    return row
