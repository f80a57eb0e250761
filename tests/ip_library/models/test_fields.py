"""Tags as a person types them, as the database keeps them, and as the rules refuse them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given

from ip_library.core.errors import InvalidDocumentError
from ip_library.models import CharacterSheet, Expression, Look, Project
from ip_library.models.fields import TagsField, TagsFormField
from ip_library.services.projects import ensure_project
from tests.data.documents import tags


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("blue_hair, long", ("blue_hair", "long")),
        ("  a ,b,, c\n d\r\ne ", ("a", "b", "c", "d", "e")),
        ("e\u0301", ("é",)),
        ("", ()),
        (None, ()),
        ("-", ("-",)),
    ],
)
def test_typed_text_becomes_tags(typed, read):
    assert TagsFormField(required=False).clean(typed) == read


@pytest.mark.parametrize(("typed", "read"), [("", None), (" ", None), ("-", ()), (" - ", ()), ("a", ("a",))])
def test_in_a_look_empty_inherits_and_a_lone_hyphen_clears(typed, read):
    field = TagsFormField(required=False, may_inherit=True)
    assert field.clean(typed) == read
    assert field.clean(field.prepare_value(read) or "") == read
    assert not field.has_changed(read, typed)


@pytest.mark.parametrize("typed", ["a<b", "a, a", "a\u202eb", "x" * 65, ",".join(map(str, range(49))), 'a"b', "a&b"])
def test_tags_that_break_a_rule_are_refused_beside_the_field(typed):
    with pytest.raises(ValidationError):
        TagsFormField(required=False).clean(typed)


def test_required_tags_may_not_be_missing():
    with pytest.raises(ValidationError):
        TagsFormField().clean(" , ")


@given(tags)
def test_tags_survive_the_database_and_the_form(value):
    column = TagsField()
    assert column.from_db_value(column.get_prep_value(value), None, None) == value
    field = TagsFormField(required=False)
    assert field.clean(field.prepare_value(value)) == value


def test_nothing_and_empty_are_two_things_in_the_database(empty_project):
    miku = CharacterSheet.objects.create(project=empty_project, slug="miku", name="Miku", hair=("a", "b"))
    look = Look.objects.create(character=miku, slug="l", name="L", hair=(), eyes=None, clothing=["x"])
    look.refresh_from_db()
    miku.refresh_from_db()
    assert (look.hair, look.eyes, look.clothing, miku.hair, miku.eyes) == ((), None, ("x",), ("a", "b"), None)


@pytest.mark.parametrize("slug", ["", "Con", "con", "a_b", "../x", "x" * 64])
def test_a_slug_that_breaks_the_rule_is_refused_by_every_model(empty_project, slug):
    for row in (CharacterSheet(project=empty_project, slug=slug, name="x"), Project(slug=slug, name="x")):
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        assert "slug" in caught.value.message_dict
    with pytest.raises(InvalidDocumentError, match="slug"):
        ensure_project(slug=slug)


def test_an_expression_refuses_tags_that_break_the_rules(empty_project):
    with pytest.raises(ValidationError):
        Expression(slug="e", name="E", tags=("<b>",)).full_clean(exclude=["character"])
