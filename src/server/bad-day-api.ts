import { applyClosure, closeNodes, openNodes } from '../flows/close-nodes.ts';
import { type GateStore, setGate } from '../flows/channel-gates.ts';
import type { LookStore } from '../flows/closure-store.ts';
import { morningList, type MorningQueries } from '../flows/morning-list.ts';
import type { Ambient } from '../flows/ports.ts';
import type { App } from './http/app.ts';
import { closureRoutes } from './http/closure-routes.ts';
import { gateRoutes } from './http/gate-routes.ts';
import { morningRoutes } from './http/morning-routes.ts';

/** The routes for bad days, on a store. */
export const badDayApi = (store: LookStore & GateStore, queries: MorningQueries, ambient: Ambient) => (app: App): void => {
  morningRoutes((tenantId, question) => morningList(store, queries, tenantId, question, ambient))(app);
  gateRoutes((tenantId, command) => setGate(store, tenantId, command, ambient))(app);
  closureRoutes({
    close: (tenantId, command) => closeNodes(store, tenantId, command, ambient), apply: (tenantId, command) => applyClosure(store, tenantId, command, ambient),
    open: (tenantId, command) => openNodes(store, tenantId, command, ambient),
    list: (tenantId, filter) => store.transact(tenantId, (tx) => tx.listClosures(filter)),
    orders: (tenantId, id, filter) => store.transact(tenantId, (tx) => tx.listClosureOrders(id, filter)),
    find: (tenantId, id) => store.transact(tenantId, async (tx) => {
      const closure = await tx.findClosure(id);
      return closure && { closure, totals: await tx.closureTotals(id) };
    }),
  })(app);
};
