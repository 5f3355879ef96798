import { z } from "zod";
import type { ShownSetting } from "../settings.ts";
import type { App } from "./app.ts";
import { operation } from "./route.ts";

const words = z.string();
const setting = z.object({
  name: words, meaning: words, default: words, secret: z.boolean(), set: z.boolean().describe("Whether the environment says it; else the default holds."), value: words.nullable().describe("What holds; null where it is secret or nothing."),
}).meta({ id: "EnvironmentSetting" });

/** What the process that answers was started with, and never a secret's value: for AppDeps.extraRoutes. */
export const environmentRoutes = (shown: readonly ShownSetting[]) => (app: App): void => {
  app.get("/v1/environment", operation({
    id: "getEnvironment", tag: "system", scope: "admin", summary: "Read the settings of the process that answers", description: "They are environment variables, read once at its start; other processes may have others. A secret's value is never told.",
  }, {}, { 200: z.object({ data: z.array(setting) }) }), () => ({ data: shown.map((one) => ({ ...one })) }));
};
