// Every committed file that is written from code: one list for the writer (generate.ts) and the checks.
import * as catalogues from './catalogues.ts';
import * as pages from './pages.ts';

export type Output = {
  readonly path: string;
  /** Fewer entries than this mean that the catalogue was not really read. */
  readonly minimum: number;
  readonly make: () => Promise<{ readonly text: string; readonly entries: number }>;
};

const counted = (text: string, entries: object): { text: string; entries: number } => ({ text, entries: Object.keys(entries).length });

export const OUTPUTS: readonly Output[] = [
  {
    path: 'docs/reference/errors.md', minimum: 20,
    make: async () => {
      const refusals = await catalogues.loadRefusals();
      const statuses = await catalogues.loadStatuses();
      const unused = pages.unusedStatuses(refusals, statuses);
      if (unused.length > 0) throw new Error(`STATUS_BY_CODE names codes that REFUSALS does not: ${unused.join(', ')}`);
      return counted(pages.errorsPage(refusals, statuses), refusals);
    },
  },
  {
    path: 'docs/reference/events.md', minimum: 15,
    make: async () => {
      const events = await catalogues.loadEvents();
      return counted(pages.eventsPage(events), events);
    },
  },
  {
    path: 'docs/reference/reports.md', minimum: 8,
    make: async () => {
      const reports = await catalogues.loadReports();
      return counted(pages.reportsPage(reports), reports);
    },
  },
  {
    path: 'docs/reference/settings.md', minimum: 5,
    make: async () => {
      const settings = await catalogues.loadSettings();
      return counted(pages.settingsPage(settings), settings);
    },
  },
  {
    path: 'docs/reference/metrics.md', minimum: 5,
    make: async () => {
      const metrics = await catalogues.loadMetrics();
      return counted(pages.metricsPage(metrics), metrics);
    },
  },
  {
    path: 'docs/reference/cli.md', minimum: 5,
    make: async () => {
      const commands = await catalogues.loadCommands();
      return counted(pages.cliPage(commands, await catalogues.loadExitMeanings()), commands);
    },
  },
  {
    path: 'docs/reference/channels.md', minimum: 2,
    make: async () => {
      const kinds = await catalogues.loadCapabilities();
      return counted(pages.channelsPage(kinds), kinds);
    },
  },
  {
    path: 'docs/reference/openapi.json', minimum: 10,
    make: async () => {
      const document = await catalogues.loadDocument();
      return counted(pages.documentPage(document), pathsOf(document));
    },
  },
];

export const pathsOf = (document: Record<string, unknown>): object =>
  typeof document['paths'] === 'object' && document['paths'] !== null ? document['paths'] : {};
