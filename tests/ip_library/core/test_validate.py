"""What a document must keep to be committed: every rule names the field, the value and the limit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.inherit import effective
from ip_library.core.shot_codes import DEFAULT_SHOT_PATTERN
from ip_library.core.validate import position_problems, validate, validate_staging, validate_variant
from tests.data.documents import SAMPLE, character, dressed, member, sample, sample_staging, shot, staged

PARK = d.SceneDocument("park", "Park", ("tree",))
MANY = tuple(f"t{number}" for number in range(49))


def findings(document):
    """Return the findings as (code, field), all of them errors with something to say."""
    found = validate(document)
    assert all(problem.severity == "error" and problem.message for problem in found)
    return [(problem.code, problem.field) for problem in found]


def with_look(**values):
    return character(looks=(d.LookDocument(**({"slug": "l", "name": "L", "overrides": (("hair", ()),)} | values)),))


def with_expression(**values):
    return character(expressions=(d.ExpressionDocument(**({"slug": "e", "name": "E", "tags": ("t",)} | values)),))


@pytest.mark.parametrize("name", SAMPLE)
def test_the_sample_breaks_no_rule(name):
    assert validate(sample(name)) == []


def test_the_samples_looks_and_expressions_exist():
    assert validate_staging(sample_staging()) == []


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        (character(slug="Miku"), "slug.form", "slug"),
        (character(slug="con"), "slug.reserved", "slug"),
        (character(name=""), "text.empty", "name"),
        (character(name="x" * 121), "text.too_long", "name"),
        (character(name="mi\u202eku"), "text.character", "name"),
        (character(prompt_name="a<b"), "tag.character", "prompt_name"),
        (character(gender="2girls"), "gender", "gender"),
        (character(appearance=d.Appearance()), "appearance.empty", "appearance"),
        (character(appearance=d.Appearance(eyes=("a&b",))), "tag.character", "eyes"),
        (character(appearance=d.Appearance(hair=MANY)), "tags.too_many", "hair"),
        (character(notes="x" * 4001), "text.too_long", "notes"),
        (with_look(slug="A"), "slug.form", "looks/A/slug"),
        (with_look(name=""), "text.empty", "looks/l/name"),
        (with_look(overrides=()), "look.empty", "looks/l"),
        (with_look(overrides=(("hair", ("a,b",)),)), "tag.character", "looks/l/hair"),
        (with_expression(slug="A"), "slug.form", "expressions/A/slug"),
        (with_expression(name="e\u0301"), "text.form", "expressions/e/name"),
        (with_expression(tags=()), "tags.empty", "expressions/e/tags"),
        (with_expression(tags=("t", "t")), "tag.twice", "expressions/e/tags"),
        (replace(PARK, slug=""), "slug.form", "slug"),
        (replace(PARK, name="\ud800"), "text.character", "name"),
        (replace(PARK, background=()), "scene.empty", "background"),
        (replace(PARK, lighting=("x" * 65,)), "tag.too_long", "lighting"),
        (replace(PARK, notes="a\tb"), "text.character", "notes"),
        (replace(shot(), code="sh1"), "shot.code", "code"),
        (replace(shot(), title="x" * 121), "text.too_long", "title"),
        (replace(shot(), cast=()), "cast.size", "cast"),
        (shot(*[member()] * 9), "cast.size", "cast"),
        (shot(member(pose=("a", "a"))), "tag.twice", "cast/1/pose"),
        (shot(member(), member(x="1.001")), "position.range", "cast/2/position/x"),
        (shot(negative=("<",)), "tag.character", "negative"),
        (shot(notes="\u200b"), "text.character", "notes"),
        (shot(scene=d.Reference("park", "Canon!")), "reference.follow", "scene"),
        (shot(scene=d.Reference("park", "", 0)), "reference.version", "scene"),
        (shot(replace(member(), character=d.Reference("miku", "a b"))), "reference.follow", "cast/1/character"),
        (shot(replace(member(), character=d.Reference("miku", ""))), "reference.version", "cast/1/character"),
    ],
)  # fmt: skip
def test_each_rule_fires_alone_and_names_its_field(document, code, field):
    assert findings(document) == [(code, field)]


def variant(**values):
    return character(**({"base": d.Reference("base"), "appearance": d.Appearance()} | values))


def look(slug, base="", overrides=(("hair", ()),)):
    return d.LookDocument(slug, slug, overrides, base)


def face(slug, base="", tags=("t",), **values):
    return d.ExpressionDocument(slug, slug, tags, base=base, **values)


TWO = (member(), member(x="0.1"))
THIRTEEN = tuple(f"t{number}" for number in range(13))


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        (character(aliases=("",)), "text.empty", "aliases/1"),
        (character(aliases=("a", "a\nb")), "text.character", "aliases/2"),
        (character(aliases=("a", "a")), "value.twice", "aliases"),
        (character(aliases=tuple(f"a{n}" for n in range(33))), "values.too_many", "aliases"),
        (character(palette=(d.Colour("hair", "#39C5BB"),)), "colour.hex", "palette/1/hex"),
        (character(palette=(d.Colour("hair", "red"),)), "colour.hex", "palette/1/hex"),
        (character(palette=(d.Colour("hair", "#39c5bb\n"),)), "colour.hex", "palette/1/hex"),
        (character(palette=(d.Colour("", "#39c5bb"),)), "text.empty", "palette/1/name"),
        (character(palette=(d.Colour("a", "#39c5bb"), d.Colour("a", "#000000"))), "value.twice", "palette"),
        (character(palette=tuple(d.Colour(f"c{n}", "#000000") for n in range(25))), "values.too_many", "palette"),
        (character(art=(d.Art("A" * 64),)), "art.sha256", "art/1"),
        (character(art=(d.Art("a" * 63),)), "art.sha256", "art/1"),
        (character(art=(d.Art("a" * 64, "x" * 121),)), "text.too_long", "art/1/caption"),
        (character(art=(d.Art("a" * 64), d.Art("a" * 64, "b"))), "value.twice", "art"),
        (character(art=tuple(d.Art(f"{n:064x}") for n in range(33))), "values.too_many", "art"),
        (character(locked=("hair", "hat")), "slot.unknown", "locked"),
        (character(locked=("hair", "hair")), "value.twice", "locked"),
        (character(cleared=("eyes",)), "cleared.base", "cleared"),
        (variant(cleared=("hat",)), "slot.unknown", "cleared"),
        (variant(cleared=("hair",), appearance=d.Appearance(hair=("a",))), "cleared.full", "cleared"),
        (variant(base=d.Reference("miku")), "base.itself", "base"),
        (variant(base=d.Reference("base", "")), "reference.version", "base"),
        (character(looks=(look("a", "b"),)), "base.unknown", "looks/a/base"),
        (character(looks=(look("a", "a"),)), "base.circle", "looks/a/base"),
        (character(expressions=(face("a", "b"),)), "base.unknown", "expressions/a/base"),
        (character(expressions=(face("a", "a"),)), "base.circle", "expressions/a/base"),
        (character(expressions=(face("a", tags=(), overrides=(("eyes", ("<",)),)),)), "tag.character", "expressions/a/eyes"),
        (character(looks=(look("a", overrides=(("hat", ()),)),)), "slot.unknown", "looks/a"),
        (d.PoseDocument("p", "P"), "tags.empty", "tags"),
        (d.PoseDocument("P", "P", ("a",)), "slug.form", "slug"),
        (d.PropDocument("p", "", ("a",)), "text.empty", "name"),
        (d.PropDocument("p", "P", THIRTEEN), "tags.too_many", "tags"),
        (d.PropDocument("p", "P", ("a",), notes="x" * 4001), "text.too_long", "notes"),
        (d.StyleDocument("s", "S"), "style.empty", "style"),
        (d.StyleDocument("s", "S", artists=("a,b",)), "tag.character", "artists"),
        (shot(style=d.Reference("s", "")), "reference.version", "style"),
        (shot(size="huge"), "camera.term", "size"),
        (shot(angle="medium"), "camera.term", "angle"),
        (shot(member(preset=d.Reference("p", "", 0))), "reference.version", "cast/1/preset"),
        (shot(props=(d.PropUse(d.Reference("p", "A")),)), "reference.follow", "props/1"),
        (shot(props=(d.PropUse(d.Reference("p"), 2),)), "cast.number", "props/1/member"),
        (shot(props=(d.PropUse(d.Reference("p"), -1),)), "cast.number", "props/1/member"),
        (shot(props=(d.PropUse(d.Reference("p")),) * 13), "values.too_many", "props"),
        (shot(*TWO, interactions=(d.Interaction(1, 3, ("a",)),)), "cast.number", "interactions/1/partner"),
        (shot(*TWO, interactions=(d.Interaction(0, 1, ("a",)),)), "cast.number", "interactions/1/actor"),
        (shot(*TWO, interactions=(d.Interaction(2, 2, ("a",)),)), "interaction.self", "interactions/1/partner"),
        (shot(*TWO, interactions=(d.Interaction(1, 2, ()),)), "tags.empty", "interactions/1"),
        (shot(*TWO, interactions=(d.Interaction(1, 2, MANY[:17]),)), "tags.too_many", "interactions/1"),
        (shot(*TWO, interactions=(d.Interaction(1, 2, ("$character_1$",)),)), "tag.placeholder", "interactions/1"),
        (shot(*TWO, interactions=(d.Interaction(1, 2, ("a",)),) * 13), "values.too_many", "interactions"),
        (shot(action="a\tb"), "text.character", "action"),
        (shot(dialogue=(d.Line(1, ""),)), "text.empty", "dialogue/1"),
        (shot(dialogue=(d.Line(1, "x" * 1001),)), "text.too_long", "dialogue/1"),
        (shot(dialogue=(d.Line(2, "a"),)), "cast.number", "dialogue/1/speaker"),
        (shot(dialogue=(d.Line(1, "a", "Radio"),)), "dialogue.voice", "dialogue/1/voice"),
        (shot(dialogue=(d.Line(0, "a", "x" * 121),)), "text.too_long", "dialogue/1/voice"),
        (shot(dialogue=(d.Line(1, "a"),) * 33), "values.too_many", "dialogue"),
        (shot(duration=d.Duration(3600)), "duration.seconds", "duration/seconds"),
        (shot(duration=d.Duration(-1)), "duration.seconds", "duration/seconds"),
        (shot(duration=d.Duration(1, 1000)), "duration.frames", "duration/frames"),
        (shot(duration=d.Duration(1, -1)), "duration.frames", "duration/frames"),
    ],
)  # fmt: skip
def test_each_rule_of_the_newer_parts_fires_alone_and_names_its_field(document, code, field):
    assert findings(document) == [(code, field)]


@pytest.mark.parametrize(
    "document",
    [
        variant(),
        variant(looks=(look("a", "one-of-the-bases"),)),
        character(looks=(look("b", "a"), look("a"))),
        character(looks=(look("a"), look("b", "a", ()))),
        character(expressions=(face("a"), face("b", "a", ()))),
        character(expressions=(face("a", tags=(), overrides=(("eyes", ("closed_eyes",)),)),)),
        shot(scene=d.Reference("park", "canon")),
        shot(scene=d.Reference("park", "for-the-trailer")),
        shot(duration=d.Duration(0, 1)),
        shot(duration=d.Duration(3599, 23)),
        shot(dialogue=(d.Line(0, "a\nb"), d.Line(1, "a"))),
    ],
)
def test_what_looks_odd_but_is_right_is_allowed(document):
    assert validate(document, frame_rate=24) == []


def test_a_circle_of_looks_is_refused_however_long_it_is():
    looks = (look("a", "b"), look("b", "c"), look("c", "b"), look("d"))
    assert findings(character(looks=looks)) == [
        ("base.circle", "looks/a/base"), ("base.circle", "looks/b/base"), ("base.circle", "looks/c/base"),
    ]  # fmt: skip


def test_a_variant_is_checked_again_with_what_it_inherits():
    child = variant(looks=(look("a", "b"),))
    base = character("base", looks=(look("b"),))
    assert validate_variant(effective(child, base)) == []
    (found,) = validate_variant(effective(child, character("base")))
    assert (found.code, found.field) == ("base.unknown", "looks/a/base")
    (circle, _) = validate_variant(effective(child, character("base", looks=(look("b", "a"),))))
    assert circle.code == "base.circle"
    (empty,) = validate_variant(effective(variant(cleared=("hair",)), character("base")))
    assert empty.code == "appearance.empty"


def test_a_shots_character_whose_look_builds_on_nothing_is_refused():
    given = staged(character(looks=(look("a", "b"),)))
    (found,) = validate_staging(given)
    assert (found.code, found.field) == ("base.unknown", "cast/1/character/looks/a/base")


def test_a_shot_follows_its_projects_pattern_and_frame_rate():
    document = shot(duration=d.Duration(1, 24))
    assert validate(document) == validate(document, pattern=DEFAULT_SHOT_PATTERN, frame_rate=25) == []
    (frames,) = validate(document, frame_rate=24)
    assert frames.message == "24 frames are outside 0 to 23, a second has 24"
    (code,) = validate(document, pattern="SH{shot:03}")
    assert (code.code, code.field) == ("shot.pattern", "code")


def test_a_shot_whose_parts_are_all_at_their_limits_can_be_read_back_or_is_refused():
    tags = tuple(f"{number:02}".ljust(64, "初") for number in range(48))
    cast = tuple(replace(member(pose=tags), preset=d.Reference("p" * 63, "l" * 63, 1, "a" * 64)) for _ in range(8))
    document = shot(
        *cast,
        negative=tags,
        notes="&" * 4000,
        action="&" * 4000,
        props=tuple(d.PropUse(d.Reference("p" * 63, "l" * 63, 1, "a" * 64), 1) for _ in range(12)),
        interactions=tuple(d.Interaction(1, 2, tags[:16]) for _ in range(12)),
    )
    assert validate(document) == []
    assert from_xml(to_xml(document)) == document
    said = replace(document, dialogue=tuple(d.Line(0, "&" * 1000, "&" * 120) for _ in range(32)))
    assert findings(said) == [("document.too_large", "")]
    spoken = replace(said, dialogue=said.dialogue[:2], cast=cast[:2])
    assert validate(spoken) == []
    assert from_xml(to_xml(spoken)) == spoken


@pytest.mark.parametrize("number", [1, 8])
def test_a_cast_of_one_to_eight_is_allowed(number):
    assert validate(shot(*[member()] * number)) == []


@pytest.mark.parametrize("number", [0, 9])
def test_a_cast_of_another_size_is_refused_with_its_size_and_the_limit(number):
    (found,) = validate(replace(shot(), cast=(member(),) * number))
    assert found.message == f"has {number} members, it must have 1 to 8"


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "-0.1", "-0.001", "1.001", "2", "1E+9"])
def test_a_position_outside_the_picture_is_refused_with_value_and_limits(axis, value):
    position = replace(d.Position(Decimal(0), Decimal(1)), **{axis: Decimal(value)})
    (found,) = position_problems("cast/1/position", position)
    assert (found.code, found.field) == ("position.range", f"cast/1/position/{axis}")
    assert found.message == f"{value} is outside 0 to 1"


@pytest.mark.parametrize("value", ["0.0999", "0.099", "0", "-1", "4.001", "NaN", "Infinity"])
def test_a_scale_outside_its_limits_is_refused(value):
    (found,) = position_problems("p", d.Position(Decimal(0), Decimal(0), Decimal(value)))
    assert (found.field, found.message) == ("p/scale", f"{value} is outside 0.1 to 4")


@pytest.mark.parametrize(
    ("x", "scale"), [("0", "0.1"), ("1", "4"), ("0.001", "1"), ("0.999", "1.234"), ("0.5000", "1")]
)
def test_the_limits_themselves_are_allowed(x, scale):
    assert position_problems("p", d.Position(Decimal(x), Decimal(x), Decimal(scale))) == []


def test_a_fourth_decimal_is_refused_because_the_draft_could_not_hold_it():
    (found,) = position_problems("p", d.Position(Decimal("0.1234"), Decimal(0)))
    assert (found.code, found.field, found.message) == ("position.decimals", "p/x", "0.1234 has more than 3 decimals")


def test_variants_with_one_slug_are_refused():
    look, face = d.LookDocument("l", "L", (("hair", ()),)), d.ExpressionDocument("e", "E", ("t",))
    assert findings(character(looks=(look, look))) == [("slug.twice", "looks")]
    assert findings(character(expressions=(face, face))) == [("slug.twice", "expressions")]


def test_sixty_four_looks_are_allowed_and_not_one_more():
    looks = tuple(d.LookDocument(f"l{n}", "L", (("hair", ()),)) for n in range(65))
    assert validate(character(looks=looks[:64])) == []
    (found,) = validate(character(looks=looks))
    assert (found.code, found.message) == ("variants.too_many", "there are 65, at most 64 are allowed")


def test_what_passes_can_be_read_back_however_large_it_is():
    slots = tuple((slot, tuple(f"{slot}{n}" for n in range(48))) for slot in d.SLOTS)
    large = character(looks=tuple(d.LookDocument(f"l{n}", "L", slots) for n in range(64)))
    size, elements = validate(large)
    assert {size.code, elements.code} == {"document.too_large"}
    assert "bytes, at most 262,144" in size.message
    assert elements.message == "has 18,950 elements, at most 5,000 are allowed"
    fits = replace(large, looks=large.looks[:16])
    assert validate(fits) == []
    assert from_xml(to_xml(fits)) == fits


def test_a_document_of_too_many_bytes_is_refused_with_its_size():
    slots = tuple((slot, tuple(f"{'初' * 60}{n}" for n in range(48))) for slot in d.SLOTS)
    (found,) = validate(character(looks=tuple(d.LookDocument(f"l{n}", "L", slots) for n in range(8))))
    assert found.code == "document.too_large"
    assert "at most 262,144" in found.message


def test_a_look_that_the_character_lacks_is_refused_with_the_ones_it_has():
    staging = dressed(d.LookDocument("summer", "S", (("hair", ()),)), d.Appearance(hair=("h",)))
    (performer,) = staging.performers
    (found,) = validate_staging(
        replace(staging, performers=(replace(performer, member=replace(performer.member, look="winter")),))
    )
    assert (found.code, found.field) == ("cast.look", "cast/1/look")
    assert found.message == "miku has no look 'winter' (it has: summer)"


def test_an_expression_that_the_character_lacks_is_refused():
    staging = staged(character("len"), character("miku"))
    second = replace(staging.performers[1], member=replace(staging.performers[1].member, expression="shy"))
    (found,) = validate_staging(replace(staging, performers=(staging.performers[0], second)))
    assert (found.code, found.field) == ("cast.expression", "cast/2/expression")
    assert found.message == "miku has no expression 'shy' (it has: none)"
