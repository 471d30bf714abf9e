"""How the window and the tile process talk: a line of JSON, tiles followed by their pixels."""

import json
from dataclasses import dataclass
from typing import Any, Final, cast

HEADER_END: Final = b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class TileKey:
    """Which tile: theme, zoom, column, row; ``ratio`` device pixels a logical one."""

    theme: str
    zoom: int
    column: int
    row: int
    ratio: float

    def as_line(self) -> bytes:
        """The request."""
        return (
            json.dumps(
                {
                    "theme": self.theme,
                    "zoom": self.zoom,
                    "column": self.column,
                    "row": self.row,
                    "ratio": self.ratio,
                }
            ).encode()
            + HEADER_END
        )


def parse_key(line: bytes | str) -> TileKey:
    """The tile that a request or a header names. Raises ``ValueError``."""
    raw = cast("dict[str, Any]", json.loads(line))
    return TileKey(
        theme=str(raw["theme"]),
        zoom=int(raw["zoom"]),
        column=int(raw["column"]),
        row=int(raw["row"]),
        ratio=float(raw["ratio"]),
    )
