"""The commit message: what a person wrote, then trailers from which every row can be rebuilt.

A changeset of two assets ends so::

    Settei-Changeset: 0d0c7f9e-...
    Settei-Asset: character/miku
    Settei-Version: v001
    Settei-Asset: shot/E01_SQ010_SH0010
    Settei-Version: v001
    Settei-Author: alice

and one that moves a label and takes another away::

    Settei-Changeset: 4f6d1c52-...
    Settei-Label: canon character/miku v007
    Settei-Label: key-visual shot/E01_SQ010_SH0010 none
    Settei-Author: alice
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ip_library.core.errors import RefusedError
from ip_library.core.text import invisible, name_of, normalise

MESSAGE_LIMIT: Final = 2000
_PREFIX: Final = "Settei-"
_NOWHERE: Final = "none"


@dataclass(frozen=True, slots=True)
class VersionName:
    """One version in a changeset: ``character``, ``miku``, 1."""

    kind: str
    asset: str
    number: int


@dataclass(frozen=True, slots=True)
class LabelName:
    """One move of a label: ``canon``, ``character``, ``miku``, 7; without a number it was taken away."""

    name: str
    kind: str
    asset: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Trailers:
    """What the trailers of a commit say."""

    changeset: str
    author: str
    versions: tuple[VersionName, ...]
    labels: tuple[LabelName, ...] = ()


def check_message(message: str) -> str:
    """Return a message as it is stored.

    Raises:
        RefusedError: it is empty, too long, holds invisible characters or a line that looks like our trailers.
    """
    message = normalise(message)
    if not message:
        raise RefusedError("message", message, "a sentence that says what changed and why")
    if len(message) > MESSAGE_LIMIT:
        raise RefusedError(
            "message", f"{message[:40]}...", f"at most {MESSAGE_LIMIT} characters, it has {len(message)}"
        )
    if found := invisible(message, multiline=True):
        raise RefusedError("message", message[:40], f"free of invisible characters, it holds {name_of(found)}")
    if any(line.lstrip().casefold().startswith(_PREFIX.casefold()) for line in message.split("\n")):
        raise RefusedError("message", message[:40], f"free of lines that start with {_PREFIX}")
    return message


def write_message(
    message: str,
    *,
    changeset: str,
    author: str,
    versions: Sequence[VersionName],
    labels: Sequence[LabelName] = (),
) -> str:
    """Return the whole commit message, ending in exactly one line feed."""
    lines = [message, "", f"{_PREFIX}Changeset: {changeset}"]
    for version in versions:
        lines.append(f"{_PREFIX}Asset: {version.kind}/{version.asset}")
        lines.append(f"{_PREFIX}Version: v{version.number:03d}")
    for label in labels:
        where = _NOWHERE if label.number is None else f"v{label.number:03d}"
        lines.append(f"{_PREFIX}Label: {label.name} {label.kind}/{label.asset} {where}")
    lines.append(f"{_PREFIX}Author: {' '.join(author.split())}")  # a line feed in it would forge a trailer
    return "\n".join(lines) + "\n"


def read_message(text: str) -> tuple[str, Trailers]:
    """Split a commit message of ours into what a person wrote and its trailers.

    Raises:
        ValueError: it is no message of ours.
    """
    message, _, block = text.rstrip("\n").rpartition(f"\n\n{_PREFIX}Changeset: ")
    changeset, *lines = block.split("\n")
    author, assets, numbers, labels = "", [], [], []
    for line in lines:
        key, _, value = line.removeprefix(_PREFIX).partition(": ")
        match key:
            case "Asset":
                assets.append(value.partition("/"))
            case "Version":
                numbers.append(int(value.removeprefix("v")))
            case "Label":
                labels.append(_read_label(value))
            case "Author":
                author = value
            case _:
                raise ValueError(f"unknown trailer {line[:60]!r}")
    if not message or not author or len(assets) != len(numbers):
        raise ValueError("the message lacks the trailers of a changeset")
    names = (VersionName(kind, asset, number) for (kind, _, asset), number in zip(assets, numbers, strict=True))
    return message, Trailers(changeset, author, tuple(names), tuple(labels))


def _read_label(value: str) -> LabelName:
    name, _, rest = value.partition(" ")
    asset, _, where = rest.partition(" ")
    kind, _, asset = asset.partition("/")
    if not name or not kind or not asset or not where:
        raise ValueError(f"the label trailer {value[:60]!r} lacks a part")
    return LabelName(name, kind, asset, None if where == _NOWHERE else int(where.removeprefix("v")))
