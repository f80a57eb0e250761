"""Reviews and waivers are what the audit and branch canon say that people decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db.models import F
from django.utils import timezone as clock

from ip_library.core.errors import NotAllowedError
from ip_library.models import AuditEvent, Changeset, Review, Version, Waiver
from ip_library.selectors.audit import entry_of, verify_audit
from ip_library.selectors.verify import verify_project
from ip_library.selectors.verify_decisions import Decisions
from ip_library.services.audit import record_event
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import move_label, set_status
from ip_library.services.restore import restore_version
from ip_library.services.waivers import give_waiver, revoke_waiver
from tests.data.documents import SHOT_CODE, sample

MIKU = ("character", "miku")
NEXT_YEAR = datetime(2099, 1, 1, tzinfo=timezone(timedelta(hours=9)))


def version(number=1, asset=MIKU):
    return Version.objects.select_related("project").get(kind=asset[0], asset=asset[1], number=number)


def rename(project, name, author):
    save_document(project=project, document=replace(sample("character.miku"), name=name), editor=author)
    commit_assets(project=project, assets=[MIKU], message="Rename", author=author)


@pytest.fixture
def project(sakura, alice, bob):
    """Miku in three versions: approved and done, approved, sent back."""
    rename(sakura, "Mik", alice)
    rename(sakura, "Mi", alice)
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    set_status(version=version(2), status="approved", author=None, reason="Better")
    set_status(version=version(1), status="done", author=None)
    set_status(version=version(3), status="wfa", author=bob, reason="Look")
    set_status(version=version(3), status="retake", author=alice, reason="No")
    return sakura


def waive(project, author, slot="hair", **values):
    facts = {"kind": "shot", "asset": SHOT_CODE, "character": "miku", "reason": "Wet", "expires_at": NEXT_YEAR} | values
    return give_waiver(project=project, slot=slot, author=author, **facts)


def findings(project):
    return [(problem.code, problem.field.removeprefix("project/sakura/")) for problem in verify_project(project)]


def review_of(number):
    return Review.objects.filter(version=version(number))


def at(number):
    return ("verify.review", f"reviews/character/miku/v{number:03d}")


# -------------------------------------------------------------------------------------------------------- reviews


def test_what_people_decided_has_no_finding(project):
    assert findings(project) == []


def test_who_finishes_approves_again_and_takes_canon_away_makes_no_false_alarm(project, alice):
    set_status(version=version(2), status="done", author=alice)
    set_status(version=version(2), status="approved", author=alice, reason="Again, and canon stays")
    move_label(project=project, name="canon", version=None, kind="character", asset="miku", author=alice, reason="Wait")
    assert findings(project) == []
    set_status(version=version(1), status="approved", author=None, reason="The first after all")
    set_status(version=version(2), status="retake", author=alice, reason="Not this")
    set_status(version=version(2), status="wfa", author=alice)
    set_status(version=version(2), status="wip", author=alice)
    assert findings(project) == []


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (2, {"approved_by_login": "eve"}),
        (1, {"approved_by_login": "eve"}),  # done: who approved it before
        (2, {"approved_at": datetime(2001, 2, 3, tzinfo=UTC)}),
        (2, {"approved_at": F("approved_at") + timedelta(minutes=5)}),
        (2, {"status": "done"}),
        (1, {"status": "approved"}),
        (2, {"by_login": "eve"}),
        (2, {"reason": "The client asked for it"}),
        (3, {"status": "wfa"}),
        (3, {"status": "wip"}),
        (3, {"status": "approved", "approved_by_login": "alice", "approved_at": clock.now()}),
    ],
)
def test_a_review_that_was_changed_in_the_database_alone_is_found(project, number, values):
    assert review_of(number).update(**values) == 1
    assert findings(project) == [at(number)]


def test_a_review_that_was_taken_away_is_found(project):
    review_of(3).delete()
    assert findings(project) == [at(3)]


@pytest.mark.parametrize("status", ["wfa", "retake", "approved", "done"])
def test_a_review_that_nobody_gave_is_found(project, alice, status):
    rename(project, "Eve", alice)
    by = {"approved_by_login": "alice", "approved_at": clock.now()} if status in ("approved", "done") else {}
    Review.objects.create(version=version(4), project=project, status=status, by_login="alice", **by)
    assert findings(project) == [at(4)]


def test_an_approval_that_was_carried_must_be_the_one_that_was_recorded(project, bob):
    restore_version(version=version(1), author=bob)
    assert findings(project) == []
    assert review_of(4).update(approved_by_login="bob") == 1
    assert findings(project) == [at(4)]


def test_without_events_as_after_a_rebuild_the_commit_says_who_approved(project):
    """The chain of a rebuilt project begins anew: only what Git holds can be compared."""
    changeset = Changeset.objects.get(branch="canon", message="Better")
    review_of(2).update(approved_at=changeset.committed_at)
    Review.objects.exclude(version=version(2)).delete()

    begun = record_event(project=project, actor=None, action="rebuild", subject="project/sakura")

    def found():
        decisions = Decisions(project)
        decisions.follow(entry_of(begun, project="sakura"))
        return [problem.message for problem in decisions.compare()]

    assert found() == []
    review_of(2).update(approved_by_login="eve")
    assert found() == ["it says that eve approved it, but operator did"]
    review_of(2).update(approved_by_login="operator", approved_at=changeset.committed_at + timedelta(hours=1))
    (message,) = found()
    assert message.startswith("it says that it was approved at ")


def test_a_forged_review_is_found_while_others_judge_the_same_version(project, alice):
    decisions = Decisions(project)
    assert list(verify_audit(project, on_entry=decisions.follow)) == []
    set_status(version=version(3), status="wfa", author=alice)
    review_of(3).update(status="approved", approved_by_login="alice", approved_at=clock.now())
    assert [problem.message for problem in decisions.compare()] == ["the status is approved, but the audit left it wfa"]


def test_what_others_decide_meanwhile_is_no_difference(project, alice):
    decisions = Decisions(project)
    assert list(verify_audit(project, on_entry=decisions.follow)) == []
    set_status(version=version(3), status="wfa", author=alice)
    waive(project, alice)
    assert list(decisions.compare()) == []
    review_of(3).update(status="wip")
    assert len(list(decisions.compare())) == 1


def test_what_was_refused_decides_nothing(project, bob):
    for status in ("approved", "retake"):
        with pytest.raises(NotAllowedError):
            set_status(version=version(3), status=status, author=bob, reason="x")
    assert AuditEvent.objects.filter(outcome="refused").exists()
    assert findings(project) == []


# -------------------------------------------------------------------------------------------------------- waivers

HAIR = ("verify.waiver", f"waivers/shot/{SHOT_CODE}/miku/hair")


@pytest.fixture
def waived(project, alice):
    """Three waivers, two of them alike but for who gave them, of which one is revoked."""
    waive(project, alice)
    revoke_waiver(waiver=waive(project, None, reason="Rain"), author=alice)
    waive(project, alice, slot="eyes")
    return project


def test_waivers_that_were_given_and_revoked_have_no_finding(waived):
    assert findings(waived) == []


@pytest.mark.parametrize(
    "values",
    [
        {"revoked_at": None},
        {"revoked_at": clock.now()},
        {"expires_at": NEXT_YEAR + timedelta(seconds=1)},
        {"reason": "Because"},
        {"author_login": "eve"},
        {"character": "rin"},
    ],
)
def test_a_waiver_that_was_changed_in_the_database_alone_is_found(waived, values):
    assert Waiver.objects.filter(slot="hair").update(**values) == 2
    assert HAIR in findings(waived) or ("verify.waiver", HAIR[1].replace("miku", "rin")) in findings(waived)


def test_a_waiver_that_nobody_gave_or_that_was_taken_away_is_found(waived):
    row = Waiver.objects.get(slot="eyes")
    row.pk, row.slot = None, "body"
    row.save(force_insert=True)
    assert findings(waived) == [("verify.waiver", f"waivers/shot/{SHOT_CODE}/miku/body")]
    Waiver.objects.filter(slot__in=["body", "hair"]).delete()
    assert findings(waived) == [HAIR]


def test_a_second_row_of_a_waiver_is_found(waived):
    row = Waiver.objects.filter(slot="hair").first()
    row.pk = None
    row.save(force_insert=True)
    assert findings(waived) == [HAIR]


def test_memory_holds_facts_of_decisions_and_no_entries(waived):
    decisions = Decisions(waived)
    for _ in verify_audit(waived, on_entry=decisions.follow):
        pass
    assert (len(decisions._judged), len(decisions._leaves)) == (3, 2)
