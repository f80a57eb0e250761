"""What makes a picture a blocking picture: feet marks, names, thirds, frame and the PREVIZ band."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

from generation.painter.colours import RGB
from generation.painter.layout import Spot
from generation.painter.lettering import Font, fitted, font, listed, shown_name

DARK: Final[RGB] = (24, 22, 34)
SIGNAL: Final[RGB] = (255, 204, 64)
PAPER: Final[RGB] = (246, 246, 250)
CYAN: Final[RGB] = (110, 232, 255)
WORD: Final = "PREVIZ"
SMALLEST_NAMED: Final = 112

Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Band:
    """The strip along the foot of the picture: its height, text size and lines."""

    height: int
    text: int
    lines: tuple[str, ...]


def plan_band(undrawn: tuple[str, ...], width: int, height: int) -> Band:
    """Return the band's size for the tags that are listed in it; at most three lines."""
    text = max(8, min(44, round(min(width, height) * 0.022), round(width * 0.024)))
    face = font(text)
    room = width - _sign_width(face, text) - text * 1.2
    lines: list[str] = []
    if undrawn and room > 4 * text:
        lead = "not drawn:"
        lines = listed((f"{lead} {undrawn[0]}", *undrawn[1:]), face, room, 3 if height >= 240 else 1)
    count = max(1, len(lines))
    return Band(round(text * (1.32 * count + 0.75)), text, tuple(lines))


def _sign_width(face: Font, text: int) -> float:
    """Return how wide the striped sign is."""
    return face.getlength(WORD) * 1.06 + 2.6 * text


def draw_band(image: Image.Image, band: Band, seed: int) -> None:
    """Draw the striped PREVIZ sign, the tags that were not drawn and the seed."""
    width, height = image.size
    top = height - band.height
    face = font(band.text)
    sign = min(width, round(_sign_width(face, band.text)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, top, width, height), fill=DARK)
    over = 3
    stripes = Image.new("RGB", (sign * over, band.height * over), SIGNAL)
    pen = ImageDraw.Draw(stripes)
    step = max(6, band.text) * over
    for x in range(-stripes.height - step, stripes.width + step, step):
        foot = stripes.height
        pen.polygon([(x, foot), (x + step // 2, foot), (x + step // 2 + foot, 0), (x + foot, 0)], fill=DARK)
    image.paste(stripes.resize((sign, band.height), Image.Resampling.LANCZOS), (0, top))
    pad = 0.85 * band.text
    draw.rectangle((pad, top, sign - pad, height), fill=DARK)
    draw.text((sign / 2, top + band.height / 2), WORD, font=face, fill=SIGNAL, anchor="mm", stroke_width=0.35)
    draw.line((0, top, width, top), fill=SIGNAL, width=max(1, band.text // 9))
    left = sign + band.text * 0.6
    for i, line in enumerate(band.lines):
        y = top + band.text * (0.375 + 1.32 * (i + 0.5))
        draw.text((left, y), line, font=face, fill=(206, 206, 220), anchor="lm")
    note = f"seed {seed}"
    if not band.lines and face.getlength(note) < width - left - band.text:
        draw.text((width - band.text * 0.6, top + band.height / 2), note, font=face, fill=(160, 160, 178), anchor="rm")


def draw_feet(image: Image.Image, spots: Sequence[Spot]) -> None:
    """Draw a ring with a cross on the ground at each position that was asked for."""
    for spot in spots:
        rx = max(5.0, 0.15 * spot.height)
        ry = rx * 0.3
        over = 3
        size = (round(rx * 2.8), max(6, round(ry * 3.2)))
        tile = Image.new("RGBA", (size[0] * over, size[1] * over), (*CYAN, 0))
        pen = ImageDraw.Draw(tile)
        cx, cy = tile.width / 2, tile.height / 2
        thick = max(2, round(over * max(0.9, spot.height * 0.005)))
        for grow, colour in ((thick, (*DARK, 110)), (0, (*CYAN, 235))):
            pen.ellipse(
                (cx - rx * over, cy - ry * over, cx + rx * over, cy + ry * over), outline=colour, width=thick + grow
            )
            pen.line((cx - rx * 1.3 * over, cy, cx + rx * 1.3 * over, cy), fill=colour, width=thick + grow // 2)
            pen.line((cx, cy - ry * 1.4 * over, cx, cy + ry * 1.4 * over), fill=colour, width=thick + grow // 2)
        small = tile.resize(size, Image.Resampling.LANCZOS)
        image.paste(small, (round(spot.mark_x - size[0] / 2), round(spot.mark_y - size[1] / 2)), small)


def draw_frame(image: Image.Image, foot: int) -> None:
    """Draw rule-of-thirds hairlines and the frame; ``foot`` is where the band begins."""
    width, height = image.size
    thin = max(1, round(min(width, height) / 700))
    veil = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(veil)
    for third in (1, 2):
        x, y = round(width * third / 3), round(height * third / 3)
        pen.line((x, 0, x, foot), fill=70, width=thin)
        pen.line((0, y, width, y), fill=70, width=thin)
    image.paste(PAPER, (0, 0, width, height), veil)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline=DARK, width=max(1, thin * 2))
    arm, gap = round(min(width, height) * 0.045), round(min(width, height) * 0.018)
    for x, y, sx, sy in (
        (gap, gap, 1, 1),
        (width - 1 - gap, gap, -1, 1),
        (gap, foot - gap, 1, -1),
        (width - 1 - gap, foot - gap, -1, -1),
    ):
        draw.line((x, y, x + sx * arm, y), fill=PAPER, width=thin * 2)
        draw.line((x, y, x, y + sy * arm), fill=PAPER, width=thin * 2)


def _overlaps(a: Box, b: Box, gap: float = 2.0) -> bool:
    """Return whether two boxes come closer than ``gap`` pixels."""
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + gap and b[1] < a[3] + gap


def draw_labels(image: Image.Image, spots: Sequence[Spot], foot: int) -> None:
    """Draw every name in a rounded label near its figure; labels never overlap, faces are spared where possible.

    A picture too small to hold names and figures goes without names.
    """
    width, height = image.size
    if min(width, height) < SMALLEST_NAMED:
        return
    text = max(8, min(48, round(min(width, height) * 0.029)))
    face = font(text)
    taken: list[Box] = []
    for spot in sorted(spots, key=lambda s: -s.mark_y):
        name = fitted(
            shown_name(spot.figure.name, spot.number), face, max(3.0 * text, min(0.3 * width, 1.2 * spot.height))
        )
        size = (face.getlength(name) + text * 1.95, text * 1.55)
        box = _free_box(spot, size, taken, [s.head for s in spots], (width, foot))
        if box is not None:
            taken.append(box)
            _draw_label(image, box, name, spot, text)


def _free_box(
    spot: Spot, size: tuple[float, float], taken: Sequence[Box], heads: Sequence[Box], edge: tuple[int, int]
) -> Box | None:
    """Return the first free place for a label: below the feet, above the head, then further away; None when full."""
    wide, tall = size
    rows = [spot.y + 0.06 * spot.height, spot.head[1] - tall - 0.02 * spot.height, spot.y - tall * 0.6]
    rows += [spot.y + 0.06 * spot.height + step * (tall + 3) for step in (1, 2, -2, 3, -3, -4)]
    rows += [2 + step * (tall + 3) for step in range(int(edge[1] // (tall + 3)))]
    for spare_heads in (True, False):
        for y in rows:
            for shift in (0.0, -0.5, 0.5, -1.0, 1.0):
                x = min(max(3.0, spot.x - wide / 2 + shift * wide), edge[0] - wide - 3)
                box = (x, y, x + wide, y + tall)
                if x < 0 or y < 2 or box[3] > edge[1] - 2 or any(_overlaps(box, other) for other in taken):
                    continue
                if not spare_heads or not any(_overlaps(box, head, 0) for head in heads):
                    return box
    return None


def _draw_label(image: Image.Image, box: Box, name: str, spot: Spot, text: int) -> None:
    """Draw one label with a dot in the hair's colour and another in the outfit's."""
    over = 3
    size = (max(1, round(box[2] - box[0])), max(1, round(box[3] - box[1])))
    mask = Image.new("L", (size[0] * over, size[1] * over), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius=mask.height * 0.42, fill=214)
    mask = mask.resize(size, Image.Resampling.LANCZOS)
    at = (round(box[0]), round(box[1]))
    image.paste(DARK, (*at, at[0] + size[0], at[1] + size[1]), mask)
    dots = Image.new("RGBA", (round(text * 1.0) * over, size[1] * over), (*DARK, 0))
    pen = ImageDraw.Draw(dots)
    r, cx, cy = text * 0.25 * over, dots.width / 2, dots.height / 2
    pen.ellipse((cx - r, cy - r * 1.0, cx + r, cy + r * 1.0), fill=(*spot.figure.hair_colour, 255))
    pen.pieslice((cx - r, cy - r, cx + r, cy + r), 0, 180, fill=(*spot.figure.outfit_colour, 255))
    small = dots.resize((round(text * 1.0), size[1]), Image.Resampling.LANCZOS)
    image.paste(small, (at[0] + round(text * 0.35), at[1]), small)
    draw = ImageDraw.Draw(image)
    draw.text((at[0] + text * 1.35, at[1] + size[1] / 2), name, font=font(text), fill=PAPER, anchor="lm")
