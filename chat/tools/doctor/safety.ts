/** What the settings let strangers do. @module */

import { isLocal } from "../../base/addresses.ts";
import type { Settings } from "../../settings/table.ts";
import { type Finding, note, ok, unsafe } from "./finding.ts";

/** Each judges some settings that belong together. */
const JUDGES: ((settings: Settings, isOpen: boolean) => Finding | false | undefined)[] = [
  ({ ACCESS }, isOpen) =>
    ACCESS === "open" && isOpen &&
    unsafe("ACCESS=open: everybody who can reach the port may read and write in every room, under any id that is free"),
  ({ TLS_CERT, TRUST_PROXY }, isOpen) =>
    TLS_CERT === undefined && TRUST_PROXY === undefined && isOpen &&
    unsafe(
      "No TLS, and no proxy that is trusted: everybody on the way can read along. Set TLS_CERT, or put a proxy before it",
    ),
  ({ GUARD, TRUST_PROXY }, isOpen) =>
    !GUARD && TRUST_PROXY === undefined && isOpen &&
    unsafe("GUARD=off without a proxy: one connection can hold up everybody. Set GUARD=on if strangers reach the port"),
  ({ TRUST_PROXY }, isOpen) =>
    TRUST_PROXY !== undefined && isOpen &&
    note(
      "The port can be reached past the proxy, unless a firewall forbids it: with a proxy on this machine set HOST=127.0.0.1",
    ),
  ({ TRUST_PROXY = [] }) =>
    TRUST_PROXY.some((range) => /\/[0-7]$/.test(range)) &&
    unsafe("TRUST_PROXY names so large a range that strangers are in it: they choose their own address, and id"),
  ({ TRUST_PROXY }, isOpen) =>
    TRUST_PROXY === undefined && !isOpen &&
    note(
      "TRUST_PROXY is not set: behind a proxy on this machine nobody's address is known, and no limit by address holds",
    ),
  ({ ORIGINS }) =>
    ORIGINS.includes("*") &&
    unsafe("ORIGINS=*: a page of any site can act here in the name of those who visit it"),
  ({ ORIGINS }) =>
    ORIGINS.includes("null") &&
    unsafe(
      "ORIGINS has null: a hostile site can put such a page into a frame. It is meant for pages opened from a file",
    ),
  ({ EMBED }) =>
    EMBED.some((site) => site.startsWith("http:") && !/^http:\/\/(localhost|127\.|\[::1\])/.test(site)) &&
    unsafe(
      "EMBED has a site without encryption: everybody on the way can change its pages, and act here in the name of their readers",
    ),
  ({ RATE_LIMIT }) => !RATE_LIMIT && unsafe("RATE_LIMIT=off: anybody can keep the server busy"),
  ({ METRICS }, isOpen) =>
    METRICS && !isOpen &&
    note("METRICS=on: /metrics is for this machine, so for everybody whose proxy here adds no X-Forwarded-For"),
  ({ MEMORY_LIMIT }) =>
    MEMORY_LIMIT === Infinity && note("MEMORY_LIMIT=0: the system ends the server when memory runs out"),
];

/** @param args the command line, on which there may be secrets */
export function judgeSafety(settings: Settings, args: string[]): Finding[] {
  const isOpen = settings.HOST !== "localhost" && !isLocal({ hostname: settings.HOST ?? "::", port: 0 });
  const found = JUDGES.map((judge) => judge(settings, isOpen)).filter((one): one is Finding => Boolean(one));
  for (const [flag, name] of [["--token-secret", "TOKEN_SECRET"], ["--metrics-token", "METRICS_TOKEN"]] as const) {
    if (!args.some((arg) => arg.startsWith(flag))) continue;
    found.push(unsafe(`${name} is given by a flag, which everybody on the machine can see: set the variable`));
  }
  return found.some(({ level }) => level === "unsafe")
    ? found
    : [ok("The settings let strangers do no harm"), ...found];
}
