"""The engine that draws blocking pictures: who stands where, in which colours, in what light. No model, no GPU."""

import platform
from typing import ClassVar

import PIL
from PIL import features

from generation.core.lineage import PREVIZ, Environment
from generation.core.request import RenderRequest
from generation.painter.blocking import paint
from generation.painter.digest import painter_digest
from generation.pipelines.base import Defaults, OnStep, Rendering
from ip_library.core.prompt import Prompt


class PrevizEngine:
    """The painter as an engine. Steps, guidance and scheduler have no meaning to it and change no pixel."""

    kind: ClassVar[str] = PREVIZ
    defaults: ClassVar[Defaults] = Defaults(width=1024, height=768, steps=1, guidance=0.0, scheduler="none")
    schedulers: ClassVar[tuple[str, ...]] = ("none",)

    def __init__(self) -> None:
        self.digest = painter_digest()
        libraries = {"pillow": PIL.__version__, "python": platform.python_version()}
        if freetype := features.version("freetype2"):
            libraries["freetype"] = freetype
        self.environment = Environment(dtype="uint8", device="cpu", threads=1, libraries=libraries)

    def render(self, prompt: Prompt, text: str, request: RenderRequest, on_step: OnStep) -> Rendering:
        """Draw one picture a seed; a step is a picture."""
        total = len(request.seeds)
        images = []
        on_step(0, total)
        for done, seed in enumerate(request.seeds, start=1):
            images.append(paint(prompt, width=request.width, height=request.height, seed=seed))
            on_step(done, total)
        return Rendering(images)
