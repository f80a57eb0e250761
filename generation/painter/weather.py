"""What floats in the air: petals, snow, rain, sparkles. Incidental, so the seed may place it freely."""

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from generation.painter.colours import RGB
from generation.painter.geometry import curve
from generation.painter.layout import Spot
from generation.painter.shot import Setting


def add_air(image: Image.Image, setting: Setting, spots: Sequence[Spot], rng: random.Random, *, near: bool) -> None:
    """Add what floats behind (``near`` false) or before the figures; faces are spared."""
    kinds = set(setting.effects) & {"petals", "snowfall", "rain", "sparkles"}
    if setting.place == "cherry_blossom_tree":
        kinds.add("petals")
    if not kinds:
        return
    width, height = image.size
    over = 2 if width * height < 3_000_000 else 1
    unit = min(width, height) * over
    veil = Image.new("RGBA", (width * over, height * over), (255, 255, 255, 0))
    draw = ImageDraw.Draw(veil)
    for kind in sorted(kinds):
        count = {"petals": 26, "snowfall": 70, "rain": 80, "sparkles": 18}[kind]
        for _ in range(count if near else count // 2):
            x, y, a, b = (rng.random() for _ in range(4))
            heads = [spot.head for spot in spots] if near else []
            if any(h[0] < x * width < h[2] and h[1] < y * height < h[3] for h in heads):
                continue
            _draw_one(draw, kind, (x * veil.width, y * veil.height), unit * (1.0 if near else 0.7), (a, b))
    if over > 1:
        veil = veil.resize(image.size, Image.Resampling.LANCZOS)
    image.paste(veil, (0, 0), veil)


def _draw_one(
    draw: ImageDraw.ImageDraw, kind: str, at: tuple[float, float], unit: float, luck: tuple[float, float]
) -> None:
    """Draw one petal, flake, drop or spark; ``luck`` are two numbers in 0 to 1 for size and turn."""
    x, y = at
    size, turn = unit * (0.006 + 0.007 * luck[0]), luck[1] * math.tau
    if kind == "petals":
        pink: RGB = (255, 196, 214) if luck[1] > 0.5 else (250, 170, 196)
        c, s = math.cos(turn), math.sin(turn)
        leaf = curve([(0.0, -1.0, 1), (0.62, -0.2), (0.4, 0.75), (0.08, 0.62, 1), (-0.4, 0.75), (-0.62, -0.2)])
        draw.polygon(
            [(x + size * (px * c - py * s), y + size * (px * s + py * c)) for px, py in leaf], fill=(*pink, 236)
        )
    elif kind == "snowfall":
        r = size * 0.55
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 255, 215))
    elif kind == "rain":
        draw.line((x, y, x - size * 0.9, y + size * 5), fill=(224, 236, 250, 130), width=max(1, round(unit * 0.0016)))
    else:
        star = [
            (
                x + math.cos(i * math.pi / 4) * size * (1.0 if i % 2 == 0 else 0.22),
                y + math.sin(i * math.pi / 4) * size * (1.0 if i % 2 == 0 else 0.22),
            )
            for i in range(8)
        ]
        draw.polygon(star, fill=(255, 250, 214, 235))
