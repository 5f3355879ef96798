import type { Browser, Page } from "playwright-core";
import { PLACES } from "../../console/src/app/places.ts";
import { openView } from "../../tests/browser/support/browser.ts";
import { percentile } from "./measure.ts";
import { progress } from "./report.ts";
import type { Running } from "./server.ts";

interface Wanted {
  /** How far the list is scrolled. */
  readonly rows: number;
  readonly say: (name: string, value: number, unit: string, note: string) => void;
}

/** The console as somebody sees it who scrolls, presses keys and opens every screen. */
export async function look(browser: Browser, server: Running, { rows, say }: Wanted): Promise<void> {
  const { page, context } = await openView(browser, []);
  // The loader names functions by this helper, which pages do not have.
  await page.addInitScript({ content: "globalThis.__name = (one) => one;" });
  const sizes: number[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/assets/") && response.headers()["content-type"]?.startsWith("text/javascript") === true) sizes.push(Number(response.headers()["content-length"] ?? 0));
  });
  await page.goto(server.url + (await linkTo(server)));
  await page.waitForSelector("a.number");
  await page.waitForLoadState("networkidle").catch(() => undefined);
  say("initial_script", sizes.reduce((sum, size) => sum + size, 0) / 1024, "kB", "compressed, until the list of orders is there; bound 240");
  await keys(page, say);
  await scroll(page, rows, say);
  await screens(page, server, say);
  await context.close();
}

async function linkTo({ url, apiKey }: Running): Promise<string> {
  const answer = await fetch(`${url}/v1/sign-in-links`, { method: "POST", headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" }, body: "{}" });
  return ((await answer.json()) as { path: string }).path;
}

const PRESSES = 100;

/** What the browser does not report is quicker than this; it counts in steps of 8 ms. */
const SHORTEST_MS = 16;

/** From the key to the picture in which another row has the focus, as the browser counts it for "interaction to next paint". */
async function keys(page: Page, say: Wanted["say"]): Promise<void> {
  progress("pressing keys");
  await page.evaluate((durationThreshold) => {
    const times: number[] = [];
    Object.assign(globalThis, { benchTimes: times });
    const watch = new PerformanceObserver((list) => times.push(...list.getEntriesByName("keydown").map(({ duration }) => duration)));
    watch.observe({ type: "event", durationThreshold } as PerformanceObserverInit);
  }, SHORTEST_MS);
  for (let n = 0; n < PRESSES; n += 1) {
    await page.keyboard.press("j");
    await page.waitForFunction((row) => document.activeElement?.closest("tr")?.getAttribute("aria-rowindex") === String(row), n + 2);
  }
  await page.waitForTimeout(500);
  const reported = await page.evaluate(() => (globalThis as unknown as { benchTimes: number[] }).benchTimes);
  const times = [...Array.from({ length: PRESSES - reported.length }, () => SHORTEST_MS), ...reported].toSorted((a, b) => a - b);
  say("key_to_row_p95", percentile(times, 0.95), "ms", `${PRESSES} presses of J, until the row is drawn (Event Timing); bound 50`);
}

const FRAMES = 600;
/** A wheel that is turned fast: over three screens a second. */
const PX_A_FRAME = 120;

/** Scrolls down until so many rows have gone by, then up again as a hand does, and notes how long each frame of that was and how many elements there were. */
async function scroll(page: Page, rows: number, say: Wanted["say"]): Promise<void> {
  progress(`scrolling through ${rows} rows`);
  const seen = await page.evaluate(async ({ wanted, frameCount, pxAFrame }) => {
    const frames: number[] = [];
    let [elements, all, last, index, stuck] = [0, 0, 0, 0, 0];
    const count = (): void => {
      elements = Math.max(elements, document.querySelectorAll(".table-frame *").length);
      all = Math.max(all, document.querySelectorAll("*").length);
    };
    await new Promise<void>((resolve) => {
      const down = (): void => {
        count();
        const shown = Number([...document.querySelectorAll("tr[aria-rowindex]")].at(-1)?.getAttribute("aria-rowindex") ?? 0);
        stuck = shown > index ? 0 : stuck + 1;
        index = Math.max(index, shown);
        if (index >= wanted || stuck > 600) return resolve();
        scrollBy(0, 1_600);
        requestAnimationFrame(down);
      };
      down();
    });
    await new Promise<void>((resolve) => {
      const up = (now: number): void => {
        if (last > 0) frames.push(now - last);
        last = now;
        count();
        if (frames.length === frameCount) return resolve();
        scrollBy(0, -pxAFrame);
        requestAnimationFrame(up);
      };
      requestAnimationFrame(up);
    });
    return { frames, elements, all, index };
  }, { wanted: rows, frameCount: FRAMES, pxAFrame: PX_A_FRAME });
  const frames = seen.frames.toSorted((a, b) => a - b);
  say("rows_scrolled", seen.index, "rows", `of ${rows}`);
  say("dom_elements", seen.elements, "", "of the table, the most there were at once; bound 500");
  say("page_elements", seen.all, "", "of the whole page, its frame and menu included");
  say("frame_p95", percentile(frames, 0.95), "ms", `${frames.length} frames of ${PX_A_FRAME} pixels with so many rows; bound 20`);
  say("frame_max", percentile(frames, 1), "ms", "the longest of all");
}

/** Every place in the menu, until nothing on it is awaited. */
async function screens(page: Page, { url }: Running, say: Wanted["say"]): Promise<void> {
  for (const { name, path } of PLACES) {
    progress(`opening ${name}`);
    const from = performance.now();
    await page.goto(url + path);
    await page.waitForSelector("main h1");
    await page.waitForFunction(() => document.querySelector("[aria-busy=true], .bone, .skeleton") === null);
    say(`screen_${name}`, performance.now() - from, "ms", "opened anew, until everything on it is there");
    const failed = await page.locator("main .problem").count();
    if (failed > 0) throw new Error(`${path} says ${await page.locator("main .problem").first().innerText()}`);
  }
}
