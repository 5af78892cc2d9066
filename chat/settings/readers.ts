/**
 * The forms of settings: each reader makes a value of the operator's text, or throws a {@linkcode Mistake}.
 *
 * @module
 */

import { escapeUnseen } from "../base/escape.ts";
import { isStoreName, showStore, storeMustBe } from "./store_name.ts";

/** The least that HS256 may be used with, by RFC 7518. */
const SECRET_BYTES = 32;

/** Its message completes `Cannot use NAME: `. */
export class Mistake extends Error {
  constructor(must: string, ...given: string[]) {
    super(`${must}: received ${given.map(showGiven).join(", ")}`);
  }
}

/** The value may be a store's name, with its password, in the wrong place. */
export function showGiven(given: string): string {
  return given.includes("@") ? showStore(given) : given;
}

export function onOff(given: string): boolean {
  if (given !== "on" && given !== "off") throw new Mistake("it must be on or off", given);
  return given === "on";
}

export function count(given: string): number {
  if (!/^\d{1,15}$/.test(given)) {
    throw new Mistake("it must be a whole number of at most 15 digits, 0 for no bound", given);
  }
  return Number(given);
}

export function access(given: string): "open" | "known" | "token" {
  if (given === "open" || given === "known" || given === "token") return given;
  throw new Mistake("it must be open, known or token", given);
}

/** A secret is never shown. */
export function secret(given: string): string {
  const bytes = new TextEncoder().encode(given).length;
  if (bytes < SECRET_BYTES) throw new Mistake(`it must have at least ${SECRET_BYTES} bytes`, `${bytes}`);
  return given;
}

/** What comes without encryption could be anybody's, unless it comes from this machine. */
export function keysUrl(given: string): string {
  const url = URL.parse(given);
  const isSafe = url?.protocol === "https:" ||
    url?.protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (!isSafe) throw new Mistake("it must be a URL that begins with https://, or with http:// on this machine", given);
  return given;
}

/** Where the page gets tokens: at another site, or at this one by a path that the proxy knows. */
export function tokenUrl(given: string): string {
  return /^\/(?!\/)/.test(given) && URL.canParse(given, "http://localhost") ? given : keysUrl(given);
}

export function headerName(given: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(given)) {
    throw new Mistake("it must be the name of a header, such as Remote-User", given);
  }
  return given.toLowerCase();
}

/** Gives bytes. */
export function mib(given: string): number {
  return count(given) * 1024 * 1024 || Infinity;
}

export function port(given: string): number {
  if (!/^\d+$/.test(given) || Number(given) > 65535) throw new Mistake("it must be a number from 0 to 65535", given);
  return Number(given);
}

export function host(given: string): string {
  // In an address of a page IPv6 has brackets.
  const host = given.replace(/^\[(.*)\]$/, "$1");
  if (!/^[\w.:%-]+$/.test(host)) {
    throw new Mistake("it must be an address of this machine, such as 127.0.0.1 or ::1, or localhost", given);
  }
  return host;
}

export function store(given: string): string {
  if (isStoreName(given) && escapeUnseen(given) === given) return given;
  const must = storeMustBe(given);
  // No address that may have a password in it.
  if (/^[\w./-]*[./][\w./-]*$/.test(given)) throw new Mistake(must, `${given}: did you mean sqlite:${given}?`);
  throw new Mistake(must, showStore(given));
}

export function origins(given: string): string[] {
  const origins = listed(given).map((origin) => origin.replace(/(?<=[^/])\/$/, ""));
  const wrong = origins.filter((origin) => !/^(own|null|\*)$/.test(origin) && !isOrigin(origin));
  if (wrong.length > 0) throw new Mistake("each must be like https://chat.example, or own, null or *", ...wrong);
  return origins;
}

/** Each is named by itself: what one may be shown in can be made to be clicked on. */
export function sites(given: string): string[] {
  const sites = origins(given);
  const wrong = sites.filter((site) => !/^https?:/.test(site));
  if (wrong.length > 0) throw new Mistake("each must be a site like https://site.example", ...wrong);
  return sites;
}

/** In the form that a browser sends. Those of schemes that the standard does not know, as of extensions, have only that. */
function isOrigin(given: string): boolean {
  const url = URL.parse(given);
  if (url === null || url.host === "") return false;
  return (url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin) === given;
}

/** Only ids that somebody can prove: as any other everybody could come. */
export function provenIds(given: string): string[] {
  const ids = listed(given);
  const wrong = ids.filter((id) => !/^[kt]-./.test(id));
  if (wrong.length > 0) throw new Mistake("each must be an id that begins with k- or t-", ...wrong);
  return ids;
}

export function proxies(given: string): string[] {
  const proxies = listed(given);
  const wrong = proxies.filter((proxy) => !isRange(proxy));
  if (wrong.length > 0) {
    throw new Mistake("each must be an address such as 127.0.0.1, or a range such as 10.0.0.0/8", ...wrong);
  }
  return proxies;
}

function isRange(proxy: string): boolean {
  const [, address = "", bits = "0"] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(proxy) ?? [];
  const isIpv4 = /^\d+(\.\d+){3}$/.test(address) && address.split(".").every((part) => Number(part) <= 255);
  const isIpv6 = address.includes(":") && URL.canParse(`http://[${address}]/`);
  return isIpv4 && Number(bits) <= 32 || isIpv6 && Number(bits) <= 128;
}

function listed(given: string): string[] {
  return given.split(",").map((item) => item.trim()).filter((item) => item !== "");
}
