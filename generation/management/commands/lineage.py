"""``manage.py lineage IMAGE [--json]``: where a picture comes from, by its file alone."""

import json
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandParser

from generation.selectors.lineage import Lineage, find_lineage
from ip_library.management.base import SetteiCommand

_FOUND_BY: Final = {
    "file": "this very file is recorded",
    "pixels": "these pixels are recorded; the file was saved anew or its metadata changed",
    "embedded": "the file says so; no image with these pixels is recorded",
    "altered": "the file says so, but its pixels were changed afterwards: this is the lineage of the picture before",
}
_FACTS: Final = ("engine", "width", "height", "steps", "guidance", "scheduler", "seed", "dtype", "device", "fallback")


class Command(SetteiCommand):
    """Ends with 1 when nothing is known of the picture, or when what its file claims is not true."""

    help = "Say where a picture comes from: prompt revision, versions, recipe."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("image", metavar="IMAGE", type=Path, help="a PNG, JPEG or WebP file")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, image: Path, json: bool, **_: Any) -> None:
        """Print the lineage."""
        found = find_lineage(image)
        self.stdout.write(_document(found) if json else _text(found))


def _document(found: Lineage) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)


def _text(found: Lineage) -> str:
    image, prompt, recipe = found["image"], found["prompt"], found["recipe"]
    kind = "previz: a blocking picture, no art" if image["kind"] == "previz" else image["kind"]
    lines = [
        f"picture   {image['sha256']}  ({kind})",
        f"pixels    {image['pixels_sha256']}",
        f"prompt    {prompt['project']}@{prompt['commit']} {prompt['path']}  ({prompt['dialect']})",
    ]
    if prompt["repository"]:
        lines.append(f"          git --git-dir {prompt['repository']} show {prompt['commit']}:{prompt['path']}")
    lines += [
        f"made of   {used['kind']} {used['asset']} v{used['version']:03d}"
        + (f" by {used['author']}" if used["author"] else "")
        + f"  {used['commit'][:12]}"
        for used in found["versions"]
    ]
    lines += [
        f"waived    {waiver['character']}'s {waiver['slot']} for {waiver['kind']} {waiver['asset']} "
        f"v{waiver['version']:03d}, by {waiver['author']} until {waiver['until']}: {waiver['reason']}"
        for waiver in found["waivers"]
    ]
    lines.append("recipe    " + ", ".join(f"{name} {recipe[name]}" for name in _FACTS))
    if not prompt["repository"]:
        lines.append(f"not checked: there is no project {prompt['project']} in this library")
    lines.append(f"found by  {found['found_by']}: {_FOUND_BY[found['found_by']]}")
    return "\n".join(lines)
