import type { Rules } from '../domain/routing/index.ts';
import { askSimulation } from '../flows/ask-simulation.ts';
import { changeStrategy, checkDraft } from '../flows/change-strategy.ts';
import type { Past } from '../flows/past.ts';
import type { Ambient } from '../flows/ports.ts';
import type { Queries } from '../flows/queries.ts';
import { endShadow, putInShadow } from '../flows/put-in-shadow.ts';
import type { Shadows } from '../flows/shadows.ts';
import type { Simulations } from '../flows/simulations.ts';
import type { Strategies } from '../flows/strategies.ts';
import type { StrategyStore } from '../flows/strategy-store.ts';
import { reEvaluate } from '../flows/re-evaluate.ts';
import { withdrawStrategy } from '../flows/withdraw-strategy.ts';
import { whatIf } from '../flows/what-if.ts';
import type { App } from './http/app.ts';
import { reEvaluationRoutes } from './http/re-evaluation-routes.ts';
import { shadowRoutes } from './http/shadow-routes.ts';
import { simulationRoutes } from './http/simulation-routes.ts';
import { strategyRoutes } from './http/strategy-routes.ts';
import { whatIfRoutes } from './http/what-if-routes.ts';

export interface StrategyApiDeps {
  readonly store: StrategyStore;
  readonly strategies: Strategies;
  readonly queries: Queries;
  readonly rules: Rules;
  readonly ambient: Ambient;
  readonly past: Past;
  readonly simulations: Simulations;
  readonly shadows: Shadows;
  /** Told that a question about the past waits. */
  readonly came: () => void;
}

/** The routes of routing strategies, and of questions about what they would do, on a store. */
export const strategyApi = ({ store, strategies, queries, rules, ambient, past, simulations, shadows, came }: StrategyApiDeps) => (app: App): void => {
  strategyRoutes({
    strategies, now: ambient.now, change: (tenantId, command) => changeStrategy(store, rules, tenantId, command, ambient),
    withdraw: (tenantId, command) => withdrawStrategy(store, tenantId, command, ambient),
    check: (tenantId, code, groups) => checkDraft(store, rules, tenantId, code, groups, ambient),
  })(app);
  whatIfRoutes((tenantId, question) => whatIf(store, queries.routingDecisions, rules, tenantId, question, ambient))(app);
  simulationRoutes({ simulations, came, ask: (tenantId, question) => askSimulation({ store, past, ambient }, tenantId, question) })(app);
  shadowRoutes({
    shadows, put: (tenantId, asked, actor) => putInShadow({ store, shadows, rules, ambient }, tenantId, asked, actor), end: (tenantId, code) => endShadow({ shadows, ambient }, tenantId, code),
  })(app);
  reEvaluationRoutes((tenantId, asked) => reEvaluate(store, tenantId, asked, ambient))(app);
};
