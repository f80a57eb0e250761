"""The app that renders prompts and keeps the images."""

from django.apps import AppConfig
from django.core.checks import register

from generation.checks import check_engines, check_queue


class GenerationConfig(AppConfig):
    """Jobs, images and their lineage."""

    name = "generation"
    verbose_name = "Generation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of the settings."""
        register(check_engines, "generation")
        register(check_queue, "generation")
