"""Where used: drafts as they are now, and what the newest versions took."""

from decimal import Decimal

import pytest

from ip_library.core import documents as d
from ip_library.core.errors import RefusedError
from ip_library.core.vocabulary import Entry
from ip_library.selectors.where_used import tag_counts, where_asset_used, where_tag_used, where_variant_used
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.projects import ensure_project
from ip_library.services.vocabulary import save_tag

AT = d.Position(Decimal("0.5"), Decimal("0.7"))


def told(uses):
    return [(use.kind, use.asset, use.field, use.how) for use in uses.shown]


def save(project, document):
    save_document(project=project, document=document, editor=None)


@pytest.fixture
def project(drafts):
    project = drafts.project
    for document in (
        d.PoseDocument("sit", "Sitting", ("sitting",)),
        d.PropDocument("umbrella", "Umbrella", ("red_umbrella",)),
        d.StyleDocument("anime", "Anime", ("anime_coloring",)),
        d.CharacterDocument("neru", "Neru", "1girl", d.Appearance(hair=("yellow_hair",)), base=d.Reference("miku", "canon")),
        d.ShotDocument(
            "E01_SQ010_SH0020", "Second",
            (d.CastMember(d.Reference("neru"), AT, look="summer", preset=d.Reference("sit")),),
            scene=d.Reference("cherry-blossom", "", 3), style=d.Reference("anime", "canon"), props=(d.PropUse(d.Reference("umbrella"), 1),),
        ),
    ):  # fmt: skip
        save(project, document)
    return project


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "asset", "uses"),
    [
        ("character", "miku", [("character", "neru", "base", "canon"), ("shot", "E01_SQ010_SH0010", "cast/1/character", "latest")]),
        ("character", "neru", [("shot", "E01_SQ010_SH0020", "cast/1/character", "latest")]),
        ("pose", "sit", [("shot", "E01_SQ010_SH0020", "cast/1/preset", "latest")]),
        ("prop", "umbrella", [("shot", "E01_SQ010_SH0020", "props/1", "latest")]),
        ("style", "anime", [("shot", "E01_SQ010_SH0020", "style", "canon")]),
        ("scene", "cherry-blossom", [("shot", "E01_SQ010_SH0010", "scene", "latest"), ("shot", "E01_SQ010_SH0020", "scene", "v003")]),
        ("shot", "E01_SQ010_SH0010", []),
        ("scene", "nowhere", []),
    ],
)  # fmt: skip
def test_every_draft_that_refers_to_an_asset_is_listed(project, kind, asset, uses):
    found = where_asset_used(project, kind, asset)
    assert (told(found.drafts), found.drafts.count) == (uses, len(uses))
    assert found.versions.count == 0


@pytest.mark.django_db
def test_a_use_says_what_its_asset_is_called(project):
    assert where_asset_used(project, "pose", "sit").drafts.shown[0].name == "Second"


@pytest.mark.django_db
def test_an_asset_of_the_same_name_in_another_project_is_another(project):
    other = ensure_project(slug="other")
    save(other, d.PoseDocument("sit", "Sitting", ("sitting",)))
    assert where_asset_used(other, "pose", "sit").drafts.count == 0


@pytest.mark.django_db
def test_a_long_list_is_cut_and_its_length_is_told(project):
    uses = where_asset_used(project, "scene", "cherry-blossom", limit=1).drafts
    assert (len(uses.shown), uses.count, uses.more) == (1, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_of_the_versions_only_the_newest_of_each_asset_counts(project, alice):
    names = [("character", "miku"), ("character", "len"), ("scene", "cherry-blossom"), ("shot", "E01_SQ010_SH0010")]
    commit_assets(project=project, assets=names, message="One", author=alice)
    used = where_asset_used(project, "character", "miku").versions
    assert told(used) == [("shot", "E01_SQ010_SH0010", "cast/1/character", "v001 (latest)")]
    assert used.shown[0].version.label == "v001"
    save(project, d.ShotDocument("E01_SQ010_SH0010", "Without her", (d.CastMember(d.Reference("len"), AT),)))
    commit_assets(project=project, assets=[names[3]], message="Two", author=alice)
    assert where_asset_used(project, "character", "miku").versions.count == 0
    assert where_asset_used(project, "character", "len").versions.shown[0].version.label == "v002"


@pytest.mark.django_db
def test_a_look_is_worn_by_the_character_and_by_variants_that_have_none_of_that_name(project):
    def worn():
        return told(where_variant_used(project, "miku", "looks", "summer"))

    assert ("shot", "E01_SQ010_SH0020", "cast/1/look", "neru") in worn()
    own = (d.LookDocument("summer", "Her own", (("clothing", ("red_dress",)),)),)
    save(
        project,
        d.CharacterDocument(
            "neru", "Neru", "1girl", d.Appearance(hair=("yellow_hair",)), own, base=d.Reference("miku")
        ),
    )
    assert ("shot", "E01_SQ010_SH0020", "cast/1/look", "neru") not in worn()
    assert told(where_variant_used(project, "neru", "looks", "summer")) == [
        ("shot", "E01_SQ010_SH0020", "cast/1/look", "neru")
    ]


@pytest.mark.django_db
def test_an_expression_is_no_look(project):
    assert where_variant_used(project, "miku", "expressions", "summer").count == 0
    with pytest.raises(RefusedError, match="one of looks, expressions"):
        where_variant_used(project, "miku", "poses", "summer")


@pytest.mark.django_db
def test_a_tag_is_listed_with_its_fields_in_every_spelling(project):
    save(project, d.SceneDocument("rain", "Rain", ("akai_kasa",)))
    assert told(where_tag_used(project, "red_umbrella")) == [("prop", "umbrella", "tags", "red_umbrella")]
    save_tag(project=project, entry=Entry("red_umbrella", "objects", ("akai_kasa",)), editor=None)
    project.refresh_from_db()
    uses = where_tag_used(project, "akai kasa")
    assert told(uses) == [("prop", "umbrella", "tags", "red_umbrella"), ("scene", "rain", "background", "akai_kasa")]
    assert uses.count == 2
    assert tag_counts(project, ["red_umbrella", "nothing"]) == {"red_umbrella": 1}
