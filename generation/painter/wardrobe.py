"""What a figure wears, as cuts and colours; ``torso`` and ``limbs`` draw it."""

from dataclasses import dataclass, replace
from typing import Final

from generation.painter.colours import RGB, luma, mix, multiply, shade, tint
from generation.painter.shot import Figure

LOAFER: Final[RGB] = (104, 66, 56)
SNEAKER: Final[RGB] = (238, 238, 244)
SHIRT: Final[RGB] = (250, 249, 252)
STEEL: Final[RGB] = (196, 204, 218)


@dataclass(frozen=True, slots=True)
class Wear:
    """Cuts and colours from top to toe.

    ``sleeve`` is long, short, wide or puff; ``lower`` is skirt, dress, robe, shorts, trousers or tails;
    ``sock`` is how much of the lower leg and thigh it covers, 0 to 1.
    """

    top: RGB
    sleeve: str
    lower: str
    lower_colour: RGB
    shoe: RGB
    sock: float = 0.0
    sock_colour: RGB = SHIRT
    boots: bool = False
    glove: RGB | None = None


def dress(figure: Figure) -> Wear:
    """Return what the figure wears; single garments that were named win over the outfit's usual parts."""
    wear = _usual(figure)
    if figure.lower and wear.lower not in ("robe",):
        colour = figure.lower_colour or (wear.lower_colour if wear.lower == figure.lower else _plain_lower(figure))
        wear = replace(wear, lower=figure.lower, lower_colour=colour)
    extras = figure.extras
    if "thighhighs" in extras:
        wear = replace(wear, sock=0.74, sock_colour=extras["thighhighs"] or (58, 56, 70))
    elif "socks" in extras:
        wear = replace(wear, sock=0.3, sock_colour=extras["socks"] or SHIRT)
    if "boots" in extras:
        wear = replace(wear, boots=True, shoe=extras["boots"] or LOAFER)
    elif "shoes" in extras:
        wear = replace(wear, shoe=extras["shoes"] or wear.shoe)
    if "gloves" in extras:
        wear = replace(wear, glove=extras["gloves"] or SHIRT)
    return wear


def _plain_lower(figure: Figure) -> RGB:
    """Return the muted colour of a skirt or trousers that were named without one."""
    return (74, 80, 110) if luma(figure.outfit_colour) > 110 else (206, 202, 212)


def _usual(figure: Figure) -> Wear:
    """Return the usual parts of an outfit."""
    colour, girl = figure.outfit_colour, figure.girl
    lower = "skirt" if girl else "trousers"
    dark = multiply(colour, (196, 190, 206))
    table: dict[str, Wear] = {
        "school_uniform": Wear(colour, "long", lower, dark if girl else multiply(colour, (150, 148, 168)), LOAFER,
                               sock=0.42 if girl else 0.0, sock_colour=_sock_for(colour)),
        "dress": Wear(colour, "puff", "dress", colour, tint(dark, 0.25), sock=0.12),
        "maid": Wear(colour, "puff", "dress", colour, (66, 54, 64), sock=0.74, sock_colour=SHIRT),
        "suit": Wear(colour, "long", "trousers", multiply(colour, (210, 208, 216)), (60, 50, 56)),
        "hoodie": Wear(colour, "long", "skirt" if girl else "trousers", _plain_lower(figure), SNEAKER, sock=0.22),
        "kimono": Wear(colour, "wide", "robe", colour, (150, 110, 80), sock=0.1),
        "armor": Wear(mix(STEEL, colour, 0.72), "long", lower, mix(shade(colour), (70, 70, 96), 0.35),
                      mix(STEEL, colour, 0.6), boots=True, glove=mix(STEEL, colour, 0.55)),
        "coat": Wear(colour, "long", "tails", colour, LOAFER, boots=True),
        "jacket": Wear(colour, "long", lower, _plain_lower(figure), SNEAKER, sock=0.22 if girl else 0.0),
        "sweater": Wear(colour, "long", lower, _plain_lower(figure), LOAFER, sock=0.42 if girl else 0.0,
                        sock_colour=(70, 66, 84)),
        "tshirt": Wear(colour, "short", lower, _plain_lower(figure), SNEAKER, sock=0.2 if girl else 0.0),
    }  # fmt: skip
    return table[figure.outfit]


def _sock_for(colour: RGB) -> RGB:
    """Return white socks for a dark uniform, dark ones for a bright one."""
    return (64, 58, 76) if luma(colour) > 175 else SHIRT


def accent(colour: RGB) -> RGB:
    """Return the colour of ribbons and ties that stands out on a cloth."""
    red, _, blue = colour
    if red > 150 and blue < 140:
        return (248, 214, 104) if luma(colour) < 150 else (70, 92, 168)
    if luma(colour) > 190:
        return (86, 122, 196)
    return (216, 62, 74)
