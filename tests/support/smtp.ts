import { type AddressInfo, createServer, type Socket } from "node:net";

/** A mail that the server took, or at least got. */
export interface TakenMail {
  readonly from: string;
  readonly to: string;
  /** As it came over the wire, dots undone. */
  readonly raw: string;
  readonly messageId: string;
}

/**
 * accept: takes everything. {code}: answers this to a command. greeting, hang: never says a word. drop: takes the message and is gone before
 * it says so. trickle: answers the message a byte at a time, for ever.
 */
export type SmtpManner = "accept" | "hang" | "drop" | "trickle" | { readonly on: "greeting" | "MAIL" | "RCPT" | "DATA" | "AUTH" | "message"; readonly answer: string };

export interface SmtpServer {
  readonly url: string;
  /** What it was given whole, whether it said so or not. */
  readonly taken: TakenMail[];
  readonly commands: string[];
  readonly connections: () => number;
  manner: SmtpManner;
  close(): Promise<void>;
}

/** A mail server on this machine that speaks as much SMTP as a sender needs, and misbehaves on request. */
export async function openSmtp(manner: SmtpManner = "accept", { auth = false }: { auth?: boolean } = {}): Promise<SmtpServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    talk(socket);
  });
  const smtp: SmtpServer = {
    url: "", taken: [], commands: [], connections: () => connections, manner,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    }),
  };

  function answerOf(to: string, usual: string): string {
    const now = smtp.manner;
    return typeof now === "object" && now.on === to ? now.answer : usual;
  }

  function talk(socket: Socket): void {
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let rest = "";
    let inMessage = false;
    let mail = { from: "", to: "" };
    if (smtp.manner !== "hang") say(answerOf("greeting", "220 test"));
    socket.setEncoding("latin1").on("data", (part: string) => {
      rest += part;
      for (;;) {
        const end = inMessage ? rest.indexOf("\r\n.\r\n") : rest.indexOf("\r\n");
        if (end < 0) return;
        const text = rest.slice(0, end);
        rest = rest.slice(end + (inMessage ? 5 : 2));
        if (inMessage) {
          inMessage = false;
          ended(text);
        } else command(text);
      }
    });

    function command(line: string): void {
      smtp.commands.push(line);
      const word = line.slice(0, 4).toUpperCase();
      if (word === "EHLO") return say(auth ? "250-test\r\n250-AUTH PLAIN\r\n250 SIZE 10000000" : "250-test\r\n250 SIZE 10000000");
      if (word === "AUTH") return say(answerOf("AUTH", "235 welcome"));
      if (word === "MAIL") mail = { ...mail, from: /<([^>]*)>/.exec(line)?.[1] ?? "" };
      if (word === "RCPT") mail = { ...mail, to: /<([^>]*)>/.exec(line)?.[1] ?? "" };
      if (word === "MAIL" || word === "RCPT") return say(answerOf(word, "250 ok"));
      if (word === "DATA") {
        const answer = answerOf("DATA", "354 go on");
        inMessage = answer.startsWith("354");
        return say(answer);
      }
      if (word === "QUIT") return void socket.end("221 bye\r\n");
      say("250 ok");
    }

    function ended(text: string): void {
      const raw = Buffer.from(text, "latin1").toString("utf8").replaceAll("\r\n..", "\r\n.");
      const answer = answerOf("message", "250 taken");
      if (answer.startsWith("250")) smtp.taken.push({ ...mail, raw, messageId: /^Message-ID: (\S+)/im.exec(raw)?.[1] ?? "" });
      if (smtp.manner === "drop") return void socket.destroy();
      if (smtp.manner === "trickle") {
        const timer = setInterval(() => socket.write("2"), 20);
        return void socket.on("close", () => clearInterval(timer));
      }
      say(answer);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(smtp, { url: `smtp://${auth ? "shop:se%3Ecret@" : ""}127.0.0.1:${port}` });
}
