import type { ReactNode } from 'react';

/** What a light can say, and how it is drawn: a colour is never alone. */
export type LightName = 'over' | 'at risk' | 'unknown' | 'on plan';

const CLASSES = { 'on plan': 'good', 'at risk': 'risk', over: 'over', unknown: 'unk' } as const;
const LIGHT_WORDS = {
  'on plan': 'On plan',
  'at risk': 'At risk',
  over: 'Over',
  unknown: 'Unknown',
} as const;
const SHAPES = {
  'on plan': <circle cx="5" cy="5" r="4.5" />,
  'at risk': <path d="M5 .6 9.8 9.4H.2z" />,
  over: <rect x=".7" y=".7" width="8.6" height="8.6" rx=".5" />,
  unknown: <circle cx="5" cy="5" r="3.9" fill="none" stroke="currentColor" strokeWidth="1.4" />,
} as const;

export const Shape = ({ of, size = 10 }: { of: LightName; size?: number }) => (
  <svg className="ic" width={size} height={size} viewBox="0 0 10 10" fill="currentColor" aria-hidden="true">
    {SHAPES[of]}
  </svg>
);

/** A light as shape and word; `children` in place of its own word. */
export const Light = ({ of, children }: { of: LightName; children?: ReactNode }) => (
  <span className={`st ${CLASSES[of]}`}>
    <Shape of={of} />
    {children ?? LIGHT_WORDS[of]}
  </span>
);
