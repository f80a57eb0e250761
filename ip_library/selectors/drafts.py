"""Read drafts as documents."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from ip_library.core import documents as d
from ip_library.core.errors import UnknownError
from ip_library.models import CharacterSheet, Look, Project, Scene, ShotComposition

DraftRow = CharacterSheet | Scene | ShotComposition


def name_of_draft(draft: DraftRow) -> tuple[str, str]:
    """Return kind and name of a draft's asset."""
    match draft:
        case CharacterSheet():
            return d.CHARACTER, draft.slug
        case Scene():
            return d.SCENE, draft.slug
        case ShotComposition():
            return d.SHOT, draft.code


def get_draft(project: Project, kind: str, asset: str) -> DraftRow:
    """Return the draft row of an asset.

    Raises:
        UnknownError: the project has no such asset.
    """
    found: DraftRow | None = None
    match kind:
        case d.CHARACTER:
            found = CharacterSheet.objects.filter(project=project, slug=asset).first()
        case d.SCENE:
            found = Scene.objects.filter(project=project, slug=asset).first()
        case d.SHOT:
            found = ShotComposition.objects.select_related("scene").filter(project=project, code=asset).first()
    if found is None:
        raise UnknownError(kind, asset, hint=f"project {project} has none of that name")
    return found


def read_draft(draft: Model) -> d.Document:
    """Return a draft row as a document; references are not resolved yet."""
    match draft:
        case CharacterSheet():
            return _character(draft)
        case Scene():
            slots = {slot: getattr(draft, slot) for slot in d.SCENE_SLOTS}
            return d.SceneDocument(slug=draft.slug, name=draft.name, notes=draft.notes, **slots)
        case ShotComposition():
            return _shot(draft)
    raise TypeError(f"{type(draft).__name__} is no draft")


def _character(sheet: CharacterSheet) -> d.CharacterDocument:
    return d.CharacterDocument(
        slug=sheet.slug,
        name=sheet.name,
        gender=sheet.gender,
        appearance=d.Appearance(**_slots(sheet)),
        looks=tuple(
            d.LookDocument(
                slug=look.slug,
                name=look.name,
                overrides=tuple((slot, tags) for slot, tags in _slots(look).items() if tags is not None),
            )
            for look in sheet.looks.all()
        ),
        expressions=tuple(
            d.ExpressionDocument(slug=item.slug, name=item.name, tags=item.tags) for item in sheet.expressions.all()
        ),
        prompt_name=sheet.prompt_name,
        notes=sheet.notes,
    )


def _slots(row: CharacterSheet | Look) -> Mapping[str, Any]:
    return {slot: getattr(row, slot) for slot in d.SLOTS}


def _shot(shot: ShotComposition) -> d.ShotDocument:
    return d.ShotDocument(
        code=shot.code,
        title=shot.title,
        cast=tuple(
            d.CastMember(
                character=_reference(member.character.slug, member.pin),
                position=d.Position(member.x, member.y, member.scale),
                look=member.look.slug if member.look else "",
                expression=member.expression.slug if member.expression else "",
                pose=member.pose,
            )
            for member in shot.cast.select_related("character", "look", "expression")
        ),
        scene=_reference(shot.scene.slug, shot.scene_pin) if shot.scene is not None else None,
        negative=shot.negative,
        notes=shot.notes,
    )


def _reference(asset: str, pin: int | None) -> d.Reference:
    return d.Reference(asset) if pin is None else d.Reference(asset, follow="", version=pin)
