from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core.merge import merge_documents
from tests.data.documents import character, characters, member, scenes, shot, shots

MIKU = character(
    appearance=d.Appearance(hair=("blue_hair", "long_twintails"), clothing=("red_school_uniform",)),
    looks=(d.LookDocument("summer", "Summer", (("clothing", ("sundress",)),)),),
)
CAST = shot(member("miku", "0.5"), member("len", "0.3"))


def merged(base, mine, theirs, **options):
    found = merge_documents(base, mine, theirs, **options)
    assert found.conflicts == ()
    return found.document


def conflicts(base, mine, theirs):
    return [item.field for item in merge_documents(base, mine, theirs).conflicts]


def hair(*tags, of=MIKU):
    return replace(of, appearance=replace(of.appearance, hair=tags))


def test_edits_of_different_fields_are_both_kept():
    done = merged(MIKU, replace(MIKU, name="Miku"), hair("blue_hair"))
    assert (done.name, done.appearance.hair) == ("Miku", ("blue_hair",))


def test_tags_that_either_added_are_there_and_those_that_either_removed_are_gone():
    mine, theirs = hair("blue_hair", "long_twintails", "bangs"), hair("long_twintails", "ribbon")
    assert merged(MIKU, mine, theirs).appearance.hair == ("long_twintails", "ribbon", "bangs")


def test_one_tag_replaced_by_two_people_is_a_conflict_and_keeps_what_is_saved():
    mine, theirs = hair("red_hair", "long_twintails"), hair("green_hair", "long_twintails")
    found = merge_documents(MIKU, mine, theirs)
    (conflict,) = found.conflicts
    assert conflict.field == "appearance/hair"
    assert "red_hair" in conflict.mine and "green_hair" in conflict.theirs and "blue_hair" in conflict.base
    assert found.document == theirs


def test_a_conflict_that_was_decided_takes_mine():
    mine, theirs = hair("red_hair"), replace(hair("green_hair"), name="Miku!")
    done = merged(MIKU, mine, theirs, decided={"appearance/hair": "mine"})
    assert (done.appearance.hair, done.name) == (("red_hair",), "Miku!")


def test_two_names_are_a_conflict_and_the_same_name_twice_is_none():
    one, two = replace(MIKU, name="A"), replace(MIKU, name="B")
    assert conflicts(MIKU, one, two) == ["name"]
    assert merged(MIKU, one, one) == one


def test_looks_are_merged_by_slug():
    winter = d.LookDocument("winter", "Winter", (("clothing", ("coat",)),))
    renamed = replace(MIKU.looks[0], name="High summer")
    done = merged(MIKU, replace(MIKU, looks=(*MIKU.looks, winter)), replace(MIKU, looks=(renamed,)))
    assert done.looks == (renamed, winter)


def test_slots_of_one_look_are_merged():
    look = MIKU.looks[0]
    mine = replace(MIKU, looks=(replace(look, overrides=(("hair", ("bun",)), *look.overrides)),))
    theirs = replace(MIKU, looks=(replace(look, overrides=(("clothing", ("kimono",)),)),))
    assert dict(merged(MIKU, mine, theirs).looks[0].overrides) == {"hair": ("bun",), "clothing": ("kimono",)}


def test_a_look_that_one_removed_and_the_other_changed_is_a_conflict():
    changed = replace(MIKU, looks=(replace(MIKU.looks[0], name="High summer"),))
    assert conflicts(MIKU, replace(MIKU, looks=()), changed) == ["looks/summer"]
    assert merged(MIKU, replace(MIKU, looks=()), replace(MIKU, name="M")).looks == ()


def test_a_look_that_both_added_differently_is_a_conflict():
    base = replace(MIKU, looks=())
    other = replace(MIKU, looks=(replace(MIKU.looks[0], name="Other"),))
    assert conflicts(base, MIKU, other) == ["looks/summer"]


def test_members_of_a_cast_are_told_apart_by_their_character_wherever_they_stand():
    miku, len_ = CAST.cast
    mine = replace(CAST, cast=(replace(miku, pose=("standing",)), len_))
    theirs = replace(CAST, cast=(len_, replace(miku, expression="gentle")))
    done = merged(CAST, mine, theirs)
    assert [item.character.asset for item in done.cast] == ["len", "miku"]
    assert (done.cast[1].pose, done.cast[1].expression) == (("standing",), "gentle")


def test_a_position_is_one_thing():
    miku, len_ = CAST.cast
    mine = replace(CAST, cast=(replace(miku, position=d.Position(Decimal("0.1"), Decimal("0.7"))), len_))
    theirs = replace(CAST, cast=(replace(miku, position=d.Position(Decimal("0.5"), Decimal("0.9"))), len_))
    assert conflicts(CAST, mine, theirs) == ["cast/miku/position"]


def test_two_members_of_one_character_stay_two():
    twins = shot(member("miku", "0.2"), member("miku", "0.8"))
    first, second = twins.cast
    mine = replace(twins, cast=(replace(first, pose=("sitting",)), second))
    theirs = replace(twins, cast=(first, replace(second, pose=("running",))))
    assert [item.pose for item in merged(twins, mine, theirs).cast] == [("sitting",), ("running",)]


def test_what_names_members_by_number_conflicts_with_another_order_of_the_cast():
    said = replace(CAST, dialogue=(d.Line(1, "Hello"),))
    turned = replace(CAST, cast=CAST.cast[::-1])
    assert conflicts(CAST, said, turned) == ["dialogue"]
    assert conflicts(CAST, turned, said) == ["dialogue"]


def test_documents_of_two_kinds_are_refused():
    with pytest.raises(TypeError):
        merge_documents(MIKU, MIKU, CAST)


def _edits(strategy):
    """Draw a document and two more of its kind that keep its name."""

    def same_name(found):
        key = "code" if isinstance(found[0], d.ShotDocument) else "slug"
        name = getattr(found[0], key)
        return tuple(replace(item, **{key: name}) for item in found)

    return st.tuples(strategy, strategy, strategy).map(same_name)


@given(st.one_of(_edits(characters), _edits(scenes), _edits(shots)))
def test_merging_is_exact_where_only_one_edited_and_never_takes_what_nobody_wrote(edits):
    base, mine, theirs = edits
    assert merged(base, mine, base) == mine
    assert merged(base, base, theirs) == theirs
    assert merged(base, mine, mine) == mine
    found = merge_documents(base, mine, theirs)
    assert merge_documents(base, theirs, theirs).document == theirs
    for side in ("mine", "theirs"):
        sides = dict.fromkeys((item.field for item in found.conflicts), side)
        decided = merge_documents(base, mine, theirs, decided=sides)
        assert decided.conflicts == ()
        assert side == "mine" or decided.document == found.document


@pytest.mark.parametrize("slug", ["art", "cast", "looks", "palette", "overrides"])
def test_a_look_may_be_called_like_a_part_of_a_document(slug):
    base = replace(MIKU, looks=(d.LookDocument(slug, "A", (("hair", ("a",)),)),))
    mine = replace(base, looks=(replace(base.looks[0], name="B"),))
    theirs = replace(base, looks=(replace(base.looks[0], overrides=(("hair", ("b",)),)),))
    assert merged(base, mine, theirs).looks == (d.LookDocument(slug, "B", (("hair", ("b",)),)),)


def test_of_two_members_of_one_character_nobody_guesses_which_was_taken_away():
    twins = shot(member("miku", "0.2"), member("miku", "0.8"))
    first, second = twins.cast
    mine, theirs = replace(twins, cast=(second,)), replace(twins, cast=(replace(first, expression="gentle"), second))
    assert conflicts(twins, mine, theirs) == ["cast"]


def test_a_member_that_was_added_at_the_end_moves_no_number():
    said = replace(CAST, dialogue=(d.Line(1, "Hello"),))
    grown = replace(CAST, cast=(*CAST.cast, member("rin", "0.8")))
    assert merged(CAST, said, grown).dialogue == said.dialogue
