import type { CutOff } from '../../domain/catalog/index.ts';
import { dateOfDay, type Instant, localDay, weekdayOfDay } from '../../domain/kernel/index.ts';
import type { Calendar, OpenSpan } from '../../domain/shipping/index.ts';
import { DEMO_PREFIX } from './prefix.ts';

const span = (opens: string, closes: string): readonly OpenSpan[] => [{ opens, closes }];

const calendar = (code: string, name: string, [workdays, saturday, sunday]: readonly (readonly OpenSpan[])[], exceptions: Calendar['exceptions'] = {}): Calendar =>
  ({ code: `${DEMO_PREFIX}${code}`, name, week: [1, 2, 3, 4, 5, 6, 7].map((day) => (day === 7 ? sunday : day === 6 ? saturday : workdays) ?? []), exceptions });

const WEDNESDAY = 3;

/** The first Wednesday that is at least five days ahead, in Germany: soon enough to be seen, and never beside a Sunday. */
function stocktaking(now: Instant): string {
  let day = localDay(now, 'Europe/Berlin') + 5;
  while (weekdayOfDay(day) !== WEDNESDAY) day += 1;
  return dateOfDay(day);
}

/**
 * When the places of the demonstration are open. The halls work every day, so that it lives whenever it is started, also in the night
 * to a Monday; shops rest on Sundays but for London's, and one of them counts its goods on a day to come.
 */
export const demoCalendars = (now: Instant): readonly Calendar[] => [
  calendar('hall-kassel', 'Three shifts, every day', [span('00:00', '24:00'), span('00:00', '24:00'), span('00:00', '24:00')]),
  calendar('hall-daventry', 'Two shifts, every day', [span('05:00', '23:00'), span('05:00', '23:00'), span('06:00', '22:00')]),
  calendar('shops-germany', 'Shops in Germany', [span('10:00', '20:00'), span('10:00', '20:00')]),
  calendar('shop-munich', 'Shop in Munich', [span('10:00', '20:00'), span('10:00', '19:00')], { [stocktaking(now)]: { name: 'Stocktaking', spans: [] } }),
  calendar('shop-vienna', 'Shop in Vienna', [span('09:30', '19:00'), span('09:30', '18:00')]),
  calendar('shop-london', 'Shop in London', [span('10:00', '19:00'), span('10:00', '19:00'), span('12:00', '18:00')]),
];

/** The calendar of each place by its code; one place has none, so that its warning can be seen. */
export const CALENDAR_OF: Readonly<Record<string, string>> = {
  'kassel-dc': `${DEMO_PREFIX}hall-kassel`, 'daventry-3pl': `${DEMO_PREFIX}hall-daventry`, berlin: `${DEMO_PREFIX}shops-germany`, hamburg: `${DEMO_PREFIX}shops-germany`, munich: `${DEMO_PREFIX}shop-munich`,
  vienna: `${DEMO_PREFIX}shop-vienna`, london: `${DEMO_PREFIX}shop-london`,
};

/** What is urgent is collected once more in the evening. Before 20:00, so that what is ordered then is nowhere the next day: the scenario `peak` counts on it. */
export const EVENING_CUT_OFFS: Readonly<Record<string, readonly CutOff[]>> = {
  'kassel-dc': [{ carrier: 'demo-post', service: null, time: '16:30:00' }, { carrier: 'demo-post', service: 'express', time: '18:30:00' }],
};
