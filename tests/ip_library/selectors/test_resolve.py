"""Resolving: what follows a label, what is pinned, what a variant inherits, and how few questions that takes."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.ordering import references_first
from ip_library.models import Label, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.library import get_version
from ip_library.selectors.prepare import prepare_assets
from ip_library.selectors.shelf import Shelf
from ip_library.selectors.sources import sources_of_version
from ip_library.services.commit import check_draft, commit_assets
from ip_library.services.edit import save_document
from tests.data.documents import SHOT_CODE, character, member, shot

pytestmark = pytest.mark.django_db(transaction=True)

SHOT = ("shot", SHOT_CODE)


@pytest.fixture
def commit(empty_project, alice):
    """Return a function that saves documents and commits them as one changeset."""

    def act(*documents):
        for document in references_first(documents):
            save_document(project=empty_project, document=document, editor=alice)
        names = [(document.kind, document.asset) for document in documents]
        return commit_assets(project=empty_project, assets=names, message="Commit", author=alice)

    return act


def label(version, name):
    Label.objects.update_or_create(
        project=version.project, kind=version.kind, asset=version.asset, name=name, defaults={"version": version}
    )


def hair(slug="miku", *tags, **values):
    return character(slug, appearance=d.Appearance(hair=tags or ("blue_hair",)), **values)


def following(slug, follow):
    return replace(member(slug), character=d.Reference(slug, follow))


def used_by(version):
    return {row.field: (row.used.asset, row.used.number, row.follow) for row in version.resolutions.all()}


# ------------------------------------------------------------------------------------------------------------ labels


def test_a_member_that_follows_canon_gets_what_is_approved_not_what_is_newest(empty_project, commit):
    commit(hair("miku", "blue_hair"))
    label(get_version(empty_project, "character", "miku", 1), d.CANON)
    commit(hair("miku", "red_hair"))
    (version,) = commit(shot(following("miku", d.CANON))).versions
    assert used_by(version) == {"cast/1/character": ("miku", 1, "canon")}
    assert "blue_hair" in version.prompts.get(dialect="scene").text
    reference = from_xml(version.document.encode()).cast[0].character
    assert (reference.follow, reference.version) == ("canon", 1)


def test_who_follows_canon_does_not_follow_what_is_committed_beside_it(empty_project, commit):
    commit(hair("miku", "blue_hair"))
    label(get_version(empty_project, "character", "miku", 1), d.CANON)
    *_, version = commit(hair("miku", "red_hair"), shot(following("miku", d.CANON))).versions
    assert used_by(version) == {"cast/1/character": ("miku", 1, "canon")}


def test_a_label_that_is_not_set_is_refused_with_the_labels_that_are(empty_project, commit):
    commit(hair("miku"))
    label(get_version(empty_project, "character", "miku", 1), "episode-1")
    label(get_version(empty_project, "character", "miku", 1), d.CANON)
    with pytest.raises(InvalidDocumentError) as caught:
        commit(shot(following("miku", "draft-b")))
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("reference.label", "cast/1/character")
    assert "character 'miku' has no label 'draft-b' (it has: latest, canon, episode-1)" in problem.message


def test_a_label_of_another_asset_or_project_is_none_of_this_one(empty_project, charlie, commit):
    commit(hair("miku"), hair("len"))
    label(get_version(empty_project, "character", "len", 1), d.CANON)
    other = charlie.memberships.get().project
    save_document(project=other, document=hair("miku"), editor=charlie)
    (theirs,) = commit_assets(project=other, assets=[("character", "miku")], message="x", author=charlie).versions
    label(theirs, d.CANON)
    with pytest.raises(InvalidDocumentError, match="has no label 'canon'"):
        commit(shot(following("miku", d.CANON)))


def test_a_pin_names_the_versions_there_are(commit):
    commit(hair("miku"))
    with pytest.raises(InvalidDocumentError, match=r"has no version 7 \(its versions go up to v001\)"):
        commit(shot(replace(member(), character=d.Reference("miku", "", 7))))


def test_every_kind_of_reference_is_resolved_and_compiled(empty_project, commit):
    pose, prop = d.PoseDocument("bow", "Bow", ("bowing",)), d.PropDocument("kite", "Kite", ("red_kite",))
    style = d.StyleDocument("ink", "Ink", ("monochrome",), negative=("blurry",))
    document = shot(
        replace(member(), preset=d.Reference("bow")), style=d.Reference("ink"), props=(d.PropUse(d.Reference("kite")),)
    )
    *_, version = commit(document, prop, style, pose, hair("miku")).versions
    assert used_by(version) == {
        "style": ("ink", 1, "latest"), "cast/1/character": ("miku", 1, "latest"),
        "cast/1/preset": ("bow", 1, "latest"), "props/1": ("kite", 1, "latest"),
    }  # fmt: skip
    prompt = version.prompts.get(dialect="scene")
    assert all(tag in prompt.text for tag in ("bowing", "red_kite", "monochrome"))
    assert "blurry" in prompt.negative_text


# ---------------------------------------------------------------------------------------------------------- variants


def test_a_shot_of_a_variant_shows_what_it_inherits_from_the_versions_it_was_committed_with(empty_project, commit):
    look = d.LookDocument("summer", "Summer", (("clothing", ("dress",)),))
    child = character("child", appearance=d.Appearance(body=("child",)), base=d.Reference("miku"))
    *_, first = commit(shot(member("child", look="summer")), child, hair("miku", "blue_hair", looks=(look,))).versions
    text = first.prompts.get(dialect="scene").text
    assert all(tag in text for tag in ("blue_hair", "child", "dress"))
    assert used_by(get_version(empty_project, "character", "child")) == {"base": ("miku", 1, "latest")}

    commit(hair("miku", "red_hair", looks=(look,)))
    assert commit(shot(member("child", look="summer"))).versions == ()  # the variant still names v001 of its base
    (moved,) = commit(child).versions
    assert (moved.number, used_by(moved)) == (2, {"base": ("miku", 2, "latest")})
    (second,) = commit(shot(member("child", look="summer"))).versions
    assert "red_hair" in second.prompts.get(dialect="scene").text


def test_a_look_that_neither_the_variant_nor_its_base_has_is_refused_by_the_commit(empty_project, commit):
    child = character("child", appearance=d.Appearance(body=("child",)), base=d.Reference("miku"))
    commit(hair("miku"), child)
    wearing = replace(member("child", look="winter"), character=d.Reference("child", "", 1))
    with pytest.raises(InvalidDocumentError, match=r"child has no look 'winter'"):
        commit(shot(wearing))


def test_a_variant_of_what_is_not_committed_is_refused_with_what_to_do(empty_project, alice, commit):
    save_document(project=empty_project, document=hair("miku"), editor=alice)
    with pytest.raises(InvalidDocumentError, match="commit it first, or together with the character"):
        commit(character("child", base=d.Reference("miku")))


def test_a_variant_is_judged_with_what_it_inherits(commit):
    own = d.LookDocument("swim", "Swim", (("clothing", ("swimsuit",)),), base="summer")
    child = character("child", base=d.Reference("miku"), looks=(own,))
    summer = d.LookDocument("summer", "Summer", (("clothing", ("dress",)),))
    with pytest.raises(InvalidDocumentError, match="summer"):
        commit(hair("miku"), child)
    assert len(commit(hair("miku", looks=(summer,)), child).versions) == 2


def test_bases_that_go_round_in_a_circle_are_refused(empty_project, commit):
    commit(hair("a"))
    commit(hair("b", base=d.Reference("a")))
    sheet = get_draft(empty_project, "character", "a")
    sheet.base = get_draft(empty_project, "character", "b")
    sheet.save()
    (problem,) = check_draft(empty_project, "character", "a")
    assert (problem.code, problem.field) == ("base.circle", "base")
    assert "a is a variant of b is a variant of a" in problem.message


def test_a_chain_of_bases_that_is_too_long_is_refused(empty_project, commit):
    commit(hair("a0"), *(hair(f"a{n}", base=d.Reference(f"a{n - 1}")) for n in range(1, 5)))
    commit(hair("b"))
    sheet = get_draft(empty_project, "character", "b")
    sheet.base = get_draft(empty_project, "character", "a4")
    sheet.save()
    (problem,) = check_draft(empty_project, "character", "b")
    assert (problem.code, problem.field) == ("base.too_deep", "base")


def test_the_sources_of_a_shot_include_what_its_variants_build_on_each_once(commit):
    family = (
        hair("a"),
        character("b", base=d.Reference("a")),
        character("c", base=d.Reference("b")),
    )
    *_, version = commit(*family, shot(member("c", x="0.2"), member("b"), member("c", x="0.8"))).versions
    assert [row.used.asset for row in sources_of_version(version)] == ["c", "b", "a"]


# --------------------------------------------------------------------------------------------- how many questions


def questions(project, names, **options):
    with CaptureQueriesContext(connection) as queries:
        prepared = prepare_assets(project, names, **options)
    assert not [item.problems for item in prepared if item.problems]
    return len(queries)


def test_a_shot_of_eight_and_a_hundred_shots_take_few_questions(empty_project, commit, settings):
    settings.TOKEN_COUNTERS = []  # eight people in one prompt are more than an encoder reads
    extras = [hair(f"extra-{n}") for n in range(1, 8)]
    commit(hair("miku"), *extras, character("child", base=d.Reference("miku")))
    cast = [member(slug, x=f"0.{n}") for n, slug in enumerate(("child", *(f"extra-{n}" for n in range(1, 8))), 1)]
    shots = [replace(shot(*cast), code=f"E01_SQ010_SH{n:04}") for n in range(10, 40)]
    commit(*shots)
    commit(hair("miku", "red_hair"))
    commit(character("child", base=d.Reference("miku")))
    names = [("shot", document.code) for document in shots]
    one = questions(empty_project, names[:1])
    assert one <= 8  # the draft in five; the newest and the exact versions in two; the bases in one
    assert questions(empty_project, names) <= one + 2
    assert questions(empty_project, names, from_versions=True) <= one + 2


# ---------------------------------------------------------------------------------------------- preparing anew


def test_versions_prepared_anew_follow_their_labels_and_leave_the_drafts_alone(empty_project, alice, commit):
    commit(hair("miku", "blue_hair"), replace(shot(), title="As committed"))
    save_document(project=empty_project, document=replace(shot(), title="Not ready yet"), editor=alice)
    assert [item.version for item in prepare_assets(empty_project, [SHOT], from_versions=True)] == [None]
    commit(hair("miku", "red_hair"))
    (item,) = prepare_assets(empty_project, [SHOT], from_versions=True)
    assert (item.document.title, item.version.number) == ("As committed", 2)
    assert item.used["cast/1/character"][0].number == 2
    assert "red_hair" in item.prompts[0].text
    assert read_draft(get_draft(empty_project, *SHOT)).title == "Not ready yet"
    assert Version.objects.filter(kind="shot").count() == 1


def test_what_is_referred_to_is_prepared_first_whatever_the_order(empty_project, alice):
    documents = [
        shot(member("c")), character("c", base=d.Reference("b")), character("b", base=d.Reference("a")), hair("a"),
    ]  # fmt: skip
    for document in reversed(documents):
        save_document(project=empty_project, document=document, editor=alice)
    names = [(document.kind, document.asset) for document in documents]
    prepared = prepare_assets(empty_project, names)
    assert [item.document.asset for item in prepared] == ["a", "b", "c", SHOT_CODE]
    assert not any(item.problems for item in prepared)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plans")
def test_versions_are_looked_up_by_their_names_and_not_by_reading_the_whole_project(empty_project):
    references = [("character", d.Reference("a")), ("scene", d.Reference("b")), ("prop", d.Reference("c", "", 2))]
    with CaptureQueriesContext(connection) as queries:
        Shelf(empty_project).load([("shot", SHOT_CODE), ("shot", "E01_SQ010_SH0020")], references)
    assert len(queries) == 2
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            searches = [row[-1] for row in cursor.fetchall() if row[-1].startswith(("SEARCH", "SCAN"))]
        assert searches
        assert all("asset=?" in search for search in searches), searches
