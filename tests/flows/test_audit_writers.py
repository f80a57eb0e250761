"""Four processes write to one chain at the same time: it never forks, and nobody waits for ever."""

import pytest

from tests.flows.programs import finish, own_environment, start

WRITERS, TIMES = 4, 40


def write_all_at_once(environment: dict[str, str]) -> None:
    finish(start("audit_writer.py", "prepare", environment=environment))
    for writer in [start("audit_writer.py", str(n), str(TIMES), environment=environment) for n in range(WRITERS)]:
        finish(writer)
    expected = 1 + WRITERS * (TIMES + 3 * TIMES // 10)
    assert finish(start("audit_writer.py", "report", environment=environment)).split("\n") == [str(expected), ""]


def test_four_writers_make_one_chain(tmp_path):
    write_all_at_once(own_environment(tmp_path))


@pytest.mark.scaleout
def test_four_writers_make_one_chain_on_postgresql(tmp_path, own_postgresql_url):
    write_all_at_once(own_environment(tmp_path, DATABASE_URL=own_postgresql_url))
