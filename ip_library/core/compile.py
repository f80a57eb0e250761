"""Compile a shot to the text that is passed to the model, one text per dialect and sign.

The text has two-space indent, one element a line, a blank line between blocks, LF and one final LF.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ip_library.core.canonical import digest
from ip_library.core.dialects import general_tags, scene
from ip_library.core.dialects.base import Staging, element
from ip_library.core.errors import RefusedError
from ip_library.core.prompt import DIALECTS, GENERAL_TAGS, NEGATIVE_BLOCK, SCENE, Block, Prompt

_BUILDERS: Final[Mapping[str, Callable[[Staging], Prompt]]] = {
    SCENE: scene.build,
    GENERAL_TAGS: general_tags.build,
}


@dataclass(frozen=True, slots=True)
class CompiledPrompt:
    """A prompt's exact text in one dialect; ``negative`` is empty where the shot excludes nothing."""

    dialect: str
    text: str
    negative: str

    @property
    def sha256(self) -> str:
        """The digest of the prompt's bytes."""
        return digest(self.text.encode())


def compile_shot(staging: Staging, dialect: str) -> CompiledPrompt:
    """Compile a staged shot to one dialect.

    Raises:
        RefusedError: the dialect is not known.
    """
    if dialect not in _BUILDERS:
        raise RefusedError("dialect", dialect, f"one of {', '.join(DIALECTS)}")
    negative = element(NEGATIVE_BLOCK, staging.negative).text
    return CompiledPrompt(
        dialect=dialect,
        text=write_prompt(_BUILDERS[dialect](staging)),
        negative=write_prompt(Prompt(dialect, (Block(NEGATIVE_BLOCK, text=negative),))) if negative else "",
    )


def compile_all(staging: Staging) -> tuple[CompiledPrompt, ...]:
    """Compile a staged shot to every dialect, in the fixed order of the dialects."""
    return tuple(compile_shot(staging, dialect) for dialect in DIALECTS)


def write_prompt(prompt: Prompt) -> str:
    """Write a prompt as text, through lxml, so that no value can become markup."""
    return "\n".join(_write_block(block) for block in prompt.blocks)


def _write_block(block: Block) -> str:
    root = etree.Element(block.name)
    root.text = block.text or None
    for item in block.elements:
        etree.SubElement(root, item.name).text = item.text
    etree.indent(root, space="  ")
    return f"{etree.tostring(root, encoding='unicode')}\n"
