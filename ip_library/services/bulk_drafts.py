"""Make many drafts at once, as ``save_document`` would make each of them where there is none yet."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.ordering import references_first
from ip_library.core.problems import error
from ip_library.core.references import references_of
from ip_library.core.shot_codes import ShotPattern
from ip_library.models import (
    CastMember,
    CharacterArt,
    CharacterSheet,
    DialogueLine,
    Episode,
    Expression,
    Interaction,
    Look,
    Project,
    ReferenceImage,
    ShotComposition,
    ShotProp,
)
from ip_library.models import (
    Sequence as ShotSequence,
)
from ip_library.selectors.drafts import MODELS, AssetName, DraftRow, name_of_draft, named
from ip_library.selectors.referred import Referred
from ip_library.services import edit_characters, edit_shots
from ip_library.services.audit import EventData, record_events
from ip_library.services.index import index_documents
from ip_library.services.locks import lock_project

_AT_ONCE: Final = 500
_FIRST_STATE: Final = 1  # as after the first save
_SLOTS: Final[Mapping[str, tuple[str, ...]]] = {
    d.SCENE: d.SCENE_SLOTS, d.POSE: ("tags",), d.PROP: ("tags",), d.STYLE: d.STYLE_SLOTS,
}  # fmt: skip


def existing_drafts(project: Project, names: Sequence[AssetName]) -> dict[AssetName, DraftRow]:
    """Return those of the named drafts that there are, as bare rows."""
    found: dict[AssetName, DraftRow] = {}
    for kind, model in MODELS.items():
        assets = [asset for wanted, asset in names if wanted == kind]
        for start in range(0, len(assets), _AT_ONCE):
            rows: Any = model.objects.filter(project=project, **named(kind, assets[start : start + _AT_ONCE]))
            found |= {name_of_draft(row): row for row in rows}
    return found


def create_drafts(*, project: Project, documents: Sequence[d.Document], editor: User | None) -> None:
    """Make the drafts of documents of which none has one yet, index them and record their making.

    The documents have been checked, and read as drafts hold them (``as_draft``). The caller has checked the role.

    Raises:
        InvalidDocumentError: a document refers to a draft or image that is not there.
    """
    with transaction.atomic():
        project = lock_project(project)
        ordered = references_first(documents)
        bases = [item for item in ordered if isinstance(item, d.CharacterDocument) and item.base]
        plain = [item for item in ordered if not (isinstance(item, d.CharacterDocument) and item.base)]
        shots = [item for item in plain if isinstance(item, d.ShotDocument)]
        for kind in MODELS:
            if kind not in (d.CHARACTER, d.SHOT):
                _create_slots(project, kind, [item for item in plain if item.kind == kind])
        _create_characters(project, [item for item in plain if isinstance(item, d.CharacterDocument)])
        for variant in bases:  # one by one: each may build on the one before it
            _create_characters(project, [variant])
        _create_shots(project, shots)
        index_documents(project, ordered)
        record_events(project, editor, [_event(document) for document in ordered])


def _event(document: d.Document) -> EventData:
    after = {"xml": to_xml(document).decode(), "state": _FIRST_STATE}
    return EventData(action="create", subject=f"{document.kind}/{document.asset}", after=after)


def _create_slots(project: Project, kind: str, documents: Sequence[d.Document]) -> None:
    model: Any = MODELS[kind]
    model.objects.bulk_create(
        model(
            project=project,
            slug=document.asset,
            state=_FIRST_STATE,
            **{name: getattr(document, name) for name in ("name", "notes", *_SLOTS[kind])},
        )
        for document in documents
    )


def _create_characters(project: Project, documents: Sequence[d.CharacterDocument]) -> None:
    referred = _referred(project, documents)
    sheets = CharacterSheet.objects.bulk_create(
        CharacterSheet(
            project=project,
            slug=document.slug,
            state=_FIRST_STATE,
            **edit_characters.sheet_values(document, referred),
        )
        for document in documents
    )
    pairs = list(zip(sheets, documents, strict=True))
    Look.objects.bulk_create(row for pair in pairs for row in edit_characters.looks_of(*pair))
    Expression.objects.bulk_create(row for pair in pairs for row in edit_characters.expressions_of(*pair))
    CharacterArt.objects.bulk_create(row for pair in pairs for row in edit_characters.art_of(*pair, referred))


def _create_shots(project: Project, documents: Sequence[d.ShotDocument]) -> None:
    referred = _referred(project, documents)
    sequences = _sequences(project, documents)
    shots = ShotComposition.objects.bulk_create(
        ShotComposition(
            project=project,
            code=document.code,
            state=_FIRST_STATE,
            sequence=sequences[document.code],
            **edit_shots.shot_values(document, referred),
        )
        for document in documents
    )
    pairs = list(zip(shots, documents, strict=True))
    CastMember.objects.bulk_create(row for pair in pairs for row in edit_shots.cast_of(*pair, referred))
    ShotProp.objects.bulk_create(row for pair in pairs for row in edit_shots.props_of(*pair, referred))
    Interaction.objects.bulk_create(row for pair in pairs for row in edit_shots.interactions_of(*pair))
    DialogueLine.objects.bulk_create(row for pair in pairs for row in edit_shots.dialogue_of(*pair))


def _sequences(project: Project, documents: Sequence[d.ShotDocument]) -> dict[str, ShotSequence | None]:
    """Return the sequence of each shot as its code says it, making episodes and sequences where they are new."""
    pattern = ShotPattern.of(project.shot_pattern)
    known: dict[tuple[str, str], ShotSequence | None] = {}
    found: dict[str, ShotSequence | None] = {}
    for document in documents:
        parts = pattern.read(document.code) or {}
        place = parts.get("episode", ""), parts.get("sequence", "")
        if place not in known:
            known[place] = _sequence(project, *place)
        found[document.code] = known[place]
    return found


def _sequence(project: Project, episode_code: str, code: str) -> ShotSequence | None:
    episode = None
    if episode_code:
        episode, _ = Episode.objects.get_or_create(project=project, code=episode_code)
    return ShotSequence.objects.get_or_create(project=project, episode=episode, code=code)[0] if code else None


def _referred(project: Project, documents: Sequence[d.Document]) -> Referred:
    """Return the drafts and images that documents refer to, looked up together."""
    references = [
        (document, where, kind, found) for document in documents for where, kind, found in references_of(document)
    ]
    names = sorted({(kind, reference.asset) for _, _, kind, reference in references})
    drafts = existing_drafts(project, names)
    digests = sorted({art.sha256 for item in documents if isinstance(item, d.CharacterDocument) for art in item.art})
    images: dict[str, ReferenceImage] = {}
    for start in range(0, len(digests), _AT_ONCE):
        rows = ReferenceImage.objects.filter(project=project, sha256__in=digests[start : start + _AT_ONCE])
        images |= {row.sha256: row for row in rows}
    problems = [
        error("reference.missing", f"{document.asset}/{where}", f"there is no {kind} {reference.asset!r}")
        for document, where, kind, reference in references
        if (kind, reference.asset) not in drafts
    ] + [
        error("art.missing", f"{item.asset}/art/{number}", f"there is no reference image {art.sha256[:12]}…")
        for item in documents
        if isinstance(item, d.CharacterDocument)
        for number, art in enumerate(item.art, start=1)
        if art.sha256 not in images
    ]
    if problems:
        raise InvalidDocumentError("import", problems)
    return Referred(drafts, images)
