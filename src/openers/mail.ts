import type { Settings } from '../config.ts';
import type { Mailer } from '../ports/mailer.ts';
import { machine } from './machine.ts';

/** By SES or SMTP where one is set up and somebody gets mail, else the file outbox. */
export async function openMailer(settings: Settings): Promise<Mailer> {
  const { smtpUrl, ses: of, finops, exec } = settings.mail;
  if (finops.length + exec.length === 0) return openOutbox(settings);
  if (of !== undefined) {
    const { ses } = await import('../adapters/ses/ses.ts');
    return ses({ aws: settings.aws, ...of, ...machine });
  }
  if (smtpUrl === undefined) return openOutbox(settings);
  const { smtp } = await import('../adapters/mail/smtp.ts');
  return smtp(smtpUrl);
}

/** The file outbox, whatever else is set: the channel that is always there. */
export async function openOutbox({ outboxDir }: Settings): Promise<Mailer> {
  const { outbox } = await import('../adapters/mail/outbox.ts');
  return outbox(outboxDir);
}
