import type { MailFate, RecipientFate } from '../lake/mail-feedback.ts';
import type { Trouble } from './status-report.ts';

/** What is wrong with mails that were taken by their server, one for each recipient; nothing of those that arrived. */
export const fateTroubles = (fates: readonly RecipientFate[]): readonly Trouble[] =>
  fates.flatMap((fate) => fateTrouble(fate) ?? []);

/** How many recipients of `mail` met which fate; nothing of those of whom nothing was heard. */
export function fatesOf(
  mail: string,
  fates: readonly RecipientFate[],
): readonly { readonly fate: MailFate; readonly recipients: number }[] {
  const own = fates.filter((fate) => fate.mail === mail).map(({ fate }) => fate);
  return FATES.map((fate) => ({ fate, recipients: own.filter((one) => one === fate).length })).filter(
    ({ recipients }) => recipients > 0,
  );
}

const FATES = [
  'delivered',
  'delayed',
  'bounced',
  'complained',
  'rejected',
] as const satisfies readonly MailFate[];

/** Troubles of which an alarm goes out when they are heard of. */
export const TOLD_AT_ONCE: readonly string[] = ['MAIL_BOUNCED', 'MAIL_COMPLAINT', 'MAIL_REJECTED'];

function fateTrouble({ mail, address, fate, isFinal, why }: RecipientFate): Trouble | undefined {
  const name = mail.replaceAll('/', ' ');
  const said = why === '' ? '' : ` (${why})`;
  switch (fate) {
    case 'delivered':
      return undefined;
    case 'delayed':
      return {
        severity: 'note',
        code: 'MAIL_DELAYED',
        what: `The mail ${name} has not reached ${address} yet${said}`,
        remedy: 'Amazon SES goes on trying for hours; nothing is to be done',
      };
    case 'bounced':
      return isFinal
        ? {
            severity: 'wrong',
            code: 'MAIL_BOUNCED',
            what: `The mail ${name} did not reach ${address}${said}`,
            remedy: `Mend the address where recipients are set; once it is good, take it off the suppression list: aws sesv2 delete-suppressed-destination --email-address ${address}`,
          }
        : {
            severity: 'note',
            code: 'MAIL_BOUNCED_ONCE',
            what: `The mail ${name} did not reach ${address} this time${said}`,
            remedy: 'A full mailbox or a server that was down: if it comes again, ask its owner',
          };
    case 'complained':
      return {
        severity: 'wrong',
        code: 'MAIL_COMPLAINT',
        what: `${address} called the mail ${name} spam${said}`,
        remedy: `Ask its owner, and leave it out where recipients are set; if it was a mistake: aws sesv2 delete-suppressed-destination --email-address ${address}`,
      };
    case 'rejected':
      return {
        severity: 'wrong',
        code: 'MAIL_REJECTED',
        what: `Amazon SES took the mail ${name} and sent it to nobody${said}`,
        remedy: 'Look at its attachment; to send it again: spendlight run --resend',
      };
  }
}
