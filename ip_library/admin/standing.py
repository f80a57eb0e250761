"""How an asset stands, in the lists of drafts: the status of its newest version, and which version is the canon."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from ip_library.admin.scoped import ScopedAdmin
from ip_library.core.documents import CANON
from ip_library.core.reviews import WIP
from ip_library.models import Label, Version


class StandingAdmin(ScopedAdmin):
    """Drafts of one kind with two columns more, beside their latest version; in the query of the list itself."""

    kind: ClassVar[str]
    name_field: ClassVar[str] = "slug"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give each draft the status of its latest version, and the number of its canon."""
        asset = {"project": OuterRef("project"), "kind": self.kind, "asset": OuterRef(self.name_field)}
        newest = Version.objects.filter(**asset).order_by("-number")
        canon = Label.objects.filter(**asset, name=CANON)
        rows: QuerySet[Any] = super().get_queryset(request)
        standing: QuerySet[Any] = rows.annotate(
            latest_status=Subquery(newest.annotate(found=Coalesce("review__status", Value(WIP))).values("found")[:1]),
            canon_number=Subquery(canon.values("version__number")[:1]),
        )
        return standing

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Put the columns where the latest version stands."""
        columns = [*super().get_list_display(request)]
        if "latest" in columns:
            at = columns.index("latest") + 1
            columns[at:at] = ["standing", "canon"]
        return columns

    @admin.display(description="status", empty_value="-", ordering="latest_status")
    def standing(self, row: Any) -> str | None:
        """Show how the latest version stands."""
        found: str | None = row.latest_status
        return found

    @admin.display(description="canon", empty_value="-", ordering="canon_number")
    def canon(self, row: Any) -> str | None:
        """Show which version is the canon, as people write it."""
        return None if row.canon_number is None else f"v{row.canon_number:03d}"
