// What was done to many orders at once, the latest first.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import type { OrderAction } from '../order/api.ts';
import { actorOf } from '../order/story.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import type { Look } from '../words.ts';
import { readActions } from './api.ts';
import { actionsUrl, actionUrl, parseAction } from './url.ts';
import { actionTitle } from './way-back.ts';
import { t } from './words.ts';

const REFRESH_MS = 5_000;
const COLUMNS = ['action', 'state', 'changed', 'left', 'who', 'when'] as const;
const LOOKS: Readonly<Record<OrderAction['state'], Omit<Look, 'word'>>> = {
  finding: { tone: 'blue', glyph: 'dashed' }, running: { tone: 'blue', glyph: 'half' }, done: { tone: 'green', glyph: 'full' }, failed: { tone: 'red', glyph: 'alert' }, cancelled: { tone: 'neutral', glyph: 'slash' },
};

export const actionLook = (state: OrderAction['state']): Look => ({ word: t(`state.${state}`), ...LOOKS[state] });

export default function ActionsPage(): ReactElement {
  const { searchStr } = useLocation();
  const { cursor } = parseAction(searchStr);
  const answer = useQuery({ queryKey: ['order-actions', cursor], queryFn: () => asked(readActions(cursor)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const facts = useFacts();
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('title'));
  useEffect(() => {
    if (!answer.isSuccess) return;
    heading.current?.focus({ preventScroll: true });
    announce(t('title'));
  }, [answer.isSuccess, cursor]);
  const titles = COLUMNS.map((name) => t(`column.${name}`));
  return (
    <div className="list bulk-actions">
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('title')}</h1><p className="muted">{t('lead')}</p></div>
      <PlainTable label={t('actions')} answer={{ ...answer, data: answer.data?.rows }} columns={titles} figures={[t('column.changed'), t('column.left')]}
        empty={<Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p><Link className="button" href="/orders">{t('toOrders')}</Link></Notice>}
        row={({ id, action, args, dry_run: dry, state, counts, actor, actor_name: name, created_at: at }) => (
          <tr key={id}>
            <th scope="row"><Link className="number" href={actionUrl(id)}>{actionTitle({ action, args })}</Link>{dry ? <span className="muted"> · {t('dry')}</span> : null}</th>
            <td><Chip look={actionLook(state)} /></td>
            <td className="figure">{count(counts.changed)}</td><td className="figure">{count(counts.skipped + counts.failed)}</td>
            <td title={actor}>{actorOf({ actor, actor_name: name }, facts)}</td><td><Time iso={at} as="both" /></td>
          </tr>)} />
      {answer.data === undefined ? null : <Pager shown={answer.data.rows.length} cursor={cursor} next={answer.data.next} url={actionsUrl} />}
    </div>
  );
}
