/**
 * Somebody does something, at some door, again and again: each answer, and all that is sent to everybody, is compared with what the protocol says. A
 * seed determines it all, but for the secrets that the server makes.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { behindProxies } from "../../../chat/http/client_address.ts";
import { namedIn } from "../../../chat/http/proxy_identity.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { Admission } from "../../../chat/policy/admission.ts";
import { tokensBy } from "../../../chat/policy/tokens.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { bySecret, makeToken } from "../../lib/jwt.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { Random } from "../../lib/random.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { castOf, drawGrants, OPERATORS } from "./cast.ts";
import { doByHttp, goesByHttp } from "./by_http.ts";
import { type Actor, Door, isPlain, type Line } from "./door.ts";
import { Draw } from "./draw.ts";
import { type Deed, Expected, isGranted, isSecret } from "./expected.ts";
import { misgiven, misled, mislisted, misread } from "./told.ts";

/** What came of it. */
export interface Outcome {
  wrong: string[];
  /** How often each command was answered by each code, as `publish ok`. */
  answers: Map<string, number>;
  removed: number;
  /** How often the answer for a room that is hidden was compared with that for one that is not there. */
  compared: number;
}

const SECRET = "a secret of thirty-two bytes, at least";
const SIGNER = bySecret(SECRET);
/** The strikes of a deed, and of its like in a room that is not there, are forgiven until the next one. */
const STEP_MS = 20_000;
const DAY_MS = 86_400_000;
/** How many may come in by an invitation. */
const USES = 2;

/** Those that store an event. */
const EVENTS = new Set([
  "create",
  "publish",
  "edit",
  "delete",
  "react",
  "settings",
  "pin",
  "member",
  "redeem",
  "destroy",
]);
/** Messages that a join brings, and those that history does. */
const NEWEST = 50;
const HISTORY = 100;
const PATIENCE_MS = 20_000;
/** Steps that are told if something is wrong. */
const STORY = 40;

export async function fuzz(seed: string, steps: number): Promise<Outcome> {
  const clock = new FakeClock();
  const admission = new Admission("open", tokensBy({ secret: SECRET }, clock), OPERATORS);
  await using server = startServer({
    log: openLog(new MemoryStore(), clock),
    clock,
    admission,
    limitRate: false,
    proxies: behindProxies(["127.0.0.1"]),
    identify: namedIn("remote-user"),
  });
  const run = new Run(seed, server, clock);
  try {
    await run.play(steps);
  } finally {
    await run.end();
  }
  return run.outcome;
}

class Run {
  readonly outcome: Outcome = { wrong: [], answers: new Map(), removed: 0, compared: 0 };
  readonly #random: Random;
  readonly #server: TestServer;
  readonly #clock: FakeClock;
  readonly #expected = new Expected();
  readonly #actors: Actor[];
  readonly #doors = new Map<Actor, Door>();
  readonly #draw: Draw;
  /** Whether a time has passed of whose end people are told. */
  #tells = false;
  /** The rooms of two. */
  readonly #pairs = new Map<string, string>();
  /** The last things that were done, for the report. */
  readonly #story: string[] = [];

  constructor(seed: string, server: TestServer, clock: FakeClock) {
    this.#random = new Random(seed);
    this.#server = server;
    this.#clock = clock;
    this.#actors = castOf(this.#random);
    this.#draw = new Draw(this.#random, this.#actors, this.#expected, () => clock.now());
  }

  async play(steps: number): Promise<void> {
    await this.#begin();
    for (let step = 0; step < steps && this.outcome.wrong.length === 0; step++) {
      this.#pass(STEP_MS);
      const actor = this.#draw.actor();
      const door = this.#doors.get(actor);
      if (door === undefined) await this.#come(actor);
      else if (this.#random.chance(0.02)) await this.#go(door);
      else if (isPlain(actor)) await this.#say(door);
      else if (this.#random.chance(0.3)) await this.#doByHttp(door, this.#draw.deed(actor));
      else await this.#do(door, this.#draw.deed(actor));
      await this.#compare();
    }
    for (const door of this.#doors.values()) await door.settle();
    await this.#compare();
  }

  async end(): Promise<void> {
    for (const door of this.#doors.values()) await door.close();
  }

  /** What somebody shows as a token, if anything. */
  async #tokenOf({ proof, grants }: Actor): Promise<string | undefined> {
    if (proof && "bot" in proof) return proof.bot;
    return proof && "sub" in proof ? await this.#token(proof.sub, grants) : undefined;
  }

  #token(sub: string, rooms: Actor["grants"]): Promise<string> {
    return makeToken({ sub, rooms, exp: Math.floor(this.#clock.now() / 1000) + 86_000 }, SIGNER);
  }

  async #makeIfBot({ id, proof, grants = [] }: Actor): Promise<void> {
    if (proof === undefined || !("bot" in proof)) return;
    const bot = { name: id.slice(2), rooms: grants.map(({ room }) => room), may: grants[0]!.may, ts: 1 };
    await this.#server.log.bots!.add(bot, createHash("sha256").update(proof.bot).digest("hex"));
  }

  /** The first one makes rooms, and invites people. */
  async #begin(): Promise<void> {
    for (const actor of this.#actors) await this.#makeIfBot(actor);
    await this.#come(this.#actors[0]!);
    const door = this.#doors.get(this.#actors[0]!)!;
    const set = { visibility: "private" };
    for (const deed of [{ room: "tea", set: { writers: "known" } }, { room: "", set }, { room: "", set }]) {
      await this.#do(door, { type: "create", ...deed });
    }
    for (const room of this.#expected.rooms.keys()) {
      await this.#do(door, { type: "join", room });
      await this.#do(door, { type: "invite", room, role: "moderator" });
    }
    await this.#compare();
  }

  // What they do.

  async #come(actor: Actor): Promise<void> {
    const room = this.#draw.room();
    const door = new Door(actor, this.#server.wsUrl, room);
    this.#tell(`${actor.name} comes (${actor.speech}, ${room})`);
    this.#doors.set(actor, door);
    await door.opened();
    if (!isPlain(door.actor)) {
      const early = this.#commandOf(door, this.#draw.deed(door.actor));
      const token = await this.#tokenOf(actor);
      return this.#blameIf(await door.greet(early, token));
    }
    // It is told nothing of being in, but what it says now it says inside.
    if (this.#expected.enter(actor, room) === undefined) actor.inside.add(room);
    await this.#say(door);
  }

  async #go(door: Door): Promise<void> {
    this.#tell(`${door.actor.name} goes`);
    await door.close();
    this.#forget(door);
  }

  #forget({ actor }: Door): void {
    actor.inside.clear();
    this.#doors.delete(actor);
  }

  /** A plain client writes. It is closed if it may not, and as it comes if it may not even enter. */
  async #say(door: Door): Promise<void> {
    const { actor, room } = door;
    const deed: Deed = { type: "publish", room, text: this.#draw.mark() };
    const isInside = actor.inside.has(room);
    const [reason] = isInside ? this.#expected.reasons(actor, deed) : [this.#expected.enter(actor, room)];
    this.#tell(`${actor.name} says ${deed.text} in ${room}: ${reason ?? "ok"}`);
    door.send(deed.text!);
    if (reason === undefined) {
      this.#note(`plain ok`);
      return this.#stored(actor, deed);
    }
    this.#note(`plain ${reason}`);
    door.expectWord(room, "removed");
    await door.until(() => false, "it is closed, as it may not do that");
    if (reason === "no_access" && isSecret(room)) await this.#compareMissing(door);
  }

  /** The deed as it is sent. */
  #commandOf(door: Door, { member, secret, ...deed }: Deed): Record<string, unknown> {
    const { type, room } = deed;
    const nonce = EVENTS.has(type) ? this.#draw.mark() : undefined;
    const position = type === "join" && this.#random.chance(0.7) ? door.actor.positions.get(room) : undefined;
    door.resumed = position?.seq;
    const fields: Partial<Record<string, object>> = {
      join: { after: position },
      create: { room: room === "" ? undefined : room },
      member: { id: member },
      purge: { id: member, sinceMs: DAY_MS },
      destroy: { again: room },
      dm: { id: member, room: undefined },
      invite: { uses: USES },
      uninvite: { invite: createHash("sha256").update(secret ?? "").digest("hex") },
      redeem: { secret },
      rooms: { room: undefined },
      token: { token: "none" },
    };
    return { ...deed, nonce, ...fields[type] };
  }

  /** A command of `chat.v1`. */
  async #do(door: Door, deed: Deed): Promise<void> {
    if (deed.type === "token") return await this.#renew(door);
    const { actor } = door;
    const reasons = this.#expected.reasons(actor, deed);
    // That a name was taken by a room that is erased is no secret.
    const isHidden = isSecret(deed.room) && this.#expected.enter(actor, deed.room) === "no_access";
    const command = this.#commandOf(door, deed);
    const { line, raw } = await door.ask(command);
    this.#tell(`${actor.name}: ${JSON.stringify(command)} → ${raw.slice(0, 150)}`);
    this.#note(`${deed.type} ${line.code ?? "ok"}`);
    if (!this.#isAnswer(line, reasons)) {
      const wanted = reasons.join(" or ") || "ok";
      return this.#blame(`${JSON.stringify(command)} of ${actor.name} is answered ${raw}, not ${wanted}`);
    }
    if (isHidden && line.type === "error") await this.#compareAnswers(door, command, raw);
    if (line.type === "error" || line.type === "closed") return;
    this.#done(door, deed, line);
  }

  /** The same by a request: nobody needs to be in a room for that, and everybody must be able to come in. */
  async #doByHttp(door: Door, drawn: Deed): Promise<void> {
    const others = () => ({ type: this.#random.pick(["publish", "publish", "history"]), text: this.#draw.mark() });
    const deed = goesByHttp(drawn) ? drawn : { room: drawn.room || this.#draw.room(), ...others() };
    const { actor } = door;
    const token = await this.#tokenOf(actor);
    const denied = this.#expected.enter(actor, deed.room);
    const inside = { ...actor, inside: new Set([deed.room]) };
    const reasons = denied === undefined ? this.#expected.reasons(inside, deed) : [denied];
    const send = (deed: Deed) => doByHttp(this.#server.url, actor, deed, token);
    const { line, raw } = await send(deed);
    this.#tell(`${actor.name} by HTTP: ${JSON.stringify(deed)} → ${raw.slice(0, 150)}`);
    this.#note(`HTTP ${deed.type} ${line.code ?? "ok"}`);
    if (!this.#isAnswer(line, reasons)) {
      return this.#blame(
        `${JSON.stringify(deed)} of ${actor.name} is answered ${raw}, not ${reasons.join(" or ") || "ok"}`,
      );
    }
    if (denied === "no_access" && isSecret(deed.room)) {
      this.outcome.compared++;
      const { raw: other } = await send({ ...deed, room: this.#draw.missing(deed.room.slice(0, 2)) });
      if (other !== raw) this.#blame(`${actor.name} tells ${raw} from ${other}`);
    }
    if (line.type !== "error") this.#done(door, deed, line);
  }

  /** A newer token of the same person counts from now on; another's does not, nor one where there was none. */
  async #renew(door: Door): Promise<void> {
    const { actor } = door;
    const sub = this.#random.pick(["gus", "fay"]);
    const grants = actor.grants && drawGrants(this.#random);
    const isOwn = actor.proof !== undefined && "sub" in actor.proof && actor.proof.sub === sub;
    const lacks = isOwn && [...actor.inside].some((room) => !isGranted({ ...actor, grants }, room, "read"));
    const { line, raw } = await door.ask({ type: "token", token: await this.#token(sub, grants) });
    const answer = line.type === "error" ? line.code : line.type === "closed" ? line.code!.slice(0, 4) : line.type;
    this.#tell(`${actor.name} shows a token of ${sub} for ${JSON.stringify(grants)} → ${raw}`);
    this.#note(`token ${answer}`);
    if (answer !== (!isOwn ? "bad_token" : lacks ? "4003" : "ok")) {
      this.#blame(`A token of ${sub} is answered ${answer}`);
    }
    if (!isOwn) return;
    actor.grants = grants;
    for (const room of actor.inside) door.untold.add(room);
  }

  /** What was carried out has its effects. */
  #done(door: Door, deed: Deed, line: Line): void {
    const { actor } = door;
    const { type, room } = deed;
    const here = this.#expected.room(room);
    if (type === "join") {
      actor.inside.add(room);
      this.#checkJoined(door, line);
    } else if (type === "leave") {
      actor.inside.delete(room);
      door.may.delete(room);
    } else if (type === "history") this.#blameIf(misread(door, this.#expected, room, line, HISTORY));
    else if (type === "rooms") this.#blameIf(mislisted(actor, this.#expected, line, deed.mine));
    else if (type === "dm") this.#metInRoom(actor, { ...deed, room: line.room! });
    else if (type === "purge") {
      for (const target of here.of(deed.member!)) this.#stored(actor, { type: "delete", room, target });
    } else if (type === "destroy") this.#destroyed(actor, room);
    else if (type === "invite") here.invites.set(line.secret!, { role: deed.role!, by: actor.id, uses: USES });
    else if (type === "uninvite") here.invites.delete(deed.secret!);
    else if (EVENTS.has(type)) {
      const isIdle = this.#expected.isIdle(actor, deed);
      if (isIdle !== (line.unchanged === true || line.seq === undefined)) {
        this.#blame(`${JSON.stringify(deed)} of ${actor.name} is answered ${JSON.stringify(line)}`);
      }
      if (!isIdle) this.#stored(actor, { ...deed, room: line.room ?? room });
    }
  }

  /** All that was said in a room is deleted, and everybody is out. */
  #destroyed(actor: Actor, room: string): void {
    const here = this.#expected.room(room);
    const set = { archived: true };
    if (!here.model.settings.archived) this.#stored(actor, { type: "settings", room, set });
    for (const target of here.of()) this.#stored(actor, { type: "delete", room, target });
    this.#stored(actor, { type: "settings", room, set: { ...set, erased: true } });
    here.invites.clear();
  }

  /** Two have the same room, whichever of them asks, and nobody else has it. */
  #metInRoom(actor: Actor, deed: Deed): void {
    const pair = [actor.id, deed.member].sort().join();
    const known = this.#pairs.get(pair) ?? deed.room;
    const isOthers = [...this.#pairs].some(([others, room]) => others !== pair && room === deed.room);
    if (known !== deed.room || isOthers) this.#blame(`${pair} are given the room ${deed.room}, and have ${known}`);
    this.#pairs.set(pair, deed.room);
    if (!this.#expected.isIdle(actor, deed)) this.#stored(actor, deed);
  }

  /** Everybody in the room is sent it, up to those whom it sends out. */
  #stored(by: Actor, deed: Deed): void {
    const { room } = deed;
    const { rooms } = this.#expected;
    if (!rooms.has(room)) rooms.set(room, this.#expected.room(room));
    this.#expected.now = this.#clock.now();
    const here = rooms.get(room)!;
    const event = here.take(by, deed);
    this.#draw.heat(room, event);
    for (const [actor, door] of this.#doors) {
      if (!actor.inside.has(room)) continue;
      door.expect(room, event);
      const isKicked = event.kind === "member" && event.kick === true && event.member === actor.id;
      const denial = here.model.read(actor) ?? (isKicked ? "kicked" : undefined);
      if (denial === undefined) continue;
      this.outcome.removed++;
      actor.inside.delete(room);
      door.expectWord(room, isPlain(door.actor) ? "removed" : `removed ${event.seq} ${denial}`);
    }
  }

  // What is checked.

  #isAnswer({ type, code }: Line, reasons: string[]): boolean {
    return reasons.length === 0 ? type !== "error" && type !== "closed" : type === "error" && reasons.includes(code!);
  }

  /** Nobody can tell a room that is hidden from one that is not there. */
  async #compareAnswers(door: Door, command: Record<string, unknown>, raw: string): Promise<void> {
    const missing = this.#draw.missing(String(command.room).slice(0, 2));
    const again = command.again === undefined ? undefined : missing;
    const { line, raw: other } = await door.ask({ ...command, room: missing, again }, JSON.parse(raw).ref);
    this.outcome.compared++;
    if (other.replaceAll(missing, String(command.room)) === raw) return;
    this.#blame(`${door.actor.name} tells ${raw} from ${JSON.stringify(line)}`);
  }

  async #compareMissing(door: Door): Promise<void> {
    const other = new Door(door.actor, this.#server.wsUrl, this.#draw.missing(door.room.slice(0, 2)));
    await other.until(() => false, "it is closed, as there is no such room");
    this.outcome.compared++;
    if (other.closed !== door.closed) this.#blame(`${door.actor.name} tells ${door.closed} from ${other.closed}`);
  }

  #checkJoined(door: Door, line: Line): void {
    const { room = "", recovered } = line;
    const { events, model } = this.#expected.room(room);
    if (!recovered) return this.#blameIf(misread(door, this.#expected, room, line, NEWEST));
    const { actor, resumed = 0 } = door;
    if (resumed + 1 < model.firstFor(actor)) this.#blame(`${actor.name} is led on in ${room} from before its place`);
    // What it missed comes with the answer and behind it.
    for (const event of events.slice(resumed)) door.expect(room, event);
  }

  /** Everybody has got all that they should, nothing else, and knows what they may do. */
  async #compare(): Promise<void> {
    await this.#patiently(() =>
      [...this.#doors.values()].every((door) => door.isComplete || !door.isOpen && !isPlain(door.actor))
    );
    // What nobody expects by name has come then as well.
    if (this.#tells) { for (const door of this.#doors.values()) await door.settle(); }
    this.#tells = false;
    for (const door of [...this.#doors.values()]) {
      this.#blameIf(door.difference() ?? misled(door, this.#expected) ?? misgiven(door, this.#expected));
      if (!door.isOpen) this.#forget(door);
    }
  }

  async #patiently(holds: () => boolean): Promise<void> {
    for (const until = performance.now() + PATIENCE_MS; !holds() && performance.now() < until;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (!holds()) this.#pass(20);
    }
  }

  /** Time goes on. Those whose mute ends by that are told. */
  #pass(ms: number): void {
    this.#clock.advance(ms);
    const now = this.#clock.now();
    for (const { model } of this.#expected.rooms.values()) {
      this.#tells ||= [...model.muted.values()].some((until) => model.now < until && until <= now);
    }
    this.#expected.now = now;
  }

  // What is told of it.

  #tell(what: string): void {
    this.#story.push(what);
    if (this.#story.length > STORY) this.#story.shift();
  }

  #note(answer: string): void {
    const { answers } = this.outcome;
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }

  #blameIf(what: string | undefined): void {
    if (what !== undefined) this.#blame(what);
  }

  #blame(what: string): void {
    this.outcome.wrong.push([what, "  what was done before:", ...this.#story.map((line) => `  ${line}`)].join("\n"));
  }
}
