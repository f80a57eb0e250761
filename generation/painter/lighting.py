"""Light by time of day: sky, colour grade of place and figures, glow, beams, rim light."""

from dataclasses import dataclass, replace
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generation.painter.colours import RGB, WHITE
from generation.painter.shot import Setting

INDOOR_PLACES: Final = frozenset({"classroom", "bedroom", "room", "library", "cafe"})


@dataclass(frozen=True, slots=True)
class Light:
    """One light.

    ``sky`` runs from the zenith over the middle to the horizon; ``grade`` multiplies the place, ``skin_grade`` the
    figures; ``side`` is -1 for light from the left; ``lamps`` says that windows and lamps are lit.
    """

    time: str
    sky: tuple[RGB, RGB, RGB]
    grade: RGB
    skin_grade: RGB
    rim: RGB
    rim_strength: float
    glow: RGB
    glow_strength: float
    shadow: float
    side: int = -1
    lamps: bool = False
    vignette: float = 0.0


LIGHTS: Final[dict[str, Light]] = {
    "day": Light("day", ((88, 164, 234), (148, 204, 246), (222, 241, 252)), WHITE, WHITE,
                 (255, 250, 226), 0.5, (255, 246, 214), 0.22, 0.30),
    "sunset": Light("sunset", ((92, 92, 164), (240, 150, 128), (255, 214, 142)), (255, 208, 176), (255, 230, 210),
                    (255, 196, 112), 0.85, (255, 176, 96), 0.5, 0.40, vignette=0.12),
    "night": Light("night", ((14, 18, 50), (32, 44, 96), (76, 92, 150)), (96, 108, 172), (190, 194, 234),
                   (158, 190, 255), 0.75, (120, 150, 230), 0.16, 0.38, lamps=True, vignette=0.22),
    "indoor": Light("indoor", ((126, 188, 238), (176, 216, 246), (226, 242, 252)), (255, 246, 230), (255, 248, 238),
                    (255, 240, 214), 0.45, (255, 226, 176), 0.2, 0.28, lamps=True),
    "overcast": Light("overcast", ((142, 154, 172), (176, 186, 200), (214, 220, 228)), (214, 222, 234), (232, 236, 244),
                      (236, 240, 250), 0.25, (220, 226, 236), 0.1, 0.2),
    "dramatic": Light("dramatic", ((34, 28, 54), (86, 58, 92), (206, 122, 104)), (136, 120, 152), (216, 204, 218),
                      (255, 214, 150), 1.0, (255, 186, 120), 0.3, 0.55, lamps=True, vignette=0.42),
}  # fmt: skip


def light_of(setting: Setting) -> Light:
    """Return the light of a setting; without a word it is day, inside a room's light, in the night city night."""
    time = setting.time
    if not time:
        time = "night" if setting.place == "night_city" else "indoor" if setting.place in INDOOR_PLACES else "day"
    light = LIGHTS[time]
    if "rim" in setting.effects:
        light = replace(light, rim_strength=1.0)
    return light


def radial(size: tuple[int, int], centre: tuple[float, float], radius: float) -> Image.Image:
    """Return a mask that is white at the centre and black from ``radius`` pixels on."""
    side = max(2, round(2 * radius))
    disc = ImageChops.invert(Image.radial_gradient("L")).resize((side, side), Image.Resampling.BILINEAR)
    # Pillow's gradient reaches its end in the corners of the square; stretch it so that it ends at the edges.
    disc = disc.point([max(0, round((value - 75) * 255 / 180)) for value in range(256)])
    mask = Image.new("L", size, 0)
    mask.paste(disc, (round(centre[0] - radius), round(centre[1] - radius)))
    return mask


def add_glow(image: Image.Image, light: Light) -> None:
    """Add the glow of the main light from its side of the picture."""
    width, height = image.size
    x = width * (0.12 if light.side < 0 else 0.88)
    mask = radial(image.size, (x, height * 0.08), 0.95 * max(width, height))
    lightened = ImageChops.screen(image, Image.new("RGB", image.size, light.glow))
    image.paste(lightened, (0, 0), mask.point([round(v * light.glow_strength) for v in range(256)]))


def add_beams(image: Image.Image, light: Light) -> None:
    """Add soft slanting beams of sunlight."""
    width, height = image.size
    small = Image.new("L", (max(8, width // 4), max(8, height // 4)), 0)
    draw = ImageDraw.Draw(small)
    w, h = small.size
    for start, wide, strength in ((-0.06, 0.09, 64), (0.14, 0.05, 44), (0.30, 0.12, 54), (0.54, 0.05, 34)):
        x = start * w
        draw.polygon([(x, -2), (x + wide * w, -2), (x + (wide * 2 + 0.42) * w, h), (x + 0.34 * w, h)], fill=strength)
    fade = Image.linear_gradient("L").resize(small.size)
    small = ImageChops.multiply(small, ImageChops.invert(fade)).filter(ImageFilter.GaussianBlur(max(1.0, w / 90)))
    mask = small.resize(image.size, Image.Resampling.BICUBIC)
    if light.side > 0:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image.paste(Image.new("RGB", image.size, (255, 250, 224)), (0, 0), mask)


def add_vignette(image: Image.Image, strength: float) -> None:
    """Darken the corners; ``strength`` 0 to 1."""
    mask = Image.radial_gradient("L").resize(image.size, Image.Resampling.BILINEAR)
    mask = mask.point([round(max(0, value - 110) * 255 / 145 * strength) for value in range(256)])
    image.paste(Image.new("RGB", image.size, (14, 10, 26)), (0, 0), mask)


def light_figure(tile: Image.Image, light: Light) -> Image.Image:
    """Return a figure's tile under the light: graded, shaded on the far side, rimmed on the near one."""
    alpha = tile.getchannel("A")
    colour = ImageChops.multiply(tile.convert("RGB"), Image.new("RGB", tile.size, light.skin_grade))
    step = max(1, round(tile.height * 0.011))
    far = ImageChops.subtract(alpha, _moved(alpha, light.side * 2 * step, -step))
    far = far.filter(ImageFilter.BoxBlur(step * 0.8))
    far = ImageChops.multiply(far, alpha).point([round(v * light.shadow) for v in range(256)])
    colour.paste(Image.new("RGB", tile.size, (52, 40, 92)), (0, 0), far)
    outline = max(1, round(tile.height * 0.007))
    inside = _moved(alpha, -light.side * outline, outline * 0.8)
    near = ImageChops.subtract(inside, _moved(alpha, -light.side * (outline + step), outline + step * 0.8))
    near = ImageChops.multiply(near, alpha).point([round(v * light.rim_strength * 0.8) for v in range(256)])
    colour.paste(Image.new("RGB", tile.size, light.rim), (0, 0), near)
    colour.putalpha(alpha)
    return colour


def _moved(mask: Image.Image, dx: float, dy: float) -> Image.Image:
    """Return a mask moved by whole pixels, empty where nothing moved in."""
    out = Image.new("L", mask.size, 0)
    out.paste(mask, (round(dx), round(dy)))
    return out
