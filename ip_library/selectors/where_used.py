"""Where an asset, a variant of a character or a tag is used. Every list is bounded and comes with its count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from ip_library.core import documents as d
from ip_library.core.errors import RefusedError
from ip_library.models import (
    AssetEntry,
    AssetTag,
    CastMember,
    CharacterSheet,
    Project,
    Resolution,
    ShotComposition,
    ShotProp,
    Version,
)
from ip_library.selectors.vocabulary import vocabulary_of

LIMIT: Final = 200
VARIANTS: Final = {"looks": "look", "expressions": "expression"}
_DEPTH: Final = 8  # variants of variants that are followed


@dataclass(frozen=True, slots=True)
class Use:
    """One use: by which asset, in which field; ``how`` is the label that is followed, or the pin: ``canon``, ``v003``.

    ``version`` is the version that uses it; without one it is the draft.
    """

    kind: str
    asset: str
    name: str
    field: str
    how: str
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Uses:
    """Some of the uses, in order, and how many there are in all."""

    shown: tuple[Use, ...]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


@dataclass(frozen=True, slots=True)
class WhereUsed:
    """The drafts that refer to an asset, and the newest versions that used a version of it."""

    drafts: Uses
    versions: Uses


def where_asset_used(project: Project, kind: str, asset: str, *, limit: int = LIMIT) -> WhereUsed:
    """Return what refers to an asset: drafts as they are now, and of each asset its newest version."""
    drafts = [_uses(rows, reader, limit) for rows, reader in _references(project, kind, asset)]
    newer = Version.objects.filter(
        project=OuterRef("using__project"),
        kind=OuterRef("using__kind"),
        asset=OuterRef("using__asset"),
        number__gt=OuterRef("using__number"),
    )
    committed = Resolution.objects.filter(used__project=project, used__kind=kind, used__asset=asset)
    committed = committed.filter(~Exists(newer)).order_by("using__kind", "using__asset", "field", "pk")
    rows = committed.select_related("using", "used").defer("using__document", "used__document")
    versions = Uses(_named(project, [_resolved(row) for row in rows[:limit]]), committed.count())
    shown = tuple(use for uses in drafts for use in uses.shown)[:limit]
    return WhereUsed(Uses(_named(project, shown), sum(uses.count for uses in drafts)), versions)


def where_variant_used(project: Project, character: str, part: str, slug: str, *, limit: int = LIMIT) -> Uses:
    """Return the shots in whose drafts a look or an expression is worn, by the character or by a variant of it.

    ``part`` is ``looks`` or ``expressions``. A variant that has one of that slug itself wears its own.
    """
    if part not in VARIANTS:
        raise RefusedError("part", part, f"one of {', '.join(VARIANTS)}")
    own = CharacterSheet.objects.filter(project=project, slug=character).values_list("pk", flat=True)
    wearers = frontier = set(own)
    for _ in range(_DEPTH):
        heirs = CharacterSheet.objects.filter(base__in=frontier).exclude(**{f"{part}__slug": slug})
        frontier = set(heirs.values_list("pk", flat=True)) - wearers
        wearers = wearers | frontier
    members = CastMember.objects.filter(character__in=wearers, **{VARIANTS[part]: slug})
    uses = _uses(_ordered(members), lambda row: _in_cast(row, VARIANTS[part], row.character.slug), limit)
    return Uses(_named(project, uses.shown), uses.count)


def where_tag_used(project: Project, tag: str, *, limit: int = LIMIT) -> Uses:
    """Return the assets and fields in whose drafts a tag stands, in any spelling that the vocabulary knows."""
    rows = AssetTag.objects.filter(project=project, tag__in=vocabulary_of(project).spellings(tag))
    shown = rows.select_related("entry").defer("entry__text").order_by("entry__kind", "entry__asset", "pk")[:limit]
    uses = [Use(row.entry.kind, row.entry.asset, row.entry.name, row.field, row.tag) for row in shown]
    return Uses(tuple(uses), rows.count())


def tag_counts(project: Project, tags: Sequence[str]) -> Mapping[str, int]:
    """Return in how many places of drafts each tag stands, as it is spelled."""
    rows = AssetTag.objects.filter(project=project, tag__in=tags).order_by()
    return dict(rows.values("tag").annotate(places=Count("pk")).values_list("tag", "places"))


# ------------------------------------------------------------------------------------------------ one row


def _references(project: Project, kind: str, asset: str) -> list[tuple[QuerySet[Any], Any]]:
    """Return the rows of drafts that may refer to an asset of a kind, each with what reads it as a use."""
    same = {"project": project, "slug": asset}
    match kind:
        case d.CHARACTER:
            variants = CharacterSheet.objects.filter(base__project=project, base__slug=asset).order_by("slug")
            members = CastMember.objects.filter(character__project=project, character__slug=asset)
            return [(variants, _variant), (_ordered(members), lambda row: _in_cast(row, "character", _how(row)))]
        case d.POSE:
            members = CastMember.objects.filter(preset__project=project, preset__slug=asset)
            return [(_ordered(members), lambda row: _in_cast(row, "preset", _how(row, "preset_")))]
        case d.PROP:
            props = ShotProp.objects.filter(prop__project=project, prop__slug=asset).select_related("shot")
            return [(props.order_by("shot__code", "number"), _prop)]
        case d.SCENE | d.STYLE:
            shots = ShotComposition.objects.filter(**{f"{kind}__{name}": value for name, value in same.items()})
            return [(shots.order_by("code"), lambda row: Use(d.SHOT, row.code, "", kind, _how(row, f"{kind}_")))]
    return []


def _uses(rows: QuerySet[Any], reader: Any, limit: int) -> Uses:
    return Uses(tuple(reader(row) for row in rows[:limit]), rows.count())


def _ordered(members: QuerySet[CastMember]) -> QuerySet[CastMember]:
    return members.select_related("shot", "character").order_by("shot__code", "number")


def _in_cast(row: CastMember, field: str, how: str) -> Use:
    return Use(d.SHOT, row.shot.code, "", f"cast/{row.number}/{field}", how)


def _variant(row: CharacterSheet) -> Use:
    return Use(d.CHARACTER, row.slug, "", "base", _how(row, "base_"))


def _prop(row: ShotProp) -> Use:
    return Use(d.SHOT, row.shot.code, "", f"props/{row.number}", _how(row))


def _how(row: Any, prefix: str = "") -> str:
    pin = getattr(row, f"{prefix}pin")
    return str(getattr(row, f"{prefix}follow")) if pin is None else f"v{pin:03d}"


def _resolved(row: Resolution) -> Use:
    how = f"{row.used.label} ({row.follow})" if row.follow else row.used.label
    return Use(row.using.kind, row.using.asset, "", row.field, how, row.using)


def _named(project: Project, uses: Sequence[Use]) -> tuple[Use, ...]:
    """Return the uses with the names of their assets, read at once."""
    entries = AssetEntry.objects.filter(
        project=project, kind__in={use.kind for use in uses}, asset__in={use.asset for use in uses}
    )
    names = {(kind, asset): name for kind, asset, name in entries.values_list("kind", "asset", "name")}
    return tuple(
        Use(use.kind, use.asset, names.get((use.kind, use.asset), ""), use.field, use.how, use.version) for use in uses
    )
