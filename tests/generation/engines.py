"""Engines that do what tests need: draw small flat pictures, and be slow, broken or deadly on the way."""

import os
import signal
import time

from PIL import Image

from generation.core.errors import RenderFailedError
from generation.core.lineage import PREVIZ, Environment
from generation.pipelines.base import Defaults, Rendering


class FlatEngine:
    """One colour a seed."""

    kind = PREVIZ
    defaults = Defaults(width=64, height=64, steps=1, guidance=0.0, scheduler="none")
    schedulers = ("none",)
    digest = "0" * 64
    environment = Environment(dtype="uint8", device="cpu", threads=1)

    def render(self, prompt, text, request, on_step):
        on_step(0, request.steps)
        for step in range(1, request.steps + 1):
            self.work(request)
            on_step(step, request.steps)
        size = (request.width, request.height)
        return Rendering([Image.new("RGB", size, (seed % 256, seed // 256 % 256, 7)) for seed in request.seeds])

    def work(self, request):
        """Do what a step does."""


class SlowEngine(FlatEngine):
    """A tenth of a second a step."""

    def work(self, request):
        time.sleep(0.1)


class PoisonEngine(FlatEngine):
    """Kills its process."""

    def work(self, request):
        os.kill(os.getpid(), signal.SIGKILL)


class BrokenEngine(FlatEngine):
    """Fails in a way that another try cannot mend."""

    def work(self, request):
        raise RenderFailedError("the weights are not the pinned ones; import the model again", permanent=True)


class FlakyEngine(FlatEngine):
    """Fails in a way that may pass."""

    def work(self, request):
        raise RuntimeError("out of luck")
