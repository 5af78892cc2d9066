/** The comparison with others counts what it says it counts, and is fair to those whom it does not favour. @module */

import { assert, assertEquals } from "../../lib/assert.ts";
import { TutorialClient } from "./tutorial_client.ts";
import { PEERS } from "./peers.ts";
import { runPeer } from "./run_peer.ts";

/** So few that with this seed there are none. */
const NO_FAULTS = { seed: "calm", ms: 1_500, rates: { network: 0.01, process: 0.01 } };

/** Is shown nothing. */
class DeafClient extends TutorialClient {
  override see(): void {}
}

/** Is shown everything twice. */
class EchoClient extends TutorialClient {
  override see(text: string): void {
    super.see(text);
    super.see(text);
  }
}

Deno.test("a message that one of three was not shown is lost once, and one that was shown twice came twice", async () => {
  const client = (port: number, name: string) =>
    new ({ c1: DeafClient, c2: EchoClient }[name] ?? TutorialClient)(port, name);
  const outcome = await runPeer({ ...NO_FAULTS, peer: { ...PEERS.ws, client }, clients: 3 });
  const { sent, lost, twice, ok, kills, networkFaults } = outcome;
  assertEquals([kills, networkFaults], [0, 0]);
  assert(sent >= 3);
  assertEquals([lost, twice, ok], [sent, sent, sent]);
});

Deno.test("without faults nobody loses anything", async () => {
  const outcomes = await Promise.all(
    [PEERS.ws, PEERS["socketio-stored"]].map((peer) => runPeer({ ...NO_FAULTS, peer, clients: 3 })),
  );
  for (const { title, sent, lost, twice, ok } of outcomes) assertEquals([lost, twice, ok], [0, 0, 3 * sent], title);
});

Deno.test("in a storm the package and the server lose nothing, and show nothing twice", async () => {
  const outcome = await runPeer({ seed: "7", ms: 3_000, clients: 3, peer: PEERS.ours });
  assert(outcome.kills > 0 && outcome.networkFaults > 0 && outcome.sent > 0);
  assertEquals([outcome.lost, outcome.twice, outcome.ok], [0, 0, 3 * outcome.sent]);
});
