// Following an action over many orders to its end, and the way back from it.
import { asked, cache } from '../app/ask.ts';
import { type CameOf, offerUndo, untilOf } from '../app/undo.tsx';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { a } from '../order/act-words.ts';
import { type OrderAction, readBulk, undoBulk } from '../order/api.ts';
import { actionUrl } from './url.ts';
import { t } from './words.ts';

export const LOOK_MS = 400;
export const ENDED: ReadonlySet<OrderAction['state']> = new Set(['done', 'failed', 'cancelled']);

/** Looks until it has ended. */
async function follow(id: string, told: (now: OrderAction) => void): Promise<OrderAction> {
  for (;;) {
    const now = await asked(readBulk(id));
    told(now);
    if (ENDED.has(now.state)) return now;
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
  }
}

/** What was done, as a person asked for it: the action, and the tags where they are what it is about. */
export function actionTitle({ action, args }: Pick<OrderAction, 'action' | 'args'>): string {
  const { tags, undoes } = args;
  if (action === 'undo' && typeof undoes === 'string') return t('undoes', { action: a.maybe(undoes) ?? undoes });
  return Array.isArray(tags) ? t('withTags', { action: a(action), tags: tags.join(', ') }) : a(action);
}

/** Takes an action back and says what came of it, or that the server goes on with it where it is not heard any more. */
export async function takeBack(id: string, told: (progress: string) => void): Promise<CameOf> {
  const { id: undo } = await asked(undoBulk(id));
  const href = actionUrl(undo);
  told(t('takingBack'));
  try {
    const { counts } = await follow(undo, ({ orders: { done, total } }) => told(t('takingBackOf', { done: count(done), total: count(total) })));
    const left = counts.skipped + counts.failed;
    return { text: left === 0 ? t('takenBack', { count: counts.changed }) : `${t('takenBack', { count: counts.changed })} ${t('leftAlone', { count: left })}`, href, stays: left > 0 };
  } catch {
    return { text: t('goesOn'), href, stays: true, goesOn: true };
  }
}

/** Once the action has ended, however long it takes, the way back is offered where there is one. */
export async function offerWayBack(id: string): Promise<void> {
  let heard = Date.now();
  const now = await follow(id, ({ state }) => {
    if (!ENDED.has(state)) heard = Date.now();
  });
  void cache.invalidateQueries({ queryKey: ['orders', 'fresh'] });
  if (now.counts.changed === 0) return;
  const text = `${actionTitle(now)}: ${a('changed', { count: now.counts.changed })}.`;
  if (now.undo === null) announce(text);
  else offerUndo(text, (told) => takeBack(id, told), untilOf(now.undo, heard));
}
