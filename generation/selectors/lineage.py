"""Say where a picture comes from, by its row or by its file alone."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

from generation.core.claim import Claim, read_block
from generation.core.embed import Picture, read_picture
from generation.core.errors import ImageUnreadableError, LineageContradictedError
from generation.core.lineage import Recipe, VersionName
from generation.models import Image
from ip_library.core.errors import LibraryError, UnknownError
from ip_library.core.files import read_bounded
from ip_library.models import Project, PromptRevision, Version
from ip_library.selectors.library import read_committed, repository_path
from ip_library.selectors.sources import sources_of_version
from ip_library.selectors.waivers import waiver_uses

FILE: Final = "file"
PIXELS: Final = "pixels"
EMBEDDED: Final = "embedded"
ALTERED: Final = "altered"
FoundBy = Literal["file", "pixels", "embedded", "altered"]
_FILE_BYTES: Final = 256 * 1024 * 1024  # an uncompressed picture of the most pixels that are read


class VersionFacts(VersionName):
    """A version with the login of who committed it."""

    author: str


class WaiverFacts(TypedDict):
    """Leave that one of the versions took to contradict a locked trait: whose, who gave it, why, and until when."""

    kind: str
    asset: str
    version: int
    character: str
    slot: str
    author: str
    reason: str
    until: str
    waived: str


class Lineage(TypedDict):
    """A picture's lineage in the shape that scripts rely on.

    ``repository`` is a path that git can open; ``found_by`` says what ties the picture to it: its file's digest, its
    pixels' digest, or nothing but what the file itself claims.
    """

    image: dict[str, str]
    prompt: dict[str, Any]
    versions: list[VersionFacts]
    waivers: list[WaiverFacts]
    recipe: Recipe
    found_by: FoundBy


def lineage_of(image: Image, *, found_by: FoundBy = FILE) -> Lineage:
    """Return the lineage of a recorded image."""
    versions = _versions(image.prompt)
    return {
        "image": {"sha256": image.sha256, "pixels_sha256": image.pixels_sha256, "kind": image.kind},
        "prompt": prompt_facts(image.prompt),
        "versions": [_facts(version) for version in versions],
        "waivers": waiver_facts(versions),
        "recipe": image.recipe,
        "found_by": found_by,
    }


def prompt_facts(prompt: PromptRevision) -> dict[str, Any]:
    """Return where a prompt lies in Git, and its digest there."""
    return {
        "project": prompt.project.slug,
        "repository": str(repository_path(prompt.project)),
        "commit": prompt.changeset.sha,
        "path": prompt.path,
        "sha256": prompt.sha256,
        "dialect": prompt.dialect,
    }


def version_facts(prompt: PromptRevision) -> list[VersionFacts]:
    """Return the shot version of a prompt, the versions it used in its order, and what variants among them build on.

    An ad-hoc prompt has none.
    """
    return [_facts(version) for version in _versions(prompt)]


def waiver_facts(versions: Iterable[Version]) -> list[WaiverFacts]:
    """Return the waivers under which any of these versions was committed."""
    return [
        {
            "kind": use.version.kind,
            "asset": use.version.asset,
            "version": use.version.number,
            "character": use.waiver.character,
            "slot": use.waiver.slot,
            "author": use.waiver.author_login,
            "reason": use.waiver.reason,
            "until": f"{use.waiver.expires_at:%Y-%m-%d}",
            "waived": use.message,
        }
        for use in waiver_uses(versions)
    ]


def _versions(prompt: PromptRevision) -> list[Version]:
    shot = prompt.version
    return [shot, *(source.used for source in sources_of_version(shot))] if shot else []


def version_names(prompt: PromptRevision) -> list[VersionName]:
    """Return the same versions without people: what travels inside a file."""
    return [
        {"kind": facts["kind"], "asset": facts["asset"], "version": facts["version"], "commit": facts["commit"]}
        for facts in version_facts(prompt)
    ]


def find_lineage(path: Path) -> Lineage:
    """Return the lineage of a picture from its file alone: by file digest, by pixels, or as the file claims.

    What the file claims is believed as far as the library bears it out: its prompt must be in Git. Where the project
    is not in this library nothing can be held against it, and ``repository`` is nothing. For a file that was saved
    anew, ``image.sha256`` is that of the recorded file.

    Raises:
        ImageUnreadableError: there is no such file, or it is no picture that Settei reads.
        RefusedError: the file is too large, or no regular file.
        UnknownError: nothing is known of the picture.
        LineageRefusedError: its embedded lineage breaks the format.
        LineageContradictedError: its embedded lineage is not true.
    """
    try:
        data = read_bounded(path, limit=_FILE_BYTES)
    except OSError as reason:
        raise ImageUnreadableError(str(path), f"cannot be read: {reason.strerror or reason}") from None
    sha256 = hashlib.sha256(data).hexdigest()
    if image := _find(sha256=sha256):
        return lineage_of(image, found_by=FILE)
    picture = read_picture(data, name=str(path))
    if image := _find(pixels_sha256=picture.pixels_sha256):
        return lineage_of(image, found_by=PIXELS)
    if not picture.lineage:
        raise UnknownError("lineage", str(path), hint="no image has these pixels, and the file holds no lineage")
    return _claimed(path, sha256, picture)


def _find(**digest: str) -> Image | None:
    rows = Image.objects.select_related("prompt__project", "prompt__changeset", "prompt__version__changeset")
    return rows.filter(**digest).order_by("pk").first()


def _claimed(path: Path, sha256: str, picture: Picture) -> Lineage:
    """Hold what the file claims against the library."""
    claim = read_block(picture.lineage)
    project = Project.objects.filter(slug=claim.project).first()
    row = _hold(str(path), claim, project) if project else None
    versions: list[VersionFacts] = [{**version, "author": ""} for version in claim.versions]
    return {
        "image": {"sha256": sha256, "pixels_sha256": picture.pixels_sha256, "kind": claim.kind},
        "prompt": {
            "project": claim.project,
            "repository": str(repository_path(project)) if project else None,
            "commit": claim.commit,
            "path": claim.path,
            "sha256": claim.prompt_sha256,
            "dialect": claim.dialect,
        },
        "versions": version_facts(row) if row else versions,
        "waivers": waiver_facts(_versions(row)) if row else [],
        "recipe": claim.recipe,
        "found_by": EMBEDDED if picture.pixels_sha256 == claim.pixels_sha256 else ALTERED,
    }


def _hold(name: str, claim: Claim, project: Project) -> PromptRevision:
    """Return the prompt revision that a file claims, if Git and the database bear it out."""
    row = PromptRevision.objects.filter(project=project, changeset__sha=claim.commit, path=claim.path).first()
    if row is None:
        raise LineageContradictedError(name, f"project {project} has no prompt {claim.path} at {claim.commit}")
    try:
        data = read_committed(project, claim.commit, claim.path)
    except LibraryError as reason:
        raise LineageContradictedError(name, str(reason)) from None
    if hashlib.sha256(data).hexdigest() != claim.prompt_sha256:
        raise LineageContradictedError(name, f"{claim.path} at {claim.commit} has another SHA-256 than it says")
    if [*claim.versions] != version_names(row):
        raise LineageContradictedError(name, f"{claim.path} at {claim.commit} was made of other versions than it says")
    return row


def _facts(version: Version) -> VersionFacts:
    return {
        "kind": version.kind,
        "asset": version.asset,
        "version": version.number,
        "commit": version.changeset.sha,
        "author": version.changeset.author_login,
    }
