"""Where documents and prompts lie in a project's Git repository. Frozen: every sha depends on it."""

import hashlib

from ip_library.core.documents import CHARACTER, POSE, PROP, SCENE, SHOT, STYLE

MAIN = "main"
ADHOC = "adhoc"
CANON = "canon"
ANCHORS = "anchors"
BRANCHES = (MAIN, ADHOC, CANON, ANCHORS)
_FOLDERS = {CHARACTER: "characters", SCENE: "scenes", POSE: "poses", PROP: "props", STYLE: "styles"}


def document_path(kind: str, asset: str) -> str:
    """Return the path of an asset's document: ``characters/<shard>/miku.xml``, ``shots/E01/SQ010/SH0020.xml``."""
    if kind == SHOT:
        return f"shots/{shot_folders(asset)}.xml"
    return f"{_FOLDERS[kind]}/{shard(asset)}/{asset}.xml"


def prompt_path(dialect: str, code: str) -> str:
    """Return the path of a shot's compiled prompt."""
    return f"prompts/{dialect}/{shot_folders(code)}.xml"


def negative_path(dialect: str, code: str) -> str:
    """Return the path of a shot's compiled negative prompt."""
    return f"prompts/{dialect}/{shot_folders(code)}.negative.xml"


def adhoc_path(sha256: str) -> str:
    """Return the path of an ad-hoc prompt on its own branch."""
    return f"adhoc/{sha256[:2]}/{sha256}.xml"


def shard(slug: str) -> str:
    """Return the folder that keeps folders small: the first two hex digits of the SHA-1 of the slug."""
    return hashlib.sha1(slug.encode(), usedforsecurity=False).hexdigest()[:2]


def shot_folders(code: str) -> str:
    """Return a shot code as folders: ``E01_SQ010_SH0020`` becomes ``E01/SQ010/SH0020``."""
    return code.replace("_", "/")
