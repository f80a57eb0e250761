"""Who did what and what was refused: one chain a project, which no statement can change, and refusals that stay."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ip_library.core.errors import NotAllowedError, RefusedError
from ip_library.models import AuditEvent, Project
from ip_library.selectors.access import Action
from ip_library.selectors.audit import verify_audit
from ip_library.services.access import require
from ip_library.services.audit import EventData, kept_refusals, record_event, record_events, refusals
from ip_library.services.projects import ensure_project

TABLE = "ip_library_auditevent"


def run(statement: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def project(empty_project, alice):
    """The sample project with four events."""
    events = [EventData("edit", f"character/{name}", after={"name": name}) for name in ("miku", "len", "rin")]
    record_events(empty_project, alice, events)
    return empty_project


# ----------------------------------------------------------------------------------------------- the chain


def test_events_are_a_chain_whose_end_the_project_knows(project, alice):
    events = list(AuditEvent.objects.filter(project=project).order_by("sequence"))
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert [event.previous for event in events] == ["", *(event.hash for event in events[:3])]
    fresh = Project.objects.get(pk=project.pk)
    assert (fresh.audit_length, fresh.audit_head) == (4, events[-1].hash)
    assert [(event.actor, event.actor_login, event.outcome) for event in events[1:]] == [(alice, "alice", "done")] * 3
    assert list(verify_audit(project)) == []


def test_every_project_has_a_chain_of_its_own(project, charlie):
    other = ensure_project(slug="second", owner=charlie)
    record_event(project=other, actor=charlie, action="edit", subject="scene/sea", reason="bluer")
    record_event(project=project, actor=None, action="edit", subject="scene/sea")
    assert [event.sequence for event in other.audit_events.order_by("pk")] == [1, 2]
    assert project.audit_events.first().sequence == 5
    assert project.audit_events.first().actor_login == "operator"
    assert not [*verify_audit(project), *verify_audit(other)]


def test_no_events_are_no_write(project):
    assert record_events(project, None, []) == []
    assert Project.objects.get(pk=project.pk).audit_length == 4


@pytest.mark.parametrize(
    "value",
    [
        "初音ミク 🎤",
        '\\ " \n \x7f \u2028',
        0.1,
        1e-9,
        -0.0,
        1e15,
        1e22,
        123456789.123456789,
        2**70,
        True,
        None,
        (1, 2),
        {"b": 1, "a": {}},
    ],
)
def test_whatever_an_event_holds_hashes_the_same_when_it_is_read_back(project, value):
    record_event(project=project, actor=None, action="edit", subject="x", after={"value": value}, before={"": value})
    assert list(verify_audit(project)) == []


def test_a_value_that_no_database_keeps_is_refused_and_changes_nothing(project):
    with pytest.raises(ValueError, match="not JSON compliant"), transaction.atomic():
        record_event(project=project, actor=None, action="edit", subject="x", after={"value": float("nan")})
    assert list(verify_audit(project)) == []
    assert Project.objects.get(pk=project.pk).audit_length == 4


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_with_its_transaction(project):
    with pytest.raises(RuntimeError), transaction.atomic():
        record_event(project=project, actor=None, action="edit", subject="scene/sea")
        raise RuntimeError
    assert Project.objects.get(pk=project.pk).audit_length == AuditEvent.objects.filter(project=project).count() == 4


# ----------------------------------------------------------------------------------------------- the guard


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor_login = 'mallory' WHERE sequence = 2",
        f"UPDATE {TABLE} SET at = at",
        f"DELETE FROM {TABLE} WHERE sequence = 4",
        f"DELETE FROM {TABLE}",
    ],
)
def test_no_statement_changes_or_deletes_an_event(project, statement):
    before = list(AuditEvent.objects.values())
    with pytest.raises(DatabaseError, match="never"):
        run(statement)
    assert list(AuditEvent.objects.values()) == before


def test_the_base_manager_cannot_change_or_delete_an_event(project):
    for act in (lambda rows: rows.update(reason="x"), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            act(AuditEvent._base_manager.filter(project=project))


@pytest.mark.parametrize("same", ["id", "sequence", "previous"])
def test_no_insert_takes_the_place_of_an_event(project, same):
    before = list(AuditEvent.objects.values())
    row = AuditEvent.objects.filter(project=project, sequence=3).values().get()
    own = {"id": 10_000, "sequence": 77, "previous": "f" * 64}
    row |= {name: value for name, value in own.items() if name != same} | {"before": "{}", "after": "{}"}
    row |= {"actor_login": "mallory", "at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    with pytest.raises((DatabaseError, IntegrityError)):
        run(f"{verb} INTO {TABLE} ({names}) VALUES ({places})", *row.values())
    assert list(AuditEvent.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_emptying_the_table_is_refused_too(project):
    before = list(AuditEvent.objects.values())
    with pytest.raises(DatabaseError, match="never"):
        run(f"TRUNCATE {TABLE} CASCADE" if connection.vendor == "postgresql" else f"DELETE FROM {TABLE} WHERE 1")
    assert list(AuditEvent.objects.values()) == before


# -------------------------------------------------------------------------------------------- refusals


def refused(project) -> list[tuple[str, str, str, str]]:
    rows = AuditEvent.objects.filter(project=project, outcome="refused").order_by("sequence")
    return list(rows.values_list("actor_login", "action", "subject", "reason"))


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_recorded_after_the_service_was_rolled_back(project, alice):
    with (
        pytest.raises(RefusedError),
        refusals(project, alice, "label", "character/miku"),
        transaction.atomic(durable=True),
    ):
        record_event(project=project, actor=alice, action="label", subject="character/miku")
        raise RefusedError("label", "Canon", "lower case")
    assert refused(project) == [("alice", "label", "character/miku", "label is 'Canon', but it must be lower case")]
    assert AuditEvent.objects.filter(project=project, action="label").count() == 1
    assert list(verify_audit(project)) == []


@pytest.mark.django_db(transaction=True)
def test_a_missing_right_is_recorded_once_however_many_services_it_passes(project, charlie):
    with (
        pytest.raises(NotAllowedError),
        refusals(project, charlie, "restore", "x"),
        refusals(project, charlie, "y", "y"),
    ):
        require(charlie, project, Action.COMMIT)
    reason = "charlie may not commit in project sakura"
    assert refused(project) == [("charlie", "commit", "project/sakura", reason)]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_within_an_outer_transaction_outlives_it(project, alice):
    outer = transaction.atomic()
    with kept_refusals(), pytest.raises(RefusedError), outer, refusals(project, alice, "edit", "scene/sea"):
        raise RefusedError("name", "", "given")
    assert refused(project) == [("alice", "edit", "scene/sea", "name is '', but it must be given")]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_whose_project_was_rolled_back_hides_no_error(alice):
    with pytest.raises(RefusedError), kept_refusals(), transaction.atomic():
        fresh = ensure_project(slug="fresh", owner=alice)
        with refusals(fresh, alice, "edit", "scene/sea"):
            raise RefusedError("name", "", "given")
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_anybody_to_keep_it_a_refusal_goes_with_the_outer_transaction(project, alice):
    with pytest.raises(RefusedError), transaction.atomic(), refusals(project, alice, "edit", "scene/sea"):
        raise RefusedError("name", "", "given")
    assert refused(project) == []
    with transaction.atomic(), pytest.raises(RefusedError), refusals(project, alice, "edit", "scene/sea"):
        raise RefusedError("name", "", "given")
    assert len(refused(project)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_refusal_after_a_failed_statement_leaves_the_error_as_it_was(project, alice):
    with pytest.raises(RefusedError), transaction.atomic():
        connection.needs_rollback = True
        with refusals(project, alice, "edit", "scene/sea"):
            raise RefusedError("name", "", "given")
    assert refused(project) == []


def test_a_long_or_strange_message_is_kept_as_far_as_it_goes(project, alice):
    for text in ("x" * 100_000, "a\0b", "\ud800"):
        with pytest.raises(RefusedError), refusals(project, alice, "edit", "y" * 500):
            raise RefusedError("name", "", text)
    assert [(len(subject), len(reason) <= 2000) for _, _, subject, reason in refused(project)] == [(160, True)] * 3
    assert list(verify_audit(project)) == []


def test_other_errors_are_no_refusals(project, alice):
    with pytest.raises(ZeroDivisionError), refusals(project, alice, "edit", "scene/sea"):
        _ = 1 / 0
    assert refused(project) == []
