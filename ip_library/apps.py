"""The app that keeps what the studio knows."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Characters, scenes, shots, their versions and their audit."""

    name = "ip_library"
    verbose_name = "IP library"
    default_auto_field = "django.db.models.BigAutoField"
