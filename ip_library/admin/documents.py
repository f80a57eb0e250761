"""Documents from what stands in a form, so that the library's rules judge it before anything is saved.

They read exactly as ``selectors/drafts.py`` reads the rows that the form is about to write.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import ForeignKey, Model

from ip_library.admin.generic import ModelForm
from ip_library.core import documents as d
from ip_library.core.sheet_lines import read_aliases, read_palette

Values = Mapping[str, Any]


def row_values(row: Model) -> Values:
    """Return the columns of a row by the names of their fields; what would have to be asked for is left out."""
    fields = row._meta.concrete_fields
    return {f.name: getattr(row, f.name) for f in fields if not isinstance(f, ForeignKey) or f.is_cached(row)}


def values_of(form: ModelForm) -> Values:
    """Return what a form says, completed by the columns of its row that it does not show."""
    return {**row_values(form.instance), **form.cleaned_data}


def character_document(
    values: Values, *, looks: Iterable[Values] = (), expressions: Iterable[Values] = (), art: Iterable[Values] = ()
) -> d.CharacterDocument:
    """Return a character sheet as it stands in its form."""
    base = reference(values, "base", "base_follow", "base_pin")
    slots = {slot: values[slot] for slot in d.SLOTS}
    return d.CharacterDocument(
        slug=values["slug"],
        name=values["name"],
        gender=values["gender"],
        appearance=d.Appearance(**{slot: tags or () for slot, tags in slots.items()}),
        looks=tuple(
            d.LookDocument(look["slug"], look["name"], overrides=_overrides(look), base=look["base"]) for look in looks
        ),
        expressions=tuple(
            d.ExpressionDocument(
                item["slug"], item["name"], item["tags"], overrides=_overrides(item), base=item["base"]
            )
            for item in expressions
        ),
        prompt_name=values["prompt_name"],
        notes=values["notes"],
        base=base,
        cleared=tuple(slot for slot, tags in slots.items() if tags == () and base),
        locked=tuple(values["locked"]),
        aliases=read_aliases(values["aliases"]),
        palette=read_palette(values["palette"]),
        art=tuple(d.Art(item["sha256"], item["caption"]) for item in art),
    )


def _overrides(values: Values) -> tuple[tuple[str, d.Tags], ...]:
    return tuple((slot, values[slot]) for slot in d.SLOTS if values[slot] is not None)


def scene_document(values: Values) -> d.SceneDocument:
    """Return a scene as it stands in its form."""
    slots = {slot: values[slot] for slot in d.SCENE_SLOTS}
    return d.SceneDocument(slug=values["slug"], name=values["name"], notes=values["notes"], **slots)


def pose_document(values: Values) -> d.PoseDocument:
    """Return a pose as it stands in its form."""
    return d.PoseDocument(values["slug"], values["name"], values["tags"], values["notes"])


def prop_document(values: Values) -> d.PropDocument:
    """Return a prop as it stands in its form."""
    return d.PropDocument(values["slug"], values["name"], values["tags"], values["notes"])


def style_document(values: Values) -> d.StyleDocument:
    """Return a style as it stands in its form."""
    slots = {slot: values[slot] for slot in d.STYLE_SLOTS}
    return d.StyleDocument(slug=values["slug"], name=values["name"], notes=values["notes"], **slots)


def shot_document(
    values: Values,
    cast: Iterable[Values] = (),
    *,
    props: Iterable[Values] = (),
    interactions: Iterable[Values] = (),
    dialogue: Iterable[Values] = (),
) -> d.ShotDocument:
    """Return a shot as it stands in its form; what it refers to is only named."""
    seconds, frames = values["seconds"], values["frames"]
    return d.ShotDocument(
        code=values["code"],
        title=values["title"],
        cast=tuple(_member(row) for row in cast),
        scene=reference(values, "scene", "scene_follow", "scene_pin"),
        negative=values["negative"],
        notes=values["notes"],
        style=reference(values, "style", "style_follow", "style_pin"),
        size=values["size"],
        angle=values["angle"],
        props=tuple(d.PropUse(_required(row, "prop", "follow", "pin"), row["member"]) for row in props),
        interactions=tuple(d.Interaction(row["actor"], row["partner"], row["tags"]) for row in interactions),
        action=values["action"],
        dialogue=tuple(d.Line(row["speaker"], row["text"], row["voice"]) for row in dialogue),
        duration=None if seconds is None and frames is None else d.Duration(seconds or 0, frames or 0),
    )


def _member(row: Values) -> d.CastMember:
    return d.CastMember(
        character=_required(row, "character", "follow", "pin"),
        position=position(row),
        look=row["look"],
        expression=row["expression"],
        pose=row["pose"],
        preset=reference(row, "preset", "preset_follow", "preset_pin"),
    )


def position(member: Values) -> d.Position:
    """Return where a member stands."""
    return d.Position(Decimal(member["x"]), Decimal(member["y"]), Decimal(member["scale"]))


def reference(values: Values, name: str, follow: str, pin: str) -> d.Reference | None:
    """Return the use of another asset, if there is one: it follows a label or is pinned."""
    return _required(values, name, follow, pin) if values.get(name) else None


def _required(values: Values, name: str, follow: str, pin: str) -> d.Reference:
    slug = values[name].slug
    if values[pin] is not None:
        return d.Reference(slug, follow="", version=values[pin])
    return d.Reference(slug, follow=values[follow])
