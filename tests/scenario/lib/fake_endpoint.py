"""An endpoint on loopback that answers every request in one wrong way."""

import socket
import threading

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


def http(status, body, type="application/json", more="", length=None):
    head = f"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{more}Content-Length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode() + body


ANSWERS = {
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is no HTTP\r\n\r\n",
    "no JSON": http("200 OK", b"<?xml version='1.0'?><Error/>", "text/xml"),
    "JSON that is no object": http("200 OK", b"[1, 2]"),
    "JSON cut off": http("200 OK", b'{"InstanceSummaryList":[{"Id":"5e74d6'),
    "JSON of wrong types": http("200 OK", b'{"InstanceSummaryList":"none","ContactFlowSummaryList":7}'),
    "half an answer": http("200 OK", b'{"InstanceSummaryList":[', length=5000),
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "HTML 502": http("502 Bad Gateway", HTML, "text/html"),
    "HTML 200": http("200 OK", HTML, "text/html"),
    "empty 200": http("200 OK", b""),
    "empty 404": http("404 Not Found", b""),
    "a redirection": http("302 Found", b"", more="Location: http://127.0.0.1:1/\r\n"),
    "nothing": b"",
    "a page that never ends": http("200 OK", b'{"InstanceSummaryList":[],"NextToken":"again"}'),
}


class FakeEndpoint:
    """Answers with `answer`; with None it takes the request and says nothing until it is stopped."""

    def __init__(self, answer):
        self.answer, self.requests = answer, 0
        self.stopping = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while not self.stopping.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                received = b""
                while b"\r\n\r\n" not in received:
                    more = connection.recv(65536)
                    if not more:
                        return
                    received += more
                self.requests += 1
                if self.answer is None:
                    self.stopping.wait()
                else:
                    connection.sendall(self.answer)
            except OSError:
                pass

    def stop(self):
        self.stopping.set()
        self.socket.close()


def closed_port():
    """The origin of a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class SpoilingProxy:
    """Stands before a simulator and passes everything on, but spoils the answers of some requests.

    `spoil(method, target, answer)` gets the raw answer and returns what is sent instead (bytes), or None to leave it.
    """

    def __init__(self, port, spoil):
        self.port, self.spoil = port, spoil
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    @staticmethod
    def _message(connection):
        """One request or answer with its body; empty at the end."""
        received = b""
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                return b""
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            more = connection.recv(65536)
            if not more:
                break
            body += more
        return head + b"\r\n\r\n" + body

    def _serve(self, connection):
        try:
            with connection, socket.create_connection(("127.0.0.1", self.port)) as behind:
                while True:
                    request = self._message(connection)
                    if not request:
                        return
                    behind.sendall(request)
                    answer = self._message(behind)
                    method, target, _ = request.split(b"\r\n", 1)[0].decode().split(" ")
                    spoiled = self.spoil(method, target, answer)
                    connection.sendall(answer if spoiled is None else spoiled)
                    if spoiled is not None:
                        return
        except OSError:
            pass

    def stop(self):
        self.socket.close()
