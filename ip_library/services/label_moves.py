"""How labels move, for the services that decide whether they may: rows, and one commit on branch ``canon``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects
from django.utils import timezone

from ip_library.core.errors import RefusedError
from ip_library.core.paths import CANON as CANON_BRANCH
from ip_library.core.trailers import check_message
from ip_library.models import Changeset, Label, LabelMove, Project, Version
from ip_library.selectors.changesets import Content
from ip_library.services.changesets import record_changeset

_CHUNK = 200  # assets in one question


@dataclass(frozen=True, slots=True)
class Move:
    """Where a label of an asset shall point; without a version it is taken away."""

    name: str
    kind: str
    asset: str
    version: Version | None

    @property
    def key(self) -> tuple[str, str, str]:
        """What can point to one version only."""
        return self.kind, self.asset, self.name


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What moving labels did: nothing is written where every label stands there already."""

    changeset: Changeset | None
    moves: tuple[LabelMove, ...] = ()


def check_reason(reason: str, default: str = "") -> str:
    """Return why something is done, or what stands for it where no reason is asked for.

    Raises:
        RefusedError: it is empty though one is asked for, or cannot be stored.
    """
    try:
        return check_message(reason if reason.strip() else default)
    except RefusedError as refused:
        limit = "a sentence that says why" if not reason.strip() else refused.limit
        raise RefusedError("reason", refused.value, limit) from None


def subject_of(project: Project, assets: Sequence[tuple[str, str]]) -> str:
    """Name what is done to, for the audit: the asset, or where there are several the project."""
    names = {f"{kind}/{asset}" for kind, asset in assets}
    return names.pop() if len(names) == 1 else f"project/{project.slug}"


def record_moves(project: Project, wanted: Sequence[Move], author: User | None, message: str) -> MoveResult:
    """Write the moves of labels that do not stand there yet. The caller holds the project's lock, and has judged them.

    Raises:
        LibraryError: the repository cannot be written; nothing is changed then.
    """
    standing = {(row.kind, row.asset, row.name): row for row in _labels(project, wanted)}
    moves, rows, gone = [], [], []
    for move in wanted:
        label = standing.get(move.key)
        previous = label.version if label else None
        if previous == move.version:
            continue
        names = {"project": project, "kind": move.kind, "asset": move.asset, "name": move.name}
        moves.append(LabelMove(version=move.version, previous=previous, **names))
        if move.version:
            rows.append(Label(version=move.version, moved_at=timezone.now(), **names))
        elif label:
            gone.append(label.pk)
    if not moves:
        return MoveResult(None)
    prefetch_related_objects([move.version for move in moves if move.version], "prompts")
    changeset = record_changeset(
        project=project, branch=CANON_BRANCH, content=Content(moves=moves), message=message, author=author
    )
    Label.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["project", "kind", "asset", "name"],
        update_fields=["version", "moved_at"],
    )
    Label.objects.filter(pk__in=gone).delete()
    return MoveResult(changeset, tuple(moves))


def _labels(project: Project, wanted: Sequence[Move]) -> Iterable[Label]:
    """Yield the labels of all that moves, in few questions."""
    assets = sorted({move.asset for move in wanted})
    names = {move.name for move in wanted}
    for start in range(0, len(assets), _CHUNK):
        found = Label.objects.filter(project=project, asset__in=assets[start : start + _CHUNK], name__in=names)
        yield from found.select_related("version")
