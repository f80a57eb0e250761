"""Choosing among very many rows: by typing a name that suggests itself. A list of thousands would choke the page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.admin.generic import ModelChoiceField, ModelForm


class Suggestions:
    """Names that several lines of one page suggest; they stand in the page once."""

    def __init__(self, key: str, names: Sequence[tuple[str, str]]) -> None:
        self.key = key
        self._names = names
        self._drawn = False

    def draw(self) -> SafeString:
        """Return the list where the first line needs it, nothing for the others."""
        if self._drawn:
            return SafeString("")
        self._drawn = True
        options = format_html_join("", '<option value="{}">{}</option>', self._names)
        return format_html('<datalist id="{}">{}</datalist>', self.key, options)


class NamedInput(forms.TextInput):
    """A line to type a name into."""

    suggestions: Suggestions | None = None

    def __deepcopy__(self, memo: Any) -> "NamedInput":
        """Share the suggestions: each form copies its widgets."""
        copy = super().__deepcopy__(memo)
        copy.suggestions = self.suggestions
        return copy

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the line, and the suggestions with the first one."""
        if self.suggestions is None:
            return super().render(name, value, attrs, renderer)
        line = super().render(name, value, {**(attrs or {}), "list": self.suggestions.key}, renderer)
        return format_html("{}{}", line, self.suggestions.draw())


class NamedRowField(ModelChoiceField):
    """Chooses a row by its slug; among several projects by ``slug (project)``."""

    def __init__(self, queryset: QuerySet[Any], *, suggestions: Suggestions, several: bool, **options: Any) -> None:
        widget = NamedInput(attrs={"class": "vTextField", "autocomplete": "off"})
        widget.suggestions = suggestions
        self.several = several
        super().__init__(queryset, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a row as its name."""
        return name_of(value, several=self.several) if isinstance(value, Model) else value

    def to_python(self, value: Any) -> Any:
        """Find the row of a name."""
        text = str(value or "").strip()
        if not text:
            return None
        slug, _, project = text.removesuffix(")").partition(" (")
        where = {"slug": slug, "project__slug": project} if project else {"slug": slug}
        rows = self.queryset.filter(**where) if self.queryset is not None and "\0" not in text else ()
        found = list(rows[:2])
        if len(found) == 1:
            return found[0]
        several = "stands for several; add its project: name (project)" if found else "is no name of this project"
        raise ValidationError(f"{text[:60]!r} {several}", code="invalid_choice")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare names."""
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


def name_of(row: Any, *, several: bool) -> str:
    """Return how a row is named in such a line."""
    return f"{row.slug} ({row.project.slug})" if several else str(row.slug)


def show_names(form: ModelForm) -> None:
    """Let the lines of a form show the rows that its own row uses; they were read together with it."""
    for name, field in form.fields.items():
        if isinstance(field, NamedRowField) and form.instance.pk:
            form.initial[name] = getattr(form.instance, name)
