"""Reads the clinic's data files (parsed JSON) into typed values; a fault names its place."""

from collections.abc import Mapping
from typing import cast

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _


class DataFault(ClinicError):  # noqa: N818 - reads as the sentence it carries
    """A template or the catalogue breaks a rule; the sentence names the place."""


class Node:
    """One JSON object and where in its file it stands.

    Args:
        data: the parsed value; anything but an object is a fault.
        where: how the place is named in a sentence, such as ``template itbs, section 2``.
    """

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise self._fault_at(where, _("an object is expected"))
        self._data = cast("dict[str, object]", data)
        self.where = where

    def fault(self, what: str) -> DataFault:
        """A fault at this place."""
        return self._fault_at(self.where, what)

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._data.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required unless there is a default. Raises ``DataFault``."""
        value = self._data.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fault(_("“{key}” needs a text").format(key=key))
        return value

    def number(self, key: str) -> float | None:
        """A number, or None if it is absent. Raises ``DataFault``."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(_("“{key}” needs a number").format(key=key))
        return float(value)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number. Raises ``DataFault``."""
        value = self._data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(_("“{key}” needs a whole number").format(key=key))
        return value

    def truth(self, key: str, *, default: bool = False) -> bool:
        """True or false. Raises ``DataFault``."""
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            raise self.fault(_("“{key}” is true or false").format(key=key))
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if absent. Raises ``DataFault``."""
        found = self._list(key)
        if not all(isinstance(word, str) for word in found):
            raise self.fault(_("“{key}” is a list of texts").format(key=key))
        return tuple(cast("list[str]", found))

    def nodes(self, key: str, called: str) -> list["Node"]:
        """A list of objects, empty if absent; ``called`` names one in a sentence."""
        return [
            Node(item, f"{self.where}, {called} {number}{_id_of(item)}")
            for number, item in enumerate(self._list(key), start=1)
        ]

    def node(self, key: str) -> "Node":
        """An object, empty if absent. Raises ``DataFault``."""
        return Node(self._data.get(key) or {}, f"{self.where}, {key}")

    def numbers(self) -> dict[str, float]:
        """This object as numbers by name. Raises ``DataFault``."""
        return {key: self.number(key) or 0.0 for key in self._data}

    def texts(self) -> dict[str, str]:
        """This object as texts by name. Raises ``DataFault``."""
        return {key: self.text(key) for key in self._data}

    def _list(self, key: str) -> list[object]:
        found = self._data.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.fault(_("“{key}” is a list").format(key=key))
        return cast("list[object]", found)

    @staticmethod
    def _fault_at(where: str, what: str) -> DataFault:
        return DataFault(_("{where}: {what}.").format(where=where, what=what))


def _id_of(item: object) -> str:
    if isinstance(item, Mapping):
        known = cast("Mapping[str, object]", item).get("id")
        if isinstance(known, str):
            return f" ({known})"
    return ""
