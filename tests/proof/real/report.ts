/**
 * What a run came to, for people: the figures, and the story of what broke.
 *
 * @module
 */

import { VERSION } from "../../../chat/settings/version.ts";
import { CONVERGE_MS, type Outcome } from "./run.ts";
import { tell } from "../judge/story.ts";

/** Kinds of fault that ended a server process; one that was asked to stop is counted once. */
const KILLS = ["kill -9", "fail point: kill", "SIGTERM"];
/** Kinds of fault that befell the network. */
const NETWORK = /^(connection|bytes|nothing gets)/;
/** Violations told with their story. */
const STORIES = 3;

/** The figures of a run. */
export interface Figures {
  seed: string;
  title: string;
  seconds: number;
  clients: number;
  kills: number;
  networkFaults: number;
  messages: number;
  acks: number;
  /** Of those, what changed messages or answered them: together, and by kind. */
  changes: number;
  edits: number;
  deletes: number;
  reactions: number;
  replies: number;
  /** Messages that were compared with the store as they were shown in the end. */
  compared: number;
  deliveries: number;
  losses: number;
  calms: number;
  slowestMs: number;
  violations: number;
}

/** Counts what there is to count. */
export function figuresOf({ options, title, evidence, violations, counts, converged, tookMs }: Outcome): Figures {
  const events = evidence.clients.flatMap(({ events }) => events);
  const sum = (wanted: (kind: string) => boolean) =>
    [...counts].reduce((total, [kind, count]) => total + (wanted(kind) ? count : 0), 0);
  const nonces = new Set<string>();
  const acked = { message: 0, edit: 0, delete: 0, react: 0, reply: 0 };
  let deliveries = 0;
  for (const event of events) {
    if (event.type === "sent" && event.kind === undefined) nonces.add(`${event.room} ${event.nonce ?? event.text}`);
    else if (event.type === "acked") acked[event.kind ?? (event.reply === undefined ? "message" : "reply")]++;
    else if (event.type === "message" || event.type === "change" || event.type === "text") deliveries++;
    else if (event.type === "joined") deliveries += event.messages.length;
  }
  return {
    seed: options.seed,
    title,
    seconds: Math.round(tookMs / 1_000),
    clients: evidence.clients.length,
    kills: sum((kind) => KILLS.includes(kind)),
    networkFaults: sum((kind) => NETWORK.test(kind)),
    messages: nonces.size,
    acks: Object.values(acked).reduce((sum, count) => sum + count),
    changes: acked.edit + acked.delete + acked.react + acked.reply,
    edits: acked.edit,
    deletes: acked.delete,
    reactions: acked.react,
    replies: acked.reply,
    compared: shownAtLast(evidence),
    deliveries,
    losses: evidence.losses.length,
    calms: converged.length,
    slowestMs: Math.round(Math.max(...converged)),
    violations: violations.length,
  };
}

/** How many messages everybody shows in the end who is to show them as the store has them. */
function shownAtLast({ clients }: Outcome["evidence"]): number {
  const last = clients.filter(({ changes }) => changes).flatMap((
    { events },
  ) => [...new Map(events.flatMap((event) => event.type === "shows" ? [[event.room, event.messages.length]] : []))]);
  return last.reduce((sum, [, count]) => sum + count, 0);
}

/** The report, in Markdown. */
export function reportOf(outcomes: Outcome[]): string {
  const rows = outcomes.map(figuresOf);
  const lines = (label: string, value: (figures: Figures) => string | number) =>
    `| ${[label, ...rows.map((figures) => value(figures).toLocaleString("en"))].join(" | ")} |`;
  const table = [
    lines("", ({ title }) => title),
    `|${"---|".repeat(rows.length + 1)}`,
    lines("seed", ({ seed }) => `\`${seed}\``),
    lines("seconds", ({ seconds }) => seconds),
    lines("clients", ({ clients }) => clients),
    lines("**violations**", ({ violations }) => `**${violations}**`),
    lines("server processes ended", ({ kills }) => kills),
    lines("network faults", ({ networkFaults }) => networkFaults),
    lines("times the store lost data", ({ losses }) => losses),
    lines("messages written", ({ messages }) => messages),
    lines("acknowledgements", ({ acks }) => acks),
    lines("– of edits", ({ edits }) => edits),
    lines("– of deletions", ({ deletes }) => deletes),
    lines("– of reactions", ({ reactions }) => reactions),
    lines("– of replies", ({ replies }) => replies),
    lines("deliveries", ({ deliveries }) => deliveries),
    lines("messages compared with the store as they are shown in the end", ({ compared }) => compared),
    lines("calms", ({ calms }) => calms),
    lines(
      `slowest to have everything (${CONVERGE_MS / 1_000} s are promised)`,
      ({ slowestMs }) => `${(slowestMs / 1_000).toFixed(2)} s`,
    ),
  ];
  return [`${versions()}.`, table.join("\n"), faultTable(outcomes)].join("\n\n");
}

/** The broken promises of a run, the first of them with their stories. */
export function storiesOf({ options, evidence, violations }: Outcome): string {
  const told = violations.slice(0, STORIES).map((violation) => tell(violation, evidence).join("\n"));
  const others = violations.slice(STORIES).map(({ promise, what, client = "" }) =>
    `Promise ${promise} ${client}: ${what}`
  );
  const rest = others.length > 40 ? [`… and ${others.length - 40} more`] : [];
  return [`Seed ${options.seed} on ${options.store}:`, ...told, ...others.slice(0, 40), ...rest].join("\n\n");
}

/** What it ran on. */
export function versions(): string {
  const { deno } = Deno.version;
  return `Switchboard ${VERSION}, Deno ${deno}, ${Deno.build.os} on ${navigator.hardwareConcurrency} cores, ` +
    `${new Date().toISOString().slice(0, 10)}`;
}

function faultTable(outcomes: Outcome[]): string {
  const kinds = [...new Set(outcomes.flatMap(({ counts }) => [...counts.keys()]))].sort();
  return [
    `| fault |${outcomes.map(({ options }) => ` ${options.store} |`).join("")}`,
    `|${"---|".repeat(outcomes.length + 1)}`,
    ...kinds.map((kind) => `| ${kind} |${outcomes.map(({ counts }) => ` ${counts.get(kind) ?? 0} |`).join("")}`),
  ].join("\n");
}
