/**
 * A client while it is connected: its id, its name, its rooms. The rules only read it, and commands change it. It lies here because
 * rules, rooms and commands all need it, and may import nothing from `socket/`, which holds it.
 *
 * @module
 */

/** The name of a client that has told none. */
export function givenName(id: string): string {
  return `Client #${id}`;
}

export class Session {
  /** Its name in the service's log and in `welcome`. */
  readonly label: string = crypto.randomUUID().slice(0, 8);
  readonly id: string;
  /** The name that others see. */
  name: string;
  /** Whether `hello` was said, or need not be. */
  greeted: boolean;
  readonly rooms: Set<string> = new Set();

  constructor(id: string, greeted: boolean) {
    this.id = id;
    this.name = givenName(id);
    this.greeted = greeted;
  }
}
