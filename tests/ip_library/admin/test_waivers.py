"""Managers give waivers in a form and revoke them from the list; everybody in the project reads them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.utils import timezone

from ip_library.models import AuditEvent, Membership, Role, Version, Waiver, WaiverUse
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.waivers import give_waiver

pytestmark = pytest.mark.django_db
LIST = "/admin/ip_library/waiver/"
ADD = f"{LIST}add/"
SHOT = "E01_SQ010_SH0010"


@pytest.fixture
def mona(drafts):
    user = User.objects.create_user("mona", first_name="Mona")
    Membership.objects.create(project=drafts.project, user=user, role=Role.MANAGER)
    return user


@pytest.fixture
def manager(mona, as_user):
    return as_user(mona)


def typed(project, **values):
    until = timezone.now() + timedelta(days=7)
    return {
        "project": project.pk,
        "kind": "shot",
        "asset": SHOT,
        "character": "miku",
        "slot": "hair",
        "reason": "A dream: everything is red",
        "expires_at_0": f"{until:%Y-%m-%d}",
        "expires_at_1": "12:00",
    } | values


@pytest.fixture
def waiver(drafts, mona):
    return give_waiver(
        project=drafts.project, kind="shot", asset=SHOT, character="miku", slot="hair", reason="A dream",
        expires_at=timezone.now() + timedelta(days=7), author=mona,
    )  # fmt: skip


def revoke(browser, *waivers):
    sent = {"action": "revoke", "_selected_action": [item.pk for item in waivers]}
    response = browser.post(LIST, sent)
    return response, [str(message) for message in get_messages(response.wsgi_request)]


def test_a_manager_gives_a_waiver_in_the_form(manager, mona, drafts):
    assert manager.post(ADD, typed(drafts.project)).status_code == 302
    waiver = Waiver.objects.get()
    assert (waiver.asset, waiver.character, waiver.slot, waiver.author) == (SHOT, "miku", "hair", mona)
    assert waiver.reason == "A dream: everything is red"
    assert AuditEvent.objects.filter(action="waive", outcome="done", actor=mona).count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"asset": "E09_SQ010_SH0010"}, "E09_SQ010_SH0010"),
        ({"character": "nobody"}, "nobody"),
        ({"reason": "so\u202ethat"}, "visible characters"),
        ({"expires_at_0": "2020-01-01"}, "in the future"),
        ({"slot": "wings"}, "wings"),
        ({"kind": "scene"}, "scene"),
        ({"asset": "x" * 64}, "63"),
        ({"expires_at_0": "soon"}, "valid date"),
    ],
)
def test_what_makes_no_waiver_is_said_in_the_form_and_nothing_is_written(manager, wrong, drafts, values, said):
    response = manager.post(ADD, typed(drafts.project, **values))
    assert response.status_code == 200
    assert said in " ".join(wrong(response).values())
    assert not Waiver.objects.exists()
    assert not AuditEvent.objects.filter(action="waive", outcome="done").exists()


def test_a_project_in_which_one_may_not_waive_is_not_offered_and_not_taken(manager, wrong, drafts, mona, charlie):
    other = charlie.memberships.get().project
    Membership.objects.create(project=other, user=mona, role=Role.ARTIST)
    assert list(manager.get(ADD).context["adminform"].form.fields["project"].queryset) == [drafts.project]
    response = manager.post(ADD, typed(other))
    assert "project" in wrong(response)
    assert not Waiver.objects.exists()


def test_an_artist_reads_waivers_but_neither_gives_nor_revokes_them(browser, drafts, waiver):
    assert "A dream" in browser.get(LIST).content.decode()
    page = browser.get(f"{LIST}{waiver.pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert browser.post(ADD, typed(drafts.project)).status_code == 403
    revoke(browser, waiver)
    assert Waiver.objects.get().revoked_at is None


def test_a_stranger_sees_no_waiver_and_revokes_none(as_user, charlie, waiver):
    stranger = as_user(charlie)
    assert "A dream" not in stranger.get(LIST).content.decode()
    assert stranger.get(f"{LIST}{waiver.pk}/change/").status_code == 404
    revoke(stranger, waiver)
    assert Waiver.objects.get().revoked_at is None


def test_who_may_waive_elsewhere_revokes_nothing_here(as_user, charlie, drafts, waiver):
    Membership.objects.create(project=drafts.project, user=charlie, role=Role.ARTIST)
    _, said = revoke(as_user(charlie), waiver)
    assert any("waive" in message for message in said)
    assert not any("1 waiver" in message for message in said)
    assert Waiver.objects.get().revoked_at is None


def test_a_manager_revokes_what_is_selected(manager, waiver):
    _, said = revoke(manager, waiver)
    assert said == ["1 waiver was revoked."]
    assert Waiver.objects.get().revoked_at is not None
    manager.get(LIST)
    _, said = revoke(manager, waiver)
    assert said == ["Nothing to revoke: none of them holds any more."]


def test_a_given_waiver_is_never_edited(manager, waiver, drafts):
    response = manager.post(f"{LIST}{waiver.pk}/change/", typed(drafts.project, reason="Another"))
    assert response.status_code == 403
    assert Waiver.objects.get().reason == "A dream"


def test_the_list_tells_what_holds_from_what_is_over(manager, waiver):
    assert len(manager.get(f"{LIST}?state=open").context["cl"].result_list) == 1
    assert len(manager.get(f"{LIST}?state=over").context["cl"].result_list) == 0
    Waiver.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert len(manager.get(f"{LIST}?state=open").context["cl"].result_list) == 0
    assert len(manager.get(f"{LIST}?state=over").context["cl"].result_list) == 1


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_waiver_says_who_gave_it_and_what_was_committed_under_it(sakura, manager, waiver):
    version = Version.objects.get(asset=SHOT)
    WaiverUse.objects.create(version=version, waiver=waiver, message="cast/1/pose: red_hair")
    text = manager.get(f"{LIST}{waiver.pk}/change/").content.decode()
    assert f"/admin/ip_library/version/{version.pk}/change/" in text
    assert "mona" in text
    text = manager.get(f"/admin/ip_library/version/{version.pk}/change/").content.decode()
    assert f'<a href="{LIST}{waiver.pk}/change/">A dream</a>: cast/1/pose: red_hair' in text


@pytest.fixture
def contradicting(sakura, alice):
    """The sample's shot, whose draft gives Miku hair that is locked to another colour. Returns its commit page."""
    sheet = read_draft(get_draft(sakura, "character", "miku"))
    save_document(project=sakura, document=replace(sheet, locked=("hair",)), editor=alice)
    commit_assets(project=sakura, assets=[("character", "miku")], message="Lock", author=alice)
    shot = read_draft(get_draft(sakura, "shot", SHOT))
    red = replace(shot.cast[0], pose=("red_hair",))
    save_document(project=sakura, document=replace(shot, cast=(red, *shot.cast[1:])), editor=alice)
    return f"/admin/ip_library/shotcomposition/commit/?draft={get_draft(sakura, 'shot', SHOT).pk}"


@pytest.mark.django_db(transaction=True)
def test_where_a_commit_is_refused_a_manager_is_led_to_the_waiver_and_an_artist_is_told(
    contradicting, sakura, manager, browser
):
    told = browser.get(contradicting).content.decode()
    assert "miku has hair locked; a manager can waive it" in told
    assert "Waive…" not in told
    page = manager.get(contradicting).content.decode()
    link = re.search(r'<a href="([^"]+)">Waive…</a>', page)[1].replace("&amp;", "&")
    fields = manager.get(link).context["adminform"].form
    assert [str(fields[name].value()) for name in ("project", "kind", "asset")] == [str(sakura.pk), "shot", SHOT]


@pytest.mark.django_db(transaction=True)
def test_the_commit_page_says_under_which_waiver_it_would_commit(contradicting, sakura, browser, waiver):
    page = browser.get(contradicting).content.decode()
    assert "waived by mona until" in page
    assert '<details class="hints" open>' in page
    assert 'value="Commit"' in page
