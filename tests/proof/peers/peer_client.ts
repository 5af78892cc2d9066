/** Somebody in a chat of whatever kind: says things, and sees what is said. @module */

/** A client of one kind of server. It comes back by itself whenever its connection ends. */
export interface PeerClient {
  /** Says a text that nobody else says. */
  say(text: string): void;
  /** The texts that it takes for sent: acknowledged, or where nothing is, given to an open socket. */
  readonly sent: ReadonlySet<string>;
  /** How often it has shown each text to its user. */
  readonly shown: ReadonlyMap<string, number>;
  /** How many of its texts still wait. */
  readonly waiting: number;
  readonly connected: boolean;
  /** The network is back: tries at once, as a browser does that is told so. */
  wake(): void;
  /** Its user closes it: it does not connect again. */
  end(): void | Promise<void>;
}

/** What one has said and seen. */
export class Notes {
  readonly sent = new Set<string>();
  readonly shown = new Map<string, number>();

  see(text: string): void {
    this.shown.set(text, (this.shown.get(text) ?? 0) + 1);
  }
}
