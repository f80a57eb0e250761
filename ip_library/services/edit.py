"""Change drafts. Forms save a row and call ``note_edit``; imports and programs hand over a whole document."""

from collections.abc import Mapping
from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.errors import InvalidDocumentError, UnknownError
from ip_library.core.problems import error, errors_of
from ip_library.core.validate import validate
from ip_library.models import CastMember, CharacterSheet, Expression, Look, Project, Scene, ShotComposition
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import DraftRow, get_draft, name_of_draft, read_draft
from ip_library.services.access import require
from ip_library.services.audit import record_event


def save_document(*, project: Project, document: d.Document, editor: User | None) -> bool:
    """Make or change the draft of an asset so that it reads as ``document``; return whether anything changed.

    Raises:
        NotAllowedError: the editor's role does not grant editing.
        InvalidDocumentError: the document breaks the rules, or refers to drafts that do not exist.
    """
    require(editor, project, Action.EDIT)
    if errors := errors_of(validate(document)):
        raise InvalidDocumentError(f"{document.kind} {document.asset}", errors)
    with transaction.atomic():
        before = _existing(project, document)
        if before and to_xml(before) == to_xml(_as_draft(document)):
            return False
        match document:
            case d.CharacterDocument():
                row: DraftRow = _save_character(project, document)
            case d.SceneDocument():
                row = _save_scene(project, document)
            case d.ShotDocument():
                row = _save_shot(project, document)
        note_edit(draft=row, editor=editor, before=before)
    return True


def note_edit(*, draft: DraftRow, editor: User | None, before: d.Document | None) -> None:
    """Count a save of a draft and record it; the row has been written, in this transaction."""
    type(draft).objects.filter(pk=draft.pk).update(state=F("state") + 1)
    kind, asset = name_of_draft(draft)
    after = read_draft(get_draft(draft.project, kind, asset))
    record_event(
        project=draft.project,
        actor=editor,
        action="edit" if before else "create",
        subject=f"{kind}/{asset}",
        before={"xml": to_xml(before).decode()} if before else {},
        after={"xml": to_xml(after).decode()},
    )


def _existing(project: Project, document: d.Document) -> d.Document | None:
    try:
        return read_draft(get_draft(project, document.kind, document.asset))
    except UnknownError:
        return None


def _as_draft(document: d.Document) -> d.Document:
    """Return the document as a draft holds it: variants by slug, and not what a label resolved to."""
    if isinstance(document, d.CharacterDocument):
        looks = tuple(sorted(document.looks, key=lambda look: look.slug))
        return replace(
            document, looks=looks, expressions=tuple(sorted(document.expressions, key=lambda item: item.slug))
        )
    if not isinstance(document, d.ShotDocument):
        return document
    cast = tuple(
        d.CastMember(_unresolved(m.character), m.position, m.look, m.expression, m.pose) for m in document.cast
    )
    scene = _unresolved(document.scene) if document.scene else None
    return d.ShotDocument(document.code, document.title, cast, scene, document.negative, document.notes)


def _unresolved(reference: d.Reference) -> d.Reference:
    if reference.follow:
        return d.Reference(reference.asset, reference.follow)
    return d.Reference(reference.asset, "", reference.version)


def _save_character(project: Project, document: d.CharacterDocument) -> CharacterSheet:
    sheet, _ = CharacterSheet.objects.update_or_create(
        project=project,
        slug=document.slug,
        defaults={
            "name": document.name,
            "gender": document.gender,
            "prompt_name": document.prompt_name,
            "notes": document.notes,
            **{slot: getattr(document.appearance, slot) for slot in d.SLOTS},
        },
    )
    for look in document.looks:
        overrides: Mapping[str, d.Tags] = dict(look.overrides)
        slots = {slot: overrides.get(slot) for slot in d.SLOTS}
        Look.objects.update_or_create(character=sheet, slug=look.slug, defaults={"name": look.name, **slots})
    _remove(sheet, "look", sheet.looks.exclude(slug__in=[look.slug for look in document.looks]))
    for item in document.expressions:
        Expression.objects.update_or_create(
            character=sheet, slug=item.slug, defaults={"name": item.name, "tags": item.tags}
        )
    _remove(sheet, "expression", sheet.expressions.exclude(slug__in=[item.slug for item in document.expressions]))
    return sheet


def _remove(sheet: CharacterSheet, name: str, variants: QuerySet[Look] | QuerySet[Expression]) -> None:
    """Remove the looks or expressions that a document no longer has, unless a shot's draft wears them."""
    worn = CastMember.objects.filter(**{f"{name}__in": variants}).select_related("shot", name)
    if found := sorted({(getattr(member, name).slug, member.shot.code) for member in worn}):
        problems = [
            error("variant.in_use", f"{name}s/{slug}", f"cannot be removed, shot {code} uses it")
            for slug, code in found
        ]
        raise InvalidDocumentError(f"character {sheet.slug}", problems)
    variants.delete()


def _save_scene(project: Project, document: d.SceneDocument) -> Scene:
    slots = {slot: getattr(document, slot) for slot in d.SCENE_SLOTS}
    scene, _ = Scene.objects.update_or_create(
        project=project,
        slug=document.slug,
        defaults={"name": document.name, "notes": document.notes, **slots},
    )
    return scene


def _save_shot(project: Project, document: d.ShotDocument) -> ShotComposition:
    problems = []
    scene = None
    if document.scene:
        scene = Scene.objects.filter(project=project, slug=document.scene.asset).first()
        if scene is None:
            problems.append(error("reference.missing", "scene", f"there is no scene {document.scene.asset!r}"))
    members = []
    for number, member in enumerate(document.cast, start=1):
        sheet = CharacterSheet.objects.filter(project=project, slug=member.character.asset).first()
        look = Look.objects.filter(character=sheet, slug=member.look).first()
        expression = Expression.objects.filter(character=sheet, slug=member.expression).first()
        for name, wanted, found in (
            ("character", member.character.asset, sheet),
            ("look", member.look, look),
            ("expression", member.expression, expression),
        ):
            if wanted and found is None:
                problems.append(error("reference.missing", f"cast/{number}/{name}", f"there is no {name} {wanted!r}"))
        pin = None if member.character.follow else member.character.version
        place = {"x": member.position.x, "y": member.position.y, "scale": member.position.scale}
        members.append(
            {"number": number, "character": sheet, "pin": pin, "look": look, "expression": expression}
            | {"pose": member.pose, **place}
        )
    if problems:
        raise InvalidDocumentError(f"shot {document.code}", problems)
    shot, _ = ShotComposition.objects.update_or_create(
        project=project,
        code=document.code,
        defaults={
            "title": document.title,
            "scene": scene,
            "scene_pin": None if not document.scene or document.scene.follow else document.scene.version,
            "negative": document.negative,
            "notes": document.notes,
        },
    )
    shot.cast.all().delete()
    CastMember.objects.bulk_create(CastMember(shot=shot, **values) for values in members)
    return shot
