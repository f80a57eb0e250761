"""What forbids a version: contradictions of locked traits without a waiver, and prompts that would be cut."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.utils import timezone

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError
from ip_library.models import AuditEvent, Changeset, Project, Version, Waiver, WaiverUse
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.prepare import prepare_assets
from ip_library.selectors.previews import preview_commit
from ip_library.selectors.waivers import waiver_uses
from ip_library.services.commit import check_draft, commit_assets
from ip_library.services.edit import save_document
from ip_library.services.recast import recast
from ip_library.services.restore import restore_version
from ip_library.services.waivers import give_waiver, revoke_waiver

pytestmark = pytest.mark.django_db(transaction=True)
MIKU = (d.CHARACTER, "miku")
SHOT = (d.SHOT, "E01_SQ010_SH0010")
WIG = d.LookDocument("wig", "Wig", (("hair", ("red_hair",)),))
HINT = "a manager can waive it, with a reason and an end"


@dataclass(frozen=True)
class Letters:
    """Counts every letter as a token."""

    name: str
    limit: int

    def count(self, text: str) -> int:
        return len(text)


TINY, TIGHT, BETWEEN, ROOMY = (
    Letters("Tiny", 20),
    Letters("Letters", 400),
    Letters("Between", 680),
    Letters("Roomy", 9999),
)


@pytest.fixture
def edit(sakura, alice):
    """Return a function that changes a draft by a function of its document."""

    def act(name, change):
        save_document(project=sakura, document=change(read_draft(get_draft(sakura, *name))), editor=alice)

    return act


@pytest.fixture
def commit(sakura, alice):
    """Return a function that commits drafts."""
    return lambda *names: commit_assets(project=sakura, assets=names, message="Change", author=alice)


@pytest.fixture
def locked(edit, commit):
    """Miku with her hair locked, in v002."""
    edit(MIKU, lambda sheet: replace(sheet, locked=("hair",)))
    commit(MIKU)


def kept():
    """Tell all that a commit writes."""
    done = AuditEvent.objects.filter(outcome="done")
    models = (Version.objects, Changeset.objects, WaiverUse.objects, done)
    heads = list(Project.objects.values("main_head"))
    return [list(rows.order_by("pk").values()) for rows in models], heads


@pytest.fixture
def refused(commit):
    """Return a function that commits, asserts that this is refused and changes nothing, and tells what is said."""

    def act(*names):
        before = kept()
        with pytest.raises(InvalidDocumentError) as reason:
            commit(*names)
        assert kept() == before
        return [(problem.code, problem.field, problem.message) for problem in reason.value.problems]

    return act


@pytest.fixture
def waive(sakura, alice):
    """Return a function that lets an asset change Miku's hair."""

    def act(name, **values):
        given = {"slot": "hair", "reason": "A dream", "expires_at": timezone.now() + timedelta(days=7)} | values
        return give_waiver(project=sakura, kind=name[0], asset=name[1], character="miku", author=alice, **given)

    return act


def dyed(sheet):
    return replace(sheet, appearance=replace(sheet.appearance, hair=("red_hair",)))


def posed(*tags, member=0):
    """Return a function that gives a member of a shot other poses."""

    def change(shot):
        cast = list(shot.cast)
        cast[member] = replace(cast[member], pose=tags)
        return replace(shot, cast=tuple(cast))

    return change


# ------------------------------------------------------------------------------------------ without a waiver


def test_a_look_that_contradicts_a_locked_slot_is_refused_at_its_field_with_a_hint(locked, edit, refused):
    edit(MIKU, lambda sheet: replace(sheet, looks=(*sheet.looks, WIG)))
    said = f"miku has hair locked to blue_hair, long_twintails, not red_hair; {HINT}"
    assert refused(MIKU) == [("trait.locked", "looks/wig/hair", said)]


def test_a_lock_in_the_same_commit_holds_already(sakura, edit, refused):
    edit(MIKU, lambda sheet: replace(sheet, looks=(*sheet.looks, WIG), locked=("hair",)))
    assert [field for _, field, _ in refused(MIKU)] == ["looks/wig/hair"]


def test_a_variant_that_contradicts_its_base_is_refused(locked, sakura, alice, refused):
    red = d.CharacterDocument(
        "red-miku", "Red Miku", "1girl", d.Appearance(hair=("red_hair",)), base=d.Reference("miku", d.LATEST)
    )
    save_document(project=sakura, document=red, editor=alice)
    assert [(code, field) for code, field, _ in refused((d.CHARACTER, "red-miku"))] == [("trait.locked", "hair")]


def test_a_shot_that_contradicts_a_locked_slot_is_refused_at_the_members_field(locked, edit, refused):
    edit(SHOT, posed("standing", "red_hair"))
    (code, field, said) = refused(SHOT)[0]
    assert (code, field) == ("trait.locked", "cast/1/pose")
    assert said == f"'red_hair' contradicts 'blue_hair': miku has hair locked; {HINT}"


def test_a_shot_may_say_of_others_and_of_other_slots_what_it_likes(locked, edit, commit):
    edit(SHOT, posed("standing", "red_hair", member=1))
    assert commit(SHOT).versions[0].number == 2
    edit(SHOT, posed("standing", "red_eyes"))
    assert commit(SHOT).versions[0].number == 3


def test_a_locked_slot_is_neither_changed_nor_unlocked(locked, edit, refused):
    edit(MIKU, dyed)
    said = f"hair is locked to blue_hair, long_twintails, not red_hair; {HINT}"
    assert refused(MIKU) == [("trait.locked", "hair", said)]
    edit(MIKU, lambda sheet: replace(sheet, appearance=replace(sheet.appearance, hair=("blue_hair", "long_twintails"))))
    edit(MIKU, lambda sheet: replace(sheet, locked=()))
    assert refused(MIKU) == [
        ("trait.locked", "hair", f"hair is locked; taking the lock off changes what everybody relies on; {HINT}")
    ]


def test_more_may_be_locked_and_what_is_not_locked_changed(locked, edit, commit):
    edit(MIKU, lambda sheet: replace(sheet, locked=("hair", "clothing")))
    edit(MIKU, lambda sheet: replace(sheet, appearance=replace(sheet.appearance, eyes=("green_eyes",))))
    assert refusals_of(MIKU) == ["looks/summer/clothing"]  # a look of the sample wears something else
    edit(MIKU, lambda sheet: replace(sheet, locked=("hair",)))
    assert commit(MIKU).versions[0].number == 3


def refusals_of(name):
    version = Version.objects.select_related("project").filter(asset=name[1]).first()
    return [problem.field for problem in check_draft(version.project, *name)]


def test_going_back_to_a_version_before_the_lock_is_refused_like_any_change(locked, alice):
    with pytest.raises(InvalidDocumentError, match="taking the lock off"):
        restore_version(version=Version.objects.get(asset="miku", number=1), author=alice)
    assert Version.objects.filter(asset="miku").count() == 2


def test_a_shot_that_a_new_lock_forbids_is_not_recast(sakura, edit, commit, alice):
    edit(SHOT, posed("standing", "red_hair"))
    commit(SHOT)
    edit(MIKU, lambda sheet: replace(sheet, locked=("hair",)))
    commit(MIKU)
    with pytest.raises(InvalidDocumentError, match="miku has hair locked"):
        recast(project=sakura, kind=MIKU[0], asset=MIKU[1], message="Follow", author=alice)
    assert Version.objects.filter(asset=SHOT[1]).count() == 2


def test_a_shot_that_a_new_lock_does_not_touch_is_recast(locked, sakura, alice):
    result = recast(project=sakura, kind=MIKU[0], asset=MIKU[1], message="Follow", author=alice)
    assert [(version.asset, version.number) for version in result.versions] == [(SHOT[1], 2)]


# --------------------------------------------------------------------------------------------- with a waiver


def test_with_a_waiver_it_is_committed_and_the_version_and_the_audit_say_so(locked, edit, commit, waive, sakura):
    waiver = waive(SHOT)
    edit(SHOT, posed("standing", "red_hair"))
    [version] = commit(SHOT).versions
    [use] = waiver_uses([version])
    assert (use.waiver, use.version) == (waiver, version)
    assert use.message == "cast/1/pose: 'red_hair' contradicts 'blue_hair': miku has hair locked"
    event = AuditEvent.objects.get(action="commit", subject="/".join(SHOT), after__version="v002")
    assert event.after["waived"] == [f"alice: A dream ({use.message})"]


def test_with_a_waiver_a_recast_notes_its_use_too(sakura, edit, commit, waive, alice):
    edit(SHOT, posed("standing", "red_hair"))
    commit(SHOT)
    edit(MIKU, lambda sheet: replace(sheet, locked=("hair",)))
    commit(MIKU)
    waiver = waive(SHOT)
    result = recast(project=sakura, kind=MIKU[0], asset=MIKU[1], message="Follow", author=alice)
    assert [(use.version.number, use.waiver) for use in waiver_uses(result.versions)] == [(3, waiver)]


def test_several_contradictions_under_one_waiver_are_one_use(locked, edit, commit, waive):
    waive(MIKU)
    other = d.LookDocument("other-wig", "Other wig", (("hair", ("green_hair",)),))
    edit(MIKU, lambda sheet: replace(sheet, looks=(*sheet.looks, WIG, other)))
    [version] = commit(MIKU).versions
    [use] = WaiverUse.objects.filter(version=version)
    assert [line.partition(":")[0] for line in use.message.split("\n")] == ["looks/other-wig/hair", "looks/wig/hair"]


def test_a_locked_slot_is_changed_under_a_waiver(locked, edit, commit, waive):
    waive(MIKU)
    edit(MIKU, dyed)
    [version] = commit(MIKU).versions
    assert WaiverUse.objects.filter(version=version).count() == 1


def test_a_waiver_for_one_slot_leaves_another_locked(sakura, edit, commit, waive, refused):
    edit(MIKU, lambda sheet: replace(sheet, locked=("hair", "eyes")))
    commit(MIKU)
    waive(SHOT)
    edit(SHOT, posed("standing", "red_hair", "red_eyes"))
    assert [(field, said.partition(":")[0]) for _, field, said in refused(SHOT)] == [
        ("cast/1/pose", "'red_eyes' contradicts 'teal_eyes'")
    ]


def test_a_waiver_of_the_character_does_not_free_a_shot(locked, edit, waive, refused):
    waive(MIKU)
    edit(SHOT, posed("standing", "red_hair"))
    assert len(refused(SHOT)) == 1


@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_a_waiver_that_is_over_does_not_help_and_what_was_committed_under_it_stays(
    locked, edit, commit, waive, refused, alice, end
):
    waiver = waive(SHOT)
    edit(SHOT, posed("standing", "red_hair"))
    commit(SHOT)
    if end == "expired":
        Waiver.objects.filter(pk=waiver.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        revoke_waiver(waiver=waiver, author=alice)
    edit(SHOT, lambda shot: replace(shot, title="Again"))
    assert [field for _, field, _ in refused(SHOT)] == ["cast/1/pose"]
    assert WaiverUse.objects.get().version.number == 2


def test_the_preview_names_the_waiver_and_forbids_nothing(locked, edit, waive, sakura):
    waiver = waive(SHOT)
    edit(SHOT, posed("standing", "red_hair"))
    [preview] = preview_commit(sakura, [get_draft(sakura, *SHOT)])
    assert preview.state == "changed"
    said = next(str(warning) for warning in preview.warnings if warning.code == "trait.locked")
    assert f"waived by alice until {waiver.expires_at:%Y-%m-%d}: A dream" in said


# ------------------------------------------------------------------------------------------ the token budget


@pytest.fixture
def counted_by(settings):
    """Return a function that has prompts counted by counters of this file, as settings name them."""

    def act(*names):
        settings.TOKEN_COUNTERS = [f"{__name__}.{name}" for name in names]

    return act


@pytest.fixture
def retitled(edit):
    """The sample's shot, with something to commit."""
    edit(SHOT, lambda shot: replace(shot, title="Again"))


def test_a_prompt_that_would_be_cut_is_refused_and_the_message_names_the_blocks(retitled, counted_by, refused):
    counted_by("TIGHT", "ROOMY")
    [(code, field, said)] = refused(SHOT)
    assert (code, field) == ("tokens.cut", "prompts/scene/character_2")
    assert said == (
        "Letters reads 400 tokens, the prompt has 621: character_2 would be cut short and scene would vanish"
    )


def test_every_encoder_that_would_cut_is_named(retitled, counted_by, refused):
    counted_by("TIGHT", "BETWEEN", "TINY")
    assert [(field, said.partition(" reads")[0]) for _, field, said in refused(SHOT)] == [
        ("prompts/scene/character_2", "Letters"),
        ("prompts/scene/character_1", "Tiny"),
    ]


def test_what_only_another_dialect_would_cut_is_worth_a_look(sakura, retitled, counted_by, commit):
    counted_by("BETWEEN")
    [prepared] = prepare_assets(sakura, [SHOT])
    assert [(item.code, item.severity, item.field) for item in prepared.warnings] == [
        ("tokens.cut", "warning", "prompts/general_tags/general_tags")
    ]
    assert commit(SHOT).versions[0].number == 2


def test_which_dialect_counts_is_the_projects_choice(sakura, retitled, counted_by, refused):
    Project.objects.filter(pk=sakura.pk).update(default_dialect="general_tags")
    sakura.refresh_from_db()
    counted_by("BETWEEN")
    assert [field for _, field, _ in refused(SHOT)] == ["prompts/general_tags/general_tags"]


def test_no_waiver_frees_a_prompt_that_would_be_cut(retitled, counted_by, waive, refused):
    waive(SHOT)
    counted_by("TIGHT")
    assert [code for code, _, _ in refused(SHOT)] == ["tokens.cut"]


def test_the_stated_estimates_count_where_nothing_else_is_set(sakura, edit, refused):
    edit(SHOT, posed("standing", *(f"some_long_description_{number}" for number in range(10, 50))))
    codes = {(code, said.partition(" reads")[0]) for code, _, said in refused(SHOT)}
    assert codes == {("tokens.cut", "Gemma 3 4B (estimate)")}
