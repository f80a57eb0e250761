"""Fill in what a shot refers to: each reference becomes an exact version, then the shot can be compiled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.problems import Problem, error
from ip_library.models import Project, Version
from ip_library.selectors.library import latest_version

Fresh = Mapping[tuple[str, str], Version]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A shot whose references name exact versions; ``used`` are those versions, the scene (or nothing) first."""

    staging: Staging
    used: tuple[Version | None, ...]


def resolve_shot(project: Project, shot: d.ShotDocument, fresh: Fresh) -> tuple[Resolved | None, list[Problem]]:
    """Resolve a shot against the committed versions and those of the same changeset (``fresh``).

    Returns the resolved shot, or nothing and the problems.
    """
    problems: list[Problem] = []
    scene_version = scene_document = None
    if shot.scene is not None:
        scene_version = _find(project, d.SCENE, shot.scene, fresh, "scene", problems)
        scene_document = from_xml(scene_version.document.encode()) if scene_version else None
    cast, performers, used = [], [], [scene_version]
    for number, member in enumerate(shot.cast, start=1):
        version = _find(project, d.CHARACTER, member.character, fresh, f"cast/{number}/character", problems)
        if version is None:
            continue
        character = from_xml(version.document.encode())
        if not isinstance(character, d.CharacterDocument):
            raise TypeError(f"{version} holds no character")
        member = replace(member, character=_exact(member.character, version))
        cast.append(member)
        performers.append(Performer(member, character))
        used.append(version)
    if problems:
        return None, problems
    scene = _exact(shot.scene, scene_version) if shot.scene and scene_version else None
    staged = replace(shot, cast=tuple(cast), scene=scene)
    place = scene_document if isinstance(scene_document, d.SceneDocument) else None
    return Resolved(Staging(staged, tuple(performers), place), tuple(used)), []


def _exact(reference: d.Reference, version: Version) -> d.Reference:
    return replace(reference, version=version.number, sha256=version.sha256)


def _find(
    project: Project, kind: str, reference: d.Reference, fresh: Fresh, field: str, problems: list[Problem]
) -> Version | None:
    if reference.follow:
        version = fresh.get((kind, reference.asset)) or latest_version(project, kind, reference.asset)
        missing = f"{kind} {reference.asset!r} has not been committed yet; commit it first, or together with the shot"
    else:
        version = Version.objects.filter(
            project=project, kind=kind, asset=reference.asset, number=reference.version or 0
        ).first()
        missing = f"{kind} {reference.asset!r} has no version {reference.version}"
    if version is None:
        problems.append(error("reference.missing", field, missing))
    return version
