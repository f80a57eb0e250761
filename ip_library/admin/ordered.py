"""Rows of a draft that have an order: what is typed as a row's place sorts them, saving numbers them from 1."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from ip_library.admin.documents import Values, values_of
from ip_library.admin.forms import PartForm, PartFormSet
from ip_library.admin.generic import ModelForm
from ip_library.core.prompt import MAX_CHARACTERS

LAST_PLACE: Final = 999
_ASIDE: Final = 1000  # numbers out of the way while rows are put in a new order
_NEW: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class OrderedForm(PartForm):
    """One of several rows in an order."""

    number = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PLACE, label="Place", help_text="Its order; empty: last."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["number"].widget.attrs.update({"class": "short"})
        if self.instance.pk:
            self.initial["number"] = self.instance.number


class OrderedFormSet(PartFormSet):
    """Rows in an order. ``unique`` tells that the database keeps two rows from having one number."""

    unique: ClassVar[bool] = False
    moved = False  # whether rows must be saved that nobody has touched

    def key_of(self, form: ModelForm, place: int) -> str:
        """Return the place of a row."""
        return str(place)

    def living(self) -> list[ModelForm]:
        """Return the rows in the order of their numbers; one without a number comes last."""
        return sorted(super().living(), key=lambda form: form.cleaned_data.get("number") or _ASIDE)

    def save(self, commit: bool = True) -> list[Any]:
        """Save the rows, numbered from 1 in their order."""
        if not commit or not (self.moved or self.has_changed()):
            return super().save(commit=commit)
        changed = super().save(commit=False)
        for row in self.deleted_objects:
            row.delete()
        if self.unique:
            mine = {self.fk.name: self.instance}
            self.get_queryset().filter(**mine).update(number=models.F("number") + _ASIDE)
        for number, form in enumerate(self.living(), start=1):
            setattr(form.instance, self.fk.name, self.instance)
            form.instance.number = number
            self.save_row(form)
        return changed

    def save_row(self, form: ModelForm) -> None:
        """Save one row."""
        form.instance.save()


class CastPlan:
    """Where the members of a cast stand after saving.

    Props, interactions and lines name a member by the number that the page showed. Saving may number the cast anew,
    so each of them follows its member: saved members by their old number, then the new ones in the order of the page.
    """

    def __init__(self) -> None:
        self.rows: list[Values] | None = None
        self._places: dict[int, int] = {}

    def fill(self, living: Sequence[ModelForm], saved: int) -> None:
        """Take over a cast that has passed its own checks; ``saved`` members had a number on the page."""
        self.rows = [values_of(form) for form in living]
        place_of = {id(form): place for place, form in enumerate(living, start=1)}
        fresh = sorted((form for form in living if not form.instance.pk), key=lambda form: _index(form))
        self._places = {form.instance.number: place_of[id(form)] for form in living if form.instance.pk}
        self._places |= {saved + nth: place_of[id(form)] for nth, form in enumerate(fresh, start=1)}

    def place(self, number: int) -> int | None:
        """Return where the member that the page called ``number`` stands then; nothing when it is gone."""
        return number if number == 0 else self._places.get(number)


def _index(form: ModelForm) -> int:
    return int(str(form.prefix).rpartition("-")[2])


class MemberField(forms.TypedChoiceField):
    """Chooses a member of the cast by name; 0 stands for ``nobody``, where that can be chosen."""

    def __init__(self, *, nobody: str = "", **options: Any) -> None:
        self.nobody = nobody
        super().__init__(coerce=int, **options)

    def offer(self, names: Sequence[str]) -> None:
        """Offer the saved members by name, then those that the form may add."""
        saved = [(number, f"{number} · {name}") for number, name in enumerate(names, start=1)]
        room = MAX_CHARACTERS - len(saved)
        word = "new member" if saved else "member"
        added = [(len(saved) + n, f"{_NEW[n - 1]} {word}") for n in range(1, room + 1)]
        self.choices = [*([(0, self.nobody)] if self.nobody else []), *saved, *added[: room if not saved else 3]]

    def valid_value(self, value: Any) -> bool:
        """Accept any member there can be; the cast says whether there is one."""
        first = 0 if self.nobody else 1
        return str(value).isascii() and str(value).isdigit() and first <= int(value) <= MAX_CHARACTERS


class CastPartFormSet(OrderedFormSet):
    """Rows that name members of the cast, which stands above them on the page."""

    members: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, plan: CastPlan | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.plan = plan or CastPlan()

    def clean(self) -> None:
        """Let each row follow its members, then judge the rows by the library's rules."""
        if any(self.errors) or self.plan.rows is None:
            return
        for form in self.living():
            for name in self.members:
                self._follow(form, name)
        if not any(self.errors):
            super().clean()

    def _follow(self, form: ModelForm, name: str) -> None:
        said = form.cleaned_data[name]
        place = self.plan.place(said)
        if place is None:
            text = f"member {said} is not in the cast, or is taken out of it; choose another one, or delete this row"
            form.add_error(name, ValidationError(text, code="cast.member"))
            return
        form.cleaned_data[name] = place
        if getattr(form.instance, name) != place:
            setattr(form.instance, name, place)
            self.moved = True
