/**
 * A way to a server of this machine that forgets connections, as a firewall does: they stay open, and nothing comes through. It can also hold
 * back what the server answers on one of them.
 *
 * @module
 */

/** What a connection waits for before its client gets more. */
interface Held {
  /** The test has let it through. */
  readonly through: PromiseWithResolvers<void>;
  /** Its client has gone on. */
  readonly asked: PromiseWithResolvers<void>;
}

type Wait = () => Promise<void> | undefined;

export class ForgetfulProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #sockets = new Set<Deno.TcpConn>();
  readonly #pipes: Promise<void>[] = [];
  /** How often it has forgotten all that it had. */
  #forgot = 0;
  /** The connections whose answers it holds back, by the port that it has for them at the server. */
  readonly #held = new Map<number, Held>();

  /** @param target the server's port */
  constructor(target: number) {
    this.#target = target;
    this.#pipes.push(this.#serve());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Lets nothing more through on the connections that are there. Others can be made. */
  forget(): void {
    this.#forgot++;
  }

  /**
   * Holds back what Postgres answers on one connection.
   *
   * @param port that from which the server sees it come
   * @returns lets it through: that it has ended the session only once the client has gone on, which must not know it before
   */
  hold(port: number): () => void {
    const held = { through: Promise.withResolvers<void>(), asked: Promise.withResolvers<void>() };
    this.#held.set(port, held);
    return held.through.resolve;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const { through, asked } of this.#held.values()) [through, asked].forEach(({ resolve }) => resolve());
    for (const socket of this.#sockets) close(socket);
    await Promise.all(this.#pipes);
  }

  async #serve(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      for (const socket of [client, server]) this.#sockets.add(socket);
      const { port } = server.localAddr as Deno.NetAddr;
      const onward = this.#pass(client, server, () => Promise.resolve(this.#held.get(port)?.asked.resolve()));
      const back = this.#pass(
        server,
        client,
        () => this.#held.get(port)?.through.promise,
        () => this.#held.get(port)?.asked.promise,
      );
      this.#pipes.push(onward, back);
    }
  }

  /** @param before what each part waits for @param beforeEnd what the end of a session waits for, and what tells of it */
  async #pass(from: Deno.TcpConn, to: Deno.TcpConn, before: Wait, beforeEnd: Wait = () => undefined): Promise<void> {
    const born = this.#forgot;
    const bytes = new Uint8Array(16 * 1024);
    const send = async (part: Uint8Array) => {
      for (let sent = 0; sent < part.length && born === this.#forgot;) sent += await to.write(part.subarray(sent));
    };
    try {
      for (let count; (count = await from.read(bytes)) !== null;) {
        await before();
        const end = endOfAnswers(bytes.subarray(0, count));
        await send(bytes.subarray(0, end));
        if (end === count) continue;
        await beforeEnd();
        await send(bytes.subarray(end, count));
      }
      await beforeEnd();
    } catch {
      // One of the two was closed.
    }
    close(from);
    close(to);
  }
}

function close(socket: Deno.TcpConn): void {
  try {
    socket.close();
  } catch {
    // It is closed.
  }
}

/** Where Postgres tells that it ends the session, an `ErrorResponse` of its protocol: its type, its length, its first field. */
function endOfAnswers(bytes: Uint8Array): number {
  const at = new TextDecoder("latin1").decode(bytes).indexOf("SFATAL\0");
  return at < 0 ? bytes.length : Math.max(at - 5, 0);
}
