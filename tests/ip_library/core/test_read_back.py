"""A prompt can be read back: nothing that a dialect carries is lost on the way, and nothing goes silently."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core.compile import compile_shot
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.plain import slug_of
from ip_library.core.prompt import DIALECTS, Block, Element, Prompt
from ip_library.core.read_back import carried, read_prompt, read_staging
from ip_library.core.text import slug_problems
from ip_library.core.validate import validate, validate_staging
from ip_library.core.vocabulary import Vocabulary, read_csv
from ip_library.core.xml import parse_prompt, prompt_of, prompt_tree
from tests.data.documents import LAWS, golden, member, sample, sample_staging, shot, stagings

STARTER, _ = read_csv((Path(__file__).parents[3] / "fixtures" / "vocabulary.csv").read_text(encoding="utf-8"))
VOCABULARIES = [None, STARTER]


def compiled(staging, dialect):
    found = compile_shot(staging, dialect)
    return found.text, found.negative


def read(staging, dialect, vocabulary):
    text, negative = compiled(staging, dialect)
    excluded = parse_prompt(negative.encode()) if negative else None
    found = read_prompt(parse_prompt(text.encode()), vocabulary=vocabulary, negative=excluded)
    assert found.problems == ()
    return found.staging


WORDS = {}
for entry in STARTER.entries:
    if "*" not in entry.tag:
        WORDS.setdefault(entry.slot, []).append(entry.tag)


@st.composite
def known_words(draw):
    """Draw a staging whose tags the vocabulary knows, not always in the slot where it has them."""
    found = draw(stagings())

    def of(*slots):
        words = [tag for slot in slots for tag in WORDS[slot]]
        return tuple(draw(st.lists(st.sampled_from(words), max_size=3, unique=True)))

    def figure(performer):
        appearance = d.Appearance(*(of(slot, draw(st.sampled_from(d.SLOTS))) for slot in d.SLOTS))
        pose = of("pose", "expression", "objects", "camera")
        return Performer(
            replace(performer.member, pose=pose), replace(performer.character, appearance=appearance), performer.preset
        )

    performers = tuple(map(figure, found.performers))
    scene = d.SceneDocument("a", "A", *(of("background", "lighting", slot) for slot in d.SCENE_SLOTS))
    props = tuple(replace(prop, tags=of("objects", "pose")) for prop in found.props)
    cast = tuple(performer.member for performer in performers)
    return replace(found, shot=replace(found.shot, cast=cast), performers=performers, scene=scene, props=props)


@LAWS
@given(stagings() | known_words(), st.sampled_from(VOCABULARIES))
def test_a_prompt_read_back_compiles_to_the_same_bytes_and_what_a_dialect_carries_comes_back_equal(staging, vocabulary):
    for dialect in DIALECTS:
        once = compiled(staging, dialect)
        assert compiled(read(staging, dialect, vocabulary), dialect) == once
        kept = carried(staging, dialect, vocabulary=vocabulary)
        assert compiled(kept, dialect) == once
        assert read(kept, dialect, vocabulary) == kept
        assert carried(kept, dialect, vocabulary=vocabulary) == kept


@pytest.mark.parametrize("dialect", DIALECTS)
def test_with_the_vocabulary_the_samples_slots_come_back(dialect):
    before, after = sample_staging(), read(sample_staging(), dialect, STARTER)
    for one, two in zip(before.performers, after.performers, strict=True):
        assert two.appearance == one.appearance
        assert (two.pose, two.expression) == (one.pose, one.expression)
        assert two.character.gender == one.character.gender
    place, read_place = before.scene, after.scene
    assert [getattr(read_place, slot) for slot in d.SCENE_SLOTS] == [getattr(place, slot) for slot in d.SCENE_SLOTS]
    assert validate_staging(after) == []
    for document in (after.shot, after.scene, *(performer.character for performer in after.performers)):
        assert validate(document) == []


def test_without_a_vocabulary_tags_stay_together_in_the_first_slot_of_their_element():
    after = read(sample_staging(), "scene", None)
    assert after.performers[0].appearance.hair == sample_staging().performers[0].appearance.tags()
    assert after.performers[0].appearance.tags("eyes", "clothing") == ()
    assert after.performers[0].expression == ()


def test_a_slot_never_comes_before_the_slot_of_the_tag_before_it():
    text = "<character_1><n>a</n><gender>1girl</gender><appearance>blue_hair, zzz, teal_eyes, short_hair</appearance>"
    prompt = parse_prompt(f"{text}<pose>standing</pose></character_1>".encode())
    found = read_staging(prompt, vocabulary=STARTER).performers[0].appearance
    assert (found.hair, found.eyes) == (("blue_hair", "zzz"), ("teal_eyes", "short_hair"))


def full():
    """Return a staging that uses all that a prompt can carry."""
    miku, rin = sample("character.miku"), sample("character.len")
    cast = (member("miku", expression="gentle", pose=("standing",)), member("len", x="0.3", scale="1.5"))
    document = shot(
        *cast,
        size="medium",
        angle="low",
        negative=("lowres",),
        props=(d.PropUse(d.Reference("bench")), d.PropUse(d.Reference("umbrella"), 2)),
        interactions=(d.Interaction(1, 2, ("holding_hands",)), d.Interaction(2, 1, ("hug",))),
    )
    props = (d.PropDocument("bench", "Bench", ("bench",)), d.PropDocument("umbrella", "U", ("umbrella",)))
    style = d.StyleDocument(
        "soft", "Soft", ("watercolor_\\(medium\\)".replace("\\", ""),), ("someone",), ("masterpiece",)
    )
    return Staging(document, tuple(map(Performer, cast, (miku, rin))), sample("scene.cherry-blossom"), style, props)


def test_general_tags_carries_camera_style_props_and_interactions():
    found = read(full(), "general_tags", STARTER)
    assert (found.shot.size, found.shot.angle) == ("medium", "low")
    assert found.shot.interactions == full().shot.interactions
    assert [(use.prop.asset, use.member) for use in found.shot.props] == [("bench", 0), ("umbrella", 2)]
    assert [prop.tags for prop in found.props] == [("bench",), ("umbrella",)]
    assert (found.style.style, found.style.artists) == (("watercolor_(medium)",), ("someone",))
    assert found.shot.negative == ("lowres",)
    assert found.performers[1].member.position.scale == Decimal("1.5")


def test_scene_carries_exact_positions_and_joins_artists_with_style():
    found = read(full(), "scene", STARTER)
    assert found.performers[1].member.position == d.Position(Decimal("0.3"), Decimal("0.7"))
    assert (found.style.style, found.style.artists) == (("someone", "watercolor_(medium)"), ())
    assert found.performers[0].expression == ("slight_smile",)


def test_a_character_is_called_what_the_model_calls_it():
    block = Block("character_1", (Element("n", "hatsune_miku_\\(vocaloid\\)"), Element("gender", "1girl")))
    twin = replace(block, name="character_2")
    found = read_staging(Prompt("scene", (block, twin)))
    one, two = (performer.character for performer in found.performers)
    assert (one.slug, one.name, one.prompt_name) == (
        "hatsune-miku-vocaloid", "hatsune_miku_(vocaloid)", "hatsune_miku_(vocaloid)",
    )  # fmt: skip
    assert (two.slug, two.name_in_prompt) == ("hatsune-miku-vocaloid-2", "hatsune_miku_(vocaloid)")
    assert [item.member.position.x for item in found.performers] == [Decimal("0.25"), Decimal("0.75")]


GENERAL = golden("prompt.general_tags.xml").decode()


@pytest.mark.parametrize(
    ("old", "new", "field", "kept"),
    [
        ("</general_tags>\n", "<other>petals</other></general_tags>\n", "general_tags/other", "petals"),
        ("</general_tags>\n", "</general_tags>\n<caption>Two stand.</caption>", "caption", "Two stand."),
        ("<count>1girl, 1boy", "<count>2girls", "general_tags/count", "2girls"),
        ("<n>miku<", "<n>miku, vocaloid<", "character_1/n", "vocaloid"),
        ("<gender>1girl", "<gender>girl", "character_1/gender", "girl"),
        ("</general_tags>", "<perspective>fisheye, from_below</perspective></general_tags>", "general_tags/perspective", "fisheye"),
        ("</action>", "</action><interaction>a, $character_7$</interaction>", "character_1/interaction", "a, $character_7$"),
        ("</action>", "</action><interaction>a, $character_1$</interaction>", "character_1/interaction", "a, $character_1$"),
        ("</action>", "</action><mood>calm</mood>", "character_1/mood", "calm"),
    ],
)  # fmt: skip
def test_what_no_document_holds_is_said_and_kept_in_the_notes(old, new, field, kept):
    text = GENERAL.replace(old, new, 1)
    assert text != GENERAL
    found = read_prompt(prompt_of(prompt_tree(text.encode()), "general_tags"), vocabulary=STARTER)
    assert [
        (problem.code, problem.field, problem.severity) for problem in found.problems if problem.field == field
    ] == [("read.kept", field, "warning")]
    assert f"{field}: {kept}" in found.staging.shot.notes


def test_an_interaction_that_names_nobody_is_with_the_other_of_two_and_says_so():
    text = GENERAL.replace("</action>", "</action><interaction>holding_hands</interaction>", 1)
    found = read_prompt(parse_prompt(text.encode()), vocabulary=STARTER)
    assert found.staging.shot.interactions == (d.Interaction(1, 2, ("holding_hands",)),)
    assert [problem.code for problem in found.problems] == ["read.partner"]


@given(st.text(max_size=80))
def test_any_name_makes_a_slug(name):
    assert slug_problems("slug", slug_of(name)) == []


def test_an_empty_vocabulary_is_a_vocabulary():
    assert read(full(), "scene", Vocabulary()) == read(full(), "scene", None)
