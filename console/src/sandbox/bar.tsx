// Above every screen of a demonstration: that it is one, an order to try, and the way to its clock and scenarios.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { tellPlaced } from '../app/placed.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { orderUrl } from '../orders/urls.ts';
import { ActFailed } from '../ui/notice.tsx';
import { Link } from '../ui/link.tsx';
import { followClock, Time } from '../ui/time.tsx';
import { placeOrder, readSandbox, SANDBOX_KEY } from './api.ts';
import { t } from './words.ts';

const Controls = lazy(() => import('./controls.tsx'));

const REFRESH_MS = 10_000;
const PLAYING_MS = 1_000;

export default function SandboxBar(): ReactElement | null {
  const cache = useQueryClient();
  const { history } = useRouter();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: SANDBOX_KEY, queryFn: () => asked(readSandbox()), enabled: may('orders:read'), refetchInterval: (query) => (query.state.data?.scenario?.playing ? PLAYING_MS : every(REFRESH_MS)(query)) });
  const ahead = data?.clock.ahead_seconds ?? 0;
  useEffect(() => followClock(ahead * 1000), [ahead]);
  const placing = useMutation({
    mutationFn: () => asked(placeOrder()),
    onSuccess: ({ id, number }) => {
      announce(t('placed', { number: `#${number}` }));
      if (!/^\/(orders)?$/.test(history.location.pathname)) history.push('/orders');
      tellPlaced(id);
      void cache.invalidateQueries({ queryKey: ['orders', 'fresh'] });
    },
  });
  // Its place is kept from the beginning, so that nothing below moves when it is known.
  if (data === undefined) return <div className="sandbox-bar" />;
  if (!data.sandbox) return null;
  const { scenario } = data;
  return (
    <aside className="sandbox-bar" aria-label={t('sandbox')}>
      <p className="sandbox-what"><strong>{t('sandbox')}</strong><span className="muted">{t('invented')}</span>
        {ahead === 0 ? null : <span className="sandbox-clock">{t('ahead')} <Time iso={data.clock.time} as="full" /></span>}
        {scenario?.playing ? <span>{t('playing', { name: t(scenario.scenario), done: scenario.done, of: scenario.of })}</span> : null}
        {placing.data === undefined ? null : <span>{t('placed', { number: `#${placing.data.number}` })} <Link href={orderUrl(placing.data.id)}>{t('whyHere')}</Link></span>}</p>
      <p className="sandbox-acts">
        {may('orders:write') ? <button type="button" className="button primary" aria-busy={placing.isPending || undefined} onClick={() => placing.isPending || placing.mutate()}>{t('place')}</button> : null}
        <button type="button" className="button" onClick={() => setOpen(true)}>{t('controls')}</button>
      </p>
      {placing.error ? <ActFailed failure={failureOf(placing.error)} what={t('place')} retry={() => placing.mutate()} /> : null}
      {open ? <Suspense fallback={null}><Controls sandbox={data} close={() => setOpen(false)} /></Suspense> : null}
    </aside>
  );
}
