"""Documents from what stands in a form, so that the library's rules judge it before anything is saved."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ip_library.admin.generic import ModelForm
from ip_library.core import documents as d

Values = Mapping[str, Any]


def values_of(form: ModelForm) -> Values:
    """Return what a form says, completed by the columns of its row that it does not show."""
    row = form.instance
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | form.cleaned_data


def character_document(
    values: Values, *, looks: Iterable[Values] = (), expressions: Iterable[Values] = ()
) -> d.CharacterDocument:
    """Return a character sheet as it stands in its form."""
    return d.CharacterDocument(
        slug=values["slug"],
        name=values["name"],
        gender=values["gender"],
        appearance=d.Appearance(**{slot: values[slot] for slot in d.SLOTS}),
        looks=tuple(
            d.LookDocument(
                look["slug"], look["name"], tuple((slot, look[slot]) for slot in d.SLOTS if look[slot] is not None)
            )
            for look in looks
        ),
        expressions=tuple(d.ExpressionDocument(item["slug"], item["name"], item["tags"]) for item in expressions),
        prompt_name=values["prompt_name"],
        notes=values["notes"],
    )


def scene_document(values: Values) -> d.SceneDocument:
    """Return a scene as it stands in its form."""
    slots = {slot: values[slot] for slot in d.SCENE_SLOTS}
    return d.SceneDocument(slug=values["slug"], name=values["name"], notes=values["notes"], **slots)


def shot_document(values: Values, cast: Iterable[Values] = ()) -> d.ShotDocument:
    """Return a shot as it stands in its form; what it refers to is only named."""
    return d.ShotDocument(
        code=values["code"],
        title=values["title"],
        cast=tuple(
            d.CastMember(
                character=d.Reference(member["character"].slug), position=position(member), pose=member["pose"]
            )
            for member in cast
        ),
        negative=values["negative"],
        notes=values["notes"],
    )


def position(member: Values) -> d.Position:
    """Return where a member stands."""
    return d.Position(Decimal(member["x"]), Decimal(member["y"]), Decimal(member["scale"]))
