import { Chevron } from './icons.tsx';

/** Opens what belongs to a row. */
export const Disclosure = ({
  open,
  toggle,
  children,
}: {
  open: boolean;
  toggle: () => void;
  children: string;
}) => (
  <button type="button" className="cell disc" aria-expanded={open} onClick={toggle}>
    <Chevron /> {children}
  </button>
);
