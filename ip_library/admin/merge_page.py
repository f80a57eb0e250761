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

from ip_library.admin.art import ArtForm
from ip_library.core import documents as d
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.errors import SetteiError
from ip_library.core.merge import Side
from ip_library.models import AuditEvent
from ip_library.selectors.drafts import DraftRow, draft_at, get_draft, name_of_draft, read_draft
from ip_library.services.art import keep_picture
from ip_library.services.edit import save_document
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
    mine = _typed(page, request, row, seen)
    if mine is None:
        return None
    who = _who(row, seen)
    try:
        result = merge_edit(project=row.project, seen=seen, mine=mine, editor=_person(request))
    except SetteiError as reason:  # the form is shown again as it was typed
        messages.error(request, f"Your changes do not go together with what {who} saved meanwhile: {reason}")
        return None
    if result.conflicts:
        return _ask(page, request, row, seen=seen, mine=mine, who=who, result=result)
    return _saved(page, request, row, who)


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
    against, who, project, editor = (
        _number(request.POST.get("against", "")),
        _who(row, seen),
        row.project,
        _person(request),
    )
    try:
        result = merge_edit(project=project, seen=seen, mine=mine, editor=editor, decided=decided, against=against or 0)
        refused = ""
    except SetteiError as reason:
        refused = f"What you chose does not go together with the rest: {reason}"
        result = merge_edit(project=project, seen=seen, mine=mine, editor=editor)
    if result.conflicts:
        return _ask(page, request, row, seen=seen, mine=mine, who=who, result=result, refused=refused)
    return _saved(page, request, row, who)


def _saved(page: "DraftAdmin", request: HttpRequest, row: DraftRow, who: str) -> HttpResponse:
    messages.success(request, f"Saved, together with what {who} changed meanwhile.")
    return redirect(_form_url(page, row))


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _ask(
    page: "DraftAdmin",
    request: HttpRequest,
    row: DraftRow,
    *,
    seen: int,
    mine: d.Document,
    who: str,
    result: MergeResult,
    refused: str = "",
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
        "against": result.state,
        "refused": refused,
        "mine": to_xml(mine).decode(),
        "seen": seen,
        "action": reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_merge", args=[row.pk]),
        "form_url": _form_url(page, row),
        "media": page.media,
    }
    return TemplateResponse(request, "admin/ip_library/merge.html", context, status=409)


def _typed(page: "DraftAdmin", request: HttpRequest, row: DraftRow, seen: int) -> d.Document | None:
    """Return the document that the form would make of the draft, or nothing where the form itself is faulty.

    The draft is put back to what the person saw, the form is saved upon it as if nobody had been quicker, read, and
    all of that is taken back. Pictures that were uploaded are kept: the merged document may name them.
    """
    base = draft_at(row.project, *name_of_draft(row), seen)
    if base is None:
        return None
    post = request.POST
    typed = post.copy()
    request.POST = typed  # type: ignore[assignment]  # a copy may be changed, that is all
    found: d.Document | None = None
    formsets: list[Any] = []
    try:
        with transaction.atomic():
            save_document(project=row.project, document=base, editor=None)
            old = page.get_object(request, str(row.pk))
            typed["seen_state"] = str(old.state)
            form = page.get_form(request, old, change=True)(typed, request.FILES, instance=old)
            for formset in _formsets(page, request, form):
                for at, part in enumerate(formset.get_queryset()):
                    name = f"{formset.prefix}-{at}-id"
                    if name in typed:  # a row that was removed meanwhile is there again, under another key
                        typed[name] = str(part.pk)
            formsets = _formsets(page, request, form)
            if form.is_valid() and all_valid(formsets):
                form.save()
                for formset in formsets:
                    formset.save()
                found = read_draft(get_draft(row.project, *name_of_draft(row)))
            transaction.set_rollback(True)
    except SetteiError:
        return None
    finally:
        request.POST = post
        for name in request.FILES:
            file: Any = request.FILES[name]
            file.seek(0)  # the usual way reads it again
    if found:
        _keep_pictures(request, row, formsets)
    return found


def _formsets(page: "DraftAdmin", request: HttpRequest, form: Any) -> list[Any]:
    made: Any = page
    formsets, _inlines = made._create_formsets(request, form.instance, change=True)
    return list(formsets)


def _keep_pictures(request: HttpRequest, row: DraftRow, formsets: list[Any]) -> None:
    for form in (form for formset in formsets for form in formset.forms):
        if isinstance(form, ArtForm) and form.picture:
            name = str(form.cleaned_data["upload"].name)
            keep_picture(project=row.project, picture=form.picture, name=name, uploader=_person(request))


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
