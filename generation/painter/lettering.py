"""Text with the one font that Pillow carries itself, so that it is the same on every machine."""

import unicodedata
from functools import lru_cache
from typing import Final

from PIL import ImageFont

ELLIPSIS: Final = "…"
DRAWABLE: Final = frozenset(chr(code) for code in range(32, 127)) | {ELLIPSIS, "·"}

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=32)
def font(size: int) -> Font:
    """Return the font in a size of pixels."""
    return ImageFont.load_default(size=size)


def simplified(text: str) -> str | None:
    """Return the text with accents dropped, or None when a character of it cannot be drawn."""
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
    plain = " ".join(plain.split())
    return plain if plain and all(ch in DRAWABLE for ch in plain) else None


def shown_name(name: str, number: int) -> str:
    """Return a character's name as it is written on a label; ``character_N`` for one the font cannot draw."""
    return simplified(name.strip().strip("$")) or f"character_{number}"


def fitted(text: str, face: Font, width: float) -> str:
    """Return the text cut with an ellipsis so that it is at most ``width`` pixels wide."""
    if face.getlength(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if face.getlength(text[:middle].rstrip() + ELLIPSIS) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def listed(words: tuple[str, ...], face: Font, width: float, lines: int) -> list[str]:
    """Return the words as comma separated lines; what has no room is counted as ``+3 more``.

    Words the font cannot draw are counted as ``2 in other scripts``.
    """
    shown = [plain for word in words if (plain := simplified(word))]
    foreign = len(words) - len(shown)
    if foreign:
        shown.append(f"{foreign} in other scripts")
    out: list[str] = []
    line = ""
    for index, word in enumerate(shown):
        more = f" +{len(shown) - index} more"
        piece = word + ("," if index + 1 < len(shown) else "")
        longer = f"{line} {piece}".strip()
        last = len(out) == lines - 1
        room = width - (face.getlength(more) if last and index + 1 < len(shown) else 0)
        if face.getlength(longer) <= room:
            line = longer
        elif last or not line:
            return [*out, fitted((line or fitted(piece, face, room)).rstrip(",") + more, face, width)]
        else:
            out.append(line)
            line = fitted(piece, face, width)
    return [*out, line] if line else out
