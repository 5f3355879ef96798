// What surrounds every screen: the name, the search, the places, whether what is shown is current, and the voice for screen readers.
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from 'react';
import { locale } from '../i18n/words.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Told } from '../refusals/told.tsx';
import { Link } from '../ui/link.tsx';
import { refusalOf } from './ask.ts';
import { type Connection, useConnection } from './connection.ts';
import { useHelp } from './help-open.ts';
import { listenToKeys, useKeys } from './keys.ts';
import { GROUPS, isHere, PLACES, placeTitle } from './places.ts';
import { useMay, useSession } from './session.ts';
import { SearchField } from './search-field.tsx';
import { tryNow, useStream } from './stream.ts';
import { UndoPlace } from './undo-place.tsx';
import { UserButton } from './user-button.tsx';
import { speaker } from './voice.ts';
import { t } from './words.ts';

const HelpSheet = lazy(() => import('./help.tsx'));
const Palette = lazy(() => import('./palette.tsx'));
const SandboxBar = lazy(() => import('../sandbox/bar.tsx'));

/** Three places, one of them chosen, and the way to it. */
const Emblem = (): ReactElement => (
  <svg viewBox="0 0 24 24" width={22} height={22} className="emblem" aria-hidden="true" focusable="false">
    <path d="M5 18.5 12 7.5M12 7.5 19 13" className="way" /><circle cx={5} cy={18.5} r={2.2} className="place" /><circle cx={19} cy={13} r={2.2} className="place" /><circle cx={12} cy={7} r={4} className="chosen" />
  </svg>
);

const clockOf = (at: number): string => new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at);

function Pulse(): ReactElement {
  const { state, answeredAt, told } = useConnection();
  const light = state === 'connecting' ? undefined : state === 'live' || state === 'missing' ? 'live' : 'stale';
  return <p className="pulse" title={t(told ? 'told' : 'answered')} data-state={light} data-told={told || undefined}><span className="light" /><span className="pulse-text">{state === 'live' ? t('live', { time: clockOf(answeredAt) }) : t(state)}</span></p>;
}

/** Only a change is drawn, so that the banner is read out once; the seconds are for whoever sees them. */
function Banner(): ReactElement {
  const { stale, answeredAt } = useConnection();
  return (
    <div className="banner" role="status" hidden={stale === null}>
      {stale === null ? null : <><Glyph name="alert" /><span><Why stale={stale} since={answeredAt} /> {t('stale', { time: clockOf(answeredAt) })}</span><button type="button" className="button" onClick={tryNow}>{t('now')}</button></>}
    </div>
  );
}

/** What the server says is wrong with it; of one that does not answer, for how long. */
function Why({ stale, since }: { readonly stale: NonNullable<Connection['stale']>; readonly since: number }): ReactElement {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const count = (): void => setSeconds(Math.max(0, Math.floor((Date.now() - since) / 1000)));
    count();
    const timer = setInterval(count, 1000);
    return () => clearInterval(timer);
  }, [since]);
  if (stale.kind !== 'away' || stale.requestId !== null) return <Told of={refusalOf(stale)} />;
  return <><span className="visually-hidden">{t('noConnection')}</span><span aria-hidden="true" className="since">{seconds < 120 ? t('noConnectionFor', { seconds }) : t('noConnectionLong', { minutes: Math.floor(seconds / 60) })}</span></>;
}

function Places({ pathname, close }: { readonly pathname: string; readonly close: () => void }): ReactElement {
  const may = useMay();
  const places = PLACES.filter(({ scope }) => may(scope));
  return (
    <nav className="places" aria-label={t('places')}>
      {GROUPS.filter((group) => places.some((place) => place.group === group)).map((group) => (
        <div key={group} className="place-group">
          <h2>{t(group)}</h2>
          <ul>{places.filter((place) => place.group === group).map((place) => (
            <li key={place.name}><Link href={place.path} className="place-link" aria-current={isHere(place, pathname) ? 'page' : undefined} onClick={close}>{placeTitle(place)}</Link></li>))}
          </ul>
        </div>))}
    </nav>
  );
}

export function Shell(): ReactElement {
  const { pathname } = useLocation();
  const { history } = useRouter();
  const [help, setHelp] = useHelp();
  // Once it was wanted the sheet stays, closed: a dialog gives the focus back only while it is there.
  const helped = useRef(false);
  if (help) helped.current = true;
  const [palette, setPalette] = useState(false);
  const [menu, setMenu] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const session = useSession();
  useEffect(listenToKeys, []);
  useStream();
  useKeys({
    '/': () => search.current?.select(), '?': () => setHelp(!help), 'mod+k': () => setPalette(true),
    ...Object.fromEntries(PLACES.map(({ key, path }) => [key, () => history.push(path)])),
  });
  return (
    <div className={menu ? 'app menu-open' : 'app'}>
      <a href="#main" className="skip">{t('skip')}</a>
      <header className="top">
        <button type="button" className="button quiet square menu" aria-expanded={menu} aria-label={t('menu')} onClick={() => setMenu(!menu)}>☰</button>
        <Link href="/orders" className="brand"><Emblem /><span>Ordo</span></Link>
        <SearchField field={search} />
        <Pulse />
        <button type="button" className="button quiet square" aria-label={t('palette')} title={t('palette')} onClick={() => setPalette(true)}>⌘</button>
        <button type="button" className="button quiet square" aria-label={t('keys')} title={t('keysTitle')} onClick={() => setHelp(true)}>?</button>
        <UserButton />
      </header>
      <Banner />
      {session.data?.demo ? <Suspense fallback={<div className="sandbox-bar" />}><SandboxBar /></Suspense> : null}
      <div className="frame">
        <Places pathname={pathname} close={() => setMenu(false)} />
        <main id="main" tabIndex={-1}><Suspense fallback={null}><Outlet /></Suspense></main>
      </div>
      <UndoPlace />
      {helped.current ? <Suspense fallback={null}><HelpSheet open={help} close={() => setHelp(false)} /></Suspense> : null}
      {palette ? <Suspense fallback={null}><Palette close={() => setPalette(false)} /></Suspense> : null}
      <div className="visually-hidden" aria-live="polite" aria-atomic="false" ref={speaker} />
    </div>
  );
}
