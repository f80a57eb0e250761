"""The pages: gallery, one image with its lineage, and the picture files."""

import shlex
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from generation.selectors.canon import not_canon
from generation.selectors.lineage import prompt_facts, waiver_facts
from generation.storage import image_store
from studio import selectors

_SEEN_FOR = 365 * 24 * 3600
_KEY_DIGITS = 18


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show takes, newest first; filter by project and by the beginning of a shot code."""
    project, shot = _typed(request.GET, "project"), _typed(request.GET, "shot")
    page = selectors.gallery_page(
        request.user, project=project, shot=shot, before=_key(request.GET, "before"), after=_key(request.GET, "after")
    )
    titles = selectors.shot_titles(page.images)
    projects = selectors.projects_of(request.user)
    cards = [
        (image, titles.get((image.project_id, image.prompt.version.asset), "") if image.prompt.version else "")
        for image in page.images
    ]
    chosen = {name: value for name, value in (("project", project), ("shot", shot)) if value}
    context = {
        "section": "gallery",
        "cards": cards,
        "projects": projects,
        "unknown": bool(project) and project not in {item.slug for item in projects},
        "codes": selectors.shot_codes(request.user, project),
        "project": project,
        "shot": shot,
        "filtered": bool(chosen),
        "newer": _page_url(chosen, after=page.newer) if page.newer is not None else "",
        "older": _page_url(chosen, before=page.older) if page.older is not None else "",
        "newest": _page_url(chosen),
    }
    return render(request, "studio/gallery.html", context)


@require_safe
def image(request: HttpRequest, key: int) -> HttpResponse:
    """Show one take: large, with its lineage and its exact prompt."""
    rows = selectors.visible_images(request.user).defer(None).select_related("job__requested_by", "prompt__project")
    row = get_object_or_404(rows, pk=key)
    prompt = row.prompt
    used = [item.used for item in selectors.sources_of(row)]
    versions = [*([prompt.version] if prompt.version else []), *used]
    canon = not_canon(versions)
    origin = prompt_facts(prompt)
    context = {
        "section": "image",
        "image": row,
        "prompt": prompt,
        "version": prompt.version,
        "title": selectors.shot_titles([row]).get((row.project_id, prompt.version.asset if prompt.version else ""), ""),
        "sources": used,
        "waivers": waiver_facts(versions),
        "out_of_canon": [(version, canon[version.pk]) for version in versions if version.pk in canon],
        "takes": selectors.takes_of(row),
        "facts": selectors.recipe_facts(row.recipe),
        "command": f"git -C {shlex.quote(origin['repository'])} show {origin['commit']}:{origin['path']}",
    }
    return render(request, "studio/image.html", context)


@require_safe
def image_file(request: HttpRequest, sha256: str, download: bool = False) -> HttpResponse:
    """Serve a picture to those who may see it. Its name is its content, so it never changes."""
    row = selectors.visible_images(request.user).filter(sha256=sha256).first()
    if row is None:
        raise Http404
    etag = f'"{sha256}"'
    if not download and etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(image_store().read(sha256), content_type="image/png")
        name = f"{row.project.slug}_{row.prompt.name}_{row.label}.png".replace(" ", "_")
        response["Content-Disposition"] = f'{"attachment" if download else "inline"}; filename="{name}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={_SEEN_FOR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _typed(query: QueryDict, name: str) -> str:
    """Return what was typed; a NUL, which PostgreSQL refuses even to compare, becomes a sign that matches nothing."""
    return query.get(name, "").strip().replace("\0", "\ufffd")


def _key(query: QueryDict, name: str) -> int | None:
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _KEY_DIGITS else None


def _page_url(chosen: dict[str, str], *, before: int | None = None, after: int | None = None) -> str:
    """Return the address of a page of the gallery; without a key, of the newest."""
    keys = {name: str(value) for name, value in (("before", before), ("after", after)) if value is not None}
    query = urlencode({**chosen, **keys})
    return f"{reverse('studio:gallery')}?{query}" if query else reverse("studio:gallery")
