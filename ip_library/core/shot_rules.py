"""The rules of a shot: its references, its cast and where it stands, its camera, what is done and said."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ip_library.core import documents as d
from ip_library.core import text
from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.problems import Problem, error
from ip_library.core.prompt import MAX_CHARACTERS
from ip_library.core.shot_codes import shot_code_problems

PROPS_LIMIT: Final = 12
INTERACTIONS_LIMIT: Final = 12
INTERACTION_TAGS_LIMIT: Final = 16
LINES_LIMIT: Final = 32
LINE_LIMIT: Final = 1000
SECONDS_LIMIT: Final = 3599
FRAMES_LIMIT: Final = 999

_SCALE_FROM: Final = Decimal("0.1")
_SCALE_TO: Final = Decimal(4)
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_LIMITS: Final = (("x", _ZERO, _ONE), ("y", _ZERO, _ONE), ("scale", _SCALE_FROM, _SCALE_TO))
_DECIMALS: Final = 3
_PLACEHOLDER: Final = re.compile(r"\$character_[0-9]+\$")


def shot_problems(document: d.ShotDocument, *, pattern: str = "", frame_rate: int = 0) -> list[Problem]:
    """Check a shot by itself."""
    found = shot_code_problems("code", document.code, pattern)
    found += text.text_problems("title", document.title, limit=text.NAME_LIMIT)
    if not 1 <= len(document.cast) <= MAX_CHARACTERS:
        message = f"has {len(document.cast)} members, it must have 1 to {MAX_CHARACTERS}"
        found.append(error("cast.size", "cast", message))
    if document.scene:
        found += reference_problems("scene", document.scene)
    if document.style:
        found += reference_problems("style", document.style)
    found += _term("size", document.size, SIZES) + _term("angle", document.angle, ANGLES)
    for number, member in enumerate(document.cast, start=1):
        found += reference_problems(f"cast/{number}/character", member.character)
        if member.preset:
            found += reference_problems(f"cast/{number}/preset", member.preset)
        found += text.tags_problems(f"cast/{number}/pose", member.pose)
        found += position_problems(f"cast/{number}/position", member.position)
    if document.props:
        found += _props(document)
    if document.interactions:
        found += _interactions(document)
    found += text.tags_problems("negative", document.negative)
    found += text.text_problems("action", document.action, limit=text.NOTES_LIMIT, multiline=True)
    if document.dialogue:
        found += _dialogue(document)
    if document.duration:
        found += _duration(document.duration, frame_rate)
    return found + text.text_problems("notes", document.notes, limit=text.NOTES_LIMIT, multiline=True)


def reference_problems(field: str, reference: d.Reference) -> list[Problem]:
    """Check a reference: it follows a label, or is pinned to a version."""
    if reference.follow and reference.follow != d.LATEST and text.slug_problems(field, reference.follow):
        return [error("reference.follow", field, f"follows {reference.follow[:80]!r}, which is no name of a label")]
    if (reference.version is None and not reference.follow) or (
        reference.version is not None and reference.version < 1
    ):
        return [error("reference.version", field, f"is pinned to version {reference.version}, it must be 1 or more")]
    return []


def position_problems(field: str, position: d.Position) -> list[Problem]:
    """Check a position: x and y from 0 to 1, scale from 0.1 to 4, at most three decimals."""
    found = []
    for axis, low, high in _LIMITS:
        value: Decimal = getattr(position, axis)
        if not value.is_finite() or not low <= value <= high:
            found.append(error("position.range", f"{field}/{axis}", f"{value} is outside {low} to {high}"))
        elif value != round(value, _DECIMALS):
            found.append(error("position.decimals", f"{field}/{axis}", f"{value} has more than {_DECIMALS} decimals"))
    return found


def _term(field: str, value: str, known: Iterable[str]) -> list[Problem]:
    if not value or value in known:
        return []
    return [error("camera.term", field, f"{value[:40]!r} is not known; known: {', '.join(known)}")]


def _member(field: str, number: int, document: d.ShotDocument, *, none: bool) -> list[Problem]:
    """Check the number of a member; with ``none``, 0 is allowed and stands for nobody of the cast."""
    if (0 if none else 1) <= number <= len(document.cast):
        return []
    return [error("cast.number", field, f"{number} is no member of the cast, which has {len(document.cast)}")]


def _too_many(field: str, number: int, limit: int) -> list[Problem]:
    if number <= limit:
        return []
    return [error("values.too_many", field, f"there are {number}, at most {limit} are allowed")]


def _props(document: d.ShotDocument) -> list[Problem]:
    found = _too_many("props", len(document.props), PROPS_LIMIT)
    for number, use in enumerate(document.props, start=1):
        found += reference_problems(f"props/{number}", use.prop)
        found += _member(f"props/{number}/member", use.member, document, none=True)
    return found


def _interactions(document: d.ShotDocument) -> list[Problem]:
    found = _too_many("interactions", len(document.interactions), INTERACTIONS_LIMIT)
    for number, item in enumerate(document.interactions, start=1):
        field = f"interactions/{number}"
        found += _member(f"{field}/actor", item.actor, document, none=False)
        found += _member(f"{field}/partner", item.partner, document, none=False)
        if item.actor == item.partner:
            message = f"member {item.actor} cannot be its own partner; write it into its pose"
            found.append(error("interaction.self", f"{field}/partner", message))
        found += text.tags_problems(field, item.tags, required=True)
        if len(item.tags) > INTERACTION_TAGS_LIMIT:
            message = f"has {len(item.tags)} tags, at most {INTERACTION_TAGS_LIMIT} are allowed"
            found.append(error("tags.too_many", field, message))
        for tag in item.tags:
            if _PLACEHOLDER.fullmatch(tag):
                found.append(error("tag.placeholder", field, f"{tag!r} is written by itself for the partner"))
    return found


def _dialogue(document: d.ShotDocument) -> list[Problem]:
    found = _too_many("dialogue", len(document.dialogue), LINES_LIMIT)
    for number, line in enumerate(document.dialogue, start=1):
        field = f"dialogue/{number}"
        found += _member(f"{field}/speaker", line.speaker, document, none=True)
        found += text.text_problems(field, line.text, limit=LINE_LIMIT, required=True, multiline=True)
        found += text.text_problems(f"{field}/voice", line.voice, limit=text.NAME_LIMIT)
        if line.speaker and line.voice:
            message = f"{line.voice[:40]!r} names somebody unseen, but member {line.speaker} says it; keep one of them"
            found.append(error("dialogue.voice", f"{field}/voice", message))
    return found


def _duration(duration: d.Duration, frame_rate: int) -> list[Problem]:
    found: list[Problem] = []
    if not 0 <= duration.seconds <= SECONDS_LIMIT:
        message = f"{duration.seconds} seconds are outside 0 to {SECONDS_LIMIT}"
        found.append(error("duration.seconds", "duration/seconds", message))
    most = frame_rate - 1 if frame_rate else FRAMES_LIMIT
    if not 0 <= duration.frames <= most:
        why = f", a second has {frame_rate}" if frame_rate else ""
        message = f"{duration.frames} frames are outside 0 to {most}{why}"
        found.append(error("duration.frames", "duration/frames", message))
    return found
