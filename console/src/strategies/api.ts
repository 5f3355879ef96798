// What the screens of strategies ask the server.
import {
  cancelSimulation, checkStrategy, dropStrategyDraft, endStrategyShadow, getExchangeRates, getSimulation, getStrategy, getStrategyShadow, getStrategyVersion, listShadowOrders, listSimulatedOrders, listSimulations,
  listStrategies, listStrategyPresets, publishStrategy, putStrategyDraft, putStrategyInShadow, rollBackStrategy, startSimulation, withdrawStrategy,
  type RoutingSimulation, type SimulatedOrder, type Strategy, type StrategyCheck, type StrategyDocument, type StrategyPreset, type StrategyShadow, type StrategySummary,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import { type Remark, Refused, written } from '../app/refused.ts';

export type { RoutingSimulation, SimulatedOrder, SimulatedWorld, Strategy, StrategyDocument, StrategyPreset, StrategyShadow, StrategySummary, StrategyVersionSummary } from '@ordo/client';

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}
const PAGE = 25;
const paged = <T>({ data, next_cursor: next }: { readonly data: readonly T[]; readonly next_cursor: string | null }): Page<T> => ({ rows: data, next });
const after = (cursor: string): { readonly limit: number; readonly cursor?: string } => ({ limit: PAGE, ...(cursor === '' ? {} : { cursor }) });

export const readStrategies = async (cursor: string): Promise<Result<Page<StrategySummary>>> => mapped(await read((signal) => listStrategies({ query: { ...after(cursor), limit: 100 }, signal })), paged);
export const readStrategy = (code: string): Promise<Result<Strategy>> => read((signal) => getStrategy({ path: { code }, signal }));
export const readPresets = async (): Promise<Result<readonly StrategyPreset[]>> => mapped(await read((signal) => listStrategyPresets({ signal })), ({ data }) => data);
export const readDocument = async (code: string, version: number): Promise<Result<StrategyDocument>> => mapped(await read((signal) => getStrategyVersion({ path: { code, version }, signal })), ({ document }) => document);

/** The latest 250 of all strategies. */
export const readSimulations = async (): Promise<Result<readonly RoutingSimulation[]>> => mapped(await read((signal) => listSimulations({ query: { limit: 250 }, signal })), ({ data }) => data);
export const readSimulation = (id: string): Promise<Result<RoutingSimulation>> => read((signal) => getSimulation({ path: { id }, signal }));
export const readMoved = async (id: string, cursor: string): Promise<Result<Page<SimulatedOrder>>> => mapped(await read((signal) => listSimulatedOrders({ path: { id }, query: after(cursor), signal })), paged);
export const stopSimulation = (id: string): Promise<RoutingSimulation> => written((signal) => cancelSimulation({ path: { id }, body: {}, signal }));

/** Null where no draft of it is, or lately was, in shadow. */
export async function readShadow(code: string): Promise<Result<StrategyShadow | null>> {
  const result = await read((signal) => getStrategyShadow({ path: { code }, signal }));
  return !result.ok && result.failure.kind === 'missing' ? { ok: true, value: null } : result;
}
export const readShadowOrders = async (code: string, cursor: string): Promise<Result<Page<SimulatedOrder>>> => mapped(await read((signal) => listShadowOrders({ path: { code }, query: after(cursor), signal })), paged);
export const startShadow = (code: string, channel: string): Promise<StrategyShadow> => written((signal) => putStrategyInShadow({ path: { code }, body: channel === '' ? {} : { channel }, signal }));
export const endShadow = (code: string): Promise<StrategyShadow> => written((signal) => endStrategyShadow({ path: { code }, signal }));

/** Currency that costs are weighed in; null where no exchange rates say so. */
export async function readBaseCurrency(): Promise<Result<string | null>> {
  const result = await read((signal) => getExchangeRates({ signal }));
  return !result.ok && result.failure.kind === 'missing' ? { ok: true, value: null } : mapped(result, ({ base }) => base);
}

export interface Checked {
  readonly errors: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** What saving would be refused for. A document that is no strategy at all is answered like one that is a wrong one. */
export async function checkDocument(code: string, { groups }: StrategyDocument): Promise<Checked> {
  try {
    return await written<StrategyCheck>((signal) => checkStrategy({ path: { code }, body: { groups }, signal }));
  } catch (error) {
    if (error instanceof Refused && error.remarks.length > 0) return { errors: error.remarks, warnings: [] };
    throw error;
  }
}

export interface Draft {
  readonly document: StrategyDocument;
  /** Of the draft that was read; 0 for none. */
  readonly revision: number;
  readonly name?: string;
  readonly note: string;
}
export const saveDraft = (code: string, { document: { groups }, revision, name, note }: Draft): Promise<{ readonly version: number; readonly revision: number }> =>
  written((signal) => putStrategyDraft({ path: { code }, body: { groups, expected_revision: revision, ...(name === undefined ? {} : { name }), ...(note === '' ? {} : { note }) }, signal }));
export const dropDraft = (code: string): Promise<{ readonly version: number }> => written((signal) => dropStrategyDraft({ path: { code }, signal }));

export interface Publishing {
  readonly note: string;
  /** Null for now. */
  readonly from: string | null;
}
const said = ({ note, from }: Publishing): { readonly note?: string; readonly valid_from?: string } => ({ ...(note === '' ? {} : { note }), ...(from === null ? {} : { valid_from: from }) });
export const publish = (code: string, { version, revision }: { readonly version: number; readonly revision: number }, how: Publishing): Promise<{ readonly version: number }> =>
  written((signal) => publishStrategy({ path: { code }, body: { version, expected_revision: revision, ...said(how) }, signal }));
export const rollBack = (code: string, version: number, how: Publishing): Promise<{ readonly version: number }> =>
  written((signal) => rollBackStrategy({ path: { code }, body: { to_version: version, ...said(how) }, signal }));
export const withdraw = (code: string, version: number, reason: string): Promise<{ readonly version: number }> => written((signal) => withdrawStrategy({ path: { code }, body: { version, reason }, signal }));

export interface Question {
  readonly from: string;
  readonly to: string;
  readonly channel: string;
  /** 0 for the draft. */
  readonly version: number;
}
export const simulate = (code: string, { from, to, channel, version }: Question): Promise<RoutingSimulation> =>
  written((signal) => startSimulation({ body: { from, to, strategy: code, ...(channel === '' ? {} : { channel }), ...(version === 0 ? {} : { version }) }, signal }));
