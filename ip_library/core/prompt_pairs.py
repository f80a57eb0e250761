"""Which files of an import belong together: a prompt and its negative prompt, and one prompt in several dialects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from ip_library.core.prompt import DIALECTS

_PROMPTS: Final = "prompts"
_NEGATIVE: Final = ".negative"
_TEXTS: Final = (".xml", ".txt")


@dataclass(frozen=True, slots=True)
class Paired:
    """Names of files: those to read, the negative prompt of each that has one, and the other dialects left out.

    ``left_out`` names the file that is read instead; ``alone`` are negative prompts that go with none of the files.
    """

    names: tuple[str, ...]
    negatives: dict[str, str]
    left_out: dict[str, str]
    alone: tuple[str, ...]


def pair(names: Sequence[str], dialect: str) -> Paired:
    """Pair ``X.negative.xml`` with ``X.xml``, and take one dialect of what lies in ``prompts/DIALECT/``.

    That is ``dialect`` where the prompt has it, else the first that it has.
    """
    known = set(names)
    negatives: dict[str, str] = {}
    alone: list[str] = []
    for name in names:
        if positive := _positive(name):
            if positive in known:
                negatives[positive] = name
            else:
                alone.append(name)
    taken = {*negatives.values(), *alone}
    left_out = _other_dialects([name for name in names if name not in taken], dialect)
    read = tuple(name for name in names if name not in taken and name not in left_out)
    return Paired(read, negatives, left_out, tuple(alone))


def _positive(name: str) -> str:
    """Return the name of the prompt that a negative prompt goes with; empty where the name says that it is none."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem.removesuffix(_NEGATIVE)}.{suffix}" if stem.endswith(_NEGATIVE) and dot + suffix in _TEXTS else ""


def _other_dialects(names: Iterable[str], dialect: str) -> dict[str, str]:
    same: dict[tuple[str, ...], dict[str, str]] = {}
    for name in names:
        parts = PurePosixPath(name).parts
        at = next((at for at in range(1, len(parts)) if parts[at - 1] == _PROMPTS and parts[at] in DIALECTS), 0)
        if at and name.endswith(_TEXTS):
            same.setdefault((*parts[:at], "", *parts[at + 1 :]), {})[parts[at]] = name
    left_out: dict[str, str] = {}
    for found in same.values():
        chosen = found.get(dialect) or next(found[known] for known in DIALECTS if known in found)
        left_out |= {name: chosen for name in found.values() if name != chosen}
    return left_out
