// What was done can be taken back for a while: one notice at a time, which waits for whoever reads it.
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Link } from '../ui/link.tsx';
import { type Refusal, Told } from '../refusals/told.tsx';
import { asked, cache, failureOf, refusalOf } from './ask.ts';
import { useKeys } from './keys.ts';
import { type Operation, perform } from './perform.ts';
import { showUndo } from './undo-place.tsx';
import { t } from './undo-words.ts';
import { announce } from './voice.ts';

/** What came of taking something back, where that is more than a word. */
export interface CameOf {
  readonly text: string;
  /** Where all of it is told. */
  readonly href?: string;
  /** Something was left as it is: the notice stays until somebody has read it. */
  readonly stays: boolean;
  /** The server goes on with it, so nobody knows yet what is told. */
  readonly goesOn?: boolean;
}

interface Done {
  readonly id: number;
  /** What was done, in a sentence. */
  readonly text: string;
  /** What takes it back; says meanwhile how far it is. */
  readonly undo: (told: (progress: string) => void) => Promise<CameOf | null>;
  /** Until then no webhook is sent about it; null where none ever is. */
  readonly untoldUntil: number | null;
}

let done: Done | null = null;
let ids = 0;

function become(next: Done | null): void {
  done = next;
  showUndo(next === null ? null : <Offer key={next.id} of={next} />);
}

/** A way back as the server named it. For so many seconds from when it was done no webhook is sent about it. */
export interface WayBack extends Operation {
  readonly untold_seconds?: number | undefined;
}

/** Says what was done, and was asked for at `askedAt`; where the server said how, it can be taken back. */
export function tellDone(text: string, back: WayBack | null | undefined, askedAt: number): void {
  if (back) offerUndo(text, () => asked(perform([back])).then(() => null), untilOf(back, askedAt));
  else announce(text);
}

/** What was asked for was done later than that, so what is said of it is true. */
export const untilOf = ({ untold_seconds: seconds = 0 }: WayBack, askedAt: number): number => askedAt + seconds * 1000;

export function offerUndo(text: string, undo: Done['undo'], untoldUntil: Done['untoldUntil'] = null): void {
  announce(`${text} ${t('undoHint')}`);
  become({ id: (ids += 1), text, undo, untoldUntil });
}

const SECONDS = 10;

/** Counts down to nothing, unless somebody reads or something is being done. */
function useCountdown(waits: () => boolean, over: () => void): readonly [left: number, again: () => void] {
  const [left, setLeft] = useState(SECONDS);
  useEffect(() => {
    const timer = setInterval(() => void (waits() || setLeft((seconds) => seconds - 1)), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => void (left <= 0 && over()), [left]);
  return [left, () => setLeft(SECONDS)];
}

/** Whether a time has come. */
function useIsPast(at: number | null): boolean {
  const [isPast, setPast] = useState(at !== null && Date.now() >= at);
  useEffect(() => {
    if (at === null) return undefined;
    const timer = setTimeout(() => setPast(true), at - Date.now());
    return () => clearTimeout(timer);
  }, [at]);
  return isPast;
}

/** What is said of it, with whether anybody outside hears of it; what went as it should, and in time, needs no notice of its own. */
function cameOf(now: CameOf | null, untoldUntil: number | null): { readonly said: string; readonly came: CameOf | null } {
  const said = now?.text ?? t('undone');
  if (untoldUntil === null || now?.goesOn === true) return { said, came: now };
  const inTime = Date.now() < untoldUntil;
  const text = `${now === null ? `${said}.` : said} ${t(inTime ? 'untoldBack' : 'toldBack')}`;
  return { said: text, came: now === null && inTime ? null : { stays: false, ...now, text } };
}

function Offer({ of }: { readonly of: Done }): ReactElement {
  const [failed, setFailed] = useState<Refusal | null>(null);
  const [progress, setProgress] = useState('');
  const [came, setCame] = useState<CameOf | null>(null);
  const paused = useRef(false);
  const busy = useRef(false);
  const end = (): void => void (done === of && become(null));
  const isTold = useIsPast(of.untoldUntil);
  const [left, countAgain] = useCountdown(() => paused.current || busy.current || came?.stays === true, end);
  const takeBack = async (): Promise<void> => {
    if (busy.current || came !== null) return;
    busy.current = true;
    setFailed(null);
    try {
      const { said, came: now } = cameOf(await of.undo(setProgress), of.untoldUntil);
      announce(said);
      if (now === null) end();
      setCame(now);
      countAgain();
    } catch (error) {
      setFailed(refusalOf(failureOf(error)));
      paused.current = true;
    }
    busy.current = false;
    setProgress('');
    void cache.invalidateQueries();
  };
  useKeys({ z: () => void takeBack() });
  const pause = (is: boolean) => () => void (paused.current = is);
  return (
    <div className="undo" role="region" aria-label={t('undoPlace')} onMouseEnter={pause(true)} onMouseLeave={pause(false)} onFocus={pause(true)} onBlur={pause(false)}>
      <p>{came?.text ?? (progress === '' ? of.text : progress)}{of.untoldUntil === null || came !== null || progress !== '' ? null : <span className="undo-told">{t(isTold ? 'toldNow' : 'untold')}</span>}{failed === null ? null : <span role="alert" className="d-failed"> {t('undoFailed')} <Told of={failed} /></span>}</p>
      {came?.href === undefined ? null : <Link className="button" href={came.href} onClick={end}>{t('undoDetails')}</Link>}
      {came === null && progress === '' ? <button type="button" className="button" onClick={() => void takeBack()}>{t('undo')} <kbd>Z</kbd></button> : null}
      <button type="button" className="button quiet square" aria-label={t('dismiss')} onClick={end}>×</button>
      {came?.stays === true || progress !== '' ? null : <span className="undo-left" aria-hidden="true">{left}</span>}
    </div>
  );
}
