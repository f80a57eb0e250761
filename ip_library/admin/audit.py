"""Who did what: read, never changed."""

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from ip_library.admin.display import monospaced
from ip_library.admin.scoped import ProjectFilter, ReadOnlyAdmin
from ip_library.models import AuditEvent
from ip_library.selectors.access import Action


class AuditEventAdmin(ReadOnlyAdmin):
    """The record of who did what, for those who may read it."""

    reads = Action.READ_AUDIT
    list_display = ["at", "actor_login", "action", "subject", "project"]
    list_display_links = ("at", "subject")
    list_filter: ClassVar[Any] = [ProjectFilter]
    list_select_related = ("project",)
    search_fields: ClassVar[Any] = ["actor_login", "action", "subject"]
    date_hierarchy = "at"
    ordering: ClassVar[Any] = ["-pk"]
    fields: ClassVar[Any] = ["at", "project", "actor_login", "action", "subject", "was", "became"]

    @admin.display(description="before")
    def was(self, row: AuditEvent) -> SafeString:
        """Show what stood there before."""
        return _readable(row.before)

    @admin.display(description="after")
    def became(self, row: AuditEvent) -> SafeString:
        """Show what stands there since."""
        return _readable(row.after)


def _readable(values: dict[str, Any]) -> SafeString:
    if not values:
        return SafeString("-")
    if set(values) == {"xml"}:
        return monospaced(str(values["xml"]))
    return monospaced(json.dumps(values, indent=2, ensure_ascii=False))
