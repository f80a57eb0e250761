"""What a member tried and the admin forbade is in the audit once, whichever page it was; strangers leave no trace."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ip_library.models import AuditEvent, CharacterSheet, Membership, Project, Role, Version, Waiver
from ip_library.selectors.audit import verify_audit

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/admin/ip_library"


@pytest.fixture
def vera(empty_project, db):
    """A viewer."""
    user = User.objects.create_user("vera", "vera@studio.example")
    Membership.objects.create(project=empty_project, user=user, role=Role.VIEWER)
    return user


@pytest.fixture
def elsewhere(charlie):
    """Return a function that makes a person an owner of another project, too."""

    def own(user):
        Membership.objects.create(project=Project.objects.get(slug="other"), user=user, role=Role.OWNER)
        return user

    return own


def refused() -> list[tuple[str, str, str, str]]:
    rows = AuditEvent.objects.filter(outcome="refused").order_by("pk")
    return list(rows.values_list("project__slug", "actor_login", "action", "subject"))


def test_a_commit_by_a_viewer_is_recorded(as_user, vera, miku):
    url = f"{ROOT}/charactersheet/commit/?draft={miku.pk}"
    assert as_user(vera).get(url).status_code == 403
    assert refused() == []
    assert as_user(vera).post(url, {"message": "Mine"}).status_code == 403
    assert refused() == [("sakura", "vera", "commit character sheet", f"charactersheet/{miku.pk}")]
    assert list(verify_audit(miku.project)) == []


def test_a_commit_by_a_viewer_who_commits_elsewhere_is_recorded(as_user, vera, elsewhere, miku):
    browser = as_user(elsewhere(vera))
    url = f"{ROOT}/charactersheet/commit/?draft={miku.pk}"
    assert (browser.get(url).status_code, browser.post(url).status_code) == (403, 403)
    assert refused() == [("sakura", "vera", "commit", f"charactersheet/{miku.pk}")]


def test_a_merge_by_a_viewer_is_recorded(as_user, vera, miku):
    assert as_user(vera).post(f"{ROOT}/charactersheet/{miku.pk}/merge/").status_code == 403
    assert refused() == [("sakura", "vera", "merge character sheet", f"charactersheet/{miku.pk}")]


@pytest.mark.parametrize("by", ["pk", "slug"])
@pytest.mark.parametrize(
    ("who", "page", "action"),
    [
        ("vera", "charactersheet/add/", "add character sheet"),
        ("bob", "vocabularytag/import/", "import vocabulary tag"),
        ("bob", "vocabularytag/add/", "add vocabulary tag"),
        ("bob", "waiver/add/", "add waiver"),
    ],
)
def test_adding_without_the_right_is_recorded_in_the_chosen_project(
    as_user, vera, bob, empty_project, who, page, action, by
):
    browser = as_user(User.objects.get(username=who))
    sent = {"project": getattr(empty_project, by), "slug": "mine", "name": "Mine", "reason": "Mine"}
    assert browser.post(f"{ROOT}/{page}", sent).status_code == 403
    assert refused() == [("sakura", who, action, "project/sakura")]


def test_adding_where_one_only_reads_is_recorded_though_one_may_add_elsewhere(
    as_user, vera, elsewhere, empty_project, add
):
    browser = as_user(elsewhere(vera))
    assert add(browser, "charactersheet", project=empty_project.pk, slug="mine", name="Mine").status_code == 200
    assert not CharacterSheet.objects.filter(slug="mine").exists()
    assert refused() == [("sakura", "vera", "add character sheet", "project/sakura")]


def take(browser, model, action, *rows, **more):
    sent = {"action": action, "_selected_action": [getattr(row, "pk", row) for row in rows]}
    return browser.post(f"{ROOT}/{model}/", sent | more)


@pytest.mark.parametrize("action", ["approve", "retake", "finish", "delete_selected"])
def test_a_decision_that_an_artist_may_not_take_is_recorded(as_user, bob, sakura, action):
    version = Version.objects.get(asset="miku")
    assert take(as_user(bob), "version", action, version).status_code in {200, 302}
    assert refused() == [("sakura", "bob", f"{action} version", f"version/{version.pk}")]


@pytest.mark.parametrize("action", ["put_label", "take_label", "restore", "recast", "send_for_approval"])
def test_an_action_that_a_viewer_may_not_take_is_recorded(as_user, vera, sakura, action):
    version = Version.objects.get(asset="miku")
    take(as_user(vera), "version", action, version)
    assert refused() == [("sakura", "vera", f"{action} version", f"version/{version.pk}")]


def test_revoking_by_an_artist_is_recorded(as_user, bob, sakura, alice):
    waiver = Waiver.objects.create(
        project=sakura, kind="shot", asset="E01_SQ010_SH0010", character="miku", slot="hair", reason="A dream",
        author=alice, author_login="alice", expires_at="2099-01-01T00:00Z",
    )  # fmt: skip
    take(as_user(bob), "waiver", "revoke", waiver)
    assert refused() == [("sakura", "bob", "revoke waiver", f"waiver/{waiver.pk}")]


def test_a_decision_on_its_own_page_is_recorded(as_user, bob, elsewhere, sakura):
    version = Version.objects.get(asset="miku")
    url = f"{ROOT}/version/review/approve/?version={version.pk}"
    assert as_user(bob).post(url, {"reason": "Mine"}).status_code == 403
    assert refused() == [("sakura", "bob", "approve version", f"version/{version.pk}")]
    assert as_user(elsewhere(bob)).post(url, {"reason": "Mine"}).status_code == 403
    assert refused()[1:] == [("sakura", "bob", "approve", f"version/{version.pk}")]


def test_one_refusal_is_one_event_however_many_rows_it_names(as_user, bob, sakura):
    keys = sorted(Version.objects.values_list("pk", flat=True))
    take(as_user(bob), "version", "approve", *keys, *range(10**6, 10**6 + 300))
    assert refused() == [("sakura", "bob", "approve version", f"version/{','.join(map(str, keys))}")]


def test_what_one_may_do_and_what_there_is_not_leave_no_event(as_user, bob, alice, sakura):
    version = Version.objects.get(asset="miku")
    for user, action in ((alice, "approve"), (bob, "put_label"), (bob, "get_queryset"), (bob, ""), (bob, "nothing")):
        take(as_user(user), "version", action, version)
    as_user(alice).post(f"{ROOT}/version/?_popup=1", {"action": "approve", "_selected_action": [version.pk]})
    assert refused() == []


def test_the_action_is_the_one_whose_button_was_pressed(as_user, bob, sakura):
    version = Version.objects.get(asset="miku")
    take(as_user(bob), "version", ["put_label", "approve"], version, index=0)
    assert refused() == []
    take(as_user(bob), "version", ["put_label", "approve"], version, index=1)
    take(as_user(bob), "version", ["put_label", "approve"], version, index="１")  # a digit in Django's eyes
    assert [event[2] for event in refused()] == ["approve version"] * 2


def test_strangers_and_forgers_leave_no_event(as_user, charlie, bob, sakura):
    version, miku = Version.objects.get(asset="miku"), CharacterSheet.objects.get(slug="miku")
    Membership.objects.filter(user=charlie).update(role=Role.VIEWER)
    stranger = as_user(charlie)
    stranger.post(f"{ROOT}/charactersheet/commit/?draft={miku.pk}", {"message": "Mine"})
    for page in ("charactersheet/add/", "vocabularytag/import/", "waiver/add/"):
        for project in (sakura.pk, sakura.slug):
            assert stranger.post(f"{ROOT}/{page}", {"project": project}).status_code == 403
    take(stranger, "version", "approve", version)
    assert take(Client(), "version", "approve", version).status_code == 302
    forger = Client(enforce_csrf_checks=True)
    as_user(bob)
    forger.force_login(User.objects.get(pk=bob.pk))
    assert take(forger, "version", "approve", version).status_code == 403
    assert take(as_user(bob), "version", "put_label", version).status_code == 302
    assert refused() == []


@pytest.mark.parametrize("key", ["", "x", "\0", "9" * 30, "9" * 5000, "-1", "１", "1.5"])
def test_strange_keys_are_no_errors_and_hide_nothing(as_user, vera, bob, sakura, key):
    version, miku = Version.objects.get(asset="miku"), CharacterSheet.objects.get(slug="miku")
    url = f"{ROOT}/charactersheet/commit/"
    browser = as_user(vera)
    assert browser.post(f"{url}?draft={miku.pk}&draft={key.replace(chr(0), '%00')}").status_code == 403
    assert browser.post(f"{ROOT}/charactersheet/add/", {"project": key}).status_code == 403
    assert [event[2] for event in refused()] == ["commit character sheet"]
    assert take(browser, "version", "approve", version, index=key).status_code == 302
    assert [event[2] for event in refused()][1:] == ["approve version"]
