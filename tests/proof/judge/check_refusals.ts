/**
 * Judges final refusals: each needs its reason.
 *
 * @module
 */

import { key } from "./entries.ts";
import type { ClientEvent, ClientLog, Content, Evidence, Violation } from "./evidence.ts";
import type { Archive, History } from "./histories.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";

type Refused = Extract<ClientEvent, { type: "refused" }>;

/** Different emoji that a message may have. */
const MOST_EMOJI = 20;

export function checkRefusals(
  log: ClientLog,
  evidence: Evidence,
  ledger: Ledger,
  archive: Archive,
  blame: (violation: Violation) => void,
): void {
  for (const event of log.events) {
    // Whether a nonce was used is judged with what has it.
    if (event.type !== "refused" || !event.final || event.code === "nonce_used") continue;
    const lives = [...ledger.lives].filter(({ room }) => room === event.room);
    const has = (isReason: (history: History | undefined, life: Life, target: number | undefined) => boolean) =>
      lives.some((life) => {
        const target = targetIn(life, event, log.id);
        return isReason(target === undefined ? undefined : archive.of(life).of(target), life, target);
      });
    if (isDue(event, log, evidence, ledger, has)) continue;
    const { kind = "publish", room, nonce, code, at } = event;
    const what = `a proper command was refused: ${kind} ${nonce} of ${
      event.target ?? event.targetNonce ?? event.reply
    }: ${code}`;
    blame({ promise: 9, what, client: log.name, room, nonce, at });
  }
}

function isDue(
  event: Refused,
  log: ClientLog,
  { losses, clocksJump = false }: Evidence,
  ledger: Ledger,
  has: (isReason: (history: History | undefined, life: Life, target: number | undefined) => boolean) => boolean,
): boolean {
  const { kind, code, version } = event;
  // Nobody knows what there was in the life that is over.
  const mayHaveBeen = losses.length > 0;
  switch (code) {
    case "needs_proof":
      return (kind === "edit" || kind === "delete") && !log.id.startsWith("k-");
    case "not_allowed":
      return (kind === "edit" || kind === "delete") && (mayHaveBeen || has((history) => history?.id !== log.id));
    case "deleted":
      return mayHaveBeen || has((history) => history?.steps.some((step) => step.kind === "delete") ?? false);
    case "conflict":
      return mayHaveBeen || has((history) => history?.wasOfVersionOtherThan(version ?? 0) ?? false);
    case "no_such_message":
      return mayHaveBeen || wasLate(event, log) ||
        has((history, life, target) => history === undefined || ledger.isGone(life, target!));
    case "too_late":
      return clocksJump;
    case "too_many_emoji":
      return mayHaveBeen || has((history) => emojiOf(history).size >= MOST_EMOJI);
    default:
      return false;
  }
}

function targetIn({ nonces }: Life, { target, targetNonce, reply }: Content, id: string): number | undefined {
  return targetNonce === undefined ? target ?? reply : nonces.get(key(id, targetNonce));
}

/** Whether the message that it was to change was itself refused for a time before, and so came later. */
function wasLate({ targetNonce, at }: Refused, { events }: ClientLog): boolean {
  return events.some((event) => event.type === "refused" && event.nonce === targetNonce && event.at <= at);
}

function emojiOf(history: History | undefined): Set<string | undefined> {
  return new Set(history?.steps.map(({ emoji }) => emoji));
}
