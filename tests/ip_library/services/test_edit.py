"""Editing drafts: a change is recorded before and after, no change is none, and what a draft cannot be is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.errors import InvalidDocumentError, NotAllowedError, UnknownError
from ip_library.models import AuditEvent, CastMember, CharacterSheet, Membership, ReferenceImage, Role, Scene
from ip_library.selectors.drafts import as_draft, get_draft, read_draft
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.fixtures import load_library
from tests.conftest import SAKURA
from tests.data.documents import SAMPLE, SHOT_CODE, character, characters, member, sample, scenes, shot

pytestmark = pytest.mark.django_db


def draft(project, kind, asset):
    return read_draft(get_draft(project, kind, asset))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_loaded_draft_reads_as_its_document(drafts, name):
    document = sample(name)
    assert to_xml(draft(drafts.project, document.kind, document.asset)) == to_xml(document)


def test_loading_the_same_folder_again_changes_nothing(drafts, alice, everything):
    before = everything()
    again = load_library(SAKURA, project_slug="sakura", owner=alice)
    assert (again.changed, drafts.changed) == (0, 4)
    assert everything() == before


def test_a_folder_without_documents_is_refused(alice, tmp_path):
    with pytest.raises(UnknownError, match=r"it holds no \.xml file"):
        load_library(tmp_path, project_slug="sakura", owner=alice)


@pytest.mark.parametrize("name", SAMPLE)
def test_saving_what_is_there_changes_nothing(drafts, alice, everything, name):
    before = everything()
    assert save_document(project=drafts.project, document=sample(name), editor=alice) is False
    assert everything() == before


def test_the_order_in_which_looks_are_listed_is_no_change(empty_project, alice):
    looks = tuple(d.LookDocument(slug, slug, (("hair", ()),)) for slug in ("b", "a"))
    faces = tuple(d.ExpressionDocument(slug, slug, ("t",)) for slug in ("b", "a"))
    document = character(looks=looks, expressions=faces)
    assert save_document(project=empty_project, document=document, editor=alice) is True
    assert save_document(project=empty_project, document=document, editor=alice) is False


def test_what_a_reference_resolved_to_is_no_change(drafts, alice):
    document = sample(f"shot.{SHOT_CODE}")
    resolved = replace(document, scene=replace(document.scene, version=3, sha256="ab" * 32))
    assert save_document(project=drafts.project, document=resolved, editor=alice) is False


def test_a_change_is_counted_and_recorded_with_before_and_after(drafts, bob):
    before = sample("character.miku")
    after = replace(before, name="初音ミク", looks=before.looks[:1], notes="a\nb")
    state = get_draft(drafts.project, "character", "miku").state
    assert save_document(project=drafts.project, document=after, editor=bob) is True
    assert draft(drafts.project, "character", "miku") == after
    assert get_draft(drafts.project, "character", "miku").state == state + 1
    event = AuditEvent.objects.first()
    assert (event.action, event.actor_login, event.subject) == ("edit", "bob", "character/miku")
    assert (event.before["xml"].encode(), event.after["xml"].encode()) == (to_xml(before), to_xml(after))
    assert event.after["state"] == state + 1


def test_a_new_draft_is_recorded_as_created(empty_project, alice):
    save_document(project=empty_project, document=character(), editor=alice)
    event = AuditEvent.objects.first()
    assert (event.action, event.before) == ("create", {})
    assert event.after["xml"] == to_xml(character()).decode()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(characters)
def test_every_character_that_the_rules_allow_is_a_draft_that_reads_the_same(empty_project, alice, document):
    assume(document.base is None or document.base.asset != document.slug)
    with transaction.atomic():  # of one example nothing is left for the next
        for art in document.art:
            ReferenceImage.objects.create(project=empty_project, sha256=art.sha256, width=1, height=1, size=1)
        if document.base:
            save_document(project=empty_project, document=character(document.base.asset), editor=alice)
        _reads_the_same(empty_project, alice, document)
        transaction.set_rollback(True)


def _reads_the_same(empty_project, alice, document):
    save_document(project=empty_project, document=document, editor=alice)
    assert draft(empty_project, "character", document.slug) == as_draft(document)
    assert save_document(project=empty_project, document=document, editor=alice) is False


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenes)
def test_every_scene_that_the_rules_allow_is_a_draft_that_reads_the_same(empty_project, alice, document):
    save_document(project=empty_project, document=document, editor=alice)
    assert draft(empty_project, "scene", document.slug) == document


@pytest.mark.parametrize(("x", "scale"), [("0", "0.1"), ("1", "4"), ("0.001", "1.25"), ("0.999", "0.6"), ("-0.0", "1")])
def test_every_position_survives_the_database(drafts, alice, x, scale):
    document = replace(shot(member(x=x, scale=scale), scene=d.Reference("cherry-blossom", "", 3)), notes="n")
    save_document(project=drafts.project, document=document, editor=alice)
    assert to_xml(draft(drafts.project, "shot", SHOT_CODE)) == to_xml(document)
    assert CastMember.objects.get().x == Decimal(x)
    assert save_document(project=drafts.project, document=document, editor=alice) is False


@pytest.mark.parametrize(
    ("document", "field", "part"),
    [
        (character(name="a\u202eb"), "name", "RIGHT-TO-LEFT OVERRIDE"),
        (shot(member(x="1.001")), "cast/1/position/x", "1.001 is outside 0 to 1"),
        (shot(member("rin")), "cast/1/character", "there is no character 'rin'"),
        (shot(member(look="winter")), "cast/1/look", "there is no look 'winter'"),
        (shot(member(expression="shy")), "cast/1/expression", "there is no expression 'shy'"),
        (shot(member("len", look="summer")), "cast/1/look", "there is no look 'summer'"),
        (shot(scene=d.Reference("beach")), "scene", "there is no scene 'beach'"),
        (shot(style=d.Reference("ink")), "style", "there is no style 'ink'"),
        (shot(member(preset=d.Reference("bow"))), "cast/1/preset", "there is no pose 'bow'"),
        (shot(props=(d.PropUse(d.Reference("kite")),)), "props/1", "there is no prop 'kite'"),
        (character("rin", base=d.Reference("nobody")), "base", "there is no character 'nobody'"),
        (character("rin", art=(d.Art("ab" * 32),)), "art/1", "there is no reference image abababababab"),
    ],
)
def test_a_document_that_no_draft_can_hold_is_refused_and_changes_nothing(
    drafts, alice, everything, document, field, part
):
    before = everything()
    with pytest.raises(InvalidDocumentError) as caught:
        save_document(project=drafts.project, document=document, editor=alice)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert part in problem.message
    assert everything() == before


@pytest.mark.parametrize("worn", ["look", "expression"])
def test_a_variant_that_a_shot_wears_cannot_be_removed(drafts, alice, everything, worn):
    slugs = {"look": "summer", "expression": "surprised"}
    save_document(project=drafts.project, document=shot(member(**{worn: slugs[worn]})), editor=alice)
    before = everything()
    miku = replace(sample("character.miku"), name="changed too", looks=(), expressions=())
    with pytest.raises(InvalidDocumentError) as caught:
        save_document(project=drafts.project, document=miku, editor=alice)
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("variant.in_use", f"{worn}s/{slugs[worn]}")
    assert problem.message == f"cannot be removed, shot {SHOT_CODE} uses it"
    assert everything() == before


def test_a_variant_that_nobody_wears_is_removed(drafts, alice):
    miku = replace(sample("character.miku"), looks=())
    assert save_document(project=drafts.project, document=miku, editor=alice) is True
    assert draft(drafts.project, "character", "miku").looks == ()


def test_two_projects_may_use_one_slug(drafts, charlie):
    other = charlie.memberships.get().project
    save_document(project=other, document=character(name="another miku"), editor=charlie)
    assert draft(drafts.project, "character", "miku").name == "miku"
    assert CharacterSheet.objects.filter(slug="miku").count() == 2


def test_a_shot_cannot_borrow_from_another_project(drafts, charlie):
    other = charlie.memberships.get().project
    save_document(project=other, document=character("rin"), editor=charlie)
    with pytest.raises(InvalidDocumentError, match="there is no character 'rin'"):
        save_document(project=drafts.project, document=shot(member("rin")), editor=None)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, None])
def test_who_may_not_edit_is_refused_and_the_refusal_recorded(drafts, bob, role):
    if role:
        Membership.objects.filter(user=bob).update(role=role)
    else:
        Membership.objects.filter(user=bob).delete()
    with pytest.raises(NotAllowedError, match="bob may not edit drafts in project sakura"):
        save_document(project=drafts.project, document=replace(sample("character.miku"), name="x"), editor=bob)
    assert draft(drafts.project, "character", "miku").name == "miku"
    event = AuditEvent.objects.first()
    assert (event.outcome, event.actor_login, event.subject) == ("refused", "bob", "character/miku")


@pytest.mark.django_db(transaction=True)
def test_editing_a_draft_changes_no_version(sakura, alice):
    before = list(sakura.versions.values())
    save_document(project=sakura, document=replace(sample("scene.cherry-blossom"), lighting=("night",)), editor=alice)
    assert Scene.objects.get().lighting == ("night",)
    assert list(sakura.versions.values()) == before
    commit_assets(project=sakura, assets=[("scene", "cherry-blossom")], message="Night", author=alice)
    assert sakura.versions.count() == len(before) + 1
