"""Model fields that hold the library's own kinds of value."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from ip_library.core.problems import Problem
from ip_library.core.prompt import join_tags, split_tags
from ip_library.core.shot_codes import pattern_problems, shot_code_problems
from ip_library.core.text import normalise, slug_problems, tags_problems

CLEARED = "-"


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise ValidationError([ValidationError(problem.message, code=problem.code) for problem in problems])


def validate_slug(value: str) -> None:
    """Refuse a slug that breaks the library's rule."""
    _raise(slug_problems("slug", value))


def validate_shot_code(value: str) -> None:
    """Refuse a shot code that breaks the library's rule."""
    _raise(shot_code_problems("code", value))


def validate_shot_pattern(value: str) -> None:
    """Refuse a pattern of shot codes that cannot be read."""
    _raise(pattern_problems("shot_pattern", value))


def validate_label(value: str) -> None:
    """Refuse a label that breaks the library's rule."""
    _raise(slug_problems("label", value))


def validate_tags(value: tuple[str, ...] | None) -> None:
    """Refuse tags that break the library's rules."""
    _raise(tags_problems("tags", value or ()))


class TagsFormField(forms.CharField):
    """Tags as people type them: separated by commas.

    With ``may_inherit`` an empty field means "as the character" and a lone ``-`` means "nothing at all".
    """

    def __init__(self, *, may_inherit: bool = False, **options: Any) -> None:
        self.may_inherit = may_inherit
        options.setdefault("widget", forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "tags"}))
        super().__init__(**options)

    def prepare_value(self, value: object) -> object:
        """Show stored tags as text."""
        if isinstance(value, tuple):
            return CLEARED if self.may_inherit and not value else join_tags(value)
        return value

    def to_python(self, value: Any) -> Any:
        """Read typed text as tags."""
        text = normalise(value or "").replace("\n", ",")
        if self.may_inherit and text in {"", CLEARED}:
            return None if not text else ()
        return split_tags(text)

    def validate(self, value: Any) -> None:
        """Refuse an empty list where tags are required."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Check each tag; an empty list needs no check."""
        if value:
            validate_tags(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare tags, not their spelling in the form."""
        typed = self.to_python(data)
        return bool(initial != typed if self.may_inherit else (initial or ()) != typed)


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class TagsField(_TextField):
    """A tuple of tags, stored as ``blue_hair, long_twintails``; with ``null`` nothing means "inherit"."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_: object) -> tuple[str, ...] | None:
        """Read tags from the database."""
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[str, ...] | None:
        """Return tags, however they are given."""
        if value is None or isinstance(value, tuple):
            return value
        return split_tags(value) if isinstance(value, str) else tuple(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Write tags to the database."""
        tags = self.to_python(value)
        return None if tags is None else join_tags(tags)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise tags as their text."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def formfield(self, **options: Any) -> Any:
        """Use the form field for tags."""
        own = {"form_class": TagsFormField, "max_length": None, "may_inherit": self.null}
        options.pop("widget", None)
        return models.Field.formfield(self, **{**own, **options})
