"""The page between a draft and its version: what would be committed, and why."""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ip_library.admin.blast import Moving, moving
from ip_library.admin.scoped import allows, require_each
from ip_library.core.documents import SHOT
from ip_library.core.errors import RefusedError, SetteiError
from ip_library.core.trailers import check_message
from ip_library.models import Project
from ip_library.selectors.access import Action
from ip_library.selectors.blast import followers_of
from ip_library.selectors.drafts import name_of_draft
from ip_library.selectors.previews import Preview, preview_commit
from ip_library.services.commit import CommitResult, commit_assets

if TYPE_CHECKING:
    from ip_library.admin.drafts import DraftAdmin

MOST = 200  # drafts on one page


class CommitForm(forms.Form):
    """Why, and what the person saw: the states of the drafts, and a key that makes a second click harmless."""

    message = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 72, "autofocus": True}),
        help_text="What changed and why. It stands in the Git history for good.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    changeset = forms.UUIDField(widget=forms.HiddenInput)

    def clean_message(self) -> str:
        """Judge the message by the library's rules."""
        try:
            return check_message(self.cleaned_data["message"])
        except RefusedError as reason:
            raise ValidationError(str(reason), code=reason.code) from None


def commit_page(page: "DraftAdmin", request: HttpRequest) -> HttpResponse:
    """Show what committing the named drafts would do; on POST, do it."""
    if not page.has_commit_permission(request):
        raise PermissionDenied
    drafts = _chosen(page, request)
    projects = {draft.project_id: draft.project for draft in drafts}
    if len(projects) > 1:
        names = ", ".join(sorted(str(project) for project in projects.values()))
        messages.error(request, f"A commit belongs to one project; the selected drafts belong to {names}.")
        return redirect(_list_url(page))
    project = next(iter(projects.values()))
    previews = preview_commit(project, drafts)
    seen = ",".join(f"{draft.pk}:{draft.state}" for draft in sorted(drafts, key=lambda draft: draft.pk))
    if request.method != "POST":
        form = CommitForm(initial={"seen": seen, "changeset": uuid.uuid4()})
        return _render(page, request, project, previews, form)
    form = CommitForm({**request.POST.dict(), "seen": seen})
    if request.POST.get("seen") != seen:
        form.add_error(None, "A draft was changed by somebody else meanwhile. Look at the changes again, then commit.")
    if form.is_valid():
        try:
            result = commit_assets(
                project=project,
                assets=[(preview.kind, preview.asset) for preview in previews],
                message=form.cleaned_data["message"],
                author=request.user if request.user.is_authenticated else None,
                changeset_id=form.cleaned_data["changeset"],
                seen={name_of_draft(draft): draft.state for draft in drafts},
            )
        except SetteiError as reason:
            form.add_error(None, str(reason))
        else:
            return _done(page, request, result)
    return _render(page, request, project, previews, form)


def _chosen(page: "DraftAdmin", request: HttpRequest) -> list[Any]:
    """Return the drafts that the request names; 404 when one is not there for this person, 403 when only read."""
    values = request.GET.getlist("draft")
    keys = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 16}
    rows = page.get_queryset(request).filter(pk__in=keys)
    drafts = list(rows.select_related("project")) if len(keys) <= MOST else []
    if not keys or len(drafts) != len(keys) or len(keys) != len(set(values)):
        raise Http404
    require_each(request, Action.COMMIT, drafts)
    return drafts


def _done(page: "DraftAdmin", request: HttpRequest, result: CommitResult) -> HttpResponse:
    if result.changeset is None:
        messages.info(request, "Nothing was committed: every draft is as its latest version.")
        return redirect(_list_url(page))
    names = ", ".join(f"{version.asset} {version.label}" for version in result.versions)
    messages.success(request, f"Committed {names} as {result.changeset.sha[:10]}.")
    return redirect(reverse("admin:ip_library_changeset_change", args=[result.changeset.pk]))


def _moving(project: Project, previews: list[Preview]) -> list[tuple[Preview, Moving | None]]:
    """Say of each draft what would move with it: who follows ``latest`` of it. Nothing follows a shot."""
    return [
        (
            preview,
            moving(followers_of(project, preview.kind, preview.asset))
            if preview.kind != SHOT and preview.state in {"changed", "refused"}
            else None,
        )
        for preview in previews
    ]


def _render(
    page: "DraftAdmin", request: HttpRequest, project: Project, previews: list[Preview], form: CommitForm
) -> HttpResponse:
    refused = any(preview.problems for preview in previews)
    context = {
        **page.admin_site.each_context(request),
        "title": "Commit",
        "opts": page.model._meta,
        "project": project,
        "may_waive": allows(request, Action.WAIVE, project.pk),
        "previews": previews,
        "moving": _moving(project, previews),
        "form": form,
        "refused": refused,
        "idle": not refused and all(preview.state == "unchanged" for preview in previews),
        "list_url": _list_url(page),
        "media": page.media,
    }
    return TemplateResponse(request, "admin/ip_library/commit.html", context)


def _list_url(page: "DraftAdmin") -> str:
    return reverse(f"admin:ip_library_{page.model._meta.model_name}_changelist")
