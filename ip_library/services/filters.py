"""Searches that people keep under a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.errors import NotAllowedError, RefusedError
from ip_library.core.problems import errors_of
from ip_library.core.search_query import parse_query
from ip_library.core.text import normalise, text_problems
from ip_library.models import Project, SavedFilter
from ip_library.selectors.access import Action, may
from ip_library.services.access import require
from ip_library.services.audit import record_event, refusals

NAME_LIMIT: Final = 80


def save_filter(*, project: Project, owner: User, name: str, query: str, shared: bool = False) -> SavedFilter:
    """Keep a search under a name; ``shared`` ones are shown to everybody in the project.

    Raises:
        NotAllowedError: the person may not read the project.
        SearchQueryError: the search cannot be read.
        RefusedError: the name is empty, too long, or taken by another of the person's filters.
    """
    with _changing(project, owner, "save filter", name):
        require(owner, project, Action.READ)
        saved = SavedFilter(project=project, owner=owner, query=str(parse_query(query)), shared=shared)
        saved.name = _free_name(saved, name)
        saved.save()
        _note(saved, owner, "save filter", before={})
    return saved


def rename_filter(*, saved: SavedFilter, name: str, editor: User) -> SavedFilter:
    """Give a filter another name.

    Raises:
        NotAllowedError: the filter is another person's, and the editor does not manage the project.
        RefusedError: the name is empty, too long, or taken.
    """
    before = _facts(saved)
    with _changing(saved.project, editor, "rename filter", saved.name):
        _require_own(saved, editor)
        saved.name = _free_name(saved, name)
        saved.save(update_fields=["name"])
        _note(saved, editor, "rename filter", before=before)
    return saved


def share_filter(*, saved: SavedFilter, shared: bool, editor: User) -> SavedFilter:
    """Show a filter to everybody in the project, or to its owner alone.

    Raises:
        NotAllowedError: the filter is another person's, and the editor does not manage the project.
    """
    before, action = _facts(saved), "share filter" if shared else "unshare filter"
    with _changing(saved.project, editor, action, saved.name):
        _require_own(saved, editor)
        saved.shared = shared
        saved.save(update_fields=["shared"])
        _note(saved, editor, action, before=before)
    return saved


def delete_filter(*, saved: SavedFilter, editor: User) -> None:
    """Throw a filter away.

    Raises:
        NotAllowedError: the filter is another person's, and the editor does not manage the project.
    """
    project, before = saved.project, _facts(saved)
    with _changing(project, editor, "delete filter", saved.name):
        _require_own(saved, editor)
        subject = f"filter/{saved.name}"
        saved.delete()
        record_event(project=project, actor=editor, action="delete filter", subject=subject, before=before, after={})


def may_change_filter(user: User, saved: SavedFilter) -> bool:
    """Tell whether a person may change a filter: its owner, and of shared ones whoever manages the project."""
    if saved.owner_id == user.pk:
        return may(user, saved.project, Action.READ)
    return saved.shared and may(user, saved.project, Action.APPROVE)


@contextmanager
def _changing(project: Project, actor: User, action: str, name: str) -> Iterator[None]:
    """Change all or nothing, and record it when it is refused."""
    with refusals(project, actor, action, f"filter/{name[:NAME_LIMIT]}"), transaction.atomic():
        yield


def _require_own(saved: SavedFilter, editor: User) -> None:
    if not may_change_filter(editor, saved):
        raise NotAllowedError(editor.get_username(), f"change the filter {saved.name!r}", saved.project.slug)


def _free_name(saved: SavedFilter, name: str) -> str:
    name = normalise(name)
    if found := errors_of(text_problems("name", name, limit=NAME_LIMIT, required=True)):
        raise RefusedError("name", name[:40], f"a name of 1 to {NAME_LIMIT} visible characters: {found[0].message}")
    others = SavedFilter.objects.filter(project=saved.project, owner=saved.owner, name=name)
    if others.exclude(pk=saved.pk).exists():
        raise RefusedError("name", name, "another one; there is a filter of that name already")
    return name


def _facts(saved: SavedFilter) -> dict[str, object]:
    return {"name": saved.name, "query": saved.query, "shared": saved.shared}


def _note(saved: SavedFilter, actor: User, action: str, *, before: dict[str, object]) -> None:
    subject = f"filter/{saved.name}"
    record_event(project=saved.project, actor=actor, action=action, subject=subject, before=before, after=_facts(saved))
