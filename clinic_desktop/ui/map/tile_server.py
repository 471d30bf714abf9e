"""The tile process's work: reads requests from standard input, writes tiles to standard output."""

import json
import sys

from clinic_desktop.domain.map_shapes import MapSource
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.tile_painter import paint_tile
from clinic_desktop.ui.map.tile_protocol import HEADER_END, parse_key


def serve_tiles(source: MapSource) -> None:
    """Answer requests until standard input ends.

    The first line says what the map holds (bounds, place names, shields), so that the window can
    place names without reading the geometry itself.
    """
    out = sys.stdout.buffer
    out.write(json.dumps(_contents(source)).encode() + HEADER_END)
    out.flush()
    for line in sys.stdin.buffer:
        key = parse_key(line)
        image = paint_tile(source, Theme(key.theme), key.zoom, key.column, key.row, key.ratio)
        data = bytes(image.constBits())
        header = {
            **json.loads(key.as_line()),
            "width": image.width(),
            "height": image.height(),
            "bytes": len(data),
        }
        out.write(json.dumps(header).encode() + HEADER_END)
        out.write(data)
        out.flush()


def _contents(source: MapSource) -> dict[str, object]:
    shields: list[tuple[str, float, float]] = []
    lines = source.lines
    for index in range(len(lines.refs)):
        ref = int(lines.refs[index])
        if ref:
            points = lines.line(index)
            x, y = points[len(points) // 2]
            shields.append((str(source.names[ref]), float(x), float(y)))
    return {
        "bounds": source.bounds(),
        "places": [(p.name, p.rank, p.x, p.y) for p in source.places],
        "shields": shields,
    }
