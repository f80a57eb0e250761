import os

import pytest

from generation import tasks


@pytest.fixture
def ended(monkeypatch):
    """The exit codes with which the process would have ended."""
    codes = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


def test_a_rendering_that_moves_goes_on(ended):
    tasks.end_when_useless(os.getppid(), 299.0)
    assert ended == []


def test_a_rendering_that_is_stuck_for_five_minutes_ends_its_process(ended):
    tasks.end_when_useless(os.getppid(), 301.0)
    assert ended == [75]


def test_a_rendering_whose_worker_died_ends_its_process(ended):
    tasks.end_when_useless(1_000_000, 0.0)
    assert ended == [75]


def test_the_message_is_taken_to_the_service_under_the_name_of_the_supervisor(monkeypatch):
    calls = []
    monkeypatch.setattr(tasks, "run_job", lambda job_id, **options: calls.append((job_id, options["worker"])))
    monkeypatch.setenv("SETTEI_WORKER", "host:1:2")
    tasks.render(7)
    monkeypatch.delenv("SETTEI_WORKER")
    tasks.render(8)
    assert calls[0] == (7, "host:1:2")
    assert calls[1][1].endswith(f":{os.getpid()}")
