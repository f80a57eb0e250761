"""How read-only pages show texts and links."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def monospaced(text: str) -> SafeString:
    """Show a text as it is, byte for byte."""
    return format_html('<pre class="exact" tabindex="0">{}</pre>', text)


def first_line(message: str) -> str:
    """Return the first line of a message, short enough for a list."""
    first = message.partition("\n")[0]
    return first if len(first) <= 80 else f"{first[:79]}…"


def link(row: Any, text: str = "") -> SafeString:
    """Link to the page of a row."""
    meta = row._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, text or str(row))


def links(rows: Any) -> SafeString:
    """Link to several rows, one a line."""
    return format_html_join(SafeString("<br>"), "{}", ((link(row),) for row in rows)) or SafeString("-")
