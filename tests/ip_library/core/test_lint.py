"""What is worth a look but forbids nothing."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.lint import is_sentence, lint, lint_staging
from ip_library.core.problems import errors_of
from ip_library.core.vocabulary import read_csv
from tests.data.documents import SAMPLE, character, documents, member, sample, sample_staging, shot, stagings

SENTENCE = "she wears a hat"
STARTER, _ = read_csv((Path(__file__).parents[3] / "fixtures" / "vocabulary.csv").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SAMPLE)
def test_the_sample_gives_no_warning(name):
    assert lint(sample(name)) == []


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("blue_hair", False), ("a b c", False), ("a b c d", True), ("She smiles.", True), ("dr.", True), ("no.1", False)],
)
def test_a_sentence_has_four_words_or_a_full_stop_at_its_end(tag, expected):
    assert is_sentence(tag) is expected


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (character(appearance=d.Appearance(body=(SENTENCE,))), "body"),
        (character(looks=(d.LookDocument("l", "L", (("hair", (SENTENCE,)),)),)), "looks/l/hair"),
        (character(expressions=(d.ExpressionDocument("e", "E", (SENTENCE,)),)), "expressions/e/tags"),
        (d.SceneDocument("park", "Park", ("tree",), atmosphere=(SENTENCE,)), "atmosphere"),
        (shot(member(), member(x="0.1", pose=(SENTENCE,))), "cast/2/pose"),
        (shot(negative=(SENTENCE,)), "negative"),
    ],
)
def test_a_sentence_among_the_tags_is_a_warning_wherever_it_stands(document, field):
    (found,) = lint(document)
    assert (found.code, found.severity, found.field) == ("tag.sentence", "warning", field)
    assert SENTENCE in found.message
    assert errors_of([found]) == []


# ------------------------------------------------------------------------------------------------ with a vocabulary


def dress(**slots):
    return character(appearance=d.Appearance(**slots))


def findings(document, vocabulary=STARTER):
    found = lint(document, vocabulary=vocabulary)
    assert errors_of(found) == []
    return [(problem.code, problem.field, problem.fix) for problem in found]


@pytest.mark.parametrize("name", SAMPLE)
def test_the_sample_gives_no_warning_with_the_starter_vocabulary(name):
    assert lint(sample(name), vocabulary=STARTER) == []


def test_the_samples_shot_and_its_sheets_together_give_no_warning():
    assert lint_staging(sample_staging(), vocabulary=STARTER) == []
    assert lint_staging(sample_staging()) == []


@pytest.mark.parametrize(
    ("document", "finding"),
    [
        (
            shot(member(pose=("looks like she just ran",))),
            ("tag.sentence", "cast/1/pose", "blush, sweat_drops, heavy_breathing"),
        ),
        (
            character(expressions=(d.ExpressionDocument("e", "E", ("looks like she just ran",)),)),
            ("tag.sentence", "expressions/e/tags", "blush, sweat_drops, heavy_breathing"),
        ),
        (shot(member(pose=("a thing of no name",))), ("tag.sentence", "cast/1/pose", "")),
        (shot(member(pose=("just ran",))), ("tag.unknown", "cast/1/pose", "blush, sweat_drops, heavy_breathing")),
        (dress(hair=("twintals",)), ("tag.unknown", "hair", "twintails")),
        (dress(hair=("bleu_hair",)), ("tag.unknown", "hair", "blue_hair")),
        (dress(hair=("zzqzzq",)), ("tag.unknown", "hair", "")),
        (dress(hair=("gray hair",)), ("tag.alias", "hair", "grey_hair")),
        (dress(hair=("pigtails",)), ("tag.alias", "hair", "twintails")),
        (shot(negative=("bad hands",)), ("tag.alias", "negative", "bad_hands")),
        (dress(clothing=("round_glasses",)), ("tag.slot", "clothing", "accessories")),
        (dress(eyes=("blue_hair",)), ("tag.slot", "eyes", "hair")),
        (shot(member(pose=("red_dress",))), ("tag.slot", "cast/1/pose", "clothing")),
        (d.SceneDocument("a", "A", lighting=("classroom",)), ("tag.slot", "lighting", "background")),
        (
            character(looks=(d.LookDocument("l", "L", (("hair", ("red_skirt",)),)),)),
            ("tag.slot", "looks/l/hair", "clothing"),
        ),
        (dress(hair=("short_hair", "long_hair")), ("tag.contradiction", "hair", "")),
        (dress(hair=("blue_hair", "red_hair")), ("tag.contradiction", "hair", "")),
        (shot(member(pose=("standing", "sitting"))), ("tag.contradiction", "cast/1/pose", "")),
        (d.SceneDocument("a", "A", ("outdoors",), ("indoors",)), ("tag.contradiction", "environment", "")),
    ],
)  # fmt: skip
def test_a_tag_that_the_vocabulary_knows_better_is_a_warning_with_its_fix(document, finding):
    assert findings(document) == [finding]


def test_a_sentence_says_its_split_and_an_unknown_tag_what_is_near():
    (sentence,) = lint(shot(member(pose=("looks like she just ran",))), vocabulary=STARTER)
    assert sentence.message.endswith("; write blush, sweat_drops, heavy_breathing")
    (unknown,) = lint(dress(hair=("twintals",)), vocabulary=STARTER)
    assert unknown.message == "'twintals' is not in the vocabulary; near: twintails, low_twintails, long_twintails"


def test_what_may_be_excluded_is_not_bound_to_a_slot():
    assert findings(shot(negative=("short_hair", "long_hair", "classroom", "bad_anatomy"))) == []


# ------------------------------------------------------------------------------------------------ tags among others


def test_a_tag_in_two_slots_is_a_duplicate_with_or_without_a_vocabulary():
    document = dress(face=("blush",), body=("blush",))
    assert [(p.code, p.field) for p in lint(document)] == [("tag.duplicate", "body")]
    assert ("tag.duplicate", "body", "") in findings(document)


def test_two_spellings_of_one_tag_are_a_duplicate():
    found = lint(dress(hair=("twintails", "pigtails")), vocabulary=STARTER)
    assert [problem.code for problem in found] == ["tag.alias", "tag.duplicate"]
    assert found[1].message == "'pigtails' says what 'twintails' says; keep one of them"
    assert lint(dress(hair=("twintails", "pigtails"))) == []


def test_a_look_is_judged_with_what_it_inherits_but_not_for_what_it_replaces():
    base = d.Appearance(hair=("long_hair",), clothing=("shoes",), accessories=("hat",))
    bare = d.LookDocument("bare", "B", (("clothing", ("barefoot",)),))
    bald = d.LookDocument("cut", "C", (("body", ("bald",)), ("accessories", ())))
    found = lint(character(appearance=base, looks=(bare, bald)), vocabulary=STARTER)
    assert [(p.code, p.field) for p in found] == [
        ("tag.slot", "looks/cut/body"),
        ("tag.contradiction", "looks/cut/body"),
    ]
    assert "contradicts 'long_hair' in hair" in found[1].message


def test_what_the_base_contradicts_is_said_once_however_many_looks_there_are():
    looks = tuple(d.LookDocument(f"l{n}", "L", (("clothing", ("coat",)),)) for n in range(5))
    document = character(appearance=d.Appearance(hair=("short_hair", "long_hair")), looks=looks)
    assert [(p.code, p.field) for p in lint(document, vocabulary=STARTER)] == [("tag.contradiction", "hair")]


def test_an_expression_is_judged_with_the_appearance():
    document = character(
        appearance=d.Appearance(eyes=("wide-eyed",), face=("blush",)),
        expressions=(d.ExpressionDocument("e", "E", ("closed_eyes", "blush")),),
    )
    assert findings(document) == [
        ("tag.duplicate", "expressions/e/tags", ""),
        ("tag.contradiction", "expressions/e/tags", ""),
    ]


def staging(pose=(), negative=(), scene=None, look="", **slots):
    who = character(
        appearance=d.Appearance(**slots),
        looks=(d.LookDocument("bare", "B", (("clothing", ("barefoot",)),)),),
        expressions=(d.ExpressionDocument("e", "E", ("closed_eyes",)),),
    )
    cast = member(pose=pose, look=look, expression="e")
    return Staging(shot(cast, negative=negative), (Performer(cast, who),), scene)


@pytest.mark.parametrize(
    ("given", "code", "field", "said"),
    [
        (staging(("looking_at_viewer",)), "tag.contradiction", "cast/1/pose", "'closed_eyes' in cast/1/expression"),
        (staging(("wide-eyed",)), "tag.contradiction", "cast/1/pose", "'closed_eyes' in cast/1/expression"),
        (staging(("blush",), face=("blush",)), "tag.duplicate", "cast/1/pose", "in cast/1/character/face already"),
        (staging(("shoes",), look="bare"), "tag.contradiction", "cast/1/pose", "'barefoot' in cast/1/look/clothing"),
        (staging(("portrait",), clothing=("red_shoes",)), "size.part", "cast/1/pose", "'red_shoes' (cast/1/character/"),
        (staging(("close-up",), clothing=("skirt",)), "size.part", "cast/1/pose", "does not show 'skirt'"),
        (
            staging(("tiptoes",), scene=d.SceneDocument("a", "A", ("upper_body",))),
            "size.part",
            "scene/background",
            "does not show 'tiptoes' (cast/1/pose)",
        ),
        (staging(negative=("hat",), accessories=("hat",)), "tag.negated", "negative", "in cast/1/character/accessories"),
        (staging(negative=("closed_eyes",)), "tag.negated", "negative", "in cast/1/expression"),
    ],
)  # fmt: skip
def test_a_pose_is_judged_with_character_look_expression_and_scene(given, code, field, said):
    (found,) = lint_staging(given, vocabulary=STARTER)
    assert (found.code, found.severity, found.field) == (code, "warning", field)
    assert said in found.message


@pytest.mark.parametrize(
    "given",
    [
        staging(("standing",), clothing=("shoes",)),
        staging(("full_body",), clothing=("shoes",)),
        staging(("cowboy_shot",), clothing=("skirt",)),
        staging(("portrait",), clothing=("shirt",), accessories=("glasses",)),
        staging(("wide_shot",), look="bare", clothing=("shoes",)),
        staging(("standing", "sitting")),  # the shot's own lint says it
        staging(eyes=("wide-eyed",)),  # the character's own lint says it
    ],
)
def test_what_agrees_or_is_said_elsewhere_gives_no_finding(given):
    assert lint_staging(given, vocabulary=STARTER) == []


def test_a_size_against_a_part_needs_no_vocabulary():
    assert [p.code for p in lint_staging(staging(("portrait",), clothing=("mary_janes",)))] == ["size.part"]
    assert [p.code for p in lint(shot(member(pose=("close-up", "tiptoes"))))] == ["size.part"]


def test_asking_for_what_is_excluded_is_a_warning_in_any_spelling():
    found = lint(shot(member(pose=("standing",)), negative=("stand",)), vocabulary=STARTER)
    assert [(p.code, p.field) for p in found] == [("tag.alias", "negative"), ("tag.negated", "negative")]


# ------------------------------------------------------------------------------------- presets, camera and style


def pose(*tags):
    return d.PoseDocument("p", "P", tags)


@pytest.mark.parametrize(
    ("document", "finding"),
    [
        (pose("standing", "sitting"), ("tag.contradiction", "tags", "")),
        (pose("red_dress"), ("tag.slot", "tags", "clothing")),
        (d.PropDocument("p", "P", ("blue_hair",)), ("tag.slot", "tags", "hair")),
        (d.PropDocument("p", "P", ("umbrela",)), ("tag.unknown", "tags", "umbrella")),
        (d.StyleDocument("s", "S", ("blue_hair",)), ("tag.slot", "style", "hair")),
        (d.StyleDocument("s", "S", ("monochrome",), negative=("monochrome",)), ("tag.negated", "negative", "")),
        (
            shot(member(), member(x="0.1"), interactions=(d.Interaction(1, 2, ("blue_hair",)),)),
            ("tag.slot", "interactions/1", "hair"),
        ),
        (shot(member(pose=("upper_body",)), size="medium"), ("tag.duplicate", "cast/1/pose", "")),
        (shot(member(pose=("facing_front",)), angle="behind"), ("tag.contradiction", "cast/1/pose", "")),
        (shot(member(pose=("tiptoes",)), size="close"), ("size.part", "size", "")),
        (shot(negative=("portrait",), size="medium-close"), ("tag.negated", "negative", "")),
        (
            character(
                appearance=d.Appearance(face=("blush",)),
                expressions=(d.ExpressionDocument("e", "E", (), (("eyes", ("blue_hair",)),)),),
            ),
            ("tag.slot", "expressions/e/eyes", "hair"),
        ),
    ],
)  # fmt: skip
def test_poses_props_styles_and_the_camera_are_looked_at_too(document, finding):
    assert findings(document) == [finding]


def test_an_artist_is_in_no_vocabulary_and_need_not_be():
    assert findings(d.StyleDocument("s", "S", artists=("somebody_of_that_name",))) == []


def test_a_shot_size_cuts_figures_on_purpose():
    assert lint(shot(member(y="0.4", scale="2"), size="close")) == []
    assert [p.code for p in lint(shot(member(y="0.4", scale="2")))] == ["position.frame"]


def test_a_look_is_judged_with_the_look_that_it_builds_on():
    base = d.LookDocument("a", "A", (("clothing", ("barefoot",)),))
    document = character(looks=(base, d.LookDocument("b", "B", (("accessories", ("shoes",)),), "a")))
    found = [(p.code, p.field) for p in lint(document, vocabulary=STARTER)]
    assert ("tag.contradiction", "looks/b/accessories") in found


def with_preset(*tags, **values):
    given = staging(**values)
    return replace(given, performers=(replace(given.performers[0], preset=pose(*tags)),))


@pytest.mark.parametrize(
    ("given", "code", "field", "said"),
    [
        (with_preset("standing", pose=("sitting",)), "tag.contradiction", "cast/1/pose", "'standing' in cast/1/preset"),
        (with_preset("wide-eyed"), "tag.contradiction", "cast/1/preset", "'closed_eyes' in cast/1/expression"),
        (with_preset("standing", negative=("standing",)), "tag.negated", "negative", "in cast/1/preset"),
        (
            replace(staging(accessories=("hat",)), style=d.StyleDocument("s", "S", negative=("hat",))),
            "tag.negated", "style", "in cast/1/character/accessories",
        ),
    ],
)  # fmt: skip
def test_a_preset_and_a_style_are_judged_with_the_shot(given, code, field, said):
    (found,) = lint_staging(given, vocabulary=STARTER)
    assert (found.code, found.field) == (code, field)
    assert said in found.message


def test_what_a_preset_says_against_itself_is_said_where_it_is_kept():
    assert lint_staging(with_preset("standing", "sitting"), vocabulary=STARTER) == []


def test_the_camera_is_judged_with_what_the_characters_wear():
    given = staging(clothing=("red_shoes",))
    given = replace(given, shot=replace(given.shot, size="close"))
    assert [(p.code, p.field) for p in lint_staging(given, vocabulary=STARTER)] == [("size.part", "size")]


# ------------------------------------------------------------------------------------------------ in general


@given(documents)
def test_any_document_can_be_linted_and_every_finding_is_a_warning_with_its_field(document):
    found = [*lint(document, vocabulary=STARTER), *lint(document)]
    assert all(problem.severity == "warning" and problem.field and problem.message for problem in found)


@given(stagings())
def test_any_staging_can_be_linted(given_staging):
    assert errors_of(lint_staging(given_staging, vocabulary=STARTER)) == []


@given(st.lists(st.sampled_from(["short_hair", "gray hair", "smil", "twintails", "she is here now"]), unique=True))
def test_linting_without_a_vocabulary_says_no_more_than_with_one(tags):
    document = dress(hair=tuple(tags), body=("blush",), face=("blush",))
    with_one = {(p.code, p.field) for p in lint(document, vocabulary=STARTER)}
    assert {(p.code, p.field) for p in lint(document)} <= with_one


def test_the_sample_shot_and_its_sheets_are_linted_in_under_a_millisecond():
    everything, together = [sample(name) for name in SAMPLE], sample_staging()

    def once() -> float:
        began = time.thread_time()
        for document in everything:
            lint(document, vocabulary=STARTER)
        lint_staging(together, vocabulary=STARTER)
        return time.thread_time() - began

    assert min(once() for _ in range(200)) < 0.001
