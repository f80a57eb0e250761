"""Work out what committing drafts would write, without writing: the commit and its preview read the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from ip_library.core import documents as d
from ip_library.core.canonical import digest, to_xml
from ip_library.core.compile import compile_all
from ip_library.core.dialects.base import Staging
from ip_library.core.errors import UnknownError
from ip_library.core.ordering import references_first
from ip_library.core.paths import negative_path, prompt_path
from ip_library.core.problems import Problem, errors_of
from ip_library.core.validate import validate, validate_staging, validate_variant
from ip_library.models import Project, PromptRevision, Version, Waiver
from ip_library.selectors.drafts import AssetName, DraftRow, as_draft, get_drafts, read_draft
from ip_library.selectors.judge import judge
from ip_library.selectors.resolve import Used, load_references, resolve
from ip_library.selectors.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Prepared:
    """One draft on its way to a version, as rows that are not saved.

    ``version`` is nothing when the draft is refused (``problems``) or already committed as it is. ``used`` are the
    versions that it resolved to, by field, each with the label that was followed (nothing: pinned). ``warnings`` are
    worth a look and forbid nothing; ``waived`` are the waivers under which it is committed, each with what they let
    pass. ``staging`` is a shot with everything filled in.
    """

    draft: DraftRow
    document: d.Document
    last: Version | None
    version: Version | None = None
    prompts: tuple[PromptRevision, ...] = ()
    used: Used = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    waived: tuple[tuple[Waiver, str], ...] = ()
    staging: Staging | None = None


def prepare_assets(project: Project, assets: Iterable[AssetName], *, from_versions: bool = False) -> list[Prepared]:
    """Prepare the drafts of ``assets`` (pairs of kind and name) as one changeset, what is referred to first.

    With ``from_versions`` the last committed documents are prepared anew instead of the drafts: their labels are
    followed again.

    Raises:
        UnknownError: there is no such draft, or with ``from_versions`` no such version.
    """
    names = list(dict.fromkeys(assets))
    drafts = get_drafts(project, names, whole=not from_versions)
    shelf = Shelf(project)
    if from_versions:
        shelf.load(names)
    documents = references_first(
        _committed(shelf, *name) if from_versions else read_draft(drafts[name]) for name in names
    )
    load_references(shelf, documents)
    if len(documents) > 1:
        shots = (shelf.newest(document.kind, document.asset) for document in documents if document.kind == d.SHOT)
        prefetch_related_objects([version for version in shots if version], "prompts")
    prepared = []
    for document in documents:
        item = prepare_document(shelf, drafts[document.kind, document.asset], document)
        if item.version:
            shelf.add(item.version, item.document)
        prepared.append(item)
    return prepared


def _committed(shelf: Shelf, kind: str, asset: str) -> d.Document:
    """Return what was last committed as a draft would say it."""
    version = shelf.newest(kind, asset)
    if version is None:
        raise UnknownError(f"version of {kind}", asset, hint="it has not been committed yet")
    return as_draft(shelf.document_of(version))


def prepare_document(shelf: Shelf, draft: DraftRow, document: d.Document) -> Prepared:
    """Prepare one document on its way to a version, against what stands on the shelf."""
    project = shelf.project
    last = shelf.newest(document.kind, document.asset)
    pattern = "" if last else project.shot_pattern  # a shot keeps its code when the project changes its pattern
    problems = errors_of(validate(document, pattern=pattern, frame_rate=project.frame_rate))
    resolved = None
    if not problems:
        resolved, problems = resolve(shelf, document)
    if resolved and resolved.staging:
        problems = errors_of(validate_staging(resolved.staging))
    if resolved and resolved.whole and resolved.base:
        problems = errors_of(validate_variant(resolved.whole))
    if resolved is None or problems:
        return Prepared(draft, document, last, problems=tuple(problems))
    data = to_xml(resolved.document)
    version = Version(
        project=project,
        kind=document.kind,
        asset=document.asset,
        number=last.number + 1 if last else 1,
        document=data.decode(),
        sha256=digest(data),
    )
    staging = resolved.staging
    prompts = _prompts(version, staging) if staging else ()
    if last and last.sha256 == version.sha256 and _same_prompts(shelf.prompts_of(last), prompts):
        return Prepared(draft, resolved.document, last, staging=staging)
    found = judge(shelf, resolved, last, prompts)
    if found.problems:
        return Prepared(draft, document, last, problems=found.problems, warnings=found.warnings, staging=staging)
    return Prepared(
        draft,
        resolved.document,
        last,
        version,
        prompts,
        resolved.used,
        warnings=found.warnings,
        waived=found.waived,
        staging=staging,
    )


def _prompts(version: Version, staging: Staging) -> tuple[PromptRevision, ...]:
    return tuple(
        PromptRevision(
            project=version.project,
            version=version,
            dialect=compiled.dialect,
            path=prompt_path(compiled.dialect, version.asset),
            text=compiled.text,
            sha256=compiled.sha256,
            negative_path=negative_path(compiled.dialect, version.asset) if compiled.negative else "",
            negative_text=compiled.negative,
        )
        for compiled in compile_all(staging)
    )


def _same_prompts(last: Iterable[PromptRevision], prompts: Iterable[PromptRevision]) -> bool:
    """Tell whether the last version compiled to the same texts: a new release may compile otherwise."""
    before = {(row.dialect, row.text, row.negative_text) for row in last}
    return before == {(row.dialect, row.text, row.negative_text) for row in prompts}
