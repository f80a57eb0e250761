"""Drafts of all kinds: what a document says of variants, presets, cameras and dialogue survives the rows."""

from dataclasses import replace

import pytest

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.errors import InvalidDocumentError, StaleDraftError
from ip_library.models import AssetTag, Episode, Look, Project, ReferenceImage, Sequence, ShotComposition
from ip_library.selectors.drafts import draft_at, get_draft, read_draft
from ip_library.services.edit import save_document
from tests.data.documents import SHOT_CODE, character, member, sample, shot

pytestmark = pytest.mark.django_db

DIGEST = "ab" * 32
PRESETS = (
    d.PoseDocument("bow", "Bow", ("bowing", "arms_at_sides"), "from the waist"),
    d.PropDocument("umbrella", "Umbrella", ("red_umbrella",)),
    d.StyleDocument("ink", "Ink", ("monochrome",), ("hokusai",), ("masterpiece",), ("colour",), "for flashbacks"),
)


def draft(project, kind, asset):
    return read_draft(get_draft(project, kind, asset))


@pytest.fixture
def save(empty_project, alice):
    """Return a function that saves documents into the project."""

    def act(*documents, **options):
        return [
            save_document(project=empty_project, document=document, editor=alice, **options) for document in documents
        ]

    return act


@pytest.mark.parametrize("document", PRESETS, ids=lambda document: document.kind)
def test_a_preset_reads_as_its_document_and_is_recorded_once(empty_project, save, document):
    assert save(document, document) == [True, False]
    assert draft(empty_project, document.kind, document.asset) == document


def test_a_character_keeps_aliases_palette_locks_and_what_its_variants_build_on(empty_project, save):
    document = character(
        aliases=("Hatsune Miku", "初音ミク"),
        palette=(d.Colour("hair", "#39c5bb"), d.Colour("school tie", "#ff0000")),
        locked=("hair", "eyes"),
        looks=(
            d.LookDocument("summer", "Summer", (("clothing", ("dress",)),)),
            d.LookDocument("swim", "Swim", (("clothing", ("swimsuit",)), ("accessories", ())), base="summer"),
        ),
        expressions=(
            d.ExpressionDocument("asleep", "Asleep", ("peaceful",), (("eyes", ("closed_eyes",)),)),
            d.ExpressionDocument("dreaming", "Dreaming", (), (("face", ("blush",)),), base="asleep"),
        ),
    )
    assert save(document, document) == [True, False]
    assert draft(empty_project, "character", "miku") == document


def test_a_variant_tells_what_it_clears_from_what_it_inherits(empty_project, save):
    variant = character(
        "miku-child", appearance=d.Appearance(body=("child",)), base=d.Reference("miku", d.CANON), cleared=("clothing",)
    )
    assert save(character(), variant, variant) == [True, True, False]
    assert draft(empty_project, "character", "miku-child") == variant
    pinned = replace(variant, base=d.Reference("miku", "", 4), cleared=())
    assert save(pinned, pinned) == [True, False]
    assert draft(empty_project, "character", "miku-child") == pinned


def test_what_clears_nothing_inherited_is_no_slot_of_its_own(empty_project, save):
    save(character())
    assert get_draft(empty_project, "character", "miku").clothing is None


def test_art_is_kept_in_order_with_its_captions(empty_project, save):
    for digest in (DIGEST, "cd" * 32):
        ReferenceImage.objects.create(project=empty_project, sha256=digest, width=1, height=1, size=1)
    document = character(art=(d.Art("cd" * 32, "Front"), d.Art(DIGEST)))
    assert save(document, document, replace(document, art=document.art[::-1])) == [True, False, True]
    assert draft(empty_project, "character", "miku").art == document.art[::-1]


def test_art_of_another_project_is_no_art_of_this_one(charlie, save):
    other = charlie.memberships.get().project
    ReferenceImage.objects.create(project=other, sha256=DIGEST, width=1, height=1, size=1)
    with pytest.raises(InvalidDocumentError, match="art/1: there is no reference image abababababab…; upload it first"):
        save(character(art=(d.Art(DIGEST),)))


def test_a_shot_keeps_all_that_it_says(empty_project, save):
    document = shot(
        member(x="0.3", preset=d.Reference("bow", d.CANON), pose=("smile",)),
        member("len", x="0.7", preset=d.Reference("bow", "", 2)),
        style=d.Reference("ink", "draft-a"),
        size="medium",
        angle="low",
        props=(d.PropUse(d.Reference("umbrella"), 1), d.PropUse(d.Reference("umbrella", "", 3))),
        interactions=(d.Interaction(1, 2, ("holding_hands",)),),
        action="They bow.\nThen they leave.",
        dialogue=(d.Line(1, "またね"), d.Line(0, "Cut!", "the director")),
        duration=d.Duration(3, 12),
    )
    assert save(character(), character("len"), *PRESETS, document, document)[-2:] == [True, False]
    assert draft(empty_project, "shot", SHOT_CODE) == document
    bare = shot(member())
    save(bare)
    assert draft(empty_project, "shot", SHOT_CODE) == bare


def test_a_draft_of_a_large_shot_is_read_in_few_queries(empty_project, save, django_assert_max_num_queries):
    cast = [member(f"extra-{n}", x=f"0.{n}", preset=d.Reference("bow")) for n in range(1, 9)]
    save(*(character(f"extra-{n}") for n in range(1, 9)), *PRESETS, shot(*cast))
    with django_assert_max_num_queries(5):
        assert len(draft(empty_project, "shot", SHOT_CODE).cast) == 8
    with django_assert_max_num_queries(4):
        draft(empty_project, "character", "extra-1")


# ------------------------------------------------------------------------------------------ looks that are inherited


@pytest.fixture
def family(save):
    """A character with a look and an expression, and two variants of it, one built on the other."""
    base = character(
        looks=(d.LookDocument("summer", "Summer", (("clothing", ("dress",)),)),),
        expressions=(d.ExpressionDocument("shy", "Shy", ("blush",)),),
    )
    child = character("child", appearance=d.Appearance(body=("child",)), base=d.Reference("miku"))
    baby = character("baby", appearance=d.Appearance(body=("baby",)), base=d.Reference("child"))
    save(base, child, baby)
    return base


def test_a_variant_wears_the_looks_of_what_it_inherits_from(empty_project, family, save):
    save(shot(member("baby", look="summer", expression="shy")))
    assert draft(empty_project, "shot", SHOT_CODE).cast[0].look == "summer"
    with pytest.raises(InvalidDocumentError, match="cast/1/look: there is no look 'winter'"):
        save(shot(member("baby", look="winter")))


def test_a_look_that_a_variant_wears_from_its_base_cannot_be_removed(family, save):
    save(shot(member("baby", look="summer")))
    with pytest.raises(InvalidDocumentError, match=f"looks/summer: cannot be removed, shot {SHOT_CODE} uses it"):
        save(replace(family, looks=()))
    own = d.LookDocument("summer", "Own", (("clothing", ("pinafore",)),))
    save(character("child", appearance=d.Appearance(body=("child",)), base=d.Reference("miku"), looks=(own,)))
    assert save(replace(family, looks=())) == [True]


@pytest.mark.parametrize("reference", [d.Reference("miku", "", 1), d.Reference("miku", d.CANON)])
def test_what_a_pinned_or_approved_version_wears_is_checked_by_the_commit_not_by_the_draft(family, save, reference):
    assert save(shot(replace(member(look="long-gone"), character=reference))) == [True]


def test_a_character_cannot_build_on_itself(family, save):
    with pytest.raises(InvalidDocumentError, match="miku is a variant of baby is a variant of child"):
        save(replace(family, base=d.Reference("baby")))
    with pytest.raises(InvalidDocumentError):
        save(replace(family, base=d.Reference("miku")))


def test_variants_stand_at_most_four_deep(save):
    save(character("a0"))
    for depth in range(1, 5):
        save(character(f"a{depth}", base=d.Reference(f"a{depth - 1}")))
    with pytest.raises(InvalidDocumentError, match="at most 4 may stand so"):
        save(character("a5", base=d.Reference("a4")))
    assert Look.objects.count() == 0


# --------------------------------------------------------------------------------------------- episodes and sequences


def test_a_shot_stands_in_the_episode_and_sequence_that_its_code_names(empty_project, save):
    save(character(), shot(), replace(shot(), code="E01_SQ010_SH0020"), replace(shot(), code="E02_SQ010_SH0010"))
    assert [(row.code, row.shots.count()) for row in Sequence.objects.order_by("pk")] == [("SQ010", 2), ("SQ010", 1)]
    assert list(Episode.objects.values_list("project", "code")) == [
        (empty_project.pk, "E01"),
        (empty_project.pk, "E02"),
    ]
    found = ShotComposition.objects.get(code="E02_SQ010_SH0010").sequence
    assert (found.episode.code, found.code) == ("E02", "SQ010")


@pytest.mark.parametrize(
    ("pattern", "code", "episodes", "sequences"),
    [
        ("SQ{sequence:02}_C{shot:03}", "SQ01_C001", [], ["SQ01"]),
        ("EP{episode:02}_C{shot:03}", "EP01_C001", ["EP01"], []),
        ("C{shot:03}", "C001", [], []),
    ],
)
def test_the_projects_pattern_says_what_a_code_names(empty_project, save, pattern, code, episodes, sequences):
    Project.objects.filter(pk=empty_project.pk).update(shot_pattern=pattern)
    empty_project.refresh_from_db()
    save(character(), replace(shot(), code=code))
    assert list(Episode.objects.values_list("code", flat=True)) == episodes
    assert list(Sequence.objects.values_list("code", flat=True)) == sequences


def test_a_new_shot_must_follow_the_pattern_and_an_old_one_keeps_its_code(empty_project, save):
    save(character(), shot())
    Project.objects.filter(pk=empty_project.pk).update(shot_pattern="C{shot:03}")
    empty_project.refresh_from_db()
    assert save(replace(shot(), title="Still there")) == [True]
    with pytest.raises(InvalidDocumentError, match="does not follow the project's pattern"):
        save(replace(shot(), code="E01_SQ010_SH0020"))


def test_a_duration_counts_in_the_projects_frames(empty_project, save):
    save(character())
    with pytest.raises(InvalidDocumentError, match="24"):
        save(shot(duration=d.Duration(1, 24)))
    Project.objects.filter(pk=empty_project.pk).update(frame_rate=25)
    empty_project.refresh_from_db()
    assert save(shot(duration=d.Duration(1, 24))) == [True]


# ------------------------------------------------------------------------------------------------- states of a draft


def test_an_edit_of_a_state_that_has_passed_is_refused_and_changes_nothing(empty_project, save, everything):
    save(character())
    save(character(name="Two"), expected_state=1)
    before = everything()
    for seen in (0, 1, 3):
        with pytest.raises(StaleDraftError) as caught:
            save(character(name="Three"), expected_state=seen)
        assert (caught.value.seen, caught.value.current) == (seen, 2)
    assert everything() == before
    assert save(character(name="Three"), expected_state=2) == [True]


def test_a_draft_that_was_never_there_has_state_nought(save):
    with pytest.raises(StaleDraftError):
        save(character(), expected_state=1)
    assert save(character(), expected_state=0) == [True]
    with pytest.raises(StaleDraftError):
        save(character(), expected_state=0)


def test_a_draft_can_be_read_as_it_was_in_any_state(empty_project, save):
    documents = [character(name=name) for name in ("One", "Two", "Three")]
    save(*documents)
    assert [draft_at(empty_project, "character", "miku", state) for state in (1, 2, 3)] == documents
    assert [draft_at(empty_project, "character", "miku", state) for state in (0, 4)] == [None, None]
    assert draft_at(empty_project, "character", "rin", 1) is None


def test_a_saved_draft_is_found_by_its_tags(empty_project, save):
    save(sample("character.miku"))
    assert AssetTag.objects.filter(project=empty_project, tag="blue_hair").exists()
    save(character(appearance=d.Appearance(hair=("green_hair",))))
    assert not AssetTag.objects.filter(project=empty_project, tag="blue_hair").exists()
    assert to_xml(draft(empty_project, "character", "miku")).count(b"green_hair") == 1
