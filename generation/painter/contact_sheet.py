"""Lays pictures out on one labelled sheet."""

import math
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from generation.painter.colours import RGB
from generation.painter.lettering import fitted, font, simplified

GROUND: Final[RGB] = (30, 31, 36)
CARD: Final[RGB] = (44, 45, 52)
TEXT: Final[RGB] = (226, 227, 234)
QUIET: Final[RGB] = (142, 144, 156)
SIGNAL: Final[RGB] = (255, 204, 64)
CELL: Final = 420
NOTE: Final = "PREVIZ · blocking pictures, not final art"


def contact_sheet(
    pictures: Sequence[tuple[Image.Image, str]], *, title: str, columns: int | None = None
) -> Image.Image:
    """Return an RGB sheet of ``(picture, caption)`` pairs under a title; pictures keep their proportions.

    ``columns`` left out gives a sheet a little wider than tall. Raises ValueError for columns below 1.
    """
    if columns is not None and columns < 1:
        raise ValueError(f"columns is {columns}, it is at least 1")
    count = max(1, len(pictures))
    columns = min(columns or _fitting(pictures), count)
    cell_w, cell_h = _cell(pictures)
    text, margin = max(13, cell_w // 26), max(18, cell_w // 18)
    caption_h, head_h = round(text * 2.3), round(text * 3.6)
    rows = math.ceil(count / columns)
    size = (
        margin + columns * (cell_w + margin),
        head_h + rows * (cell_h + caption_h + margin) + margin // 2,
    )
    sheet = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(sheet)
    _draw_head(draw, title, size[0], margin, head_h, text)
    for index, (picture, caption) in enumerate(pictures):
        x = margin + index % columns * (cell_w + margin)
        y = head_h + index // columns * (cell_h + caption_h + margin)
        draw.rounded_rectangle((x - 4, y - 4, x + cell_w + 3, y + cell_h + caption_h), radius=6, fill=CARD)
        small = _fit(picture, cell_w, cell_h)
        sheet.paste(small, (x + (cell_w - small.width) // 2, y + (cell_h - small.height) // 2))
        line = fitted(simplified(caption) or f"picture {index + 1}", font(text), cell_w - text)
        draw.text((x + text * 0.4, y + cell_h + caption_h / 2), line, font=font(text), fill=TEXT, anchor="lm")
    return sheet


def _draw_head(draw: ImageDraw.ImageDraw, title: str, width: int, margin: int, height: int, text: int) -> None:
    """Draw the title and, where there is room, the PREVIZ note."""
    large = round(text * 1.45)
    note_w = font(text).getlength(NOTE)
    line = fitted(simplified(title) or "contact sheet", font(large), width - 2 * margin)
    draw.text((margin, height / 2), line, font=font(large), fill=TEXT, anchor="lm")
    note, room = NOTE, width - 3 * margin - font(large).getlength(line)
    if note_w > room:
        note = "PREVIZ"
    if font(text).getlength(note) <= room:
        draw.text((width - margin, height / 2), note, font=font(text), fill=SIGNAL, anchor="rm")
    draw.line((margin, height - text * 0.5, width - margin, height - text * 0.5), fill=QUIET, width=1)


def _fitting(pictures: Sequence[tuple[Image.Image, str]]) -> int:
    """Return a number of columns that makes the sheet a little wider than tall; up to three stand in one row."""
    if len(pictures) <= 3:
        return max(1, len(pictures))
    wide, tall = _cell(pictures)
    return max(1, round(math.sqrt(max(1, len(pictures)) * 1.35 * tall / wide)))


def _cell(pictures: Sequence[tuple[Image.Image, str]]) -> tuple[int, int]:
    """Return the size of a cell: at most 420 pixels wide, as tall as the pictures' middle proportion asks."""
    shapes = sorted(picture.height / picture.width for picture, _ in pictures) or [0.66]
    shape = min(1.8, max(0.4, shapes[len(shapes) // 2]))
    wide = min(CELL, max((picture.width for picture, _ in pictures), default=CELL))
    return max(160, wide), round(max(160, wide) * shape)


def _fit(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture reduced to fit a cell; it is never enlarged."""
    share = min(1.0, width / picture.width, height / picture.height)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    picture = picture.convert("RGB")
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)
