import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Outbox } from '../../../src/api/schemas/health.ts';
import { API } from '../api/client.ts';
import { outboxOf } from '../api/questions.ts';
import { useWhen } from '../app/use-scope.ts';
import { bytesText } from '../format/bytes.ts';
import { moment } from '../format/days.ts';
import { Block } from '../parts/block.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

/** Which mails were written? Demo lakes only: they are sent to nobody. */
export function OutboxPage() {
  const asked = useQuery(outboxOf(useWhen()));
  return (
    <div className="page">
      <title>Outbox · Spendlight</title>
      <h1 className="say">
        <b>Outbox.</b> Mails of this demo, written to a folder and sent to nobody.
      </h1>
      <Block asked={asked} skeleton={<TableSkeleton rows={6} label="mails" />}>
        {({ mails }) =>
          mails.length === 0 ? (
            <WhyEmpty because="No mail was written yet." next="The daily run writes one: spendlight run." />
          ) : (
            <Mails mails={mails} />
          )
        }
      </Block>
    </div>
  );
}

const receivers = (to: readonly string[]): string => (to.length === 0 ? 'nobody' : to.join(', '));

function Mails({ mails }: { mails: Outbox['mails'] }) {
  const [chosen, setChosen] = useState(mails[0]?.id);
  const mail = mails.find(({ id }) => id === chosen);
  return (
    <div className="mails">
      <ul aria-label="Mails">
        {mails.map(({ id, subject, date, to }) => (
          <li key={id}>
            <button type="button" aria-pressed={id === chosen} onClick={() => setChosen(id)}>
              <b>{subject}</b>
              <span>
                {moment(date)} · to {receivers(to)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {mail !== undefined && (
        <Section
          title={mail.subject}
          actions={
            <a href={`${API}/outbox/${encodeURIComponent(mail.id)}`} target="_blank" rel="noreferrer">
              Open alone
            </a>
          }
        >
          <p className="mu small">
            From {mail.from} to {receivers(mail.to)} · {bytesText(mail.bytes)}
            {mail.attachments.map(({ name, bytes }) => ` · ${name} ${bytesText(bytes)}`)}
          </p>
          <iframe
            title={`Mail: ${mail.subject}`}
            src={`${API}/outbox/${encodeURIComponent(mail.id)}`}
            sandbox=""
          />
        </Section>
      )}
    </div>
  );
}
