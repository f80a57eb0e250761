"""What is referred to comes before what refers to it."""

from ip_library.core import documents as d
from ip_library.core.ordering import references_first
from tests.data.documents import character, shot


def names(documents):
    return [document.asset for document in documents]


def test_kinds_come_in_their_order_and_otherwise_as_they_were_given():
    documents = [shot(), d.StyleDocument("s", "S"), character("b"), d.PoseDocument("p", "P"), character("a")]
    assert names(references_first(documents)) == ["b", "a", "p", "s", shot().code]


def test_a_variant_comes_after_its_base_however_deep():
    documents = [
        character("c", base=d.Reference("b")),
        character("b", base=d.Reference("a")),
        character("z"),
        character("a"),
    ]
    assert names(references_first(documents)) == ["z", "a", "b", "c"]


def test_a_base_that_is_not_among_them_and_a_circle_keep_the_documents():
    documents = [
        character("a", base=d.Reference("b")),
        character("b", base=d.Reference("a")),
        character("c", base=d.Reference("elsewhere")),
    ]
    assert sorted(names(references_first(documents))) == ["a", "b", "c"]
