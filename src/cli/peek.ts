import { Command } from 'commander';
import type { Doors } from './doors.ts';

/** `peek <files>`: what a bill is and says, without a lake. */
export const peekCommand = (doors: Doors): Command =>
  new Command('peek')
    .summary('look into a bill: what it is, its exact totals, what looks wrong')
    .description(
      'Looks into cost exports without loading them: format, periods, exact totals by charge category, service, account\n' +
        'and day, the largest changes between the last two full weeks, and what would be rejected or looks wrong.',
    )
    .argument('<path...>', 'files, folders or manifests')
    .option('--format <format>', 'auto, focus, cur2 or mapping:FILE', 'auto')
    .action(async (paths: readonly string[], { format }: { readonly format: string }) => {
      const [{ peek }, { peekText }] = await Promise.all([
        import('../app/peek.ts'),
        import('../delivery/peek/peek-text.ts'),
      ]);
      const facts = await peek(await doors.engine(), { paths, format, scratch: await doors.scratch() });
      doors.answer(() => peekText(facts), facts);
    });
