"""Free labels move by whoever commits; `latest` and `canon` do not move by hand."""

from dataclasses import replace

import pytest

from ip_library.core.errors import RefusedError
from ip_library.core.trailers import LabelName, read_message
from ip_library.models import AuditEvent, Changeset, Label, LabelMove, Version
from ip_library.selectors.labels import labelled_version, labels_of
from ip_library.selectors.verify import verify_project
from ip_library.services.labels import Move, move_label, move_labels, set_status

MIKU = ("character", "miku")


def version(asset="miku", number=1):
    return Version.objects.get(asset=asset, number=number)


def put(project, name, target, author, asset="miku", **options):
    return move_label(
        project=project, name=name, version=target, kind="character", asset=asset, author=author, **options
    )


def test_a_free_label_is_put_and_taken_away_and_changes_no_file(sakura, bob, git):
    put(sakura, "key-visual", version(), bob)
    assert labelled_version(sakura, *MIKU, "key-visual") == version()
    assert list(labels_of(sakura, *MIKU)) == ["latest", "key-visual"]
    text, trailers = read_message(git("log", "-1", "--format=%B", "canon") + "\n")
    assert text == "Put label key-visual on character miku v001"
    assert trailers.labels == (LabelName("key-visual", "character", "miku", 1),)
    assert git("ls-tree", "-r", "--name-only", "canon") == ""
    put(sakura, "key-visual", None, bob, reason="Another one is nicer")
    assert labelled_version(sakura, *MIKU, "key-visual") is None
    text, trailers = read_message(git("log", "-1", "--format=%B", "canon") + "\n")
    assert (text, trailers.labels) == (
        "Another one is nicer", (LabelName("key-visual", "character", "miku", None),),
    )  # fmt: skip
    assert git("rev-parse", "canon^{tree}") == git("rev-parse", "canon~1^{tree}")
    assert list(verify_project(sakura)) == []
    git.assert_clean()


def test_every_move_is_audited_with_where_it_came_from(sakura, bob, change):
    put(sakura, "key-visual", version(), bob)
    change(*MIKU, lambda document: replace(document, name="Mik"))
    put(sakura, "key-visual", version(number=2), bob, reason="Newer")
    event = AuditEvent.objects.filter(action="label").first()
    assert (event.actor_login, event.subject, event.reason) == ("bob", "character/miku", "Newer")
    assert event.before == {"label": "key-visual", "version": "v001"}
    assert event.after == {
        "label": "key-visual", "version": "v002", "commit": Changeset.objects.filter(branch="canon").first().sha,
    }  # fmt: skip


def test_a_label_that_stands_there_already_writes_nothing(sakura, bob, everything):
    put(sakura, "key-visual", version(), bob)
    before = everything()
    assert put(sakura, "key-visual", version(), bob).changeset is None
    assert put(sakura, "poster", None, bob).changeset is None
    assert everything() == before
    assert LabelMove.objects.count() == 1


def test_several_labels_move_in_one_commit(sakura, bob, git):
    moves = [
        Move("key-visual", "character", "miku", version()), Move("poster", "character", "miku", version()),
        Move("poster", "character", "len", version("len")),
    ]  # fmt: skip
    result = move_labels(project=sakura, moves=moves, author=bob)
    assert len(result.moves) == 3
    assert git("rev-list", "--count", "canon") == "1"
    assert Label.objects.filter(name="poster").count() == 2
    with pytest.raises(RefusedError, match="each label once"):
        move_labels(project=sakura, moves=[moves[0], moves[0]], author=bob)


@pytest.mark.parametrize(
    ("name", "target", "says"),
    [
        ("latest", True, "latest follows the newest version by itself"),
        ("latest", False, "latest follows the newest version by itself"),
        ("canon", True, "moved by approving the version"),
        ("Key Visual", True, "lower-case letters"),
        ("", True, "lower-case letters"),
        ("a/../b", True, "lower-case letters"),
        ("x\nSettei-Label: canon character/miku v009", True, "lower-case letters"),
        ("con", True, "reserved device name"),
    ],
)
def test_a_label_that_nobody_may_move_so_is_refused(sakura, alice, name, target, says):
    with pytest.raises(RefusedError, match=says):
        put(sakura, name, version() if target else None, alice, reason="Because")
    assert not Label.objects.exists()
    assert not Changeset.objects.filter(branch="canon").exists()


def test_a_version_of_another_asset_or_project_is_refused(sakura, charlie, alice):
    with pytest.raises(RefusedError, match="a version of character miku"):
        put(sakura, "key-visual", version("len"), alice)
    other = charlie.memberships.get().project
    with pytest.raises(RefusedError, match="in project other"):
        put(other, "key-visual", version(), charlie)


def test_taking_canon_away_needs_a_reason(sakura, alice):
    set_status(version=version(), status="approved", author=alice, reason="Good")
    with pytest.raises(RefusedError, match="a sentence that says why"):
        put(sakura, "canon", None, alice)
    put(sakura, "canon", None, alice, reason="The contract ended")
    assert labelled_version(sakura, *MIKU, "canon") is None
    assert set_status(version=version(), status="approved", author=alice, reason="It goes on").changeset
    assert labelled_version(sakura, *MIKU, "canon") == version()
