"""The rows of the generation service."""

from generation.models.images import Image
from generation.models.jobs import JobState, RenderJob

__all__ = ["Image", "JobState", "RenderJob"]
