"""The prompt as a value: blocks of named elements, in the order the model reads them.

A prompt file has no root element; a dialect says which blocks and elements it may hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

SCENE: Final = "scene"
GENERAL_TAGS: Final = "general_tags"
DIALECTS: Final = (SCENE, GENERAL_TAGS)
NEGATIVE_BLOCK: Final = "danbooru_tags"
MAX_CHARACTERS: Final = 8


def split_tags(text: str) -> tuple[str, ...]:
    """Split a comma separated value into its tags, without surrounding blanks and empty entries."""
    return tuple(tag for part in text.split(",") if (tag := part.strip()))


def join_tags(tags: Iterable[str]) -> str:
    """Join tags the way the model was trained on them: comma, blank."""
    return ", ".join(tags)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a block, for example ``appearance`` with ``blue_hair, teal_eyes``."""

    name: str
    text: str

    @property
    def tags(self) -> tuple[str, ...]:
        """The text as tags."""
        return split_tags(self.text)


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level block: ``character_1``, ``scene`` or ``general_tags``.

    A block without elements may carry text of its own (the negative ``danbooru_tags``).
    """

    name: str
    elements: tuple[Element, ...] = ()
    text: str = ""

    def get(self, name: str) -> str:
        """Return the text of the first element called ``name``, or an empty string."""
        return next((element.text for element in self.elements if element.name == name), "")

    def tags(self, name: str) -> tuple[str, ...]:
        """Return the tags of the first element called ``name``."""
        return split_tags(self.get(name))


@dataclass(frozen=True, slots=True)
class Prompt:
    """A whole prompt in one dialect."""

    dialect: str
    blocks: tuple[Block, ...]

    @property
    def characters(self) -> tuple[Block, ...]:
        """The character blocks in order."""
        return tuple(block for block in self.blocks if block.name.startswith("character_"))

    def block(self, name: str) -> Block:
        """Return the block called ``name``, or an empty one."""
        return next((block for block in self.blocks if block.name == name), Block(name))

    def walk(self) -> Iterator[tuple[str, str]]:
        """Yield ``(path, text)`` of every element, for example ``("character_1/pose", "standing")``."""
        for block in self.blocks:
            if block.text:
                yield block.name, block.text
            for element in block.elements:
                yield f"{block.name}/{element.name}", element.text
