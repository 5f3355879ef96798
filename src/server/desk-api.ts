import type { Desk } from '../flows/desk.ts';
import type { Queries } from '../flows/queries.ts';
import type { App } from './http/app.ts';
import { auditRoutes } from './http/audit-routes.ts';
import { deskRoutes } from './http/desk-routes.ts';
import { reportRoutes } from './http/report-routes.ts';

export interface DeskApiDeps {
  readonly queries: Queries;
  readonly desk: Pick<Desk, 'note'>;
  readonly now: () => number;
}

/** The routes for those who watch over a day: the exceptions desk, reports, and who did what. */
export const deskApi = ({ queries, desk, now }: DeskApiDeps) => (app: App): void => {
  deskRoutes({ queries, desk, now })(app);
  reportRoutes({ queries, now })(app);
  auditRoutes(queries)(app);
};
