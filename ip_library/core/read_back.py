"""Read a prompt back to documents: the way back of ``compile.py``, as far as a dialect can carry them.

A prompt knows no slots, slugs, titles or notes. Slots are told apart by a vocabulary where there is one: tags keep
their order, a tag never goes back behind the slot of the tag before it, and what is not known stays with the tag
before it. Then ``compile(read(compile(s))) == compile(s)``, and what a dialect carries (``carried``) comes back whole.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ip_library.core import documents as d
from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.dialects.base import Performer, Staging, count_tags, position_words
from ip_library.core.plain import Figure, Plain, staging_of
from ip_library.core.problems import Problem, warning
from ip_library.core.prompt import GENERAL_TAGS, NEGATIVE_BLOCK, SCENE, Block, Prompt, split_tags
from ip_library.core.vocabulary import Vocabulary

# Which elements of a character and of a scene hold which slots.
_WORN: Final[Mapping[str, Mapping[str, d.Tags]]] = {
    SCENE: {"appearance": d.SLOTS},
    GENERAL_TAGS: {"appearance": ("hair", "eyes", "face", "body"), "clothing": ("clothing", "accessories")},
}
_PLACE: Final[Mapping[str, Mapping[str, d.Tags]]] = {
    SCENE: {"background": ("background", "environment"), "lighting": ("lighting", "atmosphere")},
    GENERAL_TAGS: {slot: (slot,) for slot in d.SCENE_SLOTS},
}
_POSE: Final = {SCENE: "pose", GENERAL_TAGS: "action"}
_ACROSS: Final = {"left": "0.1", "center_left": "0.3", "center": "0.5", "center_right": "0.7", "right": "0.9"}
_DEPTH: Final = {"foreground": "1.5", "background": "0.5"}
_FEET: Final = Decimal("0.7")
_NUMBER: Final = r"([01]?\.?[0-9]{0,9})"
_COORDINATES: Final = re.compile(rf"x:\s*{_NUMBER}\s*,\s*y:\s*{_NUMBER}")
_PLACEHOLDER: Final = re.compile(r"\$(character_[0-9]+)\$")
_BY_TAG: Final = {
    name: {term.tags: slug for slug, term in terms.items()} for name, terms in (("size", SIZES), ("angle", ANGLES))
}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A prompt as documents; what had no place in them is in the shot's notes, and each such part a warning."""

    staging: Staging
    problems: tuple[Problem, ...]


def read_staging(prompt: Prompt, *, vocabulary: Vocabulary | None = None, negative: Prompt | None = None) -> Staging:
    """Return the documents that a prompt (and its negative prompt) was or could have been compiled from.

    What has no place in a document is kept in the shot's notes; ``read_prompt`` also lists it.
    """
    return read_prompt(prompt, vocabulary=vocabulary, negative=negative).staging


def read_prompt(prompt: Prompt, *, vocabulary: Vocabulary | None = None, negative: Prompt | None = None) -> ReadBack:
    """Read a prompt back to documents, and say what of it they cannot hold."""
    reader = _Reader(prompt)
    plain = reader.read(negative)
    notes = "\n".join(f"{field}: {text}" for field, text, _why in reader.kept)
    problems = [warning("read.kept", field, f"{text[:80]!r} {why}") for field, text, why in reader.kept]
    staging = staging_of(plain, vocabulary, worn=_WORN[prompt.dialect], place=_PLACE[prompt.dialect], notes=notes)
    return ReadBack(staging, (*problems, *reader.guessed))


def carried(staging: Staging, dialect: str, *, vocabulary: Vocabulary | None = None) -> Staging:
    """Return what a dialect can carry of a staging: what reading its prompt with this vocabulary gives.

    Tags keep their order and their elements; names become those that the model knows, a preset becomes part of the
    pose, every tag of a prop a prop, the style's negative the shot's. Titles, notes and labels are not carried.
    """
    style = staging.style or d.StyleDocument("", "")
    artists, drawn = _once(style.artists), _once(style.style)
    if dialect == SCENE:
        artists, drawn = (), _once(style.artists + style.style)
    place = staging.scene or d.SceneDocument("", "")
    plain = Plain(
        figures=tuple(_figure(staging, number, performer, dialect) for number, performer in _numbered(staging)),
        place={
            name: _once(tuple(tag for slot in slots for tag in getattr(place, slot)))
            for name, slots in _PLACE[dialect].items()
        },
        artists=artists,
        style=drawn,
        quality=_once(style.quality),
        objects=_once(staging.objects()),
        size=staging.shot.size if staging.shot.size in SIZES else "",
        angle=staging.shot.angle if staging.shot.angle in ANGLES else "",
        negative=staging.negative,
    )
    return staging_of(plain, vocabulary, worn=_WORN[dialect], place=_PLACE[dialect])


def _numbered(staging: Staging) -> Iterator[tuple[int, Performer]]:
    return enumerate(staging.performers, start=1)


def _figure(staging: Staging, number: int, performer: Performer, dialect: str) -> Figure:
    appearance, position = performer.appearance, performer.member.position
    together = [item for item in staging.shot.interactions if item.actor == number]
    split = dialect == GENERAL_TAGS
    face = performer.expression
    return Figure(
        name=performer.character.name_in_prompt,
        gender=performer.character.gender,
        worn={name: _once(appearance.tags(*slots)) for name, slots in _WORN[dialect].items()},
        expression=_once(face) if split else (),
        pose=_once(performer.pose + (() if split else face) + staging.objects(number)),
        together=tuple((item.partner, item.tags) for item in together),
        position=_place(position_words(position.x, position.scale)) if split else d.Position(position.x, position.y),
        faces_in_pose=not split,
    )


def _once(tags: d.Tags) -> d.Tags:
    return tuple(dict.fromkeys(tags))


def _place(words: d.Tags) -> d.Position:
    """Return where the words of a position stand for."""
    x = next((_ACROSS[word] for word in words if word in _ACROSS), "0.5")
    scale = next((_DEPTH[word] for word in words if word in _DEPTH), "1")
    return d.Position(Decimal(x), _FEET, Decimal(scale))


class _Reader:
    """Take a prompt apart element by element, and keep what nobody asked for."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.kept: list[tuple[str, str, str]] = []
        self.guessed: list[Problem] = []
        self.numbers = {block.name: number for number, block in enumerate(prompt.characters, start=1)}

    def read(self, negative: Prompt | None) -> Plain:
        """Read every block."""
        dialect = self.prompt.dialect
        figures = tuple(self._figure(block) for block in self.prompt.characters)
        whole = _Elements(self.prompt.block(dialect), self.keep)
        size, angle = self._camera(whole)
        plain = Plain(
            figures=figures,
            place={name: whole.tags(name) for name in _PLACE[dialect]},
            artists=whole.tags("artists") if dialect == GENERAL_TAGS else (),
            style=whole.tags("style"),
            quality=whole.tags("quality"),
            objects=whole.tags("objects"),
            size=size,
            angle=angle,
            negative=_once(tuple(tag for part in (self.prompt, negative) if part for tag in _negative(part))),
        )
        self._count(whole, figures)
        whole.rest()
        known = {*self.numbers, dialect, NEGATIVE_BLOCK}
        seen: set[str] = set()
        for block in (*self.prompt.blocks, *(negative.blocks if negative else ())):
            if block.name not in known or (block.name in seen and block.name != NEGATIVE_BLOCK):
                _Elements(block, self.keep).rest()
            seen.add(block.name)
        return plain

    def keep(self, field: str, text: str, why: str = "has no place in a document; the shot's notes keep it") -> None:
        """Note what no document holds."""
        self.kept.append((field, text, why))

    def _figure(self, block: Block) -> Figure:
        dialect, number = self.prompt.dialect, self.numbers[block.name]
        found = _Elements(block, self.keep)
        names, gender = found.tags("n"), found.text("gender")
        if len(names) > 1:
            self.keep(f"{block.name}/n", ", ".join(names[1:]), "is more than one name; the shot's notes keep it")
        if gender not in d.GENDERS:
            self.keep(f"{block.name}/gender", gender, f"is none of {', '.join(d.GENDERS)}; it is taken for 1other")
            gender = "1other"
        figure = Figure(
            name=names[0] if names else block.name,
            gender=gender,
            worn={name: found.tags(name) for name in _WORN[dialect]},
            expression=found.tags("expression") if dialect == GENERAL_TAGS else (),
            pose=found.tags(_POSE[dialect]),
            together=tuple(self._together(block.name, number, found.tags("interaction"))),
            position=self._position(block.name, number, found.text("position")),
            faces_in_pose=dialect == SCENE,
        )
        found.rest()
        return figure

    def _together(self, name: str, number: int, tags: d.Tags) -> Iterator[tuple[int, d.Tags]]:
        """Split an interaction at the partners that it names: ``holding_hands, $character_2$``."""
        field, done = f"{name}/interaction", []
        for tag in tags:
            named = _PLACEHOLDER.fullmatch(tag)
            if not named:
                done.append(tag)
                continue
            partner = self.numbers.get(named.group(1), number)
            if partner == number or not done:
                self.keep(field, ", ".join([*done, tag]))
            else:
                yield partner, tuple(done)
            done = []
        if done and len(self.numbers) == 2:
            self.guessed.append(
                warning("read.partner", field, f"{', '.join(done)!r} is taken to be with the other one")
            )
            yield 3 - number, tuple(done)
        elif done:
            self.keep(field, ", ".join(done), "does not say with whom, as $character_2$; the shot's notes keep it")

    def _position(self, name: str, number: int, text: str) -> d.Position:
        if (found := _COORDINATES.fullmatch(text)) and all(part.strip(".") for part in found.groups()):
            x, y = (min(round(Decimal(part), 3), Decimal(1)) for part in found.groups())
            return d.Position(x, y)
        words = split_tags(text)
        if unknown := [word for word in words if word not in _ACROSS and word not in _DEPTH]:
            self.keep(f"{name}/position", ", ".join(unknown), "is no position that is known; the shot's notes keep it")
        if set(words) & {*_ACROSS, *_DEPTH}:
            return _place(words)
        spread = Decimal(2 * number - 1) / (2 * len(self.numbers))  # nobody said where: side by side
        return d.Position(round(spread, 3), _FEET)

    def _camera(self, whole: "_Elements") -> tuple[str, str]:
        found = {"size": "", "angle": ""}
        for tag in whole.tags("perspective"):
            name = next((name for name, terms in _BY_TAG.items() if (tag,) in terms and not found[name]), None)
            if name:
                found[name] = _BY_TAG[name][(tag,)]
            else:
                self.keep(
                    f"{self.prompt.dialect}/perspective", tag, "is no shot size or angle; the shot's notes keep it"
                )
        return found["size"], found["angle"]

    def _count(self, whole: "_Elements", figures: tuple[Figure, ...]) -> None:
        counted, said = count_tags(figure.gender for figure in figures), whole.tags("count")
        if said and set(said) != set(counted):
            why = f"is not what the cast counts ({', '.join(counted) or 'nobody'}); the shot's notes keep it"
            self.keep(f"{self.prompt.dialect}/count", ", ".join(said), why)


class _Elements:
    """The elements of a block; what is not asked for is told at the end."""

    def __init__(self, block: Block, keep: Callable[[str, str], None]) -> None:
        self._block, self._keep = block, keep
        self._left = list(block.elements)

    def text(self, name: str) -> str:
        """Take the first element of a name."""
        found = next((item for item in self._left if item.name == name), None)
        if found is None:
            return ""
        self._left.remove(found)
        return found.text

    def tags(self, name: str) -> d.Tags:
        """Take the first element of a name, as tags."""
        return split_tags(_plain(self.text(name)))

    def rest(self) -> None:
        """Hand over what nobody took."""
        if self._block.text and self._block.name != NEGATIVE_BLOCK:
            self._keep(self._block.name, self._block.text)
        for item in self._left:
            if item.text:
                self._keep(f"{self._block.name}/{item.name}", item.text)


def _plain(text: str) -> str:
    return text.replace("\\(", "(").replace("\\)", ")")


def _negative(prompt: Prompt) -> d.Tags:
    return split_tags(_plain(prompt.block(NEGATIVE_BLOCK).text))
