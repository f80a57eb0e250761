"""Dialect ``scene``: appearance, pose and ``x, y`` per character, then one scene block."""

from ip_library.core.canonical import format_decimal
from ip_library.core.dialects.base import Performer, Staging, element, filled, interaction
from ip_library.core.documents import Position, SceneDocument, StyleDocument
from ip_library.core.prompt import SCENE, Block, Element, Prompt

_NOWHERE = SceneDocument("nowhere", "")
_PLAIN = StyleDocument("plain", "")


def build(staging: Staging) -> Prompt:
    """Build the prompt of a staged shot."""
    blocks = [_character(staging, number, performer) for number, performer in enumerate(staging.performers, start=1)]
    place, style = staging.scene or _NOWHERE, staging.style or _PLAIN
    blocks.append(
        Block(
            "scene",
            filled(
                element("background", place.background + place.environment),
                element("lighting", place.lighting + place.atmosphere),
                element("perspective", staging.camera),
                element("style", style.artists + style.style),
                element("quality", style.quality),
                element("objects", staging.objects()),
            ),
        )
    )
    return Prompt(SCENE, tuple(block for block in blocks if block.elements))


def _character(staging: Staging, number: int, performer: Performer) -> Block:
    character = performer.character
    return Block(
        f"character_{number}",
        filled(
            element("n", [character.name_in_prompt]),
            element("gender", [character.gender]),
            element("appearance", performer.appearance.tags()),
            element("pose", performer.pose + performer.expression + staging.objects(number)),
            interaction(staging, number),
            Element("position", _coordinates(performer.member.position)),
        ),
    )


def _coordinates(position: Position) -> str:
    return f"x:{format_decimal(position.x)}, y:{format_decimal(position.y)}"
