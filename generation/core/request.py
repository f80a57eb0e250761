"""What is known when a render is asked for, as a value with a digest."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Final

from ip_library.core.errors import RefusedError

SIDE_FROM: Final = 64
SIDE_TO: Final = 4096
SIDE_STEP: Final = 16
STEPS_TO: Final = 200
GUIDANCE_TO: Final = 30.0
SEED_TO: Final = 2**32 - 1
TAKES_PER_JOB: Final = 8
_SIZE: Final = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """A prompt revision and how to render it; sizes in pixels. One take per seed, all in one batch."""

    project: str
    commit: str
    path: str
    prompt_sha256: str
    dialect: str
    engine: str
    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str
    seeds: tuple[int, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the request in canonical JSON."""
        return hashlib.sha256(canonical_json(asdict(self)).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """Write JSON the same way every time: sorted keys, no blanks, plain UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse_size(text: str) -> tuple[int, int]:
    """Read ``WIDTHxHEIGHT`` in pixels.

    Raises:
        RefusedError: it is no size.
    """
    match = _SIZE.fullmatch(text)
    if not match:
        raise RefusedError("size", text, "WIDTHxHEIGHT in pixels, for example 1024x768")
    return int(match[1]), int(match[2])


def check_sampling(*, width: int, height: int, steps: int, guidance: float, seeds: tuple[int, ...]) -> None:
    """Refuse sampling values outside their limits.

    Raises:
        RefusedError: names the argument, the value and the limit.
    """
    for name, side in (("width", width), ("height", height)):
        if not SIDE_FROM <= side <= SIDE_TO or side % SIDE_STEP:
            raise RefusedError(name, side, f"a multiple of {SIDE_STEP} from {SIDE_FROM} to {SIDE_TO}")
    if not 1 <= steps <= STEPS_TO:
        raise RefusedError("steps", steps, f"from 1 to {STEPS_TO}")
    if not 0.0 <= guidance <= GUIDANCE_TO:
        raise RefusedError("guidance", guidance, f"from 0 to {GUIDANCE_TO}")
    if not 1 <= len(seeds) <= TAKES_PER_JOB:
        raise RefusedError("seeds", list(seeds)[:9], f"1 to {TAKES_PER_JOB} seeds")
    for seed in seeds:
        if not 0 <= seed <= SEED_TO:
            raise RefusedError("seed", seed, f"from 0 to {SEED_TO}")
    if len(set(seeds)) != len(seeds):
        raise RefusedError("seeds", list(seeds), "all different")
