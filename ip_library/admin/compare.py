"""The page that shows two states of an asset side by side, by field and tag."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.admin.scoped import ScopedAdmin
from ip_library.core.documents import CANON
from ip_library.core.errors import RefusedError
from ip_library.models import Project, Version
from ip_library.selectors.compare import Comparison, compare_draft, compare_versions
from ip_library.selectors.drafts import DraftRow, name_of_draft
from ip_library.selectors.history import version_before
from ip_library.selectors.labels import labelled_version

if TYPE_CHECKING:
    from ip_library.admin.drafts import DraftAdmin


class ComparingAdmin(ScopedAdmin):
    """Versions that people can compare with each other."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page that compares two versions."""
        page = path("compare/", self.admin_site.admin_view(self.compare_view), name="ip_library_version_compare")
        return [page, *super().get_urls()]

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Show what differs between two versions."""
        return compare_page(self, request)

    @admin.action(description="Compare the selected versions", permissions=["view"])
    def compare(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that shows what differs between two versions."""
        chosen = list(queryset[:3])
        if len(chosen) != 2 or len({(row.project_id, row.kind, row.asset) for row in chosen}) != 1:
            messages.error(request, "Select exactly two versions of one asset to compare.")
            return None
        return HttpResponseRedirect(compare_url(*chosen))

    @admin.display(description="compare with")
    def compare_with(self, row: Version) -> SafeString:
        """Link to the comparisons with the version before and with the canon, where there are such."""
        canon = labelled_version(row.project, row.kind, row.asset, CANON)
        found = [("the version before", version_before(row)), ("canon", canon)]
        return format_html_join(
            SafeString(", "),
            "{}",
            (
                (format_html('<a href="{}">{}, {}</a>', compare_url(other, row), name, other.label),)
                for name, other in found
                if other and other.pk != row.pk
            ),
        ) or SafeString("-")


def compare_url(one: Version, two: Version) -> str:
    """Return the address of the page that compares two versions."""
    return f"{reverse('admin:ip_library_version_compare')}?{urlencode({'one': one.pk, 'two': two.pk})}"


def compare_page(page: ScopedAdmin, request: HttpRequest) -> HttpResponse:
    """Compare the two versions that the request names; 404 when one is not there for this person."""
    keys = [request.GET.get(name, "") for name in ("one", "two")]
    if not all(key.isascii() and key.isdigit() and len(key) < 16 for key in keys):
        raise Http404
    found = {
        str(row.pk): row
        for row in page.get_queryset(request).select_related("changeset", "project").filter(pk__in=keys)
    }
    if any(key not in found for key in keys):
        raise Http404
    try:
        comparison = compare_versions(*(found[key] for key in keys))
    except RefusedError as reason:
        raise Http404(str(reason)) from None
    return _render(page, request, comparison, found[keys[0]].project)


def compare_draft_page(page: "DraftAdmin", request: HttpRequest, row: DraftRow) -> HttpResponse:
    """Compare a draft with its canon, or with its latest version where nothing is canon yet."""
    return _render(page, request, compare_draft(row.project, *name_of_draft(row)), row.project)


def _render(page: ScopedAdmin, request: HttpRequest, comparison: Comparison, project: Project) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "title": f"Compare {comparison.asset}",
        "opts": page.model._meta,
        "project": project,
        "comparison": comparison,
        "canon": labelled_version(project, comparison.kind, comparison.asset, CANON),
        "versions": [version for version in (comparison.before, comparison.after) if version],
        "list_url": reverse(f"admin:ip_library_{page.model._meta.model_name}_changelist"),
        "media": page.media,
    }
    return TemplateResponse(request, "admin/ip_library/compare.html", context)
