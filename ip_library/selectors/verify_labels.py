"""Compare labels and the tree of branch ``canon`` with the moves that branch ``canon`` records."""

from collections.abc import Iterator
from typing import Final

from ip_library.core.documents import CANON as CANON_LABEL
from ip_library.core.errors import LibraryError
from ip_library.core.paths import CANON
from ip_library.core.problems import Problem, error
from ip_library.models import Label, LabelMove, Project
from ip_library.selectors.changesets import Content
from ip_library.store import objects
from ip_library.store.git import GitStore
from ip_library.store.history import History

_CHUNK: Final = 200  # versions in memory at a time
_TRIES: Final = 3
_Key = tuple[str, str, str]


def verify_labels(store: GitStore, project: Project) -> Iterator[Problem]:
    """Yield what labels say otherwise than the moves on branch ``canon``."""
    rows = Project.objects.filter(pk=project.pk)
    for _ in range(_TRIES):  # a label that moves while we look is no difference: look again
        head = rows.values_list("canon_head", flat=True).get()
        found = list(_compare(store, project, head))
        if rows.filter(canon_head=head).exists():
            break
    yield from found


def _compare(store: GitStore, project: Project, head: str) -> Iterator[Problem]:
    where = f"project/{project.slug}"
    yield from _verify_moves(project, where)
    if head:
        try:
            yield from _verify_tree(store, project, head, where)
        except LibraryError as reason:
            yield error("verify.canon", f"{where}/{CANON}", str(reason))


def _verify_moves(project: Project, where: str) -> Iterator[Problem]:
    """Follow the moves of every label: each starts where the one before ended, the last one is the label's row."""
    moves = LabelMove.objects.filter(project=project).order_by("changeset__sequence", "pk")
    names = ("kind", "asset", "name", "version_id", "previous_id", "version__kind", "version__asset")
    rows = Label.objects.filter(project=project)
    standing: dict[_Key, int] = {
        (kind, asset, name): version
        for kind, asset, name, version in rows.values_list("kind", "asset", "name", "version_id")
    }
    reached: dict[_Key, int | None] = {}
    for kind, asset, name, version, previous, version_kind, version_asset in moves.values_list(*names).iterator():
        key, field = (kind, asset, name), f"{where}/labels/{name}/{kind}/{asset}"
        if reached.get(key) != previous:
            yield error("verify.label", field, "a move does not start where the move before it ended")
        if version and (version_kind, version_asset) != (kind, asset):
            yield error("verify.label", field, "a move leads to a version of another asset")
        reached[key] = version
    for key in sorted(standing.keys() | reached.keys()):
        if standing.get(key) != reached.get(key):
            kind, asset, name = key
            field = f"{where}/labels/{name}/{kind}/{asset}"
            yield error("verify.label", field, "the label does not stand where its last move left it")


def _verify_tree(store: GitStore, project: Project, head: str, where: str) -> Iterator[Problem]:
    """The tree of branch ``canon`` is exactly what the label points to."""
    rows = Label.objects.filter(project=project, name=CANON_LABEL).select_related("version")
    expected: dict[str, str] = {}
    for label in rows.prefetch_related("version__prompts").iterator(chunk_size=_CHUNK):
        move = LabelMove(kind=label.kind, asset=label.asset, name=label.name, version=label.version)
        for path, data in Content(moves=[move]).files().items():
            if data is not None:
                expected[path] = objects.make("blob", data).sha
    history = History(store)
    found = dict(history.files(history.commit(head).tree))
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            yield error("verify.canon", f"{where}/{CANON}/{path}", "the file is not what the label canon points to")
