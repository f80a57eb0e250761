"""Databases of their own for flows that run in processes of their own."""

import os
import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest


@pytest.fixture
def own_postgresql_url():
    """A fresh database on the server that DATABASE_URL names, dropped at the end."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.fail("scaleout tests need DATABASE_URL=postgres://user@host/name")
    parts = urlsplit(url)
    name = f"settei_test_{uuid.uuid4().hex}"
    with psycopg.connect(urlunsplit(parts._replace(scheme="postgresql")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(parts._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
