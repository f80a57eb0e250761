"""A shot compiles to the same bytes, in the order and the words that the model was trained on."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings

from ip_library.core import documents as d
from ip_library.core.canonical import digest
from ip_library.core.compile import compile_all, compile_shot
from ip_library.core.dialects.base import Performer, Staging, count_tags, position_words
from ip_library.core.errors import RefusedError
from ip_library.core.prompt import DIALECTS
from ip_library.core.prompt_file import check_prompt
from ip_library.core.validate import validate, validate_staging
from ip_library.core.xml import parse_prompt
from tests.data.documents import (
    SAKURA,
    character,
    dressed,
    golden,
    member,
    sample_staging,
    shot,
    staged,
    stagings,
)

ROOT = Path(__file__).resolve().parents[3]
COMPILE_SAMPLE = """
import sys
from pathlib import Path
from ip_library.core.canonical import from_xml
from ip_library.core.compile import compile_all
from ip_library.core.dialects.base import Performer, Staging
found = {item.asset: item for item in (from_xml(path.read_bytes()) for path in Path(sys.argv[1]).rglob("*.xml"))}
shot = found["E01_SQ010_SH0010"]
cast = tuple(Performer(member, found[member.character.asset]) for member in shot.cast)
for compiled in compile_all(Staging(shot, cast, found["cherry-blossom"])):
    sys.stdout.buffer.write(compiled.text.encode() + compiled.negative.encode())
"""


def element(staging, dialect, path):
    """Return the text of an element of the compiled prompt, for example ``character_1/position``."""
    block, _, name = path.partition("/")
    return parse_prompt(compile_shot(staging, dialect).text.encode()).block(block).get(name)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sample_compiles_to_the_golden_bytes(dialect):
    compiled = compile_shot(sample_staging(), dialect)
    assert compiled.text.encode() == golden(f"prompt.{dialect}.xml")
    assert compiled.sha256 == digest(golden(f"prompt.{dialect}.xml"))
    assert compiled.negative == ""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_blocks_are_set_apart_by_one_blank_line_and_the_text_ends_in_one_line_feed(dialect):
    lines = compile_shot(sample_staging(), dialect).text.split("\n")
    assert lines[-1] == ""
    assert lines[-2].startswith("</")
    assert [lines[at - 1][:2] for at, line in enumerate(lines[:-1]) if not line] == ["</", "</"]
    assert all(line.startswith(("<", "  <")) for line in lines if line)


def test_all_dialects_are_compiled_in_their_fixed_order():
    assert [found.dialect for found in compile_all(sample_staging())] == ["scene", "general_tags"]


def test_an_unknown_dialect_is_refused_with_the_ones_there_are():
    with pytest.raises(RefusedError, match=r"dialect is 'haiku', but it must be one of scene, general_tags"):
        compile_shot(sample_staging(), "haiku")


@pytest.mark.parametrize(
    ("x", "word"),
    [
        ("0", "left"), ("0.199", "left"), ("0.2", "center_left"), ("0.399", "center_left"), ("0.4", "center"),
        ("0.6", "center"), ("0.601", "center_right"), ("0.799", "center_right"), ("0.8", "right"), ("1", "right"),
    ],
)  # fmt: skip
def test_the_position_word_changes_exactly_at_its_boundary(x, word):
    assert position_words(Decimal(x), Decimal(1)) == (word,)


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ("0.599", ("center", "background")), ("0.6", ("center",)), ("1.25", ("center",)),
        ("1.251", ("center", "foreground")), ("4", ("center", "foreground")), ("0.1", ("center", "background")),
    ],
)  # fmt: skip
def test_the_depth_word_changes_exactly_at_its_boundary(scale, words):
    assert position_words(Decimal("0.5"), Decimal(scale)) == words


def test_the_scene_dialect_keeps_the_numbers_of_a_position_and_drops_needless_zeros():
    staging = replace(staged(character()), shot=shot(member(x="0.250", y="1.000", scale="2")))
    staging = replace(staging, performers=(replace(staging.performers[0], member=staging.shot.cast[0]),))
    assert element(staging, "scene", "character_1/position") == "x:0.25, y:1.0"
    assert element(staging, "general_tags", "character_1/position") == "center_left, foreground"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_parentheses_are_escaped_in_tags_and_names(dialect):
    miku = character(prompt_name="miku_(vocaloid)", appearance=d.Appearance(hair=("bob_(hair)", ":)")))
    assert element(staged(miku), dialect, "character_1/n") == "miku_\\(vocaloid\\)"
    assert element(staged(miku), dialect, "character_1/appearance") == "bob_\\(hair\\), :\\)"


def test_a_name_for_the_model_is_made_from_the_slug_when_none_is_given():
    assert element(staged(character("old-man-2")), "scene", "character_1/n") == "old_man_2"


@pytest.mark.parametrize(
    ("gender", "one", "many"), [("1girl", "1girl", "girls"), ("1boy", "1boy", "boys"), ("1other", "1other", "others")]
)
def test_counts_are_derived_from_one_to_eight_of_each_gender(gender, one, many):
    counted = [count_tags([gender] * number) for number in range(1, 9)]
    assert counted == [(one,), *((f"{n}{many}",) for n in range(2, 6)), *[(f"6+{many}",)] * 3]


def test_counts_of_several_genders_stand_in_a_fixed_order():
    assert count_tags(["1other", "1boy", "1girl", "1boy"]) == ("1girl", "2boys", "1other")
    assert count_tags([]) == ()


@pytest.mark.parametrize("number", range(1, 9))
def test_a_cast_of_one_to_eight_compiles_in_its_order_to_valid_prompts(number):
    slugs = [f"extra-{n}" for n in range(number, 0, -1)]
    for compiled in compile_all(staged(*map(character, slugs))):
        report = check_prompt(compiled.text.encode())
        assert report.ok
        assert [block.get("n") for block in report.prompt.characters] == [slug.replace("-", "_") for slug in slugs]


def test_a_look_replaces_only_the_slots_it_names_and_clears_an_empty_one():
    body = d.Appearance(hair=("blue_hair",), clothing=("red_school_uniform",), accessories=("round_glasses",))
    summer = d.LookDocument("summer", "Summer", (("clothing", ("white_dress", "hat")), ("accessories", ())))
    assert element(dressed(summer, body), "scene", "character_1/appearance") == "blue_hair, white_dress, hat"
    assert element(dressed(summer, body), "general_tags", "character_1/appearance") == "blue_hair"
    assert element(dressed(summer, body), "general_tags", "character_1/clothing") == "white_dress, hat"


def test_an_element_that_a_look_empties_is_left_out():
    bare = d.LookDocument("bare", "Bare", (("hair", ()),))
    for dialect in DIALECTS:
        assert "appearance" not in compile_shot(dressed(bare, d.Appearance(hair=("blue_hair",))), dialect).text


def test_an_expression_follows_the_pose_in_scene_and_has_its_own_element_in_general_tags():
    face = d.ExpressionDocument("shy", "Shy", ("blush", "looking_away"))
    miku = character(expressions=(face,))
    cast = member(expression="shy", pose=("standing",))
    staging = replace(staged(miku), shot=shot(cast))
    staging = replace(staging, performers=(replace(staging.performers[0], member=cast),))
    assert element(staging, "scene", "character_1/pose") == "standing, blush, looking_away"
    assert element(staging, "general_tags", "character_1/expression") == "blush, looking_away"
    assert element(staging, "general_tags", "character_1/action") == "standing"


def test_a_shot_without_a_scene_says_nothing_of_a_place():
    assert "<scene>" not in compile_shot(staged(character()), "scene").text
    text = compile_shot(staged(character()), "general_tags").text
    assert text.endswith("<general_tags>\n  <count>1girl</count>\n</general_tags>\n")


def test_every_slot_of_a_scene_reaches_both_dialects():
    place = d.SceneDocument("park", "Park", ("tree",), ("grass",), ("dusk",), ("calm",))
    staging = staged(character(), scene=place)
    assert element(staging, "scene", "scene/background") == "tree, grass"
    assert element(staging, "scene", "scene/lighting") == "dusk, calm"
    found = parse_prompt(compile_shot(staging, "general_tags").text.encode()).block("general_tags")
    assert [item.name for item in found.elements] == ["count", "background", "environment", "atmosphere", "lighting"]


def everything():
    """Return a staging of two that uses every part of a shot that reaches a prompt."""
    asleep = d.ExpressionDocument("asleep", "Asleep", ("smile",), (("eyes", ("closed_eyes",)),))
    look = d.LookDocument("school", "School", (("clothing", ("uniform",)),))
    miku = character(
        appearance=d.Appearance(("blue_hair",), ("teal_eyes",)),
        looks=(look, d.LookDocument("rain", "Rain", (("accessories", ("hood",)),), "school")),
        expressions=(asleep,),
    )
    cast = (
        member("miku", look="rain", expression="asleep", pose=("arms_up", "standing"), preset=d.Reference("waving")),
        member("len", x="0.3"),
    )
    document = shot(
        *cast,
        size="medium",
        angle="low",
        negative=("extra_digits", "lowres"),
        props=(d.PropUse(d.Reference("umbrella"), 1), d.PropUse(d.Reference("bench")), d.PropUse(d.Reference("cup"))),
        interactions=(
            d.Interaction(1, 2, ("holding_hands", "a_(b)")), d.Interaction(2, 1, ("hug",)), d.Interaction(1, 2, ("wink",)),
        ),
        action="She falls asleep.",
        dialogue=(d.Line(1, "Good night."),),
        duration=d.Duration(3, 2),
    )  # fmt: skip
    preset = d.PoseDocument("waving", "Waving", ("standing", "waving"))
    style = d.StyleDocument("soft", "Soft", ("watercolor",), ("someone",), ("masterpiece",), ("lowres", "text"))
    props = tuple(d.PropDocument(name, name, (name,)) for name in ("umbrella", "bench", "cup"))
    performers = (Performer(cast[0], miku, preset), Performer(cast[1], character("len", gender="1boy")))
    return Staging(document, performers, d.SceneDocument("park", "Park", ("tree",), lighting=("dusk",)), style, props)


def test_everything_that_a_shot_says_reaches_general_tags_in_its_place():
    compiled = compile_shot(everything(), "general_tags")
    assert (
        compiled.text
        == """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, closed_eyes</appearance>
  <clothing>uniform, hood</clothing>
  <expression>smile</expression>
  <action>standing, waving, arms_up, umbrella</action>
  <interaction>holding_hands, a_\\(b\\), $character_2$, wink, $character_2$</interaction>
  <position>center</position>
</character_1>

<character_2>
  <n>len</n>
  <gender>1boy</gender>
  <appearance>blue_hair</appearance>
  <interaction>hug, $character_1$</interaction>
  <position>center_left</position>
</character_2>

<general_tags>
  <count>1girl, 1boy</count>
  <artists>someone</artists>
  <style>watercolor</style>
  <background>tree</background>
  <perspective>upper_body, from_below</perspective>
  <lighting>dusk</lighting>
  <quality>masterpiece</quality>
  <objects>bench, cup</objects>
</general_tags>
"""
    )
    assert compiled.negative == "<danbooru_tags>lowres, text, extra_digits</danbooru_tags>\n"
    assert check_prompt(compiled.text.encode()).problems == ()


def test_everything_that_a_shot_says_reaches_scene_in_its_place():
    compiled = compile_shot(everything(), "scene")
    assert (
        compiled.text
        == """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, closed_eyes, uniform, hood</appearance>
  <pose>standing, waving, arms_up, smile, umbrella</pose>
  <interaction>holding_hands, a_\\(b\\), $character_2$, wink, $character_2$</interaction>
  <position>x:0.5, y:0.7</position>
</character_1>

<character_2>
  <n>len</n>
  <gender>1boy</gender>
  <appearance>blue_hair</appearance>
  <interaction>hug, $character_1$</interaction>
  <position>x:0.3, y:0.7</position>
</character_2>

<scene>
  <background>tree</background>
  <lighting>dusk</lighting>
  <perspective>upper_body, from_below</perspective>
  <style>someone, watercolor</style>
  <quality>masterpiece</quality>
  <objects>bench, cup</objects>
</scene>
"""
    )
    assert compiled.negative == "<danbooru_tags>lowres, text, extra_digits</danbooru_tags>\n"
    assert check_prompt(compiled.text.encode()).problems == ()


def test_a_tag_that_two_slots_share_reaches_an_element_once():
    twice = staged(character(appearance=d.Appearance(face=("blush",), body=("blush", "slim"))))
    assert element(twice, "scene", "character_1/appearance") == "blush, slim"


def test_props_that_do_not_go_with_the_shot_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="zip"):
        compile_shot(replace(everything(), props=everything().props[:1]), "scene")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_shall_not_be_seen_is_a_prompt_of_its_own(dialect):
    staging = replace(staged(character()), shot=shot(negative=("lowres", "bad_hands_(anatomy)")))
    compiled = compile_shot(staging, dialect)
    assert compiled.negative == "<danbooru_tags>lowres, bad_hands_\\(anatomy\\)</danbooru_tags>\n"
    assert "lowres" not in compiled.text
    assert check_prompt(compiled.negative.encode()).ok


def run_elsewhere(python, seed):
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [python, "-c", COMPILE_SAMPLE, str(SAKURA)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("seed", ["0", "1", "2", "3"])
def test_every_hash_seed_compiles_to_the_same_bytes(seed):
    done = run_elsewhere(sys.executable, seed)
    assert done.stdout == golden("prompt.scene.xml") + golden("prompt.general_tags.xml"), done.stderr.decode()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_compiles_to_the_same_bytes(version):
    python = which(f"python{version}")
    if python is None:
        pytest.skip(f"there is no Python {version}")
    done = run_elsewhere(python, "0")
    if done.returncode and (b"ModuleNotFoundError" in done.stderr or b"command not found" in done.stderr):
        pytest.skip(f"Python {version} lacks the libraries")
    assert done.stdout == golden("prompt.scene.xml") + golden("prompt.general_tags.xml"), done.stderr.decode()


@settings(max_examples=40)
@given(stagings())
def test_no_value_becomes_markup_and_every_compiled_prompt_is_a_valid_one(staging):
    if validate(staging.shot) or validate_staging(staging):
        raise AssertionError("the strategy draws valid shots only")
    for compiled in compile_all(staging):
        report = check_prompt(compiled.text.encode())
        assert report.ok, report.problems
        assert [block.name for block in report.prompt.characters] == [
            f"character_{number}" for number in range(1, len(staging.performers) + 1)
        ]
        for block, performer in zip(report.prompt.characters, staging.performers, strict=True):
            shown = performer.appearance.tags("hair", "eyes", "face", "body")
            escaped = tuple(tag.replace("(", "\\(").replace(")", "\\)") for tag in dict.fromkeys(shown))
            assert block.tags("appearance")[: len(escaped)] == escaped
        assert "&" not in compiled.text
        assert compile_shot(staging, compiled.dialect) == compiled
