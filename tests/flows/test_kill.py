"""kill -9 at every named point of saving and rendering, and at random times."""

import json
import os
import random

import pytest

from tests.flows.programs import finish, own_environment, start

RUNS = int(os.environ.get("SETTEI_KILL_RUNS", "60"))
SEED = int(os.environ.get("SETTEI_KILL_SEED", random.SystemRandom().randrange(10**6)))


def check(environment: dict[str, str], runs: int) -> None:
    print(f"SETTEI_KILL_SEED={SEED}")
    program = start("kill_harness.py", str(runs), str(SEED), environment=environment)
    report = json.loads(finish(program, timeout=900).splitlines()[-1])
    print(report)
    assert report["runs"] == runs
    assert report["killed"] > runs / 2
    assert report["acknowledged"] > runs / 5
    assert report["never_killed_at"] == []
    found = {
        name: report[name] for name in ("broken_before_recovery", "lost", "missing_after_repeat", "doubled", "dirty")
    }
    assert not any(found.values()), report


@pytest.mark.kill
def test_a_kill_at_any_point_loses_and_doubles_nothing(tmp_path):
    check(own_environment(tmp_path), RUNS)


def test_the_harness_notices_a_program_that_acknowledges_too_early(tmp_path):
    program = start("kill_harness.py", "12", "1", environment=own_environment(tmp_path, SETTEI_KILL_LIES="1"))
    assert json.loads(finish(program).splitlines()[-1])["lost"] == 12


@pytest.mark.scaleout
def test_a_kill_at_any_point_loses_and_doubles_nothing_on_postgresql(tmp_path, own_postgresql_url):
    check(own_environment(tmp_path, DATABASE_URL=own_postgresql_url), 60)
