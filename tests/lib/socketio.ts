/** Socket.IO, which the proof puts under the same storm; see `packages.ts` for why it is named here. @module */

export { io, type Socket } from "npm:socket.io-client@4.8.4";
export { Server } from "npm:socket.io@4.8.4";
