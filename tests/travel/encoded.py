"""Encodes a line as the engine does, the plain way."""


def encoded(points: list[tuple[int, int]]) -> str:
    """Points in millionths of a degree as an encoded polyline."""
    text = ""
    before = (0, 0)
    for point in points:
        for now, then in zip(point, before, strict=True):
            value = (now - then) << 1
            value = ~value if now < then else value
            while value >= 0x20:
                text += chr((0x20 | (value & 0x1F)) + 63)
                value >>= 5
            text += chr(value + 63)
        before = point
    return text
