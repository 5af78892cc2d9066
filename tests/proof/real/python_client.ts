/**
 * The client for Python as a participant: in a process of its own, with its own WebSocket, over a network that is as bad as everybody's. Its
 * wire is read along between the two.
 *
 * @module
 */

import type { ProgramChat } from "../../clients/program.ts";
import { connectPython } from "../../clients/python_chat.ts";
import { ProgramClient } from "../client/package_client.ts";
import type { Identity } from "../client/world.ts";
import { Tap } from "./tap.ts";
import type { RealWorld } from "./world.ts";

export class PythonClient extends ProgramClient {
  readonly #world: RealWorld;

  constructor(identity: Identity, world: RealWorld) {
    super(identity, world);
    this.#world = world;
  }

  protected override connect(options: { name: string; identity: string | undefined }): ProgramChat {
    const { owned, port, now } = this.#world;
    const tap = owned.use(new Tap(port, this.log, now));
    return owned.use(connectPython(`ws://127.0.0.1:${tap.port}`, options));
  }
}
