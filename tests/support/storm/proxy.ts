import { connect, createServer, type Server, type Socket } from "node:net";
import { asCommitted, backendPidOf, stepOf, withText, WireReader } from "./postgres-wire.ts";

/** When the trap springs: before the server sees the step, as soon as it was sent, or when it is done and its answer is on the way. */
export type Phase = "before" | "during" | "after";
export const PHASES: readonly Phase[] = ["before", "during", "after"];

export interface Trap {
  readonly step: string;
  readonly phase: Phase;
  /** Lets so many pass before it catches one. */
  readonly passes?: number;
}

/** A connection that ran into a trap. It is cut: the program never hears the answer. */
export interface Sprung {
  readonly proxy: DatabaseProxy;
  readonly backendPid: number | null;
}

interface Armed extends Trap {
  left: number;
  readonly spring: (sprung: Sprung) => void;
}

/**
 * Stands between a program and PostgreSQL and knows the name of every statement that passes, so that a crash can be
 * placed exactly before, during or after any of them, and an answer lost on the way.
 */
export class DatabaseProxy {
  /** Steps that passed, and how often. */
  readonly seen = new Map<string, number>();
  /** Faults planted on purpose: other statement texts, and commits that are rolled back and reported as done. */
  rewrite: ((name: string, statement: string) => string) | null = null;
  swallowCommit: (() => boolean) | null = null;
  readonly #upstreamPort: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #armed: Armed | null = null;

  private constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer({ noDelay: true }, (client) => {
      const link = new Link(client, this.#upstreamPort, this);
      this.#links.add(link);
      client.once("close", () => this.#links.delete(link));
    });
  }

  static async open(databaseUrl: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(Number(new URL(databaseUrl).port));
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The same address, by way of this proxy. */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    url.hostname = "127.0.0.1";
    url.port = String(address.port);
    return url.toString();
  }

  /** Cuts the next connection of any of these that takes this step; null where none did in time. */
  static spring(proxies: readonly DatabaseProxy[], trap: Trap, withinMs: number): Promise<Sprung | null> {
    return new Promise((resolve) => {
      const settle = (sprung: Sprung | null): void => {
        clearTimeout(late);
        for (const proxy of proxies) if (proxy.#armed === armed) proxy.#armed = null;
        resolve(sprung);
      };
      const armed: Armed = { ...trap, left: trap.passes ?? 0, spring: settle };
      const late = setTimeout(() => settle(null), withinMs);
      for (const proxy of proxies) proxy.#armed = armed;
    });
  }

  /** The trap that this step runs into, if one is set; it catches once. */
  caught(step: string): Armed | null {
    this.seen.set(step, (this.seen.get(step) ?? 0) + 1);
    const armed = this.#armed;
    if (armed === null || armed.step !== step) return null;
    armed.left -= 1;
    return armed.left === -1 ? armed : null;
  }

  /** Ends every connection, so that the program prepares its statements anew. */
  cutAll(): void {
    for (const link of this.#links) link.cut();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cutAll();
    await closed;
  }
}

const WRITES = /^(append|insert|save|update|ensure|take|advance|begin_events|fan_out|finish|claim_deliveries|acquire|renew|keep|settle|raise|adopt)/;

/** One connection of the program and the one to the server that belongs to it. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #proxy: DatabaseProxy;
  #backendPid: number | null = null;
  #forging = false;
  #wrote = false;
  /** Requests to answer that were sent, the log-in among them, and answers that came: statements travel together. */
  #asked = 1;
  #answered = 0;
  /** Set once a step must not be answered: the trap, and the number of the answer that ends it. */
  #awaited: { readonly trap: Armed; readonly answer: number } | null = null;

  constructor(client: Socket, upstreamPort: number, proxy: DatabaseProxy) {
    this.#client = client;
    this.#proxy = proxy;
    this.#server = connect({ host: "127.0.0.1", port: upstreamPort, noDelay: true });
    const fromClient = new WireReader("client");
    const fromServer = new WireReader("server");
    client.on("data", (chunk: Buffer) => this.#corked(this.#server, () => fromClient.read(chunk).forEach((message) => this.#toServer(message))));
    this.#server.on("data", (chunk: Buffer) => this.#corked(client, () => fromServer.read(chunk).forEach((message) => this.#toClient(message))));
    for (const socket of [client, this.#server]) {
      socket.on("error", () => undefined);
      socket.on("close", () => this.cut());
    }
  }

  #corked(socket: Socket, work: () => void): void {
    socket.cork();
    work();
    socket.uncork();
  }

  #toServer(message: Parameters<typeof stepOf>[0]): void {
    if (this.#client.destroyed) return;
    const step = this.#named(stepOf(message));
    const trap = step === null ? null : this.#proxy.caught(step);
    if (trap?.phase === "before") return this.#spring(trap);
    this.#server.write(this.#planted(message, step));
    if (trap?.phase === "after") this.#awaited = { trap, answer: this.#asked + 1 };
    if (message.type === "Q" || message.type === "S") this.#asked += 1;
    // The rest of the step (execute, sync) arrives with it, so the server sees all of it before the line is cut.
    if (trap?.phase === "during") setImmediate(() => this.#spring(trap));
  }

  /** Only the commit of a transaction that wrote is a step called commit. */
  #named(step: string | null): string | null {
    if (step === "begin") this.#wrote = false;
    else if (step !== null && WRITES.test(step)) this.#wrote = true;
    return step === "commit" && !this.#wrote ? "commit of a read" : step;
  }

  #planted(message: Parameters<typeof stepOf>[0], step: string | null): Buffer {
    const { rewrite, swallowCommit } = this.#proxy;
    if (step === "commit" && swallowCommit?.()) {
      this.#forging = true;
      return withText(message, () => "rollback");
    }
    return rewrite !== null && message.type === "P" ? withText(message, rewrite) : message.bytes;
  }

  #toClient(message: Parameters<typeof stepOf>[0]): void {
    this.#backendPid ??= backendPidOf(message);
    const answer = this.#answered + 1;
    // "Ready for query" ends an answer.
    if (message.type === "Z") this.#answered = answer;
    if (this.#awaited !== null && answer >= this.#awaited.answer) {
      if (message.type === "Z") this.#spring(this.#awaited.trap);
      return;
    }
    this.#client.write(this.#forging ? asCommitted(message) : message.bytes);
    if (message.type === "Z") this.#forging = false;
  }

  #spring(trap: Armed): void {
    this.cut();
    trap.spring({ proxy: this.#proxy, backendPid: this.#backendPid });
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}
