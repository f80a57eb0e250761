"""Dialect ``general_tags``: the model card's form, with clothing apart, position words and derived counts."""

from ip_library.core.dialects.base import Performer, Staging, count_tags, element, filled, position_words
from ip_library.core.prompt import GENERAL_TAGS, Block, Prompt

_BODY = ("hair", "eyes", "face", "body")
_WORN = ("clothing", "accessories")


def build(staging: Staging) -> Prompt:
    """Build the prompt of a staged shot."""
    blocks = [_character(number, performer) for number, performer in enumerate(staging.performers, start=1)]
    place = staging.scene
    blocks.append(
        Block(
            "general_tags",
            filled(
                element("count", count_tags(performer.character.gender for performer in staging.performers)),
                element("background", place.background if place else ()),
                element("environment", place.environment if place else ()),
                element("atmosphere", place.atmosphere if place else ()),
                element("lighting", place.lighting if place else ()),
            ),
        )
    )
    return Prompt(GENERAL_TAGS, tuple(block for block in blocks if block.elements))


def _character(number: int, performer: Performer) -> Block:
    character, member = performer.character, performer.member
    return Block(
        f"character_{number}",
        filled(
            element("n", [character.name_in_prompt]),
            element("gender", [character.gender]),
            element("appearance", performer.appearance.tags(*_BODY)),
            element("clothing", performer.appearance.tags(*_WORN)),
            element("expression", performer.expression),
            element("action", member.pose),
            element("position", position_words(member.position.x, member.position.scale)),
        ),
    )
