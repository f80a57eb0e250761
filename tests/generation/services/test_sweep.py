from datetime import timedelta

import pytest
from django.db.models.functions import Now

from generation.models import JobState, RenderJob
from generation.services import doorbell
from generation.services.enqueue import enqueue_render
from generation.services.queue import claim_job
from generation.services.sweep import MESSAGES_TO, sweep


@pytest.fixture
def jobs(prompt):
    """Three jobs whose doorbells were lost long ago."""
    jobs = [enqueue_render(prompt=prompt, engine="flat", seeds=[n], user=None, ring=False) for n in range(3)]
    RenderJob.objects.update(published_at=Now() - timedelta(hours=1))
    return jobs


@pytest.fixture
def rung(monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "ring", lambda job_id: rung.append(job_id) or True)
    return rung


@pytest.mark.parametrize(
    ("waiting", "expected"), [(0, 3), (MESSAGES_TO - 2, 2), (MESSAGES_TO, 0), (MESSAGES_TO + 50, 0)]
)
def test_doorbells_do_not_pile_up_while_no_worker_takes_them(jobs, rung, monkeypatch, waiting, expected):
    monkeypatch.setattr(doorbell, "waiting_messages", lambda: waiting)
    assert len(sweep().due) == expected
    assert rung == [job.pk for job in jobs[:expected]]


def test_a_broker_that_is_away_keeps_no_job_from_being_given_back(jobs, rung, monkeypatch):
    def refuse():
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(doorbell, "waiting_messages", refuse)
    claim_job(job_id=jobs[0].pk, worker="one")
    RenderJob.objects.filter(pk=jobs[0].pk).update(lease_until=Now() - timedelta(seconds=1))
    assert sweep().requeued == 1
    assert rung == []
    assert RenderJob.objects.get(pk=jobs[0].pk).state == JobState.QUEUED
