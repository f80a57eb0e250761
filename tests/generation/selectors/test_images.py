import pytest
from django.contrib.auth.models import AnonymousUser

from generation.models import Image
from generation.selectors.images import gallery
from generation.selectors.jobs import visible_jobs
from generation.services.enqueue import enqueue_render
from generation.services.render import run_job


@pytest.fixture
def job(prompt):
    job = enqueue_render(prompt=prompt, engine="flat", seeds=[1, 2], user=None, ring=False)
    run_job(job.pk, worker="one")
    return job


def test_members_see_the_images_and_jobs_of_their_projects_newest_first(job, alice, bob):
    for user in (alice, bob):
        assert [image.seed for image in gallery(user)] == [2, 1]
        assert list(visible_jobs(user)) == [job]


def test_strangers_and_visitors_see_none(job, charlie):
    for user in (charlie, AnonymousUser()):
        assert not gallery(user).exists()
        assert not visible_jobs(user).exists()
    assert Image.objects.count() == 2


def test_the_gallery_asks_the_database_once(job, alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        for image in gallery(alice):
            assert str(image).startswith("E01_SQ010_SH0010 v001 t0")
            assert image.prompt.changeset.sha
            assert image.job.pk == job.pk
