"""Work out what committing drafts would write, without writing: the commit and its preview read the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from ip_library.core import documents as d
from ip_library.core.canonical import digest, to_xml
from ip_library.core.compile import compile_all
from ip_library.core.paths import negative_path, prompt_path
from ip_library.core.problems import Problem, errors_of
from ip_library.core.validate import validate, validate_staging
from ip_library.models import Project, PromptRevision, Version
from ip_library.selectors.drafts import DraftRow, get_draft, read_draft
from ip_library.selectors.library import latest_version
from ip_library.selectors.resolve import Fresh, Resolved, resolve_shot

AssetName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One draft on its way to a version, as rows that are not saved.

    ``version`` is nothing when the draft is refused (``problems``) or already committed as it is. ``used`` are the
    versions that a shot resolved to, the scene (or nothing) first.
    """

    draft: DraftRow
    document: d.Document
    last: Version | None
    version: Version | None = None
    prompts: tuple[PromptRevision, ...] = ()
    used: tuple[Version | None, ...] = ()
    problems: tuple[Problem, ...] = ()


def prepare_assets(project: Project, assets: Iterable[AssetName]) -> list[Prepared]:
    """Prepare the drafts of ``assets`` (pairs of kind and name) as one changeset, what is referred to first.

    Raises:
        UnknownError: there is no such draft.
    """
    fresh: dict[AssetName, Version] = {}
    prepared = []
    for kind, asset in sorted(dict.fromkeys(assets), key=_references_first):
        item = _prepare(project, kind, asset, fresh)
        if item.version:
            fresh[kind, asset] = item.version
        prepared.append(item)
    return prepared


def _references_first(name: AssetName) -> int:
    """Order what shots refer to before the shots; an unknown kind comes last, where it is refused."""
    return d.KINDS.index(name[0]) if name[0] in d.KINDS else len(d.KINDS)


def _prepare(project: Project, kind: str, asset: str, fresh: Fresh) -> Prepared:
    draft = get_draft(project, kind, asset)
    document = read_draft(draft)
    last = latest_version(project, kind, asset)
    problems = errors_of(validate(document))
    resolved = None
    if isinstance(document, d.ShotDocument) and not problems:
        resolved, problems = resolve_shot(project, document, fresh)
        problems += errors_of(validate_staging(resolved.staging)) if resolved else []
    if problems:
        return Prepared(draft, document, last, problems=tuple(problems))
    if resolved:
        document = resolved.staging.shot
    data = to_xml(document)
    version = Version(
        project=project,
        kind=kind,
        asset=asset,
        number=last.number + 1 if last else 1,
        document=data.decode(),
        sha256=digest(data),
    )
    prompts = _prompts(version, resolved) if resolved else ()
    if last and last.sha256 == version.sha256 and _same_prompts(last, prompts):
        return Prepared(draft, document, last)
    return Prepared(draft, document, last, version, prompts, resolved.used if resolved else ())


def _prompts(version: Version, resolved: Resolved) -> tuple[PromptRevision, ...]:
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
        for compiled in compile_all(resolved.staging)
    )


def _same_prompts(last: Version, prompts: Iterable[PromptRevision]) -> bool:
    """Tell whether the last version compiled to the same texts: a new release may compile otherwise."""
    before = {(row.dialect, row.text, row.negative_text) for row in last.prompts.all()}
    return before == {(row.dialect, row.text, row.negative_text) for row in prompts}
