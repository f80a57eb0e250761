"""Where a picture comes from, as plain JSON: its recipe, and the block that travels inside its file.

The recipe is the request plus all that decides the pixels. What does not is left out on purpose: job, try, take
number, worker, time. So a try that is repeated after a crash makes the same file, byte for byte, and no leftover.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, TypedDict

from generation.core.request import RenderRequest, canonical_json

FORMAT: Final = 1
PREVIZ: Final = "previz"
RENDER: Final = "render"
NO_FALLBACK: Final = "none"

Recipe = dict[str, Any]
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Environment:
    """What besides the request decides the pixels: numbers, device, libraries and their versions."""

    dtype: str
    device: str
    threads: int
    libraries: Mapping[str, str] = field(default_factory=dict)


class VersionName(TypedDict):
    """A version of an asset that went into a prompt, and the commit that holds it."""

    kind: str
    asset: str
    version: int
    commit: str


def make_recipe(
    request: RenderRequest,
    *,
    index: int,
    kind: str,
    engine_digest: str,
    environment: Environment,
    fallback: str = NO_FALLBACK,
) -> Recipe:
    """Return the recipe of the take at ``index`` of a batch; ``fallback`` is the rung that memory forced."""
    return {
        **asdict(request),
        "seeds": list(request.seeds),
        "request_digest": request.digest,
        "kind": kind,
        "engine_digest": engine_digest,
        "batch_size": len(request.seeds),
        "index": index,
        "seed": request.seeds[index],
        **asdict(environment),
        "libraries": dict(environment.libraries),
        "fallback": fallback,
    }


def request_of(recipe: Recipe) -> RenderRequest:
    """Return the request of a recipe, to render it again."""
    values = {item.name: recipe[item.name] for item in fields(RenderRequest)}
    return RenderRequest(**{**values, "seeds": tuple(values["seeds"])})


def make_block(recipe: Recipe, *, pixels_sha256: str, versions: Sequence[VersionName]) -> Block:
    """Return the block that is embedded in a take's file."""
    return {
        "settei": FORMAT,
        "image": {"kind": recipe["kind"], "pixels_sha256": pixels_sha256},
        "prompt": {
            "project": recipe["project"],
            "commit": recipe["commit"],
            "path": recipe["path"],
            "sha256": recipe["prompt_sha256"],
            "dialect": recipe["dialect"],
        },
        "versions": list(versions),
        "recipe": recipe,
    }


def write_block(block: Block) -> str:
    """Write a block as text, always in the same way."""
    return canonical_json(block)
