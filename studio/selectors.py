"""What the pages show, put together from what the library and the renderer know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from generation.models import Image
from generation.selectors.images import gallery
from ip_library.core.documents import SHOT
from ip_library.models import Project, Resolution, ShotComposition, Version
from ip_library.selectors.access import visible_projects
from ip_library.selectors.sources import sources_of_version

Person = User | AnonymousUser
PAGE = 48
CODES = 200  # suggested at most


def visible_images(user: Person) -> QuerySet[Image]:
    """Return the images that a person may see, newest first, without the long texts that captions do not need."""
    return gallery(user).defer("recipe", "prompt__text", "prompt__negative_text", "prompt__version__document")


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """A page of takes, and the keys at which the pages before and after it begin."""

    images: list[Image]
    newer: int | None
    older: int | None


def gallery_page(
    user: Person, *, project: str = "", shot: str = "", before: int | None = None, after: int | None = None
) -> GalleryPage:
    """Return a page of takes, newest first: those older than ``before``, or newer than ``after``.

    Pages are found by key: pictures that come in meanwhile move nothing.
    """
    rows = visible_images(user)
    if project:
        rows = rows.filter(project__slug=project)
    if shot:
        rows = rows.filter(prompt__version__kind=SHOT, prompt__version__asset__startswith=shot.upper())
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        images = found[:PAGE][::-1]
        return GalleryPage(images, _key(images[:1], len(found) > PAGE), _key(images[-1:], more=True))
    found = list((rows if before is None else rows.filter(pk__lt=before))[: PAGE + 1])
    images = found[:PAGE]
    return GalleryPage(images, _key(images[:1], before is not None), _key(images[-1:], len(found) > PAGE))


def shot_titles(images: Iterable[Image]) -> Mapping[tuple[int, str], str]:
    """Return the titles of the images' shots by project and code."""
    codes = {image.prompt.version.asset for image in images if image.prompt.version}
    projects = {image.project_id for image in images}
    rows = ShotComposition.objects.filter(project__in=projects, code__in=codes)
    return {(row.project_id, row.code): row.title for row in rows.only("project_id", "code", "title")}


def shot_codes(user: Person, project: str = "") -> list[str]:
    """Return shot codes that have pictures, to choose from."""
    rows = Version.objects.filter(kind=SHOT, project__in=visible_projects(user), prompts__images__isnull=False)
    if project:
        rows = rows.filter(project__slug=project)
    return list(rows.order_by("asset").values_list("asset", flat=True).distinct()[:CODES])


def projects_of(user: Person) -> list[Project]:
    """Return the projects that a person reads."""
    return list(visible_projects(user))


def sources_of(image: Image) -> list[Resolution]:
    """Return all that went into an image's shot, with its authors: scene, style, cast, props, and bases of variants."""
    return sources_of_version(image.prompt.version) if image.prompt.version else []


def takes_of(image: Image, limit: int = 24) -> list[Image]:
    """Return the takes of the same prompt."""
    return list(visible_siblings(image)[:limit])


def visible_siblings(image: Image) -> QuerySet[Image]:
    """Return the takes of the same prompt, in order; who sees one of them sees all."""
    return Image.objects.filter(prompt=image.prompt).defer("recipe").order_by("take")


def recipe_facts(recipe: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a recipe as lines of a table: name and value."""
    facts = []
    for name, value in recipe.items():
        match value:
            case dict():
                text = ", ".join(f"{key} {item}" for key, item in value.items())
            case list() | tuple():
                text = ", ".join(str(item) for item in value)
            case None:
                text = ""
            case _:
                text = str(value)
        facts.append((name.replace("_", " "), text or "none"))
    return facts


def _key(images: list[Image], more: bool) -> int | None:
    return images[0].pk if images and more else None
