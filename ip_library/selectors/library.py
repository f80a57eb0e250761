"""Read what has been committed."""

from pathlib import Path

from django.conf import settings

from ip_library.core.errors import RefusedError, UnknownError
from ip_library.core.prompt import DIALECTS
from ip_library.models import Project, PromptRevision, Version
from ip_library.store.git import GitStore


def get_project(slug: str) -> Project:
    """Return the project called ``slug``.

    Raises:
        UnknownError: there is none; names the ones there are.
    """
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        known = ", ".join(Project.objects.values_list("slug", flat=True)[:10]) or "none"
        raise UnknownError("project", slug, hint=f"projects: {known}")
    return project


def repository_path(project: Project) -> Path:
    """Return where a project's bare repository lies; git can open it."""
    return Path(settings.REPOSITORIES) / f"{project.slug}.git"


def store_of(project: Project) -> GitStore:
    """Return the project's repository."""
    return GitStore(repository_path(project))


def read_committed(project: Project, commit: str, path: str) -> bytes:
    """Return the bytes of a file at a commit, from Git.

    Raises:
        LibraryError: the commit or file is not there.
    """
    return store_of(project).read(commit, path)


def latest_version(project: Project, kind: str, asset: str) -> Version | None:
    """Return the newest version of an asset."""
    return Version.objects.filter(project=project, kind=kind, asset=asset).order_by("-number").first()


def get_version(project: Project, kind: str, asset: str, number: int | None = None) -> Version:
    """Return a version of an asset by its number, or the newest.

    Raises:
        UnknownError: it does not exist.
    """
    versions = Version.objects.filter(project=project, kind=kind, asset=asset)
    if number is not None:
        versions = versions.filter(number=number)
    found = versions.order_by("-number").first()
    if found is None:
        name = asset if number is None else f"{asset} v{number:03d}"
        hint = _what_there_is(project, kind, asset)
        raise UnknownError(f"version of {kind}", name, hint=hint)
    return found


def _what_there_is(project: Project, kind: str, asset: str) -> str:
    last = latest_version(project, kind, asset)
    if last:
        return f"its versions go up to {last.label}"
    known = Version.objects.filter(project=project, kind=kind).order_by("asset").values_list("asset", flat=True)
    return f"committed in {project}: {', '.join(known.distinct()[:10]) or 'none'}"


def get_shot_prompt(
    project: Project, code: str, *, dialect: str | None = None, number: int | None = None
) -> PromptRevision:
    """Return a shot's compiled prompt (of the newest version, in the project's dialect, unless said otherwise).

    Raises:
        UnknownError: the shot or version does not exist.
        RefusedError: the dialect is not known.
    """
    dialect = dialect or project.default_dialect
    if dialect not in DIALECTS:
        raise RefusedError("dialect", dialect, f"one of {', '.join(DIALECTS)}")
    version = get_version(project, "shot", code, number)
    return PromptRevision.objects.select_related("changeset", "version", "project").get(
        version=version, dialect=dialect
    )
