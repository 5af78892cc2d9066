/**
 * All planted bugs, by the floor of the tree that they are in.
 *
 * Left out is `PRAGMA synchronous = OFF` in the SQLite store: it loses messages when the power goes, and no proof that only
 * kills processes can see that.
 *
 * @module
 */

import { IN_ACCESS } from "./in_access.ts";
import { IN_BOTS } from "./in_bots.ts";
import { IN_CONNECTION } from "./in_connection.ts";
import { IN_DIRECT } from "./in_direct.ts";
import { IN_DOORS } from "./in_doors.ts";
import { IN_EMBED } from "./in_embed.ts";
import { IN_EVENT } from "./in_event.ts";
import { IN_KV } from "./in_kv.ts";
import { IN_LOG } from "./in_log.ts";
import { IN_PAGE } from "./in_page.ts";
import { IN_POLICY } from "./in_policy.ts";
import { IN_POSTGRES } from "./in_postgres.ts";
import { IN_PRESENCE } from "./in_presence.ts";
import { IN_PYTHON } from "./in_python.ts";
import { IN_ROOM } from "./in_room.ts";
import { IN_ROOM_SETTINGS } from "./in_room_settings.ts";
import { IN_SERVICE } from "./in_service.ts";
import { IN_STORES } from "./in_stores.ts";
import { IN_STREAMS } from "./in_streams.ts";
import { IN_TEXT } from "./in_text.ts";
import { IN_WORKER } from "./in_worker.ts";
import type { Mutant } from "./mutant.ts";

export const MUTANTS: readonly Mutant[] = [
  ...IN_EVENT,
  ...IN_LOG,
  ...IN_STORES,
  ...IN_KV,
  ...IN_POSTGRES,
  ...IN_ACCESS,
  ...IN_DIRECT,
  ...IN_BOTS,
  ...IN_DOORS,
  ...IN_ROOM,
  ...IN_PRESENCE,
  ...IN_ROOM_SETTINGS,
  ...IN_POLICY,
  ...IN_CONNECTION,
  ...IN_SERVICE,
  ...IN_STREAMS,
  ...IN_PAGE,
  ...IN_PYTHON,
  ...IN_EMBED,
  ...IN_WORKER,
  ...IN_TEXT,
];
