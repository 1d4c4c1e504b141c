import { type ReactNode, useId } from 'react';

interface SectionOf {
  readonly title: string;
  /** What the figures are: said once for all of them. */
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A part of a page with its head. */
export function Section({ title, about, actions, className, children }: SectionOf) {
  const id = useId();
  return (
    <section className={className} aria-labelledby={id}>
      <div className="hd">
        <h2 id={id}>{title}</h2>
        {about !== undefined && <span className="sub">{about}</span>}
        <div className="act">{actions}</div>
      </div>
      {children}
    </section>
  );
}

/** Exactly the rows of a block, in full precision. */
export const CsvLink = ({ address, of }: { address: string; of: string }) => (
  <a href={address} download aria-label={`CSV of ${of}`}>
    CSV
  </a>
);
