import type { Rules } from '../domain/routing/index.ts';
import { changeStrategy, checkDraft } from '../flows/change-strategy.ts';
import type { Ambient } from '../flows/ports.ts';
import type { Strategies } from '../flows/strategies.ts';
import type { StrategyStore } from '../flows/strategy-store.ts';
import type { App } from './http/app.ts';
import { strategyRoutes } from './http/strategy-routes.ts';

/** The routes of routing strategies on a store. */
export const strategyApi = (store: StrategyStore, strategies: Strategies, rules: Rules, ambient: Ambient): ((app: App) => void) => strategyRoutes({
  strategies, now: ambient.now, change: (tenantId, command) => changeStrategy(store, rules, tenantId, command, ambient),
  check: (tenantId, code, groups) => checkDraft(store, rules, tenantId, code, groups, ambient),
});
