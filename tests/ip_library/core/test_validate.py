"""What a document must keep to be committed: every rule names the field, the value and the limit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.validate import position_problems, validate, validate_staging
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
        (replace(shot(), code="SH1"), "shot.code", "code"),
        (replace(shot(), title="x" * 121), "text.too_long", "title"),
        (replace(shot(), cast=()), "cast.size", "cast"),
        (shot(*[member()] * 9), "cast.size", "cast"),
        (shot(member(pose=("a", "a"))), "tag.twice", "cast/1/pose"),
        (shot(member(), member(x="1.001")), "position.range", "cast/2/position/x"),
        (shot(negative=("<",)), "tag.character", "negative"),
        (shot(notes="\u200b"), "text.character", "notes"),
        (shot(scene=d.Reference("park", "canon")), "reference.follow", "scene"),
        (shot(scene=d.Reference("park", "", 0)), "reference.version", "scene"),
        (shot(replace(member(), character=d.Reference("miku", "canon"))), "reference.follow", "cast/1/character"),
        (shot(replace(member(), character=d.Reference("miku", ""))), "reference.version", "cast/1/character"),
    ],
)  # fmt: skip
def test_each_rule_fires_alone_and_names_its_field(document, code, field):
    assert findings(document) == [(code, field)]


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
