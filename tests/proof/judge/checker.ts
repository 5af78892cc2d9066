/**
 * The verdict of a proof: given what the clients did and saw, and what the store holds in the end, which promises were
 * broken. It knows nothing of how the run was made.
 *
 * @module
 */

import { Acks } from "./acks.ts";
import { checkCommands } from "./check_commands.ts";
import { checkFallback } from "./check_fallback.ts";
import { checkFresh } from "./check_fresh.ts";
import { checkPlain } from "./check_plain.ts";
import { checkRefusals } from "./check_refusals.ts";
import { checkShown } from "./check_shown.ts";
import { checkStates } from "./check_states.ts";
import { checkStream } from "./check_stream.ts";
import type { Evidence, Violation } from "./evidence.ts";
import { Archive } from "./histories.ts";
import { Ledger } from "./ledger.ts";

/** Gives every broken promise; none if all were kept. Of those that were seen at a moment, the earliest comes first. */
export function check(evidence: Evidence): Violation[] {
  const violations: Violation[] = [];
  const blame = (violation: Violation) => void violations.push(violation);
  for (const exit of evidence.unexpectedExits) blame({ promise: 9, what: `a server process ended by itself: ${exit}` });
  for (const { name, events } of evidence.clients) {
    for (const event of events) {
      if (event.type === "wrong") blame({ promise: event.promise, what: event.what, client: name, at: event.at });
    }
  }
  checkEpochs(evidence, blame);
  const ledger = new Ledger(evidence, blame);
  const archive = new Archive(ledger);
  const acks = new Acks(evidence.clients, ledger);
  for (const log of evidence.clients) {
    if (log.dialect === "plain") checkPlain(log, evidence, ledger, archive, blame);
    else checkStream(log, evidence, ledger, blame);
    if (log.dialect === "chat.v1") checkFresh(log, acks, blame);
    if (log.dialect === "chat.v1" && !log.changes) checkFallback(log, evidence, ledger, archive, acks, blame);
    checkRefusals(log, evidence, ledger, archive, blame);
  }
  checkCommands(evidence, ledger, blame);
  checkStates(evidence, ledger, archive, acks, blame);
  checkShown(evidence, ledger, blame);
  return violations.sort((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity) || 0);
}

/** A store that lost data has another epoch, and one that did not keeps its own. */
function checkEpochs({ clients, store, losses, servers = 1 }: Evidence, blame: (violation: Violation) => void): void {
  const epochs = new Set(Object.values(store).filter(({ head }) => head > 0).map(({ epoch }) => epoch));
  const told = clients.flatMap(({ name, events }) => {
    let opened = 0;
    return events.flatMap((event) => {
      if (event.type === "opened") opened = event.at;
      return event.type === "joined" || event.type === "acked" ? [{ ...event, name, opened }] : [];
    });
  });
  for (const { epoch } of told) epochs.add(epoch);
  for (const { to } of losses) {
    const old = new Set(told.filter(({ at }) => at < to).map(({ epoch }) => epoch));
    for (const { epoch, name, room, opened, at } of told) {
      if (opened <= to || !old.has(epoch)) continue;
      blame({ promise: 5, what: `the store lost data, and still has the epoch ${epoch}`, client: name, room, at });
    }
  }
  if (epochs.size <= 1 + losses.length * servers) return;
  const what = `the store had ${epochs.size} epochs, though it lost data only ${losses.length} times`;
  blame({ promise: 5, what });
}
