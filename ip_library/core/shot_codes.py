"""Shot codes: what any code may hold, and the pattern that a project chose for its own.

A pattern is a template such as ``E{episode:02}_SQ{sequence:03}_SH{shot:04}``: parts joined by underscores, each some
letters and one number of at least so many digits. It is no regular expression, so nobody can hang us with one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from ip_library.core.errors import RefusedError
from ip_library.core.problems import Problem, error

DEFAULT_SHOT_PATTERN: Final = "E{episode:02}_SQ{sequence:03}_SH{shot:04}"
CODE_LIMIT: Final = 32

_CODE: Final = re.compile(r"[A-Z0-9]{1,16}(?:_[A-Z0-9]{1,16}){0,4}")
_PART: Final = re.compile(r"([A-Z]{0,8})\{(episode|sequence|shot):0([1-8])\}([A-Z]?)")
_RESERVED: Final = re.compile(r"CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]")
_MORE_DIGITS: Final = 2  # a number may outgrow its digits by so many: SH0010 to SH999999


@dataclass(frozen=True, slots=True)
class _Part:
    before: str
    name: str
    digits: int
    after: str


@dataclass(frozen=True, slots=True)
class ShotPattern:
    """A project's pattern of shot codes."""

    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a pattern.

        Raises:
            RefusedError: it is none.
        """
        found = [_PART.fullmatch(part) for part in text.split("_")]
        parts = tuple(_Part(m[1], m[2], int(m[3]), m[4]) for m in found if m)
        names = [part.name for part in parts]
        if not all(found) or not 1 <= len(parts) <= 5 or len(set(names)) != len(names) or "shot" not in names:
            limit = (
                "parts joined by _, each up to 8 capital letters and one of {episode:02}, {sequence:03}, {shot:04} "
                "with its digits, no name twice and {shot:..} among them"
            )
            raise RefusedError("shot_pattern", text[:80], limit)
        return cls(parts)

    @property
    def example(self) -> str:
        """A code of this pattern: ``E01_SQ010_SH0010``."""
        return self.write({"episode": 1, "sequence": 10, "shot": 10})

    def write(self, numbers: Mapping[str, int]) -> str:
        """Return the code of these numbers."""
        return "_".join(f"{part.before}{numbers[part.name]:0{part.digits}d}{part.after}" for part in self.parts)

    def read(self, code: str) -> dict[str, str] | None:
        """Return the parts of a code by name (``{"episode": "E01", ...}``), or None when it is not of this pattern."""
        written = code.split("_")
        if len(written) != len(self.parts):
            return None
        for part, text in zip(self.parts, written, strict=True):
            number = text.removeprefix(part.before).removesuffix(part.after)
            if text != f"{part.before}{number}{part.after}" or not (number.isascii() and number.isdigit()):
                return None
            if not part.digits <= len(number) <= part.digits + _MORE_DIGITS:
                return None
        return {part.name: text for part, text in zip(self.parts, written, strict=True)}


def pattern_problems(field: str, text: str) -> list[Problem]:
    """Check a pattern of shot codes; its codes must fit into a code's bounds."""
    try:
        example = ShotPattern.of(text).example
    except RefusedError as refusal:
        return [error("shot.pattern", field, f"{refusal.value!r} must be {refusal.limit}")]
    return shot_code_problems(field, example)


def shot_code_problems(field: str, code: str, pattern: str = "") -> list[Problem]:
    """Check a shot code: its bounds, and with a ``pattern`` that it follows it."""
    if not _CODE.fullmatch(code) or len(code) > CODE_LIMIT:
        message = (
            f"{code[:80]!r} must have the form E01_SQ010_SH0010: one to five parts of capital letters and digits, "
            f"at most {CODE_LIMIT} characters"
        )
        return [error("shot.code", field, message)]
    if found := next((part for part in code.split("_") if _RESERVED.fullmatch(part)), None):
        return [error("shot.code", field, f"{found!r} is a reserved device name")]
    if pattern and ShotPattern.of(pattern).read(code) is None:
        example = ShotPattern.of(pattern).example
        return [error("shot.pattern", field, f"{code!r} does not follow the project's pattern {pattern}: {example}")]
    return []
