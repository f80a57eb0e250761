"""Paints a blocking picture: the composition of a prompt at one glance, marked PREVIZ."""

import random
from typing import Final

from PIL import Image, ImageFilter

from generation.painter.figure import Tile, draw_figure
from generation.painter.layout import Spot, lay_out
from generation.painter.lighting import Light, add_vignette, light_figure, light_of
from generation.painter.marks import draw_band, draw_feet, draw_frame, draw_labels, plan_band
from generation.painter.places import paint_place
from generation.painter.reading import read
from generation.painter.shot import Shot
from generation.painter.weather import add_air
from ip_library.core.prompt import Prompt

SMALLEST_SIDE: Final = 64
LARGEST_SIDE: Final = 4096


def paint(prompt: Prompt, *, width: int, height: int, seed: int) -> Image.Image:
    """Draw the blocking picture of a prompt of either dialect as RGB, ``width`` by ``height`` pixels.

    The same arguments give the same bytes; the seed varies petals, clouds and the like, never who stands where.
    Raises ValueError for a side outside 64 to 4096.
    """
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST_SIDE <= value <= LARGEST_SIDE:
            raise ValueError(f"{name} is {value}, a side is {SMALLEST_SIDE} to {LARGEST_SIDE} pixels")
    shot = read(prompt)
    band = plan_band(shot.undrawn, width, height)
    foot = height - band.height
    spots = lay_out(shot.figures, width, height, foot - 0.02 * height)
    image = paint_picture(shot, spots, (width, height), seed)
    draw_frame(image, foot)
    draw_labels(image, spots, foot)
    draw_band(image, band, seed)
    return image


def paint_picture(
    shot: Shot, spots: list[Spot], size: tuple[int, int], seed: int, *, marks: bool = True
) -> Image.Image:
    """Paint place and figures; with ``marks`` also the rings at the feet."""
    light = light_of(shot.setting)
    image = paint_place(shot.setting, size, light, random.Random(f"place {seed}"))
    air = random.Random(f"air {seed}")
    add_air(image, shot.setting, spots, air, near=False)
    for spot in spots:
        _cast_shadow(image, spot, light)
    if marks:
        draw_feet(image, spots)
    for spot in spots:
        sway = random.Random(f"sway {seed} {spot.number}").uniform(-1.2, 1.2)
        _stand(image, spot, draw_figure(spot.figure, spot.height, sway), light)
    add_air(image, shot.setting, spots, air, near=True)
    if light.vignette:
        add_vignette(image, light.vignette)
    return image


def _cast_shadow(image: Image.Image, spot: Spot, light: Light) -> None:
    """Lay the shadow of a figure on the ground, away from the light."""
    rx, ry = 0.2 * spot.height, 0.045 * spot.height
    size = (max(4, round(4 * rx)), max(4, round(4 * ry)))
    disc = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    mask = disc.point([round(max(0, 190 - value * 1.5) * (0.3 + light.shadow)) for value in range(256)])
    x = spot.x - light.side * rx * 0.35
    image.paste(
        (30, 22, 56),
        (
            round(x - size[0] / 2),
            round(spot.y - size[1] / 2),
            round(x - size[0] / 2) + size[0],
            round(spot.y - size[1] / 2) + size[1],
        ),
        mask,
    )


def _stand(image: Image.Image, spot: Spot, tile: Tile, light: Light) -> None:
    """Set a figure's tile into the picture with a thin halo that lifts it off the background."""
    at = (round(spot.x - tile.foot_x), round(spot.y - tile.foot_y))
    box = (*at, at[0] + tile.image.width, at[1] + tile.image.height)
    alpha = tile.image.getchannel("A")
    halo = alpha.filter(ImageFilter.BoxBlur(max(1.0, spot.height * 0.009)))
    halo = halo.point([min(255, value * 2) * 42 // 100 for value in range(256)])
    image.paste(light.rim, box, halo)
    lit = light_figure(tile.image, light)
    image.paste(lit, at, lit)
