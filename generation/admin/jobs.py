"""Jobs in the admin: how far each is and why it ended."""

from django.contrib import admin

from generation.admin.scoped import ReadOnlyAdmin
from generation.models import RenderJob


class RenderJobAdmin(ReadOnlyAdmin):
    """The queue of record."""

    list_display = ("pk", "project", "prompt_name", "engine", "state", "progress", "attempt", "created_at")
    list_filter = ("state", "engine")
    list_select_related = ("project", "prompt__version")
    search_fields = ("prompt__version__asset", "error_message")
    ordering = ("-pk",)

    @admin.display(description="prompt")
    def prompt_name(self, job: RenderJob) -> str:
        """Return what is rendered."""
        return job.prompt.name

    @admin.display(description="steps")
    def progress(self, job: RenderJob) -> str:
        """Return how many steps are done of how many."""
        return f"{job.steps_done}/{job.steps_total}" if job.steps_total else ""
