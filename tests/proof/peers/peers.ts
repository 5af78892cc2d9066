/** The servers that can be put under the same storm, each with its own client. @module */

import { LOCK } from "../../lib/packages.ts";
import { ROOT } from "../../lib/process.ts";
import { OurClient } from "./our_client.ts";
import type { PeerClient } from "./peer_client.ts";
import { TutorialClient } from "./tutorial_client.ts";

/** A kind of server. */
export interface Peer {
  title: string;
  /** How it is started. @param folder an empty one, of its own */
  argv(folder: string): string[];
  /** Makes somebody who is in its chat. */
  client(port: number, name: string): PeerClient | Promise<PeerClient>;
}

const deno = [Deno.execPath(), "run", "-A"];
/** Its library is fetched only when it is asked for: were the file named where Deno can read it, everybody would have to fetch it. */
async function socketIo(port: number, name: string): Promise<PeerClient> {
  const { SocketIoClient }: typeof import("./socketio_client.ts") = await import(
    import.meta.resolve("./socketio_client.ts")
  );
  return new SocketIoClient(port, name);
}

/** All of them, by the names of `--peer`. */
export const PEERS = {
  ours: {
    title: "Switchboard",
    argv: (
      folder,
    ) => [...deno, `${ROOT}main.ts`, "--port", "0", "--chat-store", `sqlite:${folder}/chat.db`, "--listen"],
    client: (port, name) => new OurClient(port, name),
  },
  tutorial: {
    title: "The tutorial's twenty lines",
    argv: () => [...deno, `${ROOT}examples/1_tutorial.ts`, "0"],
    client: (port, name) => new TutorialClient(port, name),
  },
  ws: {
    title: "`ws`, its documented broadcast",
    argv: () => [...deno, LOCK, `${ROOT}tests/proof/peers/ws_server.ts`],
    client: (port, name) => new TutorialClient(port, name),
  },
  socketio: {
    title: "Socket.IO with recovery and retries",
    argv: () => [...deno, LOCK, `${ROOT}tests/proof/peers/socketio_server.ts`],
    client: socketIo,
  },
  "socketio-stored": {
    title: "Socket.IO with the store of its tutorial as well",
    argv: (folder) => [...deno, LOCK, `${ROOT}tests/proof/peers/socketio_server.ts`, `${folder}/chat.db`],
    client: socketIo,
  },
} as const satisfies Record<string, Peer>;

/** A name of {@linkcode PEERS}. */
export type PeerName = keyof typeof PEERS;
