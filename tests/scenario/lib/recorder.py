"""A proxy before a simulator that keeps every request as it was sent, and its answer."""

import http.client
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .harness import SLOW


class Exchange:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.status, self.answer = None, None  # As long as there is no answer.

    def __repr__(self):
        return f"{self.method} {self.target} {self.body[:200]!r} -> {self.status}"


class Recorder:
    """Passes everything on unchanged, Host header included, so that signatures hold at the simulator.

    With `certificate` (files of a certificate and its key) it speaks TLS. `answer(method, target, headers, body)` may return (status, headers, body) to answer instead of the simulator."""

    def __init__(self, test, port, certificate=None):
        self.exchanges, self.answer = [], lambda *_: None
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = list(self.headers.items())
                exchange = Exchange(self.command, self.path, dict(headers), body)
                recorder.exchanges.append(exchange)
                given = recorder.answer(self.command, self.path, dict(headers), body)
                if given is None:
                    behind = http.client.HTTPConnection("127.0.0.1", port, timeout=60 * SLOW)
                    behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                    for name, value in headers:
                        behind.putheader(name, value)
                    behind.endheaders(body)
                    answered = behind.getresponse()
                    given = answered.status, answered.getheaders(), answered.read()
                    behind.close()
                status, more, data = given
                exchange.status, exchange.answer = status, data
                self.send_response_only(status)
                for name, value in (more.items() if isinstance(more, dict) else more):
                    if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_POST = do_DELETE = handle_one

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # A simulator that breaks a connection, as it was told to, breaks this one, too.
        self.server.handle_error = lambda *_: None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.origin = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)
