from dataclasses import replace

from ip_library.core import documents as d
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.inherit import effective
from ip_library.core.locks import change_contradictions, sheet_contradictions, staging_contradictions
from ip_library.core.vocabulary import read_csv
from tests.data.documents import character, member, shot

WORDS, PROBLEMS = read_csv(
    "tag,slot,aliases,contradicts,words\n"
    "blue_hair,hair,aqua_hair,red_hair,\nred_hair,hair,,,\nlong_hair,hair,,short_hair,\nshort_hair,hair,,,\nstanding,pose,,,\n"
)
MIKU = character(appearance=d.Appearance(hair=("blue_hair", "long_hair"), eyes=("teal_eyes",)), locked=("hair",))


def said(found):
    return [(item.character, item.slot, item.field) for item in found]


def test_a_look_that_changes_a_locked_slot_contradicts_it():
    wig = d.LookDocument("wig", "Wig", (("hair", ("red_hair",)),))
    coat = d.LookDocument("coat", "Coat", (("clothing", ("coat",)),))
    sheet = replace(MIKU, looks=(wig, coat))
    assert said(sheet_contradictions(sheet, whole=sheet)) == [("miku", "hair", "looks/wig/hair")]


def test_a_look_that_repeats_a_locked_slot_word_for_word_does_not():
    same = d.LookDocument("same", "Same", (("hair", MIKU.appearance.hair),))
    sheet = replace(MIKU, looks=(same,))
    assert sheet_contradictions(sheet, whole=sheet) == []


def test_an_expression_that_overrides_a_locked_slot_contradicts_it():
    wild = d.ExpressionDocument("wild", "Wild", ("angry",), (("hair", ("messy_hair",)),))
    sheet = replace(MIKU, expressions=(wild,))
    assert said(sheet_contradictions(sheet, whole=sheet)) == [("miku", "hair", "expressions/wild/hair")]


def test_a_variant_may_not_change_what_its_base_has_locked():
    red = character("red-miku", appearance=d.Appearance(hair=("red_hair",)), base=d.Reference("miku"))
    bald = character("bald-miku", appearance=d.Appearance(), base=d.Reference("miku"), cleared=("hair",))
    other_eyes = character("eyes", appearance=d.Appearance(eyes=("red_eyes",)), base=d.Reference("miku"))
    found = {
        sheet.slug: said(sheet_contradictions(sheet, whole=effective(sheet, MIKU), base=MIKU))
        for sheet in (red, bald, other_eyes)
    }
    assert found == {"red-miku": [("miku", "hair", "hair")], "bald-miku": [("miku", "hair", "hair")], "eyes": []}


def test_changing_or_unlocking_a_locked_slot_contradicts_the_version_before():
    changed = replace(MIKU, appearance=replace(MIKU.appearance, hair=("red_hair",)))
    assert said(change_contradictions(changed, MIKU)) == [("miku", "hair", "hair")]
    assert said(change_contradictions(replace(MIKU, locked=()), MIKU)) == [("miku", "hair", "hair")]
    assert change_contradictions(replace(MIKU, locked=("hair", "eyes")), MIKU) == []


def staging(pose=(), preset=(), props=()):
    cast = member(pose=pose)
    uses = (d.PropUse(d.Reference("wig"), 1),) if props else ()
    things = (d.PropDocument("wig", "Wig", props),) if props else ()
    performer = Performer(cast, MIKU, d.PoseDocument("p", "P", preset) if preset else None)
    return Staging(replace(shot(cast), props=uses), (performer,), None, None, things)


def test_a_shot_that_says_what_a_locked_slot_excludes_contradicts_it():
    assert PROBLEMS == []
    assert said(staging_contradictions(staging(pose=("standing", "red_hair")), WORDS)) == [
        ("miku", "hair", "cast/1/pose")
    ]
    assert said(staging_contradictions(staging(preset=("short_hair",)), WORDS)) == [("miku", "hair", "cast/1/preset")]
    assert said(staging_contradictions(staging(props=("red_hair",)), WORDS)) == [("miku", "hair", "cast/1/props")]
    assert staging_contradictions(staging(pose=("standing", "long_hair")), WORDS) == []


def test_what_is_not_locked_may_be_said():
    free = replace(MIKU, locked=())
    found = staging(pose=("red_hair",))
    unlocked = replace(found, performers=(replace(found.performers[0], character=free),))
    assert staging_contradictions(unlocked, WORDS) == []


def together(*tags, negative=(), style=()):
    """Return a staging of Miku, the free Rin and Luka, in which the first acts on the second."""
    free = character("rin", appearance=MIKU.appearance)
    third = character("luka", appearance=MIKU.appearance, locked=("hair",))
    cast = tuple(Performer(member(item.slug), item) for item in (free, MIKU, third))
    done = (d.Interaction(1, 2, tags),) if tags else ()
    whole = replace(shot(*(one.member for one in cast)), interactions=done, negative=negative)
    return Staging(whole, cast, None, d.StyleDocument("ink", "Ink", negative=style))


def test_an_interaction_is_said_of_its_actor_and_its_partner_and_of_nobody_else():
    found = together("hug", "red_hair")
    assert said(staging_contradictions(found, WORDS)) == [("miku", "hair", "interactions/1")]
    turned = replace(found, shot=replace(found.shot, interactions=(d.Interaction(3, 1, ("red_hair",)),)))
    assert said(staging_contradictions(turned, WORDS)) == [("luka", "hair", "interactions/1")]
    assert staging_contradictions(together("hug"), WORDS) == []


def test_a_locked_tag_may_not_stand_among_what_shall_not_be_seen():
    everybody = ("miku", "luka")
    for tag in ("blue_hair", "aqua_hair"):
        found = staging_contradictions(together(negative=("blurry", tag)), WORDS)
        assert said(found) == [(name, "hair", "negative") for name in everybody]
        assert repr(tag) in found[0].message
        found = staging_contradictions(together(style=("blurry", tag)), WORDS)
        assert said(found) == [(name, "hair", "style") for name in everybody]
    assert staging_contradictions(together(negative=("red_hair", "teal_eyes"), style=("blurry",)), WORDS) == []
