import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { progress } from "./report.ts";

const SOURCE = fileURLToPath(new URL("../../", import.meta.url));
const NOTHING_SET: readonly string[] = ["DATABASE_URL", "ORDO_DATA_DIR", "ORDO_DEMO"];

/** What a stranger does: clone, two commands, the link that is printed, an order; in seconds from the beginning of the clone. */
export async function fromClone(browser: Browser, say: (name: string, value: number, unit: string, note: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "ordo-clone-"));
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOTHING_SET.includes(name)));
  const run = (command: string, args: readonly string[], cwd: string): Promise<void> => new Promise((resolve, reject) => {
    progress(`${command} ${args.join(" ")}`);
    spawn(command, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"] }).once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))));
  });
  const clone = join(directory, "ordo");
  try {
    await run("git", ["clone", "--quiet", SOURCE, clone], directory);
    await run("npm", ["ci", "--silent"], clone);
    progress("npm start");
    const program = spawn("npm", ["start"], { cwd: clone, env: { ...env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"], detached: true });
    const ended = new Promise<void>((resolve) => void program.once("exit", () => resolve()));
    try {
      const link = await new Promise<string>((resolve, reject) => {
        let text = "";
        program.stdout.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          const found = /http:\S+sign-in\?token=\S+/.exec(text)?.[0];
          if (found !== undefined) resolve(found);
        });
        void ended.then(() => reject(new Error(`npm start ended: ${text}`)));
      });
      const page = await browser.newPage();
      await page.goto(link);
      await page.waitForSelector("a.number");
      say("board_from_clone", elapsed(), "s", "git clone, npm ci, npm start, the link: orders are there; bound 180");
      await page.locator("a.number").first().click();
      await page.waitForSelector(".why .sentence");
      say("explained_from_clone", elapsed(), "s", "the first of them opened, and why it ships from where it does; bound 300");
      await page.close();
    } finally {
      if (program.pid !== undefined) process.kill(-program.pid, "SIGINT");
      await ended;
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
