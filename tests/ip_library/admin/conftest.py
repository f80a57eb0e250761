"""A browser in the admin, and forms as it would send them."""

import pytest
from django.contrib.auth.models import User
from django.forms import MultipleChoiceField
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
    values = {bound.html_name: value_of(bound) for part in parts for bound in part}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


def value_of(bound):
    """Return what a field sends: boxes to tick send what is ticked, or nothing."""
    value = bound.value()
    return list(value or []) if isinstance(bound.field, MultipleChoiceField) else value


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


@pytest.fixture
def add():
    """Return a function that fills an empty form of the admin, adds rows to its inlines, and sends it.

    Rows are given as ``cast=[{...}]``; the other fields of a row are as the form offers them.
    """

    def create(browser, model, *, rows=None, **fields):
        url = f"/admin/ip_library/{model}/add/"
        return browser.post(url, with_rows(browser.get(url), rows or {}) | fields)

    return create


@pytest.fixture
def extend():
    """Return a function that opens a row's form, adds rows to its inlines, changes fields, and saves it."""

    def change(browser, row, *, rows=None, **fields):
        url = url_of(row)
        return browser.post(url, with_rows(browser.get(url), rows or {}) | fields)

    return change


def with_rows(response, rows):
    """Return a form's fields with new rows in its inlines, as the browser's "Add another" makes them."""
    values = fields_of(response)
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        given = rows.get(formset.prefix, [])
        first = int(values[f"{formset.prefix}-INITIAL_FORMS"])
        for number, row in enumerate(given, start=first):
            blank = {bound.name: bound.value() for bound in formset.empty_form}
            filled = {name: "" if value is None else value for name, value in blank.items()} | row
            values |= {
                f"{formset.prefix}-{number}-{name}": value for name, value in filled.items() if value is not False
            }
        if given:
            values[f"{formset.prefix}-TOTAL_FORMS"] = first + len(given)
    return values
