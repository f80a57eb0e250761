"""Ask the entries of search which of them have a draft that refers to an asset."""

from typing import Final

from django.db.models import Exists, OuterRef, Q

from ip_library.core import documents as d
from ip_library.core.errors import SearchQueryError
from ip_library.models import CastMember, CharacterSheet, ShotComposition, ShotProp

# Which rows refer to an asset of each kind: the row, the field that names its own asset, and the one that refers.
_IN_SHOTS: Final = (
    (d.CHARACTER, CastMember, "shot__", "character"),
    (d.POSE, CastMember, "shot__", "preset"),
    (d.PROP, ShotProp, "shot__", "prop"),
    (d.SCENE, ShotComposition, "", "scene"),
    (d.STYLE, ShotComposition, "", "style"),
)


def drafts_using(name: str) -> Q:
    """Ask for the entries whose draft uses ``miku``, or ``prop/umbrella`` where several kinds have one of that name.

    Raises:
        SearchQueryError: there is no such kind.
    """
    kind, _, slug = name.rpartition("/")
    if kind and kind not in d.KINDS:
        raise SearchQueryError(f"used:{name[:60]} names the kind {kind[:40]!r}; there are {', '.join(d.KINDS)}")
    asked = Q(pk__in=())
    for used, model, shot, field in _IN_SHOTS:
        if not kind or kind == used:
            own = {f"{shot}project": OuterRef("project"), f"{shot}code": OuterRef("asset")}
            asked |= Q(Exists(model._default_manager.filter(**own, **{f"{field}__slug": slug})), kind=d.SHOT)
    if not kind or kind == d.CHARACTER:
        variants = CharacterSheet.objects.filter(project=OuterRef("project"), slug=OuterRef("asset"), base__slug=slug)
        asked |= Q(Exists(variants), kind=d.CHARACTER)
    return asked
