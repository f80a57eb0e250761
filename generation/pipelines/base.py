"""What an engine is: draws all takes of one request, and says what besides the request decides the pixels.

An engine's class is imported by whoever enqueues, the web process too, for its facts alone. So its module imports no
torch: what is heavy lies in a module of its own and is loaded when the worker makes the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from PIL import Image

from generation.core.lineage import NO_FALLBACK, Environment
from generation.core.request import RenderRequest
from ip_library.core.prompt import Prompt

OnStep = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a request gets where it names nothing; sizes in pixels."""

    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """The takes in the order of their seeds, and the rung of the memory ladder that had to be taken."""

    images: list[Image.Image]
    fallback: str = NO_FALLBACK


class Engine(Protocol):
    """A renderer with everything that it pins.

    ``kind`` is ``previz`` (a blocking picture, no art) or ``render``; ``schedulers`` are those it knows.
    """

    kind: ClassVar[str]
    defaults: ClassVar[Defaults]
    schedulers: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        """Load the engine; the worker alone does it, once.

        Raises:
            RenderFailedError: weights are missing or are not the pinned ones.
        """

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is pinned: code, weights, fixed prompt prefix."""
        ...

    @property
    def environment(self) -> Environment:
        """Numbers, device, libraries and their versions."""
        ...

    def render(self, prompt: Prompt, text: str, request: RenderRequest, on_step: OnStep) -> Rendering:
        """Draw one picture a seed; ``text`` is the prompt file as it is, ``prompt`` the same as a value.

        ``on_step(done, total)`` is called after every step that takes time; what it raises ends the rendering.

        Raises:
            RenderFailedError: with a reason that a person can act on.
        """
        ...
