"""kill -9 in a bulk import: the same call goes on, and the end is as if nobody had killed it."""

import json

import pytest

from tests.flows.programs import finish, own_environment, start


def check(environment, folder):
    program = start("import_kill_harness.py", str(folder), environment=environment)
    report = json.loads(finish(program, timeout=900).splitlines()[-1])
    assert report["runs"] == 15
    assert len(report["killed"]) >= 13, report  # the drafts are written in fewer batches than the versions
    assert {point.split(":")[0] for point in report["killed"]} == {
        "import.objects_durable",
        "import.rows_written",
        "import.recorded",
        "import.sealed",
        "import.drafts_written",
    }
    for name in ("lost", "dirty", "different", "left_over"):
        assert report[name] == [], report


@pytest.mark.kill
def test_a_killed_import_goes_on_and_ends_as_if_it_had_not_been(tmp_path):
    check(own_environment(tmp_path / "var"), tmp_path)


@pytest.mark.scaleout
def test_a_killed_import_goes_on_on_postgresql(tmp_path, own_postgresql_url):
    check(own_environment(tmp_path / "var", DATABASE_URL=own_postgresql_url), tmp_path)
