import pytest

from generation.services.enqueue import enqueue_render
from generation.services.render import run_job


@pytest.fixture
def job(prompt):
    job = enqueue_render(prompt=prompt, engine="flat", seeds=[1], user=None, ring=False)
    run_job(job.pk, worker="one")
    return job


@pytest.fixture
def staff(client):
    """Log somebody in who may enter the admin."""

    def staff(user):
        user.is_staff = True
        user.save()
        client.force_login(user)
        return client

    return staff


def pages(job):
    image = job.images.get()
    return [f"/admin/generation/renderjob/{job.pk}/change/", f"/admin/generation/image/{image.pk}/change/"]


def test_a_member_reads_jobs_and_images_and_may_change_none(job, bob, staff):
    client = staff(bob)
    for page in pages(job):
        found = client.get(page)
        assert found.status_code == 200
        assert b'name="_save"' not in found.content
        assert client.post(page, {"state": "queued"}).status_code == 403
        folder = page.rsplit("/", 3)[0]
        assert client.get(f"{folder}/").status_code == 200
        assert client.get(f"{folder}/add/").status_code == 403
        assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_stranger_finds_nothing(job, charlie, staff):
    client = staff(charlie)
    for page in pages(job):
        assert client.get(page).status_code in {302, 403, 404}
        listing = client.get(f"{page.rsplit('/', 3)[0]}/")
        assert b"E01_SQ010" not in listing.content


def test_who_is_no_staff_does_not_get_in(job, bob, client):
    client.force_login(bob)
    for page in pages(job):
        assert client.get(page).status_code == 302
