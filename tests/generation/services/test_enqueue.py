import pytest
from django.db import transaction

from generation.core.errors import KeyReusedError
from generation.models import JobState, RenderJob
from generation.services import doorbell, enqueue
from generation.services.enqueue import enqueue_render
from ip_library.core.errors import NotAllowedError, RefusedError, UnknownError
from ip_library.models import AuditEvent


@pytest.fixture
def rung(monkeypatch):
    """The jobs whose doorbell was rung."""
    jobs = []
    monkeypatch.setattr(doorbell, "ring", lambda job_id: jobs.append(job_id) or True)
    return jobs


def test_what_is_left_out_is_the_default_of_the_engine(prompt, bob, rung):
    job = enqueue_render(prompt=prompt, seeds=[7], user=bob)
    assert (job.engine, job.width, job.height, job.steps, job.scheduler) == ("previz", 1024, 768, 1, "none")
    assert (job.state, job.max_attempts, job.request_digest) == (JobState.QUEUED, 3, job.request.digest)
    assert AuditEvent.objects.filter(actor=bob, action="enqueue", subject=f"job/{job.pk}").count() == 1


def test_the_doorbell_rings_only_once_the_row_is_safe(prompt, rung):
    with transaction.atomic():
        job = enqueue_render(prompt=prompt, seeds=[7], user=None)
        assert rung == []
    assert rung == [job.pk]


def test_nothing_is_rung_for_a_job_that_was_rolled_back(prompt, rung):
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue_render(prompt=prompt, seeds=[7], user=None)
        raise RuntimeError
    assert rung == []
    assert RenderJob.objects.count() == 0


def test_the_same_key_with_the_same_request_returns_the_first_job(prompt, bob, alice, rung):
    first = enqueue_render(prompt=prompt, seeds=[7], user=bob, idempotency_key="k1")
    again = enqueue_render(prompt=prompt, seeds=[7], user=alice, idempotency_key="k1")
    assert first == again
    assert rung == [first.pk]
    assert AuditEvent.objects.filter(action="enqueue").count() == 1


def test_the_same_key_with_another_request_is_refused(prompt, bob, rung):
    first = enqueue_render(prompt=prompt, seeds=[7], user=bob, idempotency_key="k1")
    with pytest.raises(KeyReusedError, match=f"job {first.pk}"):
        enqueue_render(prompt=prompt, seeds=[8], user=bob, idempotency_key="k1")
    event = AuditEvent.objects.get(actor=bob, outcome="refused")
    assert (event.action, event.subject, f"job {first.pk}" in event.reason) == ("enqueue", prompt.path, True)


def test_without_a_key_the_same_request_may_be_rendered_again(prompt, rung):
    assert enqueue_render(prompt=prompt, seeds=[7], user=None) != enqueue_render(prompt=prompt, seeds=[7], user=None)


def test_two_that_come_at_once_with_one_key_get_one_job(prompt, rung, monkeypatch):
    first = enqueue_render(prompt=prompt, seeds=[7], user=None, idempotency_key="k1")
    seen = []
    earlier = enqueue._earlier
    monkeypatch.setattr(enqueue, "_earlier", lambda job: earlier(job) if seen else seen.append(job))
    assert enqueue_render(prompt=prompt, seeds=[7], user=None, idempotency_key="k1") == first
    assert seen


def test_a_stranger_may_not_render_and_the_refusal_is_recorded(prompt, charlie, rung):
    with pytest.raises(NotAllowedError):
        enqueue_render(prompt=prompt, seeds=[7], user=charlie)
    assert AuditEvent.objects.get(actor=charlie, outcome="refused").subject == prompt.path
    assert RenderJob.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        ({"engine": "dall-e"}, UnknownError, "previz"),
        ({"engine": ""}, UnknownError, "engine"),
        ({"width": 100}, RefusedError, "width"),
        ({"steps": 0}, RefusedError, "steps"),
        ({"seeds": []}, RefusedError, "seeds"),
        ({"guidance": 99}, RefusedError, "guidance"),
        ({"scheduler": "euler"}, RefusedError, "scheduler"),
        ({"idempotency_key": ""}, RefusedError, "idempotency_key"),
        ({"idempotency_key": "a b"}, RefusedError, "idempotency_key"),
        ({"idempotency_key": "k" * 129}, RefusedError, "idempotency_key"),
    ],
)
def test_bad_input_is_refused_by_name_and_leaves_nothing(prompt, rung, arguments, error, named):
    with pytest.raises(error, match=named):
        enqueue_render(**{"prompt": prompt, "seeds": [7], "user": None, **arguments})
    assert RenderJob.objects.count() == 0
    assert rung == []
