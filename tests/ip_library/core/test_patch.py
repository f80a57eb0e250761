"""What a comparison says is enough to make one document of the other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.diff import diff_documents
from ip_library.core.patch import apply_changes
from tests.data.documents import LAWS, character, member, pairs, sample, shot

MIKU = sample("character.miku")


@pytest.mark.parametrize("kind", d.KINDS)
@LAWS
@given(data=st.data())
def test_the_changes_from_one_document_to_another_made_on_the_one_give_the_other(kind, data):
    before, after = data.draw(pairs(kind))
    assert apply_changes(before, diff_documents(before, after)) == after
    assert apply_changes(before, []) == before
    assert bool(diff_documents(before, after)) == (to_xml(before) != to_xml(after))


def test_a_change_made_on_a_document_that_somebody_else_has_changed_keeps_both():
    ours = replace(MIKU, appearance=replace(MIKU.appearance, hair=("blue_hair", "ahoge", "long_twintails")))
    theirs = replace(MIKU, name="Miku", appearance=replace(MIKU.appearance, hair=("blue_hair", "bangs")))
    both = apply_changes(theirs, diff_documents(MIKU, ours))
    assert both.name == "Miku"
    assert both.appearance.hair == ("blue_hair", "bangs", "ahoge")


def test_what_is_gone_already_is_not_taken_away_again():
    document = character(aliases=("a", "b"))
    changes = diff_documents(document, replace(document, aliases=("b",)))
    assert apply_changes(character(aliases=("b", "c")), changes).aliases == ("b", "c")


def test_one_change_can_be_made_alone():
    before, after = shot(member("miku"), member("len")), shot(member("len", x="0.3"), member("miku"), notes="n")
    moved = [change for change in diff_documents(before, after) if change.field == "cast"]
    assert apply_changes(before, moved).cast == (member("len"), member("miku"))


def test_a_line_that_is_said_twice_stays_twice():
    yes, no = d.Line(1, "Yes."), d.Line(1, "No.")
    for one, two in (((yes,), (yes, no, yes)), ((yes, no, yes), (no, yes)), ((no, yes, yes), (yes, no, yes))):
        before, after = shot(dialogue=one), shot(dialogue=two)
        assert apply_changes(before, diff_documents(before, after)) == after


def test_two_members_of_one_character_stay_two():
    before = shot(member("miku"), member("len"), member("miku", x="0.1"))
    after = shot(member("miku", x="0.1"), member("miku", x="0.9"), member("len"))
    assert apply_changes(before, diff_documents(before, after)) == after
