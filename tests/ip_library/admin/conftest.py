"""A browser in the admin, and forms as it would send them."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ip_library.models import CharacterSheet, Scene, ShotComposition


@pytest.fixture
def as_user():
    """Return a logged-in browser of a person who may open the library."""

    def log_in(user):
        User.objects.filter(pk=user.pk).update(is_staff=True)
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return log_in


@pytest.fixture
def browser(as_user, bob):
    """The artist's browser."""
    return as_user(bob)


@pytest.fixture
def miku(drafts):
    return CharacterSheet.objects.get(slug="miku")


@pytest.fixture
def scene(drafts):
    return Scene.objects.get()


@pytest.fixture
def shot(drafts):
    return ShotComposition.objects.get()


def url_of(row, page="change"):
    return f"/admin/ip_library/{row._meta.model_name}/{row.pk}/{page}/"


def fields_of(response):
    """Return what a browser would send back of a form that nobody touched."""
    parts = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        parts += [inline.formset.management_form, *inline.formset.forms]
    values = {bound.html_name: bound.value() for part in parts for bound in part}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


def errors_of(response):
    """Return the messages beside the fields and above the form, by field."""
    found = {}
    parts = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        parts += inline.formset.forms
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = " ".join(inline.formset.non_form_errors())
    for part in parts:
        for name, messages in part.errors.items():
            found[part.add_prefix(name) if name != "__all__" else f"{part.prefix or ''}__all__"] = " ".join(messages)
    return found


@pytest.fixture
def save():
    """Return a function that opens a row's form, changes some fields, saves it, and returns the answer."""

    def change(browser, row, **fields):
        url = url_of(row)
        return browser.post(url, fields_of(browser.get(url)) | fields)

    return change


@pytest.fixture
def opened():
    """Return a function that gives the fields of a row's form as they stand now."""
    return lambda browser, row: fields_of(browser.get(url_of(row)))


@pytest.fixture
def wrong():
    """Return a function that gives the messages of an answer by field."""
    return errors_of
