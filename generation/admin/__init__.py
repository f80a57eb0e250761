"""The admin pages of the generation service."""

from django.contrib import admin

from generation.admin.images import ImageAdmin
from generation.admin.jobs import RenderJobAdmin
from generation.models import Image, RenderJob

admin.site.register(RenderJob, RenderJobAdmin)
admin.site.register(Image, ImageAdmin)
