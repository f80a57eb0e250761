"""Rows that are written once."""

from typing import Any, NoReturn, TypeVar

from django.db import models

from ip_library.core.errors import FrozenRowError

Row = TypeVar("Row", bound=models.Model)


class FrozenQuerySet(models.QuerySet[Row]):
    """Refuses to change or delete rows in bulk; the base manager, which services use, does not."""

    def update(self, **values: object) -> NoReturn:
        """Refuse."""
        raise FrozenRowError(f"a {self.model._meta.verbose_name}")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise FrozenRowError(f"a {self.model._meta.verbose_name}")


class Frozen(models.Model):
    """A row that refuses a second save and a deletion."""

    class Meta:
        """Django's options."""

        abstract = True

    def save(self, **options: Any) -> None:
        """Insert the row; refuse to change it."""
        if not self._state.adding:
            raise FrozenRowError(str(self))
        super().save(**options)

    def delete(self, *args: object, **options: object) -> NoReturn:
        """Refuse."""
        raise FrozenRowError(str(self))
