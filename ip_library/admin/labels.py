"""Labels and how they moved: read here, moved from the versions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from ip_library.admin.display import link
from ip_library.admin.scoped import ProjectFilter, ReadOnlyAdmin
from ip_library.models import Label, LabelMove


class LabelAdmin(ReadOnlyAdmin):
    """Where labels point; ``latest`` has no row, it follows by itself."""

    list_display = ["name", "kind", "asset", "points_to", "project", "moved_at"]
    list_filter: ClassVar[Any] = [ProjectFilter, "kind"]
    list_select_related = ("project", "version")
    search_fields: ClassVar[Any] = ["name", "asset"]
    ordering: ClassVar[Any] = ["project", "name", "kind", "asset"]
    fields: ClassVar[Any] = ["project", "name", "kind", "asset", "points_to", "moved_at"]

    @admin.display(description="points to", ordering="version__number")
    def points_to(self, row: Label) -> SafeString:
        """Link to the version."""
        return link(row.version, row.version.label)


class LabelMoveAdmin(ReadOnlyAdmin):
    """Every move of a label, with the commit that records it."""

    list_display = ["name", "kind", "asset", "came_from", "went_to", "author", "moved", "project"]
    list_filter: ClassVar[Any] = [ProjectFilter, "kind"]
    list_select_related = ("project", "version", "previous", "changeset")
    search_fields: ClassVar[Any] = ["name", "asset", "changeset__message", "changeset__author_login"]
    ordering: ClassVar[Any] = ["-pk"]
    fields: ClassVar[Any] = [
        "project",
        "name",
        "kind",
        "asset",
        "came_from",
        "went_to",
        "author",
        "moved",
        "commit",
        "why",
    ]

    @admin.display(description="from")
    def came_from(self, row: LabelMove) -> SafeString:
        """Link to the version it left."""
        return link(row.previous, row.previous.label) if row.previous else SafeString("-")

    @admin.display(description="to")
    def went_to(self, row: LabelMove) -> SafeString:
        """Link to the version it went to."""
        return link(row.version, row.version.label) if row.version else SafeString("taken away")

    @admin.display(description="by", ordering="changeset__author_login")
    def author(self, row: LabelMove) -> str:
        """Show who moved it."""
        return row.changeset.author_name

    @admin.display(description="at", ordering="changeset__committed_at")
    def moved(self, row: LabelMove) -> str:
        """Show when."""
        return f"{row.changeset.committed_at:%Y-%m-%d %H:%M} UTC"

    @admin.display(description="commit")
    def commit(self, row: LabelMove) -> SafeString:
        """Link to its commit."""
        return link(row.changeset, row.changeset.sha)

    @admin.display(description="why")
    def why(self, row: LabelMove) -> str:
        """Show why."""
        return row.changeset.message
