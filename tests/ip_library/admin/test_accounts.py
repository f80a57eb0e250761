"""Accounts of members stay: deleting one is refused with a message that says what holds it."""

import pytest
from django.contrib.auth.models import User

from ip_library.models import Membership, Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("way", ["page", "list"])
def test_deleting_the_account_of_a_member_is_refused_with_what_holds_it(as_user, empty_project, bob, way):
    browser = as_user(User.objects.create_superuser("root"))
    if way == "page":
        answer = browser.post(f"/admin/auth/user/{bob.pk}/delete/", {"post": "yes"})
    else:
        picked = {"action": "delete_selected", "_selected_action": [bob.pk], "post": "yes"}
        answer = browser.post("/admin/auth/user/", picked)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Cannot delete user" in text
    assert "bob is artist of sakura" in text
    assert Membership.objects.get(user=bob).role == Role.ARTIST


def test_an_account_without_memberships_and_deeds_is_deleted(as_user, db):
    nobody = User.objects.create_user("nobody")
    browser = as_user(User.objects.create_superuser("root"))
    assert browser.post(f"/admin/auth/user/{nobody.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(username="nobody").exists()


def test_a_closed_account_does_not_hold_up_its_projects_form(as_user, alice, bob, empty_project, save):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert save(as_user(alice), empty_project, name="桜").status_code == 302
    assert Membership.objects.get(user=bob).role == Role.ARTIST
