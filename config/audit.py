"""Refused changes of people in front of a browser, put into the audit once their request's transactions have ended."""

import inspect
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from ip_library.admin.scoped import ScopedAdmin, allows
from ip_library.core.errors import NotAllowedError
from ip_library.models import Project
from ip_library.selectors.access import visible_projects
from ip_library.services.audit import kept_refusals, record_refusal

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ADDS: Final = frozenset({"add", "import"})  # pages whose form chooses the project
_MOST: Final = 1000  # rows of one request that are looked at; Django reads no more fields of a form either
_TOLD: Final = 8  # rows that an event names
_ROWS_TO: Final = 2**63  # no row has a higher number
_KEY_TO: Final = 36  # characters of a row's key
_MARK: Final = "settei_refused"

log = logging.getLogger("settei.audit")


class AuditRefusals:
    """Records what services refused within an open transaction, and changes that the admin forbids by itself.

    A page of the admin refuses before any service is asked: with 403, or, of an action in a list that the person may
    not take, by passing over it. The project is that of the rows that the request names, as far as the page shows them
    to the person, or else the one that its form chose, if the person is a member there. What names neither belongs to
    no project, and rows of other projects do not exist for the person: neither leaves an event.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        with kept_refusals():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Record what the page will refuse without an error; nobody comes here from a forged or nameless request."""
        if request.method == "POST":
            _guarded(_record_silent, request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Record that the admin forbade a change; Django makes the page. Errors of services are recorded by them."""
        if isinstance(exception, PermissionDenied) and request.method not in _READS:
            _guarded(_record_forbidden, request)


def _guarded(record: Callable[[HttpRequest, User, ResolverMatch, ScopedAdmin], None], request: HttpRequest) -> None:
    """Record once a request, and never fail in place of the answer."""
    match, user = request.resolver_match, request.user
    page = _page_of(match) if match else None
    if match is None or page is None or not isinstance(user, User) or _MARK in vars(request):
        return
    try:
        record(request, user, match, page)
    except DatabaseError:
        log.exception("a refusal could not be recorded: %s %s", request.method, request.path)


def _record_silent(request: HttpRequest, user: User, match: ResolverMatch, page: ScopedAdmin) -> None:
    """Record an action that the list will pass over, and a project that the form will not offer."""
    if not page.admin_site.has_permission(request):
        return
    name = _name_of(match)
    if name == "changelist":
        if action := _withheld(request, page):
            _record_rows(request, user, page, action, request.POST.getlist(ACTION_CHECKBOX_NAME))
    elif name in _ADDS:
        project = _chosen(request)
        if project and not allows(request, page.writes, project.pk):
            _record(request, user, page, name, f"project/{project.slug}", project)


def _record_forbidden(request: HttpRequest, user: User, match: ResolverMatch, page: ScopedAdmin) -> None:
    """Record what was answered with 403."""
    name = str(match.kwargs.get("deed", _name_of(match)))
    keys = _keys(request, match)
    if keys:
        _record_rows(request, user, page, name, keys)
    elif project := _chosen(request):
        _record(request, user, page, name, f"project/{project.slug}", project)


def _record_rows(request: HttpRequest, user: User, page: ScopedAdmin, name: str, keys: Iterable[str]) -> None:
    """Record one event in each project of which the person sees some of the rows."""
    meta = page.model._meta
    known = set()
    for key in list(keys)[:_MOST]:
        with suppress(ValueError, ValidationError):
            value: object = meta.pk.to_python(key[:_KEY_TO])
            if not isinstance(value, int) or abs(value) < _ROWS_TO:
                known.add(value)
    rows = page.get_queryset(request).filter(pk__in=known).order_by("pk").values_list("pk", page.project_path)
    found: dict[int, list[str]] = {}
    for row, project_id in rows:
        found.setdefault(project_id, []).append(str(row))
    for project in Project.objects.filter(pk__in=found):
        told = found[project.pk]
        more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
        _record(request, user, page, name, f"{meta.model_name}/{','.join(told[:_TOLD])}{more}", project)


def _record(request: HttpRequest, user: User, page: ScopedAdmin, name: str, subject: str, project: Project) -> None:
    vars(request)[_MARK] = True
    what = f"{name} {page.model._meta.verbose_name}"
    record_refusal(project, user, what, subject, NotAllowedError(user.get_username(), what, project.slug))


def _page_of(match: ResolverMatch) -> ScopedAdmin | None:
    """Return the admin page that answers; the pages that we added ourselves are methods of it."""
    view = match.func
    method = inspect.unwrap(view, stop=lambda part: hasattr(part, "__self__"))
    page = getattr(view, "model_admin", None) or getattr(method, "__self__", None)
    return page if isinstance(page, ScopedAdmin) else None


def _name_of(match: ResolverMatch) -> str:
    return str(getattr(match.func, "__name__", "")).removesuffix("_view").replace("changeform", "change")


def _keys(request: HttpRequest, match: ResolverMatch) -> list[str]:
    """Return the keys of the rows that the request names: in its address, its query or the boxes of a list."""
    for name in ("object_id", "pk"):
        if name in match.kwargs:
            return [unquote(str(match.kwargs[name]))]
    asked = request.GET.getlist("draft") or request.GET.getlist("version")
    return asked or request.POST.getlist(ACTION_CHECKBOX_NAME)


def _chosen(request: HttpRequest) -> Project | None:
    """Return the project that the form chose, by key or slug, if the person is a member there."""
    value = request.POST.get("project", "")
    projects = visible_projects(request.user)
    if value.isascii() and value.isdigit() and len(value) < 16 and (found := projects.filter(pk=int(value)).first()):
        return found
    return projects.filter(slug=value).first() if value and "\0" not in value else None


def _withheld(request: HttpRequest, page: ScopedAdmin) -> str:
    """Return the action that was posted if the page has it, but not for this person; as Django chooses among many."""
    posted = request.POST.getlist("action")
    place = 0
    with suppress(ValueError):
        place = int(request.POST.get("index", "0"))
    if not posted or IS_POPUP_VAR in request.GET:  # a pop-up has no actions for anybody
        return ""
    action = posted[place] if -len(posted) <= place < len(posted) else posted[-1]
    own = {item if isinstance(item, str) else getattr(item, "__name__", "") for item in page.actions or ()}
    own |= {name for name, _function in page.admin_site.actions}
    return action if action in own and action not in page.get_actions(request) else ""
