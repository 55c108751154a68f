// A chat as it is usually written with `ws`: a set of sockets for each path, and a loop that sends to each.
import { WebSocketServer, WebSocket } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), perMessageDeflate: false });
const rooms = new Map();

server.on('connection', (socket, request) => {
  const path = request.url;
  const room = rooms.get(path) ?? new Set();
  rooms.set(path, room.add(socket));
  const alsoHimself = path.startsWith('/room/');
  socket.on('message', (data, isBinary) => {
    for (const other of room) {
      if ((alsoHimself || other !== socket) && other.readyState === WebSocket.OPEN) {
        other.send(data, { binary: isBinary });
      }
    }
  });
  socket.on('close', () => {
    room.delete(socket);
    if (room.size === 0) rooms.delete(path);
  });
  socket.on('error', () => {});
});
