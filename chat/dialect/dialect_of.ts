/** Finds the dialect that a client has chosen. Nothing else asks which one it is. @module */

import { chatV1 } from "./chat_v1.ts";
import type { Dialect } from "./dialect.ts";
import { echo } from "./echo.ts";
import { plain } from "./plain.ts";
import { stream, type StreamAsked } from "./stream.ts";

/** A client's choice. */
export interface Speech {
  dialect: Dialect["name"];
  /** A plain client or one of the echo wants the lines of FastAPI's examples. */
  like?: "fastapi";
  /** What a stream's reader wants. */
  asked?: StreamAsked;
}

export function dialectOf({ dialect, like, asked }: Speech, room: string): Dialect {
  switch (dialect) {
    case "chat.v1":
      return chatV1;
    case "plain":
      return plain(room, like === "fastapi");
    case "echo":
      return echo(like === "fastapi");
    case "stream":
      return stream(room, asked!);
  }
}
