"""How many tokens of a prompt each text encoder reads, and which blocks it would cut off without a word.

Encoders cut the tail of what is too long, and the tail is the scene. A ``TokenCounter`` says how one encoder counts;
without the encoder's own tokenizer an estimate stands in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Protocol

from ip_library.core.problems import Problem, error

_SHORT: Final = 32
_PIECE: Final = re.compile(r"[A-Za-z]+|</|\s+|[^\W\d_]|.", re.DOTALL)
_OPENING: Final = re.compile(r"<([^<>/]{1,64})>")
_WHOLE_WORD: Final = 8
_LETTERS: Final = 4
_CAPITALS: Final = 3
# Words of the prompt's own structure; every large vocabulary holds them whole.
_STRUCTURE: Final = frozenset(
    ("appearance", "atmosphere", "background", "character", "environment", "expression", "interaction", "perspective")
)


class TokenCounter(Protocol):
    """Counts for one text encoder: the real tokenizer, or an estimate of it."""

    @property
    def name(self) -> str:
        """What to call the encoder in a message."""

    @property
    def limit(self) -> int:
        """How many tokens the encoder reads."""

    def count(self, text: str) -> int:
        """Return the tokens of a prompt with all that the encoder adds: marks, a fixed prefix. Of "" only that."""


@dataclass(frozen=True, slots=True)
class EstimatedCounter:
    """An estimate for subword tokenizers with vocabularies of about 250,000 pieces, meant to err upward.

    A word of up to 8 letters is one token, then one more for every 4 letters begun (3 in words of capitals); every
    underscore, digit, comma, ``<``, ``</`` and ``>`` is one; a line break is one and its indent another; any other
    letter is one, any other sign as many as its UTF-8 bytes. So an XML element costs 6 or 7 before it says anything,
    and ``blue_hair,`` costs 4.

    Calibrated on the one figure that is published for such prompts: the two-character example of the NewBie model
    card (1,517 characters, 65 underscores) with its prefix takes about 500 Gemma tokens of 512; this gives 511. Rare
    names may cost more than it says. ``fixed`` is what the encoder adds to any prompt, in tokens.
    """

    name: str
    limit: int
    fixed: int = 0

    def count(self, text: str) -> int:
        """Return the estimated tokens of a prompt, ``fixed`` included."""
        pieces = _PIECE.findall(text)  # prompts say the same words again and again
        return self.fixed + sum(_known_cost(piece) if len(piece) <= _SHORT else _cost(piece) for piece in pieces)


GEMMA: Final = EstimatedCounter("Gemma 3 4B (estimate)", limit=512, fixed=24)  # its mark and a prefix of 112 characters
JINA: Final = EstimatedCounter("Jina CLIP v2 (estimate)", limit=2048, fixed=2)  # two marks, no prefix
DEFAULT_COUNTERS: Final = (GEMMA, JINA)


@dataclass(frozen=True, slots=True)
class BlockTokens:
    """What one block of a prompt costs, and how much of it the encoder still reads, in tokens."""

    name: str
    tokens: int
    kept: int

    @property
    def lost(self) -> bool:
        """Whether nothing of the block is read."""
        return self.cut and self.kept == 0

    @property
    def cut(self) -> bool:
        """Whether a part or all of the block is not read."""
        return self.kept < self.tokens


@dataclass(frozen=True, slots=True)
class EncoderBudget:
    """A prompt as one encoder reads it: ``fixed`` and the blocks add up to ``total``."""

    encoder: str
    limit: int
    fixed: int
    blocks: tuple[BlockTokens, ...]

    @property
    def total(self) -> int:
        """All tokens, with what the encoder adds."""
        return self.fixed + sum(block.tokens for block in self.blocks)

    @property
    def cut_blocks(self) -> tuple[str, ...]:
        """The blocks of which the encoder would not read all, in order."""
        return tuple(block.name for block in self.blocks if block.cut)


@dataclass(frozen=True, slots=True)
class Budget:
    """A prompt as every encoder reads it."""

    encoders: tuple[EncoderBudget, ...]

    @property
    def ok(self) -> bool:
        """Whether every encoder reads the whole prompt."""
        return not self.cut_blocks

    @property
    def cut_blocks(self) -> tuple[str, ...]:
        """The blocks of which at least one encoder would not read all."""
        return tuple(dict.fromkeys(name for encoder in self.encoders for name in encoder.cut_blocks))


def budget(prompt_text: str, counters: Sequence[TokenCounter] = DEFAULT_COUNTERS) -> Budget:
    """Count a prompt's blocks for every encoder. A text without blocks is one block called ``text``."""
    ends = _block_ends(prompt_text)
    return Budget(tuple(_for_encoder(prompt_text, ends, counter) for counter in counters))


def budget_problems(found: Budget) -> list[Problem]:
    """Say of every encoder that would cut the prompt what it would cut: an error ``tokens.cut`` at the first block."""
    return [
        error("tokens.cut", encoder.cut_blocks[0], _message(encoder))
        for encoder in found.encoders
        if encoder.cut_blocks
    ]


def _message(encoder: EncoderBudget) -> str:
    torn = [f"{block.name} would be cut short" for block in encoder.blocks if block.cut and not block.lost]
    lost = [block.name for block in encoder.blocks if block.lost]
    gone = [f"{', '.join(lost)} would vanish"] if lost else []
    head = f"{encoder.encoder} reads {encoder.limit:,} tokens, the prompt has {encoder.total:,}"
    return f"{head}: {' and '.join([*torn, *gone])}"


def _for_encoder(prompt_text: str, ends: list[tuple[str, int]], counter: TokenCounter) -> EncoderBudget:
    # Counted from the beginning each time, so that joints between blocks cost what they cost.
    reached = [counter.count("")]
    for _, end in ends:
        reached.append(max(reached[-1], counter.count(prompt_text[:end])))
    blocks = tuple(
        BlockTokens(name, after - before, max(0, min(after, counter.limit) - before))
        for (name, _), (before, after) in zip(ends, pairwise(reached), strict=True)
    )
    return EncoderBudget(counter.name, counter.limit, reached[0], blocks)


def _block_ends(text: str) -> list[tuple[str, int]]:
    """Return the name and end of every top-level block; what stands between blocks belongs to the one behind it.

    A block that is never closed reaches to the end of the text, so this takes linear time for any text.
    """
    found: list[tuple[str, int]] = []
    end = 0
    while opening := _OPENING.search(text, end):
        closing = f"</{opening.group(1)}>"
        at = text.find(closing, opening.end())
        end = len(text) if at < 0 else at + len(closing)
        found.append((opening.group(1), end))
    if found:
        found[-1] = (found[-1][0], len(text))
    elif text.strip():
        found.append(("text", len(text)))
    return found


def _cost(piece: str) -> int:
    if piece.isascii() and piece.isalpha():
        step = _CAPITALS if len(piece) > 1 and piece.isupper() else _LETTERS
        over = 0 if piece in _STRUCTURE else len(piece) - (_WHOLE_WORD if step == _LETTERS else _CAPITALS)
        return 1 + max(0, -(-over // step))
    if piece.isspace():
        return ("\n" in piece) + (piece[-1] == " " and len(piece) > 1) + ("\t" in piece)
    return 1 if piece.isascii() or piece.isalpha() else len(piece.encode(errors="surrogatepass"))


_known_cost = lru_cache(maxsize=1 << 14)(_cost)
