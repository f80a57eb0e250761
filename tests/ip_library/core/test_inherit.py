"""A variant, a look and an expression say only what is different; the rest is what they build on."""

from hypothesis import given

from ip_library.core import documents as d
from ip_library.core.inherit import appearance_in, effective, expression_tags, look_chain
from tests.data.documents import character, characters, plain_characters

LOOKS = (
    d.LookDocument("school", "School", (("clothing", ("uniform",)), ("accessories", ("bag",)))),
    d.LookDocument("summer", "Summer", (("clothing", ("light_uniform",)),), "school"),
    d.LookDocument("beach", "Beach", (("accessories", ()),), "summer"),
)
FACES = (
    d.ExpressionDocument("calm", "Calm", ("smile",)),
    d.ExpressionDocument("asleep", "Asleep", (), (("eyes", ("closed_eyes",)),), "calm"),
    d.ExpressionDocument("dreaming", "Dreaming", ("open_mouth",), (("accessories", ("cap",)),), "asleep"),
)
MIKU = character(
    name="Miku",
    prompt_name="hatsune_miku",
    appearance=d.Appearance(("blue_hair",), ("teal_eyes",), accessories=("glasses",)),
    looks=LOOKS,
    expressions=FACES,
    locked=("eyes",),
    aliases=("M",),
    palette=(d.Colour("hair", "#39c5bb"), d.Colour("eyes", "#00ffff")),
    art=(d.Art("a" * 64),),
    notes="n",
)


def variant(**values):
    return character("miku-child", **({"base": d.Reference("miku"), "appearance": d.Appearance()} | values))


def test_a_look_stands_on_the_looks_it_builds_on_and_an_expression_comes_on_top():
    assert [look.slug for look in look_chain(MIKU, "beach")] == ["school", "summer", "beach"]
    worn = appearance_in(MIKU, "beach", "")
    assert (worn.hair, worn.clothing, worn.accessories) == (("blue_hair",), ("light_uniform",), ())
    assert appearance_in(MIKU, "beach", "dreaming").accessories == ("cap",)
    assert appearance_in(MIKU, "", "dreaming").eyes == ("closed_eyes",)
    assert appearance_in(MIKU, "", "") == MIKU.appearance
    assert appearance_in(MIKU, "unknown", "unknown") == MIKU.appearance


def test_an_expression_without_tags_keeps_those_of_its_base():
    assert expression_tags(MIKU, "asleep") == ("smile",)
    assert expression_tags(MIKU, "dreaming") == ("open_mouth",)
    assert expression_tags(MIKU, "") == expression_tags(MIKU, "unknown") == ()


def test_a_circle_ends_where_it_closes():
    looks = tuple(d.LookDocument(slug, slug, (("hair", (slug,)),), base) for slug, base in ("ab", "ba", "cc"))
    document = character(looks=looks)
    assert [look.slug for look in look_chain(document, "a")] == ["b", "a"]
    assert appearance_in(document, "c", "").hair == ("c",)


def test_a_variant_has_its_bases_slots_but_for_its_own_and_the_cleared_ones():
    found = effective(variant(appearance=d.Appearance(hair=("pigtails",)), cleared=("accessories",)), MIKU)
    assert found.appearance == d.Appearance(hair=("pigtails",), eyes=("teal_eyes",))
    assert (found.base, found.cleared) == (None, ())


def test_a_variant_is_another_character_to_people_and_the_same_to_the_model():
    found = effective(variant(), MIKU)
    assert (found.slug, found.name, found.name_in_prompt) == ("miku-child", "miku-child", "hatsune_miku")
    assert (found.aliases, found.notes) == ((), "")
    assert effective(variant(prompt_name="chibi_miku"), MIKU).name_in_prompt == "chibi_miku"
    assert effective(variant(), character("old-miku")).name_in_prompt == "old_miku"


def test_a_variant_has_its_bases_looks_expressions_colours_art_and_locks_besides_its_own():
    own = d.LookDocument("summer", "Summer", (("clothing", ("dress",)),), "school")
    found = effective(
        variant(
            looks=(own, d.LookDocument("new", "New", (("hair", ()),))),
            locked=("hair",),
            palette=(d.Colour("eyes", "#ff0000"),),
            art=(d.Art("b" * 64),),
        ),
        MIKU,
    )
    assert [look.slug for look in found.looks] == ["school", "summer", "beach", "new"]
    assert appearance_in(found, "beach", "").clothing == ("dress",)
    assert found.expressions == FACES
    assert found.locked == ("hair", "eyes")
    assert found.palette == (d.Colour("hair", "#39c5bb"), d.Colour("eyes", "#ff0000"))
    assert [item.sha256[0] for item in found.art] == ["a", "b"]


def test_without_a_base_at_hand_a_variant_stands_for_itself():
    found = effective(variant(appearance=d.Appearance(hair=("a",)), cleared=("eyes",)), None)
    assert (found.base, found.cleared, found.appearance.hair) == (None, (), ("a",))
    assert effective(MIKU, None) is MIKU


@given(characters, characters, plain_characters)
def test_a_variant_of_a_variant_needs_only_its_base_as_it_is_in_effect(one, two, three):
    found = effective(one, effective(two, three))
    assert found.base is None
    assert effective(found, None) is found
    assert {look.slug for look in (*one.looks, *two.looks, *three.looks)} == {look.slug for look in found.looks}
    for slot in d.SLOTS:
        if own := getattr(one.appearance, slot):
            assert getattr(found.appearance, slot) == own
        elif slot in one.cleared:
            assert getattr(found.appearance, slot) == ()
