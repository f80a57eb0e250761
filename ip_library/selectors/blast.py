"""What moves when an asset moves: what would change in it, and who follows the label that would point elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.diff import Change, diff_documents
from ip_library.core.errors import UnknownError
from ip_library.models import Project, Resolution, Version
from ip_library.selectors.drafts import as_draft, get_draft, read_draft
from ip_library.selectors.labels import labelled_version
from ip_library.selectors.library import latest_version

AssetName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Follower:
    """An asset whose newest version follows, and through which asset: the one that moves, or a variant of it."""

    key: int
    kind: str
    asset: str
    number: int
    through: AssetName

    @property
    def label(self) -> str:
        """The newest version as people write it."""
        return f"v{self.number:03d}"


@dataclass(frozen=True, slots=True)
class Blast:
    """What would change if ``label`` of an asset moved from version ``before`` to ``after`` (nothing: to the draft)."""

    kind: str
    asset: str
    label: str
    before: Version | None
    after: Version | None
    changes: tuple[Change, ...]
    followers: tuple[Follower, ...]

    @property
    def summary(self) -> str:
        """Say what moves with it."""
        return in_words(self.followers)


def in_words(followers: Sequence[Follower]) -> str:
    """Count who follows, for people: ``12 shots, 1 character``."""
    counts = {kind: sum(item.kind == kind for item in followers) for kind in reversed(d.KINDS)}
    words = [f"{count} {kind}{'s' * (count != 1)}" for kind, count in counts.items() if count]
    return ", ".join(words) or "nothing"


def blast_radius(
    project: Project, kind: str, asset: str, *, label: str = d.LATEST, target: Version | None = None
) -> Blast:
    """Return what would change if ``label`` moved: to ``target``, or to what the draft would make.

    Without a target, ``latest`` moves to the draft and every other label to the newest version.
    """
    before = labelled_version(project, kind, asset, label)
    if target is None and label != d.LATEST:
        target = latest_version(project, kind, asset)
    old = from_xml(before.document.encode()) if before else None
    new: d.Document | None
    if target:
        new = from_xml(target.document.encode())
    else:
        new = _draft(project, kind, asset)
        old = as_draft(old) if old else None
    changes = tuple(diff_documents(old, new)) if new else ()
    return Blast(kind, asset, label, before, target, changes, tuple(followers_of(project, kind, asset, label=label)))


def _draft(project: Project, kind: str, asset: str) -> d.Document | None:
    """Return the draft of an asset, if it has one: what was imported as versions alone has none."""
    try:
        return read_draft(get_draft(project, kind, asset))
    except UnknownError:
        return None


def followers_of(project: Project, kind: str, asset: str, *, label: str | None = d.LATEST) -> list[Follower]:
    """Return the assets whose newest version follows a label of an asset (any label: None), variants before shots.

    Who follows a variant follows through it: a variant that is committed again is its own ``latest``.
    One query for the asset and one for each generation of variants.
    """
    found: dict[AssetName, Follower] = {}
    level: list[str] = [asset]
    of_kind, follows = kind, Q(follow=label) if label is not None else ~Q(follow="")
    while level:
        variants = []
        for item in _following(project, of_kind, level, follows):
            name = item.kind, item.asset
            if name == (kind, asset) or name in found:
                continue
            found[name] = item
            if item.kind == d.CHARACTER:
                variants.append(item.asset)
        level, of_kind, follows = variants, d.CHARACTER, Q(follow=d.LATEST)
    return sorted(found.values(), key=lambda item: d.KINDS.index(item.kind))


def _following(project: Project, kind: str, assets: Sequence[str], follows: Q) -> Iterator[Follower]:
    """Yield whose newest version used one of ``assets`` by a label.

    The versions that were used are found by the index of ``one_version_per_number`` (project, kind, asset, number),
    what used them by the index of the foreign key ``used``, and whether that is the newest by the first index again.
    """
    newer = Version.objects.filter(
        project=OuterRef("using__project"),
        kind=OuterRef("using__kind"),
        asset=OuterRef("using__asset"),
        number__gt=OuterRef("using__number"),
    )
    rows = (
        Resolution.objects.filter(follows, used__project=project, used__kind=kind, used__asset__in=assets)
        .filter(~Exists(newer))
        .order_by("using__asset", "pk")
    )
    columns = ("using", "using__kind", "using__asset", "using__number", "used__asset")
    for key, of_kind, asset, number, through in rows.values_list(*columns):
        yield Follower(key, of_kind, asset, number, (kind, through))
