"""One choice for "which version": follow a label, or stay with a version. Rendered by the server, for every browser."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from ip_library.admin.generic import ModelForm
from ip_library.core.documents import CANON, LATEST, Reference
from ip_library.selectors.following import AssetName, Known, known_of, use_problem

NEWEST: Final = 40  # more versions would bury the labels; an older one that is pinned already is still shown
_LONGEST_NUMBER: Final = 9


class Use:
    """How a version is chosen: ``follow:canon`` or ``pin:3``."""

    __slots__ = ("label", "pin")

    def __init__(self, label: str = LATEST, pin: int | None = None) -> None:
        self.label = label
        self.pin = pin

    @classmethod
    def read(cls, text: str) -> "Use | None":
        """Read a choice as a form sends it; nothing when it is none. An empty one follows the latest version."""
        how, _, what = text.partition(":")
        if not text:
            return cls()
        if how == "pin" and what.isascii() and what.isdigit() and len(what) <= _LONGEST_NUMBER:
            return cls(pin=int(what))
        return cls(what) if how == "follow" and what else None

    def __str__(self) -> str:
        return f"follow:{self.label}" if self.pin is None else f"pin:{self.pin}"

    def of(self, asset: str) -> Reference:
        """Return this use of an asset."""
        return Reference(asset, self.label) if self.pin is None else Reference(asset, "", self.pin)


class VersionMenu:
    """What can be chosen for the assets of one page, read at once as soon as the first choice is drawn."""

    def __init__(self, project_id: int | None) -> None:
        self._project_id = project_id
        self._wanted: set[AssetName] = set()
        self._known: dict[AssetName, Known] = {}

    def want(self, kind: str, asset: str) -> None:
        """Note that the page offers the versions of an asset."""
        self._wanted.add((kind, asset))

    def of(self, kind: str, asset: str) -> Known:
        """Return what an asset has."""
        missing = self._wanted - self._known.keys()
        if missing and self._project_id is not None:
            self._known |= known_of(self._project_id, missing)
        return self._known.get((kind, asset), Known())


class VersionField(forms.ChoiceField):
    """Chooses the version of the asset that field ``of`` names; the columns ``follow`` and ``pin`` hold the choice."""

    def __init__(self, *, kind: str, of: str, follow: str = "follow", pin: str = "pin", **options: Any) -> None:
        self.kind, self.of, self.follow, self.pin = kind, of, follow, pin
        self.menu = VersionMenu(None)
        options.setdefault("label", "Version")
        super().__init__(required=False, **options)

    def offer(self, row: Any) -> Use:
        """Offer the labels and versions of the asset that a row uses; return what the row says now."""
        now = Use(getattr(row, self.follow) or LATEST, getattr(row, self.pin))
        asset = getattr(getattr(row, self.of, None), "slug", "") if row.pk else ""
        if asset:
            self.menu.want(self.kind, asset)
        self.choices = lambda: list(self._choices_of(asset, now))
        return now

    def _choices_of(self, asset: str, now: Use) -> Iterator[tuple[str, Any]]:
        known = self.menu.of(self.kind, asset)
        free = sorted({*known.labels, now.label} - {LATEST, CANON})
        latest = f"now v{known.versions[0]:03d}" if known.versions else "not committed yet"
        canon = f"now v{known.labels[CANON]:03d}" if CANON in known.labels else "nothing approved yet"
        yield f"follow:{LATEST}", f"follow latest ({latest})" if asset else "follow latest"
        yield f"follow:{CANON}", f"follow canon ({canon})" if asset else "follow canon"
        for label in free:
            where = f"now v{known.labels[label]:03d}" if label in known.labels else "points nowhere"
            yield f"follow:{label}", f"follow {label} ({where})"
        shown = [*known.versions[:NEWEST]]
        if now.pin is not None and now.pin not in shown:
            shown.append(now.pin)
        if shown:
            yield "stay with", [(f"pin:{number}", f"pin v{number:03d}") for number in shown]

    def prepare_value(self, value: Any) -> str:
        """Show a choice as its text."""
        return str(value or "")

    def to_python(self, value: Any) -> Any:
        """Read a choice."""
        use = value if isinstance(value, Use) else Use.read(str(value or ""))
        if use is None:
            text = f"{str(value)[:60]!r} must be follow: and a label, or pin: and the number of a version"
            raise ValidationError(text, code="version")
        return use

    def validate(self, value: Any) -> None:
        """Leave it to the form, which knows the asset."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare choices; an empty one is the first."""
        return str(initial or Use()) != str(data or Use())


def read_versions(form: ModelForm) -> None:
    """Write the chosen versions into the row of a cleaned form and beside its values; refuse those there are not."""
    cleaned = form.cleaned_data
    for name, field in form.fields.items():
        if not isinstance(field, VersionField) or name not in cleaned:
            continue
        target = cleaned.get(field.of)
        use: Use = cleaned[name] if target else Use()
        for column, value in ((field.follow, use.label), (field.pin, use.pin)):
            cleaned[column] = value
            setattr(form.instance, column, value)
        if target and not {name, field.of}.isdisjoint(form.changed_data):
            problem = use_problem(target.project_id, field.kind, use.of(target.slug))
            if problem:
                form.add_error(name, ValidationError(problem, code="version"))


def offer_versions(form: ModelForm) -> None:
    """Fill the version choices of a form from its row."""
    for name, field in form.fields.items():
        if isinstance(field, VersionField):
            form.initial[name] = str(field.offer(form.instance))
