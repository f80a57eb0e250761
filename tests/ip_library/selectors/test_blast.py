"""What moves when an asset moves: those whose newest version follows the label, and those who follow these."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ip_library.core import documents as d
from ip_library.models import Changeset, Resolution, Version
from ip_library.selectors.blast import blast_radius, followers_of, in_words
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import set_status
from tests.data.documents import character, member, shot

pytestmark = pytest.mark.django_db(transaction=True)
MIKU = ("character", "miku")
SAMPLE_SHOT = ("shot", "E01_SQ010_SH0010")


@pytest.fixture
def put(sakura, alice):
    """Return a function that saves documents and commits them together."""

    def act(*documents):
        for document in documents:
            save_document(project=sakura, document=document, editor=alice)
        names = [(document.kind, document.asset) for document in documents]
        return commit_assets(project=sakura, assets=names, message="More", author=alice).versions

    return act


def numbered(number, *cast):
    return replace(shot(*cast), code=f"E01_SQ010_SH{number:04d}")


def variant(slug, of, follow=d.LATEST):
    return character(slug, base=d.Reference(of, follow=follow))


def names(found):
    return [(item.kind, item.asset) for item in found]


def test_the_shots_that_follow_a_character_are_found(sakura):
    (found,) = followers_of(sakura, *MIKU)
    assert (found.kind, found.asset, found.label, found.through) == ("shot", SAMPLE_SHOT[1], "v001", MIKU)
    assert followers_of(sakura, *SAMPLE_SHOT) == []
    assert names(followers_of(sakura, "scene", "cherry-blossom")) == [SAMPLE_SHOT]


def test_a_pinned_shot_and_one_that_follows_another_label_stay(sakura, put, alice):
    set_status(version=Version.objects.get(asset="miku"), status="approved", author=alice, reason="Good")
    pinned = replace(member("miku"), character=d.Reference("miku", follow="", version=1))
    canon = replace(member("miku"), character=d.Reference("miku", follow="canon"))
    put(numbered(20, pinned), numbered(30, canon))
    assert names(followers_of(sakura, *MIKU)) == [SAMPLE_SHOT]
    assert names(followers_of(sakura, *MIKU, label="canon")) == [("shot", "E01_SQ010_SH0030")]
    assert names(followers_of(sakura, *MIKU, label=None)) == [SAMPLE_SHOT, ("shot", "E01_SQ010_SH0030")]


def test_only_the_newest_version_of_a_shot_counts(sakura, put):
    document = read_draft(get_draft(sakura, *SAMPLE_SHOT))
    put(replace(document, cast=tuple(item for item in document.cast if item.character.asset != "miku")))
    assert followers_of(sakura, *MIKU) == []


def test_a_shot_of_a_variant_moves_too_and_variants_come_first(sakura, put):
    put(variant("miku-summer", "miku"), variant("miku-beach", "miku-summer"))
    put(numbered(20, member("miku-beach")), numbered(30, member("miku"), member("miku-summer", x="0.2")))
    found = followers_of(sakura, *MIKU)
    assert names(found)[:2] == [("character", "miku-summer"), ("character", "miku-beach")]
    assert set(names(found)[2:]) == {SAMPLE_SHOT, ("shot", "E01_SQ010_SH0020"), ("shot", "E01_SQ010_SH0030")}
    assert in_words(found) == "3 shots, 2 characters"
    through = {item.asset: item.through for item in found}
    assert through["E01_SQ010_SH0020"] == ("character", "miku-beach")
    assert names(followers_of(sakura, "character", "miku-beach")) == [("shot", "E01_SQ010_SH0020")]


def test_other_projects_do_not_follow(sakura, charlie):
    other = charlie.memberships.get().project
    assert followers_of(other, *MIKU) == []


def test_before_a_commit_the_draft_is_compared_with_the_latest_version(sakura, alice):
    document = read_draft(get_draft(sakura, *MIKU))
    save_document(project=sakura, document=replace(document, name="Mik"), editor=alice)
    blast = blast_radius(sakura, *MIKU)
    assert [change.field for change in blast.changes] == ["name"]
    assert (blast.before.label, blast.after, blast.summary) == ("v001", None, "1 shot")


def test_a_draft_that_was_not_changed_changes_nothing(sakura, put):
    put(variant("miku-summer", "miku"))
    for name in (MIKU, SAMPLE_SHOT, ("character", "miku-summer")):
        assert blast_radius(sakura, *name).changes == (), name


def test_before_approving_the_version_is_compared_with_the_canon(sakura, put, alice):
    first = Version.objects.get(asset="miku")
    set_status(version=first, status="approved", author=alice, reason="Good")
    (second,) = put(replace(read_draft(get_draft(sakura, *MIKU)), name="Mik"))
    blast = blast_radius(sakura, *MIKU, label="canon")
    assert (blast.before, blast.after) == (first, second)
    assert [change.field for change in blast.changes] == ["name"]
    assert blast_radius(sakura, *MIKU, label="canon", target=first).changes == ()
    assert blast.summary == "nothing", "the sample's shot follows latest"


SHOTS, OTHERS, TAKES, CAST = 1000, 9000, 3, 100


@pytest.fixture
def large(sakura):
    """A character used in 1,000 shots among 10,000 with 3 versions each, which use 100 other characters."""
    first = Version.objects.get(asset="miku")
    others = Version.objects.bulk_create(
        Version(
            changeset=first.changeset, project=sakura, kind="character", asset=f"extra-{n}", number=1, document="<x/>",
            sha256="", blob="",
        )
        for n in range(CAST)
    )  # fmt: skip
    assets = [f"E02_SQ{n // 10:03d}_SH{n:04d}" for n in range(SHOTS)]
    assets += [f"E03_SQ{n // 10:03d}_SH{n:04d}" for n in range(OTHERS)]
    for take in range(TAKES):
        changeset = Changeset.objects.create(
            id=uuid.uuid4(), project=sakura, sequence=100 + take, sha=f"{take:040d}", author_login="x", author_name="x",
            message="x", committed_at=datetime.now(UTC),
        )  # fmt: skip
        rows = Version.objects.bulk_create(
            Version(
                changeset=changeset, project=sakura, kind="shot", asset=asset, number=take + 1, document="<x/>",
                sha256="", blob="",
            )
            for asset in assets
        )  # fmt: skip
        Resolution.objects.bulk_create(
            Resolution(
                using=row, field="cast/1/character", used=first if n < SHOTS else others[n % CAST], follow="latest"
            )
            for n, row in enumerate(rows)
        )
    return sakura


@pytest.mark.parametrize("analysed", [False, True])
def test_a_thousand_shots_among_thirty_thousand_versions_are_found_by_indexes_alone(large, analysed):
    """Each table is searched by an index, whether or not the database has counted its rows."""
    if analysed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as asked:
        found = followers_of(large, *MIKU)
    assert len(found) == SHOTS + 1
    assert all(item.number == TAKES for item in found if item.asset.startswith("E02"))
    assert len(asked) == 1, "no variant follows, so nothing else is asked"
    with connection.cursor() as cursor:
        sqlite = connection.vendor == "sqlite"
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if sqlite else ''} {asked[0]['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    if sqlite:
        assert "SCAN" not in plan, plan
        assert "ip_library_resolution_used_id" in plan, plan
