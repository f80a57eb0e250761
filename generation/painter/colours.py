"""Colour words and what can be done with a colour.

Colours are 8 bit sRGB triples. The words are those of Danbooru tags: ``blue_hair``, ``light_brown_hair``.
"""

from typing import Final, TypeAlias

RGB: TypeAlias = tuple[int, int, int]

COLOURS: Final[dict[str, RGB]] = {
    "blue": (68, 118, 214),
    "teal": (28, 156, 158),
    "red": (208, 52, 58),
    "yellow": (248, 206, 78),
    "pink": (246, 148, 180),
    "purple": (138, 92, 190),
    "green": (74, 158, 88),
    "brown": (126, 82, 56),
    "black": (52, 50, 62),
    "white": (244, 243, 246),
    "silver": (198, 204, 218),
    "grey": (140, 145, 156),
    "orange": (240, 138, 56),
    "aqua": (96, 210, 222),
    "navy": (44, 58, 112),
    "crimson": (168, 30, 58),
    "maroon": (120, 36, 48),
    "cream": (248, 232, 204),
    "beige": (222, 200, 168),
    "gold": (222, 172, 58),
    "lavender": (188, 168, 226),
    "violet": (120, 78, 198),
    "magenta": (206, 62, 152),
    "turquoise": (62, 196, 186),
    "lime": (160, 206, 70),
    "olive": (124, 128, 66),
    "mint": (160, 222, 196),
    "peach": (250, 192, 160),
    "auburn": (150, 68, 46),
    "platinum": (240, 228, 196),
    "amber": (224, 154, 44),
}

SYNONYMS: Final[dict[str, str]] = {
    "blonde": "yellow",
    "blond": "yellow",
    "golden": "gold",
    "gray": "grey",
    "cyan": "aqua",
    "scarlet": "red",
    "ginger": "orange",
    "brunette": "brown",
    "rose": "pink",
    "indigo": "navy",
    "emerald": "green",
    "khaki": "beige",
    "tan": "beige",
    "burgundy": "maroon",
    "lilac": "lavender",
    "hazel": "brown",
    "ivory": "cream",
}

MODIFIERS: Final = frozenset({"light", "pale", "pastel", "dark", "deep", "bright", "vivid", "sky", "royal"})

WHITE: Final[RGB] = (255, 255, 255)
NIGHT: Final[RGB] = (34, 26, 52)


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """Return the colour a share (0 to 1) of the way from ``a`` to ``b``."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def multiply(a: RGB, b: RGB) -> RGB:
    """Return ``a`` seen under light of colour ``b``."""
    return (a[0] * b[0] // 255, a[1] * b[1] // 255, a[2] * b[2] // 255)


def shade(colour: RGB, strength: float = 1.0) -> RGB:
    """Return the colour in shadow: darker and a little cooler."""
    return mix(colour, multiply(colour, (190, 176, 208)), strength)


def tint(colour: RGB, share: float = 0.3) -> RGB:
    """Return the colour in light."""
    return mix(colour, (255, 252, 240), share)


def ink(colour: RGB) -> RGB:
    """Return the outline colour that belongs to a fill."""
    return mix(multiply(colour, (112, 92, 118)), NIGHT, 0.35)


def luma(colour: RGB) -> float:
    """Return the perceived lightness, 0 to 255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def colour_word(word: str) -> RGB | None:
    """Return the colour of one word, or None when the word names no colour."""
    return COLOURS.get(SYNONYMS.get(word, word))


def split_colour(tag: str) -> tuple[RGB | None, str]:
    """Split the first colour of a tag from the rest: ``long_dark_blue_hair`` gives a blue and ``long_hair``.

    Without a colour the tag comes back whole. ``tag`` has lower case words joined by underscores.
    """
    words = tag.split("_")
    for i, word in enumerate(words):
        colour = colour_word(word)
        if colour is None:
            continue
        modifier = words[i - 1] if i and words[i - 1] in MODIFIERS else ""
        rest = "_".join(words[: i - bool(modifier)] + words[i + 1 :])
        return _modified(colour, modifier), rest
    return None, tag


def _modified(colour: RGB, modifier: str) -> RGB:
    """Return the colour lightened or darkened as the word before it says."""
    if modifier in ("light", "pale", "pastel", "sky"):
        return mix(colour, WHITE, 0.38)
    if modifier in ("dark", "deep", "royal"):
        return multiply(colour, (168, 164, 180))
    return colour
