"""What follows an asset is committed again in one changeset, from what was committed, and nothing else is touched."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError, NotAllowedError, RefusedError
from ip_library.models import AuditEvent, Changeset, Resolution, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.verify import verify_project
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import set_status
from ip_library.services.recast import recast
from tests.data.documents import character, member, shot

MIKU = ("character", "miku")
SAMPLE_SHOT = ("shot", "E01_SQ010_SH0010")


@pytest.fixture
def put(sakura, alice):
    """Return a function that saves documents and commits them together."""

    def act(*documents, commit=True):
        for document in documents:
            save_document(project=sakura, document=document, editor=alice)
        names = [(document.kind, document.asset) for document in documents]
        return commit and commit_assets(project=sakura, assets=names, message="More", author=alice).versions

    return act


@pytest.fixture
def miku(sakura):
    return lambda: read_draft(get_draft(sakura, *MIKU))


def numbered(number, *cast):
    return replace(shot(*cast), code=f"E01_SQ010_SH{number:04d}")


def names(versions):
    return [(version.asset, version.number) for version in versions]


def again(project, author, **options):
    return recast(project=project, kind="character", asset="miku", message="Recast", author=author, **options)


def test_followers_move_to_what_the_label_points_to_in_one_changeset(sakura, put, miku, bob, git):
    put(numbered(20, member("miku")))
    (second,) = put(replace(miku(), appearance=replace(miku().appearance, hair=("green_hair",))))
    result = again(sakura, bob)
    assert names(result.versions) == [("E01_SQ010_SH0010", 2), ("E01_SQ010_SH0020", 2)]
    assert {row.used for row in Resolution.objects.filter(using__in=result.versions, used__asset="miku")} == {second}
    assert all("green_hair" in row.text for row in result.versions[0].prompts.all())
    assert Changeset.objects.filter(branch="main").count() == 4
    assert git("log", "-1", "--format=%s", "main") == "Recast"
    assert AuditEvent.objects.filter(action="commit", reason="Recast").count() == 2
    assert list(verify_project(sakura)) == []


def test_who_is_up_to_date_stays(sakura, put, miku, bob, everything):
    put(replace(miku(), name="Mik"))
    assert names(again(sakura, bob).versions) == [("E01_SQ010_SH0010", 2)]
    before = everything()
    result = again(sakura, bob)
    assert (result.changeset, result.versions) == (None, ())
    assert names(result.unchanged) == [("E01_SQ010_SH0010", 2)]
    assert everything() == before


def test_variants_go_before_the_shots_that_use_them(sakura, put, miku, alice):
    put(character("miku-beach", base=d.Reference("miku")))
    put(character("a-variant", base=d.Reference("miku-beach")))
    put(numbered(20, member("a-variant")))
    put(replace(miku(), appearance=replace(miku().appearance, eyes=("red_eyes",))))
    result = again(sakura, alice)
    assert names(result.versions) == [
        ("miku-beach", 2), ("a-variant", 2), ("E01_SQ010_SH0010", 2), ("E01_SQ010_SH0020", 2),
    ]  # fmt: skip
    assert "red_eyes" in result.versions[3].prompts.first().text
    assert list(verify_project(sakura)) == []


def test_a_draft_with_work_in_it_is_neither_committed_nor_touched(sakura, put, miku, alice):
    draft = read_draft(get_draft(sakura, *SAMPLE_SHOT))
    put(replace(draft, title="Not ready"), commit=False)
    put(replace(miku(), name="Mik"))
    (moved,) = again(sakura, alice).versions
    assert "Not ready" not in moved.document
    assert read_draft(get_draft(sakura, *SAMPLE_SHOT)).title == "Not ready"


def test_followers_of_canon_move_when_canon_has_moved(sakura, put, miku, alice):
    set_status(version=Version.objects.get(asset="miku"), status="approved", author=alice, reason="Good")
    put(numbered(20, replace(member("miku"), character=d.Reference("miku", follow="canon"))))
    (second,) = put(replace(miku(), name="Mik"))
    assert names(again(sakura, alice).versions) == [("E01_SQ010_SH0010", 2)]
    set_status(version=second, status="approved", author=alice, reason="Better")
    assert names(again(sakura, alice).versions) == [("E01_SQ010_SH0020", 2)]


def test_only_those_named_move(sakura, put, miku, alice):
    put(numbered(20, member("miku")))
    put(replace(miku(), name="Mik"))
    assert names(again(sakura, alice, only=["E01_SQ010_SH0020"]).versions) == [("E01_SQ010_SH0020", 2)]
    with pytest.raises(RefusedError, match="something that follows character miku: E01_SQ010_SH0010"):
        again(sakura, alice, only=["cherry-blossom"])


def test_a_follower_that_no_longer_fits_stops_all(sakura, put, miku, alice, everything):
    put(numbered(20, replace(member("miku"), look=miku().looks[0].slug)))
    put(numbered(20, member("miku")), commit=False)
    put(numbered(30, member("miku")))
    put(replace(read_draft(get_draft(sakura, "shot", "E01_SQ010_SH0010")), cast=(member("len"),)))
    put(replace(miku(), looks=()))
    before = everything()
    with pytest.raises(InvalidDocumentError, match="E01_SQ010_SH0020"):
        again(sakura, alice)
    assert everything() == before


def test_who_may_not_commit_may_not_recast(sakura, put, miku, charlie, everything):
    put(replace(miku(), name="Mik"))
    before = everything()
    with pytest.raises(NotAllowedError):
        again(sakura, charlie)
    with pytest.raises(RefusedError, match="message"):
        recast(project=sakura, kind="character", asset="miku", message=" ", author=None)
    assert everything() == before
    assert AuditEvent.objects.filter(outcome="refused", subject="character/miku").count() == 2


# --------------------------------------------------------------------------------------------- commands


def said(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_moves_and_changes_nothing_when_dry(sakura, put, miku, everything):
    put(replace(miku(), name="Mik"))
    before = everything()
    text = said("recast", "sakura", "character", "miku", "--dry-run")
    assert "shot       E01_SQ010_SH0010         v001 -> v002" in text
    assert "1 of 1 followers of character miku move; 0 are up to date" in text
    assert everything() == before
    text = said("recast", "sakura", "character", "miku", "--message", "New name")
    assert Changeset.objects.filter(branch="main").first().sha[:10] in text
    assert "0 of 1 followers" in said("recast", "sakura", "character", "miku", "--message", "Again")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sakura", "character", "miku"), "a sentence that says what changed and why"),
        (("sakura", "character", "nobody", "--message", "x"), "there is no version of character 'nobody'"),
        (("nowhere", "character", "miku", "--message", "x"), "there is no project 'nowhere'"),
        (("sakura", "monster", "miku", "--message", "x"), "invalid choice: 'monster'"),
        (("sakura", "character", "miku", "--message", "x", "--only", "rin"), "something that follows"),
    ],
)
def test_a_wrong_call_of_recast_is_one_clear_line(sakura, arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("recast", *arguments)


def test_the_command_approves_an_earlier_version_too(sakura, put, miku, everything):
    put(replace(miku(), name="Mik"))
    before = everything()
    assert "canon of character miku: nothing -> v002" in said(
        "approve", "sakura", "character", "miku", "--message", "Good", "--dry-run"
    )
    assert everything() == before
    said("approve", "sakura", "character", "miku", "--message", "Good")
    text = said("approve", "sakura", "character", "miku", "--version", "1", "--message", "Back")
    assert "canon of character miku: v002 -> v001; moves with it: nothing" in text
    assert "  name: Mik -> " in text
    assert Changeset.objects.filter(branch="canon").first().sha[:10] in text
    assert "approved already" in said("approve", "sakura", "character", "miku", "--version", "1", "--message", "Back")
    with pytest.raises(CommandError, match="its versions go up to v002"):
        call_command("approve", "sakura", "character", "miku", "--version", "9", "--message", "x")
