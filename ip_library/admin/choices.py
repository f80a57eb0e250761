"""What a person may choose in a form: rows of their own projects, read once for all rows of the form."""

from collections.abc import Collection
from itertools import groupby
from typing import Any

from django import forms

from ip_library.models import CharacterSheet, Expression, Look, Project, Scene, Version

_NOTHING = ("", "---------")
Choices = list[tuple[Any, Any]]


def narrow(fields: dict[str, forms.Field], projects: Collection[int]) -> None:
    """Limit the fields that choose projects, scenes, characters and their variants to rows of ``projects``."""
    if field := _choice(fields, "project"):
        field.queryset = Project.objects.filter(pk__in=projects)
        if len(projects) == 1:
            field.initial = next(iter(projects))
    several = len(projects) > 1
    if field := _choice(fields, "scene"):
        scenes = Scene.objects.filter(project__in=projects).select_related("project")
        field.queryset = scenes
        field.choices = [_NOTHING, *((row.pk, _name(row, several)) for row in scenes)]
    if field := _choice(fields, "character"):
        characters = CharacterSheet.objects.filter(project__in=projects).select_related("project")
        field.queryset = characters
        field.choices = [_NOTHING, *((row.pk, _name(row, several)) for row in characters)]
    for name, model in (("look", Look), ("expression", Expression)):
        if field := _choice(fields, name):
            variants = model.objects.filter(character__project__in=projects).select_related("character__project")
            field.queryset = variants
            field.choices = _by_character(variants.order_by("character__slug", "character", "slug"), several)


def drop_popups(fields: dict[str, forms.Field]) -> None:
    """Take away the links that would lead out of the form into a pop-up."""
    for field in fields.values():
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(field.widget, link):
                setattr(field.widget, link, False)


def version_numbers(project_id: int, kind: str, asset: str) -> list[int]:
    """Return the numbers of an asset's versions."""
    versions = Version.objects.filter(project_id=project_id, kind=kind, asset=asset)
    return list(versions.order_by("number").values_list("number", flat=True))


def pin_problem(project_id: int, kind: str, asset: str, pin: int) -> str:
    """Say that an asset has no version of that number, and which ones there are; nothing when it has."""
    numbers = version_numbers(project_id, kind, asset)
    if pin in numbers:
        return ""
    known = ", ".join(f"v{number:03d}" for number in numbers[-8:])
    if len(numbers) > 8:
        known = f"v{numbers[0]:03d} to {known}"
    there = f"there are: {known}" if numbers else "it has not been committed yet; leave this empty"
    return f"{kind} {asset!r} has no version {str(pin)[:12]}; {there}"


def _choice(fields: dict[str, forms.Field], name: str) -> "forms.ModelChoiceField[Any] | None":
    field = fields.get(name)
    return field if isinstance(field, forms.ModelChoiceField) else None


def _name(row: Scene | CharacterSheet, several: bool) -> str:
    name = row.slug if row.name == row.slug else f"{row.slug} · {row.name}"
    return f"{name} ({row.project})" if several else name


def _by_character(variants: Any, several: bool) -> Choices:
    groups: Choices = [_NOTHING]
    for character, rows in groupby(variants, key=lambda row: row.character):
        title = f"{character.slug} ({character.project})" if several else character.slug
        groups.append((title, [(row.pk, row.slug) for row in rows]))
    return groups
