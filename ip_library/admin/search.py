"""The search page, the searches that people keep, and where things are used."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ip_library.core import documents as d
from ip_library.core.errors import SearchQueryError, SetteiError, UnknownError
from ip_library.core.reviews import STATUSES
from ip_library.core.search_query import KEYS, Query, Term, parse_query
from ip_library.models import CharacterSheet, Project, SavedFilter
from ip_library.selectors.access import visible_projects
from ip_library.selectors.drafts import MODELS, get_drafts
from ip_library.selectors.search import Results, count_assets, search_assets
from ip_library.selectors.where_used import VARIANTS, where_asset_used, where_tag_used, where_variant_used
from ip_library.services.filters import delete_filter, may_change_filter, rename_filter, save_filter, share_filter

_OFFERED: Final = (
    *((("kind", kind)) for kind in d.KINDS),
    *(("status", status) for status in STATUSES),
    ("label", d.CANON),
)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter on the page: what it says, where it leads, and whether it is in force."""

    text: str
    url: str
    on: bool = False


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the search, its filters and what was found; rows of the projects that the person may read."""
    projects = list(visible_projects(request.user))
    chosen = _chosen(projects, request.GET.get("project", ""))
    text, after = request.GET.get("q", ""), request.GET.get("after", "")
    query, results, count, wrong = Query(), Results((), ""), 0, ""
    try:
        query = parse_query(text)
        scope = [chosen] if chosen else projects
        results = search_assets(scope, query, after=after)
        count = count_assets(scope, query)
    except SearchQueryError as reason:
        wrong = str(reason)
    context = {
        "title": "Search",
        "text": text,
        "query": query,
        "wrong": wrong,
        "projects": projects,
        "chosen": chosen,
        "several": len(projects) > 1 and chosen is None,
        "results": results,
        "count": count,
        "after": after,
        "chips": [Chip(str(term), _url(query.without(term), chosen), on=True) for term in query.terms],
        "offers": _offers(query, chosen),
        "keys": KEYS.items(),
        "more_url": f"{_url(query, chosen)}&{urlencode({'after': results.after})}" if results.after else "",
        "filters": _filters(request, [chosen] if chosen else projects),
    }
    return _render(request, "search", context)


@require_POST
def filters_page(request: HttpRequest) -> HttpResponse:
    """Save, rename, share or delete a kept search, then go back to the search."""
    user = _person(request)
    project = _chosen(list(visible_projects(user)), request.POST.get("project", ""))
    do, text = request.POST.get("do", ""), request.POST.get("q", "")
    try:
        if do == "save":
            if project is None:
                raise Http404
            shared = "shared" in request.POST
            saved = save_filter(
                project=project, owner=user, name=request.POST.get("name", ""), query=text, shared=shared
            )
            messages.success(request, f"Saved the search as {saved.name}.")
        else:
            _change_filter(request, user, do)
    except SetteiError as reason:
        messages.error(request, str(reason))
    chosen = {"q": text} | ({"project": project.slug} if project else {})
    return redirect(f"{reverse('library:search')}?{urlencode(chosen)}")


def _change_filter(request: HttpRequest, user: User, do: str) -> None:
    key = request.POST.get("filter", "")
    readable = SavedFilter.objects.filter(_readable(user)).select_related("project")
    saved = get_object_or_404(readable, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 16 else 0)
    match do:
        case "rename":
            rename_filter(saved=saved, name=request.POST.get("name", ""), editor=user)
            messages.success(request, f"The filter is called {saved.name} now.")
        case "share" | "unshare":
            share_filter(saved=saved, shared=do == "share", editor=user)
            seen = f"everybody in {saved.project}" if saved.shared else "its owner alone"
            messages.success(request, f"{saved.name} is shown to {seen}.")
        case "delete":
            delete_filter(saved=saved, editor=user)
            messages.success(request, f"Deleted the filter {saved.name}.")
        case _:
            raise Http404


@require_safe
def where_used_page(request: HttpRequest) -> HttpResponse:
    """Show where an asset, one of a character's variants, or a tag is used."""
    project = _chosen(list(visible_projects(request.user)), request.GET.get("project", ""))
    if project is None:
        raise Http404
    kind, asset, tag = (request.GET.get(name, "")[:80] for name in ("kind", "asset", "tag"))
    part, variant = request.GET.get("part", ""), request.GET.get("variant", "")[:80]
    context: dict[str, Any] = {"project": project, "kind": kind, "asset": asset}
    if tag:
        lists = [("Drafts that have it", where_tag_used(project, tag))]
        context |= {"title": f"Where the tag {tag} is used", "subject": tag, "unused": "No draft has this tag."}
    elif part in VARIANTS and variant:
        lists = [("Drafts that have it", where_variant_used(project, asset, part, variant))]
        subject = f"{variant} of {asset}"
        context |= {"title": f"Where {subject} is worn", "subject": subject, "unused": "No shot's draft has it."}
    elif kind in d.KINDS and asset:
        used = where_asset_used(project, kind, asset)
        lists = [("Drafts that use it", used.drafts), ("Newest versions that used it", used.versions)]
        context |= {"title": f"Where {asset} is used", "subject": asset, "unused": f"Nothing uses {asset}."}
        context["variants"] = _variants(project, asset) if kind == d.CHARACTER else []
    else:
        raise Http404
    return _render(request, "where_used", {**context, "lists": [item for item in lists if item[1].count]})


@require_safe
def asset_page(request: HttpRequest, project: str, kind: str, asset: str) -> HttpResponse:
    """Lead to the draft of an asset."""
    found = _chosen(list(visible_projects(request.user)), project)
    if found is None or kind not in MODELS:
        raise Http404
    try:
        draft = get_drafts(found, [(kind, asset)], whole=False)[kind, asset]
    except UnknownError:
        raise Http404 from None
    return redirect(f"admin:ip_library_{draft._meta.model_name}_change", draft.pk)


# ---------------------------------------------------------------------------------------------------- parts


def _render(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, f"admin/ip_library/{name}.html", {**admin.site.each_context(request), **context})


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _chosen(projects: list[Project], slug: str) -> Project | None:
    """Return the project that was chosen among the readable ones; 404 for any other."""
    if not slug:
        return projects[0] if len(projects) == 1 else None
    found = next((project for project in projects if project.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _url(query: Query, project: Project | None) -> str:
    chosen = {"project": project.slug} if project else {}
    return f"{reverse('library:search')}?{urlencode({'q': str(query), **chosen})}"


def _offers(query: Query, project: Project | None) -> list[Chip]:
    """Return the filters that one click adds."""
    terms = [Term(key, value) for key, value in _OFFERED]
    return [Chip(str(term), _url(Query((*query.terms, term)), project)) for term in terms if term not in query.terms]


def _readable(user: User) -> Q:
    return Q(project__in=visible_projects(user)) & (Q(owner=user) | Q(shared=True))


def _filters(request: HttpRequest, projects: list[Project]) -> list[tuple[SavedFilter, str, bool]]:
    """Return the kept searches of these projects, each with its address and whether the person may change it."""
    user = _person(request)
    rows = SavedFilter.objects.filter(_readable(user), project__in=projects).select_related("project", "owner")
    return [
        (
            row,
            f"{reverse('library:search')}?{urlencode({'q': row.query, 'project': row.project.slug})}",
            may_change_filter(user, row),
        )
        for row in rows[:100]
    ]


def _variants(project: Project, asset: str) -> list[tuple[str, str, str]]:
    """Return the looks and expressions of a character: which of the two, slug and name."""
    sheet = CharacterSheet.objects.filter(project=project, slug=asset).first()
    if sheet is None:
        return []
    looks = [("looks", slug, name) for slug, name in sheet.looks.values_list("slug", "name")]
    return [*looks, *(("expressions", slug, name) for slug, name in sheet.expressions.values_list("slug", "name"))]
