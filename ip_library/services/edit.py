"""Change drafts. Forms save a row and call ``note_edit``; imports and programs hand over a whole document."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.errors import InvalidDocumentError, StaleDraftError, UnknownError
from ip_library.core.problems import errors_of
from ip_library.core.validate import validate
from ip_library.models import Pose, Project, Prop, Scene, ShotComposition, Style
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import MODELS, DraftRow, as_draft, get_draft, name_of_draft, named, read_draft
from ip_library.selectors.referred import Referred, find_referred
from ip_library.services.access import require
from ip_library.services.audit import record_event, refusals
from ip_library.services.edit_characters import save_character
from ip_library.services.edit_shots import place_shot, save_shot
from ip_library.services.index import index_draft
from ip_library.services.locks import lock_project


def save_document(
    *, project: Project, document: d.Document, editor: User | None, expected_state: int | None = None
) -> bool:
    """Make or change the draft of an asset so that it reads as ``document``; return whether anything changed.

    ``expected_state`` is the state of the draft that the document was made from; 0 says that there was none.

    Raises:
        NotAllowedError: the editor's role does not grant editing.
        InvalidDocumentError: the document breaks the rules, or refers to drafts or images that do not exist.
        StaleDraftError: the draft is not in the expected state.
    """
    with refusals(project, editor, "edit", f"{document.kind}/{document.asset}"):
        require(editor, project, Action.EDIT, subject=f"{document.kind}/{document.asset}")
        with transaction.atomic():
            return _save(project, document, editor, expected_state)


def _save(project: Project, document: d.Document, editor: User | None, expected_state: int | None) -> bool:
    kind, asset = document.kind, document.asset
    state = lock_draft(project, kind, asset)
    if expected_state is not None and expected_state != state:
        raise StaleDraftError(f"{kind} {asset}", seen=expected_state, current=state)
    before = _existing(project, kind, asset)
    pattern = "" if before else project.shot_pattern  # a shot keeps its code when the project changes its pattern
    if errors := errors_of(validate(document, pattern=pattern, frame_rate=project.frame_rate)):
        raise InvalidDocumentError(f"{kind} {asset}", errors)
    if before and to_xml(before) == to_xml(as_draft(document)):
        return False
    referred, problems = find_referred(project, document)
    if problems:
        raise InvalidDocumentError(f"{kind} {asset}", problems)
    note_edit(draft=_write(project, document, referred), editor=editor, before=before)
    return True


def lock_draft(project: Project, kind: str, asset: str) -> int:
    """Lock the project and then an asset's draft until the transaction ends; return the draft's state, 0 without one.

    The project comes first for whoever writes drafts, as imports and merges write several: nobody waits for a draft
    that waits for the project. The lock leaves the row's key alone: a shot that refers to it can be saved meanwhile.
    """
    lock_project(project)
    rows: QuerySet[Any] = MODELS[kind].objects.filter(project=project, **named(kind, [asset]))
    state: int | None = rows.select_for_update(no_key=True).values_list("state", flat=True).first()
    return state or 0


def note_edit(*, draft: DraftRow, editor: User | None, before: d.Document | None) -> None:
    """Count a save of a draft, index it and record it; the row has been written, in this transaction."""
    type(draft).objects.filter(pk=draft.pk).update(state=F("state") + 1)
    kind, asset = name_of_draft(draft)
    now = get_draft(draft.project, kind, asset)
    if isinstance(now, ShotComposition):
        place_shot(now)
    index_draft(now)
    record_event(
        project=draft.project,
        actor=editor,
        action="edit" if before else "create",
        subject=f"{kind}/{asset}",
        before={"xml": to_xml(before).decode()} if before else {},
        after={"xml": to_xml(read_draft(now)).decode(), "state": now.state},
    )


def _existing(project: Project, kind: str, asset: str) -> d.Document | None:
    try:
        return read_draft(get_draft(project, kind, asset))
    except UnknownError:
        return None


def _write(project: Project, document: d.Document, referred: Referred) -> DraftRow:
    match document:
        case d.CharacterDocument():
            return save_character(project, document, referred)
        case d.ShotDocument():
            return save_shot(project, document, referred)
        case d.SceneDocument():
            return _write_slots(Scene, project, document, d.SCENE_SLOTS)
        case d.PoseDocument():
            return _write_slots(Pose, project, document, ("tags",))
        case d.PropDocument():
            return _write_slots(Prop, project, document, ("tags",))
        case d.StyleDocument():
            return _write_slots(Style, project, document, d.STYLE_SLOTS)


def _write_slots(model: type[Any], project: Project, document: d.Document, slots: tuple[str, ...]) -> DraftRow:
    """Write a draft whose row has the columns that its document has."""
    values = {name: getattr(document, name) for name in ("name", "notes", *slots)}
    row: DraftRow
    row, _ = model.objects.update_or_create(project=project, slug=document.asset, defaults=values)
    return row
