"""``manage.py demo``: the whole chain on the sample shot, from its sheets to a contact sheet."""

from typing import Any

from generation.management.demo import Demo
from ip_library.management.base import SetteiCommand


class Command(SetteiCommand):
    """Run as often as you like: nothing is added twice."""

    help = "Load the sample library, commit it, render its shot through the queue and the worker, show the result."

    def handle(self, **_: Any) -> None:
        """Run the demo."""
        Demo(say=self._say).run()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
