"""What an export holds: files by name, in the forms that import reads."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Max, QuerySet

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.csv_sheets import EXPRESSION, LOOK, write_rows
from ip_library.core.csv_variants import write_variants
from ip_library.core.errors import RefusedError
from ip_library.core.paths import document_path
from ip_library.models import Label, Project, PromptRevision, Version
from ip_library.selectors.drafts import MODELS, draft_rows, read_draft

NEWEST: Final = "newest"
ALL: Final = "all"
DRAFTS: Final = "drafts"
STATES: Final = (NEWEST, d.CANON, ALL, DRAFTS)
Files = Iterator[tuple[str, bytes]]
Progress = Callable[[int, int], None]


def export_documents(project: Project, state: str = NEWEST) -> Files:
    """Yield the canonical documents of a project: the newest versions, the approved ones, all, or the drafts.

    All versions stand in ``v001``, ``v002`` ... by their numbers.

    Raises:
        RefusedError: there is no such state.
    """
    if state == DRAFTS:
        for kind in MODELS:
            for row in draft_rows(kind, project).order_by("pk"):
                document = read_draft(row)
                yield document_path(kind, document.asset), to_xml(document)
        return
    for version in _versions(project, state).iterator(chunk_size=500):
        path = document_path(version.kind, version.asset)
        yield (f"{version.label}/{path}" if state == ALL else path), version.document.encode()


def export_prompts(project: Project, state: str = NEWEST) -> Files:
    """Yield the compiled prompts of the shots' newest or approved versions, as they lie in Git.

    Raises:
        RefusedError: there is no such state, or it has no prompts.
    """
    if state in (ALL, DRAFTS):
        raise RefusedError("state", state, f"{NEWEST} or {d.CANON} for prompts")
    versions = _versions(project, state).filter(kind=d.SHOT)
    for prompt in PromptRevision.objects.filter(version__in=versions).order_by("path").iterator(chunk_size=500):
        yield prompt.path, prompt.text.encode()
        if prompt.negative_path:
            yield prompt.negative_path, prompt.negative_text.encode()


def export_csv(project: Project) -> Files:
    """Yield the drafts as CSV, one file a kind that there is; looks and expressions have files of their own."""
    for kind in MODELS:
        documents = [read_draft(row) for row in draft_rows(kind, project).order_by("pk")]
        if documents:
            yield f"{kind}s.csv", write_rows(kind, documents).encode()
        characters = [item for item in documents if isinstance(item, d.CharacterDocument)]
        for variant in (LOOK, EXPRESSION):
            if text := write_variants(variant, characters):
                yield f"{variant}s.csv", text.encode()


def _versions(project: Project, state: str) -> QuerySet[Version]:
    versions = Version.objects.filter(project=project).order_by("number", "pk")
    match state:
        case "all":
            return versions
        case d.CANON:
            pointed = Label.objects.filter(project=project, name=d.CANON).values("version")
            return versions.filter(pk__in=pointed)
        case "newest":
            last = versions.order_by().values("kind", "asset").annotate(last=Max("pk")).values("last")
            return versions.filter(pk__in=last)
    raise RefusedError("state", state, f"one of {', '.join(STATES)}")
