/** The mark of Spendlight. */
export const Mark = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
    <rect x="1" y="9" width="3.4" height="6" fill="var(--pastline)" />
    <rect x="6.3" y="5" width="3.4" height="10" fill="var(--pastline)" />
    <rect x="11.6" y="1" width="3.4" height="14" fill="var(--accent)" />
  </svg>
);

export const Chevron = () => (
  <svg className="ic" width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
    <path d="M1 2.5 4 5.5 7 2.5" fill="none" stroke="currentColor" strokeWidth="1.4" />
  </svg>
);
