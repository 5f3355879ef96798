import { z } from "zod";
import { CRITERIA, SHIP_TO_STORE, type StrategyCheck } from "../../../domain/routing/index.ts";
import type { StrategySummary, StrategyVersionSummary, StrategyVersionView, StrategyView } from "../../../flows/strategies.ts";
import { filterBody, weights } from "./strategy.ts";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);

export const strategyDocumentView = z.object({
  groups: z.array(z.object({
    name: text, when: maybe(text), filters: z.array(filterBody),
    objective: z.object({
      kind: z.enum(["cost", "ranks"]), by: z.array(z.enum(CRITERIA)).optional(), weights, distance_micros_per_km: whole, split_micros: whole, lateness_micros_per_day: whole, capacity_micros: whole,
    }),
    split: z.object({
      maximum_nodes: maybe(whole), maximum_nodes_per_line: maybe(whole), minimum_value_minor: whole, keep_together: maybe(z.union([z.literal("handling_class"), z.object({ attribute: text })])), partial: z.boolean(),
    }),
    after: z.object({ alternate: maybe(text), fallback_node: maybe(text), unplaced: z.enum(["channel", "backorder", "exception", "refuse"]) }),
    ship_to_store: z.enum(SHIP_TO_STORE),
    re_evaluate: z.object({ every_minutes: whole, minimum_saving_micros: whole, consolidate: z.boolean(), swap: z.boolean() }).optional(),
    merge: z.object({ within_minutes: whole, minimum_saving_micros: whole }).optional(),
  })),
}).meta({ id: "StrategyDocument" });

const version = {
  version: whole, revision: whole, status: z.enum(["draft", "scheduled", "published", "retired", "withdrawn"]), note: maybe(text), author: text, author_name: maybe(text), created_at: instant,
  published_at: maybe(instant), published_by: maybe(text), valid_from: maybe(instant), valid_to: maybe(instant),
  withdrawn: maybe(z.object({ at: instant, by: text, by_name: maybe(text), reason: text })),
};
export const strategyVersionSummary: z.ZodType<StrategyVersionSummary> = z.object(version).meta({ id: "StrategyVersionSummary" });
export const strategyVersion: z.ZodType<Omit<StrategyVersionView, "document">> = z.object({ ...version, document: strategyDocumentView }).meta({ id: "StrategyVersion" });

const summary = {
  code: text, name: text, created_at: instant, live: maybe(whole), draft: maybe(z.object({ version: whole, revision: whole })), scheduled: z.array(z.object({ version: whole, valid_from: instant })), channels: z.array(text),
};
export const strategySummary: z.ZodType<StrategySummary> = z.object(summary).meta({ id: "StrategySummary" });
export const strategy: z.ZodType<Omit<StrategyView, "live_document" | "draft_document">> = z.object({
  ...summary, versions: z.array(strategyVersionSummary), live_document: maybe(strategyDocumentView), draft_document: maybe(strategyDocumentView),
}).meta({ id: "Strategy" });

const warnings = z.array(z.object({ pointer: text, detail: text }));
export const strategyCheck: z.ZodType<Pick<StrategyCheck, "warnings">> = z.object({ errors: z.array(z.object({ pointer: text, code: text, detail: text })), warnings }).meta({ id: "StrategyCheck" });
export const savedDraft = z.object({ code: text, version: whole, revision: whole, warnings }).meta({ id: "SavedStrategyDraft" });
export const droppedDraft = z.object({ code: text, version: whole });
export const publishedStrategy = z.object({ code: text, version: whole, valid_from: instant, back_to: whole.optional(), warnings }).meta({ id: "PublishedStrategy" });
export const withdrawnStrategy = z.object({
  code: text, version: whole, valid_from: instant, in_effect: maybe(whole).describe("The version that goes on deciding in its place."), until: maybe(instant).describe("When the next announced version takes over."),
});
export const strategyDiff = z.object({
  code: text, from: whole, to: whole,
  changes: z.array(z.object({ pointer: text, from: z.unknown().optional(), to: z.unknown().optional(), words: text })).describe("Each place that differs: its JSON pointer into the documents, what stands there in each, and the difference in words."),
}).meta({ id: "StrategyDiff" });
export const strategyPreset = z.object({ name: text, summary: text, document: strategyDocumentView }).meta({ id: "StrategyPreset" });
