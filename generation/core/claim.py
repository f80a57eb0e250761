"""Read the lineage that is embedded in a file: a claim by whoever wrote the file.

Here its form and limits are checked; whether it is true is for ``selectors/lineage.py`` to say.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generation.core.errors import LineageRefusedError
from generation.core.lineage import FORMAT, PREVIZ, RENDER, Block, Recipe, VersionName
from generation.core.request import SEED_TO, TAKES_PER_JOB
from ip_library.core.documents import KINDS
from ip_library.core.prompt import DIALECTS
from ip_library.core.text import SLUG

BLOCK_BYTES: Final = 64 * 1024
VERSIONS_TO: Final = 64
LIBRARIES_TO: Final = 64
TEXT_TO: Final = 300

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_PATH: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.xml")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of itself, in the right form; nothing of it is proven."""

    kind: str
    pixels_sha256: str
    project: str
    commit: str
    path: str
    prompt_sha256: str
    dialect: str
    versions: tuple[VersionName, ...]
    recipe: Recipe


def read_block(text: str) -> Claim:
    """Read an embedded block strictly: every key is known, every value has its type and limit.

    Raises:
        LineageRefusedError: says what breaks which rule.
    """
    block = _load(text)
    if block.get("settei") != FORMAT:
        raise LineageRefusedError(f"has format {str(block.get('settei'))[:20]!r}, only {FORMAT} is known")
    _check(block, _BLOCK, "")
    _check(block["image"], _IMAGE, "image/")
    _check(block["prompt"], _PROMPT, "prompt/")
    for place, version in enumerate(block["versions"]):
        _check(version, _VERSION, f"versions/{place}/")
    recipe, prompt = block["recipe"], block["prompt"]
    _check(recipe, _RECIPE, "recipe/")
    same = {**prompt, "prompt_sha256": prompt["sha256"], "kind": block["image"]["kind"]}
    for name in ("project", "commit", "path", "prompt_sha256", "dialect", "kind"):
        if recipe[name] != same[name]:
            raise LineageRefusedError(f"contradicts itself: {name} is not the same in recipe and prompt")
    if recipe["batch_size"] != len(recipe["seeds"]) or recipe["seeds"][recipe["index"] :][:1] != [recipe["seed"]]:
        raise LineageRefusedError("contradicts itself: seeds, batch_size, index and seed do not fit")
    return Claim(
        kind=block["image"]["kind"],
        pixels_sha256=block["image"]["pixels_sha256"],
        project=prompt["project"],
        commit=prompt["commit"],
        path=prompt["path"],
        prompt_sha256=prompt["sha256"],
        dialect=prompt["dialect"],
        versions=tuple(block["versions"]),
        recipe=recipe,
    )


def _load(text: str) -> Block:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > BLOCK_BYTES:
        raise LineageRefusedError(f"has {size:,} bytes, at most {BLOCK_BYTES:,} are read")
    try:
        block = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise LineageRefusedError("is not JSON") from None
    if not isinstance(block, dict):
        raise LineageRefusedError("is not a JSON object")
    return block


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


Rule = Callable[[Any], bool]


def _check(values: Any, rules: Mapping[str, Rule], where: str) -> None:
    if not isinstance(values, dict):
        raise LineageRefusedError(f"has no object at {where.rstrip('/')}")
    for name in sorted(values.keys() ^ rules.keys()):
        state = "lacks" if name in rules else "has the unknown"
        raise LineageRefusedError(f"{state} {where}{name[:TEXT_TO]!r}")
    for name, rule in rules.items():
        if not rule(values[name]):
            raise LineageRefusedError(f"has a value at {where}{name} that breaks its type or limit")


def _matches(pattern: re.Pattern[str]) -> Rule:
    return lambda value: isinstance(value, str) and len(value) <= TEXT_TO and bool(pattern.fullmatch(value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_TO and value.isprintable()


def _integer(low: int, high: int) -> Rule:
    return lambda value: type(value) is int and low <= value <= high


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= 1e6


def _one_of(*values: str) -> Rule:
    return lambda value: isinstance(value, str) and value in values


def _is_seeds(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= TAKES_PER_JOB and all(map(_SEED, value))


def _is_libraries(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= LIBRARIES_TO
        and all(_is_text(name) and _is_text(number) for name, number in value.items())
    )


_SEED: Final = _integer(0, SEED_TO)
_KIND: Final = _one_of(PREVIZ, RENDER)
_IS_SHA256: Final = _matches(_SHA256)
_IS_COMMIT: Final = _matches(_COMMIT)
_NAMES: Final[dict[str, Rule]] = {
    "project": _matches(SLUG),
    "commit": _IS_COMMIT,
    "path": _matches(_PATH),
    "dialect": _one_of(*DIALECTS),
}
_BLOCK: Final[dict[str, Rule]] = {
    "settei": _integer(FORMAT, FORMAT),
    "image": lambda value: isinstance(value, dict),
    "prompt": lambda value: isinstance(value, dict),
    "versions": lambda value: isinstance(value, list) and len(value) <= VERSIONS_TO,
    "recipe": lambda value: isinstance(value, dict),
}
_IMAGE: Final[dict[str, Rule]] = {"kind": _KIND, "pixels_sha256": _IS_SHA256}
_PROMPT: Final[dict[str, Rule]] = {**_NAMES, "sha256": _IS_SHA256}
_VERSION: Final[dict[str, Rule]] = {
    "kind": _one_of(*KINDS),
    "asset": _is_text,
    "version": _integer(1, 10**9),
    "commit": _IS_COMMIT,
}
_RECIPE: Final[dict[str, Rule]] = {
    **_NAMES,
    "prompt_sha256": _IS_SHA256,
    "engine": _is_text,
    "width": _integer(1, 10**5),
    "height": _integer(1, 10**5),
    "steps": _integer(1, 10**5),
    "guidance": _is_number,
    "scheduler": _is_text,
    "seeds": _is_seeds,
    "request_digest": _IS_SHA256,
    "kind": _KIND,
    "engine_digest": _IS_SHA256,
    "batch_size": _integer(1, TAKES_PER_JOB),
    "index": _integer(0, TAKES_PER_JOB - 1),
    "seed": _SEED,
    "dtype": _is_text,
    "device": _is_text,
    "threads": _integer(0, 10**5),
    "libraries": _is_libraries,
    "fallback": _is_text,
}
