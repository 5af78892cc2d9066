/** Plays the cases of `cases.json` for servers, each in rooms and under ids of its own. @module */

import { toId } from "./ids.ts";
import { Failed, type Fields, type Json, Variables } from "./match.ts";
import { Peer } from "./peer.ts";

/** A step. `who` names a connection; the rest says what it does, or what happens to it. */
export interface ServerStep {
  who?: string;
  /** Connects, says hello and joins a room. */
  enters?: string;
  /** Connects only. `as`: under the id of another one; `free`: under an id that nobody can prove; `plain`: in plain text, into that room. */
  opens?: { as?: string; free?: boolean; plain?: string };
  /** A command; the reply must fit `answered`. */
  asks?: Fields;
  answered?: Fields;
  /** Sends a frame as it is: these lines. */
  sends?: Json[];
  /** The same, of so many characters; `binary`: not a text. */
  sendsBytes?: number;
  binary?: true;
  /** What must come. Other lines may come before it. */
  gets?: Json;
  /** What must not have come by the time of an answer to a ping. */
  getsNo?: Json;
  closes?: true;
  /** The code with which the server closes. */
  isClosed?: number;
  /** The server is killed, and started again on the same store. */
  restart?: true;
  /** The case goes on only if this variable has another value. */
  unless?: { [variable: string]: Json };
}

export interface ServerCase {
  /** What a server must do. */
  duty: string;
  /** A feature of `welcome` without which it does not apply. */
  needs?: string;
  steps: ServerStep[];
}

/** What came of a case. */
export interface Verdict {
  duty: string;
  result: "holds" | "fails" | "not tried";
  why?: string;
}

export interface ServerOptions {
  /** Where it is: `ws://…`, or `http://…`. */
  url: string;
  /** Kills it and starts it again, and resolves once it listens. Cases that need that are left out without it. */
  restart?: () => Promise<void>;
  /** How long it may take to answer, in milliseconds. */
  patienceMs?: number;
}

const PATIENCE_MS = 10_000;

/** What is not a failure: the case does not apply. */
class DoesNotApply extends Error {}

/** Plays one case. */
export async function playServerCase(each: ServerCase, options: ServerOptions): Promise<Verdict> {
  const { duty, steps } = each;
  const play = new Play(options, each);
  try {
    for (const step of steps) await play.step(step);
    return { duty, result: "holds" };
  } catch (error) {
    if (error instanceof DoesNotApply) return { duty, result: "not tried", why: error.message };
    if (error instanceof Failed) return { duty, result: "fails", why: error.message };
    throw error;
  } finally {
    await play.end();
  }
}

class Play {
  readonly #options: ServerOptions;
  readonly #needs: string | undefined;
  readonly #variables = new Variables();
  readonly #peers = new Map<string, Peer>();

  constructor(options: ServerOptions, { needs }: ServerCase) {
    this.#options = options;
    this.#needs = needs;
  }

  async step(step: ServerStep): Promise<void> {
    if (step.restart) return await this.#restart();
    for (const [name, value] of Object.entries(step.unless ?? {})) {
      if (this.#variables.get(name) === value) throw new DoesNotApply(`${name} is ${value} here`);
    }
    const { who } = step;
    if (who === undefined) return;
    if (step.opens !== undefined) await this.#open(who, step.opens);
    if (step.enters !== undefined) await this.#enter(who, step.enters);
    const peer = this.#peers.get(who)!;
    if (step.sends !== undefined) peer.send(step.sends.map((line) => this.#text(line)).join("\n"));
    if (step.sendsBytes !== undefined) {
      peer.send(step.binary ? new Uint8Array(step.sendsBytes) : "x".repeat(step.sendsBytes));
    }
    if (step.asks !== undefined) await this.#ask(who, peer, step.asks, step.answered);
    if (step.gets !== undefined) await this.#get(peer, step.gets);
    if (step.getsNo !== undefined) await this.#getNo(who, peer, step.getsNo);
    if (step.closes) await peer.close();
    if (step.isClosed !== undefined) {
      const code = await peer.closed;
      if (code !== step.isClosed) throw new Failed(`it was closed with ${code} instead of ${step.isClosed}`);
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.close()));
  }

  /** @param who names its id as `$who.id`, and the secret of that as `$who.key` */
  async #open(who: string, { as = who, free = false, plain }: NonNullable<ServerStep["opens"]>): Promise<void> {
    const key = String(this.#variables.get(`${as}.key`));
    const id = free || plain !== undefined ? key.slice(0, 12) : await toId(key);
    this.#variables.set(`${as}.id`, id);
    this.#variables.set(`${who}.id`, id);
    this.#variables.set(`${who}.key`, key);
    const room = plain === undefined ? "" : `?room=${this.#variables.fill(plain)}`;
    const url = `${this.#options.url.replace(/^http/, "ws").replace(/\/+$/, "")}/ws/${id}${room}`;
    const peer = new Peer(url, plain !== undefined, this.#options.patienceMs ?? PATIENCE_MS);
    await this.#peers.get(who)?.close();
    this.#peers.set(who, peer);
    await peer.opened;
  }

  async #enter(who: string, room: string): Promise<void> {
    if (!this.#peers.has(who)) await this.#open(who, {});
    const peer = this.#peers.get(who)!;
    const isProven = String(this.#variables.get(`${who}.id`)).startsWith("k-");
    const proof = isProven ? { key: this.#variables.get(`${who}.key`) } : {};
    const hello = { type: "hello", ...proof, name: who, features: ["changes"] };
    await this.#ask(who, peer, hello, { type: "welcome" });
    await this.#ask(who, peer, { type: "join", room }, { type: "joined" });
  }

  async #ask(who: string, peer: Peer, command: Fields, pattern: Fields = {}): Promise<void> {
    const filled = this.#variables.fill(command) as Fields;
    const reply = await peer.ask(filled);
    const differs = this.#variables.match(pattern, reply);
    const { type } = filled;
    if (differs !== undefined) {
      throw new Failed(`to ${who}'s ${type} came ${JSON.stringify(reply).slice(0, 300)}: ${differs}`);
    }
    const features = reply.type === "welcome" ? reply.features as string[] ?? [] : undefined;
    if (this.#needs !== undefined && features !== undefined && !features.includes(this.#needs)) {
      throw new DoesNotApply(`the server does not have the feature ${this.#needs}`);
    }
  }

  async #get(peer: Peer, pattern: Json): Promise<void> {
    await peer.take((line) => this.#variables.fits(pattern, line), JSON.stringify(pattern));
  }

  async #getNo(who: string, peer: Peer, pattern: Json): Promise<void> {
    await this.#ask(who, peer, { type: "ping" }, { type: "pong" });
    const found = peer.came.find((line) => this.#variables.fits(pattern, line));
    if (found !== undefined) throw new Failed(`${who} got ${JSON.stringify(found).slice(0, 300)}`);
  }

  async #restart(): Promise<void> {
    if (this.#options.restart === undefined) throw new DoesNotApply("it takes a restart");
    await this.#options.restart();
  }

  #text(line: Json): string {
    return typeof line === "string" ? String(this.#variables.fill(line)) : JSON.stringify(this.#variables.fill(line));
  }
}
