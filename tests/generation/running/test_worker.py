"""A real supervisor, a real worker, the real broker folder: what is left when processes are killed.

The tests share one worker and one library, and run in this order.
"""

import os
import signal
import time

import pytest

from tests.generation.running.service import alive, command_of, descendants


@pytest.fixture(scope="module")
def worker(service):
    """A supervised worker."""
    process = service.start("worker")
    yield process
    process.kill()


def main_of(process):
    return next(pid for pid in descendants(process.pid) if " celery " in command_of(pid))


def renderer_of(process):
    """Return the process that renders."""
    return next(pid for pid in descendants(main_of(process)) if "spawn_main" in command_of(pid))


def busy(service, job):
    return service.wait(lambda: service.job(job)["state"] == "running" and service.job(job))


def ended(service, job):
    return service.wait_for_state(job, "done", "failed", "dead")


def test_a_killed_renderer_costs_one_try_and_no_image(service, worker):
    first, slow = service.enqueue(
        {"engine": "previz", "seeds": [1, 2]}, {"engine": "slow", "seeds": [3, 4], "steps": 15}
    )
    assert ended(service, first)["state"] == "done"
    assert service.seeds_of(first) == [1, 2]
    busy(service, slow)
    os.kill(renderer_of(worker), signal.SIGKILL)
    job = ended(service, slow)
    assert (job["state"], job["attempt"]) == ("done", 2)
    assert service.seeds_of(slow) == [3, 4]


def test_a_killed_worker_is_started_again_and_its_job_does_not_wait_for_the_lease(service, worker):
    (slow,) = service.enqueue({"engine": "slow", "seeds": [5, 6], "steps": 15})
    busy(service, slow)
    os.kill(main_of(worker), signal.SIGKILL)
    job = ended(service, slow)
    assert (job["state"], job["attempt"]) == ("done", 2)
    assert service.seeds_of(slow) == [5, 6]
    assert "worker ended (signal 9); starting it again" in worker.log.read_text()


def test_a_job_that_kills_its_worker_is_dead_after_three_tries_and_others_go_on(service, worker):
    poison, good = service.enqueue({"engine": "poison", "seeds": [1]}, {"engine": "flat", "seeds": [9]})
    assert ended(service, good)["attempt"] == 1
    job = ended(service, poison)
    assert (job["state"], job["attempt"]) == ("dead", 3)
    assert service.seeds_of(poison) == []


def test_a_renderer_that_slept_past_its_lease_is_fenced(service, worker):
    (slow,) = service.enqueue({"engine": "slow", "seeds": [7, 8], "steps": 12})
    busy(service, slow)
    sleeper = renderer_of(worker)
    os.kill(sleeper, signal.SIGSTOP)
    try:
        service.wait(lambda: service.job(slow)["state"] == "queued", 15)
        assert service.run_one(slow) == "done"
    finally:
        os.kill(sleeper, signal.SIGCONT)
    (after,) = service.enqueue({"engine": "flat", "seeds": [10]})  # the sleeper does it once it has given up
    assert ended(service, after)["state"] == "done"
    assert service.job(slow)["attempt"] == 2
    assert service.seeds_of(slow) == [7, 8]


def test_all_killed_at_once_leaves_no_orphan_and_the_next_worker_finishes_before_it_stops(service, worker):
    (slow,) = service.enqueue({"engine": "slow", "seeds": [11, 12], "steps": 20})
    busy(service, slow)
    tree = descendants(worker.pid)
    worker.kill()
    worker.wait()
    service.wait(lambda: not any(alive(pid) for pid in tree), 10)
    assert service.job(slow)["state"] == "running"
    again = service.start("worker")
    service.wait(lambda: service.job(slow)["attempt"] == 2)
    tree = descendants(again.pid)
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0
    assert [pid for pid in tree if alive(pid)] == []
    job = service.job(slow)
    assert (job["state"], job["attempt"]) == ("done", 2)
    assert service.seeds_of(slow) == [11, 12]
    assert "Traceback" not in again.log.read_text()


def test_a_worker_that_may_not_finish_gives_the_job_back_without_costing_a_try(service):
    process = service.start("worker")
    (slow,) = service.enqueue({"engine": "slow", "seeds": [13], "steps": 200})
    busy(service, slow)
    for _ in range(3):  # an impatient person
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    assert process.wait(30) == 0
    assert service.job(slow)["state"] == "queued"
    assert service.query("select max_attempts - attempt from generation_renderjob where id = ?", slow) == [(3,)]


def test_after_all_that_the_library_verifies(service):
    done = service.manage("verify")
    assert done.returncode == 0, done.stdout + done.stderr
