"""Checking a prompt file: what is wrong is said, where it is, with the value and the limit."""

from decimal import Decimal

import pytest

from ip_library.core import documents as d
from ip_library.core import text as rules
from ip_library.core.compile import compile_all
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.problems import Problem
from ip_library.core.prompt_file import PromptReport, check_file, check_prompt, find_prompts
from ip_library.core.shot_rules import INTERACTION_TAGS_LIMIT, INTERACTIONS_LIMIT, PROPS_LIMIT
from ip_library.core.validate import PROP_TAGS_LIMIT, validate

SCENE = """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, long_twintails, teal_eyes, red_school_uniform, round_glasses</appearance>
  <pose>standing, facing_front, slight_smile</pose>
  <position>x:0.5, y:0.7</position>
</character_1>

<character_2>
  <n>len</n>
  <gender>1boy</gender>
  <appearance>yellow_hair, short_spiky, blue_eyes, blue_school_uniform</appearance>
  <pose>standing, facing_left, hands_in_pockets</pose>
  <position>x:0.3, y:0.7</position>
</character_2>

<scene>
  <background>cherry_blossom_tree, soft_blur</background>
  <lighting>daytime, gentle_sunlight</lighting>
</scene>
"""
GENERAL = r"""<character_1>
  <n>hatsune_miku_\(vocaloid\)</n>
  <gender>1girl</gender>
  <appearance>blue_hair, long_twintails</appearance>
  <clothing>red_school_uniform</clothing>
  <expression>slight_smile</expression>
  <action>standing</action>
  <interaction>holding_hands</interaction>
  <position>center_left, foreground</position>
</character_1>

<character_2>
  <n>$character_2$</n>
  <gender>1boy</gender>
  <action>standing</action>
  <position>center_right</position>
</character_2>

<general_tags>
  <count>1girl, 1boy</count>
  <artists>someone</artists>
  <style>anime_style</style>
  <background>cherry_blossoms</background>
  <environment>outdoors</environment>
  <perspective>wide_shot</perspective>
  <atmosphere>calm</atmosphere>
  <lighting>daytime</lighting>
  <quality>very_aesthetic</quality>
  <objects>bench</objects>
  <other>petals</other>
</general_tags>

<caption>Two students stand below a cherry tree, side by side. It is spring.</caption>
"""


def check(text: str) -> PromptReport:
    return check_prompt(text.encode())


def only(report: PromptReport) -> Problem:
    assert len(report.problems) == 1, report.problems
    return report.problems[0]


def character(number: int, gender: str = "1girl", position: str = "") -> str:
    where = f"<position>{position}</position>" if position else ""
    return f"<character_{number}><n>a</n><gender>{gender}</gender><pose>standing</pose>{where}</character_{number}>\n"


@pytest.mark.parametrize(("text", "dialect"), [(SCENE, "scene"), (GENERAL, "general_tags")])
def test_a_good_prompt_of_either_dialect_has_no_findings(text, dialect):
    report = check(text)
    assert (report.ok, report.dialect, report.problems) == (True, dialect, ())
    assert report.prompt is not None
    assert len(report.prompt.characters) == 2


def test_the_largest_shot_that_is_valid_compiles_to_prompts_without_findings():
    def full(slot: str) -> tuple[str, ...]:
        return tuple(f"{slot}{number}_".ljust(rules.TAG_LIMIT - 2, "a") + "()" for number in range(rules.TAGS_LIMIT))

    appearance = d.Appearance(**{slot: full(slot) for slot in d.SLOTS})
    face = d.ExpressionDocument("e", "E", full("expression"))
    miku = d.CharacterDocument("miku", "Miku", "1girl", appearance, expressions=(face,))
    cast = tuple(
        d.CastMember(
            d.Reference("miku"), d.Position(Decimal("0.1"), Decimal(number) / 10), expression="e", pose=full("pose")
        )
        for number in (1, 9)
    )
    props = tuple(d.PropDocument(f"p{n}", "P", full(f"p{n}")[:PROP_TAGS_LIMIT]) for n in range(PROPS_LIMIT))
    shot = d.ShotDocument(
        "E01_SQ010_SH0010",
        "",
        cast,
        negative=full("negative"),
        size="full",
        angle="low",
        props=tuple(d.PropUse(d.Reference(prop.slug), 1) for prop in props),
        interactions=tuple(
            d.Interaction(1, 2, full(f"i{n}")[:INTERACTION_TAGS_LIMIT]) for n in range(INTERACTIONS_LIMIT)
        ),
    )
    place = d.SceneDocument("park", "Park", **{slot: full(slot) for slot in d.SCENE_SLOTS})
    style = d.StyleDocument("soft", "Soft", **{slot: full(f"s_{slot}") for slot in d.STYLE_SLOTS})
    preset = d.PoseDocument("pose", "Pose", full("preset"))
    for document in (miku, *props, shot, place, style, preset):
        assert validate(document) == []
    performers = tuple(Performer(member, miku, preset) for member in cast)
    for prompt in compile_all(Staging(shot, performers, place, style, props)):
        for text in (prompt.text, prompt.negative):
            report = check(text)
            assert {problem.code for problem in report.problems} <= {"position.overlap"}
            assert report.prompt is not None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("holding_hands, $character_2$", None),
        ("waving, $character_2$, waving, $character_2$", None),
        ("holding_hands", None),
        ("hug, $character_1$", "interaction.self"),
        ("hug, $character_3$", "interaction.partner"),
    ],
)
@pytest.mark.parametrize("dialect", ["scene", "general_tags"])
def test_whom_an_interaction_names_must_be_another_one_that_is_described(dialect, said, code):
    text = {"scene": SCENE.replace("<position>", f"<interaction>{said}</interaction><position>", 1),
            "general_tags": GENERAL.replace("holding_hands", said, 1)}[dialect]  # fmt: skip
    report = check(text)
    assert report.ok
    assert report.dialect == dialect
    assert [(p.code, p.field) for p in report.problems] == ([(code, "character_1/interaction")] if code else [])


@pytest.mark.parametrize(
    "text", ["<danbooru_tags>lowres, bad_anatomy</danbooru_tags>", "<danbooru_tags>\n  lowres\n</danbooru_tags>\n"]
)
def test_a_negative_prompt_is_good(text):
    assert (check(text).ok, check(text).problems) == (True, ())


@pytest.mark.parametrize(
    ("position", "code", "parts"),
    [
        ("x:1.5, y:0.7", "position.range", ("x is 1.5", "0 to 1")),
        ("x:0.5, y:-0.1", "position.range", ("y is -0.1", "0 to 1")),
        ("x:0.5", "position.form", ("'x:0.5'", "x:0.5, y:0.7")),
        ("center", "position.form", ("'center'", "x:0.5, y:0.7")),
        ("x:" + "1" * 100_000, "position.form", ("0 to 1",)),
    ],
)
def test_a_wrong_place_names_the_character_the_value_and_the_limit(position, code, parts):
    problem = only(check(SCENE.replace("x:0.5, y:0.7", position)))
    assert (problem.code, problem.severity, problem.field) == (code, "error", "character_1/position")
    assert all(part in problem.message for part in parts)
    assert len(problem.message) < 200


@pytest.mark.parametrize(
    ("word", "said"), [("middle", "'middle'"), ("x:0.5, y:0.7", "dialect scene"), ("left, up", "'up'")]
)
def test_an_unknown_position_word_is_told_the_known_ones(word, said):
    problem = only(check(GENERAL.replace("center_left, foreground", word)))
    assert (problem.code, problem.field, problem.severity) == ("position.word", "character_1/position", "error")
    assert said in problem.message
    assert "left, center_left, center, center_right, right, foreground, background" in problem.message


def test_a_gap_in_the_character_numbers_is_an_error():
    problem = only(check(SCENE.replace("character_2", "character_3")))
    assert (problem.code, problem.severity, problem.field) == ("character.number", "error", "character_3")
    assert "character_1, character_3" in problem.message


def test_nine_characters_are_one_too_many():
    report = check("".join(character(number) for number in range(1, 10)))
    found = {problem.code: problem for problem in report.problems}
    assert "9 characters, at most 8" in found["character.too_many"].message
    assert not report.ok


@pytest.mark.parametrize(
    ("tag", "code", "severity"),
    [
        ("a" * 65, "tag.too_long", "error"),
        ("semi&colon", "xml.refused", "error"),
        ('say_"hi"', "tag.character", "error"),
        ("back\\slash", "tag.character", "error"),
        ("a > b", "tag.character", "error"),
        ("series_(name)", "tag.parentheses", "warning"),
        ("she stands under a tree", "tag.sentence", "warning"),
        ("waits.", "tag.sentence", "warning"),
        ("long_twintails", "tag.twice", "warning"),
        ("a,,b", "tag.missing", "warning"),
    ],
)
def test_a_bad_tag_is_found(tag, code, severity):
    problem = only(check(SCENE.replace("blue_hair", tag)))
    assert (problem.code, problem.severity) == (code, severity)
    assert code == "xml.refused" or problem.field == "character_1/appearance"


def test_escaped_parentheses_and_ellipses_are_fine():
    assert check(SCENE.replace("blue_hair", r"rin_\(series\), ...")).problems == ()


@pytest.mark.parametrize(
    ("count", "genders", "fits"),
    [
        ("1girl, 1boy", ("1girl", "1boy"), True),
        ("2girls", ("1girl", "1girl"), True),
        ("6+girls", ("1girl",) * 7, True),
        ("1girl, solo", ("1girl",), True),
        ("1girl", ("1girl", "1boy"), False),
        ("2girls", ("1girl", "1boy"), False),
        ("solo", ("1girl", "1girl"), False),
        ("6+girls", ("1girl",) * 2, False),
        ("multiple_girls", ("1girl",) * 2, True),
    ],
)
def test_the_count_is_compared_with_the_characters(count, genders, fits):
    blocks = "".join(
        character(number, gender).replace("pose", "action") for number, gender in enumerate(genders, start=1)
    )
    report = check(f"{blocks}<general_tags><count>{count}</count></general_tags>")
    codes = [problem.code for problem in report.problems]
    assert codes == ([] if fits else ["count.mismatch"])
    assert report.ok


def test_a_missing_count_is_worth_a_look():
    problem = only(check(GENERAL.replace("  <count>1girl, 1boy</count>\n", "")))
    assert (problem.code, problem.field) == ("count.missing", "general_tags/count")


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (character(1, position="x:0.5, y:0.7") + character(2, position="x:0.52, y:0.7"), True),
        (character(1, position="x:0.5, y:0.7") + character(2, position="x:0.5, y:0.9"), False),
        (GENERAL.replace("center_right", "foreground, center_left"), True),
        (GENERAL.replace("center_right", "center_left"), False),
    ],
)
def test_two_characters_at_nearly_the_same_place_are_warned_of(text, warned):
    assert [problem.code for problem in check(text).problems] == (["position.overlap"] if warned else [])


def test_a_placeholder_name_belongs_to_its_own_number():
    problem = only(check(GENERAL.replace("$character_2$", "$character_1$")))
    assert (problem.code, problem.severity, problem.field) == ("name.number", "warning", "character_2/n")


def test_an_unknown_gender_is_a_warning():
    problem = only(check(SCENE.replace("1boy", "robot")))
    assert (problem.code, problem.severity, problem.field) == ("gender.unknown", "warning", "character_2/gender")


@pytest.mark.parametrize("element", ["n", "gender"])
def test_a_character_without_name_or_gender_is_not_ok(element):
    start, end = SCENE.index(f"  <{element}>"), SCENE.index(f"</{element}>\n")
    problem = only(check(SCENE[:start] + SCENE[end + len(element) + 4 :]))
    assert (problem.code, problem.field) == ("xml.missing", f"character_1/{element}")


def test_windows_line_ends_are_a_warning_because_the_model_reads_them():
    report = check(SCENE.replace("\n", "\r\n"))
    assert (report.ok, only(report).code) == (True, "prompt.line_ends")


def test_a_prompt_is_handed_out_only_when_its_structure_is_sound():
    assert check(SCENE.replace("x:0.5", "x:1.5")).prompt is not None
    assert check(SCENE.replace("pose>", "post>")).prompt is None


def test_structure_and_meaning_are_reported_together():
    report = check(SCENE.replace("x:0.5", "x:1.5").replace("<lighting>", "<mood>m</mood><lighting>"))
    assert {problem.code for problem in report.problems} == {"position.range", "xml.element"}


@pytest.mark.parametrize("data", [b"", b"hello", b"<x/>", b"\xff", b"<character_1>", b"</prompt>", b"<!DOCTYPE a>"])
def test_bad_input_is_a_finding_never_an_exception(data):
    report = check_prompt(data)
    assert not report.ok
    assert report.prompt is None
    assert all(problem.message for problem in report.problems)


def test_a_flood_of_findings_is_cut_short_and_stays_not_ok():
    tags = ", ".join(f"(a{number})" for number in range(200))
    report = check(SCENE.replace("blue_hair", tags).replace("soft_blur", '"'))
    assert len(report.problems) == 101
    assert report.problems[-1].code == "prompt.more"
    assert not report.ok


def test_hundreds_of_tags_are_one_finding():
    problem = only(check("<danbooru_tags>" + "a1, " * 900 + "b</danbooru_tags>"))
    assert (problem.code, "901" in problem.message) == ("tags.too_many", True)


def test_a_folder_stands_for_its_xml_files_and_each_is_named_once(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.xml", "a.xml", "deep/c.xml", "note.txt"):
        (tmp_path / name).write_text(SCENE)
    (tmp_path / "folder.xml").mkdir()
    found = find_prompts([tmp_path, tmp_path / "a.xml"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.xml", "b.xml", "deep/c.xml"]


def test_what_cannot_be_read_is_a_finding(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "missing.xml", tmp_path / "nul\0.xml"):
        problem = only(check_file(path))
        assert (problem.code, problem.severity) == ("file.unreadable", "error")


def test_a_huge_file_is_not_read_to_its_end(tmp_path):
    with (tmp_path / "huge.xml").open("wb") as file:
        file.truncate(3_000_000_000)
    problem = only(check_file(tmp_path / "huge.xml"))
    assert "is '3,000,000,000 bytes', but it must be at most 262,144 bytes" in problem.message
