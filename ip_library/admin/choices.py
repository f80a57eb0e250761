"""What a person may choose in a form: rows of their own projects, read once for all rows of the form."""

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from ip_library.admin.following import VersionField, VersionMenu
from ip_library.admin.named import NamedRowField, Suggestions
from ip_library.models import CharacterSheet, Pose, Project, Prop, Scene, Style

MANY: Final = 300  # rows that a list still shows; a page holds up to ten such lists
SUGGESTED: Final = 1000
_NOTHING: Final = ("", "---------")
_CHOSEN: Final[dict[str, type[Model]]] = {
    "scene": Scene,
    "style": Style,
    "character": CharacterSheet,
    "base": CharacterSheet,
    "preset": Pose,
    "prop": Prop,
}


def narrow(fields: dict[str, forms.Field], projects: Collection[int], request: HttpRequest) -> None:
    """Limit the fields that choose rows to those of ``projects``, and tell the version fields what they offer."""
    if field := _choice(fields, "project"):
        field.queryset = Project.objects.filter(pk__in=projects)
        if len(projects) == 1:
            field.initial = next(iter(projects))
    for name, model in _CHOSEN.items():
        if field := _choice(fields, name):
            rows = model._default_manager.filter(project__in=projects).select_related("project")
            options = _options(model, projects, request)
            if isinstance(options, Suggestions):
                fields[name] = NamedRowField(
                    rows,
                    suggestions=options,
                    several=len(projects) > 1,
                    required=field.required,
                    label=field.label,
                    help_text="Type its name.",
                )
            else:
                field.queryset = rows
                field.choices = [_NOTHING, *options]
    menu = menu_of(request, projects)
    for version in fields.values():
        if isinstance(version, VersionField):
            version.menu = menu


def menu_of(request: HttpRequest, projects: Collection[int]) -> VersionMenu:
    """Return what the version fields of this request offer: nothing but labels while the project is still open."""
    only = next(iter(projects)) if len(projects) == 1 else None
    menus: dict[int | None, VersionMenu] = vars(request).setdefault("settei_menus", {})
    return menus.setdefault(only, VersionMenu(only))


def _options(
    model: type[Model], projects: Collection[int], request: HttpRequest
) -> list[tuple[Any, str]] | Suggestions:
    """Return the rows to choose from, read once a request; where there are very many, suggest the latest ones."""
    known: dict[Any, list[tuple[Any, str]] | Suggestions] = vars(request).setdefault("settei_options", {})
    key = model, frozenset(projects)
    if key not in known:
        rows = model._default_manager.filter(project__in=projects)
        columns = ("pk", "slug", "name", "project__slug")
        found = list(rows.order_by("slug", "project__slug").values_list(*columns)[: MANY + 1])
        several = len(projects) > 1
        if len(found) > MANY:
            latest = rows.order_by("-changed_at").values_list(*columns)[:SUGGESTED]
            names = [(f"{slug} ({project})" if several else slug, name) for _, slug, name, project in latest]
            known[key] = Suggestions(f"suggested-{model._meta.model_name}", names)
        else:
            known[key] = [(pk, _name(slug, name, project if several else "")) for pk, slug, name, project in found]
    return known[key]


def drop_popups(fields: dict[str, forms.Field]) -> None:
    """Take away the links that would lead out of the form into a pop-up."""
    for field in fields.values():
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(field.widget, link):
                setattr(field.widget, link, False)


def _choice(fields: dict[str, forms.Field], name: str) -> "forms.ModelChoiceField[Any] | None":
    field = fields.get(name)
    return field if isinstance(field, forms.ModelChoiceField) else None


def _name(slug: str, name: str, project: str) -> str:
    shown = slug if name == slug else f"{slug} · {name}"
    return f"{shown} ({project})" if project else shown
