"""A prompt is read once: with its negative prompt, and in one dialect."""

from ip_library.core.prompt import GENERAL_TAGS, SCENE
from ip_library.core.prompt_pairs import pair

BOTH = ["out/prompts/general_tags/a.xml", "out/prompts/scene/a.xml"]


def test_a_negative_prompt_goes_with_its_prompt():
    found = pair(["a.negative.xml", "a.xml", "b.txt", "b.negative.txt", "c.negative.xml", "d.negative.png"], SCENE)
    assert found.negatives == {"a.xml": "a.negative.xml", "b.txt": "b.negative.txt"}
    assert found.alone == ("c.negative.xml",)
    assert found.names == ("a.xml", "b.txt", "d.negative.png")


def test_of_two_dialects_the_wanted_one_is_read():
    assert pair(BOTH, SCENE).left_out == {BOTH[0]: BOTH[1]}
    assert pair(BOTH, GENERAL_TAGS).left_out == {BOTH[1]: BOTH[0]}
    assert pair(BOTH, GENERAL_TAGS).names == (BOTH[0],)


def test_a_prompt_that_has_only_another_dialect_is_read_in_that():
    assert pair(BOTH[:1], SCENE).names == (BOTH[0],)


def test_folders_that_are_no_dialects_and_places_of_other_trees_are_left_alone():
    names = ["prompts/x/a.xml", "prompts/y/a.xml", "scene/a.xml", "general_tags/a.xml", "v/prompts/scene/a.xml"]
    assert pair([*names, *BOTH[:1]], SCENE).names == (*names, BOTH[0])
