/** The commands that publish messages, and read them. @module */

import { failPoint } from "../base/fail_points.ts";
import type { ChatRequest } from "../dialect/dialect.ts";
import { PAGE_MESSAGES, REPLY_CHARACTERS, STORE_FULL_RETRY_MS } from "../limits.ts";
import type { StoredMessage } from "../event/event.ts";
import { shown } from "../event/kinds.ts";
import type { Refusal } from "../log/message_log.ts";
import { messagesOf } from "../log/whole.ts";
import { newestPortion } from "../room/portion.ts";
import { answerUnavailable, type Caller, type Chat, type Handlers } from "./handler.ts";

type Publish = Extract<ChatRequest, { type: "publish" }>;

export const messageCommands: Handlers<"publish" | "history"> = {
  publish(chat, caller, request) {
    // Nothing waits for it, so that a client may have many messages under way.
    append(chat, caller, request)
      .catch((error) => answerUnavailable(caller, request.ref, error))
      .catch((error) => caller.fail(error));
  },

  async history({ log, turns }, caller, { ref, room, before, limit = PAGE_MESSAGES }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const { epoch, first, events } = await log.read(room, { before, limit });
      const messages = newestPortion(messagesOf(events), REPLY_CHARACTERS).map(shown) as StoredMessage[];
      const more = messages.length > 0 && messages[0]!.seq > first;
      caller.outbox.send({ type: "history", ref, room, epoch, messages, more });
    });
  },
};

async function append({ log }: Chat, caller: Caller, { ref, room, nonce, text }: Publish): Promise<void> {
  const { id, name } = caller.session;
  const result = await log.append(room, { id, name, text, nonce });
  failPoint("before reply");
  if ("refused" in result) return answerRefused(caller, ref, result.refused);
  const { epoch, seq, ts } = result;
  caller.outbox.send({ type: "ok", ref, epoch, seq, ts, durability: log.durability });
}

function answerRefused(caller: Caller, ref: string, code: Refusal): void {
  if (code === "nonce_used") {
    const message = '"nonce" was used for another text in this room: a new message needs a new one, a UUID for example';
    return caller.refuse({ code, message }, ref);
  }
  if (code !== "store_full") return caller.refuse({ code, message: "The event cannot be stored" }, ref);
  // It is not the client's fault, and so not a strike.
  const message = "The server has no space for more messages: this one is not stored";
  caller.outbox.send({ type: "error", ref, code, message, retryAfterMs: STORE_FULL_RETRY_MS });
}
