"""The canonical form: one document, one sequence of bytes, and the same document back."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ip_library.core import documents as d
from ip_library.core.canonical import digest, format_decimal, from_xml, to_xml
from ip_library.core.errors import InvalidDocumentError, XmlRefusedError
from ip_library.core.validate import validate
from tests.data.documents import LAWS, SAMPLE, STRATEGIES, character, golden, member, sample, shot

FULL_SHOT = d.ShotDocument(
    code="E01_SQ010_SH0020",
    title="桜の下で",
    scene=d.Reference("park", "", 12, "ab" * 32),
    style=d.Reference("soft", "canon", 3, "ef" * 32),
    size="medium-close",
    angle="over-shoulder",
    cast=(
        replace(member("miku", "0.125", "1", "1.3", look="summer", expression="shy", pose=("立つ", "a b")),
                character=d.Reference("miku", "latest", 7, "cd" * 32), preset=d.Reference("waving", "", 2)),
        member("len", "0", "0.70", "1.000"),
    ),
    props=(d.PropUse(d.Reference("bench")), d.PropUse(d.Reference("umbrella", "canon", 1, "12" * 32), 2)),
    interactions=(d.Interaction(1, 2, ("holding_hands", "手")), d.Interaction(2, 1, ("hug",))),
    negative=("lowres",),
    action="She turns.\n<He> runs.",
    dialogue=(d.Line(1, "行こう!"), d.Line(0, "Wait\nfor & me", "A voice"), d.Line(0, "...")),
    duration=d.Duration(3, 12),
    notes="first line\n<second> & \"third\"",
)  # fmt: skip
FULL_CHARACTER = d.CharacterDocument(
    slug="miku-winter",
    name="初音ミク",
    prompt_name="hatsune_miku_(vocaloid)",
    aliases=("Miku, in winter", "ミク"),
    base=d.Reference("miku", "canon", 4, "ab" * 32),
    gender="1other",
    appearance=d.Appearance(("h",), ("e",), ("f",), ("b",), ("c",), ()),
    cleared=("accessories",),
    locked=("hair", "eyes"),
    palette=(d.Colour("hair", "#39c5bb"), d.Colour("目", "#00ffff")),
    art=(d.Art("0f" * 32, "Front & back"), d.Art("f0" * 32)),
    looks=(
        d.LookDocument("bare", "Bare", (("hair", ()), ("clothing", ("x", "y")))),
        d.LookDocument("snow", "Snow", (("accessories", ("scarf",)),), "bare"),
    ),
    expressions=(
        d.ExpressionDocument("shy", "Shy", ("blush", "b")),
        d.ExpressionDocument("asleep", "Asleep", (), (("eyes", ("closed_eyes",)), ("face", ())), "shy"),
    ),
    notes="n",
)
FULL_SCENE = d.SceneDocument("park", "Park", ("tree",), ("grass",), ("dusk",), ("calm",), "n")
FULL_STYLE = d.StyleDocument("soft", "Soft", ("watercolor",), ("someone",), ("masterpiece",), ("lowres",), "n")
FULL_POSE = d.PoseDocument("waving", "Waving", ("waving", "arm_up"), "n")
FULL_PROP = d.PropDocument("umbrella", "Umbrella", ("red_umbrella",), "n")
FULL = (FULL_CHARACTER, FULL_SCENE, FULL_POSE, FULL_PROP, FULL_STYLE, FULL_SHOT)


def check_round_trip(document):
    assert validate(document) == []
    data = to_xml(document)
    assert from_xml(data) == document
    assert to_xml(from_xml(data)) == data
    assert data.endswith(b">\n")
    assert not data.endswith(b"\n\n")
    root = etree.fromstring(data)
    lines = data.decode().split("\n")
    tags = [tag.text for tag in root.iter("tag")]
    etree.indent(root, space="  ")
    assert [line.strip() for line in lines if "<tag>" in line] == [
        etree.tostring(tag, encoding="unicode").strip() for tag in root.iter("tag")
    ]
    assert len([line for line in lines if "<tag>" in line]) == len(tags)


@pytest.mark.parametrize("kind", d.KINDS)
@LAWS
@given(data=st.data())
def test_every_document_comes_back_from_its_bytes(kind, data):
    check_round_trip(data.draw(STRATEGIES[kind]))


@pytest.mark.parametrize("name", SAMPLE)
def test_the_samples_bytes_never_change_because_every_sha_depends_on_them(name):
    assert to_xml(sample(name)) == golden(f"{name}.xml")


@pytest.mark.parametrize("document", FULL, ids=d.KINDS)
def test_a_document_that_uses_everything_keeps_its_bytes(document):
    assert to_xml(document) == golden(f"full.{document.kind}.xml")
    check_round_trip(document)


def test_what_is_empty_is_left_out_so_that_new_elements_change_no_old_document():
    assert to_xml(character(name="Miku")).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<character format="1" slug="miku">\n'
        "  <name>Miku</name>\n"
        "  <gender>1girl</gender>\n"
        "  <appearance>\n"
        "    <hair>\n"
        "      <tag>blue_hair</tag>\n"
        "    </hair>\n"
        "  </appearance>\n"
        "</character>\n"
    )
    assert to_xml(shot()).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<shot format="1" code="E01_SQ010_SH0010">\n'
        "  <member>\n"
        '    <character slug="miku" follow="latest"/>\n'
        '    <position x="0.5" y="0.7"/>\n'
        "  </member>\n"
        "</shot>\n"
    )


def test_a_look_keeps_the_difference_between_a_cleared_slot_and_one_it_does_not_name():
    cleared = character(looks=(d.LookDocument("bare", "Bare", (("hair", ()),)),))
    assert b"<hair/>" in to_xml(cleared)
    assert from_xml(to_xml(cleared)) == cleared


def test_a_slot_that_a_variant_clears_is_told_from_one_that_it_inherits():
    variant = character(appearance=d.Appearance(), base=d.Reference("base"))
    data = to_xml(replace(variant, cleared=("hair",)))
    assert b"<hair/>" in data
    assert b"<hair/>" not in to_xml(variant)
    assert from_xml(data).cleared == ("hair",)


def test_the_order_in_which_slots_are_named_does_not_change_the_bytes():
    one, two = ("hair", ("a",)), ("eyes", ("b",))
    made = [to_xml(character(looks=(d.LookDocument("l", "L", slots),))) for slots in ((one, two), (two, one))]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0.0"), ("1", "1.0"), ("0.5", "0.5"), ("0.500", "0.5"), ("0.050", "0.05"), ("0.123", "0.123"),
        ("1E+1", "10.0"), ("5E-1", "0.5"), ("4.000", "4.0"), ("-0.000", "0.0"), ("-0", "0.0"),
    ],
)  # fmt: skip
def test_one_number_has_one_spelling(value, text):
    assert format_decimal(Decimal(value)) == text


@given(st.decimals("0", "4", places=3), st.integers(0, 3))
def test_a_number_reads_back_as_itself_whatever_its_zeros(value, zeros):
    spelled = format_decimal(value)
    assert Decimal(spelled) == value
    assert format_decimal(Decimal(f"{spelled}{'0' * zeros}")) == spelled


def test_numbers_that_are_equal_make_equal_bytes():
    assert to_xml(shot(member(x="0.50", scale="1.000"))) == to_xml(shot(member(x="0.5")))


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"<poem/>", "the root is <poem>, it must be one of character, scene, pose, prop, style, shot"),
        (b'<scene format="1" slug="park"/>', "name"),
        (b'<scene format="2" slug="park"><name>x</name></scene>', "format"),
        (golden("shot.E01_SQ010_SH0010.xml").replace(b'x="0.5"', b'x="1.001"'), "1.001"),
        (golden("shot.E01_SQ010_SH0010.xml").replace(b'x="0.5"', b'x="NaN"'), "NaN"),
        (golden("shot.E01_SQ010_SH0010.xml").replace(b'x="0.5"', b""), "x"),
        (golden("character.len.xml").replace(b'slug="len"', b'slug="../len"'), "../len"),
    ],
)
def test_a_document_that_breaks_the_schema_is_refused_naming_the_value(data, part):
    with pytest.raises(InvalidDocumentError) as caught:
        from_xml(data)
    assert part in str(caught.value)


def test_bytes_that_are_no_xml_are_refused():
    with pytest.raises(XmlRefusedError):
        from_xml(b"<scene")


def test_the_digest_is_the_sha256_of_the_bytes():
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
