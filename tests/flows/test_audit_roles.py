"""The grants of docs/postgresql-audit.md, run as they stand there: the serving role appends events and no more."""

import re
import subprocess
import sys
import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.flows.programs import ROOT, finish, own_environment, start

pytestmark = pytest.mark.scaleout

TABLE = "ip_library_auditevent"


@pytest.fixture
def roles(own_postgresql_url):
    """Return the database's URL for the administrator, and the names of the two roles, made as the document says."""
    before, after = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "postgresql-audit.md").read_text(), re.S)
    mark = uuid.uuid4().hex[:12]
    owner, app = f"settei_owner_{mark}", f"settei_app_{mark}"

    def run(script: str) -> None:
        with psycopg.connect(as_role(own_postgresql_url), autocommit=True) as connection:
            connection.execute(script.replace("settei_owner", owner).replace("settei_app", app))

    run(before)
    yield owner, app, lambda: run(after)
    run("DROP OWNED BY settei_app; DROP OWNED BY settei_owner; DROP ROLE settei_app; DROP ROLE settei_owner;")


def as_role(url: str, role: str = "") -> str:
    parts = urlsplit(url)
    netloc = f"{role}@{parts.netloc.rpartition('@')[2]}" if role else parts.netloc
    return urlunsplit(parts._replace(scheme="postgresql", netloc=netloc))


@pytest.fixture
def served(roles, own_postgresql_url, tmp_path):
    """A database that the owner migrated and in which the serving role has recorded events. Returns a connector."""
    owner, app, restrict = roles
    as_owner = own_environment(tmp_path, DATABASE_URL=as_role(own_postgresql_url, owner))
    as_app = own_environment(tmp_path, DATABASE_URL=as_role(own_postgresql_url, app))
    finish(start("audit_writer.py", "prepare", environment=as_owner))
    restrict()
    finish(start("audit_writer.py", "1", "5", environment=as_app))
    assert finish(start("audit_writer.py", "report", environment=as_app)).split() == ["9"]
    verify = [sys.executable, "manage.py", "verify"]
    assert subprocess.run(verify, cwd=ROOT, env=as_app, capture_output=True).returncode == 0
    names = {"owner": owner, "app": app, "administrator": ""}
    return lambda who: psycopg.connect(as_role(own_postgresql_url, names[who]), autocommit=True)


CHANGES = [
    f"UPDATE {TABLE} SET actor_login = 'mallory' WHERE sequence = 2",
    f"DELETE FROM {TABLE} WHERE sequence = 9",
    f"TRUNCATE {TABLE} CASCADE",
    f"INSERT INTO {TABLE} SELECT * FROM {TABLE} WHERE sequence = 2 ON CONFLICT (id) DO UPDATE SET reason = 'x'",
]
WAYS_ROUND = [
    f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL",
    f"ALTER TABLE {TABLE} DISABLE TRIGGER audit_refuses_change",
    f"DROP TRIGGER audit_refuses_change ON {TABLE}",
    "DROP FUNCTION audit_refuse_change() CASCADE",
    "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    f"DROP TABLE {TABLE}",
    f"ALTER TABLE {TABLE} OWNER TO CURRENT_USER",
    f"GRANT UPDATE ON {TABLE} TO CURRENT_USER",
    "SET session_replication_role = replica",
    f"CREATE TRIGGER mine BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
    "DELETE FROM django_migrations",
]


def test_the_audit_can_be_appended_to_and_nothing_else(served):
    with served("administrator") as connection:
        before = connection.execute(f"SELECT * FROM {TABLE} ORDER BY id").fetchall()
    with served("app") as connection:
        for statement in [*CHANGES, *WAYS_ROUND]:
            try:
                said = connection.execute(statement).statusmessage
            except psycopg.errors.InsufficientPrivilege:
                continue
            assert said == "GRANT", statement  # without the right to grant, PostgreSQL warns and grants nothing
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"UPDATE {TABLE} SET reason = 'x'")
    for who in ("owner", "administrator"):
        with served(who) as connection:
            for statement in CHANGES:
                with pytest.raises(psycopg.errors.RaiseException, match="never changed or deleted"):
                    connection.execute(statement)
    with served("administrator") as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.RaiseException, match="never changed or deleted"):
            connection.execute(f"DELETE FROM {TABLE}")
        assert connection.execute(f"SELECT * FROM {TABLE} ORDER BY id").fetchall() == before
