"""Judge what is about to become a version: locked traits with their waivers, the token budget, and what lint finds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from ip_library.core import documents as d
from ip_library.core.dialects.base import Staging
from ip_library.core.lint import lint, lint_staging
from ip_library.core.locks import (
    CODE,
    Contradiction,
    change_contradictions,
    sheet_contradictions,
    staging_contradictions,
)
from ip_library.core.problems import WARNING, Problem, error, warning
from ip_library.core.tokens import TokenCounter, budget, budget_problems
from ip_library.models import Project, PromptRevision, Version, Waiver
from ip_library.selectors.resolve import Resolved
from ip_library.selectors.shelf import Shelf
from ip_library.selectors.vocabulary import vocabulary_of
from ip_library.selectors.waivers import waivers_for


@dataclass(frozen=True, slots=True)
class Judgement:
    """What forbids a version, what is worth a look, and which waivers let something pass, each with what that is."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    waived: tuple[tuple[Waiver, str], ...] = ()


def judge(shelf: Shelf, resolved: Resolved, last: Version | None, prompts: Iterable[PromptRevision]) -> Judgement:
    """Judge a resolved document and the prompts that it compiles to."""
    problems, warnings = _budgets(shelf.project, prompts)
    contradictions = list(dict.fromkeys(_contradictions(shelf, resolved, last)))
    kind, asset = resolved.document.kind, resolved.document.asset
    waivers = waivers_for(shelf.project, kind, asset, contradictions)
    for item in contradictions:
        waiver = waivers.get(item)
        if waiver:
            until = f"waived by {waiver.author_login} until {waiver.expires_at:%Y-%m-%d}: {waiver.reason}"
            warnings.append(warning(CODE, item.field, f"{item.message}; {until}"))
        else:
            hint = "a manager can waive it, with a reason and an end"
            problems.append(error(CODE, item.field, f"{item.message}; {hint}"))
    used: dict[Waiver, list[str]] = {}
    for item, waiver in waivers.items():
        used.setdefault(waiver, []).append(f"{item.field}: {item.message}")
    waived = tuple((waiver, "\n".join(lines)) for waiver, lines in used.items())
    return Judgement(tuple(problems), tuple(warnings), waived)


def lint_draft(project: Project, document: d.Document, staging: Staging | None) -> tuple[Problem, ...]:
    """Return what lint finds in a document, and in a shot where it meets its characters and its scene."""
    vocabulary = vocabulary_of(project)
    found = lint(document, vocabulary=vocabulary)
    if staging:
        found += lint_staging(staging, vocabulary=vocabulary)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=8)
def token_counters(paths: tuple[str, ...]) -> tuple[TokenCounter, ...]:
    """Return the counters that dotted paths name: an engine's own tokenizers, or the estimates."""
    return tuple(import_string(path) for path in paths)


def _budgets(project: Project, prompts: Iterable[PromptRevision]) -> tuple[list[Problem], list[Problem]]:
    """Return what would be cut off a prompt: an error in the project's own dialect, a warning in any other."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    counters = token_counters(tuple(settings.TOKEN_COUNTERS))
    for prompt in prompts:
        for finding in budget_problems(budget(prompt.text, counters)):
            named = replace(finding, field=f"prompts/{prompt.dialect}/{finding.field}")
            if prompt.dialect == project.default_dialect:
                problems.append(named)
            else:
                warnings.append(replace(named, severity=WARNING))
    return problems, warnings


def _contradictions(shelf: Shelf, resolved: Resolved, last: Version | None) -> Iterable[Contradiction]:
    """Yield what the document says against locked traits."""
    match resolved.document:
        case d.CharacterDocument() as sheet:
            whole = resolved.whole or sheet
            if whole.locked or resolved.base:
                yield from sheet_contradictions(sheet, whole=whole, base=resolved.base)
            before = shelf.document_of(last) if last else None
            if isinstance(before, d.CharacterDocument) and before.locked:
                yield from change_contradictions(sheet, before)
        case d.ShotDocument():
            staging = resolved.staging
            if staging and any(performer.character.locked for performer in staging.performers):
                yield from staging_contradictions(staging, vocabulary_of(shelf.project))
