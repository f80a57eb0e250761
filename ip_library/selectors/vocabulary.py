"""The tag vocabulary that drafts are checked against."""

from functools import lru_cache
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ip_library.core.vocabularies.layers import layered, write_csv
from ip_library.core.vocabulary import Entry, Vocabulary, read_csv
from ip_library.models import Project, VocabularyTag

SEPARATOR: Final = "|"


@lru_cache(maxsize=1)
def starter_vocabulary() -> Vocabulary:
    """Return the vocabulary that Settei ships, read once a process (21 ms)."""
    path = settings.FIXTURES / "vocabulary.csv"
    vocabulary, problems = read_csv(path.read_text(encoding="utf-8"))
    if problems:
        raise ImproperlyConfigured(f"{path}: {problems[0]}")
    return vocabulary


def vocabulary_of(project: Project) -> Vocabulary:
    """Return a project's vocabulary: its own tags on top of the starter's, unless it does without.

    Built once for each ``vocabulary_state``; only ``services/vocabulary.py`` writes the rows, and it changes that.
    """
    if not project.vocabulary_state:
        return starter_vocabulary() if project.starter_vocabulary else Vocabulary()
    return _built(project.pk, project.vocabulary_state, project.starter_vocabulary)


@lru_cache(maxsize=32)
def _built(project_id: int, state: int, starter: bool) -> Vocabulary:
    return Vocabulary(layered(starter_vocabulary().entries if starter else (), own_entries(project_id)))


def own_entries(project_id: int) -> tuple[Entry, ...]:
    """Return a project's own rows."""
    return tuple(entry_of(row) for row in VocabularyTag.objects.filter(project_id=project_id).order_by("tag", "slot"))


def entry_of(row: VocabularyTag) -> Entry:
    """Return a row as a value."""
    return Entry(row.tag, row.slot, _listed(row.aliases), _listed(row.contradicts), _listed(row.words))


def export_vocabulary(project: Project, *, whole: bool = False) -> str:
    """Return a project's own rows as CSV; ``whole``: with what it starts from."""
    return write_csv(vocabulary_of(project).entries if whole else own_entries(project.pk))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(SEPARATOR)) if text else ()
