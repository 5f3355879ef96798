import { z } from "zod";
import { COST_TERMS, CRITERIA, type Filter, type Objective, SHIP_TO_STORE, type StrategyGroup } from "../../../domain/routing/index.ts";
import { MINOR_MAX } from "../../../domain/kernel/index.ts";
import { EXPRESSION_MAX } from "../../rules/index.ts";
import { codeText, countryCode, reasonText, text } from "./fields.ts";

/** A strategy as people write it: what is left out takes its default. */

const whole = (most: number): z.ZodDefault<z.ZodInt> => z.int().min(0).max(most).default(0);
const nullable = <T extends z.ZodType>(schema: T): z.ZodDefault<z.ZodNullable<T>> => schema.nullable().default(null as never);
const expression = text(EXPRESSION_MAX);
const codes = z.array(codeText).min(1).max(10_000);
const tier = nullable(z.int().min(0).max(1_000));

export const filterBody = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("node_kinds"), kinds: z.array(z.enum(["dc", "store", "supplier", "3pl", "virtual"])).min(1).max(5), tier }),
  z.strictObject({ kind: z.enum(["only_nodes", "not_nodes"]), nodes: codes, tier }),
  z.strictObject({ kind: z.literal("countries"), countries: z.array(countryCode).min(1).max(300), tier }),
  z.strictObject({ kind: z.literal("maximum_distance"), km: z.number().min(0).max(50_000), tier }),
  z.strictObject({ kind: z.literal("service_levels"), levels: codes, tier }),
  z.strictObject({ kind: z.literal("carriers"), carriers: codes, tier }),
  z.strictObject({ kind: z.literal("ships_within"), days: z.int().min(0).max(365), tier }),
  z.strictObject({ kind: z.literal("leaves_stock"), units: z.int().min(0).max(1e12), tier }),
  z.strictObject({ kind: z.literal("maximum_backlog"), shipments: z.int().min(1).max(1e9), tier }),
  z.strictObject({ kind: z.literal("expression"), when: expression, tier }),
  z.strictObject({ kind: z.enum(["same_country", "arrives_in_time", "whole_order"]), tier }),
], { error: "Not a kind of filter; docs/how-to/steer-routing.md lists them." });

export const weights = z.strictObject(Object.fromEntries(COST_TERMS.map((term) => [term, z.int().min(0).max(1_000_000).optional()])) as Record<(typeof COST_TERMS)[number], z.ZodOptional<z.ZodInt>>);
const objective = z.strictObject({
  kind: z.enum(["cost", "ranks"]), by: z.array(z.enum(CRITERIA)).max(CRITERIA.length * 2).optional(), weights: weights.default({}), distance_micros_per_km: whole(1e12),
  split_micros: whole(1e12), lateness_micros_per_day: whole(1e12), capacity_micros: whole(1e12),
}).superRefine(({ kind, by }, context) => {
  if (kind === "ranks" && by === undefined) context.addIssue({ code: "custom", path: ["by"], message: "Ranks name their criteria, the most important first." });
  if (kind === "cost" && by !== undefined) context.addIssue({ code: "custom", path: ["by"], message: "Criteria belong to ranks; a cost is compared by itself." });
});
const split = z.strictObject({
  maximum_nodes: nullable(z.int().min(1).max(1_000)), maximum_nodes_per_line: nullable(z.int().min(1).max(1_000)), minimum_value_minor: whole(MINOR_MAX),
  keep_together: nullable(z.union([z.literal("handling_class"), z.strictObject({ attribute: text(100) })])), partial: z.boolean().default(true),
});
const after = z.strictObject({ alternate: nullable(codeText), fallback_node: nullable(codeText), unplaced: z.enum(["channel", "backorder", "exception", "refuse"]).default("channel") });

const reEvaluate = z.strictObject({
  every_minutes: z.int().min(1).max(10_080), minimum_saving_micros: whole(1e12), consolidate: z.boolean().default(true), swap: z.boolean().default(false),
});
const merge = z.strictObject({ within_minutes: z.int().min(1).max(1_440), minimum_saving_micros: whole(1e12) });

export const groupBody = z.strictObject({
  name: text(100), when: nullable(expression), filters: z.array(filterBody).max(50).default([]), objective, split: split.prefault({}), after: after.prefault({}), ship_to_store: z.enum(SHIP_TO_STORE).default("never"), re_evaluate: reEvaluate.nullable().optional(), merge: merge.nullable().optional(),
});
export const groups = z.array(groupBody).min(1).max(100);
export const strategyBody = z.strictObject({ groups });
export const draftBody = z.strictObject({ groups, name: text(200).optional(), note: reasonText.nullable().optional(), expected_revision: z.int().min(0).max(2 ** 31 - 1).optional() });

/** A group as the domain has it. */
export function groupOf({ name, when, filters, objective: given, split: parts, after: then, re_evaluate: again, ship_to_store: shipToStore, merge: shared }: z.infer<typeof groupBody>): StrategyGroup {
  const pricing = {
    weights: Object.fromEntries(Object.entries(given.weights).filter(([, weight]) => weight !== undefined)) as Objective["weights"], distanceMicrosPerKm: given.distance_micros_per_km,
    splitMicros: given.split_micros, latenessMicrosPerDay: given.lateness_micros_per_day, capacityMicros: given.capacity_micros,
  };
  return {
    name, when, filters: filters satisfies readonly Filter[], objective: given.kind === "ranks" ? { ...pricing, kind: "ranks", by: given.by ?? [] } : { ...pricing, kind: "cost" },
    split: {
      maximumNodes: parts.maximum_nodes, maximumNodesPerLine: parts.maximum_nodes_per_line, minimumValueMinor: parts.minimum_value_minor, keepTogether: parts.keep_together, partial: parts.partial,
    },
    after: { alternate: then.alternate, fallbackNode: then.fallback_node, unplaced: then.unplaced },
    ...(shipToStore === "never" ? {} : { shipToStore }),
    ...(again ? { reEvaluate: { everyMinutes: again.every_minutes, minimumSavingMicros: again.minimum_saving_micros, consolidate: again.consolidate, swap: again.swap } } : {}),
    ...(shared ? { merge: { withinMinutes: shared.within_minutes, minimumSavingMicros: shared.minimum_saving_micros } } : {}),
  };
}
