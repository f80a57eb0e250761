"""Compare the database with Git, in both directions."""

from collections.abc import Callable, Iterator

from ip_library.core import documents as d
from ip_library.core.canonical import digest, from_xml
from ip_library.core.errors import LibraryError
from ip_library.core.paths import BRANCHES, adhoc_path, document_path, negative_path, prompt_path
from ip_library.core.problems import Problem, error
from ip_library.models import Changeset, Project, PromptRevision, Version
from ip_library.selectors.changesets import content_of, head_of, plan_of
from ip_library.selectors.library import store_of
from ip_library.store.git import GitStore

Progress = Callable[[int, int], None]


def verify_project(project: Project, *, on_progress: Progress | None = None) -> Iterator[Problem]:
    """Yield every difference between a project's rows and its repository.

    Each commit is worked out again from its rows: the same sha means the same bytes, tree, parent, author and message.
    Git's own check then proves that every object is there and whole.
    """
    where = f"project/{project.slug}"
    store = store_of(project)
    project = Project.objects.get(pk=project.pk)  # the caller's may be older than its changesets
    changesets = list(Changeset.objects.filter(project=project).order_by("branch", "sequence"))
    if not store.exists():
        if changesets:
            yield error("verify.repository", where, f"the repository {store.path} is missing")
        return
    if store.config_differs():
        yield error("verify.config", where, f"the configuration of {store.path} is not the one it was made with")
    for line in store.fsck():
        yield error("verify.fsck", where, f"git fsck: {line}")
    for done, changeset in enumerate(changesets, start=1):
        yield from _compare(store, changeset, where)
        if on_progress:
            on_progress(done, len(changesets))
    for branch in BRANCHES:
        rows = [changeset for changeset in changesets if changeset.branch == branch]
        yield from _compare_branch(store, project, branch, rows)
    known = {f"refs/heads/{branch}" for branch in BRANCHES}
    for name in sorted(store.refs().keys() - known):
        yield error("verify.ref", where, f"ref {name} is not one of ours")


def _compare(store: GitStore, changeset: Changeset, where: str) -> Iterator[Problem]:
    field = f"{where}/{changeset.branch}/{changeset.sequence}"
    content = content_of(changeset)
    try:
        plan = plan_of(store, changeset, content)
        if plan.sha != changeset.sha:
            yield error("verify.sha", field, f"the rows make commit {plan.sha}, but the row says {changeset.sha}")
        elif not store.has(changeset.sha):
            yield error("verify.object", field, f"commit {changeset.sha} is not in Git; run `manage.py recover`")
    except LibraryError as reason:
        yield error("verify.object", field, f"{reason}; run `manage.py recover`")
        return
    for version in content.versions:
        if version.sha256 != digest(version.document.encode()):
            yield error("verify.digest", f"{field}/{version.kind}/{version.asset}", "the document is not its SHA-256")
        if plan.blobs[document_path(version.kind, version.asset)] != version.blob:
            yield error("verify.blob", f"{field}/{version.kind}/{version.asset}", f"the blob is not {version.blob}")
        if plan.sha == changeset.sha:
            yield from _compare_references(version, f"{field}/{version.kind}/{version.asset}")
    for prompt in content.prompts:
        if (prompt.path, prompt.negative_path) != _paths_of(prompt):
            yield error("verify.path", f"{field}/{prompt.path}", "the prompt's paths are not those of its dialect")
        if prompt.sha256 != digest(prompt.text.encode()):
            yield error("verify.digest", f"{field}/{prompt.path}", "the prompt is not its SHA-256")


def _paths_of(prompt: PromptRevision) -> tuple[str, str]:
    """Return where a prompt and its negative lie."""
    if prompt.version is None:
        return adhoc_path(prompt.sha256), ""
    negative = negative_path(prompt.dialect, prompt.version.asset) if prompt.negative_text else ""
    return prompt_path(prompt.dialect, prompt.version.asset), negative


def _compare_references(version: Version, field: str) -> Iterator[Problem]:
    """Compare the versions that a shot's document names with those that its rows say it used."""
    shot = from_xml(version.document.encode())
    if not isinstance(shot, d.ShotDocument):
        return
    named = {place: member.character for place, member in enumerate(shot.cast, start=1)}
    if shot.scene:
        named[0] = shot.scene
    rows = {row.place: row.used for row in version.resolutions.select_related("used")}
    if {place: (item.asset, item.version, item.sha256) for place, item in named.items()} != {
        place: (used.asset, used.number, used.sha256) for place, used in rows.items()
    }:
        yield error("verify.references", field, "the document names other versions than its rows say it used")


def _compare_branch(store: GitStore, project: Project, branch: str, rows: list[Changeset]) -> Iterator[Problem]:
    field = f"project/{project.slug}/{branch}"
    expected = [row.sha for row in rows]
    if head_of(project, branch) != (expected[-1] if expected else "", len(expected)):
        head, length = head_of(project, branch)
        yield error(
            "verify.head", field, f"the project row says {length} up to {head or 'nothing'}, not its changesets"
        )
    if [row.sequence for row in rows] != list(range(1, len(rows) + 1)):
        yield error("verify.sequence", field, "the changesets are not numbered 1, 2, 3 without gaps")
    if [row.parent for row in rows] != ["", *expected][: len(rows)]:
        yield error("verify.chain", field, "a changeset's parent is not the changeset before it")
    unsealed = sum(not row.sealed for row in rows)
    if unsealed:
        yield error("verify.sealed", field, f"{unsealed} changesets are not sealed yet; run `manage.py recover`")
    try:
        found = list(store.commits(branch))
    except LibraryError as reason:
        yield error("verify.branch", field, str(reason))
        return
    if found != expected:
        yield error(
            "verify.branch",
            field,
            f"Git has {len(found)} commits up to {found[-1] if found else 'none'}, the database {len(expected)} "
            f"up to {expected[-1] if expected else 'nothing'}",
        )
