"""Who may say what about a version, and what approving one leaves behind: a label, a review, an event, a commit."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from ip_library.core.errors import NotAllowedError, RefusedError
from ip_library.core.trailers import LabelName, read_message
from ip_library.models import AuditEvent, Label, Membership, Review, Role, Version
from ip_library.selectors.labels import labelled_version, labels_of, labels_on, status_of, statuses_of
from ip_library.selectors.verify import verify_project
from ip_library.services.labels import approve_versions, carry_approval, move_label, set_status, set_statuses
from ip_library.services.restore import restore_version

MIKU = ("character", "miku")
SHOT = ("shot", "E01_SQ010_SH0010")


def version(number=1, asset=MIKU):
    return Version.objects.select_related("project").get(kind=asset[0], asset=asset[1], number=number)


@pytest.fixture
def renamed(sakura, change):
    """Miku in three versions, the last two with another name."""
    for name in ("Mik", "Mi"):
        change(*MIKU, lambda document, name=name: replace(document, name=name))
    return sakura


# ------------------------------------------------------------------------------------------- who may do what

MAY = {
    Role.VIEWER: set(),
    Role.AUDITOR: set(),
    Role.ARTIST: {"wfa", "wip", "label"},
    Role.MANAGER: {"wfa", "wip", "label", "approved", "retake", "done", "unapprove"},
    Role.OWNER: {"wfa", "wip", "label", "approved", "retake", "done", "unapprove"},
    None: set(),
}
BEFORE = {"wfa": "wip", "wip": "wfa", "approved": "wfa", "retake": "wfa", "done": "approved"}


@pytest.mark.parametrize("deed", ["wfa", "wip", "approved", "retake", "done", "label", "unapprove"])
@pytest.mark.parametrize("role", MAY)
def test_each_role_may_do_exactly_this(sakura, everything, role, deed):
    person = User.objects.create_user("somebody")
    if role:
        Membership.objects.create(project=sakura, user=person, role=role)
    first = version()
    if BEFORE.get(deed, "wip") != "wip":
        set_status(version=first, status=BEFORE[deed], author=None, reason="So far")
    if deed == "unapprove":
        set_status(version=first, status="approved", author=None, reason="So far")

    def act():
        if deed in BEFORE:
            return set_status(version=first, status=deed, author=person, reason="Because")
        name = "canon" if deed == "unapprove" else "key-visual"
        target = None if deed == "unapprove" else first
        return move_label(
            project=sakura, name=name, version=target, kind="character", asset="miku", author=person, reason="Because"
        )

    if deed in MAY[role]:
        assert act()
        if deed in BEFORE:
            assert status_of(first) == deed
        assert AuditEvent.objects.filter(actor=person, outcome="done", reason="Because").count() == 1
        return
    before = everything()
    with pytest.raises(NotAllowedError):
        act()
    assert everything() == before
    refused = AuditEvent.objects.get(actor=person)
    assert (refused.outcome, refused.subject) == ("refused", "character/miku")


@pytest.mark.parametrize(
    ("path", "status", "hint"),
    [
        ([], "retake", "one of wfa, approved, since it is wip now"),
        ([], "done", "one of wfa, approved, since it is wip now"),
        (["wfa", "retake"], "wip", "one of wfa, approved, since it is retake now"),
        (["approved"], "wfa", "one of done, retake, since it is approved now"),
        (["approved", "done"], "wip", "one of approved, retake, since it is done now"),
        ([], "perfect", "one of wip, wfa, retake, approved, done"),
    ],
)
def test_a_step_that_does_not_exist_is_refused_with_those_that_do(sakura, path, status, hint):
    for step in path:
        set_status(version=version(), status=step, author=None, reason="So far")
    with pytest.raises(RefusedError, match=hint):
        set_status(version=version(), status=status, author=None, reason="Because")
    assert status_of(version()) == (path[-1] if path else "wip")


@pytest.mark.parametrize("status", ["approved", "retake"])
@pytest.mark.parametrize("reason", ["", "  \n", "x\u202ey", "Settei-Label: canon character/miku v009"])
def test_a_decision_needs_a_reason_that_can_be_stored(sakura, status, reason):
    set_status(version=version(), status="wfa", author=None)
    with pytest.raises(RefusedError, match="reason is"):
        set_status(version=version(), status=status, author=None, reason=reason)
    assert status_of(version()) == "wfa"
    assert not Label.objects.exists()


# ------------------------------------------------------------------------------------------------ approving


def test_approving_moves_canon_and_records_who_and_when(renamed, alice, git):
    result = set_status(version=version(2), status="approved", author=alice, reason="The client likes it")
    assert labelled_version(renamed, *MIKU, "canon") == version(2)
    assert labelled_version(renamed, *MIKU, "latest") == version(3)
    assert list(labels_of(renamed, *MIKU)) == ["latest", "canon"]
    assert labels_on(version(2)) == ["canon"]
    review = Review.objects.get(version=version(2))
    assert (review.status, review.approved_by_login, review.reason) == ("approved", "alice", "The client likes it")
    assert review.approved_at is not None
    event = AuditEvent.objects.get(action="approve")
    assert (event.subject, event.reason) == ("character/miku", "The client likes it")
    assert event.before == {"version": "v002", "status": "wip", "canon": ""}
    assert event.after == {
        "version": "v002", "status": "approved", "canon": "v002", "commit": result.changeset.sha,
    }  # fmt: skip
    text, trailers = read_message(git("log", "-1", "--format=%B", "canon") + "\n")
    assert text == "The client likes it"
    assert trailers.labels == (LabelName("canon", "character", "miku", 2),)
    assert (trailers.author, trailers.changeset, trailers.versions) == ("alice", str(result.changeset.pk), ())
    assert git("rev-parse", "canon") == result.changeset.sha
    assert list(verify_project(renamed)) == []
    git.assert_clean()


def test_approving_an_earlier_version_moves_canon_back(renamed, alice):
    for number in (1, 3):
        set_status(version=version(number), status="approved", author=alice, reason=f"Take {number}")
    assert statuses_of([version(1), version(2), version(3)]) == {
        version(1).pk: "approved", version(2).pk: "wip", version(3).pk: "approved",
    }  # fmt: skip
    result = set_status(version=version(1), status="approved", author=alice, reason="Back to the first")
    assert labelled_version(renamed, *MIKU, "canon") == version(1)
    assert [(move.previous, move.version) for move in result.moves] == [(version(3), version(1))]
    assert status_of(version(3)) == "approved", "what canon left keeps its status"
    assert AuditEvent.objects.first().before["canon"] == "v003"


def test_approving_what_is_canon_already_writes_nothing(sakura, alice, everything):
    set_status(version=version(), status="approved", author=alice, reason="Good")
    before = everything()
    assert not set_status(version=version(), status="approved", author=alice, reason="Good again").did_something
    assert not set_status(version=version(), status="approved", author=alice, reason="Good again").changed
    assert everything() == before


def test_many_versions_are_approved_in_one_commit_or_none_is(renamed, alice, git):
    chosen = [version(3), version(1, ("character", "len")), version(1, SHOT)]
    result = approve_versions(project=renamed, versions=chosen, author=alice, reason="The first episode")
    assert git("rev-list", "--count", "canon") == "1"
    assert {label.asset for label in Label.objects.filter(name="canon")} == {"miku", "len", SHOT[1]}
    assert result.changeset.moves.count() == 3
    with pytest.raises(RefusedError, match="v001 and v002 of miku"):
        approve_versions(project=renamed, versions=[version(1), version(2)], author=alice, reason="Both")
    assert labelled_version(renamed, *MIKU, "canon") == version(3)


def test_what_is_canon_is_not_sent_back(renamed, alice):
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    with pytest.raises(RefusedError, match="approve another version first, or take canon away"):
        set_status(version=version(1), status="retake", author=alice, reason="Not so good")
    assert status_of(version(1)) == "approved"
    set_status(version=version(2), status="approved", author=alice, reason="Better")
    set_status(version=version(1), status="retake", author=alice, reason="Not so good")
    assert status_of(version(1)) == "retake"
    assert Review.objects.get(version=version(1)).approved_by_login == ""


def test_who_approved_stays_known_when_it_is_done(sakura, alice):
    set_status(version=version(), status="approved", author=alice, reason="Good")
    set_status(version=version(), status="done", author=None)
    review = Review.objects.get()
    assert (review.status, review.by_login, review.approved_by_login) == ("done", "operator", "alice")


def test_a_version_of_another_project_is_refused(sakura, charlie, alice):
    other = charlie.memberships.get().project
    with pytest.raises(RefusedError, match="a version of project other"):
        set_statuses(project=other, versions=[version()], status="wfa", author=charlie)
    with pytest.raises(RefusedError, match="at least one"):
        set_statuses(project=sakura, versions=[], status="wfa", author=alice)
    assert not Review.objects.exists()


# ------------------------------------------------------------------------------------- restored versions


def test_a_restored_version_is_approved_as_the_one_it_restores_and_canon_stays(renamed, bob, alice):
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    set_status(version=version(3), status="approved", author=alice, reason="Better")
    restore_version(version=version(1), author=bob)
    review = Review.objects.get(version=version(4))
    assert (review.status, review.by_login, review.approved_by_login) == ("approved", "bob", "alice")
    assert review.reason == "As v001, which was approved: Good"
    assert labelled_version(renamed, *MIKU, "canon") == version(3), "an artist moves no canon"
    assert AuditEvent.objects.get(action="carry approval").after["version"] == "v004"


def test_no_approval_is_carried_to_other_content_or_from_what_nobody_approved(renamed, alice):
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    assert not carry_approval(source=version(1), version=version(2), author=alice)
    assert not carry_approval(source=version(2), version=version(3), author=alice)
    restore_version(version=version(2), author=alice)
    assert status_of(version(4)) == "wip"
