/**
 * A way to a server of this machine that forgets connections, as a firewall does: they stay open, and nothing comes through. It can also hold
 * back what the server answers on one of them.
 *
 * @module
 */

export class ForgetfulProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #sockets = new Set<Deno.TcpConn>();
  readonly #pipes: Promise<void>[] = [];
  /** How often it has forgotten all that it had. */
  #forgot = 0;
  /** The connections whose answers it holds back, by the port that it has for them at the server; each resolves when that is over. */
  readonly #held = new Map<number, PromiseWithResolvers<void>>();

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
   * Holds back what the server answers on one connection.
   *
   * @param port that from which the server sees it come
   * @returns lets all of it through
   */
  hold(port: number): () => void {
    const held = Promise.withResolvers<void>();
    this.#held.set(port, held);
    return held.resolve;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const { resolve } of this.#held.values()) resolve();
    for (const socket of this.#sockets) close(socket);
    await Promise.all(this.#pipes);
  }

  async #serve(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      for (const socket of [client, server]) this.#sockets.add(socket);
      this.#pipes.push(this.#pass(client, server), this.#pass(server, client));
    }
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const born = this.#forgot;
    const bytes = new Uint8Array(16 * 1024);
    try {
      for (let count; (count = await from.read(bytes)) !== null;) {
        await this.#held.get((from.localAddr as Deno.NetAddr).port)?.promise;
        for (let sent = 0; sent < count && born === this.#forgot;) sent += await to.write(bytes.subarray(sent, count));
      }
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
