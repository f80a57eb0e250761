"""``verify_audit`` finds whatever somebody with all rights over the database did to the record."""

import pytest
from django.db import connection

from ip_library.core.diff import Change
from ip_library.models import AuditEvent, Project
from ip_library.selectors.audit import changes_of, verify_audit
from ip_library.services.audit import EventData, record_events
from tests.conftest import no_audit_guard

TABLE = "ip_library_auditevent"


@pytest.fixture
def project(empty_project, alice):
    """The sample project with ten events."""
    record_events(empty_project, alice, [EventData("edit", f"scene/sea-{number}") for number in range(9)])
    return empty_project


@pytest.fixture
def forge(project):
    """Return a function that runs statements past the guard, which stands again afterwards."""

    def act(*statements):
        with no_audit_guard() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return act


def codes(project) -> list[tuple[str, str]]:
    return [(problem.field.rpartition("/")[2], problem.code) for problem in verify_audit(project)]


def test_what_was_recorded_verifies(project):
    told = []
    assert list(verify_audit(project, on_progress=lambda *where: told.append(where))) == []
    assert told[-1] == (10, 10)


@pytest.mark.parametrize("column", ["actor_login", "action", "outcome", "subject", "reason"])
def test_a_changed_column_is_found(project, forge, column):
    forge(f"UPDATE {TABLE} SET {column} = 'x' WHERE sequence = 4")
    assert codes(project) == [("4", "audit.changed")]


def test_a_changed_time_actor_or_content_is_found(project, forge):
    forge(
        f"UPDATE {TABLE} SET at = '2020-01-01 00:00:00' WHERE sequence = 4",
        f"UPDATE {TABLE} SET actor_id = NULL WHERE sequence = 5",
        f"""UPDATE {TABLE} SET after = '{{"a": 1}}' WHERE sequence = 6""",
    )
    assert codes(project) == [("4", "audit.changed"), ("5", "audit.changed"), ("6", "audit.changed")]


def test_an_event_that_is_gone_is_found(project, forge):
    forge(f"DELETE FROM {TABLE} WHERE sequence = 4")
    assert codes(project) == [("5", "audit.order"), ("5", "audit.chain")]


def test_a_tail_that_was_cut_off_is_found(project, forge):
    forge(f"DELETE FROM {TABLE} WHERE sequence > 7")
    assert codes(project) == [("7", "audit.tail"), ("7", "audit.tail")]


def test_all_events_gone_are_found(project, forge):
    forge(f"DELETE FROM {TABLE}")
    assert codes(project) == [("0", "audit.tail"), ("0", "audit.tail")]


def test_an_event_that_was_put_at_the_end_past_the_service_is_found(project, forge):
    Project.objects.filter(pk=project.pk).update(audit_length=9)
    assert ("10", "audit.tail") in codes(project)


def test_a_commit_that_no_changeset_is_is_found_unless_it_was_refused(project, alice):
    events = [EventData("commit", "scene/sea", after={"commit": "f" * 40}, outcome=how) for how in ("done", "refused")]
    record_events(project, alice, events)
    assert codes(project) == [("11", "audit.commit")]


def test_commits_that_exist_verify(sakura):
    assert AuditEvent.objects.filter(project=sakura, action="commit", after__has_key="commit").exists()
    assert list(verify_audit(sakura)) == []


def test_a_missing_guard_is_found(project):
    with connection.cursor() as cursor:
        table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
        name = "audit_refuses_change" if table else "audit_refuses_replace"
        cursor.execute(f"DROP TRIGGER {name}{table}")
    assert [(problem.code, name in problem.message) for problem in verify_audit(project)] == [("audit.guard", True)]


NO_OPS = {
    "sqlite": [
        "DROP TRIGGER audit_refuses_update",
        f"CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON {TABLE} BEGIN SELECT 1; END",
    ],
    "postgresql": [
        f"DROP TRIGGER audit_refuses_change ON {TABLE}",
        f"CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER audit_refuses_change",
    ],
}
EMPTIED = (
    "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
)


@pytest.mark.parametrize("part", ["trigger", "function"])
def test_a_guard_that_was_replaced_by_one_of_the_same_name_is_found(project, part):
    if part == "function" and connection.vendor != "postgresql":
        pytest.skip("SQLite's triggers call no function")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in [EMPTIED] if part == "function" else NO_OPS[connection.vendor]:
            cursor.execute(statement)
    (found,) = verify_audit(project)
    assert (found.code, "does something else" in found.message) == ("audit.guard", True)


def test_verifying_costs_a_fixed_number_of_queries(project, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        list(verify_audit(project))


def test_changes_are_told_by_name_and_what_is_no_document_as_it_stands():
    event = AuditEvent(before={"name": "a", "gone": 1, "xml": "<broken"}, after={"name": "b", "new": {"x": [1]}})
    assert changes_of(event) == [
        Change("name", "changed", "a", "b"),
        Change("gone", "removed", "1", ""),
        Change("xml", "removed", "<broken", ""),
        Change("new", "added", "", '{"x": [1]}'),
    ]
