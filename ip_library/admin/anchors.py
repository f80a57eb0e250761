"""Signed anchors, read and never changed; and the banner that says when the mirror refused."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ip_library.admin.display import monospaced
from ip_library.admin.generic import ModelAdmin
from ip_library.admin.scoped import ProjectFilter, ReadOnlyAdmin
from ip_library.models import Anchor, Project
from ip_library.selectors.access import Action
from ip_library.selectors.mirrors import REFUSED, last_push, mirror_of


class AnchorAdmin(ReadOnlyAdmin):
    """What was signed, for those who may read the audit."""

    reads = Action.READ_AUDIT
    list_display = ["number", "project", "at", "signer"]
    list_filter: ClassVar[Any] = [ProjectFilter]
    list_select_related = ("project", "changeset")
    ordering: ClassVar[Any] = ["-pk"]
    fields: ClassVar[Any] = ["project", "number", "at", "commit", "signer", "stated", "signed"]

    @admin.display(description="number", ordering="changeset__sequence")
    def number(self, row: Anchor) -> int:
        """Show which anchor of the project it is."""
        return row.changeset.sequence

    @admin.display(description="at", ordering="changeset__committed_at")
    def at(self, row: Anchor) -> Any:
        """Show when it was made."""
        return row.changeset.committed_at

    @admin.display(description="commit")
    def commit(self, row: Anchor) -> str:
        """Show the commit on branch ``anchors``."""
        return row.changeset.sha

    @admin.display(description="payload")
    def stated(self, row: Anchor) -> SafeString:
        """Show the bytes that were signed."""
        return monospaced(row.payload)

    @admin.display(description="signature")
    def signed(self, row: Anchor) -> SafeString:
        """Show the signature, as ssh-keygen reads it."""
        return monospaced(row.signature)


class MirrorBanner(ModelAdmin):
    """A project's page says in red when the last push to its mirror was refused or failed."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        """Add the banner."""
        row = options.get("obj")
        if isinstance(row, Project) and request.method == "GET" and mirror_of(row):
            event = last_push(row)
            if event and event.outcome == REFUSED:
                alarm = "ALARM: " if event.after.get("alarm") else ""
                when = f"{event.at:%Y-%m-%d %H:%M} UTC"
                text = f"{alarm}the last push to the mirror did not succeed ({when}): {event.reason}"
                messages.error(request, f"{text}. Run `manage.py verify`, then `manage.py mirror {row.slug}`.")
        return super().render_change_form(request, context, *args, **options)
