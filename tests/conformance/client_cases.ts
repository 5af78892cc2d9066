/** Plays the cases of `cases.json` for clients: a server that follows a script, and a program that uses the client. @module */

import type { ChatEvent, Stored } from "../../static/client/connect.d.ts";
import { Failed, type Fields, isFields, type Json, Variables } from "./match.ts";
import { inTime } from "./peer.ts";
import { ScriptedServer } from "./scripted_server.ts";

/** A step: what the program does or must have, or what the server does or must get. */
export type ClientStep =
  /** Reads the room, from there on. */
  | { program: "follows"; after?: "start" | "now" | Fields }
  | { program: "says"; text: string; as: string }
  /** What became of that: it is stored there, or refused with that code. */
  | { program: "knows"; of: string; stored?: Fields; refused?: string }
  /** The next events of its stream, and no others before them. */
  | { program: "has"; events: Json[] }
  /** Has reason to look at its connection. */
  | { program: "wakes" }
  /** Lets in whoever comes. */
  | { server: "welcomes" }
  /** The next command, pings left out. Its `ref` is `$ref` from there on. */
  | { server: "gets"; line: Fields }
  /** In one frame. A text is a line as it is. */
  | { server: "sends"; lines: Json[] }
  /** What it answers from now on whenever such a command comes, which is then no step. */
  | { server: "answers"; to: Fields; with: Json[] }
  | { server: "closes" };

export interface ClientCase {
  /** What a client must do. */
  duty: string;
  steps: ClientStep[];
}

/** As much of a client as the cases use. */
export interface Client extends AsyncDisposable {
  room(name: string, options?: { after?: "start" | "now" | { epoch: string; seq: number } }): {
    [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined>;
    send(text: string): Promise<Stored>;
  };
  wake(): void;
}

const ROOM = "lobby";

/** @throws {Failed} if the client does not do its duty */
export async function playClientCase(
  { steps }: ClientCase,
  connect: (url: string) => Client,
  patienceMs: number,
): Promise<void> {
  await using server = new ScriptedServer();
  await using client = connect(server.url);
  const play = new Play(server, client, patienceMs);
  for (const step of steps) await play.step(step);
}

class Play {
  readonly #server: ScriptedServer;
  readonly #client: Client;
  readonly #patienceMs: number;
  readonly #variables = new Variables();
  readonly #said = new Map<string, Promise<Stored | { code: string }>>();
  #stream: AsyncIterator<ChatEvent, undefined> | undefined;
  /** That which is waited for, so that nothing is taken beside it. */
  #next: Promise<IteratorResult<ChatEvent, undefined>> | undefined;

  constructor(server: ScriptedServer, client: Client, patienceMs: number) {
    this.#server = server;
    this.#client = client;
    this.#patienceMs = patienceMs;
    this.#variables.set("room", ROOM);
  }

  async step(step: ClientStep): Promise<void> {
    if ("program" in step) return await this.#program(step);
    const { server } = step;
    if (server === "welcomes") await this.#welcome();
    else if (server === "gets") await this.#get(step.line);
    else if (server === "sends") this.#send(step.lines);
    else if (server === "answers") this.#answer(step.to, step.with);
    else this.#server.closeSocket();
  }

  async #program(step: Extract<ClientStep, { program: string }>): Promise<void> {
    if (step.program === "follows") this.#follow(step.after);
    else if (step.program === "says") this.#say(step.text, step.as);
    else if (step.program === "knows") await this.#know(step.of, step.stored, step.refused);
    else if (step.program === "has") { for (const event of step.events) await this.#have(event); }
    else this.#client.wake();
  }

  #follow(after: "start" | "now" | Fields = "now"): void {
    const place = isFields(after) ? this.#variables.fill(after) as { epoch: string; seq: number } : after;
    this.#stream = this.#client.room(ROOM, { after: place })[Symbol.asyncIterator]();
    this.#next = this.#stream.next();
    this.#next.catch(() => {});
  }

  #say(text: string, as: string): void {
    const saying = this.#client.room(ROOM).send(text);
    this.#said.set(as, saying.catch((error) => ({ code: String(error.code ?? error) })));
  }

  async #know(of: string, stored?: Fields, refused?: string): Promise<void> {
    const known = await this.#inTime(this.#said.get(of)!, `what became of ${of}`);
    const pattern = stored ?? { code: refused! };
    const differs = this.#variables.match(pattern, { ...known } as Fields);
    if (differs !== undefined) throw new Failed(`of ${of} it knows ${JSON.stringify(known)}: ${differs}`);
  }

  async #have(pattern: Json): Promise<void> {
    while (true) {
      const { value } = await this.#inTime(this.#next!, `the event ${JSON.stringify(pattern)}`);
      this.#next = this.#stream!.next();
      this.#next.catch(() => {});
      if (value?.type === "people") continue;
      // Null is what a language without `undefined` says for it.
      const event = value && JSON.parse(JSON.stringify(value, (_, each) => each ?? undefined));
      const differs = this.#variables.match(pattern, event);
      if (differs !== undefined) {
        throw new Failed(`its stream has ${JSON.stringify(event)} for ${JSON.stringify(pattern)}: ${differs}`);
      }
      return;
    }
  }

  async #welcome(): Promise<void> {
    await this.#get({ type: "hello", features: { $some: "changes" } });
    this.#variables.set("me", this.#server.id);
    this.#send([{
      type: "welcome",
      ref: "$ref",
      id: "$me",
      name: "Me",
      session: "s",
      version: "1",
      features: ["changes"],
      limits: {},
    }]);
  }

  async #get(pattern: Fields): Promise<void> {
    const command = await this.#inTime(this.#server.next(), `the command ${JSON.stringify(pattern)}`);
    const differs = this.#variables.match(pattern, command);
    if (differs !== undefined) {
      throw new Failed(`it sent ${JSON.stringify(command)} for ${JSON.stringify(pattern)}: ${differs}`);
    }
    this.#variables.set("ref", command.ref ?? null);
  }

  #answer(to: Fields, lines: Json[]): void {
    this.#server.answers.push((command) => {
      if (!this.#variables.fits(to, command)) return false;
      this.#variables.set("ref", command.ref ?? null);
      this.#send(lines);
      return true;
    });
  }

  #send(lines: Json[]): void {
    const texts = lines.map((line) => {
      const filled = this.#variables.fill(line);
      return typeof line === "string" ? String(filled) : JSON.stringify(filled);
    });
    this.#server.send(texts.join("\n"));
  }

  #inTime<T>(promise: Promise<T>, what: string): Promise<T> {
    return inTime(promise, this.#patienceMs, () => `${what} did not come; ${this.#server.told}`);
  }
}
