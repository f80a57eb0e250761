"""The same code on servers, by environment variables alone: PostgreSQL with Redis, PostgreSQL with RabbitMQ."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.flows.programs import ROOT, own_environment

pytestmark = [pytest.mark.scaleout, pytest.mark.amqp]


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_runs_on_servers_and_a_second_one_adds_nothing(tmp_path, own_postgresql_url):
    broker = os.environ.get("BROKER_URL", "")
    assert broker.startswith(("redis://", "amqp://")), "scaleout tests need BROKER_URL=redis://... or amqp://..."
    environment = own_environment(tmp_path, DATABASE_URL=own_postgresql_url, BROKER_URL=broker)
    said = manage(environment, "demo")
    assert re.search(r"sakura@[0-9a-f]{40} prompts/scene/E01/SQ010/SH0010\.xml", said)
    images = sorted((tmp_path / "media").rglob("*.png"))
    assert len(images) == 3
    manage(environment, "demo")
    assert sorted((tmp_path / "media").rglob("*.png")) == images
    assert not (tmp_path / "settei.sqlite3").exists()
    assert not (tmp_path / "queue").exists()
    lineage = json.loads(manage(environment, "lineage", str(images[0]), "--json"))
    assert lineage["found_by"] == "file"
    manage(environment, "verify")
