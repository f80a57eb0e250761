"""The drafts that a document refers to, and what it names that is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ip_library.core import documents as d
from ip_library.core.problems import Problem, error
from ip_library.core.references import references_of
from ip_library.models import CharacterSheet, Expression, Look, Project, ReferenceImage
from ip_library.selectors.drafts import MODELS, AssetName, DraftRow, name_of_draft, named
from ip_library.selectors.shelf import MAX_BASES


@dataclass(frozen=True, slots=True)
class Referred:
    """What a document refers to: drafts by kind and name, reference images by digest."""

    drafts: Mapping[AssetName, DraftRow]
    images: Mapping[str, ReferenceImage]

    def row(self, kind: str, reference: d.Reference | None) -> Any:
        """Return the draft that a reference names, of the model of that kind; None without one."""
        return self.drafts[kind, reference.asset] if reference else None


def find_referred(project: Project, document: d.Document) -> tuple[Referred, list[Problem]]:
    """Return the drafts and images that a document refers to, and what of them there is not.

    Looks and expressions are sought where a member follows the latest version: in the drafts of its character and of
    what that inherits from. Committing checks all members against the versions that they resolve to.
    """
    references = references_of(document)
    drafts: dict[AssetName, DraftRow] = {}
    for kind in {kind for _, kind, _ in references}:
        assets = {reference.asset for wanted, name, reference in references if name == kind and wanted}
        for row in MODELS[kind].objects.filter(project=project, **named(kind, assets)):
            drafts[name_of_draft(row)] = row
    problems = [
        error("reference.missing", where, f"there is no {kind} {reference.asset!r}")
        for where, kind, reference in references
        if (kind, reference.asset) not in drafts
    ]
    images: dict[str, ReferenceImage] = {}
    match document:
        case d.CharacterDocument():
            images, missing = _images(project, document)
            problems += missing + ([] if problems else _circle(document, drafts))
        case d.ShotDocument():
            problems += _variants(document, drafts)
    return Referred(drafts, images), problems


def bases_of(sheets: Iterable[CharacterSheet]) -> dict[int, CharacterSheet]:
    """Return drafts of characters and all that they build on, by their keys."""
    found = {sheet.pk: sheet for sheet in sheets}
    for _ in range(MAX_BASES + 1):
        wanted = {sheet.base_id for sheet in found.values() if sheet.base_id} - found.keys()
        if not wanted:
            break
        found |= {sheet.pk: sheet for sheet in CharacterSheet.objects.filter(pk__in=wanted)}
    return found


def chain_of(sheet: CharacterSheet, known: Mapping[int, CharacterSheet]) -> list[CharacterSheet]:
    """Return a draft and what it builds on, one after the other; a circle ends where it closes."""
    chain = [sheet]
    while (base := known.get(chain[-1].base_id or 0)) and base not in chain:
        chain.append(base)
    return chain


def _images(project: Project, document: d.CharacterDocument) -> tuple[dict[str, ReferenceImage], list[Problem]]:
    digests = [art.sha256 for art in document.art]
    rows = ReferenceImage.objects.filter(project=project, sha256__in=digests) if digests else []
    images = {row.sha256: row for row in rows}
    return images, [
        error("art.missing", f"art/{number}", f"there is no reference image {digest[:12]}…; upload it first")
        for number, digest in enumerate(digests, start=1)
        if digest not in images
    ]


def _circle(document: d.CharacterDocument, drafts: Mapping[AssetName, DraftRow]) -> list[Problem]:
    """Refuse a character that would build on itself, or on more characters than it may."""
    base = drafts.get((d.CHARACTER, document.base.asset)) if document.base else None
    if not isinstance(base, CharacterSheet):
        return []
    names = [document.slug, *(sheet.slug for sheet in chain_of(base, bases_of([base])))]
    told = " is a variant of ".join(names)
    if document.slug in names[1:]:
        return [error("base.circle", "base", f"{told}; a character cannot build on itself")]
    if len(names) > MAX_BASES + 1:
        return [error("base.too_deep", "base", f"{told}: at most {MAX_BASES} may stand so")]
    return []


def _variants(shot: d.ShotDocument, drafts: Mapping[AssetName, DraftRow]) -> list[Problem]:
    """Find looks and expressions that the drafts of the cast do not know."""
    wearing = {
        number: (member, sheet)
        for number, member in enumerate(shot.cast, start=1)
        if member.character.follow == d.LATEST
        and (member.look or member.expression)
        and isinstance(sheet := drafts.get((d.CHARACTER, member.character.asset)), CharacterSheet)
    }
    if not wearing:
        return []
    sheets = bases_of(sheet for _, sheet in wearing.values())
    looks = set(Look.objects.filter(character__in=sheets).values_list("character_id", "slug"))
    faces = set(Expression.objects.filter(character__in=sheets).values_list("character_id", "slug"))
    problems = []
    for number, (member, sheet) in wearing.items():
        keys = [item.pk for item in chain_of(sheet, sheets)]
        for name, wanted, known in (("look", member.look, looks), ("expression", member.expression, faces)):
            if wanted and not any((key, wanted) in known for key in keys):
                problems.append(error("reference.missing", f"cast/{number}/{name}", f"there is no {name} {wanted!r}"))
    return problems
