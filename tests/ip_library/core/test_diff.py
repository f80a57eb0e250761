"""A difference reads as a person would say it, and nothing that differs goes unsaid."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.diff import diff_documents
from tests.data.documents import SAMPLE, characters, documents, sample, scenes, shots

MIKU = sample("character.miku")
SHOT = sample("shot.E01_SQ010_SH0010")


def said(before, after):
    return [str(change) for change in diff_documents(before, after)]


def moved(document, **values):
    first = document.cast[0]
    return replace(document, cast=(replace(first, position=replace(first.position, **values)), *document.cast[1:]))


@given(documents)
@settings(max_examples=25)
def test_equal_documents_differ_in_nothing(document):
    assert diff_documents(document, document) == []


@pytest.mark.parametrize("strategy", [characters, scenes, shots], ids=["characters", "scenes", "shots"])
@settings(max_examples=30)
@given(data=st.data())
def test_documents_of_one_asset_that_are_written_differently_differ_in_something(strategy, data):
    before, after = data.draw(strategy), data.draw(strategy)
    name = {"code": before.asset} if isinstance(before, d.ShotDocument) else {"slug": before.asset}
    after = replace(after, **name)
    assert bool(diff_documents(before, after)) == (to_xml(before) != to_xml(after))


def test_tags_are_added_removed_and_moved_one_by_one():
    look = d.Appearance(hair=("a", "b", "c"))
    after = replace(MIKU, appearance=replace(look, hair=("c", "b", "d")))
    changes = diff_documents(replace(MIKU, appearance=look), after)
    assert [(item.field, item.kind, item.before, item.after) for item in changes] == [
        ("hair", "removed", "a", ""),
        ("hair", "added", "", "d"),
        ("hair", "moved", "b, c", "c, b"),
    ]
    assert [str(item) for item in changes] == ["hair: - a", "hair: + d", "hair: b, c -> c, b"]


def test_a_value_is_added_removed_or_changed():
    named = replace(MIKU, prompt_name="hatsune_miku")
    assert said(MIKU, named) == ["prompt_name: + hatsune_miku"]
    assert said(named, MIKU) == ["prompt_name: - hatsune_miku"]
    assert said(MIKU, replace(MIKU, gender="1other")) == ["gender: 1girl -> 1other"]


def test_a_slot_that_a_look_clears_is_told_from_one_it_leaves_alone():
    look = d.LookDocument("l", "L", (("hair", ("x",)),))
    leaving, clearing = look, replace(look, overrides=(("hair", ("x",)), ("eyes", ())))
    emptied = replace(look, overrides=(("hair", ()),))
    at = [replace(MIKU, looks=(item,)) for item in (leaving, clearing, emptied)]
    assert said(at[0], at[1]) == ["looks/l/eyes: + (nothing)"]
    assert said(at[1], at[0]) == ["looks/l/eyes: - (nothing)"]
    assert said(at[0], at[2]) == ["looks/l/hair: - x", "looks/l/hair: + (nothing)"]


def test_a_look_that_goes_is_said_with_all_it_had():
    assert said(MIKU, replace(MIKU, looks=MIKU.looks[:1])) == [
        "looks/summer/name: - Summer uniform",
        "looks/summer/clothing: - white_summer_dress",
    ]


def test_a_step_to_the_side_reads_as_one_change_of_position():
    assert said(SHOT, moved(SHOT, x=Decimal("0.3"))) == ["cast/1/position: x 0.5, y 0.7 -> x 0.3, y 0.7"]
    assert said(SHOT, moved(SHOT, scale=Decimal("1.5"))) == ["cast/1/scale: + 1.5"]
    assert said(moved(SHOT, x=Decimal("0.500")), SHOT) == []


def test_a_new_version_of_a_character_reads_as_a_change_of_reference():
    before, after = (
        replace(SHOT, scene=d.Reference("park", "latest", number, "ab" * 32), cast=SHOT.cast) for number in (1, 2)
    )
    assert said(before, after) == ["scene: park v001 (latest) -> park v002 (latest)"]
    pinned = replace(SHOT, scene=d.Reference("park", "", 1))
    assert said(before, pinned) == ["scene: park v001 (latest) -> park v001 (pinned)"]


@pytest.mark.parametrize("name", SAMPLE)
def test_against_nothing_everything_is_added_and_back_again_removed(name):
    document = sample(name)
    added, removed = diff_documents(None, document), diff_documents(document, None)
    assert {item.kind for item in added} == {"added"}
    assert {item.kind for item in removed} == {"removed"}
    assert [(item.field, item.after) for item in added] == [(item.field, item.before) for item in removed]
    assert diff_documents(None, None) == []


def test_the_order_of_changes_follows_the_document():
    fields = [change.field for change in diff_documents(None, SHOT)]
    assert fields[:2] == ["title", "scene"]
    assert fields.index("cast/1/position") < fields.index("cast/2/character")
