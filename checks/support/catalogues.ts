// The tables in code that the reference pages are generated from. Loaded by address and checked here, so that a
// missing or misshapen table is one clear message.
import { z } from 'zod';
import { type Capabilities, capabilitiesOf } from '../../src/flows/capabilities.ts';
import type { Connector } from '../../src/flows/connector.ts';

const text = z.string().min(1);
const Refusals = z.record(text, z.object({ title: text, fix: text }));
const Events = z.record(text, z.object({ meaning: text, data: z.string() }));
const Statuses = z.record(text, z.number().int().min(400).max(599));
const Settings = z.array(z.object({ name: text, default: z.string(), meaning: text, secret: z.boolean().optional() })).readonly();
const Metrics = z.array(z.object({ name: text, kind: text, meaning: text, labels: z.array(text).readonly() })).readonly();
const Commands = z.array(z.object({
  name: text, usage: text, summary: text, options: z.array(z.object({ name: text, meaning: text, choices: z.array(text).readonly().optional(), several: z.boolean().optional() })).readonly().optional(),
})).readonly();
const Reports = z.array(z.object({
  code: text, name: text, definition: text, formula: text, figures: z.array(z.object({ name: text, unit: text, definition: text })).readonly(), groups: z.array(text).readonly(), filters: z.array(text).readonly(), orders: z.unknown(),
  ordersWhy: text.nullable(),
})).readonly();
const ExitMeanings = z.record(z.string().regex(/^\d$/), text);
const Connectors = z.map(text, z.custom<Connector>((value) => typeof value === 'object' && value !== null, 'expected a connector'));
const Document = z.custom<() => Promise<Record<string, unknown>>>((value) => typeof value === 'function', 'expected a function');

export type Refusals = z.infer<typeof Refusals>;
export type Events = z.infer<typeof Events>;
export type Statuses = z.infer<typeof Statuses>;
export type Settings = z.infer<typeof Settings>;
export type Metrics = z.infer<typeof Metrics>;
export type Commands = z.infer<typeof Commands>;
export type Reports = z.infer<typeof Reports>;
export type ExitMeanings = z.infer<typeof ExitMeanings>;

export const loadRefusals = (): Promise<Refusals> => load('src/domain/kernel/refusals.ts', 'REFUSALS', Refusals);
export const loadStatuses = (): Promise<Statuses> => load('src/server/http/problem.ts', 'STATUS_BY_CODE', Statuses);
export const loadEvents = (): Promise<Events> => load('src/domain/kernel/events.ts', 'EVENTS', Events);
export const loadSettings = (): Promise<Settings> => load('src/server/settings.ts', 'SETTINGS', Settings);
export const loadMetrics = (): Promise<Metrics> => load('src/server/metrics.ts', 'METRICS', Metrics);
export const loadCommands = (): Promise<Commands> => load('src/cli/commands.ts', 'COMMANDS', Commands);
export const loadReports = (): Promise<Reports> => load('src/flows/report-catalogue.ts', 'REPORTS', Reports);
export const loadExitMeanings = (): Promise<ExitMeanings> => load('src/cli/command.ts', 'EXIT_MEANINGS', ExitMeanings);
export const loadCapabilities = async (): Promise<Capabilities[]> => [...(await load('src/connectors/index.ts', 'CONNECTORS', Connectors)).values()].map(capabilitiesOf);
export const loadDocument = async (): Promise<Record<string, unknown>> =>
  (await load('src/server/http/openapi.ts', 'openApiDocument', Document))();

async function load<T>(path: string, name: string, shape: z.ZodType<T>): Promise<T> {
  const module: Record<string, unknown> = await import(new URL(`../../${path}`, import.meta.url).href);
  const read = shape.safeParse(module[name]);
  if (!read.success) throw new Error(`${path}: export ${name}: ${z.prettifyError(read.error)}`);
  return read.data;
}
