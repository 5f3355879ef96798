import type { App } from "../app.ts";
import { type SessionRouteDeps, sessionRoutes } from "./session.ts";
import { userRoutes } from "./users.ts";

export type PeopleDeps = SessionRouteDeps;

/** People, their sessions and how they sign in: for AppDeps.extraRoutes. */
export const peopleRoutes = (deps: PeopleDeps) => (app: App): void => {
  userRoutes(deps)(app);
  sessionRoutes(deps)(app);
};
