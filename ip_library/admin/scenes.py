"""Scenes."""

from typing import Any, ClassVar

from ip_library.admin.documents import Values, scene_document
from ip_library.admin.drafts import DraftAdmin
from ip_library.admin.forms import DraftForm
from ip_library.core import documents as d
from ip_library.models import Scene


class SceneForm(DraftForm):
    """A place and its light."""

    class Meta:
        """Django's options."""

        model = Scene
        fields: ClassVar[list[str]] = ["project", "slug", "name", *d.SCENE_SLOTS, "notes"]

    def document(self, values: Values) -> d.Document:
        """Return the scene."""
        return scene_document(values)


class SceneAdmin(DraftAdmin):
    """Scenes."""

    kind = d.SCENE
    form = SceneForm
    list_display = ["slug", "name", "project", "latest", "changed_at"]
    search_fields: ClassVar[Any] = ["slug", "name"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("slug", "name")]}),
        (
            "Place and light",
            {
                "description": "Tags, separated by commas.",
                "fields": [("background", "environment"), ("lighting", "atmosphere")],
            },
        ),
        ("Besides", {"fields": ["notes"]}),
    ]
