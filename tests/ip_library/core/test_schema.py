"""The schemas take what Settei writes, and a break of them is explained in words for people."""

import pickle
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ip_library.core import documents as d
from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.problems import Problem
from ip_library.core.schema import FOLDER, KINDS, schema_problems
from ip_library.core.text import normalise
from ip_library.core.validate import validate
from ip_library.core.xml import parse

CHARACTER = d.CharacterDocument(
    slug="miku",
    name="Miku 初音",
    gender="1girl",
    appearance=d.Appearance(hair=("blue_hair", "long_twintails"), eyes=("teal_eyes",), accessories=("glasses",)),
    looks=(
        d.LookDocument("summer", "Summer", (("clothing", ("sundress",)), ("accessories", ()))),
        d.LookDocument("bare", "Bare", (("hair", ()),)),
    ),
    expressions=(d.ExpressionDocument("gentle", "Gentle", ("slight_smile",)),),
    prompt_name="hatsune_miku_(vocaloid)",
    notes="first line\nsecond line",
)
PLACE = d.SceneDocument("sakura", "Sakura", ("cherry_blossom_tree",), ("outdoors",), ("daytime",), ("calm",), "n")
MEMBER = d.CastMember(
    d.Reference("miku"), d.Position(Decimal("0.5"), Decimal("0.7")), "summer", "gentle", ("standing",)
)
PINNED = d.Reference("len", follow="", version=7, sha256="a" * 64)
SHOT = d.ShotDocument(
    code="E01_SQ010_SH0010",
    title="Under the tree",
    cast=(MEMBER, d.CastMember(PINNED, d.Position(Decimal(0), Decimal(1), Decimal("1.5")))),
    scene=d.Reference("sakura", follow="canon", version=12, sha256="b" * 64),
    negative=("lowres",),
    notes="n",
)
SMALLEST = (
    d.CharacterDocument("a", "A", "1other", d.Appearance()),
    d.SceneDocument("a", "A"),
    d.ShotDocument("E01_SQ010_SH0010", "", (d.CastMember(d.Reference("a"), MEMBER.position),)),
)


def problems(kind: str, text: str) -> list[Problem]:
    return schema_problems(parse(text.encode()), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_explains_itself_to_its_reader(kind):
    root = etree.parse(str(FOLDER / f"{kind}.xsd")).getroot()
    assert root[0].tag.endswith("annotation")
    assert len(" ".join(root[0].itertext()).split()) > 10


def test_every_simple_type_says_what_a_value_must_be():
    for file in FOLDER.glob("*.xsd"):
        for simple in etree.parse(str(file)).iter("{*}simpleType"):
            assert simple[0].tag.endswith("annotation"), simple.get("name")


@pytest.mark.parametrize("document", [CHARACTER, PLACE, SHOT, *SMALLEST], ids=lambda item: f"{item.kind}-{item.asset}")
def test_what_is_written_is_taken_and_read_back_as_it_was(document):
    data = to_xml(document)
    assert schema_problems(parse(data), document.kind) == []
    assert from_xml(data) == document
    assert to_xml(from_xml(data)) == data


SLUGS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
TAGS = st.lists(st.text("abcé初_:()!'", min_size=1, max_size=9), min_size=1, max_size=4, unique=True).map(tuple)
NAMES = (
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=20)
    .map(normalise)
    .filter(bool)
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.builds(
        d.CharacterDocument,
        slug=SLUGS,
        name=NAMES,
        gender=st.sampled_from(d.GENDERS),
        appearance=st.builds(d.Appearance, hair=TAGS, eyes=TAGS, clothing=TAGS),
        expressions=st.builds(d.ExpressionDocument, SLUGS, NAMES, TAGS).map(lambda item: (item,)),
        notes=NAMES,
    )
)
def test_every_character_that_is_valid_passes_its_schema_and_comes_back_equal(document):
    assert not [problem for problem in validate(document) if problem.code != "slug.reserved"]
    assert from_xml(to_xml(document)) == document


def test_a_draft_reference_needs_neither_version_nor_digest():
    text = (
        '<shot format="1" code="E01_SQ010_SH0010"><member><character slug="a"/><position x="0" y="1"/></member></shot>'
    )
    assert problems("shot", text) == []


@pytest.mark.parametrize(
    ("x", "said"),
    [
        ("1.5", "'1.5' must be a number from 0 to 1"),
        ("-0.1", "'-0.1' must be a number from 0 to 1"),
        ("left", "'left' must be a number from 0 to 1"),
        ("", "is empty; it must be a number from 0 to 1"),
        ("NaN", "'NaN' must be a number from 0 to 1"),
        ("1e-1", "'1e-1' must be a number from 0 to 1"),
    ],
)
def test_a_wrong_coordinate_names_the_member_the_value_and_the_limit(x, said):
    good = '<member><character slug="a"/><position x="0.5" y="0.5"/></member>'
    bad = f'<member><character slug="b"/>\n<position x="{x}" y="0.5"/></member>'
    (found,) = problems("shot", f'<shot format="1" code="E01_SQ010_SH0010">\n{good}\n{bad}</shot>')
    assert found.field == "cast/2/position/x"
    assert said in found.message
    assert "(line 4)" in found.message


@pytest.mark.parametrize(
    ("old", "new", "code", "field", "said"),
    [
        ('format="1"', 'format="2"', "xml.value", "format", "'2' must be 1"),
        ('slug="miku"', 'slug="Miku!"', "xml.value", "slug", "'Miku!' must be 1 to 63 lower-case letters"),
        ('slug="miku"', "", "xml.missing", "slug", "is missing"),
        ('slug="miku"', 'slug="miku" age="16"', "xml.attribute", "", "'age' is not known; allowed: format, slug"),
        ("<gender>1girl", "<gender>girl", "xml.value", "gender", "'girl' must be 1girl, 1boy or 1other"),
        ("<gender>1girl</gender>", "", "xml.missing", "gender", "required"),
        ("teal_eyes", "teal,eyes", "xml.value", "appearance/eyes/1", "'teal,eyes' must be a tag"),
        ("teal_eyes", "x" * 65, "xml.value", "appearance/eyes/1", "1 to 64 characters"),
        ("<name>Summer", "<name>", "xml.value", "looks/1/name", "is empty"),
        ("<name>Gentle</name>", "", "xml.missing", "expressions/1/name", "required"),
        ("<eyes>", "smile<eyes>", "xml.text", "appearance", "'smile'"),
        ("<eyes>", "<horns/><eyes>", "xml.element", "appearance/horns", "allowed: hair, eyes, face"),
        ("<name>Miku", "<name>x<b/>Miku", "xml.nested", "name", "holds <b>"),
        ("<notes>", "<notes/><notes>", "xml.repeated", "notes/2", "2 times, at most 1"),
    ],
)
def test_a_broken_character_sheet_is_explained(old, new, code, field, said):
    text = to_xml(CHARACTER).decode()
    assert old in text
    found = problems("character", text.replace(old, new, 1).partition("?>")[2].strip())
    assert (code, field) in [(problem.code, problem.field) for problem in found], found
    assert any(said in problem.message for problem in found if problem.field == field), found


def test_elements_out_of_order_are_told_the_order():
    (found,) = problems(
        "prompt-scene",
        "<prompt><character_1><n>a</n><gender>1girl</gender><pose>p</pose><appearance>a</appearance></character_1></prompt>",
    )
    assert found.field == "character_1/appearance"
    assert "the order is n, gender, appearance, pose, interaction, position" in found.message


def test_a_character_block_without_name_or_gender_is_an_error():
    found = problems("prompt-general_tags", "<prompt><character_1><action>a</action></character_1></prompt>")
    assert [(problem.code, problem.field) for problem in found] == [("xml.missing", "character_1/n")]
    found = problems("prompt-scene", "<prompt><character_1><n>a</n><pose>a</pose></character_1></prompt>")
    assert [(problem.code, problem.field) for problem in found] == [("xml.missing", "character_1/gender")]


def test_the_film_terms_and_slots_of_the_schema_are_those_of_the_code():
    types = etree.parse(str(FOLDER / "types.xsd")).getroot()
    for name, known in (("shotSize", SIZES), ("cameraAngle", ANGLES), ("slotName", d.SLOTS)):
        values = [item.get("value") for item in types.find(f"{{*}}simpleType[@name='{name}']").iter("{*}enumeration")]
        assert values == list(known)


@pytest.mark.parametrize(
    ("part", "field", "said"),
    [
        ('<camera size="huge"/>', "camera/size", "'huge' must be one of extreme-long"),
        ('<prop slug="a" member="9"/>', "props/1/member", "'9' must be the number of a member"),
        ('<interaction actor="1" partner="2"/>', "interactions/1/tag", "is missing in <interaction>"),
        ('<dialogue><line speaker="1">a</line><line/></dialogue>', "dialogue/2", "is empty; it must be a line"),
        ('<duration seconds="3600"/>', "duration/seconds", "'3600' must be a number of seconds from 0 to 3599"),
    ],
)
def test_what_is_wrong_in_the_smaller_parts_of_a_shot_is_explained(part, field, said):
    member = '<member><character slug="a"/><position x="0" y="1"/></member>'
    before, after = (part, member) if "camera" in part else (member, part)
    found = problems("shot", f'<shot format="1" code="SH1">{before}{after}</shot>')
    assert any(problem.field.startswith(field) and said in problem.message for problem in found), found


@pytest.mark.parametrize(
    ("part", "field", "said"),
    [
        ('<palette><colour name="a" hex="#39C5BB"/></palette>', "palette/1/hex", "'#39C5BB' must be a colour"),
        ("<locked><slot>hat</slot></locked>", "locked/1", "'hat' must be one of hair"),
        ('<art sha256="x"/>', "art/1/sha256", "'x' must be a SHA-256"),
        ('<look slug="a" base="B"><name>A</name></look>', "looks/1/base", "'B' must be 1 to 63"),
    ],
)
def test_what_is_wrong_in_the_smaller_parts_of_a_sheet_is_explained(part, field, said):
    head = '<character format="1" slug="a"><name>A</name><gender>1girl</gender><appearance/>'
    found = problems("character", f"{head}{part}</character>")
    assert [problem.field for problem in found] == [field]
    assert said in found[0].message


def test_a_wrong_tag_of_a_pose_is_named_by_its_number():
    (found,) = problems("pose", '<pose format="1" slug="a"><name>A</name><tag>b</tag><tag>a,b</tag></pose>')
    assert found.field == "tags/2"


def test_nine_members_are_one_too_many():
    member = '<member><character slug="a"/><position x="0" y="1"/></member>'
    (found,) = problems("shot", f'<shot format="1" code="E01_SQ010_SH0010">{member * 9}</shot>')
    assert (found.field, found.code) == ("cast/9", "xml.repeated")
    assert "9 times, at most 8" in found.message


def test_another_root_or_a_namespace_is_named():
    assert "<scene>, it must be <shot>" in problems("shot", "<scene/>")[0].message
    assert problems("shot", '<shot xmlns="urn:x"/>')[0].code == "xml.root"


def test_a_thousand_mistakes_give_a_short_list():
    found = problems("character", "<character>" + "<x/>" * 4000 + "<name>" * 3 + "</name>" * 3 + "</character>")
    assert 0 < len(found) <= 50
    tags = "".join("<tag></tag>" for _ in range(1000))
    found = problems("scene", f'<scene format="1" slug="a"><name>a</name><background>{tags}</background></scene>')
    assert len(found) == 50


def test_a_finding_is_a_plain_value_without_a_tie_to_the_tree():
    (found,) = problems("shot", "<scene/>")
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 (our own bytes)


def test_an_unknown_kind_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="'episode'"):
        schema_problems(parse(b"<a/>"), "episode")
