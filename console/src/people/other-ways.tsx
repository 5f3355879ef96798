// Beside the password: a passkey, and the identity provider. What this server has not is not offered.
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked } from '../app/ask.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Problem } from '../ui/problem.tsx';
import { beginAtProvider, type SignInMethods } from './api.ts';
import { enterWithPasskey, hasPasskeys } from './ceremony.ts';
import { t } from './ways-words.ts';

/** Where to come back to: the page that asked for signing in, unless that is all it was. */
const pageNow = (): string => (location.pathname === '/signed-out' ? '/' : location.pathname + location.search);

export function OtherWays({ methods: { passkey, provider }, done }: { readonly methods: SignInMethods; readonly done: () => void }): ReactElement | null {
  const entering = useMutation({ mutationFn: enterWithPasskey, onSuccess: done });
  const leaving = useMutation({ mutationFn: async () => location.assign((await asked(beginAtProvider(pageNow()))).url) });
  const withPasskey = passkey && hasPasskeys();
  if (!withPasskey && provider === null) return null;
  return (
    <div className="other-ways">
      <p className="divided"><span>{t('or')}</span></p>
      {withPasskey ? <button type="button" className="button" aria-busy={entering.isPending || undefined} onClick={() => entering.isPending || entering.mutate()}>{t('withPasskey')}</button> : null}
      {provider === null ? null : <button type="button" className="button" aria-busy={leaving.isPending || undefined} onClick={() => leaving.isPending || leaving.mutate()}>{t('withProvider', { label: provider.label })}</button>}
      <Problem error={entering.error ?? leaving.error} />
    </div>
  );
}

const REFUSALS = ['AWAY', 'DENIED', 'NOT_PROVED', 'STALE', 'NO_EMAIL', 'UNVERIFIED_EMAIL', 'OTHER_DOMAIN', 'UNKNOWN_PERSON', 'OTHER_ACCOUNT', 'NO_ROLE', 'DISABLED'] as const;

/** Why the provider's answer signed nobody in, and what to do; nothing where the address does not say so. */
export function Refused({ label }: { readonly label: string | null }): ReactElement | null {
  const given = new URLSearchParams(location.search).get('refused');
  const why = REFUSALS.find((one) => one === given);
  if (why === undefined) return null;
  const values = { label: label ?? t('provider') };
  return <div role="alert" className="problem"><Glyph name="alert" /><p><strong>{t(`refused.${why}`, values)}</strong> {t(`refused.${why}.fix`, values)}</p></div>;
}
