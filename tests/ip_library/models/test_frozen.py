"""What was committed or recorded is never changed or deleted through the models."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from ip_library.core.errors import FrozenRowError
from ip_library.models import AuditEvent, Changeset, PromptRevision, Resolution, Version

FROZEN = [AuditEvent, Changeset, PromptRevision, Resolution, Version]


@pytest.fixture(params=FROZEN, ids=lambda model: model.__name__)
def row(request, sakura):
    found = request.param.objects.first()
    assert found is not None
    return found


def test_a_second_save_is_refused(row):
    before = type(row).objects.filter(pk=row.pk).values().get()
    for options in ({}, {"force_update": True}, {"update_fields": ["id"]}):
        with pytest.raises(FrozenRowError, match="is immutable"):
            row.save(**options)
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_a_row_cannot_be_deleted(row):
    with pytest.raises(FrozenRowError, match="is immutable"):
        row.delete()
    assert type(row).objects.filter(pk=row.pk).exists()


def test_rows_cannot_be_changed_or_deleted_in_bulk(row):
    model = type(row)
    for rows in (model.objects.all(), model.objects.filter(pk=row.pk), model.objects.none() | model.objects.all()):
        with pytest.raises(FrozenRowError):
            rows.update(pk=row.pk)
        with pytest.raises(FrozenRowError):
            rows.delete()
    field = next(field.name for field in model._meta.concrete_fields if not field.primary_key)
    with pytest.raises(FrozenRowError):
        model.objects.bulk_update([row], [field])
    with pytest.raises(FrozenRowError):
        model.objects.update_or_create(pk=row.pk, defaults={field: getattr(row, field)})


def test_rows_are_frozen_when_reached_through_their_neighbours(sakura, alice):
    changeset = Changeset.objects.get()
    for rows in (changeset.versions, changeset.prompts, sakura.changesets, alice.changesets, sakura.audit_events):
        with pytest.raises(FrozenRowError):
            rows.update(pk=1)
        with pytest.raises(FrozenRowError):
            rows.all().delete()


def test_what_history_names_cannot_be_deleted(sakura, alice):
    for row in (sakura, alice):
        with pytest.raises(ProtectedError):
            row.delete()


def test_sealing_is_the_one_transition_and_happens_once(sakura):
    assert Changeset.objects.seal() == 0
    assert Changeset.objects.get().sealed


def test_numbers_are_unique_whatever_the_code_says(sakura):
    version = Version.objects.first()
    version.pk, version._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_a_version_is_named_with_three_digits(sakura):
    assert [Version(number=number).label for number in (1, 42, 1234)] == ["v001", "v042", "v1234"]
    assert str(Version.objects.get(asset="miku")) == "character miku v001"
