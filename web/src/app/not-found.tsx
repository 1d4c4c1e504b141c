import { Link } from '@tanstack/react-router';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <section className="lead">
      <h1 className="say">
        <b>There is no page at this address.</b>
      </h1>
      <p className="mu">
        Look at the address again, or go to the <Link to="/">overview</Link>.
      </p>
    </section>
  );
}
