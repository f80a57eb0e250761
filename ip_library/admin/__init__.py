"""The admin pages of the library, one file a noun."""

from django.contrib import admin

from ip_library.admin.audit import AuditEventAdmin
from ip_library.admin.characters import CharacterAdmin
from ip_library.admin.projects import ProjectAdmin
from ip_library.admin.prompts import PromptRevisionAdmin, ResolutionAdmin
from ip_library.admin.scenes import SceneAdmin
from ip_library.admin.shots import ShotAdmin
from ip_library.admin.versions import ChangesetAdmin, VersionAdmin
from ip_library.models import (
    AuditEvent,
    Changeset,
    CharacterSheet,
    Project,
    PromptRevision,
    Resolution,
    Scene,
    ShotComposition,
    Version,
)

admin.site.register(Project, ProjectAdmin)
admin.site.register(CharacterSheet, CharacterAdmin)
admin.site.register(Scene, SceneAdmin)
admin.site.register(ShotComposition, ShotAdmin)
admin.site.register(Version, VersionAdmin)
admin.site.register(Changeset, ChangesetAdmin)
admin.site.register(PromptRevision, PromptRevisionAdmin)
admin.site.register(Resolution, ResolutionAdmin)
admin.site.register(AuditEvent, AuditEventAdmin)
