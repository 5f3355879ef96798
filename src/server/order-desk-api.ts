import { beginBulk, cancelBulk } from '../flows/bulk-actions.ts';
import { beginUndo } from '../flows/undo-bulk.ts';
import type { BulkStore } from '../flows/bulk-store.ts';
import { keepDesk, keepNote } from '../flows/order-desk.ts';
import type { Mentions } from '../flows/order-desk-views.ts';
import type { Ambient } from '../flows/ports.ts';
import { previewAction } from '../flows/preview-action.ts';
import type { Presences } from '../flows/presence.ts';
import type { Queries } from '../flows/queries.ts';
import type { SavedViews } from '../flows/saved-views.ts';
import type { App } from './http/app.ts';
import { orderDeskRoutes } from './http/order-desk-routes.ts';
import { orderActionRoutes } from './http/order-action-routes.ts';
import { presenceRoutes } from './http/presence-routes.ts';
import { previewRoutes } from './http/preview-routes.ts';
import { viewRoutes } from './http/view-routes.ts';

export interface OrderDeskApiDeps {
  readonly store: BulkStore;
  readonly queries: Queries;
  readonly views: SavedViews;
  readonly mentions: Mentions;
  readonly presences: Presences;
  readonly ambient: Ambient;
  /** Told that an action over many orders waits. */
  readonly came: () => void;
}

/** The routes of people who work on orders, on a store. */
export const orderDeskApi = ({ store, queries, views, mentions, presences, ambient, came }: OrderDeskApiDeps) => (app: App): void => {
  viewRoutes({ views, newId: ambient.newId, now: ambient.now })(app);
  orderDeskRoutes({ queries, mentions, keep: (tenantId, command) => keepDesk(store, tenantId, command, ambient), note: (tenantId, command) => keepNote(store, tenantId, command, ambient) })(app);
  presenceRoutes({ presences, queries, now: ambient.now })(app);
  previewRoutes((tenantId, question) => previewAction(store, queries, tenantId, question, ambient))(app);
  orderActionRoutes({
    came, now: ambient.now, begin: (tenantId, command) => beginBulk(store, tenantId, command, ambient), undo: (tenantId, command) => beginUndo(store, tenantId, command, ambient), cancel: (tenantId, id) => cancelBulk(store, tenantId, id, ambient.now()),
    find: (tenantId, id) => store.transact(tenantId, (tx) => tx.findBulk(id)), list: (tenantId, filter) => store.transact(tenantId, (tx) => tx.listBulks(filter)),
    orders: (tenantId, id, filter) => store.transact(tenantId, (tx) => tx.listBulkOrders(id, filter)),
  })(app);
};
