"""Images in the admin: what each is and where it comes from."""

from django.contrib import admin

from generation.admin.scoped import ReadOnlyAdmin
from generation.models import Image


class ImageAdmin(ReadOnlyAdmin):
    """The takes, never changed."""

    list_display = ("pk", "project", "shown", "kind", "seed", "width", "height", "created_at")
    list_filter = ("kind",)
    list_select_related = ("project", "prompt__version")
    search_fields = ("prompt__version__asset", "sha256", "pixels_sha256")
    ordering = ("-pk",)

    @admin.display(description="take")
    def shown(self, image: Image) -> str:
        """Return the take as people write it."""
        return str(image)
