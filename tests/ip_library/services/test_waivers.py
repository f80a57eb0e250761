"""Who may give leave to contradict a locked trait, what is refused, and what is recorded."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from ip_library.core import documents as d
from ip_library.core.errors import NotAllowedError, RefusedError, UnknownError
from ip_library.core.locks import Contradiction
from ip_library.models import AuditEvent, Membership, Role, Waiver
from ip_library.selectors.waivers import open_waivers, waivers_for
from ip_library.services.audit import OPERATOR
from ip_library.services.waivers import give_waiver, revoke_waiver

pytestmark = pytest.mark.django_db(transaction=True)
SHOT = "E01_SQ010_SH0010"
RED = Contradiction("miku", "hair", "cast/1/pose", "'red_hair' contradicts 'blue_hair'")


@pytest.fixture
def give(drafts):
    """Return a function that gives a waiver for the sample's shot, unless said otherwise."""

    def act(author=None, **values):
        given = {
            "kind": d.SHOT,
            "asset": SHOT,
            "character": "miku",
            "slot": "hair",
            "reason": "A dream: everything is red",
            "expires_at": timezone.now() + timedelta(days=7),
        }
        return give_waiver(project=drafts.project, author=author, **(given | values))

    return act


@pytest.fixture
def nothing_changed(everything):
    """Return a function that does something and asserts that it was refused and changed nothing."""

    def act(error, match, deed):
        before = everything(), list(Waiver.objects.values())
        with pytest.raises(error, match=match):
            deed()
        assert (everything(), list(Waiver.objects.values())) == before

    return act


@pytest.mark.parametrize("role", [*Role, None])
def test_managers_and_owners_give_and_revoke_and_nobody_else(drafts, give, nothing_changed, role):
    person = User.objects.create_user("somebody")
    if role:
        Membership.objects.create(project=drafts.project, user=person, role=role)
    if role in {Role.MANAGER, Role.OWNER}:
        waiver = give(person)
        assert waiver.author_login == "somebody"
        assert revoke_waiver(waiver=waiver, author=person) is True
        done = AuditEvent.objects.filter(actor=person).order_by("sequence")
        assert [(event.action, event.outcome) for event in done] == [("waive", "done"), ("revoke waiver", "done")]
        return
    waiver = give()
    nothing_changed(NotAllowedError, "waive", lambda: give(person))
    nothing_changed(NotAllowedError, "waive", lambda: revoke_waiver(waiver=waiver, author=person))
    refused = AuditEvent.objects.filter(actor=person).order_by("sequence")
    assert [(event.action, event.outcome, event.subject) for event in refused] == [
        ("waive", "refused", f"shot/{SHOT}")
    ] * 2


@pytest.mark.parametrize(
    ("error", "match", "values"),
    [
        (RefusedError, "kind is 'scene', but it must be character or shot", {"kind": d.SCENE}),
        (RefusedError, "slot is 'wings', but it must be one of .*hair", {"slot": "wings"}),
        (RefusedError, "reason", {"reason": "  \n "}),
        (RefusedError, "reason", {"reason": "so\u202ethat"}),
        (RefusedError, "reason", {"reason": "x" * 1001}),
        (RefusedError, "expires_at .* in the future", {"expires_at": timezone.now() - timedelta(seconds=1)}),
        (UnknownError, "E09_SQ010_SH0010", {"asset": "E09_SQ010_SH0010"}),
        (UnknownError, "nobody", {"character": "nobody"}),
    ],
)
def test_what_makes_no_waiver_is_refused_and_recorded(give, alice, nothing_changed, error, match, values):
    nothing_changed(error, match, lambda: give(alice, **values))
    assert AuditEvent.objects.filter(actor=alice, action="waive", outcome="refused").count() == 1


def test_a_waiver_and_its_end_are_in_the_audit_with_the_reason(give, alice):
    waiver = give(alice, reason="  A dream  ")
    revoke_waiver(waiver=waiver, author=None)
    given, revoked = AuditEvent.objects.filter(action__in=["waive", "revoke waiver"]).order_by("sequence")
    what = {"character": "miku", "slot": "hair", "until": waiver.expires_at.isoformat()}
    assert (given.actor_login, given.subject, given.reason, given.after) == ("alice", f"shot/{SHOT}", "A dream", what)
    assert (revoked.actor_login, revoked.before) == (OPERATOR, what)


def test_a_waiver_is_revoked_once(give, alice):
    waiver = give()
    assert revoke_waiver(waiver=waiver, author=alice) is True
    at = Waiver.objects.get().revoked_at
    assert revoke_waiver(waiver=waiver, author=alice) is False
    assert Waiver.objects.get().revoked_at == at
    assert AuditEvent.objects.filter(action="revoke waiver").count() == 1


def test_a_waiver_covers_one_asset_one_character_and_one_slot_and_no_more(drafts, give, empty_project):
    waiver = give()
    others = [
        Contradiction("len", "hair", RED.field, RED.message),
        Contradiction("miku", "eyes", RED.field, RED.message),
    ]
    assert waivers_for(drafts.project, d.SHOT, SHOT, [RED, *others]) == {RED: waiver}
    assert waivers_for(drafts.project, d.CHARACTER, "miku", [RED]) == {}
    assert waivers_for(drafts.project, d.SHOT, "E01_SQ010_SH0020", [RED]) == {}


def test_a_waiver_of_another_project_covers_nothing(drafts, give, charlie):
    give()
    other = charlie.memberships.get().project
    assert waivers_for(other, d.SHOT, SHOT, [RED]) == {}


def test_a_waiver_holds_until_it_expires_or_is_revoked(drafts, give):
    waiver, revoked = give(), give(slot="eyes")
    revoke_waiver(waiver=revoked, author=None)
    assert list(open_waivers(drafts.project)) == [waiver]
    Waiver.objects.filter(pk=waiver.pk).update(expires_at=timezone.now())
    assert list(open_waivers(drafts.project)) == []
    assert waivers_for(drafts.project, d.SHOT, SHOT, [RED]) == {}


def test_with_an_expired_and_a_new_waiver_the_new_one_counts(drafts, give):
    old = give()
    Waiver.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=1))
    new = give(reason="Again")
    assert waivers_for(drafts.project, d.SHOT, SHOT, [RED]) == {RED: new}
