import { type FieldError, type Outcome, refuse } from "../domain/kernel/index.ts";
import { refuseFields } from "../domain/order/index.ts";
import type { Rules } from "../domain/routing/index.ts";
import { checkDraft } from "./change-strategy.ts";
import type { Ambient } from "./ports.ts";
import type { KeptShadow, Shadows } from "./shadows.ts";
import type { StrategyStore } from "./strategy-store.ts";

export interface ShadowSetting {
  readonly store: StrategyStore;
  readonly shadows: Pick<Shadows, "begin" | "end" | "find">;
  readonly rules: Rules;
  readonly ambient: Ambient;
}

/** Puts the present draft of a strategy in shadow. The same draft that is there already stays, with what was found; another one begins anew. */
export async function putInShadow({ store, shadows, rules, ambient }: ShadowSetting, tenantId: number, asked: { readonly code: string; readonly channel: string | null }, actor: string): Promise<Outcome<KeptShadow>> {
  const { code } = asked;
  const now = ambient.now();
  const { state, channels, currency } = await store.transact(tenantId, async (tx) => {
    const found = await tx.lockStrategy(code, null);
    const [all, { exchangeRates }] = await Promise.all([tx.loadChannels(now), tx.loadShippingFacts(now)]);
    return { state: found, channels: all, currency: exchangeRates?.base ?? null };
  });
  if (state === null) return refuse("NOT_FOUND", `There is no strategy "${code}" here.`);
  if (state.draft === null) return refuse("NOT_IN_STATE", `Strategy ${code} has no draft to put in shadow: write one.`, { data: { state: "published" } });
  const { version, revision, groups } = state.draft;
  const channel = asked.channel === null ? null : (channels.find((one) => one.code === asked.channel) ?? null);
  const errors: FieldError[] = [...(await checkDraft(store, rules, tenantId, code, groups, ambient)).errors];
  if (asked.channel !== null && channel === null) errors.push({ pointer: "/channel", code: "UNKNOWN_CHANNEL", detail: `There is no channel "${asked.channel}".` });
  if (asked.channel === null && !channels.some(({ strategy }) => strategy === code)) {
    errors.push({ pointer: "/channel", code: "INVALID_FIELD", detail: `No channel goes by ${code}, so its draft would be asked of no order: name the channel that is to go by it.` });
  }
  if (errors.length > 0) return refuseFields(errors);
  const before = await shadows.find(tenantId, code);
  const stays = before !== null && before.endedAt === null && before.version === version && before.revision === revision && before.channel?.id === channel?.id;
  if (!stays) await shadows.begin(tenantId, { id: ambient.newId(), code, version, revision, groups, channel: channel && { id: channel.id, code: channel.code }, actor, currency, startedAt: now });
  return found(await shadows.find(tenantId, code), code);
}

/** Ends it; what was found stays to be read. */
export async function endShadow({ shadows, ambient }: Pick<ShadowSetting, "shadows" | "ambient">, tenantId: number, code: string): Promise<Outcome<KeptShadow>> {
  await shadows.end(tenantId, code, ambient.now());
  return found(await shadows.find(tenantId, code), code);
}

const found = (shadow: KeptShadow | null, code: string): Outcome<KeptShadow> =>
  shadow === null ? refuse("NOT_FOUND", `No draft of a strategy "${code}" is or was in shadow here.`) : { ok: true, value: shadow };
