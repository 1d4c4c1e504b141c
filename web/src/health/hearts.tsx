import type { StatusAnswer } from '../../../src/api/schemas/health.ts';
import { moment } from '../format/days.ts';
import { Section } from '../parts/section.tsx';
import { Light } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

/** When feeds, schedules, channels and the engine were last fine, and why the last attempt failed where it did. */
export const Hearts = ({ of: { heartbeats } }: { of: StatusAnswer }) => (
  <Section title="Signs of life" about="of what may fall silent">
    {heartbeats.length === 0 ? (
      <WhyEmpty
        because="Nothing has run since signs of life are kept."
        next="The next ingest or run leaves the first."
      />
    ) : (
      <table className="tb">
        <caption className="vh">
          Feeds, schedules, channels and the engine, and when they were last fine
        </caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">State</th>
            <th scope="col">Last fine</th>
          </tr>
        </thead>
        <tbody>
          {heartbeats.map(({ kind, name, isFine, lastGood, why }) => (
            <tr key={`${kind} ${name}`}>
              <th scope="row">
                {kind} {name}
              </th>
              <td>
                <Light of={isFine ? 'on plan' : 'at risk'}>{isFine ? 'Fine' : (why ?? 'Failed')}</Light>
              </td>
              <td className="mu">{lastGood === null ? 'never' : moment(lastGood)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Section>
);
