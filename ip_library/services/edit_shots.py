"""Write a shot's document into its rows, and put the shot into its episode and sequence."""

from ip_library.core import documents as d
from ip_library.core.shot_codes import ShotPattern
from ip_library.models import (
    CastMember,
    DialogueLine,
    Episode,
    Interaction,
    Project,
    Sequence,
    ShotComposition,
    ShotProp,
)
from ip_library.selectors.referred import Referred
from ip_library.services.locks import lock_project
from ip_library.services.parts import put_parts


def save_shot(project: Project, document: d.ShotDocument, referred: Referred) -> ShotComposition:
    """Make or change the composition of a shot with its cast and its other parts."""
    shot, _ = ShotComposition.objects.update_or_create(
        project=project, code=document.code, defaults=shot_values(document, referred)
    )
    put_parts(shot.cast, cast_of(shot, document, referred), told_by="number")
    put_parts(shot.props, props_of(shot, document, referred), told_by="number")
    put_parts(shot.interactions, interactions_of(shot, document), told_by="number")
    put_parts(shot.dialogue, dialogue_of(shot, document), told_by="number")
    return shot


def shot_values(document: d.ShotDocument, referred: Referred) -> dict[str, object]:
    """Return the columns of a shot, but for its project, code and sequence."""
    duration = document.duration
    return {
        "title": document.title,
        **_pointer("scene", d.SCENE, document.scene, referred),
        **_pointer("style", d.STYLE, document.style, referred),
        "size": document.size,
        "angle": document.angle,
        "action": document.action,
        "seconds": duration.seconds if duration else None,
        "frames": duration.frames if duration else None,
        "negative": document.negative,
        "notes": document.notes,
    }


def props_of(shot: ShotComposition, document: d.ShotDocument, referred: Referred) -> list[ShotProp]:
    """Make the rows of a shot's props."""
    return [
        ShotProp(
            shot=shot,
            number=number,
            prop=referred.row(d.PROP, use.prop),
            follow=use.prop.follow or d.LATEST,
            pin=_pin(use.prop),
            member=use.member,
        )
        for number, use in enumerate(document.props, start=1)
    ]


def interactions_of(shot: ShotComposition, document: d.ShotDocument) -> list[Interaction]:
    """Make the rows of what a shot's cast does with one another."""
    return [
        Interaction(shot=shot, number=number, actor=item.actor, partner=item.partner, tags=item.tags)
        for number, item in enumerate(document.interactions, start=1)
    ]


def dialogue_of(shot: ShotComposition, document: d.ShotDocument) -> list[DialogueLine]:
    """Make the rows of a shot's dialogue."""
    return [
        DialogueLine(shot=shot, number=number, speaker=line.speaker, voice=line.voice, text=line.text)
        for number, line in enumerate(document.dialogue, start=1)
    ]


def place_shot(shot: ShotComposition) -> None:
    """Put a shot into its episode and sequence as its code says, making them where they are new.

    A code that is not of the project's pattern, or a pattern without sequences, leaves the shot in none.
    """
    if shot.sequence_id is not None:
        return
    parts = ShotPattern.of(shot.project.shot_pattern).read(shot.code) or {}
    if "episode" not in parts and "sequence" not in parts:
        return
    project = lock_project(shot.project)  # two shots that are the first of one sequence must not both make it
    episode = None
    if "episode" in parts:
        episode, _ = Episode.objects.get_or_create(project=project, code=parts["episode"])
    if "sequence" in parts:
        sequence, _ = Sequence.objects.get_or_create(project=project, episode=episode, code=parts["sequence"])
        ShotComposition.objects.filter(pk=shot.pk).update(sequence=sequence)


def cast_of(shot: ShotComposition, document: d.ShotDocument, referred: Referred) -> list[CastMember]:
    """Make the rows of a shot's cast."""
    return [
        CastMember(
            shot=shot,
            number=number,
            character=referred.row(d.CHARACTER, member.character),
            follow=member.character.follow or d.LATEST,
            pin=_pin(member.character),
            look=member.look,
            expression=member.expression,
            **_pointer("preset", d.POSE, member.preset, referred),
            pose=member.pose,
            x=member.position.x,
            y=member.position.y,
            scale=member.position.scale,
        )
        for number, member in enumerate(document.cast, start=1)
    ]


def _pointer(name: str, kind: str, reference: d.Reference | None, referred: Referred) -> dict[str, object]:
    """Return the three columns in which a row refers to another asset."""
    return {
        name: referred.row(kind, reference),
        f"{name}_follow": (reference.follow if reference else "") or d.LATEST,
        f"{name}_pin": _pin(reference),
    }


def _pin(reference: d.Reference | None) -> int | None:
    return reference.version if reference and not reference.follow else None
