import 'react';

declare module 'react' {
  interface CSSProperties {
    /** A share of a bar, as a percentage. */
    '--share'?: string;
  }
}
