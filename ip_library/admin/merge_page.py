"""When two people edit one draft: what does not collide is merged, the rest is for the second one to decide."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.errors import SetteiError, StaleDraftError
from ip_library.core.merge import Side
from ip_library.models import AuditEvent
from ip_library.selectors.drafts import DraftRow, get_draft, name_of_draft, read_draft
from ip_library.services.merge import MergeResult, merge_edit

if TYPE_CHECKING:
    from ip_library.admin.drafts import DraftAdmin


def merge_stale(page: "DraftAdmin", request: HttpRequest, object_id: str) -> HttpResponse | None:
    """Merge a form that was filled in on an older state of its draft, or ask; nothing is returned where that is not so.

    A form that is faulty in itself, or whose old state is not on record, goes the usual way: it is refused.
    """
    row = page.get_object(request, unquote(object_id))
    seen = _number(request.POST.get("seen_state", ""))
    if seen is None or seen == row.state or not page.has_change_permission(request, row):
        return None
    mine = _typed(page, request, row)
    if mine is None:
        return None
    return _merge(page, request, row, seen=seen, mine=mine, decided={})


def merge_page(page: "DraftAdmin", request: HttpRequest, row: DraftRow) -> HttpResponse:
    """Take what a person decided, field by field, and merge again; asks anew where others were quick meanwhile."""
    if request.method != "POST" or not page.has_change_permission(request, row):
        raise PermissionDenied
    seen = _number(request.POST.get("seen", ""))
    try:
        mine = from_xml(request.POST.get("mine", "").encode())
    except SetteiError:
        raise Http404 from None
    if seen is None or (mine.kind, mine.asset) != name_of_draft(row):
        raise Http404
    decided: dict[str, Side] = {}
    for name, value in request.POST.items():
        if name.startswith("take:") and value in ("mine", "theirs"):
            decided[name.removeprefix("take:")] = "mine" if value == "mine" else "theirs"
    response = _merge(page, request, row, seen=seen, mine=mine, decided=decided)
    return response or redirect(_form_url(page, row))


def _merge(
    page: "DraftAdmin", request: HttpRequest, row: DraftRow, *, seen: int, mine: d.Document, decided: dict[str, Side]
) -> HttpResponse | None:
    editor = request.user if isinstance(request.user, User) else None
    who = _who(row, seen)
    try:
        result = merge_edit(project=row.project, seen=seen, mine=mine, editor=editor, decided=decided)
    except StaleDraftError:
        return None
    except SetteiError as reason:
        messages.error(request, f"Your changes do not go together with what was saved meanwhile: {reason}")
        return redirect(_form_url(page, row))
    if result.conflicts:
        return _ask(page, request, row, seen=seen, mine=mine, who=who, result=result)
    messages.success(request, f"Saved, together with what {who} changed meanwhile.")
    return redirect(_form_url(page, row))


def _ask(
    page: "DraftAdmin",
    request: HttpRequest,
    row: DraftRow,
    *,
    seen: int,
    mine: d.Document,
    who: str,
    result: MergeResult,
) -> HttpResponse:
    kind, asset = name_of_draft(row)
    context: dict[str, Any] = {
        **page.admin_site.each_context(request),
        "title": f"Merge {asset}",
        "opts": page.model._meta,
        "kind": kind,
        "asset": asset,
        "who": who,
        "conflicts": result.conflicts,
        "mine": to_xml(mine).decode(),
        "seen": seen,
        "action": reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_merge", args=[row.pk]),
        "form_url": _form_url(page, row),
        "media": page.media,
    }
    return TemplateResponse(request, "admin/ip_library/merge.html", context, status=409)


def _typed(page: "DraftAdmin", request: HttpRequest, row: DraftRow) -> d.Document | None:
    """Return the document that the form would make of the draft, or nothing where the form itself is faulty.

    The form is saved as if nobody had been quicker, read back, and taken back.
    """
    post = request.POST
    typed = post.copy()
    typed["seen_state"] = str(row.state)
    request.POST = typed  # type: ignore[assignment]  # a copy may be changed, that is all
    try:
        with transaction.atomic():
            form = page.get_form(request, row, change=True)(typed, request.FILES, instance=row)
            formsets, _inlines = page._create_formsets(request, form.instance, change=True)  # type: ignore[attr-defined]  # not in the stubs
            found = None
            if form.is_valid() and all_valid(formsets):
                form.save()
                for formset in formsets:
                    formset.save()
                found = read_draft(get_draft(row.project, *name_of_draft(row)))
            transaction.set_rollback(True)
        return found
    finally:
        request.POST = post


def _who(row: DraftRow, seen: int) -> str:
    """Name those who saved the draft since a state."""
    kind, asset = name_of_draft(row)
    events = AuditEvent.objects.filter(
        project=row.project, subject=f"{kind}/{asset}", action="edit", outcome="done", after__state__gt=seen
    )
    return ", ".join(sorted(set(events.values_list("actor_login", flat=True)))) or "somebody else"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _form_url(page: "DraftAdmin", row: DraftRow) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_change", args=[row.pk])
