"""The rows of the library, one file a noun."""

from ip_library.models.audit import Anchor, AuditEvent
from ip_library.models.characters import CharacterArt, CharacterSheet, Expression, Look, ReferenceImage
from ip_library.models.labels import Label, LabelMove, Review, Waiver, WaiverUse
from ip_library.models.presets import Pose, Prop, Style
from ip_library.models.projects import Membership, Project, Role
from ip_library.models.scenes import Scene
from ip_library.models.search import AssetEntry, AssetTag, SavedFilter
from ip_library.models.shots import (
    CastMember,
    DialogueLine,
    Episode,
    Interaction,
    Sequence,
    ShotComposition,
    ShotProp,
)
from ip_library.models.versions import Changeset, PromptRevision, Resolution, Version
from ip_library.models.vocabulary import VocabularyTag

__all__ = [
    "Anchor",
    "AssetEntry",
    "AssetTag",
    "AuditEvent",
    "CastMember",
    "Changeset",
    "CharacterArt",
    "CharacterSheet",
    "DialogueLine",
    "Episode",
    "Expression",
    "Interaction",
    "Label",
    "LabelMove",
    "Look",
    "Membership",
    "Pose",
    "Project",
    "PromptRevision",
    "Prop",
    "ReferenceImage",
    "Resolution",
    "Review",
    "Role",
    "SavedFilter",
    "Scene",
    "Sequence",
    "ShotComposition",
    "ShotProp",
    "Style",
    "Version",
    "VocabularyTag",
    "Waiver",
    "WaiverUse",
]
