"""A difference reads as a person would say it, and nothing that differs goes unsaid."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from ip_library.core import documents as d
from ip_library.core.diff import diff_documents, parts_of
from tests.data.documents import SAMPLE, character, documents, member, sample, shot

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
    assert said(SHOT, moved(SHOT, x=Decimal("0.3"))) == ["cast/miku/position: x 0.5, y 0.7 -> x 0.3, y 0.7"]
    assert said(SHOT, moved(SHOT, scale=Decimal("1.5"))) == ["cast/miku/scale: + 1.5"]
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
    assert fields.index("cast/miku/position") < fields.index("cast/len/character")


MIKU_AND_LEN = (member("miku"), member("len", x="0.3"))


def test_a_member_that_only_moved_in_the_order_is_moved_and_nothing_else():
    assert said(shot(*MIKU_AND_LEN), shot(*reversed(MIKU_AND_LEN))) == ["cast: miku, len -> len, miku"]


def test_a_member_that_stands_before_the_others_changes_nothing_of_theirs():
    found = said(shot(*MIKU_AND_LEN), shot(member("rin", x="0.9"), *MIKU_AND_LEN))
    assert found == ["cast/rin/character: + rin (latest)", "cast/rin/position: + x 0.9, y 0.7"]
    assert said(shot(*MIKU_AND_LEN), shot(MIKU_AND_LEN[1])) == [
        "cast/miku/character: - miku (latest)", "cast/miku/position: - x 0.5, y 0.7",
    ]  # fmt: skip


def test_two_of_one_character_are_told_apart_by_their_order():
    twins = shot(member("miku"), member("miku", x="0.3"))
    after = shot(member("miku"), member("miku", x="0.2"))
    assert said(twins, after) == ["cast/miku#2/position: x 0.3, y 0.7 -> x 0.2, y 0.7"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"size": "medium", "angle": "low"}, ["size: + medium", "angle: + low"]),
        ({"style": d.Reference("a")}, {"style": d.Reference("a", "canon")}, ["style: a (latest) -> a (canon)"]),
        (
            {"style": d.Reference("a", "", 1, "a" * 64)},
            {"style": d.Reference("a", "", 1, "b" * 64)},
            ["style: a v001 (pinned) aaaaaaaaaa -> a v001 (pinned) bbbbbbbbbb"],
        ),
        ({}, {"duration": d.Duration(3, 2)}, ["duration: + 3+02"]),
        ({"action": "a"}, {"action": "b"}, ["action: a -> b"]),
        (
            {"props": (d.PropUse(d.Reference("cup")),)},
            {"props": (d.PropUse(d.Reference("cup"), 1),)},
            ["props/cup/member: + 1"],
        ),
        (
            {"interactions": (d.Interaction(1, 2, ("hug",)),)},
            {"interactions": (d.Interaction(1, 2, ("hug", "kiss")),)},
            ["interactions/1 with 2: + kiss"],
        ),
        (
            {"dialogue": (d.Line(1, "Yes."), d.Line(1, "No."))},
            {"dialogue": (d.Line(1, "No."), d.Line(1, "Yes."), d.Line(0, "Yes.", "Radio"))},
            ["dialogue: + Radio: Yes.", "dialogue: member 1: Yes., member 1: No. -> member 1: No., member 1: Yes."],
        ),
    ],
)
def test_every_part_of_a_shot_is_said_as_people_say_it(before, after, expected):
    assert said(shot(*MIKU_AND_LEN, **before), shot(*MIKU_AND_LEN, **after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"aliases": ("M, K",)}, ["aliases: + M, K"]),
        ({}, {"locked": ("hair", "eyes")}, ["locked: + hair", "locked: + eyes"]),
        (
            {"palette": (d.Colour("hair", "#000000"),)},
            {"palette": (d.Colour("hair", "#ffffff"),)},
            ["palette: - hair #000000", "palette: + hair #ffffff"],
        ),
        ({}, {"art": (d.Art("ab" * 32, "Front"),)}, ["art: + ababababab Front"]),
        ({}, {"base": d.Reference("miku", "canon"), "cleared": ("eyes",)}, ["base: + miku (canon)", "eyes: + (nothing)"]),
    ],
)  # fmt: skip
def test_every_part_of_a_sheet_is_said_as_people_say_it(before, after, expected):
    assert said(character(**before), character(**after)) == expected


def test_looks_that_changed_their_order_are_moved():
    looks = tuple(d.LookDocument(slug, slug, (("hair", ()),)) for slug in "ab")
    assert said(character(looks=looks), character(looks=looks[::-1])) == ["looks: a, b -> b, a"]


def test_parts_are_named_by_who_they_are_so_that_blame_follows_them():
    one, two = parts_of(shot(*MIKU_AND_LEN)), parts_of(shot(*reversed(MIKU_AND_LEN)))
    assert sorted(one) == sorted(two)
    assert ("cast/len/position", "x 0.3, y 0.7") in one
