/** `ws`, which the proof puts under the same storm; see `packages.ts` for why it is named here. @module */

export { WebSocket, WebSocketServer } from "npm:ws@8.23.0";
