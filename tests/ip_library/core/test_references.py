"""Every reference of a document has a field, and can be changed through it."""

from dataclasses import replace

import pytest
from hypothesis import given

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.references import references_of, with_references
from tests.data.documents import SAMPLE, character, documents, member, sample, shot

FULL = shot(
    member("miku", preset=d.Reference("waving")),
    member("len"),
    scene=d.Reference("park"),
    style=d.Reference("soft"),
    props=(d.PropUse(d.Reference("cup"), 1), d.PropUse(d.Reference("bench"))),
)


def test_a_shots_references_are_named_by_field_and_kind_in_the_documents_order():
    assert [(field, kind, reference.asset) for field, kind, reference in references_of(FULL)] == [
        ("scene", "scene", "park"),
        ("style", "style", "soft"),
        ("cast/1/character", "character", "miku"),
        ("cast/1/preset", "pose", "waving"),
        ("cast/2/character", "character", "len"),
        ("props/1", "prop", "cup"),
        ("props/2", "prop", "bench"),
    ]


def test_a_variants_only_reference_is_its_base():
    assert references_of(character(base=d.Reference("miku"))) == [("base", "character", d.Reference("miku"))]
    assert references_of(character()) == []


@given(documents)
def test_every_reference_can_be_put_in_anew_and_nothing_else_changes(document):
    exact = {field: replace(found, version=7, sha256="a" * 64) for field, _kind, found in references_of(document)}
    changed = with_references(document, exact)
    assert {field: found for field, _kind, found in references_of(changed)} == exact
    assert with_references(changed, {field: found for field, _kind, found in references_of(document)}) == document
    assert with_references(document, {}) == document


@pytest.mark.parametrize("field", ["cast/3/character", "cast/2/preset", "props/3", "base"])
def test_a_reference_that_is_not_there_is_a_mistake_of_the_caller(field):
    with pytest.raises(KeyError, match=field):
        with_references(FULL, {field: d.Reference("x")})


def test_every_slug_in_a_documents_xml_is_itself_or_a_reference():
    for document in (*map(sample, SAMPLE), FULL):
        slugs = to_xml(document).count(b" slug=") - (document.kind != d.SHOT)
        variants = len(document.looks) + len(document.expressions) if document.kind == d.CHARACTER else 0
        assert slugs - variants == len(references_of(document))
