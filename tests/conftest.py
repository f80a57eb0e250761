"""What all tests share: a library of their own in a temporary folder, the sample project, and three people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.utils import CursorWrapper

from generation.services import doorbell
from ip_library.models import Membership, Project, Role
from ip_library.services.commit import commit_assets
from ip_library.services.fixtures import load_library
from ip_library.services.projects import ensure_project

SAKURA = Path(__file__).parent.parent / "fixtures" / "sakura"
PASSWORD = "a long enough password"


def guard_statements(connection: BaseDatabaseWrapper) -> tuple[list[str], list[str]]:
    """Return the statements that take the guard of the audit table away, and those that put it back."""
    if connection.vendor == "postgresql":
        table = "ALTER TABLE ip_library_auditevent"
        off = [f"{table} DISABLE TRIGGER audit_refuses_change"]
        return off, [f"{table} ENABLE ALWAYS TRIGGER audit_refuses_change"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]


@contextmanager
def no_audit_guard() -> Iterator[CursorWrapper]:
    """Give a cursor that no trigger of the audit table stops; the guard stands again afterwards."""
    off, on = guard_statements(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no ALTER while a check is still to come
        for statement in off:
            cursor.execute(statement)
        yield cursor
        for statement in on:
            cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def emptied_tables():
    """Let Django empty the tables after a test, and only then: triggers refuse to delete audit events."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_guard(operations, statements):
        off, on = guard_statements(operations.connection)
        return flush(operations, [*off, *statements, *on])

    BaseDatabaseOperations.execute_sql_flush = without_guard
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def library(tmp_path, settings):
    """A folder for repositories, images and queue that no other test sees."""
    settings.VAR = tmp_path / "var"
    settings.REPOSITORIES = settings.VAR / "repositories"
    settings.MEDIA = settings.VAR / "media"
    settings.BROKER_FOLDER = settings.VAR / "queue"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.VAR.mkdir()
    yield settings.VAR
    assert doorbell.flush(30.0)  # what this test enqueued must not be rung in the folder of the next one


@pytest.fixture
def alice(db):
    """The owner of the sample project."""
    return User.objects.create_user("alice", "alice@studio.example", PASSWORD, first_name="Alice", last_name="Aoki")


@pytest.fixture
def empty_project(alice):
    """A project of Alice's without assets."""
    return ensure_project(slug="sakura", name="Sakura", owner=alice)


@pytest.fixture
def bob(empty_project):
    """An artist in the sample project."""
    user = User.objects.create_user("bob", "bob@studio.example", PASSWORD, first_name="Bob")
    Membership.objects.create(project=empty_project, user=user, role=Role.ARTIST)
    return user


@pytest.fixture
def charlie(db):
    """A stranger, who owns another project."""
    user = User.objects.create_user("charlie", "charlie@elsewhere.example", PASSWORD)
    ensure_project(slug="other", owner=user)
    return user


@pytest.fixture
def drafts(empty_project, alice):
    """The sample project with its drafts, nothing committed. Returns the summary of loading."""
    return load_library(SAKURA, project_slug="sakura", owner=alice)


@pytest.fixture
def sakura(transactional_db, drafts, alice) -> Project:
    """The sample project with everything committed as v001."""
    commit_assets(project=drafts.project, assets=drafts.assets, message="First sheets", author=alice)
    drafts.project.refresh_from_db()
    return drafts.project
