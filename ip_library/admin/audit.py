"""Who did what: read, never changed."""

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.admin.display import first_line, monospaced
from ip_library.admin.scoped import ProjectFilter, ReadOnlyAdmin
from ip_library.models import AuditEvent
from ip_library.selectors.access import Action
from ip_library.selectors.audit import changes_of


class AuditEventAdmin(ReadOnlyAdmin):
    """The record of who did what, for those who may read it."""

    reads = Action.READ_AUDIT
    list_display = ["at", "actor_login", "action", "subject", "outcome", "why", "project"]
    list_display_links = ("at", "subject")
    list_filter: ClassVar[Any] = [ProjectFilter, "outcome", "action"]
    list_select_related = ("project",)
    search_fields: ClassVar[Any] = ["actor_login", "action", "subject", "reason"]
    date_hierarchy = "at"
    ordering: ClassVar[Any] = ["-pk"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["at", "project", "actor_login", "action", "outcome", "subject", "reason", "changes"]}),
        ("As it was recorded", {"fields": ["was", "became"], "classes": ["collapse"]}),
        ("Its place in the chain", {"fields": ["sequence", "previous", "hash"], "classes": ["collapse"]}),
    ]

    @admin.display(description="why")
    def why(self, row: AuditEvent) -> str:
        """Show the first line of the reason."""
        return first_line(row.reason) or "-"

    @admin.display(description="what changed")
    def changes(self, row: AuditEvent) -> SafeString:
        """Show every field that changed, before and after."""
        rows = [(change.field, change.before or "-", change.after or "-") for change in changes_of(row)]
        if not rows:
            return SafeString("-")
        return format_html(
            "<table><thead><tr><th>field</th><th>before</th><th>after</th></tr></thead><tbody>{}</tbody></table>",
            format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', rows),
        )

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
