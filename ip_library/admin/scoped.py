"""Admin pages whose rows belong to projects: a person's role there decides, what no role grants is refused.

Django's own model permissions play no part. Rows of other projects do not exist for a person: 404, not 403.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ip_library.admin.generic import ModelAdmin
from ip_library.selectors.access import Action, visible_projects
from ip_library.services.access import require


def allowed_projects(request: HttpRequest, action: Action) -> frozenset[int]:
    """Return the keys of the projects in which the person may do something; one query a request and action."""
    known: dict[Action, frozenset[int]] = vars(request).setdefault("settei_rights", {})
    if action not in known:
        known[action] = frozenset(visible_projects(request.user, action).values_list("pk", flat=True))
    return known[action]


def allows(request: HttpRequest, action: Action | None, project_id: int | None = None) -> bool:
    """Tell whether the person may do something: in one project, or (none named) in any at all."""
    user = request.user
    if action is None or not user.is_active or not user.is_staff:
        return False
    if user.is_superuser:
        return True
    projects = allowed_projects(request, action)
    return bool(projects) if project_id is None else project_id in projects


def require_each(request: HttpRequest, action: Action, rows: Iterable[Any]) -> None:
    """Refuse rows of projects in which the person may read, but not do this; a refused change is recorded."""
    for row in rows:
        if allows(request, action, row.project_id):
            continue
        if request.method == "POST" and isinstance(request.user, User):
            require(request.user, row.project, action, subject=f"{row._meta.model_name}/{row.pk}")
        raise PermissionDenied


class ProjectFilter(admin.SimpleListFilter):
    """Filter by project; offers only those that the person sees."""

    title = _("project")
    parameter_name = "project"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the visible projects."""
        return [(project.slug, project.name) for project in visible_projects(request.user, model_admin.reads)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the chosen project."""
        value = self.value()
        if not value:
            return queryset
        if value not in {slug for slug, _name in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(project__slug=value)


class ScopedAdmin(ModelAdmin):
    """Rows of the projects that a person sees; ``writes`` is the action that changing them needs, if any may."""

    project_path: ClassVar[str] = "project"
    reads: ClassVar[Action] = Action.READ
    writes: ClassVar[Action | None] = None
    list_per_page = 50
    show_full_result_count = False

    def project_id(self, row: Model) -> int | None:
        """Return the key of the project that a row belongs to."""
        found: int | None = attrgetter(f"{self.project_path.replace('__', '.')}_id")(row)
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of visible projects."""
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.project_path}__in": visible_projects(request.user, self.reads)})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return a row, or answer 404: the stock admin would redirect and hint."""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Call the list what it is."""
        title = capfirst(str(self.model._meta.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the library to whoever reads a project."""
        return allows(request, Action.READ)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let members read."""
        return allows(request, self.reads, self.project_id(obj) if obj else None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those add who may change rows in some project."""
        return allows(request, self.writes)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those change rows whose role in their project grants it."""
        return allows(request, self.writes, self.project_id(obj) if obj else None)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: what has a history is not deleted."""
        return False


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that are never changed: what was committed, and who did what."""

    change_form_template = "admin/ip_library/frozen_change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class ScopedInline:
    """Rows that belong to a row of a project: whoever may change that may change these."""

    writes: ClassVar[Action] = Action.EDIT

    def project_id(self, parent: Any) -> int | None:
        """Return the key of the project that the parent belongs to."""
        found: int | None = parent.project_id
        return found

    def _grants(self, request: HttpRequest, action: Action, parent: Model | None) -> bool:
        return allows(request, action, self.project_id(parent) if parent and parent.pk else None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let members read."""
        return self._grants(request, Action.READ, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Follow the parent."""
        return self._grants(request, self.writes, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Follow the parent."""
        return self._grants(request, self.writes, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Follow the parent: taking a row out of a draft is an edit of the draft."""
        return self._grants(request, self.writes, obj)
