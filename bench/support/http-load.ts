import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/**
 * A keep-alive HTTP/1.1 connection that costs the shared processors as little as possible, so that the figures are the
 * server's. One request at a time; understands Content-Length and, for the bulk door, chunked answers.
 */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on("data", (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#read();
    });
    const fail = (error?: Error): void => this.#waiting?.reject(error ?? new Error("connection closed"));
    this.#socket.on("error", fail);
    this.#socket.on("close", () => fail());
  }

  #read(): void {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    // A chunked answer is only waited for: the bulk door's lines are not looked at here.
    const chunked = /transfer-encoding: chunked/i.test(head);
    if (chunked && !this.#received.subarray(-5).equals(LAST_CHUNK)) return;
    const length = chunked ? this.#received.length - end - 4 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.toString("utf8", end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  send(text: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

export interface Client {
  request(method: string, path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  close(): void;
}

/** Connections shared by many callers; a call waits for a free one. */
export function openClient(url: string, apiKey: string, connections: number): Client {
  const { hostname, port, host } = new URL(url);
  const all = Array.from({ length: connections }, () => new Connection(hostname, Number(port)));
  const free = [...all];
  const queue: ((connection: Connection) => void)[] = [];
  const take = (): Promise<Connection> => {
    const ready = free.pop();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => void queue.push(resolve));
  };
  return {
    async request(method, path, body = "", headers = {}) {
      const connection = await take();
      const extra = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const type = body === "" || "content-type" in headers ? "" : "content-type: application/json\r\n";
      try {
        return await connection.send(
          `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${apiKey}\r\n${type}${extra}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      } finally {
        const next = queue.shift();
        if (next) next(connection);
        else free.push(connection);
      }
    },
    close: () => all.forEach((connection) => connection.close()),
  };
}
