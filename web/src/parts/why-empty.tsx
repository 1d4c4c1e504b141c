/** An empty place says why and what next. */
export const WhyEmpty = ({ because, next }: { because: string; next?: string }) => (
  <p className="empty">
    {because} {next !== undefined && <span className="mu">{next}</span>}
  </p>
);
