"""What shots share: poses, props and styles."""

from typing import Any, ClassVar

from ip_library.admin.documents import Values, pose_document, prop_document, style_document
from ip_library.admin.drafts import DraftAdmin
from ip_library.admin.forms import DraftForm
from ip_library.core import documents as d
from ip_library.models import Pose, Prop, Style

_FIELDS = ["project", "slug", "name", "tags", "notes"]


class PoseForm(DraftForm):
    """A pose that several shots use."""

    class Meta:
        """Django's options."""

        model = Pose
        fields: ClassVar[list[str]] = _FIELDS

    def document(self, values: Values) -> d.Document:
        """Return the pose."""
        return pose_document(values)


class PropForm(DraftForm):
    """A thing that is held or stands about."""

    class Meta:
        """Django's options."""

        model = Prop
        fields: ClassVar[list[str]] = _FIELDS

    def document(self, values: Values) -> d.Document:
        """Return the prop."""
        return prop_document(values)


class StyleForm(DraftForm):
    """How pictures are drawn."""

    class Meta:
        """Django's options."""

        model = Style
        fields: ClassVar[list[str]] = ["project", "slug", "name", *d.STYLE_SLOTS, "notes"]

    def document(self, values: Values) -> d.Document:
        """Return the style."""
        return style_document(values)


class PresetAdmin(DraftAdmin):
    """What the pages of poses and props share."""

    list_display = ["slug", "name", "tags", "project", "latest", "changed_at"]
    search_fields: ClassVar[Any] = ["slug", "name", "tags"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("slug", "name")]}),
        ("Tags", {"description": "Tags, separated by commas.", "fields": ["tags"]}),
        ("Besides", {"fields": ["notes"]}),
    ]


class PoseAdmin(PresetAdmin):
    """Poses."""

    kind = d.POSE
    form = PoseForm


class PropAdmin(PresetAdmin):
    """Props."""

    kind = d.PROP
    form = PropForm


class StyleAdmin(DraftAdmin):
    """Styles."""

    kind = d.STYLE
    form = StyleForm
    list_display = ["slug", "name", "project", "latest", "changed_at"]
    search_fields: ClassVar[Any] = ["slug", "name", "style", "artists"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", ("slug", "name")]}),
        (
            "How it is drawn",
            {"description": "Tags, separated by commas.", "fields": [("style", "artists"), ("quality", "negative")]},
        ),
        ("Besides", {"fields": ["notes"]}),
    ]
