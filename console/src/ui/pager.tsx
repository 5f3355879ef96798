// Under a list that comes page by page: how many of it are shown, the way on, and the way back to its beginning.
import type { ReactElement } from 'react';
import { Link } from './link.tsx';
import { t } from './pager-words.ts';

interface Props {
  readonly shown: number;
  /** Where this page begins; empty for the first one. */
  readonly cursor: string;
  readonly next: string | null;
  readonly url: (cursor: string) => string;
  /** Whether what comes later in the list is earlier in time. */
  readonly byTime?: boolean;
}

export function Pager({ shown, cursor, next, url, byTime = true }: Props): ReactElement | null {
  const order = byTime ? 'time' : 'row';
  if (shown === 0 && cursor === '') return null;
  return (
    <div className="pager">
      <p className="muted" role="status">{t(cursor === '' && next === null ? 'shown.all' : next === null ? `shown.last.${order}` : `shown.more.${order}`, { count: shown })}</p>
      {cursor === '' && next === null ? null : <nav aria-label={t('pages')}>
        {cursor === '' ? null : <Link className="button" href={url('')}>{t(`first.${order}`)}</Link>}
        {next === null ? null : <Link className="button" href={url(next)}>{t(`next.${order}`)}</Link>}
      </nav>}
    </div>
  );
}
