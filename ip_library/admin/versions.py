"""What has been committed: read, never changed."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.admin.compare import ComparingAdmin
from ip_library.admin.display import first_line, link, links, monospaced
from ip_library.admin.reviews import LabelFilter, ReviewedAdmin, StatusFilter
from ip_library.admin.scoped import ProjectFilter, ReadOnlyAdmin, allows
from ip_library.core import documents as d
from ip_library.core.errors import SetteiError
from ip_library.core.paths import document_path
from ip_library.models import Changeset, Version
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import MODELS, named
from ip_library.selectors.history import blame, changes_in
from ip_library.selectors.library import repository_path
from ip_library.selectors.waivers import waiver_uses
from ip_library.services.restore import restore_version


class ChangesetAdmin(ReadOnlyAdmin):
    """Git commits."""

    list_display = ["short_sha", "summary", "author_login", "project", "branch", "count", "committed_at"]
    list_filter: ClassVar[Any] = [ProjectFilter, "branch", "sealed"]
    list_select_related = ("project",)
    search_fields: ClassVar[Any] = ["sha", "message", "author_login", "author_name"]
    date_hierarchy = "committed_at"
    ordering: ClassVar[Any] = ["-committed_at", "-sequence"]
    fields: ClassVar[Any] = [
        "project", "branch", "sequence", "message", "author_name", "author_login", "committed_at", "sha", "parent",
        "sealed", "held", "show_with_git",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the versions of each."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(versions_held=Count("versions"))
        return counted

    @admin.display(description="commit", ordering="sha")
    def short_sha(self, row: Changeset) -> str:
        """Show the sha as people quote it."""
        return row.sha[:10]

    @admin.display(description="message")
    def summary(self, row: Changeset) -> str:
        """Show the first line of the message."""
        return first_line(row.message)

    @admin.display(description="versions")
    def count(self, row: Any) -> int:
        """Show how many versions it holds."""
        return int(row.versions_held)

    @admin.display(description="holds")
    def held(self, row: Changeset) -> SafeString:
        """Link to what it holds."""
        prompts = row.prompts.filter(version=None).select_related("project", "changeset")
        moves = row.moves.select_related("version").order_by("pk")
        return links([*row.versions.order_by("pk"), *prompts, *moves])

    @admin.display(description="in Git")
    def show_with_git(self, row: Changeset) -> SafeString:
        """Show the command that shows the commit."""
        return monospaced(f"git -C {repository_path(row.project)} show {row.sha}")


class VersionAdmin(ComparingAdmin, ReviewedAdmin):
    """Numbered states of assets."""

    list_display = ["asset", "number_label", "kind", "status", "project", "summary", "author", "committed"]
    list_filter: ClassVar[Any] = [ProjectFilter, "kind", StatusFilter, LabelFilter]
    list_select_related = ("project", "changeset")
    search_fields: ClassVar[Any] = ["asset", "changeset__message", "changeset__author_login", "changeset__sha"]
    date_hierarchy = "changeset__committed_at"
    actions = ["compare", "restore", *ReviewedAdmin.review_actions]
    actions_on_bottom = False
    ordering: ClassVar[Any] = ["-changeset__committed_at", "asset", "-number"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["project", "kind", "asset", "number_label", "message", "author", "committed", "commit"]}),
        ("Where it stands", {"fields": ["status", "labels", "judged", "if_approved", "moves"]}),
        ("What it changed", {"fields": ["changes", "compare_with", "waived"]}),
        ("Around it", {"fields": ["resolved", "used_by", "draft", "history"]}),
        ("Who introduced what", {"fields": ["origins"]}),
        ("Document", {"fields": ["text", "sha256", "show_with_git"]}),
        ("Compiled prompts", {"fields": ["compiled"]}),
    ]

    def has_restore_permission(self, request: HttpRequest) -> bool:
        """Let those restore who may commit; each version is checked again by the service."""
        return allows(request, Action.COMMIT)

    @admin.action(description="Restore the selected version", permissions=["restore"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Commit the content of one earlier version again, as a new version."""
        chosen = list(queryset.select_related("project")[:2])
        if len(chosen) != 1:
            self.message_user(request, "Select exactly one version to restore.", messages.ERROR)
            return
        author = request.user if isinstance(request.user, User) else None
        try:
            result = restore_version(version=chosen[0], author=author)
        except SetteiError as reason:
            self.message_user(request, str(reason), messages.ERROR)
            return
        if result.changeset is None:
            self.message_user(
                request, f"Nothing to restore: {chosen[0].asset} is as {chosen[0].label} already.", messages.INFO
            )
            return
        done = f"Restored {chosen[0].asset} {chosen[0].label} as {result.versions[0].label}."
        self.message_user(request, done, messages.SUCCESS)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show prompts where a shot has some."""
        shot = obj is not None and obj.kind == d.SHOT
        return [item for item in self.fieldsets if shot or item[0] != "Compiled prompts"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Leave the documents unread in lists."""
        return super().get_search_results(request, queryset.defer("document"), search_term)

    @admin.display(description="version", ordering="number")
    def number_label(self, row: Version) -> str:
        """Show the number as people write it."""
        return row.label

    @admin.display(description="message")
    def summary(self, row: Version) -> str:
        """Show the first line of why it was made."""
        return first_line(row.changeset.message)

    @admin.display(description="message")
    def message(self, row: Version) -> str:
        """Show why it was made."""
        return row.changeset.message

    @admin.display(description="author", ordering="changeset__author_login")
    def author(self, row: Version) -> str:
        """Show who made it."""
        return row.changeset.author_name

    @admin.display(description="committed", ordering="changeset__committed_at")
    def committed(self, row: Version) -> str:
        """Show when it was made."""
        return f"{row.changeset.committed_at:%Y-%m-%d %H:%M} UTC"

    @admin.display(description="commit")
    def commit(self, row: Version) -> SafeString:
        """Link to its changeset."""
        return link(row.changeset, row.changeset.sha)

    @admin.display(description="uses")
    def resolved(self, row: Version) -> SafeString:
        """Link to what it used."""
        return links(item.used for item in row.resolutions.select_related("used"))

    @admin.display(description="used by")
    def used_by(self, row: Version) -> SafeString:
        """Link to the newest versions that used it."""
        return links(item.using for item in row.uses.select_related("using").order_by("-pk")[:20])

    @admin.display(description="draft")
    def draft(self, row: Version) -> SafeString:
        """Link to the draft as it is now."""
        return links(MODELS[row.kind].objects.filter(project=row.project, **named(row.kind, [row.asset])))

    @admin.display(description="history")
    def history(self, row: Version) -> SafeString:
        """Link to the versions before and after."""
        chosen = urlencode({"project": row.project.slug, "kind__exact": row.kind, "asset": row.asset})
        url = reverse("admin:ip_library_version_changelist")
        return format_html('<a href="{}?{}">all versions of {}</a>', url, chosen, row.asset)

    @admin.display(description="changes")
    def changes(self, row: Version) -> SafeString:
        """Show what changed against the version before, by field and tag."""
        return format_html_join(SafeString("<br>"), "{}", ((str(change),) for change in changes_in(row))) or SafeString(
            "-"
        )

    @admin.display(description="waivers")
    def waived(self, row: Version) -> SafeString:
        """Show under which waivers it was committed, and what they let pass."""
        uses = waiver_uses([row])
        return format_html_join(
            SafeString("<br>"), "{}: {}", ((link(use.waiver, use.waiver.reason), use.message) for use in uses)
        ) or SafeString("-")

    @admin.display(description="parts")
    def origins(self, row: Version) -> SafeString:
        """Show for each part which version introduced it, who made that, and why."""
        return format_html(
            '<table class="origins"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
            format_html_join("", "<th>{}</th>", ((name,) for name in ("Field", "Part", "Since", "By", "Why"))),
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        origin.field,
                        origin.value,
                        link(origin.version, origin.version.label),
                        origin.version.changeset.author_name,
                        first_line(origin.version.changeset.message),
                    )
                    for origin in blame(row)
                ),
            ),
        )

    @admin.display(description="canonical XML")
    def text(self, row: Version) -> SafeString:
        """Show the document as it lies in Git."""
        return monospaced(row.document)

    @admin.display(description="in Git")
    def show_with_git(self, row: Version) -> SafeString:
        """Show the command that prints the document."""
        where = f"{row.changeset.sha}:{document_path(row.kind, row.asset)}"
        return monospaced(f"git -C {repository_path(row.project)} show {where}")

    @admin.display(description="prompts")
    def compiled(self, row: Version) -> SafeString:
        """Show each compiled prompt."""
        rows = row.prompts.select_related("project", "changeset").order_by("pk")
        return format_html_join(
            "",
            '<div class="compiled"><h3>{}</h3><p>{}</p>{}{}</div>',
            (
                (
                    prompt.dialect,
                    link(prompt, prompt.path),
                    monospaced(prompt.text),
                    format_html("<p>negative</p>{}", monospaced(prompt.negative_text)) if prompt.negative_text else "",
                )
                for prompt in rows
            ),
        )
