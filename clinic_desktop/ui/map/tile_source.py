"""The window's end of the tile process: asks for what is visible, keeps what came."""

import json
import os
import sys
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal
from PySide6.QtGui import QImage, QPixmap

import clinic_desktop
from clinic_desktop.ui.map.tile_protocol import HEADER_END, TileKey, parse_key

_MOST_KEPT: Final = 600
_UNDER_WAY: Final = 3
_MOST_RESTARTS: Final = 3
_WORKER: Final = "clinic_desktop.composition.tile_worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapContents:
    """What the map holds, projected: bounds, (name, rank, x, y), (road number, x, y)."""

    bounds: tuple[float, float, float, float]
    places: tuple[tuple[str, int, float, float], ...]
    shields: tuple[tuple[str, float, float], ...]


class TileSource(QObject):
    """Paints tiles in a process of its own, so that the window never waits.

    Signals:
        ready(): the process has opened the geometry; ``contents`` is set.
        tile_arrived(): a tile has come.
        failed(): the process ended again and again; there is no map.
    """

    ready = Signal()
    tile_arrived = Signal()
    failed = Signal()

    def __init__(self, geometry: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._geometry = geometry
        self.contents: MapContents | None = None
        self._tiles: OrderedDict[TileKey, QPixmap] = OrderedDict()
        self._wanted: list[TileKey] = []
        self._asked: list[TileKey] = []
        self._buffer = bytearray()
        self._expected: tuple[TileKey, int, int, int] | None = None
        self._restarts = 0
        self._closing = False
        self._process: QProcess | None = None
        self._start()

    @property
    def process_id(self) -> int:
        """The tile process's id, 0 if it does not run."""
        return self._process.processId() if self._process is not None else 0

    def tile(self, key: TileKey) -> QPixmap | None:
        """A tile that has come, None if not yet."""
        found = self._tiles.get(key)
        if found is not None:
            self._tiles.move_to_end(key)
        return found

    def want(self, keys: list[TileKey]) -> None:
        """Ask for tiles, the most wanted first; older wishes that are not under way are dropped."""
        self._wanted = [k for k in keys if k not in self._tiles and k not in self._asked]
        self._ask()

    def close(self) -> None:
        """End the process."""
        self._closing = True
        process = self._process
        self._process = None
        if process is not None:
            process.closeWriteChannel()
            process.kill()
            process.waitForFinished(1000)

    def _start(self) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        root = str(Path(clinic_desktop.__file__).parent.parent)
        known = environment.value("PYTHONPATH", "")
        environment.insert("PYTHONPATH", os.pathsep.join(p for p in (root, known) if p))
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        self._buffer.clear()
        self._expected = None
        self._asked = []
        self._process = process
        process.start(sys.executable, ["-m", _WORKER, str(self._geometry)])

    def _on_finished(self) -> None:
        if self._closing:
            return
        self._restarts += 1
        again = [*self._asked, *self._wanted]
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        if self._restarts > _MOST_RESTARTS:
            self.failed.emit()
            return
        self._start()
        self._wanted = again

    def _on_output(self) -> None:
        if self._process is None:
            return
        self._buffer += self._process.readAllStandardOutput().data()
        while self._take_one():
            pass
        self._ask()

    def _take_one(self) -> bool:
        if self._expected is None:
            end = self._buffer.find(HEADER_END)
            if end < 0:
                return False
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            raw = cast("dict[str, Any]", json.loads(line))
            if "bounds" in raw:
                self._set_contents(raw)
                return True
            self._expected = (
                parse_key(line),
                int(raw["width"]),
                int(raw["height"]),
                int(raw["bytes"]),
            )
        key, width, height, length = self._expected
        if len(self._buffer) < length:
            return False
        data = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._expected = None
        image = QImage(data, width, height, QImage.Format.Format_RGB32)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(key.ratio)
        self._tiles[key] = pixmap
        while len(self._tiles) > _MOST_KEPT:
            self._tiles.popitem(last=False)
        if key in self._asked:
            self._asked.remove(key)
        self.tile_arrived.emit()
        return True

    def _set_contents(self, raw: dict[str, Any]) -> None:
        x0, y0, x1, y1 = (float(v) for v in raw["bounds"])
        self.contents = MapContents(
            bounds=(x0, y0, x1, y1),
            places=tuple((str(n), int(r), float(x), float(y)) for n, r, x, y in raw["places"]),
            shields=tuple((str(n), float(x), float(y)) for n, x, y in raw["shields"]),
        )
        self.ready.emit()

    def _ask(self) -> None:
        if self._process is None or self.contents is None:
            return
        while self._wanted and len(self._asked) < _UNDER_WAY:
            key = self._wanted.pop(0)
            self._asked.append(key)
            self._process.write(key.as_line())
