import type { Desk } from '../flows/desk.ts';
import type { ReportSchedules } from '../flows/report-schedules.ts';
import type { Queries } from '../flows/queries.ts';
import type { App } from './http/app.ts';
import { auditRoutes } from './http/audit-routes.ts';
import { deskRoutes } from './http/desk-routes.ts';
import { reportRoutes } from './http/report-routes.ts';
import { reportScheduleRoutes } from './http/report-schedule-routes.ts';

export interface DeskApiDeps {
  readonly queries: Queries;
  readonly desk: Pick<Desk, 'note' | 'undo'>;
  readonly schedules: ReportSchedules;
  readonly now: () => number;
  readonly newId: () => string;
  /** Told that somebody wants a report sent now. */
  readonly asked: () => void;
}

/** The routes for those who watch over a day: the exceptions desk, reports, and who did what. */
export const deskApi = ({ queries, desk, schedules, now, newId, asked }: DeskApiDeps) => (app: App): void => {
  deskRoutes({ queries, desk, now })(app);
  reportRoutes({ queries, now })(app);
  reportScheduleRoutes({ schedules, now, newId, asked })(app);
  auditRoutes(queries)(app);
};
