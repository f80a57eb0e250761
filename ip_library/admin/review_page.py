"""The page between a version and a decision about it: what moves with it, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ip_library.admin.blast import SHOWN, Moving, moving
from ip_library.admin.scoped import allows, require_each
from ip_library.core.documents import CANON, LATEST
from ip_library.core.errors import RefusedError, SetteiError
from ip_library.core.reviews import APPROVED, DONE, NEXT, RETAKE, WFA, WIP
from ip_library.models import Project, Version
from ip_library.selectors.access import Action
from ip_library.selectors.blast import Blast, blast_radius
from ip_library.selectors.labels import labels_of, reviews_of
from ip_library.services.labels import Move, move_labels, set_statuses
from ip_library.services.recast import behind, recast
from ip_library.services.restore import restore_version

if TYPE_CHECKING:
    from ip_library.admin.versions import VersionAdmin

MOST: Final = 200  # versions on one page
APPROVE, SEND_BACK, PUT, TAKE, RECAST = "approve", "retake", "label", "unlabel", "recast"
SEND, WORK_ON, FINISH, RESTORE = "send", "work-on", "done", "restore"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done to versions on this page: its words, and the action that it needs."""

    title: str
    button: str
    needs: Action
    asks_label: bool = False
    status: str = ""  # what it makes of the versions

    def fits(self, status: str) -> bool:
        """Tell whether there is such a step; approving and sending back say themselves what stands in their way."""
        return self.status not in {WFA, WIP, DONE} or self.status in NEXT[status]


DEEDS: Final[Mapping[str, Deed]] = {
    SEND: Deed("Send for approval", "Send", Action.COMMIT, status=WFA),
    WORK_ON: Deed("Take back from approval", "Take back", Action.COMMIT, status=WIP),
    APPROVE: Deed("Approve", "Approve, and move canon", Action.APPROVE, status=APPROVED),
    SEND_BACK: Deed("Retake", "Send back", Action.APPROVE, status=RETAKE),
    FINISH: Deed("Done", "Nothing more will be done to it", Action.APPROVE, status=DONE),
    PUT: Deed("Put a label", "Put the label", Action.COMMIT, asks_label=True),
    TAKE: Deed("Take a label away", "Take it away", Action.COMMIT, asks_label=True),
    RECAST: Deed("Recast what follows", "Commit them again", Action.COMMIT),
    RESTORE: Deed("Restore", "Commit this content again", Action.COMMIT),
}


class ReviewForm(forms.Form):
    """Why, which label, and how things stood when the person looked."""

    label = forms.CharField(max_length=63, required=False, help_text="Lower-case letters, digits, hyphens: key-visual")
    reason = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 72, "autofocus": True}),
        help_text="Why. It stands in the Git history and in the audit for good.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One version on the page."""

    version: Version
    status: str
    labels: tuple[str, ...]
    canon: Version | None
    blast: Blast | None
    moves: Moving | None


def review_url(deed: str, *keys: int) -> str:
    """Return the address of the page on which something is done to versions."""
    chosen = "&".join(f"version={key}" for key in keys)
    return f"{reverse('admin:ip_library_version_review', args=[deed])}?{chosen}"


def review_page(page: "VersionAdmin", request: HttpRequest, deed: str) -> HttpResponse:
    """Show what a decision about the named versions would move; on POST, take it."""
    if deed not in DEEDS:
        raise Http404
    if not allows(request, DEEDS[deed].needs):
        raise PermissionDenied
    versions = _chosen(page, request, DEEDS[deed].needs)
    projects = {version.project_id: version.project for version in versions}
    if len(projects) > 1:
        names = ", ".join(sorted(str(project) for project in projects.values()))
        messages.error(request, f"Decide about one project at a time; the selected versions belong to {names}.")
        return redirect(reverse("admin:ip_library_version_changelist"))
    project = next(iter(projects.values()))
    rows = _rows(project, versions, deed)
    seen = ",".join(f"{row.version.pk}:{row.status}:{row.canon.pk if row.canon else ''}" for row in rows)
    if request.method != "POST":
        return _render(page, request, project, rows, deed, ReviewForm(initial={"seen": seen}))
    form = ReviewForm({**request.POST.dict(), "seen": seen})
    if request.POST.get("seen") != seen:
        form.add_error(None, "Somebody else decided about these versions meanwhile. Look again, then decide.")
    if form.is_valid():
        author = request.user if isinstance(request.user, User) else None
        try:
            done = _do(deed, project, rows, author, form.cleaned_data)
        except SetteiError as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, done)
            first = rows[0].version
            page_name = "admin:ip_library_version_change" if len(rows) == 1 else "admin:ip_library_version_changelist"
            return redirect(reverse(page_name, args=[first.pk] if len(rows) == 1 else []))
    return _render(page, request, project, rows, deed, form)


def _chosen(page: "VersionAdmin", request: HttpRequest, action: Action) -> list[Version]:
    """Return the versions that the request names; 404 when one is not there for this person, 403 when only read."""
    values = request.GET.getlist("version")
    keys = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 16}
    rows = page.get_queryset(request).filter(pk__in=keys)
    versions = list(rows.select_related("project", "changeset").order_by("kind", "asset", "number"))
    if not keys or len(keys) > MOST or len(versions) != len(keys) or len(keys) != len(set(values)):
        raise Http404
    require_each(request, action, versions)
    return versions


def _rows(project: Project, versions: list[Version], deed: str) -> list[Row]:
    reviews = reviews_of(versions)
    rows = []
    for version in versions:
        labels = labels_of(project, version.kind, version.asset)
        review = reviews[version.pk]
        blast, moves = None, None
        if deed == APPROVE:
            blast = blast_radius(project, version.kind, version.asset, label=CANON, target=version)
            moves = moving(blast.followers)
        elif deed == RECAST:
            moves = moving(behind(project, version.kind, version.asset))
        pointing = tuple(name for name, found in labels.items() if found == version)
        rows.append(Row(version, review.status if review else WIP, pointing, labels.get(CANON), blast, moves))
    return rows


def _recast(project: Project, versions: list[Version], author: User | None, message: str) -> str:
    """Commit again what follows, one changeset an asset, and say what moved."""
    moved = []
    for kind, asset in dict.fromkeys((version.kind, version.asset) for version in versions):
        result = recast(project=project, kind=kind, asset=asset, message=message, author=author)
        moved += [f"{version.asset} {version.label}" for version in result.versions]
    more = f" and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
    return f"Committed {', '.join(moved[:SHOWN])}{more}." if moved else "Nothing to recast: all use what is newest."


def _restore(versions: list[Version], author: User | None, message: str) -> str:
    """Commit the content of one version again, and say as what."""
    if len(versions) != 1:
        raise RefusedError("versions", str(len(versions)), "one to restore at a time")
    (version,) = versions
    result = restore_version(version=version, author=author, message=message.strip())
    if result.changeset is None:
        return f"Nothing to restore: {version.asset} is as {version.label} already."
    return f"Restored {version.asset} {version.label} as {result.versions[0].label}."


def _do(deed: str, project: Project, rows: list[Row], author: User | None, given: dict[str, Any]) -> str:
    """Do it, and say what was done."""
    versions, reason = [row.version for row in rows], given["reason"]
    names = ", ".join(f"{version.asset} {version.label}" for version in versions[:8])
    if status := DEEDS[deed].status:
        judged = set_statuses(project=project, versions=versions, status=status, author=author, reason=reason)
        if not judged.did_something:
            return f"Nothing changed: {names} stood there already."
        if judged.changeset:
            return f"Approved {names}; canon moved by {judged.changeset.sha[:10]}."
        return f"{names}: {status}."
    if deed == RECAST:
        return _recast(project, versions, author, reason)
    if deed == RESTORE:
        return _restore(versions, author, reason)
    label = given["label"].strip()
    moves = [
        Move(label, version.kind, version.asset, version if deed == PUT else None)
        for version, row in zip(versions, rows, strict=True)
        if deed == PUT or label in row.labels or label == LATEST
    ]
    if not moves:
        return f"Nothing changed: {label or 'no label'} is not on {names}."
    moved = move_labels(project=project, moves=moves, author=author, reason=reason)
    if moved.changeset is None:
        return f"Nothing changed: {label} stood there already."
    return f"{'Put' if deed == PUT else 'Took'} label {label} {'on' if deed == PUT else 'from'} {names}."


def _render(
    page: "VersionAdmin", request: HttpRequest, project: Project, rows: list[Row], deed: str, form: ReviewForm
) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "title": DEEDS[deed].title,
        "opts": page.model._meta,
        "project": project,
        "deed": DEEDS[deed],
        "rows": rows,
        "form": form,
        "list_url": reverse("admin:ip_library_version_changelist"),
        "media": page.media,
    }
    return TemplateResponse(request, "admin/ip_library/review.html", context)
