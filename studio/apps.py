"""The app of the web pages for people."""

from django.apps import AppConfig


class StudioConfig(AppConfig):
    """Gallery and lineage."""

    name = "studio"
    verbose_name = "Studio"
