"""Looser prompt text becomes a prompt of its dialect, and nothing of it is dropped unseen."""

import pytest

from ip_library.core.compile import write_prompt
from ip_library.core.errors import InvalidDocumentError, XmlRefusedError
from ip_library.core.normalise import normalise_prompt, read_negative
from ip_library.core.xml import parse_prompt

SCENE = """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, teal_eyes</appearance>
  <pose>standing</pose>
  <position>x:0.5, y:0.7</position>
</character_1>

<scene>
  <background>park</background>
  <lighting>sunset</lighting>
</scene>
"""
TAGS = """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair</appearance>
</character_1>

<general_tags>
  <count>1girl</count>
  <style>anime</style>
</general_tags>
"""


@pytest.mark.parametrize("strict", [SCENE, TAGS])
@pytest.mark.parametrize(
    "loosen",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"```xml\n{text}```\n",
        lambda text: f"<image>\n{text}</image>",
        lambda text: f'<document version="1">\n{text}\n</document>\n',
        lambda text: f'<?xml version="1.0" encoding="UTF-8"?>\n<img>{text}</img>',
        lambda text: text.replace("character_1", "character 1"),
        lambda text: text.replace("character_1", "Character-1"),
        lambda text: text.replace("character_1", "character1"),
        lambda text: text.replace("<scene>", "<Scene>").replace("</scene>", "</SCENE>"),
        lambda text: "\n\n".join(reversed(text.rstrip("\n").split("\n\n"))) + "\n",
        lambda text: text.replace("  <n>miku</n>\n  <gender>1girl</gender>", "  <gender>1girl</gender>\n  <n>miku</n>"),
        lambda text: text.replace("blue_hair", "\n     blue_hair"),
    ],
)
def test_loose_text_is_read_as_the_strict_prompt(strict, loosen):
    found = normalise_prompt(loosen(strict).encode())
    assert found.prompt == parse_prompt(strict.encode())
    assert write_prompt(found.prompt) == strict
    assert (found.extras, found.negative) == ((), ())


@pytest.mark.parametrize(
    ("before", "preface"),
    [
        ("You are an assistant designed to generate images. <Prompt Start> ", "You are an assistant designed to generate images."),
        ("<prompt start>\n", ""),
        ("Here is your prompt:\n\n", "Here is your prompt:"),
    ],
)  # fmt: skip
def test_what_stands_before_the_prompt_is_taken_off_and_told(before, preface):
    found = normalise_prompt((before + SCENE).encode())
    assert found.prompt == parse_prompt(SCENE.encode())
    assert found.preface == preface


def test_what_the_dialect_does_not_know_is_set_aside_by_name():
    text = SCENE.replace("</character_1>", "  <weapon>sword <b>long</b></weapon>\n</character_1>")
    text = text.replace("</scene>", "  <mood>sad</mood>\n</scene>\n<caption>A girl.</caption>")
    found = normalise_prompt(text.encode())
    assert found.prompt == parse_prompt(SCENE.encode())
    assert found.extras == (("caption", "A girl."), ("character_1/weapon", "sword long"), ("scene/mood", "sad"))


def test_known_extras_of_general_tags_stay_in_the_prompt():
    text = TAGS.replace("</character_1>", "  <interaction>holding_hands</interaction>\n</character_1>")
    text = text.replace("  <style>", "  <artists>someone</artists>\n  <style>") + "<caption>A girl.</caption>"
    found = normalise_prompt(text.encode())
    assert found.extras == ()
    assert found.prompt.block("general_tags").get("artists") == "someone"
    assert found.prompt.block("caption").text == "A girl."


def test_a_negative_block_beside_the_others_is_told_apart():
    found = normalise_prompt((SCENE + "<danbooru_tags>lowres, bad_anatomy, lowres</danbooru_tags>").encode())
    assert found.negative == ("lowres", "bad_anatomy")
    assert found.prompt == parse_prompt(SCENE.encode())


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", XmlRefusedError, "empty"),
        (b"just words, no markup", InvalidDocumentError, "no block that is known"),
        (b"<poem>roses</poem>", InvalidDocumentError, "no block that is known"),
        (SCENE.replace("standing", "tom &amp; jerry").encode(), XmlRefusedError, "reach the model"),
        (SCENE.replace("standing", "<![CDATA[x]]>").encode(), XmlRefusedError, "CDATA"),
        (b"<!DOCTYPE a>" + SCENE.encode(), XmlRefusedError, "DOCTYPE"),
        (b"<image><image>" + SCENE.encode() + b"</image></image>", XmlRefusedError, "no root element"),
        (SCENE.replace("</pose>", "").encode(), XmlRefusedError, "never closed|closed by"),
        (SCENE.replace("x:0.5, y:0.7", "over there").encode(), InvalidDocumentError, "position"),
        (SCENE.encode() + SCENE.encode(), InvalidDocumentError, "at most 1|cannot stand"),
        (SCENE.encode()[:-30] + b"\xff", XmlRefusedError, "UTF-8"),
        (SCENE.replace("standing", "\u202estanding").encode(), XmlRefusedError, "U\\+202E"),
        (b"x" * 300_000, XmlRefusedError, "at most"),
    ],
)
def test_what_cannot_be_put_right_is_refused_in_words(data, error, said):
    with pytest.raises(error, match=said):
        normalise_prompt(data)


@pytest.mark.parametrize(
    "text",
    [
        "<danbooru_tags>lowres, bad_\\(art\\)</danbooru_tags>\n",
        "\ufefflowres,\nbad_(art), lowres",
        "lowres <Danbooru_Tags>bad_(art)</Danbooru_Tags>",
    ],
)
def test_a_negative_prompt_is_a_block_or_plain_tags(text):
    assert read_negative(text.encode()) == ("lowres", "bad_(art)")


def test_a_negative_prompt_keeps_what_only_looks_like_an_element():
    assert read_negative(b"lowres, <lora:soft:1>, x") == ("lowres", "<lora:soft:1>", "x")
    assert read_negative(b"") == ()


@pytest.mark.parametrize(
    ("text", "error"),
    [(SCENE, InvalidDocumentError), ("<danbooru_tags>x", XmlRefusedError), ("<danbooru_tags><b>x</b></danbooru_tags>", InvalidDocumentError)],
)  # fmt: skip
def test_another_prompt_is_no_negative_prompt(text, error):
    with pytest.raises(error):
        read_negative(text.encode())
