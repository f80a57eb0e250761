"""The admin pages of the library, one file a noun."""

from django.contrib import admin

from ip_library.admin.anchors import AnchorAdmin
from ip_library.admin.audit import AuditEventAdmin
from ip_library.admin.characters import CharacterAdmin
from ip_library.admin.episodes import EpisodeAdmin, SequenceAdmin
from ip_library.admin.labels import LabelAdmin, LabelMoveAdmin
from ip_library.admin.presets import PoseAdmin, PropAdmin, StyleAdmin
from ip_library.admin.projects import ProjectAdmin
from ip_library.admin.prompts import PromptRevisionAdmin, ResolutionAdmin
from ip_library.admin.scenes import SceneAdmin
from ip_library.admin.shots import ShotAdmin
from ip_library.admin.versions import ChangesetAdmin, VersionAdmin
from ip_library.admin.vocabulary import VocabularyAdmin
from ip_library.admin.waivers import WaiverAdmin
from ip_library.models import (
    Anchor,
    AuditEvent,
    Changeset,
    CharacterSheet,
    Episode,
    Label,
    LabelMove,
    Pose,
    Project,
    PromptRevision,
    Prop,
    Resolution,
    Scene,
    Sequence,
    ShotComposition,
    Style,
    Version,
    VocabularyTag,
    Waiver,
)

admin.site.register(Project, ProjectAdmin)
admin.site.register(CharacterSheet, CharacterAdmin)
admin.site.register(Scene, SceneAdmin)
admin.site.register(Pose, PoseAdmin)
admin.site.register(Prop, PropAdmin)
admin.site.register(Style, StyleAdmin)
admin.site.register(ShotComposition, ShotAdmin)
admin.site.register(Episode, EpisodeAdmin)
admin.site.register(Sequence, SequenceAdmin)
admin.site.register(VocabularyTag, VocabularyAdmin)
admin.site.register(Version, VersionAdmin)
admin.site.register(Changeset, ChangesetAdmin)
admin.site.register(Label, LabelAdmin)
admin.site.register(LabelMove, LabelMoveAdmin)
admin.site.register(Waiver, WaiverAdmin)
admin.site.register(PromptRevision, PromptRevisionAdmin)
admin.site.register(Resolution, ResolutionAdmin)
admin.site.register(AuditEvent, AuditEventAdmin)
admin.site.register(Anchor, AnchorAdmin)
