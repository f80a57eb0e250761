import io

import pytest
from django.core.management import call_command

from generation.models import Image
from generation.services.enqueue import enqueue_render
from generation.services.render import run_job


@pytest.fixture
def run():
    """Run a command and return what it printed to standard output."""

    def run(name, *arguments, **options):
        out = io.StringIO()
        call_command(name, *map(str, arguments), stdout=out, stderr=io.StringIO(), **options)
        return out.getvalue()

    return run


@pytest.fixture
def take(prompt):
    """A rendered take of the sample shot."""
    job = enqueue_render(prompt=prompt, engine="previz", width=256, height=192, seeds=[1], user=None, ring=False)
    run_job(job.pk, worker="one")
    return Image.objects.get(job=job)
