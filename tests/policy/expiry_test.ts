/** Tokens that expire while much is said. @module */

import { TOKEN_EXPIRING_MS, TOKEN_GRACE_MS } from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { Admission } from "../../chat/policy/admission.ts";
import { tokensBy } from "../../chat/policy/tokens.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { bySecret, makeToken } from "../lib/jwt.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";

const SECRET = "a secret of thirty-two bytes, at least";
const SIGNER = bySecret(SECRET);
const PEOPLE = 40;
/** How long a token is good, and for how many such times people stay. */
const LIFE_MS = 120_000;
const LIVES = 3;
/** The server looks at everybody in that time. */
const STEP_MS = 2_000;

class Person {
  readonly client: ChatClient;
  readonly sub: string;
  readonly #clock: FakeClock;
  #answered = 0;

  private constructor(client: ChatClient, sub: string, clock: FakeClock) {
    this.client = client;
    this.sub = sub;
    this.#clock = clock;
  }

  static async come(at: { wsUrl: string }, sub: string, clock: FakeClock): Promise<Person> {
    const person = new Person(await ChatClient.connect(at, "whoever"), sub, clock);
    await person.client.ask({ type: "hello", token: await person.#token(), features: ["changes"] }, "welcome");
    await person.client.join("lobby");
    return person;
  }

  /** Shows a newer token for each time that it was asked for one, while all else goes on. */
  async renewIfAsked(): Promise<void> {
    const asked = this.client.all("expiring").length;
    if (asked === this.#answered) return;
    this.#answered = asked;
    await this.client.ask({ type: "token", token: await this.#token() }, "ok");
  }

  get renewed(): number {
    return this.#answered;
  }

  #token(): Promise<string> {
    return makeToken({ sub: this.sub, exp: Math.floor((this.#clock.now() + LIFE_MS) / 1000) }, SIGNER);
  }
}

Deno.test("while tokens expire and are renewed nobody loses a message, and those who renew none end in time", async () => {
  const clock = new FakeClock();
  const admission = new Admission("token", tokensBy({ secret: SECRET }, clock));
  const log = openLog(new MemoryStore(), clock);
  await using server = startServer({ clock, admission, log, limitRate: false });
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => Person.come(server, `p${n}`, clock)));
  const [renewing, others] = [people.filter((_, n) => n % 2 === 0), people.filter((_, n) => n % 2 === 1)];

  for (let passed = 0; passed < LIVES * LIFE_MS; passed += STEP_MS) {
    // They may be closed before they are answered.
    for (const { client } of others.filter(({ client }) => !client.isClosed)) {
      client.post({ type: "publish", room: "lobby", nonce: crypto.randomUUID(), text: "until the end" });
    }
    // What is said and what is shown cross on the way.
    await Promise.all(renewing.flatMap((person) => [
      person.client.publish("lobby", `${person.sub} at ${passed}`),
      person.renewIfAsked(),
    ]));
    clock.advance(STEP_MS);
    const isOver = passed + STEP_MS > LIFE_MS + TOKEN_GRACE_MS + STEP_MS;
    if (isOver) {
      await eventually(() => others.every(({ client }) => client.isClosed), "the end of those without tokens");
    } else assert(passed + STEP_MS >= LIFE_MS || people.every(({ client }) => !client.isClosed), "nobody ends early");
  }

  for (const { client } of others) {
    assertEquals((await client.closed).code, 4003);
    assertEquals(client.all("expiring").length, 1);
  }
  const { seq: said = 0 } = await renewing[0]!.client.publish("lobby", "the last one");
  for (const person of renewing) {
    const heard = await person.client.untilSeq("lobby", said);
    // Everything, once, in order.
    assertEquals(heard.map(({ seq }) => seq), Array.from({ length: said }, (_, index) => index + 1));
    assert(person.renewed >= LIVES - 1 && LIFE_MS > TOKEN_EXPIRING_MS, `renewed ${person.renewed} times`);
  }
  await Promise.all(people.map(({ client }) => client.close()));
});
