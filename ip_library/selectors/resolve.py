"""Fill in what a document refers to: each reference becomes an exact version, then a shot can be compiled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ip_library.core import documents as d
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.problems import Problem, error
from ip_library.core.references import references_of, with_references
from ip_library.models import Label, Project, Version
from ip_library.selectors.shelf import Shelf

Used = Mapping[str, tuple[Version, str]]
_Kind = TypeVar("_Kind", d.SceneDocument, d.PoseDocument, d.PropDocument, d.StyleDocument)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document whose references name exact versions.

    ``used`` holds those versions by field, each with the label that was followed (nothing: pinned). ``staging`` is a
    shot with everything filled in; ``whole`` a character with everything inherited, ``base`` what it inherits from.
    """

    document: d.Document
    used: Used = field(default_factory=dict)
    staging: Staging | None = None
    whole: d.CharacterDocument | None = None
    base: d.CharacterDocument | None = None


def load_references(shelf: Shelf, documents: Iterable[d.Document]) -> None:
    """Look up documents' newest versions and all that they refer to at once: resolving them asks nothing more."""
    documents = list(documents)
    references = [(kind, reference) for document in documents for _, kind, reference in references_of(document)]
    shelf.load([(document.kind, document.asset) for document in documents], references)
    shelf.load_bases(references)


def resolve(shelf: Shelf, document: d.Document) -> tuple[Resolved | None, list[Problem]]:
    """Resolve a document against the committed versions and those of the same changeset.

    Returns the resolved document, or nothing and the problems.
    """
    used: dict[str, tuple[Version, str]] = {}
    problems = []
    for where, kind, reference in references_of(document):
        version = shelf.version_of(kind, reference)
        if version is None:
            problems.append(_missing(shelf.project, document, where, kind, reference))
        else:
            used[where] = (version, reference.follow)
    if problems:
        return None, problems
    exact = {
        where: replace(reference, version=used[where][0].number, sha256=used[where][0].sha256)
        for where, _, reference in references_of(document)
    }
    document = with_references(document, exact)
    match document:
        case d.ShotDocument():
            staging, problems = _stage(shelf, document, used)
            return (None, problems) if staging is None else (Resolved(document, used, staging), [])
        case d.CharacterDocument():
            return _inherit(shelf, document, used)
    return Resolved(document, used), []


def _inherit(shelf: Shelf, document: d.CharacterDocument, used: Used) -> tuple[Resolved | None, list[Problem]]:
    whole, problems = shelf.character(document)
    base = shelf.character_of(used["base"][0])[0] if whole and "base" in used else None
    return (None, problems) if whole is None else (Resolved(document, used, whole=whole, base=base), [])


def _stage(shelf: Shelf, shot: d.ShotDocument, used: Used) -> tuple[Staging | None, list[Problem]]:
    """Fill in the documents of the versions that a shot uses."""
    held = {where: shelf.document_of(version) for where, (version, _) in used.items()}
    performers: list[Performer] = []
    problems: list[Problem] = []
    for number, member in enumerate(shot.cast, start=1):
        head = f"cast/{number}"
        character, found = shelf.character_of(used[f"{head}/character"][0])
        problems += [replace(problem, field=f"{head}/character") for problem in found]
        if character:
            performers.append(Performer(member, character, _held(held, f"{head}/preset", d.PoseDocument)))
    props = tuple(_held(held, f"props/{number}", d.PropDocument) for number in range(1, len(shot.props) + 1))
    if problems:
        return None, problems
    scene, style = _held(held, "scene", d.SceneDocument), _held(held, "style", d.StyleDocument)
    return Staging(shot, tuple(performers), scene, style, tuple(prop for prop in props if prop)), []


def _held(held: Mapping[str, d.Document], where: str, kind: type[_Kind]) -> _Kind | None:
    found = held.get(where)
    if found is not None and not isinstance(found, kind):
        raise TypeError(f"{where} holds a {found.kind}")
    return found


def _missing(project: Project, document: d.Document, where: str, kind: str, reference: d.Reference) -> Problem:
    """Say what a reference lacks, and what there is."""
    versions = Version.objects.filter(project=project, kind=kind, asset=reference.asset)
    last = versions.order_by("-number").first()
    name = f"{kind} {reference.asset!r}"
    if reference.follow and last is None:
        together = f"commit it first, or together with the {document.kind}"
        return error("reference.missing", where, f"{name} has not been committed yet; {together}")
    if reference.follow:
        known = Label.objects.filter(project=project, kind=kind, asset=reference.asset).values_list("name", flat=True)
        there = ", ".join([d.LATEST, *known])
        message = f"{name} has no label {reference.follow!r} (it has: {there}); set it, or follow one of those"
        return error("reference.label", where, message)
    there = f"its versions go up to {last.label}" if last else "none is committed"
    return error("reference.missing", where, f"{name} has no version {reference.version} ({there})")
