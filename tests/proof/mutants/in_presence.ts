/** Bugs in who is there, where several processes share a store. @module */

import { inSimulation, inTest, type Mutant } from "./mutant.ts";

const ROSTER = "chat/room/roster.ts";
const NAMED = "chat/room/named.ts";
const PRESENCE = "chat/room/presence.ts";
const SHARED = "chat/room/shared_presence.ts";

const POSTGRES = "chat/stores/postgres/leases.ts";
const NOTICES = "chat/stores/postgres/notices.ts";

const RULES = "tests/room/shared_roster_test.ts";
const PROCESSES = "tests/room/shared_presence_test.ts";
const DATABASE = "tests/stores/postgres/presence_test.ts";

export const IN_PRESENCE: readonly Mutant[] = [
  inSimulation("the members of other processes are not shown", [
    PRESENCE,
    `if (leftMs === undefined) this.#roster.hold(id, holder, { name, atMs });`,
    `if (leftMs === undefined) void [holder, name, atMs];`,
  ]),
  inTest(RULES, "once it has heard of all", "a member is gone though another process has it", [
    ROSTER,
    `return names.size === 0 && (elsewhere?.size ?? 0) === 0;`,
    `return names.size === 0 && (void elsewhere, true);`,
  ]),
  inTest(RULES, "had their grace already", "the members of a process that was killed are waited for a second time", [
    ROSTER,
    `if (isNowhere(member) && !this.#leaving.has(id)) this.#remove(id, member);`,
    `if (isNowhere(member)) this.#stay(id, this.#lastDue + PRESENCE_GRACE_MS);`,
  ]),
  inTest(RULES, "stays while one of them", "the grace here ends the grace elsewhere", [
    ROSTER,
    `if (isNowhere(member)) this.#stay(id, Math.max(due, this.#leaving.get(id) ?? due));`,
    `if (isNowhere(member)) this.#remove(id, member);`,
  ]),
  inTest(RULES, "a stranger on another process", "a stranger on another process renames an id that anybody may use", [
    NAMED,
    `return isProvable(id) ? one.atMs > other.atMs : one.atMs < other.atMs;`,
    `return one.atMs > other.atMs;`,
  ]),
  inTest(RULES, "a stranger on another process", "of two names at once each process shows its own", [
    NAMED,
    `if (one.atMs === other.atMs) return one.name < other.name;`,
    `if (one.atMs === other.atMs) return false;`,
  ]),
  inTest(RULES, "only so many leases", "the leases of a room have no bound", [
    ROSTER,
    `if (!isKnown && this.#held >= LEASES_PER_ROOM) return;`,
    `void LEASES_PER_ROOM;`,
  ]),
  inTest(PROCESSES, "at once, with the name", "other processes learn of members only by and by", [
    SHARED,
    `else for (const lease of changes) this.#signal({ type: "lease", lease: { ...lease, holder }, renewal });`,
    ``,
  ]),
  inTest(PROCESSES, "is held as soon as it does", "what could not be stored is forgotten", [
    SHARED,
    `for (const change of taken) if (!this.#changes.has(keyOf(change))) this.#changes.set(keyOf(change), change);`,
    ``,
  ]),
  inTest(PROCESSES, "whose first word was lost", "a process that could not hold in time goes on under the same name", [
    SHARED,
    `if (clock.elapsed() - this.#renewedAt > bounds.LEASE_MS) await this.#beginAnew();`,
    `if (this.#holder === undefined) await this.#beginAnew();`,
  ]),
  inTest(PROCESSES, "within eight seconds", "a process that was killed is looked for only every two seconds", [
    SHARED,
    `Math.min(bounds.LEASE_RENEW_MS, ...Array.from(held.values(), ({ leftMs }) => leftMs))`,
    `bounds.LEASE_RENEW_MS`,
  ]),
  inTest(PROCESSES, "comes late", "an old signal undoes what was read since", [
    SHARED,
    `else if (signal.renewal > (this.#others.get(signal.lease.holder) ?? 0)) this.#take([signal.lease]);`,
    `else this.#take([signal.lease]);`,
  ]),
  inTest(PROCESSES, "while the store does not answer", "a room that could not be read is not read again", [
    SHARED,
    `for (const room of asked) this.#unread.add(room);`,
    ``,
  ]),
  inTest(PROCESSES, "has failed for long", "the operator is told of each short failure of the leases", [
    SHARED,
    `now - this.#failsSince > bounds.LEASES_KEPT_MS)`,
    `now >= this.#failsSince)`,
  ]),
  inTest(PROCESSES, "has failed for long", "a process that can only renew its leases has no trouble", [
    SHARED,
    `      await this.#renew();
`,
    `      await this.#renew();
      this.#failsSince = undefined;
`,
  ]),
  inTest(PROCESSES, "has forgotten who went", "those who went while nothing was read stay for ever", [
    SHARED,
    `presence.lose(() => true);`,
    ``,
  ]),
  inTest(DATABASE, "does not renew in time", "postgres: a process that did not renew in time goes on", [
    POSTGRES,
    `WHERE holder = \${holder} AND until > now() RETURNING renewals`,
    `WHERE holder = \${holder} RETURNING renewals`,
  ]),
  inTest(DATABASE, "does not renew in time", "postgres: the members of a process that is over are still told", [
    POSTGRES,
    `ON h.holder = l.holder AND h.until > now()
      WHERE l.holder <>`,
    `ON h.holder = l.holder
      WHERE l.holder <>`,
  ]),
  inTest(DATABASE, "nothing of it is missed", "postgres: a change that was under way while others looked is missed", [
    POSTGRES,
    `(now() - \${LEASE_MS}::float8 * interval '1 ms')::text AS since`,
    `(now() - 0 * \${LEASE_MS}::float8 * interval '1 ms')::text AS since`,
  ]),
  inTest(DATABASE, "some at a time", "postgres: of a crowd only the first are read", [
    POSTGRES,
    `last = rows.length < LEASES_AT_ONCE ? undefined : rows.at(-1);`,
    `last = undefined;`,
  ]),
  inTest(DATABASE, "counted once", "postgres: an id on two processes counts as two", [
    POSTGRES,
    `count(DISTINCT l.id)`,
    `count(l.id)`,
  ]),
  inTest(DATABASE, "not its sender", "postgres: a process hears its own signals", [
    NOTICES,
    `if (notice.startsWith(this.#beginning)) return;`,
    ``,
  ]),
];
