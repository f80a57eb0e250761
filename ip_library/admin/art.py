"""Reference art of characters: uploaded in the form, shown as small pictures, served to members alone."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header, parse_etags
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from ip_library.admin.documents import Values, character_document, row_values
from ip_library.admin.generic import ModelForm, StackedInline
from ip_library.admin.ordered import OrderedForm, OrderedFormSet
from ip_library.admin.scoped import ScopedInline
from ip_library.core import documents as d
from ip_library.core.character_rules import ART_LIMIT
from ip_library.core.errors import RefusedError, UnknownError
from ip_library.core.pictures import BYTES_LIMIT, THUMBNAIL_SIDE, Picture, clean_name, read_picture
from ip_library.models import CharacterArt
from ip_library.selectors.art import get_reference, read_reference
from ip_library.services.art import keep_picture

_SEEN_FOR: Final = 365 * 24 * 3600


class ArtForm(OrderedForm):
    """One piece of reference art."""

    upload = forms.FileField(
        required=False,
        label="File",
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=f"PNG, JPEG or WebP, at most {BYTES_LIMIT // 1024 // 1024} MB. Only its pixels are kept.",
    )

    class Meta:
        """Django's options."""

        model = CharacterArt
        exclude: ClassVar[list[str]] = ["number", "image"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picture: Picture | None = None
        if self.instance.pk:
            self.fields["upload"].label = "Another file in its place"

    def clean_upload(self) -> Any:
        """Read the picture: its size is looked at before its bytes are."""
        file = self.cleaned_data["upload"]
        if file is None:
            if not self.instance.pk:
                raise ValidationError("Choose a picture.", code="required")
            return None
        size, name = int(file.size), str(file.name)
        try:
            if size > BYTES_LIMIT:
                raise RefusedError(clean_name(name), f"{size:,} bytes", f"at most {BYTES_LIMIT:,} bytes")
            self.picture = read_picture(file.read(), name=name)
        except RefusedError as reason:
            raise ValidationError(str(reason), code=reason.code) from None
        return file

    @property
    def sha256(self) -> str:
        """The digest of the picture that the row holds after saving."""
        return self.picture.sha256 if self.picture else str(self.instance.image.sha256)


class ArtFormSet(OrderedFormSet):
    """The reference art of a character."""

    part = "art"
    main_field = "upload"

    def __init__(self, *args: Any, editor: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.editor = editor

    def document(self, rows: Sequence[Values]) -> d.Document:
        """Return the sheet with this art."""
        digests = [form.sha256 for form in self.living() if isinstance(form, ArtForm)]
        art = [{**row, "sha256": sha256} for row, sha256 in zip(rows, digests, strict=True)]
        return character_document(row_values(self.instance), art=art)

    def clean(self) -> None:
        """Refuse a picture that is there already, then judge the rows by the library's rules."""
        seen: set[str] = set()
        for form in [] if any(self.errors) else self.living():
            if isinstance(form, ArtForm):
                if form.sha256 in seen:
                    form.add_error("upload", ValidationError("This picture is there already.", code="art.twice"))
                seen.add(form.sha256)
        super().clean()

    def save_row(self, form: ModelForm) -> None:
        """Keep the picture, then the row."""
        if isinstance(form, ArtForm) and form.picture:
            name = str(form.cleaned_data["upload"].name)
            form.instance.image = keep_picture(
                project=self.instance.project, picture=form.picture, name=name, uploader=self.editor
            )
        super().save_row(form)


class ArtInline(ScopedInline, StackedInline):
    """Pictures that people look at when they draw."""

    model = CharacterArt
    form = ArtForm
    formset = ArtFormSet
    extra = 0
    max_num = ART_LIMIT
    verbose_name = "picture"
    verbose_name_plural = "reference art"
    readonly_fields: ClassVar[Any] = ["shown"]
    fieldsets: ClassVar[Any] = [(None, {"fields": [("shown", "caption", "number"), "upload"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the pictures with the rows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("image")

    @admin.display(description="picture")
    def shown(self, row: Any) -> SafeString | str:
        """Show the small picture; it leads to the large one."""
        return thumbnail(row) if row.pk else "none yet"


def thumbnail(row: CharacterArt) -> SafeString:
    """Show a small picture that leads to the large one."""
    image = row.image
    scale = min(1.0, THUMBNAIL_SIDE / max(image.width, image.height))
    return format_html(
        '<a class="art" href="{}"><img src="{}" alt="{}" width="{}" height="{}"></a>'
        '<span class="facts">{} × {}{}</span>',
        reverse("admin:ip_library_art", args=[image.sha256]),
        reverse("admin:ip_library_art_small", args=[image.sha256]),
        row.caption or image.original_name or "reference art",
        max(1, round(image.width * scale)),
        max(1, round(image.height * scale)),
        image.width,
        image.height,
        f" · {image.original_name}" if image.original_name else "",
    )


@require_safe
def art_file(request: HttpRequest, sha256: str, *, small: bool = False) -> HttpResponse:
    """Serve a picture to the members of its project. Its name is its content, so it never changes."""
    try:
        image = get_reference(request.user, sha256)
    except UnknownError:
        raise Http404 from None
    etag = f'"{sha256}{"-small" if small else ""}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        data = read_reference(image, thumbnail=small)
        response = HttpResponse(data, content_type="image/webp" if small else "image/png")
        response["Content-Disposition"] = _disposition(image.original_name or sha256[:12], small=small)
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={_SEEN_FOR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _disposition(name: str, *, small: bool) -> str:
    stem = name.rpartition(".")[0] or name
    return content_disposition_header(False, f"{stem}.{'webp' if small else 'png'}") or "inline"
