"""What people do with versions in lists and on their pages: send for approval, approve, send back, label."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.admin.blast import moving
from ip_library.admin.display import link
from ip_library.admin.review_page import DEEDS, MOST, review_page, review_url
from ip_library.admin.scoped import ReadOnlyAdmin, allows
from ip_library.core.documents import CANON
from ip_library.core.errors import SetteiError
from ip_library.core.reviews import DONE, STATUSES, WFA, WIP
from ip_library.models import Label, Version
from ip_library.selectors.access import Action
from ip_library.selectors.blast import blast_radius
from ip_library.selectors.labels import labels_on, moves_of, with_status
from ip_library.services.labels import set_statuses


class StatusFilter(admin.SimpleListFilter):
    """Filter versions by status; one that nobody has judged is ``wip``."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every status."""
        return [(status, status) for status in STATUSES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the versions that stand so."""
        value = self.value()
        if not value:
            return queryset
        wanted = Q(review__status=value)
        return queryset.filter(wanted | Q(review=None) if value == WIP else wanted)


class LabelFilter(admin.SimpleListFilter):
    """Filter versions by a label that points to them."""

    title = "label"
    parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer ``canon``; other labels are found in the list of labels."""
        return [(CANON, CANON)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the versions to which it points."""
        value = self.value()
        return queryset.filter(pk__in=Label.objects.filter(name=value).values("version")) if value else queryset


class ReviewedAdmin(ReadOnlyAdmin):
    """Versions with how they stand, and with what can be decided about them."""

    review_actions: ClassVar[list[str]] = [
        "send_for_approval", "take_back", "approve", "retake", "finish", "put_label", "take_label",
        "recast",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give each version its status, in the same query."""
        return with_status(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which decisions are taken."""
        page = path(
            "review/<str:deed>/", self.admin_site.admin_view(self.review_view), name="ip_library_version_review"
        )
        return [page, *super().get_urls()]

    def review_view(self, request: HttpRequest, deed: str) -> HttpResponse:
        """Show what a decision would move; with a reason, take it. No transaction is open here."""
        return review_page(self, request, deed)  # type: ignore[arg-type]

    def has_judge_permission(self, request: HttpRequest) -> bool:
        """Let those decide who may approve; each version is checked again by the service."""
        return allows(request, Action.APPROVE)

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Let those send and label who may commit."""
        return allows(request, Action.COMMIT)

    # ----------------------------------------------------------------------------------------- in lists

    @admin.action(description="Send for approval", permissions=["work"])
    def send_for_approval(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Ask a manager to look at the selected versions."""
        self._set(request, queryset, WFA)

    @admin.action(description="Take back from approval", permissions=["work"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Work on: the selected versions are not to be approved yet."""
        self._set(request, queryset, WIP)

    @admin.action(description="Done", permissions=["judge"])
    def finish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Say that nothing more will be done to the selected versions."""
        self._set(request, queryset, DONE)

    @admin.action(description="Approve…", permissions=["judge"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that shows what moves and asks for the reason."""
        return self._to_page(request, queryset, "approve")

    @admin.action(description="Retake…", permissions=["judge"])
    def retake(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that asks what is wrong."""
        return self._to_page(request, queryset, "retake")

    @admin.action(description="Put a label…", permissions=["work"])
    def put_label(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that asks which label."""
        return self._to_page(request, queryset, "label")

    @admin.action(description="Take a label away…", permissions=["work"])
    def take_label(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that asks which label."""
        return self._to_page(request, queryset, "unlabel")

    @admin.action(description="Recast what follows…", permissions=["work"])
    def recast(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that shows what does not use the newest versions yet."""
        return self._to_page(request, queryset, "recast")

    def _to_page(self, request: HttpRequest, queryset: QuerySet[Any], deed: str) -> HttpResponse | None:
        keys = list(queryset.values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            messages.error(request, f"More than {MOST} versions are selected; decide about at most {MOST} at once.")
            return None
        return HttpResponseRedirect(review_url(deed, *keys))

    def _set(self, request: HttpRequest, queryset: QuerySet[Any], status: str) -> None:
        """Give the selected versions a status, project by project."""
        author = request.user if isinstance(request.user, User) else None
        by_project: dict[int, list[Version]] = {}
        for version in queryset.select_related("project")[:MOST]:
            by_project.setdefault(version.project_id, []).append(version)
        for versions in by_project.values():
            try:
                done = set_statuses(project=versions[0].project, versions=versions, status=status, author=author)
            except SetteiError as reason:
                messages.error(request, str(reason))
                continue
            names = ", ".join(f"{version.asset} {version.label}" for version in done.changed)
            messages.success(request, f"{names}: {status}." if names else f"All of them are {status} already.")

    # --------------------------------------------------------------------------------------- on the page

    @admin.display(description="status", ordering="status")
    def status(self, row: Any) -> str:
        """Show how it stands."""
        return str(row.status)

    @admin.display(description="labels")
    def labels(self, row: Version) -> str:
        """Show which labels point to it."""
        return ", ".join(labels_on(row)) or "-"

    @admin.display(description="judged")
    def judged(self, row: Version) -> str:
        """Show who said so, why, and who approved it."""
        review = getattr(row, "review", None)
        if review is None:
            return "by nobody yet"
        said = f"{review.status} by {review.by_login}" + (f": {review.reason}" if review.reason else "")
        if review.approved_at is None:
            return said
        return f"{said} (approved by {review.approved_by_login}, {review.approved_at:%Y-%m-%d %H:%M} UTC)"

    @admin.display(description="moves of labels")
    def moves(self, row: Version) -> SafeString:
        """Show how the labels of the asset moved, newest first."""
        moves = moves_of(row.project, row.kind, row.asset)[:20]
        return format_html_join(
            SafeString("<br>"),
            "{} to {}, by {}: {}",
            (
                (
                    move.name,
                    link(move.version, move.version.label) if move.version else "nothing",
                    move.changeset.author_name,
                    move.changeset.message,
                )
                for move in moves
            ),
        ) or SafeString("-")

    @admin.display(description="approving it moves")
    def if_approved(self, row: Version) -> SafeString:
        """Show what moves with ``canon`` when this version is approved."""
        blast = blast_radius(row.project, row.kind, row.asset, label=CANON, target=row)
        if blast.before == row:
            return format_html("nothing: canon points here; {} follow it", blast.summary)
        found = moving(blast.followers)
        names = [link(Version(pk=item.key), f"{item.asset} {item.label}") for item in found.shown]
        return format_html(
            "canon from {}, {} changes; moves with it: {}{}{}",
            blast.before.label if blast.before else "nothing",
            len(blast.changes),
            found.summary,
            format_html("<br>{}", format_html_join(", ", "{}", ((name,) for name in names))) if names else "",
            f" and {found.more} more" if found.more else "",
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Offer what this person may decide about the version."""
        row = options.get("obj")
        if row:
            context["decisions"] = [
                (deed.title, review_url(name, row.pk))
                for name, deed in DEEDS.items()
                if allows(request, deed.needs, row.project_id) and deed.fits(self.status(row))
            ]
        response: HttpResponse = super().render_change_form(request, context, *args, **options)
        return response
