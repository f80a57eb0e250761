"""Admin pages that are read, never changed, by the members of a row's project."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from ip_library.selectors.access import visible_projects

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # it takes a row type only in the eyes of mypy


class ReadOnlyAdmin(ModelAdmin):
    """Rows of the projects that a person reads; Django's own model permissions play no part."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of visible projects."""
        return super().get_queryset(request).filter(project__in=visible_projects(request.user))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return a row, or answer 404: the stock admin would redirect and hint."""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the pages to staff who read a project."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let members read."""
        if not (request.user.is_active and request.user.is_staff):
            return False
        projects = visible_projects(request.user)
        return projects.filter(pk=obj.project_id).exists() if obj else projects.exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: services write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: services write."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: services write."""
        return False
