"""Write a character's document into its rows."""

from collections.abc import Iterable

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.problems import Problem, error
from ip_library.core.sheet_lines import write_aliases, write_palette
from ip_library.models import CastMember, CharacterArt, CharacterSheet, Expression, Look, Project
from ip_library.selectors.referred import Referred
from ip_library.selectors.shelf import MAX_BASES
from ip_library.services.parts import put_parts


def save_character(project: Project, document: d.CharacterDocument, referred: Referred) -> CharacterSheet:
    """Make or change the sheet of a character with its looks, expressions and art.

    Raises:
        InvalidDocumentError: a look or expression that a shot wears would go.
    """
    sheet, made = CharacterSheet.objects.update_or_create(
        project=project, slug=document.slug, defaults=sheet_values(document, referred)
    )
    if not made:
        _keep_worn(sheet, document)
    put_parts(sheet.looks, looks_of(sheet, document), told_by="slug")
    put_parts(sheet.expressions, expressions_of(sheet, document), told_by="slug")
    put_parts(sheet.art, art_of(sheet, document, referred), told_by="image_id")
    return sheet


def sheet_values(document: d.CharacterDocument, referred: Referred) -> dict[str, object]:
    """Return the columns of a sheet, but for its project and slug."""
    base = document.base
    return {
        "name": document.name,
        "aliases": write_aliases(document.aliases),
        "prompt_name": document.prompt_name,
        "gender": document.gender,
        "base": referred.row(d.CHARACTER, base),
        "base_follow": (base.follow if base else "") or d.LATEST,
        "base_pin": base.version if base and not base.follow else None,
        "locked": document.locked,
        "palette": write_palette(document.palette),
        "notes": document.notes,
        **{slot: _slot(document, slot) for slot in d.SLOTS},
    }


def looks_of(sheet: CharacterSheet, document: d.CharacterDocument) -> list[Look]:
    """Make the rows of a character's looks."""
    return [
        Look(character=sheet, slug=look.slug, name=look.name, base=look.base, **_overrides(look))
        for look in document.looks
    ]


def expressions_of(sheet: CharacterSheet, document: d.CharacterDocument) -> list[Expression]:
    """Make the rows of a character's expressions."""
    return [
        Expression(character=sheet, slug=item.slug, name=item.name, base=item.base, tags=item.tags, **_overrides(item))
        for item in document.expressions
    ]


def art_of(sheet: CharacterSheet, document: d.CharacterDocument, referred: Referred) -> list[CharacterArt]:
    """Make the rows of a character's reference art."""
    return [
        CharacterArt(character=sheet, number=number, image=referred.images[art.sha256], caption=art.caption)
        for number, art in enumerate(document.art, start=1)
    ]


def _slot(document: d.CharacterDocument, slot: str) -> d.Tags | None:
    """Return a slot as its row holds it: no tags are an empty slot where it is cleared, else nothing at all."""
    return getattr(document.appearance, slot) or (() if document.base and slot in document.cleared else None)


def _overrides(variant: d.LookDocument | d.ExpressionDocument) -> dict[str, d.Tags | None]:
    overrides = dict(variant.overrides)
    return {slot: overrides.get(slot) for slot in d.SLOTS}


def _keep_worn(sheet: CharacterSheet, document: d.CharacterDocument) -> None:
    """Refuse to remove looks and expressions that the draft of a shot wears, following what is latest."""
    gone_looks = set(sheet.looks.values_list("slug", flat=True)) - {look.slug for look in document.looks}
    gone_faces = set(sheet.expressions.values_list("slug", flat=True)) - {item.slug for item in document.expressions}
    problems = [*_worn(sheet, "look", gone_looks), *_worn(sheet, "expression", gone_faces)]
    if problems:
        raise InvalidDocumentError(f"character {sheet.slug}", problems)


def _worn(sheet: CharacterSheet, name: str, slugs: Iterable[str]) -> list[Problem]:
    """Find the shots in which the character, or a variant that has it from here, wears one of these."""
    wanted = sorted(slugs)
    if not wanted:
        return []
    owners = _who_inherits(sheet, name, wanted)
    members = CastMember.objects.filter(
        character__in={key for key, _ in owners}, pin=None, follow=d.LATEST, **{f"{name}__in": wanted}
    )
    worn = members.values_list("character_id", name, "shot__code")
    found = sorted({(slug, code) for key, slug, code in worn if (key, slug) in owners})
    return [
        error("variant.in_use", f"{name}s/{slug}", f"cannot be removed, shot {code} uses it") for slug, code in found
    ]


def _who_inherits(sheet: CharacterSheet, name: str, slugs: Iterable[str]) -> set[tuple[int, str]]:
    """Return the sheet and the variants that have a look or expression from it, each with the slug."""
    model = Look if name == "look" else Expression
    owners = {(sheet.pk, slug) for slug in slugs}
    newest = owners
    for _ in range(MAX_BASES):
        variants = CharacterSheet.objects.filter(base__in={key for key, _ in newest}).values_list("pk", "base_id")
        pairs = list(variants)
        own = set(model.objects.filter(character__in=[key for key, _ in pairs]).values_list("character_id", "slug"))
        newest = {(key, slug) for key, base in pairs for owner, slug in newest if owner == base} - own - owners
        if not newest:
            break
        owners = owners | newest
    return owners
