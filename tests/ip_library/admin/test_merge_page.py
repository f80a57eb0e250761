"""Two people edit one draft in the admin."""

from dataclasses import replace

import pytest

from ip_library.models import AuditEvent, Membership, Role
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.edit import save_document
from tests.ip_library.admin.conftest import fields_of, url_of


@pytest.fixture
def page(browser, miku):
    """The form of miku's sheet as the artist opened it."""
    return fields_of(browser.get(url_of(miku)))


def draft_of(miku):
    return read_draft(get_draft(miku.project, "character", "miku"))


def alice_saves(miku, alice, **values):
    save_document(project=miku.project, document=replace(draft_of(miku), **values), editor=alice)


def test_edits_that_do_not_collide_are_both_saved(browser, miku, page, alice):
    alice_saves(miku, alice, notes="Alice was here")
    response = browser.post(url_of(miku), {**page, "hair": "blue_hair, ahoge"}, follow=True)
    assert "together with what alice changed" in response.content.decode()
    merged = draft_of(miku)
    assert (merged.notes, merged.appearance.hair) == ("Alice was here", ("blue_hair", "ahoge"))


def test_a_collision_is_shown_by_field_and_nothing_is_saved_before_it_is_decided(browser, miku, page, alice):
    alice_saves(miku, alice, name="Alice's Miku")
    before = draft_of(miku)
    response = browser.post(url_of(miku), {**page, "name": "Bob's Miku", "eyes": "aqua_eyes"})
    assert response.status_code == 409
    (conflict,) = response.context["conflicts"]
    assert (conflict.field, conflict.mine, conflict.theirs) == ("name", "Bob's Miku", "Alice's Miku")
    assert draft_of(miku) == before


@pytest.mark.parametrize(("side", "name"), [("mine", "Bob's Miku"), ("theirs", "Alice's Miku")])
def test_what_was_decided_is_saved_together_with_the_rest(browser, miku, page, alice, side, name):
    alice_saves(miku, alice, name="Alice's Miku")
    asked = browser.post(url_of(miku), {**page, "name": "Bob's Miku", "eyes": "aqua_eyes"})
    answer = {
        "seen": asked.context["seen"],
        "mine": asked.context["mine"],
        "against": asked.context["against"],
        "take:name": side,
    }
    browser.post(url_of(miku, "merge"), answer, follow=True)
    merged = draft_of(miku)
    assert (merged.name, merged.appearance.eyes) == (name, ("aqua_eyes",))
    assert AuditEvent.objects.filter(subject="character/miku", action="edit").first().actor_login == "bob"


def test_a_third_edit_meanwhile_is_asked_about_again(browser, miku, page, alice):
    alice_saves(miku, alice, name="Alice's Miku")
    asked = browser.post(url_of(miku), {**page, "name": "Bob's Miku", "gender": "1boy"})
    alice_saves(miku, alice, gender="1other")
    answer = {
        "seen": asked.context["seen"],
        "mine": asked.context["mine"],
        "against": asked.context["against"],
        "take:name": "mine",
    }
    again = browser.post(url_of(miku, "merge"), answer)
    assert [conflict.field for conflict in again.context["conflicts"]] == ["gender"]
    assert draft_of(miku).name == "Alice's Miku"


def test_inlines_are_merged_too(browser, miku, page, alice):
    looks = draft_of(miku).looks
    alice_saves(miku, alice, looks=(replace(looks[0], name="Bare-faced"), *looks[1:]))
    browser.post(url_of(miku), {**page, "looks-1-name": "Summer!"}, follow=True)
    assert [look.name for look in draft_of(miku).looks] == ["Bare-faced", "Summer!"]


def test_a_state_that_is_not_on_record_is_refused_as_before(browser, miku, page, alice):
    alice_saves(miku, alice, name="Alice's Miku")
    response = browser.post(url_of(miku), {**page, "seen_state": "0", "notes": "Bob"})
    assert "changed by somebody else" in response.content.decode()
    assert draft_of(miku).name == "Alice's Miku"


def test_forged_answers_are_refused(browser, miku, page, alice, charlie, as_user):
    alice_saves(miku, alice, name="Alice's Miku")
    url = url_of(miku, "merge")
    before = draft_of(miku)
    for mine in ("", "<a/>", "<!DOCTYPE a><a/>", "<scene format='1' slug='miku'/>"):
        assert browser.post(url, {"seen": "1", "mine": mine}).status_code == 404
    assert browser.get(url).status_code == 403
    assert as_user(charlie).post(url, {"seen": "1", "mine": ""}).status_code == 404
    Membership.objects.filter(user__username="bob").update(role=Role.VIEWER)
    assert browser.post(url, {"seen": "1", "mine": ""}).status_code == 403
    assert draft_of(miku) == before


def test_a_row_that_somebody_removed_does_not_hold_up_who_edited_something_else(browser, miku, page, alice):
    alice_saves(miku, alice, looks=draft_of(miku).looks[1:])
    browser.post(url_of(miku), {**page, "notes": "an hour of typing"}, follow=True)
    merged = draft_of(miku)
    assert (merged.notes, [look.slug for look in merged.looks]) == ("an hour of typing", ["summer"])


def test_a_third_edit_of_the_same_field_is_asked_about_again(browser, miku, page, alice):
    alice_saves(miku, alice, name="Alice's Miku")
    asked = browser.post(url_of(miku), {**page, "name": "Bob's Miku"})
    alice_saves(miku, alice, name="Alice's second thought")
    answer = {"seen": asked.context["seen"], "mine": asked.context["mine"], "against": asked.context["against"]}
    again = browser.post(url_of(miku, "merge"), answer | {"take:name": "mine"})
    assert [conflict.theirs for conflict in again.context["conflicts"]] == ["Alice's second thought"]
    assert draft_of(miku).name == "Alice's second thought"


def test_edits_that_break_a_rule_together_are_refused_with_the_form_as_it_was_typed(browser, miku, page, alice):
    alice_saves(miku, alice, appearance=replace(draft_of(miku).appearance, hair=tuple(f"a{n}" for n in range(40))))
    typed = ", ".join(f"b{n}" for n in range(40))
    response = browser.post(url_of(miku), {**page, "hair": f"blue_hair, long_twintails, {typed}", "notes": "an hour"})
    form = response.context["adminform"].form
    assert (response.status_code, form.data["notes"]) == (200, "an hour")
    assert "do not go together" in response.content.decode()
    assert draft_of(miku).notes == ""
