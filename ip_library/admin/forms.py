"""Forms of the drafts: they map the library's findings to fields, and refuse to overwrite what nobody has seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from ip_library.admin.documents import Values, values_of
from ip_library.admin.following import offer_versions, read_versions
from ip_library.admin.generic import InlineFormSet, ModelForm
from ip_library.admin.named import show_names
from ip_library.core import documents as d
from ip_library.core.errors import StaleDraftError
from ip_library.core.problems import Problem, errors_of
from ip_library.core.text import normalise
from ip_library.core.validate import validate
from ip_library.selectors.drafts import name_of_draft
from ip_library.services.edit import lock_draft


def tidy(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return typed text in the form in which it is stored."""
    return {name: normalise(value) if isinstance(value, str) else value for name, value in cleaned.items()}


def refuse_foreign(form: ModelForm, project_id: int | None) -> None:
    """Refuse rows of another project in a form: who works in two may not mix them."""
    for name, row in list(form.cleaned_data.items()):
        foreign = getattr(row, "project_id", project_id)
        if project_id is not None and foreign != project_id:
            text = f"{row.slug} belongs to project {row.project}; choose one of this project"
            form.add_error(name, ValidationError(text, code="project"))


class DraftForm(ModelForm):
    """The form of a draft. ``seen_state`` is the state of the draft that the person has before them."""

    seen_state = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_of: ClassVar[Mapping[str, str]] = {}  # where the form calls a part of the document otherwise
    parts: ClassVar[frozenset[str]] = frozenset()  # what the inlines show

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before: d.Document | None = None
        self.stale: StaleDraftError | None = None
        self.fields["seen_state"].initial = self.instance.state
        offer_versions(self)
        show_names(self)

    def document(self, values: Values) -> d.Document:
        """Return the draft as it stands in the form, without its inlines."""
        raise NotImplementedError

    def judge(self, document: d.Document) -> list[Problem]:
        """Return what the library's rules find wrong with the draft."""
        return errors_of(validate(document))

    def clean(self) -> dict[str, Any]:
        """Refuse a stale edit, then judge the draft by the library's rules."""
        super().clean()
        self.cleaned_data = tidy(self.cleaned_data)
        self._refuse_stale()
        read_versions(self)
        project = self.cleaned_data.get("project")
        refuse_foreign(self, project.pk if project else self.instance.project_id)
        if not self.errors:
            self._show(self.judge(self.document(values_of(self))))
        return self.cleaned_data

    def _refuse_stale(self) -> None:
        """Compare the state that the person saw with the row's, which stays locked until the save is through."""
        row = self.instance
        if row.pk is None:
            return
        kind, asset = name_of_draft(row)
        current = lock_draft(row.project, kind, asset)
        seen = self.cleaned_data.get("seen_state")
        if seen != current:
            self.stale = StaleDraftError(f"{kind} {asset}", seen=-1 if seen is None else seen, current=current)
            self.add_error(None, ValidationError(str(self.stale), code=StaleDraftError.code))

    def _show(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            head, _, rest = problem.field.partition("/")
            if head in self.parts:
                continue
            field = self.field_of.get(problem.field, self.field_of.get(head, head))
            if field in self.fields:
                line = rest.partition("/")[0]
                text = f"line {line}: {problem.message}" if line.isdigit() else problem.message
                self.add_error(field, ValidationError(text, code=problem.code))
            else:
                self.add_error(None, ValidationError(str(problem), code=problem.code))


class PartForm(ModelForm):
    """One row of a draft's inline; what its name says about it never changes once it is saved."""

    frozen: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            for name in self.frozen:
                if name in self.fields:
                    self.fields[name].disabled = True
                    self.fields[name].help_text = ""
        offer_versions(self)
        show_names(self)

    def clean(self) -> dict[str, Any]:
        """Tidy typed text, and read which versions are chosen."""
        super().clean()
        self.cleaned_data = tidy(self.cleaned_data)
        read_versions(self)
        return self.cleaned_data


class PartFormSet(InlineFormSet):
    """The rows of a draft's inline. ``part`` is the head of the fields that the library's findings name."""

    part: ClassVar[str] = ""
    main_field: ClassVar[str] = ""  # what a finding about a whole row stands beside

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the draft with the rows as they stand in the form."""
        raise NotImplementedError

    def key_of(self, form: ModelForm, place: int) -> str:
        """Return how findings name a row: by its slug, or by its place."""
        return str(form.cleaned_data["slug"])

    def living(self) -> list[ModelForm]:
        """Return the forms that hold a row after saving, in order."""
        return [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]

    def clean(self) -> None:
        """Refuse rows of another project, then judge what is there by the library's rules."""
        super().clean()
        for living in self.living():
            refuse_foreign(living, self.instance.project_id)
        if any(self.errors):
            return
        forms_of = self.living()
        by_key = {self.key_of(form, place): form for place, form in enumerate(forms_of, start=1)}
        general = []
        for problem in errors_of(validate(self.document([values_of(form) for form in forms_of]))):
            head, _, rest = problem.field.partition("/")
            if head != self.part:
                continue
            key, _, field = rest.partition("/")
            form = by_key.get(key)
            if form is None:
                general.append(ValidationError(f"{self.part}: {problem.message}", code=problem.code))
                continue
            name = field.rpartition("/")[2] or self.main_field
            form.add_error(name if name in form.fields else None, ValidationError(problem.message, code=problem.code))
        if general:
            raise ValidationError(general)
