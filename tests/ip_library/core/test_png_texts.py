"""The texts of a PNG are read within limits, whatever the file claims."""

import io
import json
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from generation.core import embed
from ip_library.core import png_texts
from ip_library.core.errors import RefusedError

PROMPT = "<character_1><n>miku</n><gender>1girl</gender></character_1>\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + b"".join(chunks) + chunk(b"IEND", b"")


def pillow(**texts) -> bytes:
    info = PngInfo()
    for key, text in texts.items():
        (info.add_itxt if not text.isascii() else info.add_text)(key.replace("__", ":"), text)
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def test_our_own_pictures_say_their_prompt():
    assert png_texts.PROMPT_KEY == embed.PROMPT_KEY
    assert png_texts.PARAMETERS_KEY == embed.PARAMETERS_KEY
    texts = png_texts.read_texts(pillow(settei__prompt=PROMPT + "桜", parameters="x"), name="a.png")
    assert png_texts.find_prompt(texts, name="a.png") == png_texts.Found("settei:prompt", PROMPT + "桜")


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXt packed"])
def test_every_kind_of_text_chunk_is_read(kind):
    body = {
        "tEXt": b"key\0" + "Grüße".encode("latin-1"),
        "zTXt": b"key\0\0" + zlib.compress("Grüße".encode("latin-1")),
        "iTXt": b"key\0\0\0de\0Wort\0" + "Grüße".encode(),
        "iTXt packed": b"key\0\1\0de\0Wort\0" + zlib.compress("Grüße".encode()),
    }[kind]
    assert png_texts.read_texts(png(chunk(kind[:4].encode(), body)), name="a.png") == {"key": "Grüße"}


def test_the_prompt_of_the_web_ui_ends_where_its_settings_begin():
    said = f"{PROMPT}Negative prompt: lowres\nSteps: 28, Seed: 1"
    found = png_texts.find_prompt({"parameters": said}, name="a.png")
    assert found == png_texts.Found("parameters", PROMPT.rstrip("\n"), "lowres")


@pytest.mark.parametrize(
    ("rest", "negative"),
    [
        ("\nNegative prompt: lowres,\nbad_anatomy\nSteps: 28, Seed: 1", "lowres,\nbad_anatomy"),
        ("\nNegative prompt:lowres", "lowres"),
        ("\nNegative prompt: \nSteps: 28", ""),
        ("\nSteps: 28, Negative prompt: x", ""),
        ("", ""),
    ],
)
def test_the_negative_prompt_of_the_web_ui_ends_at_the_line_of_its_steps(rest, negative):
    for texts in ({}, {"settei:prompt": PROMPT}):
        found = png_texts.find_prompt(texts | {"parameters": PROMPT.rstrip() + rest}, name="a.png")
        assert (found.text.rstrip(), found.negative) == (PROMPT.rstrip(), negative)


def test_the_prompt_of_a_node_is_found_wherever_it_stands():
    nodes = {"3": {"inputs": {"seed": 1, "text": "lowres"}}, "7": {"inputs": {"text": PROMPT}, "class_type": "Encode"}}
    assert png_texts.find_prompt({"prompt": json.dumps(nodes)}, name="a.png").text == PROMPT
    workflow = {"nodes": [{"widgets_values": ["x", [PROMPT]]}]}
    assert png_texts.find_prompt({"workflow": json.dumps(workflow)}, name="a.png").source == "workflow"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":', "1" * 10_000, "null", '{"a": 1e999}'])
def test_json_that_cannot_be_read_holds_no_prompt(text):
    with pytest.raises(RefusedError, match="carries a prompt"):
        png_texts.find_prompt({"prompt": text}, name="a.png")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no PNG"),
        (b"GIF89a", "no PNG"),
        (png(chunk(b"tEXt", b"a\0" + b"x" * 2_000_000)), "at most"),
        (png(chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 50_000_000))), "unpacks to more"),
        (png(chunk(b"zTXt", b"a\0\0garbage")), "unpacked"),
        (png(chunk(b"iTXt", b"a\0\0\0\0\0\xff\xfe")), "UTF-8"),
        (png(chunk(b"tEXt", b"a\0b")[:-1] + b"!"), "check sum"),
        (png(*(chunk(b"tEXt", b"%d\0x" % number) for number in range(100))), "64 texts"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00abcd\x00\x00\x00\x00" * 100_001, "chunks"),
    ],
)
def test_damaged_and_hostile_pictures_are_refused(data, said):
    with pytest.raises(RefusedError, match=said):
        png_texts.read_texts(data, name="a.png")


@pytest.mark.parametrize("length", [0, 7, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_chunk_that_lies_about_its_length_ends_the_reading(length):
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", length) + b"IDAT" + b"abc"
    assert png_texts.read_texts(data, name="a.png") == {}


def test_a_picture_without_a_prompt_says_what_it_has():
    with pytest.raises(RefusedError, match="Comment"):
        png_texts.find_prompt(png_texts.read_texts(pillow(Comment="hello"), name="a.png"), name="a.png")
