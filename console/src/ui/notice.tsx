// The pages that stand where data would: nothing yet, no match, not allowed, signed out, broken.
import { lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';
import type { Failure } from '../api.ts';
import { refusalOf } from '../app/ask.ts';
import { language } from '../i18n/words.ts';
import { English, Told } from '../refusals/told.tsx';
import { Copyable } from './copy.tsx';
import { Glyph } from './glyph.tsx';
import { Link } from './link.tsx';
import { t } from './words.ts';

interface NoticeProps {
  readonly shape: Glyph;
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** A quiet panel: a shape, a sentence, what to do. */
export const Notice = ({ shape, title, children }: NoticeProps): ReactElement => <section className="notice"><Glyph name={shape} /><h2>{title}</h2>{children}</section>;

const SignIn = lazy(() => import('../people/sign-in.tsx'));

/** Where a link leads that signs nobody in, and where whoever signs out arrives; whoever is signed in already goes on from here. */
export function SignedOutPage(): ReactElement {
  // Whoever comes from an identity provider had no link, and is told below how it goes on.
  const [hadLink] = useState(() => !/[?&]refused=|#ticket=/.test(location.search + location.hash));
  return <><Notice shape="empty" title={t('signedOut')}>{hadLink ? <><p>{t('deadLinkWhy')}</p><Link className="button" href="/orders">{t('signedIn')}</Link></> : null}</Notice><Suspense fallback={null}><SignIn /></Suspense></>;
}

const RequestId = ({ id }: { readonly id: string | null }): ReactElement | null => (id === null ? null : <p className="muted">{t('report')} <Copyable text={id} /></p>);

interface FailureProps {
  readonly failure: Failure;
  readonly retry: () => void;
  /** More about what is missing, where there is more to say. */
  readonly missing?: ReactElement;
}

export function FailurePage({ failure, retry, missing }: FailureProps): ReactElement {
  const again = <button type="button" className="button" onClick={retry}>{t('again')}</button>;
  switch (failure.kind) {
    case 'signed_out': return <><Notice shape="empty" title={t('signedOut')} /><Suspense fallback={null}><SignIn /></Suspense></>;
    case 'forbidden': return <Notice shape="stop" title={t('forbidden')}><Forbidden failure={failure} /></Notice>;
    case 'missing': return missing ?? <Notice shape="cross" title={t('missing')}><p><Told of={failure} as="rest" /></p></Notice>;
    case 'away': return <Notice shape="alert" title={t('away')}><p>{failure.requestId === null ? t('awayWhy') : <Told of={failure} />}</p>{again}<RequestId id={failure.requestId} /></Notice>;
    case 'failed': return <Notice shape="alert" title={<Told of={failure} as="title" />}><p><Told of={failure} as="rest" /></p>{again}<RequestId id={failure.requestId} /></Notice>;
  }
}

/** Who grants it is known here in both languages; what is lacking, only the server says. */
function Forbidden({ failure: { code, detail } }: { readonly failure: Failure & { readonly kind: 'forbidden' } }): ReactElement {
  const grants = <p className="muted">{t('whoGrants')}</p>;
  return language() === 'en' || code === null ? <><p>{detail}</p>{grants}</> : <>{grants}<p className="muted"><English>{detail}</English></p></>;
}

interface PanelProps {
  readonly failure: Failure;
  readonly what: string;
  readonly retry: () => void;
}

/** A panel that could not be loaded, beside others that could. It never shows a zero instead. */
export const FailurePanel = (props: PanelProps): ReactElement => <Panel {...props} says="notLoaded" />;

/** Something that somebody asked for and that did not work; it is read out when it appears. */
export const ActFailed = (props: PanelProps): ReactElement => <div role="alert"><Panel {...props} says="notDone" /></div>;

function Panel({ failure, what, retry, says }: PanelProps & { readonly says: 'notLoaded' | 'notDone' }): ReactElement {
  const id = 'requestId' in failure ? failure.requestId : null;
  return (
    <div className="panel-failed">
      <Glyph name="alert" /><p>{t(says, { what })} <Told of={refusalOf(failure)} /></p><button type="button" className="button" onClick={retry}>{t('again')}</button>
      {id === null ? null : <Copyable text={id} />}
    </div>
  );
}
