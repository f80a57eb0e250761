"""What the admin pages of the three drafts share: saving through the services, and the way to a commit."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.contrib.auth.models import User
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from ip_library.admin.choices import drop_popups, narrow
from ip_library.admin.commit_page import MOST, commit_page
from ip_library.admin.compare import compare_draft_page
from ip_library.admin.forms import DraftForm
from ip_library.admin.generic import ModelForm
from ip_library.admin.merge_page import merge_page, merge_stale
from ip_library.admin.scoped import ProjectFilter, allowed_projects, allows
from ip_library.admin.standing import StandingAdmin
from ip_library.core.documents import CANON
from ip_library.core.lint import lint
from ip_library.models import Version
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import get_draft, name_of_draft, read_draft
from ip_library.selectors.vocabulary import vocabulary_of
from ip_library.services.audit import record_refusal
from ip_library.services.commit import check_draft
from ip_library.services.edit import note_edit

_HINTS = 8  # more of them would hide the form


class DraftAdmin(StandingAdmin):
    """A draft: one form, saved through ``note_edit``; committing is a page of its own."""

    writes = Action.EDIT
    kind: ClassVar[str]
    name_field: ClassVar[str] = "slug"
    list_filter = [ProjectFilter]
    list_select_related = ["project"]
    actions = ["commit_selected"]
    actions_on_bottom = False
    change_form_template = "admin/ip_library/draft_change_form.html"

    class Media:
        """How the form looks, completion of tags while they are typed, and saving by itself."""

        js = ["ip_library/completion.js", "ip_library/autosave.js"]
        css = {"all": ["ip_library/library.css", "ip_library/forms.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the visible drafts, each with the number of its latest version."""
        versions = Version.objects.filter(
            project=OuterRef("project"), kind=self.kind, asset=OuterRef(self.name_field)
        ).order_by("-number")
        rows: QuerySet[Any] = super().get_queryset(request)
        numbered: QuerySet[Any] = rows.annotate(latest_number=Subquery(versions.values("number")[:1]))
        return numbered

    @admin.display(description="latest version", empty_value="not committed", ordering="latest_number")
    def latest(self, row: Any) -> str | None:
        """Show the latest version as people write it."""
        return None if row.latest_number is None else f"v{row.latest_number:03d}"

    def has_commit_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those commit whose role in the project grants it."""
        return allows(request, Action.COMMIT, self.project_id(obj) if obj else None)

    # ------------------------------------------------------------------------------------------ the form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Keep project and name as they were created."""
        return ["project", self.name_field, "changed_at"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Show when the draft was changed, and carry the state that the person sees."""
        sets: list[tuple[Any, dict[str, Any]]] = [
            (title, {**options, "fields": [*options["fields"]]}) for title, options in self.fieldsets or ()
        ]
        if obj:
            for _, options in sets:
                if any(getattr(obj, name, None) for name in flatten(options["fields"])):
                    options["classes"] = []  # what says something is not folded away
            sets[-1][1]["fields"].append("changed_at")
        if obj and self.has_change_permission(request, obj):
            sets[0][1]["fields"].append("seen_state")
        return sets

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any
    ) -> type[ModelForm]:
        """Offer only what lies in the draft's project, or in those that the person may edit."""
        form = super().get_form(request, obj, change=change, **options)
        self.narrow_fields(form.base_fields, request, obj)
        return form

    def narrow_fields(self, fields: dict[str, forms.Field], request: HttpRequest, obj: Model | None) -> None:
        """Limit choices, keep the notes low, and take away the pop-ups that would lead out of the form."""
        project_id = self.project_id(obj) if obj and obj.pk else None
        if "notes" in fields:
            fields["notes"].widget.attrs["rows"] = 4
        narrow(fields, [project_id] if project_id else allowed_projects(request, Action.EDIT), request)
        drop_popups(fields)

    # ------------------------------------------------------------------------------------------- saving

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Save the form; where somebody else was quicker, merge both edits or ask."""
        merged = merge_stale(self, request, object_id) if request.method == "POST" and object_id else None
        return merged or super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the row, and keep what stood there."""
        if change and isinstance(form, DraftForm):
            form.before = read_draft(get_draft(obj.project, *name_of_draft(obj)))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the inlines, then note the edit in the same transaction; say what is worth a look."""
        super().save_related(request, form, formsets, change)
        draft = form.instance
        kind, asset = name_of_draft(draft)
        after = read_draft(get_draft(draft.project, kind, asset))
        if after != form.before:
            note_edit(draft=draft, editor=request.user if isinstance(request.user, User) else None, before=form.before)
        hints = [*lint(after, vocabulary=vocabulary_of(draft.project)), *check_draft(draft.project, kind, asset)]
        for hint in hints[:_HINTS]:
            proposal = f" Proposed: {hint.fix}" if hint.fix else ""
            messages.warning(request, f"Worth a look: {hint}{proposal}")
        if len(hints) > _HINTS:
            messages.warning(request, f"and {len(hints) - _HINTS} more")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Go on to the commit page where that was asked for."""
        return self._to_commit(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go on to the commit page where that was asked for."""
        return self._to_commit(request, obj) or super().response_change(request, obj)

    # --------------------------------------------------------------------------------------- committing

    @admin.action(description="Commit the selected drafts…", permissions=["commit"])
    def commit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the page that shows what would be committed and asks for a message."""
        keys = list(queryset.values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            messages.error(request, f"More than {MOST} drafts are selected; commit at most {MOST} at once.")
            return None
        return HttpResponseRedirect(self._commit_url(keys))

    def get_urls(self) -> list[URLPattern]:
        """Add the commit page, the one that compares a draft with its canon, and the one that merges two edits."""
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}"
        pages = [
            path("commit/", self.admin_site.admin_view(self.commit_view), name=f"{name}_commit"),
            path("<int:pk>/compare/", self.admin_site.admin_view(self.compare_view), name=f"{name}_compare"),
            path("<int:pk>/merge/", self.admin_site.admin_view(self.merge_view), name=f"{name}_merge"),
        ]
        return [*pages, *super().get_urls()]

    def commit_view(self, request: HttpRequest) -> HttpResponse:
        """Show what would be committed; with a message, commit it. No transaction is open here."""
        return commit_page(self, request)

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what differs between a draft and its canon."""
        return compare_draft_page(request=request, page=self, row=self.get_object(request, str(pk)))

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge two edits of a draft as a person decided."""
        return merge_page(self, request, self.get_object(request, str(pk)))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Offer the way to a commit, and to the versions there are."""
        row = options.get("obj")
        if row and (stale := context["adminform"].form.stale) and isinstance(request.user, User):
            record_refusal(row.project, request.user, "edit", "/".join(name_of_draft(row)), stale)
        context["may_commit"] = self.has_commit_permission(request, row)
        if row and row.pk and context["may_commit"]:
            context["commit_url"] = self._commit_url([row.pk])
        if row and row.pk:
            kind, asset = name_of_draft(row)
            chosen = urlencode({"project": row.project.slug, "kind__exact": kind, "asset": asset})
            if row.latest_number is not None:
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_compare"
                context["compare_url"] = reverse(name, args=[row.pk])
                context["compared_with"] = self.latest(row) if row.canon_number is None else CANON
            context["versions_url"] = f"{reverse('admin:ip_library_version_changelist')}?{chosen}"
        response: HttpResponse = super().render_change_form(request, context, *args, **options)
        return response

    def _to_commit(self, request: HttpRequest, row: Any) -> HttpResponse | None:
        if "_commit" not in request.POST or not self.has_commit_permission(request, row):
            return None
        return redirect(self._commit_url([row.pk]))

    def _commit_url(self, keys: Any) -> str:
        meta = self.model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_commit")
        return f"{url}?{urlencode([('draft', key) for key in keys])}"
