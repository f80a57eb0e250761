"""Compare the changesets of a branch with its commits. Documents are held a few hundred at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from django.db.models import Count, Q

from ip_library.core.canonical import digest, from_xml
from ip_library.core.documents import CHARACTER, SHOT
from ip_library.core.errors import LibraryError, SetteiError
from ip_library.core.paths import BRANCHES, adhoc_path, document_path, negative_path, prompt_path
from ip_library.core.problems import Problem, error
from ip_library.core.references import references_of
from ip_library.models import Changeset, LabelMove, Project, PromptRevision, Resolution, Version
from ip_library.selectors.changesets import Content, contents_of, head_of, plan_of
from ip_library.store.git import GitStore

_CHUNK: Final = 200  # changesets in memory at a time
_REFERRING: Final = (SHOT, CHARACTER)

Found = tuple[str, str, str, int, str, str]  # field, kind, asset, number, sha256, label


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as the database had it at one moment: its name, the head and length of the project's row, its rows."""

    name: str
    head: str
    length: int
    rows: int


def snapshot(project: Project) -> list[Branch]:
    """Return the branches of a project as they are now, by one question: writers go on meanwhile."""
    counts = {f"{name}_rows": Count("changesets", filter=Q(changesets__branch=name)) for name in BRANCHES}
    row = Project.objects.annotate(**counts).get(pk=project.pk)
    return [Branch(name, *head_of(row, name), getattr(row, f"{name}_rows")) for name in BRANCHES]


def verify_branch(
    store: GitStore, project: Project, branch: Branch, *, on_changeset: Callable[[Changeset], None]
) -> Iterator[Problem]:
    """Yield what is wrong with the changesets of a branch, one by one and as a chain."""
    where = f"project/{project.slug}"
    rows = Changeset.objects.filter(project=project, branch=branch.name).order_by("sequence")[: branch.rows]
    changesets = rows.iterator(chunk_size=_CHUNK)
    expected: list[str] = []
    chained, numbered, unsealed = True, True, 0
    while chunk := list(islice(changesets, _CHUNK)):
        resolutions = _resolutions_of(chunk)
        for changeset, content in zip(chunk, contents_of(chunk), strict=True):
            yield from _verify_changeset(store, changeset, content, resolutions, where)
            chained = chained and changeset.parent == (expected[-1] if expected else "")
            numbered = numbered and changeset.sequence == len(expected) + 1
            unsealed += not changeset.sealed
            expected.append(changeset.sha)
            on_changeset(changeset)
    field = f"{where}/{branch.name}"
    if (branch.head, branch.length) != (expected[-1] if expected else "", len(expected)):
        says = f"the project row says {branch.length} up to {branch.head or 'nothing'}, not its changesets"
        yield error("verify.head", field, says)
    if not numbered:
        yield error("verify.sequence", field, "the changesets are not numbered 1, 2, 3 without gaps")
    if not chained:
        yield error("verify.chain", field, "a changeset's parent is not the changeset before it")
    if unsealed:
        yield error("verify.sealed", field, f"{unsealed} changesets are not sealed yet; run `manage.py recover`")
    yield from _verify_commits(store, project, branch.name, expected)


def _verify_commits(store: GitStore, project: Project, branch: str, expected: Sequence[str]) -> Iterator[Problem]:
    field = f"project/{project.slug}/{branch}"
    try:
        found = list(store.commits(branch))
    except LibraryError as reason:
        yield error("verify.branch", field, str(reason))
        return
    here = set(found)
    for sha in expected:
        if sha not in here and not store.has(sha):
            yield error("verify.object", field, f"commit {sha} is not in Git; run `manage.py recover`")
    since = found[len(expected) :]  # committed while we were looking, if rows say so
    if found[: len(expected)] != list(expected) or not _are_rows(project, branch, since):
        yield error(
            "verify.branch",
            field,
            f"Git has {len(found)} commits up to {found[-1] if found else 'none'}, the database {len(expected)} "
            f"up to {expected[-1] if expected else 'nothing'}",
        )


def _are_rows(project: Project, branch: str, shas: Sequence[str]) -> bool:
    rows = Changeset.objects.filter(project=project, branch=branch)
    return all(
        rows.filter(sha__in=part).count() == len(part)
        for part in (shas[start : start + _CHUNK] for start in range(0, len(shas), _CHUNK))
    )


def _verify_changeset(
    store: GitStore, changeset: Changeset, content: Content, resolutions: dict[int, set[Found]], where: str
) -> Iterator[Problem]:
    field = f"{where}/{changeset.branch}/{changeset.sequence}"
    try:
        plan = plan_of(store, changeset, content)
    except LibraryError as reason:
        yield error("verify.object", field, f"{reason}; run `manage.py recover`")
        return
    if plan.sha != changeset.sha:
        yield error("verify.sha", field, f"the rows make commit {plan.sha}, but the row says {changeset.sha}")
    rows: Iterable[Version | PromptRevision | LabelMove] = chain(content.versions, content.prompts, content.moves)
    projects = {row.project_id for row in rows} | ({content.anchor.project_id} if content.anchor else set())
    if projects - {changeset.project_id}:
        yield error("verify.project", field, "a row of the changeset says that it belongs to another project")
    for version in content.versions:
        place = f"{field}/{version.kind}/{version.asset}"
        if version.sha256 != digest(version.document.encode()):
            yield error("verify.digest", place, "the document is not its SHA-256")
        if plan.blobs[document_path(version.kind, version.asset)] != version.blob:
            yield error("verify.blob", place, f"the blob is not {version.blob}")
        if plan.sha == changeset.sha:
            yield from _verify_references(version, resolutions.get(version.pk, set()), place)
    for prompt in content.prompts:
        yield from _verify_prompt(prompt, f"{field}/{prompt.path}")


def _verify_prompt(prompt: PromptRevision, field: str) -> Iterator[Problem]:
    version = prompt.version
    if version is None:
        paths = adhoc_path(prompt.sha256), ""
    else:
        negative = negative_path(prompt.dialect, version.asset) if prompt.negative_text else ""
        paths = prompt_path(prompt.dialect, version.asset), negative
        if version.changeset_id != prompt.changeset_id:
            yield error("verify.prompt", field, "the prompt belongs to a version of another changeset")
    if (prompt.path, prompt.negative_path) != paths:
        yield error("verify.path", field, "the prompt's paths are not those of its dialect")
    if prompt.sha256 != digest(prompt.text.encode()):
        yield error("verify.digest", field, "the prompt is not its SHA-256")


def _verify_references(version: Version, rows: set[Found], field: str) -> Iterator[Problem]:
    """Compare the versions that a document names with those that its rows say it used."""
    named: set[Found] = set()
    if version.kind in _REFERRING:
        try:
            references = references_of(from_xml(version.document.encode()))
        except SetteiError as reason:
            yield error("verify.document", field, f"the document cannot be read: {reason}")
            return
        named = {
            (place, kind, item.asset, item.version or 0, item.sha256, item.follow) for place, kind, item in references
        }
    if named != rows:
        yield error("verify.references", field, "the document names other versions than its rows say it used")


def _resolutions_of(changesets: Sequence[Changeset]) -> dict[int, set[Found]]:
    """Return what the versions of changesets used, according to their rows, by the keys of the versions."""
    rows = Resolution.objects.filter(using__changeset__in=[changeset.pk for changeset in changesets])
    found: dict[int, set[Found]] = {}
    names = ("using_id", "field", "used__kind", "used__asset", "used__number", "used__sha256", "follow")
    for using, *facts in rows.values_list(*names):
        found.setdefault(using, set()).add(tuple(facts))
    return found
