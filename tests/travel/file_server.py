"""A server on this machine that files are fetched from."""

import hashlib
import http.server

CONTENT = bytes(range(256)) * 8000


class Server(http.server.ThreadingHTTPServer):
    """What it does is set by the tests; ``asked`` are the requests' paths and ranges."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = "town.osm.pbf"
        self.content = CONTENT
        self.tag = '"one"'
        self.md5: str | None = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
        self.cut_after: int | None = None
        self.moved_to = ""
        self.asked: list[tuple[str, str]] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that the test cut is no news."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/us/{self.name}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        wanted = self.headers.get("Range", "")
        server.asked.append((self.path, wanted))
        if server.moved_to and self.path.endswith(server.name):
            self.send_response(302)
            self.send_header("Location", server.moved_to)
            self.end_headers()
            return
        if self.path.endswith(".md5"):
            if server.md5 is None:
                self.send_error(404)
                return
            self._send(200, f"{server.md5}  {server.name}\n".encode())
            return
        if not self.path.endswith(server.name):
            self.send_error(404)
            return
        start = 0
        if wanted and self.headers.get("If-Range") == server.tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(server.content):
                self.send_error(416)
                return
        self._send(206 if start else 200, server.content[start:])

    def _send(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", self.server.tag)
        self.end_headers()
        cut = self.server.cut_after
        if cut is not None and len(body) > cut:
            self.wfile.write(body[:cut])
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""
