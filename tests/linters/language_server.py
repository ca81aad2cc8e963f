"""The server behind VS Code's YAML extension, spoken to as an editor does: the Language Server Protocol over pipes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SERVER = Path(__file__).parent / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
_PLACEHOLDER = re.compile(r"\$\{\d+:?([^}]*)\}|\$\d+")


class LanguageServer:
    """A running server with the settings of a register's `.vscode/settings.json`.

    Files in the folder `programmes` are programmes too, so that several can be open.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        settings = json.loads((root / ".vscode/settings.json").read_text("utf-8"))
        schemas = {(root / path).as_uri(): [pattern] for path, pattern in settings["yaml.schemas"].items()}
        schemas[(root / ".vscode/p2ptrack/programme.json").as_uri()] += ["programmes/*.yaml"]
        self._settings: dict[str, Any] = {
            "yaml": {
                "schemas": schemas,
                "schemaStore": {"enable": settings["yaml.schemaStore.enable"]},
                "completion": True,
                "hover": True,
                "validate": True,
            },
            "[yaml]": settings["[yaml]"],
        }
        self._request_count = self._version = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        workspace = {"configuration": True, "didChangeConfiguration": {}}
        item = {"snippetSupport": True, "documentationFormat": ["plaintext"]}
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self.root.as_uri(),
                "workspaceFolders": [{"uri": self.root.as_uri(), "name": "register"}],
                "capabilities": {"workspace": workspace, "textDocument": {"completion": {"completionItem": item}}},
            },
        )
        self._send(method="initialized", params={})
        self._send(method="workspace/didChangeConfiguration", params={"settings": self._settings})
        refused = {"data/actions/refused.yaml": "owner: Head of IT\n"}
        while self.diagnose(refused) == {"data/actions/refused.yaml": []}:  # it has not read its settings yet
            pass
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def diagnose(self, texts: Mapping[str, str]) -> dict[str, list[str]]:
        """Open files, by their paths in the register, and return what the editor shows as errors in each."""
        uris = {path: (self.root / path).as_uri() for path in texts}
        for path, text in texts.items():
            self._diagnostics.pop(uris[path], None)
            self._open(uris[path], text)
        while not self._diagnostics.keys() >= set(uris.values()):
            self._handle(self._receive())
        for uri in uris.values():
            self._send(method="textDocument/didClose", params={"textDocument": {"uri": uri}})
        return {path: [entry["message"] for entry in self._diagnostics[uri]] for path, uri in uris.items()}

    def complete(self, path: str, text: str, line: int, column: int) -> list[str]:
        """Open a file and return its text with each completion that the editor offers at a place, applied."""
        uri = (self.root / path).as_uri()
        self._open(uri, text)
        position = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
        answer = self.request("textDocument/completion", position)
        self._send(method="textDocument/didClose", params={"textDocument": {"uri": uri}})
        return [_apply_edit(text, item["textEdit"]) for item in answer["items"]]

    def hover(self, path: str, text: str, line: int) -> str:
        """Open a file and return what the editor shows of the field in a line."""
        uri = (self.root / path).as_uri()
        self._open(uri, text)
        position = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 2}}
        contents: str = self.request("textDocument/hover", position)["contents"]["value"]
        return contents

    def _open(self, uri: str, text: str) -> None:
        """Open a file. The server keeps what it has parsed of an address and a version."""
        self._version += 1
        document = {"uri": uri, "languageId": "yaml", "version": self._version, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})

    def request(self, method: str, params: Any) -> Any:
        """Return the answer to a request."""
        self._request_count += 1
        self._send(id=self._request_count, method=method, params=params)
        while True:
            message = self._receive()
            if message.get("id") == self._request_count and "method" not in message:
                return message["result"]
            self._handle(message)

    def _handle(self, message: dict[str, Any]) -> None:
        """Keep diagnostics, and answer what the server asks."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            items: Sequence[Any] = (message.get("params") or {}).get("items", ())
            sections = [self._settings.get(item.get("section")) for item in items]
            is_settings = message["method"] == "workspace/configuration"
            self._send(id=message["id"], result=sections if is_settings else None)

    def _send(self, **message: Any) -> None:
        assert self._process.stdin is not None
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline()) != b"\r\n":
            assert line, "the server has ended"
            name, _, value = line.decode().partition(":")
            length = int(value) if name.casefold() == "content-length" else length
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


def _apply_edit(text: str, edit: Mapping[str, Any]) -> str:
    """Return a text after an edit, with what a snippet proposes to type."""
    lines = text.split("\n")
    start, end = edit["range"]["start"], edit["range"]["end"]
    new = _PLACEHOLDER.sub(lambda match: match[1] or "", edit["newText"])
    before = "\n".join([*lines[: start["line"]], lines[start["line"]][: start["character"]]])
    after = "\n".join([lines[end["line"]][end["character"] :], *lines[end["line"] + 1 :]])
    return before + new + after
