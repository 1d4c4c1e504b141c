/** A section of docs/disaster-recovery.md: what one types to notice, to mend and to check, each with its exit code. */
export interface Section {
  readonly failure: string;
  readonly blocks: Readonly<Record<'notice' | 'mend' | 'check', readonly Typed[]>>;
}

export interface Typed {
  readonly line: string;
  readonly exit: number;
}

/** The sections that begin with `<!-- <mark>: name -->`, in order. */
export const sectionsOf = (page: string, mark: string): readonly Section[] =>
  page
    .split(/^(?=<!-- )/m)
    .filter((text) => text.startsWith(`<!-- ${mark}: `))
    .map((text) => ({
      failure: text.slice(`<!-- ${mark}: `.length, text.indexOf(' -->')),
      blocks: { notice: typedIn(text, 'notice'), mend: typedIn(text, 'mend'), check: typedIn(text, 'check') },
    }));

/** The lines of a block, each with the exit code that the page names; a line that ends with a backslash goes on. */
function typedIn(text: string, block: string): readonly Typed[] {
  const lines = new RegExp(`^\`\`\`sh ${block}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1] ?? '';
  return lines
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, command = line, exit = '0'] = /^(.*?)\s+# exit (\d)$/.exec(line) ?? [];
      return { line: command, exit: Number(exit) };
    });
}
