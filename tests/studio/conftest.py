"""Pictures of the sample shot, and people of every role."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generation.models import Image
from generation.services.enqueue import enqueue_render
from generation.services.render import run_job
from ip_library.models import Membership, Role
from ip_library.selectors.library import get_shot_prompt


@pytest.fixture
def as_user():
    """Return a logged-in browser of a person; staff unless said otherwise."""

    def log_in(user, *, staff=True):
        User.objects.filter(pk=user.pk).update(is_staff=staff)
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return log_in


@pytest.fixture
def vera(empty_project):
    """A viewer of the sample project."""
    user = User.objects.create_user("vera", "vera@studio.example")
    Membership.objects.create(project=empty_project, user=user, role=Role.VIEWER)
    return user


@pytest.fixture
def takes(sakura, alice):
    """Three small takes of the sample shot."""
    job = enqueue_render(
        prompt=get_shot_prompt(sakura, "E01_SQ010_SH0010"), seeds=[1, 2, 3], user=alice, width=64, height=64, ring=False
    )
    run_job(job.pk, worker="test")
    return list(Image.objects.filter(job=job).order_by("take"))


@pytest.fixture
def many_takes(takes):
    """A hundred takes: the three, and rows that share their files."""
    model = takes[0]
    values = {
        field.attname: getattr(model, field.attname)
        for field in model._meta.concrete_fields
        if field.attname not in {"id", "take", "index", "created_at"}
    }
    Image.objects.bulk_create(Image(take=number, index=number, **values) for number in range(4, 101))
    return Image.objects.order_by("pk")
