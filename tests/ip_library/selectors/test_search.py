"""Search finds what was asked for, in any script and spelling, and nothing of other projects."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ip_library.core import documents as d
from ip_library.core.errors import RefusedError, SearchQueryError
from ip_library.core.search_query import parse_query
from ip_library.core.vocabulary import Entry
from ip_library.models import Label, Review, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.search import count_assets, search_assets
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.projects import ensure_project
from ip_library.services.vocabulary import save_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(drafts):
    for document in (
        d.CharacterDocument(
            "rin",
            "鏡音リン",
            "1girl",
            d.Appearance(hair=("Orange Hair",)),
            aliases=("100%_rin",),
            notes="Ｌｅｎ's twin",
        ),
        d.SceneDocument("roof", "屋上", ("sky",), lighting=("night",)),
        d.PropDocument("umbrella", "Umbrella", ("red_umbrella",)),
    ):
        save_document(project=drafts.project, document=document, editor=None)
    return drafts.project


@pytest.fixture
def found(project):
    """Return a function that gives the names of what a search finds, in order."""

    def find(text, *projects):
        hits = search_assets(projects or [project], parse_query(text)).hits
        assert count_assets(projects or [project], parse_query(text)) == len(hits)
        return [hit.asset for hit in hits]

    return find


@pytest.mark.parametrize(
    ("text", "assets"),
    [
        ("鏡音", ["rin"]),
        ("音", ["rin"]),
        ("RIN", ["rin"]),
        ("ﾘﾝ", ["rin"]),
        ("len's", ["rin"]),
        ("%", ["rin"]),
        ("100%_", ["rin"]),
        ("100__", []),
        ("orange_hair", ["rin"]),
        ('"orange hair"', ["rin"]),
        ("orange -鏡音", []),
        ("kind:prop", ["umbrella"]),
        ("kind:prop kind:scene -cherry", ["umbrella", "roof"]),
        ("kind:scene -tag:sky", ["cherry-blossom"]),
        ("tag:sky", ["roof"]),
        ("tag:sk", []),
        ('tag:"Orange Hair"', ["rin"]),
        ("nothing-like-it", []),
    ],
)
def test_words_and_filters_find_what_they_say(found, text, assets):
    assert found(text) == assets


def test_what_is_called_just_that_comes_first(found, project):
    save_document(
        project=project,
        document=d.CharacterDocument("a", "A", "1boy", d.Appearance(hair=("x",)), notes="of rin"),
        editor=None,
    )
    assert found("rin")[:2] == ["rin", "a"]


def test_a_tag_is_found_in_every_spelling_that_the_vocabulary_knows(found, project):
    save_document(project=project, document=d.SceneDocument("gray", "G", ("gray_eyes",)), editor=None)
    assert found("tag:grey_eyes") == found("tag:gray_eyes") == ["gray"]


def test_a_projects_own_aliases_count_in_that_project_alone(found, project):
    other = ensure_project(slug="other")
    for where in (project, other):
        save_document(project=where, document=d.SceneDocument(f"dusk-{where.slug}", "Dusk", ("tasogare",)), editor=None)
    save_tag(project=project, entry=Entry("magic_hour", "lighting", ("tasogare",)), editor=None)
    project.refresh_from_db()
    assert found("tag:magic_hour", project, other) == ["dusk-sakura"]
    assert found("tag:tasogare", project, other) == ["dusk-other", "dusk-sakura"]


def test_who_uses_an_asset_is_found_by_its_name(found):
    assert found("used:miku") == ["E01_SQ010_SH0010"]
    assert found("used:cherry-blossom") == ["E01_SQ010_SH0010"]
    assert found("used:scene/cherry-blossom") == ["E01_SQ010_SH0010"]
    assert found("used:character/cherry-blossom") == []
    assert found("used:rin") == []
    assert "E01_SQ010_SH0010" not in found("-used:miku")
    with pytest.raises(SearchQueryError, match="names the kind 'plate'"):
        found("used:plate/miku")


def test_a_variant_uses_its_base(found, project):
    base = d.CharacterDocument("neru", "Neru", "1girl", d.Appearance(hair=("x",)), base=d.Reference("rin"))
    save_document(project=project, document=base, editor=None)
    assert found("used:rin") == ["neru"]


@pytest.mark.django_db(transaction=True)
def test_status_author_and_labels_are_those_of_the_newest_version(found, project, alice, bob):
    commit_assets(project=project, assets=[("character", "miku"), ("character", "rin")], message="One", author=alice)
    first = Version.objects.get(asset="miku")
    Review.objects.create(version=first, project=project, status="approved", by_login="alice")
    Label.objects.create(project=project, kind="character", asset="miku", name="canon", version=first)
    assert found("status:approved") == ["miku"]
    miku = read_draft(get_draft(project, "character", "miku"))
    save_document(project=project, document=replace(miku, notes="Changed"), editor=None)
    commit_assets(project=project, assets=[("character", "miku")], message="Two", author=bob)
    second = Version.objects.get(asset="miku", number=2)
    assert found("status:approved") == []
    assert found("miku kind:character status:wip") == ["miku"]
    Review.objects.create(version=second, project=project, status="wfa", by_login="bob")
    assert found("status:wfa status:retake") == ["miku"]
    assert "miku" not in found("-status:wfa")
    assert "miku" not in found("status:wip")
    assert (found("by:bob"), found("by:alice")) == (["miku"], ["rin"])
    assert found("label:canon") == ["miku"]
    assert found("label:latest") == ["miku", "rin"]
    (hit,) = search_assets([project], parse_query("label:canon")).hits
    assert (hit.latest, hit.status, hit.canon) == (second, "wfa", first)


def test_what_was_never_committed_is_wip_and_has_no_version(found, project):
    assert found("status:wip kind:prop") == ["umbrella"]
    (hit,) = search_assets([project], parse_query("umbrella")).hits
    assert (hit.latest, hit.canon, hit.status) == (None, None, "wip")


def test_the_tags_that_were_asked_for_are_told(project):
    (hit,) = search_assets([project], parse_query("orange kind:character")).hits
    assert hit.tags == ("orange_hair",)
    (hit,) = search_assets([project], parse_query("kind:prop")).hits
    assert hit.tags == ()


def test_only_the_given_projects_are_searched(found, project):
    other = ensure_project(slug="other")
    save_document(project=other, document=d.SceneDocument("secret", "秘密", ("door",)), editor=None)
    assert found("秘密") == []
    assert found("秘密", project, other) == ["secret"]
    assert found("秘密 project:sakura", project, other) == []
    assert found("秘密 -project:sakura", project, other) == ["secret"]
    assert found("秘密 project:other") == []


@pytest.mark.parametrize("text", ["", "a", "kind:scene"])
def test_pages_together_are_the_whole_in_one_order_with_nothing_twice(project, text):
    other = ensure_project(slug="other")
    for where in (project, other):
        for n in range(5):
            save_document(
                project=where, document=d.SceneDocument(f"a{n}", "a" if n % 2 else f"A {n}", ("sky",)), editor=None
            )
    query, projects = parse_query(text), [project, other]
    whole = [(hit.project.slug, hit.kind, hit.asset) for hit in search_assets(projects, query, limit=200).hits]
    pages, after = [], ""
    while True:
        page = search_assets(projects, query, limit=3, after=after)
        pages += [(hit.project.slug, hit.kind, hit.asset) for hit in page.hits]
        after = page.after
        if not after:
            break
    assert pages == whole
    assert len(set(whole)) == len(whole) == count_assets(projects, query)


@pytest.mark.parametrize("after", ["x", "0", "2.scene.1.a", "0.plate.1.a", "0.scene.².a", f"0.scene.{'9' * 30}.a"])
def test_a_page_mark_of_somebody_elses_making_is_refused(project, after):
    with pytest.raises(RefusedError, match="what the page before gave"):
        search_assets([project], parse_query(""), after=after)


@pytest.mark.parametrize("limit", [0, 201])
def test_the_length_of_a_page_is_bounded(project, limit):
    with pytest.raises(RefusedError, match="1 to 200"):
        search_assets([project], parse_query(""), limit=limit)


def test_a_page_takes_as_many_queries_however_many_it_shows(project):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            search_assets([project], parse_query("tag:sky -kind:shot"))
        return len(seen)

    few = queries()
    for n in range(30):
        save_document(project=project, document=d.SceneDocument(f"s{n}", "S", ("sky",)), editor=None)
    assert queries() == few
