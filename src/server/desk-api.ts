import { keepDesk, keepNote } from '../flows/desk.ts';
import type { DeskStore } from '../flows/desk-store.ts';
import type { Mentions } from '../flows/desk-views.ts';
import type { Ambient } from '../flows/ports.ts';
import type { Queries } from '../flows/queries.ts';
import type { SavedViews } from '../flows/saved-views.ts';
import type { App } from './http/app.ts';
import { deskRoutes } from './http/desk-routes.ts';
import { viewRoutes } from './http/view-routes.ts';

export interface DeskApiDeps {
  readonly store: DeskStore;
  readonly queries: Queries;
  readonly views: SavedViews;
  readonly mentions: Mentions;
  readonly ambient: Ambient;
}

/** The routes of people who work on orders, on a store. */
export const deskApi = ({ store, queries, views, mentions, ambient }: DeskApiDeps) => (app: App): void => {
  viewRoutes({ views, newId: ambient.newId, now: ambient.now })(app);
  deskRoutes({ queries, mentions, keep: (tenantId, command) => keepDesk(store, tenantId, command, ambient), note: (tenantId, command) => keepNote(store, tenantId, command, ambient) })(app);
};
