"""A stand-in for the worker and the sandbox: `python -m tests.stack.app HOST:PORT` answers every GET with 200."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    host, port = sys.argv[1].split(":")
    HTTPServer((host, int(port)), _Fine).serve_forever()
