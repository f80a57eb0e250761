"""What the parser lets in, what it refuses, and how it says so."""

import pytest

from ip_library.core import xml
from ip_library.core.errors import InvalidDocumentError, XmlRefusedError
from ip_library.core.prompt import Element

MIKU = """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, long_twintails, teal_eyes, red_school_uniform, round_glasses</appearance>
  <pose>standing, facing_front, slight_smile</pose>
  <position>x:0.5, y:0.7</position>
</character_1>
"""
SCENE = """<scene>
  <background>cherry_blossom_tree, soft_blur</background>
  <lighting>daytime, gentle_sunlight</lighting>
</scene>
"""
ARTICLE = f"{MIKU}\n{SCENE}"


def refusal(data: bytes) -> XmlRefusedError:
    with pytest.raises(XmlRefusedError) as caught:
        xml.parse(data)
    return caught.value


def prompt_refusal(data: bytes) -> XmlRefusedError:
    with pytest.raises(XmlRefusedError) as caught:
        xml.parse_prompt(data)
    return caught.value


def test_a_plain_document_is_read():
    root = xml.parse('<?xml version="1.0" encoding="UTF-8"?>\n<a b="1">初音 &amp; <c/></a>\n'.encode())
    assert (root.tag, root.get("b"), root.text) == ("a", "1", "初音 & ")


def test_windows_line_ends_become_line_feeds():
    assert xml.parse(b"<a>x\r\ny</a>\r\n").text == "x\ny"


def test_every_limit_lets_exactly_its_number_through():
    xml.parse(b"<a>" * xml.MAX_DEPTH + b"</a>" * xml.MAX_DEPTH)
    xml.parse(b"<a>" + b"<b/>" * (xml.MAX_ELEMENTS - 1) + b"</a>")
    xml.parse(b"<a " + b" ".join(b"a%d=''" % n for n in range(xml.MAX_ATTRIBUTES)) + b"/>")
    xml.parse(b"<a " + b" ".join(b"xmlns:p%d='u'" % n for n in range(xml.MAX_NAMESPACES)) + b"/>")
    xml.parse(b"<a>" + b"x" * (xml.MAX_BYTES - 7) + b"</a>")


@pytest.mark.parametrize(
    ("data", "value", "limit"),
    [
        (b"<a>" * 33 + b"</a>" * 33, "33", "32"),
        (b"<a>" + b"<b/>" * 5000 + b"</a>", "5,001", "5,000"),
        (b"<a " + b" ".join(b"a%d=''" % n for n in range(65)) + b"/>", "65", "64"),
        (b"<a " + b" ".join(b"xmlns:p%d='u'" % n for n in range(9)) + b"/>", "9", "8"),
        (b"<a>" + b"x" * 262_138 + b"</a>", "262,145", "262,144"),
    ],
)
def test_one_more_than_a_limit_is_refused_naming_the_value_and_the_limit(data, value, limit):
    reason = refusal(data).reason
    assert value in reason
    assert limit in reason


@pytest.mark.parametrize(
    ("data", "part", "line"),
    [
        (b"", "empty", None),
        (b" \n ", "empty", None),
        (b"<a>\n<b>\n</a>", "<b>, opened on line 2, is closed by </a>", 3),
        (b"<a>\n<b>", "<b>, opened on line 2, is never closed", 2),
        (b"<a>\n x < y</a>", "'<'", 2),
        (b"<a>\n&nbsp;</a>", "'&nbsp;'", 2),
        (b"<a>fish & chips</a>", "'&'", 1),
        (b"<a><![CDATA[x]]>&nbsp;</a>", "unknown entity", None),
        (b"\n<!DOCTYPE a><a/>", "<!DOCTYPE", 2),
        (b"<a>\n<!-- hi --></a>", "comments", 2),
        (b"<a>\n<?php exit ?></a>", "<?php", 2),
        (b"<?xml version='1.0' encoding='latin-1'?><a/>", "'latin-1'", 1),
        (b"\xef\xbb\xbf<a/>", "byte order mark", 1),
        ("<a/>".encode("utf-16"), "UTF-16", 1),
        (b"<a>\n\xff</a>", "0xff", 2),
        ("<a>\n\u202e</a>".encode(), "RIGHT-TO-LEFT OVERRIDE", 2),
        ("<a>\u200b</a>".encode(), "ZERO WIDTH SPACE", 1),
        ("<a>\U000e0041</a>".encode(), "TAG LATIN CAPITAL LETTER A", 1),
        (b"<a>\n<b c='&#x202e;'/></a>", "RIGHT-TO-LEFT OVERRIDE", 2),
        (b"<a>&#8203;</a>", "ZERO WIDTH SPACE", 1),
        (b"<a xmlns:xi='http://www.w3.org/2001/XInclude'/>", "XInclude", None),
        (b"<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>", "xsi", None),
    ],
)
def test_a_refusal_says_what_was_found_and_on_which_line(data, part, line):
    caught = refusal(data)
    assert part in caught.reason
    assert caught.line == line
    assert "\n" not in str(caught)
    assert len(str(caught)) < 300


def test_an_ampersand_in_a_cdata_section_is_text():
    assert xml.parse(b"<a><![CDATA[fish & <chips>]]></a>").text == "fish & <chips>"


def test_the_articles_prompt_is_read_block_by_block():
    prompt = xml.parse_prompt(ARTICLE.encode())
    assert prompt.dialect == "scene"
    assert [block.name for block in prompt.blocks] == ["character_1", "scene"]
    assert prompt.blocks[0].elements[0] == Element("n", "miku")
    assert prompt.block("scene").tags("lighting") == ("daytime", "gentle_sunlight")


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        ("<general_tags><count>no_humans</count></general_tags>", "general_tags"),
        ("<scene><background>park</background></scene>", "scene"),
        ("<character_1><n>a</n><gender>1girl</gender><pose>sitting</pose></character_1>", "scene"),
        ("<character_1><n>a</n><gender>1girl</gender><action>sitting</action></character_1>", "general_tags"),
        ("<character_1><n>a</n><gender>1girl</gender><position>x:0.5, y:1</position></character_1>", "scene"),
        ("<character_1><n>a</n><gender>1girl</gender></character_1>", "general_tags"),
        ("<danbooru_tags>lowres, bad_anatomy</danbooru_tags>", "general_tags"),
    ],
)
def test_the_dialect_is_recognised_by_the_blocks(data, dialect):
    assert xml.parse_prompt(data.encode()).dialect == dialect


@pytest.mark.parametrize(
    ("data", "part", "line"),
    [
        ('<?xml version="1.0"?>\n' + MIKU, "remove the line <?xml", 1),
        ("\ufeff" + MIKU, "byte order mark", 1),
        (f"\n<prompt>\n{MIKU}</prompt>", "remove <prompt>", 2),
        (f"{MIKU}</prompt>", "remove <prompt>", 8),
        (f"<img>{MIKU}</img>", "remove <img>", 1),
        ("<scene>\n<background>a&amp;b</background></scene>", "'&amp;' would reach the model", 2),
        ("<scene><background><![CDATA[a]]></background></scene>", "CDATA", 1),
        ("\n<character 1>\n<n>a</n></character 1>", "write <character_1>", 2),
        ("<character_1>\n<n>a</n>\n", "<character_1>, opened on line 1, is never closed", 3),
    ],
)
def test_what_a_prompt_file_may_not_hold_is_refused_on_its_own_line(data, part, line):
    caught = prompt_refusal(data.encode())
    assert part in caught.reason
    assert caught.line == line


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        (f"You are an assistant. {MIKU}", "prompt.text", ""),
        (MIKU.replace("<gender>", "loose <gender>"), "xml.text", "character_1"),
        (MIKU.replace("miku", "<b>miku</b>"), "xml.nested", "character_1/n"),
        (MIKU.replace("<n>", '<n id="1">'), "xml.attribute", "character_1/n"),
        (MIKU + "<mood>happy</mood>", "xml.element", "mood"),
        (MIKU.replace("character_1", "character_9"), "xml.element", "character_9"),
        (SCENE + MIKU, "xml.order", "character_1"),
    ],
)
def test_a_wrong_structure_is_refused_with_problems_that_name_the_place(data, code, field):
    with pytest.raises(InvalidDocumentError) as caught:
        xml.parse_prompt(data.encode())
    assert (code, field) in [(problem.code, problem.field) for problem in caught.value.problems]
