"""Dialect ``general_tags``: the model card's form, with clothing apart, position words and derived counts."""

from ip_library.core.dialects.base import (
    Performer,
    Staging,
    count_tags,
    element,
    filled,
    interaction,
    position_words,
)
from ip_library.core.documents import SceneDocument, StyleDocument
from ip_library.core.prompt import GENERAL_TAGS, Block, Prompt

_BODY = ("hair", "eyes", "face", "body")
_WORN = ("clothing", "accessories")
_NOWHERE = SceneDocument("nowhere", "")
_PLAIN = StyleDocument("plain", "")


def build(staging: Staging) -> Prompt:
    """Build the prompt of a staged shot."""
    blocks = [_character(staging, number, performer) for number, performer in enumerate(staging.performers, start=1)]
    place, style = staging.scene or _NOWHERE, staging.style or _PLAIN
    blocks.append(
        Block(
            "general_tags",
            filled(
                element("count", count_tags(performer.character.gender for performer in staging.performers)),
                element("artists", style.artists),
                element("style", style.style),
                element("background", place.background),
                element("environment", place.environment),
                element("perspective", staging.camera),
                element("atmosphere", place.atmosphere),
                element("lighting", place.lighting),
                element("quality", style.quality),
                element("objects", staging.objects()),
            ),
        )
    )
    return Prompt(GENERAL_TAGS, tuple(block for block in blocks if block.elements))


def _character(staging: Staging, number: int, performer: Performer) -> Block:
    character, position = performer.character, performer.member.position
    appearance = performer.appearance
    return Block(
        f"character_{number}",
        filled(
            element("n", [character.name_in_prompt]),
            element("gender", [character.gender]),
            element("appearance", appearance.tags(*_BODY)),
            element("clothing", appearance.tags(*_WORN)),
            element("expression", performer.expression),
            element("action", performer.pose + staging.objects(number)),
            interaction(staging, number),
            element("position", position_words(position.x, position.scale)),
        ),
    )
