"""The tags of a project's vocabulary: a list, a form, an import from CSV, and completion while typing."""

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ip_library.admin.generic import ModelForm
from ip_library.admin.scoped import ProjectFilter, ScopedAdmin, allowed_projects, allows
from ip_library.core.errors import InvalidDocumentError, SetteiError
from ip_library.core.problems import Problem
from ip_library.core.text import TAG_LIMIT, normalise
from ip_library.core.vocabularies.entries import COLOUR, COLUMNS, MAX_CHARACTERS
from ip_library.core.vocabulary import SLOTS, Entry
from ip_library.models import Project, VocabularyTag
from ip_library.selectors.access import Action, visible_projects
from ip_library.selectors.vocabulary import SEPARATOR, export_vocabulary, vocabulary_of
from ip_library.services.vocabulary import entry_problems, import_vocabulary, remove_tag, save_tag

OFFERED: Final = 12
_LISTS: Final = ("aliases", "contradicts", "words")


class TagForm(ModelForm):
    """One row; lists are separated by | or stand one a line."""

    class Meta:
        """Django's options."""

        model = VocabularyTag
        fields: ClassVar[list[str]] = ["project", "tag", "slot", *_LISTS]
        widgets: ClassVar[Any] = {name: forms.Textarea(attrs={"rows": 2, "cols": 60}) for name in _LISTS}

    def clean(self) -> dict[str, Any]:
        """Judge the row by the library's rules, beside the project's other rows."""
        super().clean()
        for name in _LISTS:
            parts = normalise(self.cleaned_data.get(name, "")).replace("\n", SEPARATOR).split(SEPARATOR)
            self.cleaned_data[name] = SEPARATOR.join(part.strip() for part in parts if part.strip())
        project = self.instance.project if self.instance.pk else self.cleaned_data.get("project")
        if project and not self.errors:
            for problem in entry_problems(project, self.entry(), instead_of=self.key()):
                field = problem.field if problem.field in self.fields else None
                self.add_error(field, ValidationError(problem.message, code=problem.code))
        return self.cleaned_data

    def entry(self) -> Entry:
        """Return the row as typed."""
        lists = (tuple(self.cleaned_data[name].split(SEPARATOR)) if self.cleaned_data[name] else () for name in _LISTS)
        return Entry(normalise(self.cleaned_data["tag"]), self.cleaned_data["slot"], *lists)

    def key(self) -> tuple[bool, str] | None:
        """Return which row is being changed."""
        if not self.instance.pk:
            return None
        return self.initial["slot"] == COLOUR, self.initial["tag"]


class ImportForm(forms.Form):
    """A CSV file, and whether it is the whole of the project's own vocabulary."""

    project = forms.ModelChoiceField(queryset=Project.objects.none(), empty_label=None)
    file = forms.FileField(
        label="CSV file", help_text=f"UTF-8, with the columns {','.join(COLUMNS)}; lists separated by |"
    )
    replace = forms.BooleanField(
        required=False, label="Replace", help_text="Take away the project's own tags that the file does not have."
    )

    def clean_file(self) -> str:
        """Read the file as text."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > 4 * MAX_CHARACTERS:
            raise ValidationError(f"The file has {file.size:,} bytes, at most {4 * MAX_CHARACTERS:,} are allowed.")
        try:
            return str(file.read(), "utf-8-sig")
        except UnicodeDecodeError as reason:
            raise ValidationError(f"The file is no UTF-8 text: byte {reason.start} is not.") from None


class VocabularyAdmin(ScopedAdmin):
    """A project's own tags, which come on top of those that Settei ships."""

    writes = Action.APPROVE
    form = TagForm
    list_display = ["tag", "slot", "aliases", "contradicts", "project"]
    list_filter: ClassVar[Any] = [ProjectFilter, "slot"]
    list_select_related = ("project",)
    search_fields: ClassVar[Any] = ["tag", "aliases", "words"]
    actions = None
    change_list_template = "admin/ip_library/vocabulary_list.html"
    fields: ClassVar[Any] = ["project", "tag", "slot", *_LISTS]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Offer the projects whose vocabulary the person manages."""
        form = super().get_form(request, obj, change=change, **options)
        field = form.base_fields.get("project")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = visible_projects(request.user, Action.APPROVE)
            for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(field.widget, link, False)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Keep the project."""
        return ["project"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those remove tags who may change them."""
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: VocabularyTag, form: Any, change: bool) -> None:
        """Save through the service, and find the row again."""
        entry = form.entry()
        save_tag(project=obj.project, entry=entry, editor=_editor(request), instead_of=form.key())
        same = VocabularyTag.objects.filter(project=obj.project, tag=entry.tag, slot=entry.slot)
        obj.pk = same.values_list("pk", flat=True).get()

    def delete_model(self, request: HttpRequest, obj: VocabularyTag) -> None:
        """Remove through the service."""
        remove_tag(project=obj.project, tag=obj.tag, editor=_editor(request), colour=obj.slot == COLOUR)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Call it what it is, and offer import and export."""
        context = {
            "title": "Vocabulary",
            "may_import": allows(request, Action.APPROVE),
            "exports": visible_projects(request.user),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add import and export."""
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="ip_library_vocabularytag_import"),
            path("export/<int:project>/", view(self.export_view), name="ip_library_vocabularytag_export"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Import a CSV file: all rows or none."""
        if not allows(request, Action.APPROVE):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        choice = form.fields["project"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = Project.objects.filter(pk__in=allowed_projects(request, Action.APPROVE))
        problems: tuple[Problem, ...] = ()
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                change = import_vocabulary(
                    project=data["project"], source=data["file"], editor=_editor(request), replace=data["replace"]
                )
            except InvalidDocumentError as reason:
                problems = reason.problems
            except SetteiError as reason:
                form.add_error(None, str(reason))
            else:
                messages.success(request, f"Vocabulary of {data['project']}: {change}.")
                return redirect("admin:ip_library_vocabularytag_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Import tags from CSV",
            "opts": self.model._meta,
            "form": form,
            "problems": problems,
            "list_url": reverse("admin:ip_library_vocabularytag_changelist"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/ip_library/vocabulary_import.html", context)

    def export_view(self, request: HttpRequest, project: int) -> HttpResponse:
        """Give the project's own tags as CSV; with ``?whole`` those that it starts from too."""
        found = visible_projects(request.user).filter(pk=project).first()
        if found is None:
            raise Http404
        text = export_vocabulary(found, whole="whole" in request.GET)
        name = f"{found.slug}-vocabulary.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@never_cache
@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """Answer with the tags that a beginning may become, those of the slot first: ``?project=1&q=blu&slot=hair``."""
    key, text, slot = (request.GET.get(name, "") for name in ("project", "q", "slot"))
    keys = int(key) if key.isascii() and key.isdigit() and len(key) < 16 else 0
    project = visible_projects(request.user).filter(pk=keys).first()
    if project is None:
        raise Http404
    if len(text) > TAG_LIMIT:
        return JsonResponse({"error": f"q has {len(text)} characters, at most {TAG_LIMIT} are allowed"}, status=400)
    if slot and slot not in SLOTS:
        return JsonResponse({"error": f"slot is none of {', '.join(SLOTS)}"}, status=400)
    vocabulary = vocabulary_of(project)
    fitting = vocabulary.complete(text, slot=slot, limit=OFFERED) if slot and text.strip() else ()
    others = vocabulary.complete(text, limit=OFFERED) if text.strip() else ()
    tags = list(dict.fromkeys((*fitting, *others)))[:OFFERED]
    return JsonResponse({"tags": [{"tag": tag, "slot": vocabulary.slot_of(tag)} for tag in tags]})


def _editor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
