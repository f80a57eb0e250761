"""Form fields for what a character sheet holds besides tags: locks, palettes, and names that suggest themselves."""

import re
from typing import Any, Final

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ip_library.core import documents as d
from ip_library.core.sheet_lines import read_palette

_HEX: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_SIDE: Final = 28
_GAP: Final = 6


def swatches(palette: tuple[d.Colour, ...]) -> SafeString:
    """Draw the colours of a palette side by side, as a picture: the page's policy allows no style attributes."""
    shown = [colour for colour in palette if _HEX.fullmatch(colour.hex)]
    if not shown:
        return SafeString("")
    squares = format_html_join(
        "",
        '<rect x="{}" y="1" width="{}" height="{}" rx="5" fill="{}"><title>{} {}</title></rect>',
        ((1 + i * (_SIDE + _GAP), _SIDE, _SIDE, item.hex, item.name, item.hex) for i, item in enumerate(shown)),
    )
    names = ", ".join(f"{item.name} {item.hex}" for item in shown)
    width, height = len(shown) * (_SIDE + _GAP), _SIDE + 2
    return format_html(
        '<svg class="swatches" role="img" aria-label="Palette: {}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>',
        names, width, height, width, height, squares,
    )  # fmt: skip


class PaletteWidget(forms.Textarea):
    """Lines of a palette with their colours shown below."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the lines, then the colours."""
        lines = super().render(name, value, attrs, renderer)
        return format_html('<div class="palette">{}{}</div>', lines, swatches(read_palette(str(value or ""))))


class SuggestingInput(forms.TextInput):
    """A line to type into that suggests what is there already."""

    suggestions: tuple[str, ...] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the line, then its suggestions."""
        if not self.suggestions:
            return super().render(name, value, attrs, renderer)
        key = f"suggestions-{name}"
        line = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((item,) for item in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', line, key, options)


class LockedField(forms.MultipleChoiceField):
    """Slots that must not change, as boxes to tick; the value is a tuple in the order of the slots."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            choices=[(slot, slot) for slot in d.SLOTS],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "inline-boxes"}),
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Return the ticked slots."""
        ticked = super().clean(value)
        return tuple(slot for slot in d.SLOTS if slot in ticked)
