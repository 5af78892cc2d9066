/** The commands about the client itself. @module */

import { mayBeCalled, maySpeakAs } from "../policy/may.ts";
import { VERSION } from "../settings/version.ts";
import { CHANGES, type Position, ROOMS, WIRE_LIMITS } from "../wire/lines.ts";
import type { Handlers } from "./handler.ts";

export const sessionCommands: Handlers<"hello" | "rename" | "ping"> = {
  async hello({ log }, caller, { ref, name, key, features = [] }) {
    const { session, outbox } = caller;
    // A free id is welcomed before what comes in the same frame is looked at.
    const checking = maySpeakAs(session.id, key);
    const denial = checking && await checking;
    if (denial !== undefined) return caller.refuse(denial, ref);
    session.greeted = true;
    outbox.agreeOn(features);
    if (name !== undefined) session.name = name;
    const { id, label } = session;
    outbox.send({
      type: "welcome",
      ref,
      id,
      name: session.name,
      session: label,
      version: VERSION,
      features: log.rooms === undefined ? [CHANGES] : [CHANGES, ROOMS],
      limits: WIRE_LIMITS,
    });
  },

  rename({ rooms }, caller, { ref, name }) {
    const { session } = caller;
    const joined = Array.from(session.rooms, (room) => rooms.get(room)!);
    for (const room of joined) {
      const denial = mayBeCalled(session, name, room);
      if (denial !== undefined) return caller.refuse(denial, ref);
    }
    session.name = name;
    for (const room of joined) room.rename(caller);
    caller.outbox.send({ type: "ok", ref, name });
  },

  ping({ rooms }, caller, { ref }) {
    const positions: Record<string, Position> = {};
    for (const name of caller.session.rooms) positions[name] = rooms.get(name)!.position(caller);
    caller.outbox.send({ type: "pong", ref, heads: positions });
  },
};
