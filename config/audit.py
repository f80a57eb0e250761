"""Refused changes of people in front of a browser, put into the audit once their request's transactions have ended."""

from collections.abc import Callable
from typing import Final

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse

from ip_library.admin.scoped import ScopedAdmin
from ip_library.core.errors import NotAllowedError
from ip_library.models import Project
from ip_library.services.audit import kept_refusals, record_refusal

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AuditRefusals:
    """Records what services refused within an open transaction, and changes that the admin forbids by itself.

    A page of the admin refuses with 403 before any service is asked. Where the page is that of a row, the row tells
    the project; other pages (lists, rows of projects that do not exist for the person) belong to none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        with kept_refusals():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Record that the admin forbade a change; Django makes the page. Errors of services are recorded by them."""
        if isinstance(exception, PermissionDenied) and request.method not in _READS:
            _record_page(request)


def _record_page(request: HttpRequest) -> None:
    match, user = request.resolver_match, request.user
    page = getattr(match.func, "model_admin", None) if match else None
    if not match or not isinstance(page, ScopedAdmin) or not isinstance(user, User) or "object_id" not in match.kwargs:
        return
    try:
        row = page.get_queryset(request).filter(pk=unquote(match.kwargs["object_id"])).first()
    except (ValueError, ValidationError):
        return
    if row is None or (key := page.project_id(row)) is None:
        return
    project = Project.objects.get(pk=key)
    what = f"{match.func.__name__.removesuffix('_view')} {row._meta.verbose_name}"
    subject = f"{row._meta.model_name}/{row.pk}"
    record_refusal(project, user, what, subject, NotAllowedError(user.get_username(), what, project.slug))
