"""A project's own tags: changed by those who manage it, all rows or none, and seen by everybody at once."""

import pytest

from ip_library.core.errors import InvalidDocumentError, NotAllowedError, UnknownError
from ip_library.core.vocabulary import Entry
from ip_library.models import AuditEvent, Membership, Project, Role, VocabularyTag
from ip_library.selectors.vocabulary import export_vocabulary, own_entries, starter_vocabulary, vocabulary_of
from ip_library.services.vocabulary import import_vocabulary, remove_tag, save_tag

pytestmark = pytest.mark.django_db
HEADER = "tag,slot,aliases,contradicts,words\n"
HEADSET = Entry("miku_headset", "accessories", ("negi_headset",), ("no_headwear",), ("wears her headset",))


@pytest.fixture
def project(empty_project):
    return empty_project


def now(project):
    return Project.objects.get(pk=project.pk)


def vocabulary(project):
    return vocabulary_of(now(project))


def test_without_own_tags_a_project_has_the_starters_or_none(project):
    assert vocabulary_of(project) is starter_vocabulary()
    project.starter_vocabulary = False
    assert vocabulary_of(project).entries == ()


def test_a_saved_tag_counts_at_once_on_top_of_the_starters(project, alice):
    assert vocabulary(project).canonical("negi_headset") is None
    assert save_tag(project=project, entry=Entry("miku_headset", "accessories", ("negi_headset",)), editor=alice)
    found = vocabulary(project)
    assert (found.canonical("negi headset"), found.slot_of("miku_headset")) == ("miku_headset", "accessories")
    assert found.canonical("blue_hair") == "blue_hair"


def test_saving_what_stands_there_changes_nothing(project, alice):
    entry = Entry("miku_headset", "accessories")
    save_tag(project=project, entry=entry, editor=alice)
    state = now(project).vocabulary_state
    assert not save_tag(project=project, entry=entry, editor=alice)
    assert now(project).vocabulary_state == state
    assert AuditEvent.objects.filter(subject="vocabulary/miku_headset").count() == 1


def test_every_change_gives_another_state_and_so_another_vocabulary(project, alice):
    states = set()
    for slot in ("accessories", "clothing", "objects"):
        save_tag(project=project, entry=Entry("miku_headset", slot), editor=alice)
        states.add(now(project).vocabulary_state)
        assert vocabulary(project).slot_of("miku_headset") == slot
    assert len(states) == 3
    assert 0 not in states


def test_a_tag_can_be_renamed_in_place(project, alice):
    save_tag(project=project, entry=Entry("old_name", "hair"), editor=alice)
    save_tag(
        project=project, entry=Entry("new_name", "hair", ("old_name",)), editor=alice, instead_of=(False, "old_name")
    )
    assert [entry.tag for entry in own_entries(project.pk)] == ["new_name"]
    assert vocabulary(project).canonical("old_name") == "new_name"


def test_a_tag_of_the_starters_is_replaced_and_comes_back(project, alice):
    before = starter_vocabulary().slot_of("smile")
    save_tag(project=project, entry=Entry("smile", "objects"), editor=alice)
    assert vocabulary(project).slot_of("smile") == "objects"
    remove_tag(project=project, tag="smile", editor=alice)
    assert vocabulary(project).slot_of("smile") == before
    assert now(project).vocabulary_state == 0


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Entry("Blue Hair", "hair"), "must be spelled 'blue_hair'"),
        (Entry("a", "nowhere"), "'nowhere' is no slot"),
        (Entry("a", "hair", ("taken",)), "'taken' is a tag of the project already"),
        (Entry("also", "hair"), "'also' is an alias of 'taken' already"),
        (Entry("a", "hair", (), ("never_heard",)), "'never_heard' is no tag of this vocabulary"),
        (Entry("a<b", "hair"), "'a<b' holds '<'"),
    ],
)
def test_a_wrong_row_is_refused_and_nothing_changes(project, alice, entry, message):
    save_tag(project=project, entry=Entry("taken", "hair", ("also",)), editor=alice)
    before = list(VocabularyTag.objects.values()), now(project).vocabulary_state
    with pytest.raises(InvalidDocumentError) as refused:
        save_tag(project=project, entry=entry, editor=alice)
    assert message in str(refused.value)
    assert "row" not in refused.value.problems[0].message.partition(" ")[0]
    assert (list(VocabularyTag.objects.values()), now(project).vocabulary_state) == before


def test_a_tag_that_another_contradicts_is_not_removed(project, alice):
    save_tag(project=project, entry=Entry("one", "hair"), editor=alice)
    save_tag(project=project, entry=Entry("two", "hair", contradicts=("one",)), editor=alice)
    with pytest.raises(InvalidDocumentError, match="'one' is no tag of this vocabulary"):
        remove_tag(project=project, tag="one", editor=alice)
    assert VocabularyTag.objects.count() == 2
    with pytest.raises(UnknownError, match="there is no tag 'three'"):
        remove_tag(project=project, tag="three", editor=alice)


def test_a_file_is_imported_whole_and_says_what_it_did(project, alice):
    save_tag(project=project, entry=Entry("kept", "hair"), editor=alice)
    save_tag(project=project, entry=Entry("changed", "hair"), editor=alice)
    source = f"{HEADER}changed,eyes,,,\nnew_one,pose,,smile|kept,\n"
    assert (
        str(import_vocabulary(project=project, source=source, editor=alice))
        == "1 added, 1 changed, 0 removed, 0 as they were"
    )
    assert [entry.tag for entry in own_entries(project.pk)] == ["changed", "kept", "new_one"]
    assert vocabulary(project).contradictions(["smiling", "new_one"]) == (("smiling", "new_one"),)
    event = AuditEvent.objects.filter(action="import vocabulary").get()
    assert (event.actor, event.after["rows"]) == (alice, 3)


def test_replacing_takes_away_what_the_file_lacks(project, alice):
    save_tag(project=project, entry=Entry("gone", "hair", ("was",)), editor=alice)
    change = import_vocabulary(project=project, source=f"{HEADER}was,pose,,,\n", editor=alice, replace=True)
    assert (change.added, change.removed) == (1, 1)
    assert [entry.tag for entry in own_entries(project.pk)] == ["was"]


def test_a_file_with_a_problem_changes_nothing_and_names_every_row(project, alice):
    save_tag(project=project, entry=Entry("kept", "hair"), editor=alice)
    before = list(VocabularyTag.objects.values()), now(project).vocabulary_state
    with pytest.raises(InvalidDocumentError) as refused:
        import_vocabulary(
            project=project, source=f"{HEADER}a,hair,,,\nb,nowhere,,,\nc,hair,kept,,\n", editor=alice, replace=False
        )
    assert [problem.message.partition(":")[0] for problem in refused.value.problems] == ["row 3", "row 4"]
    assert (list(VocabularyTag.objects.values()), now(project).vocabulary_state) == before


def test_importing_the_same_file_again_changes_nothing(project, alice):
    source = f"{HEADER}a,hair,,,\n"
    import_vocabulary(project=project, source=source, editor=alice)
    state = now(project).vocabulary_state
    assert (
        str(import_vocabulary(project=project, source=source, editor=alice))
        == "0 added, 0 changed, 0 removed, 1 as they were"
    )
    assert now(project).vocabulary_state == state


def test_what_is_exported_imports_again_elsewhere(project, alice):
    for entry in (HEADSET, Entry("no_headwear", "accessories"), Entry("teal", "colour"), Entry("teal", "objects")):
        if entry is HEADSET:
            entry = Entry(*[getattr(entry, name) for name in ("tag", "slot", "aliases")])
        save_tag(project=project, entry=entry, editor=alice)
    save_tag(project=project, entry=HEADSET, editor=alice)
    source = export_vocabulary(now(project))
    other = Project.objects.create(slug="other", name="Other", starter_vocabulary=False)
    import_vocabulary(project=other, source=source, editor=None)
    assert own_entries(other.pk) == own_entries(project.pk)
    assert len(export_vocabulary(now(project), whole=True)) > len(source) * 10


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.ARTIST])
def test_only_who_manages_the_project_changes_its_vocabulary(project, bob, role):
    Membership.objects.filter(user=bob).update(role=role)
    for change in (
        lambda: save_tag(project=project, entry=Entry("a", "hair"), editor=bob),
        lambda: remove_tag(project=project, tag="a", editor=bob),
        lambda: import_vocabulary(project=project, source=f"{HEADER}a,hair,,,\n", editor=bob),
    ):
        with pytest.raises(NotAllowedError):
            change()
    assert not VocabularyTag.objects.exists()
    assert AuditEvent.objects.filter(outcome="refused", actor=bob).count() == 3


def test_a_manager_may(project, bob):
    Membership.objects.filter(user=bob).update(role=Role.MANAGER)
    assert save_tag(project=project, entry=Entry("a", "hair"), editor=bob)


def test_another_project_keeps_its_own(project, alice, charlie):
    save_tag(project=project, entry=Entry("a_tag_of_ours", "hair"), editor=alice)
    assert vocabulary(Project.objects.get(slug="other")).canonical("a_tag_of_ours") is None
