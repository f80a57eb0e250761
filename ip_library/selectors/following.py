"""What a use of an asset can name: the labels and the versions that the asset has."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ip_library.core.documents import CANON, LATEST, Reference
from ip_library.models import Label, Version

AssetName = tuple[str, str]
_ALWAYS = (LATEST, CANON)


@dataclass(frozen=True, slots=True)
class Known:
    """The versions of an asset, newest first, and where its labels point."""

    versions: tuple[int, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)


def known_of(project_id: int, names: Collection[AssetName]) -> dict[AssetName, Known]:
    """Return what each of some assets has, in two queries."""
    kinds, assets = {kind for kind, _ in names}, {asset for _, asset in names}
    wanted = {"project_id": project_id, "kind__in": kinds, "asset__in": assets}
    versions: dict[AssetName, list[int]] = {}
    rows = Version.objects.filter(**wanted).order_by("-number").values_list("kind", "asset", "number")
    for kind, asset, number in rows:
        versions.setdefault((kind, asset), []).append(number)
    labels: dict[AssetName, dict[str, int]] = {}
    moved = Label.objects.filter(**wanted).order_by("name").values_list("kind", "asset", "name", "version__number")
    for kind, asset, label, number in moved:
        labels.setdefault((kind, asset), {})[label] = number
    return {name: Known(tuple(versions.get(name, ())), labels.get(name, {})) for name in names}


def use_problem(project_id: int, kind: str, reference: Reference) -> str:
    """Say what is wrong with following that label or pinning that version, and what there is; nothing when all is well.

    ``latest`` and ``canon`` may be followed before there is a version: the commit tells whether there is one.
    """
    if reference.follow in _ALWAYS:
        return ""
    asset = reference.asset
    known = known_of(project_id, [(kind, asset)])[kind, asset]
    if reference.follow:
        if reference.follow in known.labels:
            return ""
        own = ", ".join(sorted({*_ALWAYS, *known.labels}))
        return f"{kind} {asset!r} has no label {reference.follow!r}; it has: {own}"
    if reference.version in known.versions:
        return ""
    there = (
        f"there are: {_listed(known.versions)}" if known.versions else "it has not been committed yet; follow latest"
    )
    return f"{kind} {asset!r} has no version {str(reference.version)[:12]}; {there}"


def _listed(versions: tuple[int, ...]) -> str:
    newest = ", ".join(f"v{number:03d}" for number in reversed(versions[:8]))
    return newest if len(versions) <= 8 else f"v{versions[-1]:03d} to {newest}"
