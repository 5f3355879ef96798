// The page of the documentation about each screen: the one place where the two are tied.

/** By the address of the screen, as the routes write it. */
export const GUIDES: Readonly<Record<string, string>> = {
  '/': '/docs/how-to/work-the-order-board#in-the-console', '/orders': '/docs/how-to/work-the-order-board#in-the-console', '/orders/new': '/docs/how-to/take-an-order-by-phone',
  '/orders/$id': '/docs/how-to/work-on-an-order', '/orders/$id/why': '/docs/explanation/routing', '/mentions': '/docs/how-to/work-on-an-order#together-with-others',
  '/order-actions': '/docs/how-to/work-the-order-board#take-it-back', '/order-actions/$id': '/docs/how-to/work-the-order-board#take-it-back',
  '/customers': '/docs/how-to/customers', '/customers/$id': '/docs/how-to/customers#what-a-customers-page-shows', '/mailbox': '/docs/how-to/send-mails#look-first-send-later', '/mailbox/$id': '/docs/how-to/send-mails#look-first-send-later',
  '/exceptions': '/docs/how-to/work-exceptions', '/morning': '/docs/how-to/bad-day#see-in-the-morning-what-will-be-late-tonight', '/bad-day': '/docs/how-to/bad-day',
  '/stock': '/docs/how-to/look-at-stock', '/stock/supply': '/docs/how-to/receive-goods#in-the-console', '/stock/supply/new': '/docs/how-to/receive-goods#in-the-console', '/stock/supply/$id': '/docs/how-to/receive-goods#in-the-console',
  '/stock/supply/$id/receive': '/docs/how-to/receive-goods#in-the-console', '/stock/counts': '/docs/how-to/receive-goods#count-and-see-what-is-owed', '/stock/shortages': '/docs/how-to/receive-goods#count-and-see-what-is-owed', '/stock/protected': '/docs/how-to/receive-goods#keep-stock-back',
  '/nodes': '/docs/how-to/say-how-a-node-works#in-the-console', '/nodes/$code': '/docs/how-to/say-how-a-node-works#in-the-console',
  '/strategies': '/docs/how-to/steer-routing#in-the-console', '/strategies/$code': '/docs/how-to/steer-routing#in-the-console', '/strategies/$code/simulations/$id': '/docs/how-to/steer-routing#6-simulate-before-you-publish',
  '/reports': '/docs/how-to/read-reports', '/reports/$code': '/docs/how-to/read-reports', '/audit': '/docs/how-to/read-the-audit-log', '/settings': '/docs/how-to/change-settings', '/connections': '/docs/how-to/look-after-connections',
  '/people': '/docs/how-to/sign-in-and-users#who-may-what', '/me': '/docs/how-to/sign-in-and-users#passkeys', '/set-password': '/docs/how-to/sign-in-and-users#passwords', '/signed-out': '/docs/how-to/use-the-console#when-you-are-signed-out',
};

/** Where nothing is said of a screen, all pages are listed. */
export const guideOf = (route: string): string => GUIDES[route] ?? '/docs';
