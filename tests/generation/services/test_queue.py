from datetime import timedelta

import pytest
from django.db.models.functions import Now

from generation.core.errors import LeaseLostError
from generation.models import Image, JobState, RenderJob
from generation.services.enqueue import enqueue_render
from generation.services.queue import (
    abandon_jobs,
    beat,
    claim_job,
    fail_job,
    hand_back_jobs,
    release_job,
    sweep_jobs,
)
from generation.services.record import Take, record_images
from ip_library.models import AuditEvent


@pytest.fixture
def job(prompt):
    return enqueue_render(prompt=prompt, engine="flat", seeds=[1], user=None, ring=False)


def expire(job):
    RenderJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def state(job):
    job.refresh_from_db()
    return job.state


def take(job):
    recipe = {"seed": 1, "kind": "previz"}
    return Take(sha256="a" * 64, pixels_sha256="b" * 64, width=64, height=64, size=1, recipe=recipe)


def test_a_waiting_job_is_taken_once(job):
    claim = claim_job(job_id=job.pk, worker="one")
    assert (claim.attempt, state(job), job.worker) == (1, JobState.RUNNING, "one")
    assert claim_job(job_id=job.pk, worker="two") is None
    assert claim_job(job_id=10**9, worker="two") is None


def test_the_lease_ends_by_the_clock_of_the_database(job, settings):
    claim_job(job_id=job.pk, worker="one")
    job.refresh_from_db()
    left = RenderJob.objects.annotate(left=Now()).get(pk=job.pk)
    seconds = (job.lease_until - left.left).total_seconds()
    assert settings.RENDER_LEASE_SECONDS - 5 < seconds <= settings.RENDER_LEASE_SECONDS


def test_an_expired_lease_lets_another_worker_in_and_the_first_one_hits_no_row(job):
    zombie = claim_job(job_id=job.pk, worker="one")
    expire(job)
    second = claim_job(job_id=job.pk, worker="two")
    assert second.attempt == 2
    assert not beat(claim=zombie, steps_done=1, steps_total=2)
    assert release_job(claim=zombie, code="x", message="x") is None
    assert fail_job(claim=zombie, code="x", message="x") is None
    with pytest.raises(LeaseLostError):
        record_images(claim=zombie, takes=[take(job)])
    assert state(job) == JobState.RUNNING
    assert Image.objects.count() == 0
    record_images(claim=second, takes=[take(job)])
    assert state(job) == JobState.DONE
    with pytest.raises(LeaseLostError):
        record_images(claim=second, takes=[take(job)])
    assert Image.objects.count() == 1


def test_a_lease_that_ran_out_unnoticed_may_still_finish(job):
    claim = claim_job(job_id=job.pk, worker="one")
    expire(job)
    assert beat(claim=claim, steps_done=0, steps_total=1)
    expire(job)
    record_images(claim=claim, takes=[take(job)])
    assert state(job) == JobState.DONE


def test_a_worker_takes_up_again_what_its_own_dead_process_held(job):
    claim_job(job_id=job.pk, worker="one")
    assert claim_job(job_id=job.pk, worker="one").attempt == 2


def test_a_job_that_kills_its_worker_is_dead_after_its_tries(job):
    for attempt in (1, 2, 3):
        assert claim_job(job_id=job.pk, worker="one").attempt == attempt
        expire(job)
        swept = sweep_jobs(limit=10)
        assert (swept.requeued, swept.dead) == ((1, 0) if attempt < 3 else (0, 1))
    assert claim_job(job_id=job.pk, worker="one") is None
    assert state(job) == JobState.DEAD
    assert job.error_code == "render.worker_lost"
    assert "try 3 of 3" in job.error_message
    assert AuditEvent.objects.filter(action="render dead", subject=f"job/{job.pk}").count() == 1
    assert sweep_jobs(limit=10).dead == 0


def test_a_failed_try_goes_back_until_no_try_is_left(job):
    for expected in (JobState.QUEUED, JobState.QUEUED, JobState.DEAD):
        claim = claim_job(job_id=job.pk, worker="one")
        assert release_job(claim=claim, code="storage", message="the disk is full") == expected
    assert state(job) == JobState.DEAD
    assert "the disk is full" in job.error_message


def test_a_permanent_failure_ends_the_job_at_once(job):
    claim = claim_job(job_id=job.pk, worker="one")
    assert fail_job(claim=claim, code="refused", message="no such weights") == JobState.FAILED
    assert claim_job(job_id=job.pk, worker="one") is None
    assert (state(job), job.attempt, job.error_message) == (JobState.FAILED, 1, "no such weights")


def test_the_sweep_rings_for_forgotten_jobs_oldest_first_and_once(prompt):
    jobs = [enqueue_render(prompt=prompt, engine="flat", seeds=[n], user=None, ring=False) for n in range(3)]
    assert sweep_jobs(limit=10).due == ()
    RenderJob.objects.update(published_at=Now() - timedelta(seconds=21))
    assert sweep_jobs(limit=2).due == (jobs[0].pk, jobs[1].pk)
    assert sweep_jobs(limit=2).due == (jobs[2].pk,)
    assert sweep_jobs(limit=2).due == ()


def test_a_job_whose_worker_died_is_rung_for_in_the_same_sweep(job):
    claim_job(job_id=job.pk, worker="one")
    assert sweep_jobs(limit=10).requeued == 0
    assert abandon_jobs(worker="two") == 0
    assert abandon_jobs(worker="one") == 1
    swept = sweep_jobs(limit=10)
    assert (swept.requeued, swept.due) == (1, (job.pk,))


def test_a_stop_on_purpose_costs_no_try(job):
    for _ in range(5):
        claim_job(job_id=job.pk, worker="one")
        assert hand_back_jobs(worker="one") == 1
    assert state(job) == JobState.QUEUED
    assert job.max_attempts - job.attempt == 3


def test_takes_of_one_prompt_are_numbered_through(prompt):
    for seeds in ([1, 2], [3], [4]):
        job = enqueue_render(prompt=prompt, engine="flat", seeds=seeds, user=None, ring=False)
        record_images(claim=claim_job(job_id=job.pk, worker="one"), takes=[take(job)] * len(seeds))
    assert list(Image.objects.order_by("pk").values_list("take", flat=True)) == [1, 2, 3, 4]
