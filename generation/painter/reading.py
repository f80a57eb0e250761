"""Reads a prompt of either dialect into a shot: who stands where, what they look like, where it is."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from generation.painter import vocabulary as words
from generation.painter.colours import RGB, mix, split_colour
from generation.painter.placing import Place, read_position, spread
from generation.painter.shot import Figure, Setting, Shot
from ip_library.core.prompt import Block, Prompt, split_tags

HAIR_DEFAULTS: Final[tuple[RGB, ...]] = ((112, 78, 62), (62, 60, 78), (206, 164, 104), (150, 84, 62))
CLOTH_DEFAULTS: Final[tuple[RGB, ...]] = ((120, 150, 190), (196, 140, 132), (134, 170, 140), (176, 160, 200))
SKIN: Final[RGB] = (255, 226, 208)
SILENT_ELEMENTS: Final = frozenset({"n", "gender", "position", "count"})
LATE_ELEMENTS: Final = frozenset({"style", "quality", "artists", "caption"})
SETTING_BLOCKS: Final = ("scene", "general_tags")


def read(prompt: Prompt) -> Shot:
    """Read a prompt; nothing is refused, what cannot be drawn is listed."""
    undrawn: list[str] = []
    places = [read_position(block.get("position")) for block in prompt.characters]
    for place in places:
        undrawn.extend(place.unread)
    spots = spread(places)
    figures = []
    for index, block in enumerate(prompt.characters):
        figures.append(_figure(block, index, spots[index], undrawn))
    setting = _setting(prompt, undrawn)
    return Shot(tuple(figures), setting, tuple(dict.fromkeys(undrawn)))


def clean(tag: str) -> str:
    """Return a tag in the form of the vocabulary: lower case, underscores, no weights or escapes."""
    text = unicodedata.normalize("NFKC", tag).casefold().replace("\\", "").strip("()[]{} _")
    text = text.split(":")[0] if ":" in text and not text.startswith(":") else text
    return "_".join(text.replace("-", " ").replace("_", " ").split())


def _element_tags(block: Block, skip: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield ``(tag as written, tag cleaned)`` of a block's elements, of repeated elements too."""
    for element in block.elements:
        if element.name not in skip:
            for tag in split_tags(element.text):
                yield tag, clean(tag)


class _Traits:
    """What the tags of one character have said so far; the strongest word of a slot wins."""

    def __init__(self) -> None:
        """Start with nothing said."""
        self.slots: dict[str, str] = {}
        self.colours: dict[str, RGB] = {}
        self.extras: dict[str, RGB | None] = {}
        self.outfits: dict[str, RGB | None] = {}

    def take(self, tag: str) -> bool:
        """Take one cleaned tag in; return whether it will be drawn."""
        colour, rest = split_colour(tag)
        drawn = [
            self._pose(tag),
            self._extra(tag, rest, colour),
            self._body(rest, colour),
            self._wear(rest, colour),
        ]
        return any(drawn)

    def _pose(self, tag: str) -> bool:
        """Read stance, arms, facing and mood; the first word of a slot stays."""
        found = False
        for slot, table in (
            ("stance", words.STANCE),
            ("arms", words.ARMS),
            ("facing", words.FACING),
            ("mood", words.MOOD),
        ):
            drawn = table.get(tag) or (words.find(table, tag) if slot == "mood" else "")
            if drawn:
                self.slots.setdefault(slot, drawn)
                found = True
        return found

    def _extra(self, tag: str, rest: str, colour: RGB | None) -> bool:
        """Read a thing worn or a sign of feeling."""
        drawn = words.EXTRAS.get(tag) or words.find(words.EXTRAS, rest)
        if drawn and not words.find(words.HAIR, rest):
            self.extras.setdefault(drawn, colour)
            return True
        return False

    def _body(self, rest: str, colour: RGB | None) -> bool:
        """Read hair, bangs, eyes and skin."""
        style, bangs = words.find(words.HAIR, rest), words.find(words.BANGS, rest)
        if bangs:
            self.slots.setdefault("bangs", bangs)
        if style:
            rank = words.HAIR_RANK.index
            if "hair" not in self.slots or rank(style) < rank(self.slots["hair"]):
                self.slots["hair"] = style
        if colour is not None and (style or bangs or rest.endswith(("hair", "haired"))):
            self.colours.setdefault("hair", colour)
            return True
        if colour is not None and rest in ("eyes", "eye", "eyed"):
            self.colours.setdefault("eyes", colour)
            return True
        if rest in ("skin", "dark_skin", "pale_skin") and (colour is not None or rest != "skin"):
            tone = (186, 128, 98) if rest == "dark_skin" else (255, 238, 228) if rest == "pale_skin" else colour
            self.colours.setdefault("skin", mix(tone or SKIN, SKIN, 0.15))
            return True
        return bool(style or bangs)

    def _wear(self, rest: str, colour: RGB | None) -> bool:
        """Read clothing above and below the waist."""
        lower = words.find(words.LOWER, rest)
        if lower:
            self.slots.setdefault("lower", lower)
            if colour is not None:
                self.colours.setdefault("lower", colour)
            return True
        outfit = words.find(words.OUTFIT, rest)
        if outfit and self.outfits.get(outfit) is None:
            self.outfits[outfit] = colour
        return bool(outfit)


def _figure(block: Block, index: int, spot: Place, undrawn: list[str]) -> Figure:
    """Read one character block; ``index`` picks the muted colours of what was left unsaid."""
    traits = _Traits()
    for written, tag in _element_tags(block, SILENT_ELEMENTS):
        if tag and not traits.take(tag):
            undrawn.append(written)
    gender = clean(block.get("gender"))
    girl = "boy" not in gender and not (gender.startswith(("male", "man")) or gender in ("1man", "1male"))
    slots, colours = traits.slots, traits.colours
    outfit = next((name for name in words.OUTFIT_RANK if name in traits.outfits), "tshirt")
    cloth = traits.outfits.get(outfit) or _default_cloth(outfit, index, traits.outfits.values())
    hair = colours.get("hair", HAIR_DEFAULTS[index % len(HAIR_DEFAULTS)])
    return Figure(
        name=block.get("n").strip(),
        girl=girl,
        hair=slots.get("hair", "medium" if girl else "short"),
        hair_colour=hair,
        eyes=colours.get("eyes", mix(hair, (74, 66, 88), 0.6)),
        skin=colours.get("skin", SKIN),
        outfit=outfit,
        outfit_colour=cloth,
        lower=slots.get("lower", ""),
        lower_colour=colours.get("lower"),
        bangs=slots.get("bangs", ""),
        stance=slots.get("stance", "standing"),
        arms=slots.get("arms", "relaxed"),
        facing=slots.get("facing", "front"),
        mood=slots.get("mood", "neutral"),
        extras=traits.extras,
        x=spot.x,
        y=spot.y,
        scale=spot.scale,
    )


def _default_cloth(outfit: str, index: int, given: Iterable[RGB | None]) -> RGB:
    """Return the colour of an outfit that was named without one."""
    if outfit == "tshirt":
        named = next((colour for colour in given if colour is not None), None)
        return named or CLOTH_DEFAULTS[index % len(CLOTH_DEFAULTS)]
    usual: dict[str, RGB] = {
        "armor": (160, 170, 190),
        "suit": (66, 70, 92),
        "school_uniform": (52, 66, 112),
        "maid": (56, 54, 72),
        "coat": (168, 138, 104),
    }
    return usual.get(outfit, CLOTH_DEFAULTS[index % len(CLOTH_DEFAULTS)])


def _setting(prompt: Prompt, undrawn: list[str]) -> Setting:
    """Read place, time and effects from the scene or the general tags; style and quality come last in the list."""
    places: list[tuple[str, RGB | None]] = []
    weak: list[tuple[str, RGB | None]] = []
    times: list[str] = []
    effects: set[str] = set()
    late: list[str] = []
    for name in SETTING_BLOCKS:
        block = prompt.block(name)
        for written, tag in _element_tags(block, SILENT_ELEMENTS | LATE_ELEMENTS):
            colour, rest = split_colour(tag)
            place = words.find(words.PLACE, tag) or words.find(words.PLACE, rest)
            time, effect = words.find(words.TIME, tag), words.find(words.EFFECT, tag)
            if place:
                (weak if place in words.WEAK_PLACES or rest in words.WEAK_PLACES else places).append((place, colour))
            if time:
                times.append(time)
            if effect:
                effects.add(effect)
            if not (place or time or effect):
                undrawn.append(written)
        late.extend(tag for tag, _ in _element_tags(block, frozenset(e.name for e in block.elements) - LATE_ELEMENTS))
    undrawn.extend(late)
    place, colour = next(iter([*places, *weak]), ("plain", None))
    if place == "city" and times[:1] == ["night"]:
        place = "night_city"
    blur = "blur" in effects
    return Setting(place, colour, times[0] if times else "", blur, frozenset(effects - {"blur"}))
