"""A chat as FastAPI's own tutorial writes it: a connection manager that sends to each socket in turn."""

from collections import defaultdict

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()


class ConnectionManager:
    """Who is connected, by path."""

    def __init__(self) -> None:
        self.connections: dict[str, list[WebSocket]] = defaultdict(list)

    async def connect(self, path: str, socket: WebSocket) -> None:
        await socket.accept()
        self.connections[path].append(socket)

    def disconnect(self, path: str, socket: WebSocket) -> None:
        self.connections[path].remove(socket)

    async def broadcast(self, path: str, text: str, but: WebSocket | None) -> None:
        for socket in list(self.connections[path]):
            if socket is not but:
                await socket.send_text(text)


manager = ConnectionManager()


@app.websocket("/{kind}/{name}")
async def chat(socket: WebSocket, kind: str, name: str) -> None:
    path = f"{kind}/{name}"
    await manager.connect(path, socket)
    try:
        while True:
            text = await socket.receive_text()
            await manager.broadcast(path, text, None if kind == "room" else socket)
    except WebSocketDisconnect:
        manager.disconnect(path, socket)
