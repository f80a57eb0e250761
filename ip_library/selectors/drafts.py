"""Read drafts as documents."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import Model, Prefetch, QuerySet

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.errors import UnknownError
from ip_library.core.references import references_of, with_references
from ip_library.core.sheet_lines import read_aliases, read_palette, write_aliases, write_palette
from ip_library.models import (
    AuditEvent,
    CastMember,
    CharacterArt,
    CharacterSheet,
    Expression,
    Look,
    Pose,
    Project,
    Prop,
    Scene,
    ShotComposition,
    ShotProp,
    Style,
)

DraftRow = CharacterSheet | Scene | Pose | Prop | Style | ShotComposition
AssetName = tuple[str, str]

MODELS: Final[Mapping[str, type[DraftRow]]] = {
    d.CHARACTER: CharacterSheet,
    d.SCENE: Scene,
    d.POSE: Pose,
    d.PROP: Prop,
    d.STYLE: Style,
    d.SHOT: ShotComposition,
}
_AT_ONCE: Final = 500  # names in one query


def name_of_draft(draft: DraftRow) -> AssetName:
    """Return kind and name of a draft's asset."""
    kind = next(kind for kind, model in MODELS.items() if isinstance(draft, model))
    return kind, draft.code if isinstance(draft, ShotComposition) else draft.slug


def draft_rows(kind: str, project: Project) -> QuerySet[Any]:
    """Return the drafts of a kind with all that ``read_draft`` looks at, in a few queries however many there are.

    Raises:
        UnknownError: there is no such kind.
    """
    if kind not in MODELS:
        raise UnknownError("kind", kind, hint=f"kinds: {', '.join(d.KINDS)}")
    rows: QuerySet[Any] = MODELS[kind].objects.filter(project=project)
    match kind:
        case d.CHARACTER:
            art = CharacterArt.objects.select_related("image")
            return rows.select_related("base").prefetch_related("looks", "expressions", Prefetch("art", art))
        case d.SHOT:
            cast = CastMember.objects.select_related("character", "preset")
            props = ShotProp.objects.select_related("prop")
            return rows.select_related("scene", "style").prefetch_related(
                Prefetch("cast", cast), Prefetch("props", props), "interactions", "dialogue"
            )
    return rows


def named(kind: str, assets: Iterable[str]) -> dict[str, Any]:
    """Return the filter that finds the drafts of a kind by their names."""
    return {"code__in" if kind == d.SHOT else "slug__in": list(assets)}


def get_draft(project: Project, kind: str, asset: str) -> DraftRow:
    """Return the draft row of an asset.

    Raises:
        UnknownError: the project has no such asset.
    """
    return get_drafts(project, [(kind, asset)])[kind, asset]


def get_drafts(project: Project, names: Iterable[AssetName], *, whole: bool = True) -> dict[AssetName, DraftRow]:
    """Return the draft rows of assets; without ``whole`` only the rows themselves, not to be read as documents.

    Raises:
        UnknownError: the project lacks one of them.
    """
    names = list(names)
    found: dict[AssetName, DraftRow] = {}
    for kind in MODELS:
        assets = [asset for wanted, asset in names if wanted == kind]
        for start in range(0, len(assets), _AT_ONCE):
            rows = draft_rows(kind, project) if whole else MODELS[kind].objects.filter(project=project)
            for row in rows.filter(**named(kind, assets[start : start + _AT_ONCE])):
                row.project = project
                found[name_of_draft(row)] = row
    for kind, asset in names:
        if (kind, asset) not in found:
            raise UnknownError(kind, asset, hint=f"project {project} has none of that name")
    return found


def draft_at(project: Project, kind: str, asset: str, state: int) -> d.Document | None:
    """Return a draft as it was in a state, from the draft itself or from the record of its edits; None if unknown."""
    try:
        row = get_draft(project, kind, asset)
    except UnknownError:
        return None
    if row.state == state:
        return read_draft(row)
    events = AuditEvent.objects.filter(project=project, subject=f"{kind}/{asset}", after__state=state)
    event = events.order_by("-sequence").first()
    xml = event.after.get("xml") if event else None
    return from_xml(xml.encode()) if xml else None


def as_draft(document: d.Document) -> d.Document:
    """Return a document as a draft holds it: variants by slug, and not what a label resolved to."""
    if isinstance(document, d.CharacterDocument):
        document = replace(
            document,
            looks=tuple(sorted(document.looks, key=lambda look: look.slug)),
            expressions=tuple(sorted(document.expressions, key=lambda item: item.slug)),
            cleared=tuple(slot for slot in d.SLOTS if slot in document.cleared and document.base),
            aliases=read_aliases(write_aliases(document.aliases)),
            palette=read_palette(write_palette(document.palette)),
        )
    return with_references(document, {field: _label_alone(found) for field, _, found in references_of(document)})


def _label_alone(reference: d.Reference) -> d.Reference:
    return replace(reference, version=None if reference.follow else reference.version, sha256="")


def read_draft(draft: Model) -> d.Document:
    """Return a draft row as a document; references are not resolved yet."""
    match draft:
        case CharacterSheet():
            return _character(draft)
        case Scene():
            slots = {slot: getattr(draft, slot) for slot in d.SCENE_SLOTS}
            return d.SceneDocument(slug=draft.slug, name=draft.name, notes=draft.notes, **slots)
        case Pose():
            return d.PoseDocument(draft.slug, draft.name, draft.tags, draft.notes)
        case Prop():
            return d.PropDocument(draft.slug, draft.name, draft.tags, draft.notes)
        case Style():
            slots = {slot: getattr(draft, slot) for slot in d.STYLE_SLOTS}
            return d.StyleDocument(slug=draft.slug, name=draft.name, notes=draft.notes, **slots)
        case ShotComposition():
            return _shot(draft)
    raise TypeError(f"{type(draft).__name__} is no draft")


def _character(sheet: CharacterSheet) -> d.CharacterDocument:
    slots = {slot: getattr(sheet, slot) for slot in d.SLOTS}
    return d.CharacterDocument(
        slug=sheet.slug,
        name=sheet.name,
        gender=sheet.gender,
        appearance=d.Appearance(**{slot: tags or () for slot, tags in slots.items()}),
        looks=tuple(
            d.LookDocument(look.slug, look.name, overrides=_overrides(look), base=look.base)
            for look in sheet.looks.all()
        ),
        expressions=tuple(
            d.ExpressionDocument(item.slug, item.name, item.tags, overrides=_overrides(item), base=item.base)
            for item in sheet.expressions.all()
        ),
        prompt_name=sheet.prompt_name,
        notes=sheet.notes,
        base=_reference(sheet.base.slug, sheet.base_follow, sheet.base_pin) if sheet.base else None,
        cleared=tuple(slot for slot, tags in slots.items() if tags == () and sheet.base),
        locked=sheet.locked,
        aliases=read_aliases(sheet.aliases),
        palette=read_palette(sheet.palette),
        art=tuple(d.Art(item.image.sha256, item.caption) for item in sheet.art.all()),
    )


def _overrides(row: Look | Expression) -> tuple[tuple[str, d.Tags], ...]:
    slots = ((slot, getattr(row, slot)) for slot in d.SLOTS)
    return tuple((slot, tags) for slot, tags in slots if tags is not None)


def _shot(shot: ShotComposition) -> d.ShotDocument:
    return d.ShotDocument(
        code=shot.code,
        title=shot.title,
        cast=tuple(
            d.CastMember(
                character=_reference(member.character.slug, member.follow, member.pin),
                position=d.Position(member.x, member.y, member.scale),
                look=member.look,
                expression=member.expression,
                pose=member.pose,
                preset=_reference(member.preset.slug, member.preset_follow, member.preset_pin)
                if member.preset
                else None,
            )
            for member in shot.cast.all()
        ),
        scene=_reference(shot.scene.slug, shot.scene_follow, shot.scene_pin) if shot.scene else None,
        negative=shot.negative,
        notes=shot.notes,
        style=_reference(shot.style.slug, shot.style_follow, shot.style_pin) if shot.style else None,
        size=shot.size,
        angle=shot.angle,
        props=tuple(d.PropUse(_reference(use.prop.slug, use.follow, use.pin), use.member) for use in shot.props.all()),
        interactions=tuple(d.Interaction(item.actor, item.partner, item.tags) for item in shot.interactions.all()),
        action=shot.action,
        dialogue=tuple(d.Line(line.speaker, line.text, line.voice) for line in shot.dialogue.all()),
        duration=None
        if shot.seconds is None and shot.frames is None
        else d.Duration(shot.seconds or 0, shot.frames or 0),
    )


def _reference(asset: str, follow: str, pin: int | None) -> d.Reference:
    return d.Reference(asset, follow or d.LATEST) if pin is None else d.Reference(asset, follow="", version=pin)
