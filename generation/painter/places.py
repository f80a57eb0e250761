"""The place behind the figures, finished: drawn, lit, blurred when asked."""

import math
import random
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from generation.painter import indoors, nature, town
from generation.painter.lighting import Light, add_beams, add_glow
from generation.painter.scenery import Scenery
from generation.painter.shot import Setting

PLACES: Final[dict[str, Callable[[Scenery], None]]] = {
    "cherry_blossom_tree": nature.cherry_blossom_tree,
    "park": nature.park,
    "forest": nature.forest,
    "beach": nature.beach,
    "snow": nature.snow,
    "sky": nature.sky,
    "city": town.city,
    "night_city": town.night_city,
    "street": town.street,
    "rooftop": town.rooftop,
    "shrine": town.shrine,
    "classroom": indoors.classroom,
    "bedroom": indoors.bedroom,
    "room": indoors.room,
    "library": indoors.library,
    "cafe": indoors.cafe,
}
LARGEST_PIXELS: Final = 9_000_000


def paint_place(setting: Setting, size: tuple[int, int], light: Light, rng: random.Random) -> Image.Image:
    """Return the background as RGB of the given size.

    It is drawn twice as large and reduced; a blurred one needs no supersampling, a huge one is drawn smaller.
    """
    width, height = size
    over = min(1.0 if setting.blur else 2.0, math.sqrt(LARGEST_PIXELS / (width * height)))
    image = Image.new("RGB", (round(width * over), round(height * over)), light.sky[1])
    scenery = Scenery(image, ImageDraw.Draw(image), rng, light)
    place = PLACES.get(setting.place)
    if place is None:
        indoors.plain(scenery, setting.colour)
    else:
        place(scenery)
    if setting.blur:
        image = image.filter(ImageFilter.GaussianBlur(max(1.0, min(image.size) * 0.0075)))
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    add_glow(image, light)
    if "beams" in setting.effects and light.time in ("day", "sunset", "indoor"):
        add_beams(image, light)
    return image
