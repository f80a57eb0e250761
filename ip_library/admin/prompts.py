"""The exact texts of prompts, and what shots resolved: read, never changed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from ip_library.admin.display import link, monospaced
from ip_library.admin.scoped import ProjectFilter, ReadOnlyAdmin
from ip_library.models import PromptRevision
from ip_library.selectors.library import repository_path


class PromptRevisionAdmin(ReadOnlyAdmin):
    """The exact texts of prompts."""

    list_display = ["name", "dialect", "project", "path", "commit"]
    list_filter: ClassVar[Any] = [ProjectFilter, "dialect"]
    list_select_related = ("project", "changeset", "version")
    search_fields: ClassVar[Any] = ["path", "sha256", "changeset__sha"]
    ordering: ClassVar[Any] = ["-pk"]
    fields: ClassVar[Any] = [
        "project", "dialect", "of_version", "path", "commit", "prompt", "sha256", "negative", "show_with_git",
    ]  # fmt: skip

    @admin.display(description="commit")
    def commit(self, row: PromptRevision) -> SafeString:
        """Link to its changeset."""
        return link(row.changeset, row.changeset.sha[:10])

    @admin.display(description="version")
    def of_version(self, row: PromptRevision) -> SafeString:
        """Link to the shot's version."""
        return link(row.version) if row.version else SafeString("ad hoc")

    @admin.display(description="text")
    def prompt(self, row: PromptRevision) -> SafeString:
        """Show the prompt as the model reads it."""
        return monospaced(row.text)

    @admin.display(description="negative")
    def negative(self, row: PromptRevision) -> SafeString:
        """Show what shall not be seen."""
        return monospaced(row.negative_text) if row.negative_text else SafeString("-")

    @admin.display(description="in Git")
    def show_with_git(self, row: PromptRevision) -> SafeString:
        """Show the command that prints the prompt."""
        return monospaced(f"git -C {repository_path(row.project)} show {row.changeset.sha}:{row.path}")


class ResolutionAdmin(ReadOnlyAdmin):
    """Which versions a version used."""

    project_path = "using__project"
    list_display = ["using", "field", "used", "follow", "project"]
    list_select_related = ("using__project", "used")
    search_fields: ClassVar[Any] = ["using__asset", "used__asset"]
    ordering: ClassVar[Any] = ["-pk"]
    fields: ClassVar[Any] = ["using", "field", "used"]

    @admin.display(description="project", ordering="using__project")
    def project(self, row: Any) -> str:
        """Show the project."""
        return str(row.using.project)
