/** The checker finds each kind of broken promise, and nothing in a run that kept them all. @module */

import { assertEquals, assertStringIncludes } from "../../lib/assert.ts";
import { check } from "./checker.ts";
import type { ClientEvent, Message } from "./evidence.ts";
import { acked, goodRun, joined, message, pushed, sent, spoiled } from "./example_run.ts";
import { story } from "./story.ts";

Deno.test("checker: a run that kept every promise has no violation", () => {
  assertEquals(spoiled(() => {}), []);
});

Deno.test("checker: an acknowledged message that is not in the store is lost", () => {
  const found = spoiled(({ clients: [ann, bob, cy], store }) => {
    store.lobby!.entries.pop();
    store.lobby!.head = 2;
    ann.events.splice(-1);
    bob.events.splice(-2);
    cy.events.pop();
  });
  assertEquals(found, ["1: ann-3 was acked as 3 of lobby, and nothing is there"]);
});

Deno.test("checker: an ack with another place than the store's is wrong, and so is one of another durability", () => {
  assertEquals(
    spoiled(({ clients: [ann] }) => {
      Object.assign(ann.events.find((event) => event.type === "acked")!, { durability: "memory" });
      ann.events.push(acked(50, "ann", 2, 3));
    }),
    [
      "1: an ack said memory; this store is fsync",
      "2: the nonce ann-2 of ann has two places in lobby (epoch e1): 2 and 3",
      "1: 3 of lobby (epoch e1) was acked to ann-2 of ann and to another message",
      "1: ann-2 was acked as 3 of lobby, and it is at 2",
    ],
  );
});

Deno.test("checker: one nonce at two places is a duplicate", () => {
  const found = spoiled(({ clients: [ann, bob], store }) => {
    const again = { ...message(4), text: "ann 3", nonce: "ann-3" };
    store.lobby!.entries.push(again);
    store.lobby!.head = 4;
    ann.events.push(pushed(60, again));
    bob.events.push(pushed(60, again));
  });
  assertEquals(found.map((line) => line.slice(0, 46)), [
    "2: the nonce ann-3 of ann has two places in lo",
    "2: the store has 4 by ann (ann-3) “ann 3” twic",
  ]);
});

Deno.test("checker: another text under a nonce that was used must be refused, and nothing else may be for that", () => {
  const reuse = { room: "lobby", nonce: "ann-2", text: "ann 9" };
  const asked: ClientEvent = { at: 50, type: "sent", ...reuse };
  const refused: ClientEvent = { at: 51, type: "refused", ...reuse, code: "nonce_used", final: true };
  assertEquals(spoiled(({ clients: [ann] }) => void ann.events.push(asked, refused)), []);
  assertEquals(
    spoiled(({ clients: [ann] }) =>
      void ann.events.push(asked, { ...acked(51, "ann", 2), text: "ann 9" } as ClientEvent)
    ),
    [
      "1: 2 of lobby (epoch e1) was acked to ann-2 of ann and to another message",
      "1: ann-2 was acked as 2 of lobby, and there is 2 by ann (ann-2) “ann 2”",
    ],
  );
  assertEquals(
    spoiled(({ clients: [ann] }) => {
      ann.events.push(sent(50, "ann", 4), { ...refused, nonce: "ann-4", text: "ann 4" } as ClientEvent);
    }),
    ["2: ann-4 was refused as used, and it was not"],
  );
  const stored = { ...message(4), text: "ann 9", nonce: "ann-2" };
  assertEquals(
    spoiled(({ clients: [ann], store }) => {
      ann.events.push(asked, refused);
      Object.assign(store.lobby!, { head: 4, entries: [...store.lobby!.entries, stored] });
    }).filter((line) => line.startsWith("2")),
    [
      "2: 4 by ann (ann-2) “ann 9” was refused, and it is stored",
      "2: the store has 4 by ann (ann-2) “ann 9” and 2 by ann (ann-2) “ann 2”",
    ],
  );
});

Deno.test("checker: a message that a client gets twice, or a gap that nobody told it of, is found", () => {
  assertEquals(spoiled(({ clients: [, bob] }) => void bob.events.splice(3, 0, pushed(13, message(1)))), [
    "2: event 1 after 1",
  ]);
  assertEquals(spoiled(({ clients: [ann] }) => void ann.events.splice(4, 1)), [
    "5: event 2 after 0, and nothing was said of what lies between",
  ]);
});

Deno.test("checker: a pong that claims more than came, or less, is found", () => {
  const pong = (seq: number) =>
    spoiled(({ clients: [ann] }) => {
      ann.events.push({ at: 99, type: "pong", heads: { lobby: { epoch: "e1", seq } } });
    });
  assertEquals(pong(3), []);
  assertEquals(pong(4), [
    "5: a pong said that everything up to 4 (epoch e1) was sent, and 3 (e1) is the last that came",
  ]);
  assertEquals(pong(2).length, 1);
});

Deno.test("checker: a page of history that does not reach to what it is to come before is found", () => {
  const page = (to: number, ...messages: Message[]) =>
    spoiled(({ clients: [ann] }) => {
      const asked = { room: "lobby", before: 3, askedAt: 50 };
      ann.events.push({ at: 50, type: "history", ...asked, epoch: "e1", from: 1, to, messages, more: false });
    });
  assertEquals(page(2, message(1), message(2)), []);
  assertEquals(page(1, message(1)), ["5: the page of history up to 2 ends with 1"]);
  assertEquals(page(2, message(1)), ["5: a page of history from 1 to 2 lacks a message between 2 and 2"]);
  assertEquals(page(2, message(2)), ["5: a page of history from 1 to 2 lacks a message between 1 and 1"]);
});

Deno.test("checker: a page of history that does not begin where it was asked to, or ends too soon, is found", () => {
  const page = (from: number, to: number, more: boolean, ...messages: Message[]) =>
    spoiled(({ clients: [ann] }) => {
      const asked = { room: "lobby", after: 1, askedAt: 50 };
      ann.events.push({ at: 50, type: "history", ...asked, epoch: "e1", from, to, messages, more });
    });
  assertEquals(page(2, 3, false, message(2), message(3)), []);
  assertEquals(page(2, 2, true, message(2)), []);
  assertEquals(page(3, 3, false, message(3)), ["5: a page of history from 3 to 3 lacks a message between 2 and 2"]);
  assertEquals(page(2, 2, false, message(2)), [
    "10: a history of lobby ends with 2, and 3 had been acknowledged before it was asked for",
  ]);
});

Deno.test("checker: a reset that leads back under the same epoch is found", () => {
  const reset: ClientEvent = { at: 50, type: "reset", room: "lobby", epoch: "e1", first: 1, head: 2 };
  const found = spoiled(({ clients: [ann] }) => void ann.events.push(reset, pushed(51, message(3))));
  assertEquals(found[1], "2: a reset leads back from 3 to 2 of lobby, under the same epoch");
});

Deno.test("checker: a room that was left need not be complete, and nothing of it may come any more", () => {
  const left: ClientEvent = { at: 24, type: "left", room: "lobby" };
  assertEquals(spoiled(({ clients: [, bob] }) => void bob.events.splice(4, 3, left)), []);
  assertEquals(spoiled(({ clients: [, bob] }) => void bob.events.splice(4, 3, left, pushed(25, message(3)))), [
    "3: event 3 of a room that was not joined",
  ]);
});

Deno.test("checker: a resume that skips or repeats something is found", () => {
  const resume = (more: object) =>
    spoiled(({ clients: [, bob] }) => void Object.assign(bob.events.findLast(({ type }) => type === "joined")!, more));
  assertEquals(resume({ messages: [] }), [
    "4: in the end it has lobby up to 2 (epoch e1); the store has it up to 3 (epoch e1)",
  ]);
  assertEquals(resume({ messages: [message(2), message(3)] }), ["2: recovered after 2, and the first event is 2"]);
  assertEquals(resume({ recovered: false, missed: 0 }), [
    "5: not recovered after 2, though only 1 events came since",
  ]);
});

/** What is found where Ann's screen shows this in the end. */
function shown(
  messages: Message[],
  { unsent = [], before = [], full = false }: { unsent?: string[]; before?: ClientEvent[]; full?: boolean } = {},
): string[] {
  const shows = { room: "lobby", messages: messages.map((one) => ({ ...one, epoch: "e1" })), unsent, full };
  return spoiled(({ clients: [ann] }) => void ann.events.push(...before, { at: 99, type: "shows", ...shows }));
}

Deno.test("checker: a screen shows each message once, as it is stored, the newest at the end", () => {
  const all = [1, 2, 3].map((n) => message(n));
  assertEquals([shown(all), shown(all.slice(1))], [[], []]);
  assertEquals(shown(all.toSpliced(1, 0, all[0]!)), [
    "2: 1 of lobby is shown after 1",
    "2: ann-1 in lobby is shown twice",
  ]);
  assertEquals(shown(all, { unsent: ["ann-2"] }), [
    "2: ann-2 in lobby is shown twice",
    "4: ann-2 in lobby is still to be sent",
  ]);
  assertEquals(shown(all.slice(0, 2)), ["4: the last message shown of lobby is 2 (e1), not 3 (e1)"]);
  const [other = ""] = shown([{ ...message(1), text: "no" }, ...all.slice(1)]);
  assertStringIncludes(other, "4: 1 of lobby is shown as “no”, own , to nothing, and it is “ann 1”");
});

Deno.test("checker: a screen shows a gap only where the client was told of it", () => {
  const gap = [message(1), message(3)];
  assertEquals(shown(gap), ["5: 3 of lobby is shown after 1, and nothing was said of what lies between"]);
  const again: ClientEvent[] = [
    { at: 60, type: "opened" },
    joined(61, { after: { epoch: "e1", seq: 1 }, seq: 3, missed: 1, messages: [message(3)] }),
  ];
  assertEquals(shown(gap, { before: again }).filter((line) => line.includes("shown")), []);
  // A full screen has no room for everything that its client was sent; a message that it missed is another thing.
  assertEquals(shown(gap, { full: true }).filter((line) => line.includes("shown")), []);
  const missed: ClientEvent = { at: 62, type: "missed", room: "lobby", seq: 2 };
  assertEquals(shown(gap, { before: [missed], full: true }).filter((line) => line.includes("shown")).length, 1);
  // Its page missed 2, and asked to join again; a reset overtook the answer.
  const after = { epoch: "e1", seq: 1 };
  const overtaken: ClientEvent[] = [
    { at: 60, type: "opened" },
    joined(61, { after, seq: 3, recovered: true, messages: [message(2)] }),
    { at: 62, type: "reset", room: "lobby", epoch: "e1", first: 1, head: 3 },
    joined(63, { after, seq: 3, recovered: true, messages: [message(2)] }),
  ];
  assertEquals(shown(gap, { before: overtaken }).filter((line) => line.includes("shown")), []);
  assertEquals(shown(gap, { before: overtaken.slice(0, 3) }).filter((line) => line.includes("shown")).length, 1);
});

Deno.test("checker: a message written at a screen is stored, and once", () => {
  const said = (text: string): ClientEvent => ({ at: 5, type: "said", room: "lobby", text });
  assertEquals(spoiled(({ clients: [ann] }) => void ann.events.push(said("ann 1"))), []);
  assertEquals(spoiled(({ clients: [ann] }) => void ann.events.push(said("ann 4"))), [
    "4: “ann 4” was written, and is forgotten",
  ]);
  const twice = spoiled(({ clients: [ann], store }) => {
    store.lobby!.entries[2]!.text = "ann 2";
    ann.events.push(said("ann 2"));
  });
  assertEquals(twice.includes("2: “ann 2” is stored twice"), true);
});

Deno.test("checker: two clients with different messages at one place is a broken order", () => {
  const found = spoiled(({ clients: [, bob] }) => {
    bob.events[2] = pushed(12, message(1, "eve"));
  });
  assertEquals(found[0]!.slice(0, 60), "3: bob has another event at lobby 1 (epoch e1) than the stor");
});

Deno.test("checker: an author's messages out of order are found, unless the earlier one had been refused", () => {
  const swap = (run: ReturnType<typeof goodRun>, ...more: ClientEvent[]) => {
    const swapped = [message(1), message(2, "ann", 3), message(3, "ann", 2)];
    run.store.lobby!.entries = swapped;
    run.clients[0].events = [
      { at: 0, type: "opened" },
      joined(1),
      sent(10, "ann", 1),
      sent(11, "ann", 2),
      sent(12, "ann", 3),
      ...more,
      acked(21, "ann", 1),
      acked(22, "ann", 3, 2),
      acked(23, "ann", 2, 3),
      ...swapped.map((one) => pushed(30, one)),
    ];
    run.clients[1].events.splice(3, 4, pushed(22, swapped[1]!), pushed(22, swapped[2]!));
    run.clients[2].events = [];
  };
  assertEquals(spoiled(swap), ["3: ann-3 is 2 of lobby; what ann had sent before is 3"]);
  const refused: ClientEvent = {
    at: 13,
    type: "refused",
    room: "lobby",
    nonce: "ann-2",
    text: "ann 2",
    code: "rate_limited",
    final: false,
  };
  assertEquals(spoiled((run) => swap(run, refused)), []);
});

Deno.test("checker: a plain client must see a contiguous run", () => {
  const found = spoiled(({ clients: [, , cy] }) => {
    cy.events = [
      { at: 0, type: "opened" },
      { at: 12, type: "text", text: "Client #ann says: ann 1" },
      { at: 32, type: "text", text: "Client #ann says: ann 3" },
    ];
  });
  assertEquals(found, ["3: “Client #ann says: ann 3” came after 1, which is 3"]);
});

Deno.test("checker: an acknowledgement counts once the room is in the life of the store that it names", () => {
  const of = { room: "lobby", nonce: "bob-1", text: "bob 1" };
  const events: ClientEvent[] = [
    { at: 90, type: "sent", ...of },
    { at: 91, type: "acked", ...of, epoch: "e2", seq: 1, ts: 0, durability: "os" },
    { at: 92, type: "sent", ...of },
    { at: 93, type: "reset", room: "lobby", epoch: "e2", first: 1, head: 1 },
    { at: 94, type: "refused", ...of, code: "unavailable", final: false },
  ];
  const unanswered = (events: ClientEvent[]) =>
    spoiled(({ clients: [, bob] }) => void bob.events.push(...events)).filter((line) =>
      line.includes("never answered")
    );
  assertEquals(unanswered(events), []);
  assertEquals(unanswered(events.toSpliced(3, 1)).length, 1);
});

Deno.test("checker: what answers another message than the one that its author meant is found", () => {
  const found = (epoch: string, first: Message) =>
    spoiled((run) => {
      const answer = { ...message(2, "bob", 1), reply: 1 };
      Object.assign(run.store.lobby!, { epoch: "e2", head: 2, entries: [first, answer] });
      const asked = { room: "lobby", nonce: "bob-1", text: "bob 1", reply: 1 };
      run.clients[1].events.push({ at: 50, type: "sent", epoch, ...asked });
    }).filter((line) => line.includes("meant"));
  assertEquals([found("e1", message(1)), found("e2", message(1, "ann", 9))], [[], []]);
  assertEquals(found("e1", message(1, "ann", 9)), [
    "6: 2 by bob (bob-1) “bob 1” is of 1 by ann (ann-9) “ann 9”, and its author meant 1 by ann (ann-1) “ann 1”",
  ]);
});

Deno.test("checker: a message that nobody sent, one never answered, and a server that ended by itself are found", () => {
  assertEquals(
    spoiled((run) => {
      run.clients[0].events = run.clients[0].events.filter(({ at }) => at < 30 || at > 31);
      run.clients[1].events.push(sent(90, "bob", 1));
      run.unexpectedExits.push("code 1");
    }),
    [
      "4: bob-1 in lobby was never answered",
      "9: a server process ended by itself: code 1",
      "6: the store has 3 by ann (ann-3) “ann 3”, which ann never sent",
    ],
  );
});

/** The store is put back to its state at 15: only the first message is left. Bob comes back to that. */
function restored(epoch: string): (run: ReturnType<typeof goodRun>) => void {
  return (run) => {
    run.losses.push({ from: 15, to: 35 });
    Object.assign(run.store.lobby!, { epoch, head: 1, entries: [message(1)] });
    const back = joined(41, { after: { epoch: "e1", seq: 2 }, epoch, seq: 1, messages: [message(1)] });
    run.clients[0].events.push({ at: 40, type: "opened" }, { ...back });
    run.clients[1].events.splice(-1, 1, back);
  };
}

Deno.test("checker: an announced loss excuses what was lost, if the epoch is another one", () => {
  assertEquals(spoiled(restored("e2")), []);
  const found = spoiled(restored("e1"));
  assertEquals(found.filter((line) => line.includes("still has the epoch e1")).length, 2);
  assertEquals(found.filter((line) => line.startsWith("1: ann-") && line.endsWith("nothing is there")).length, 2);
});

Deno.test("checker: a loss does not excuse what members had been sent instead", () => {
  const found = spoiled((run) => {
    restored("e2")(run);
    const instead = message(2, "eve");
    for (const { events } of run.clients) {
      events.forEach((event, index) => {
        if (event.type === "message" && event.message.seq === 2) events[index] = pushed(event.at, instead);
      });
    }
    run.clients[2].events = [];
  });
  assertEquals(found, ["1: ann-2 was acked as 2 of lobby, and members were sent 2 by eve (eve-2) “eve 2”"]);
});

Deno.test("checker: an ack is judged by the epoch that it names", () => {
  const late = (epoch: string, seq: number) =>
    spoiled((run) => {
      restored("e2")(run);
      run.clients[0].events.splice(-2, 0, sent(36, "ann", 4), acked(37, "ann", 4, seq, epoch));
    });
  assertEquals(late("e1", 4), [], "what was stored in the life that is over may be gone with it");
  assertEquals(late("e2", 4)[0], "1: ann-4 was acked as 4 of lobby, and nothing is there");
  assertEquals(late("e1", 3), [
    "1: 3 of lobby (epoch e1) was acked to ann-4 of ann and to another message",
    "1: ann-4 was acked as 3 of lobby, and members were sent 3 by ann (ann-3) “ann 3”",
  ]);
  assertEquals(late("e3", 4), ["5: the store had 3 epochs, though it lost data only 1 times"]);
});

Deno.test("checker: an ack under the old epoch, on a connection made after the loss, is found", () => {
  const found = spoiled((run) => {
    restored("e2")(run);
    run.clients[0].events.push(sent(50, "ann", 4), acked(51, "ann", 4));
  });
  assertEquals(found, [
    "5: the store lost data, and still has the epoch e1",
    "1: ann-4 was acked as 4 of lobby, and nothing is there",
  ]);
});

Deno.test("checker: a message that is sent again because its ack was of another life may come after a later one", () => {
  const again = (...acks: ClientEvent[]) =>
    spoiled((run) => {
      restored("e2")(run);
      const messages = [message(1), message(2, "ann", 5), message(3, "ann", 4)];
      Object.assign(run.store.lobby!, { head: 3, entries: messages });
      const [ann, bob, cy] = run.clients;
      ann.events.splice(-2, 0, sent(36, "ann", 4), sent(37, "ann", 5), ...acks);
      ann.events.push(acked(50, "ann", 5, 2, "e2"), sent(51, "ann", 4), acked(52, "ann", 4, 3, "e2"));
      for (const { events } of [ann, bob]) events.push(pushed(60, messages[1]!), pushed(60, messages[2]!));
      cy.events = [];
    });
  assertEquals(again(), ["3: ann-5 is 2 of lobby; what ann had sent before is 3"]);
  assertEquals(again(acked(38, "ann", 4, 4)), []);
});

Deno.test("checker: a new epoch without a loss is one too many", () => {
  const found = spoiled(({ clients: [, bob] }) => {
    bob.events.push({ at: 70, type: "opened" }, joined(71, { epoch: "e9" }));
  });
  assertStringIncludes(found.join("\n"), "5: the store had 2 epochs, though it lost data only 0 times");
});

Deno.test("checker: the story of a violation has the message, the client's connections and the faults", () => {
  const run = goodRun();
  run.clients[1].events.splice(2, 1);
  const [violation] = check(run);
  const told = story(violation!, run).join("\n");
  for (
    const part of ["ann asks for ann-", "bob is disconnected: cut", "* bob's connection is cut", "bob joined lobby"]
  ) {
    assertStringIncludes(told, part);
  }
});
